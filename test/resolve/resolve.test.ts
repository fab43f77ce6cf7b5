import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf, writes } from '../scene.js';

async function scene(options: Parameters<typeof connect>[0] = {}) {
  const connected = await connect(options);
  const found = sceneOf(connected.sandbox);
  const [route] = found.routesOf(found.waiting);
  const [policy] = found.policiesOf(found.waiting);
  if (!route || !policy) throw new Error('the sandbox lacks what the tests need');
  return { ...connected, scene: found, route, policy };
}

describe('a name in the place of an id', () => {
  test('of a route: its name, its URL and its host', async () => {
    const { ok, route, scene: found } = await scene();
    const own = found.routesOf(found.waiting).filter(({ from }) => from === route.from);
    expect(own).toHaveLength(1);
    const host = new URL(String(route.from)).host;
    for (const text of [route.name, String(route.name).toUpperCase(), route.from, host, `${route.from}/deep/path?q=1`])
      expect(await ok('get_route', { routeId: text }), String(text)).toMatchObject({ id: route.id });
  });

  test('of a cluster: its name and its domain; of a namespace the same', async () => {
    const { ok, items, scene: found } = await scene();
    const { waiting } = found;
    for (const text of [waiting.name, waiting.fqdn, waiting.domain]) {
      expect(await ok('get_cluster', { clusterId: text })).toMatchObject({ id: waiting.id });
      expect(await items('list_routes', { namespaceId: text, limit: 1 })).toHaveLength(1);
    }
  });

  test('of policies in a body: the request has their ids', async () => {
    const { ok, sandbox, route, policy } = await scene();
    const answer = await ok('update_route', { routeId: route.name, policyIds: [policy.name] });
    expect(answer).toMatchObject({
      id: route.id,
      policyIds: [policy.id],
      resolved: { routeId: route.id, 'policyIds[0]': policy.id },
    });
    const sent = sandbox.requests.find(({ operation }) => operation === 'patch_route');
    expect(JSON.parse(sent?.body ?? '')).toContainEqual({ op: 'add', path: '/policyIds', value: [policy.id] });
  });

  test('in a JSON Patch too', async () => {
    const { ok, route, policy } = await scene();
    const patch = [{ op: 'replace', path: '/policyIds', value: [policy.name] }];
    expect(await ok('patch_route', { routeId: route.id, patch })).toMatchObject({ policyIds: [policy.id] });
  });

  test('an id is not looked up', async () => {
    const { ok, sandbox, route, scene: found } = await scene();
    await ok('get_route', { organizationId: found.organizationId, routeId: route.id });
    expect(sandbox.requests.map(({ operation }) => operation)).toEqual(['get_id_token', 'get_route']);
  });

  test('a list is read once for a whole call', async () => {
    const { ok, sandbox, route, policy, scene: found } = await scene();
    const names = found.policiesOf(found.waiting).map(({ name }) => name);
    await ok('update_route', { routeId: route.id, policyIds: [policy.name, ...names.slice(1, 3)] });
    const lists = sandbox.requests.filter(
      ({ operation, url }) => operation === 'list_policies' && /offset=0/.test(url),
    );
    expect(new Set(lists.map(({ url }) => url)).size).toBe(lists.length);
  });
});

describe('a name that is none', () => {
  test('a near miss answers who may be meant, with the id', async () => {
    const { fails, sandbox, route } = await scene({ mode: 'unattended' });
    const message = await fails('delete_route', { routeId: `${String(route.name)}x` });
    expect(message).toContain(
      `routeId: no route is called "${route.name}x". Did you mean ${route.id} ("${route.name}")`,
    );
    expect(writes(sandbox)).toEqual([]);
  });

  test('one that several have answers all of them, and where they are', async () => {
    const { fails, sandbox, scene: found } = await scene({ mode: 'unattended' });
    const owner = sandbox.as('owner');
    const texts = { enforced: false, ppl: [], description: '', explanation: '', remediation: '' };
    const ids = [found.waiting, found.automatic].map(
      ({ namespaceId }) => (owner('create_policy', { namespaceId, name: 'Twins', ...texts }) as Fields).id,
    );
    const message = await fails('delete_policy', { policyId: 'twins' });
    expect(message).toContain('policyId: "twins" means 2 of kind policy:');
    for (const [index, id] of ids.entries()) {
      const place = [found.waiting, found.automatic][index]?.name;
      expect(message).toContain(`${id} ("Twins" in "${place}")`);
    }
    expect(message).toContain('Give the id of one of them.');
    expect(writes(sandbox)).toEqual([]);
  });

  test('of several, the one of the call’s own cluster is meant', async () => {
    const { ok, sandbox, scene: found } = await scene();
    const owner = sandbox.as('owner');
    const texts = { enforced: false, ppl: [], description: '', explanation: '', remediation: '' };
    const [own] = [found.waiting, found.automatic].map(
      ({ namespaceId }) => (owner('create_policy', { namespaceId, name: 'Twins', ...texts }) as Fields).id,
    );
    const from = `https://twins.${found.waiting.fqdn}`;
    const created = await ok('create_route', {
      namespaceId: found.waiting.name,
      name: 'Twins',
      from,
      to: ['http://twins'],
      policyIds: ['Twins'],
    });
    expect(created).toMatchObject({ policyIds: [own], namespaceId: found.waiting.namespaceId });
  });
});

describe('a boundary', () => {
  test('a pinned server finds no name outside its cluster', async () => {
    const { sandbox, scene: found } = await scene();
    const foreign = found
      .routesOf(found.automatic)
      .find(({ name }) => !found.routesOf(found.waiting).some((own) => own.name === name));
    const pinned = await connect({ sandbox, pin: { cluster: found.waiting.id } });
    const message = await pinned.fails('get_route', { routeId: foreign?.name });
    expect(message).toContain(`no route is called ${JSON.stringify(foreign?.name)}`);
    expect(message).not.toContain(foreign?.id);
  });

  test('what a person approves are ids: a name that moves to another record asks anew', async () => {
    const { call, ok, sandbox, scene: found } = await scene();
    const [one, other] = found.routesOf(found.automatic);
    const asked = await call('delete_route', { routeId: one?.name });
    const waits = asked.content.confirmation_required as Fields;
    expect(waits.code).toEqual(expect.any(String));
    const owner = sandbox.as('owner');
    const rename = (id: unknown, name: string) =>
      owner('patch_route', { routeId: id, patch: [{ op: 'replace', path: '/name', value: name }] });
    rename(one?.id, 'Was that');
    rename(other?.id, String(one?.name));
    const again = await ok('delete_route', { routeId: one?.name });
    expect((again.confirmation_required as Fields).code).not.toBe(waits.code);
  });
});
