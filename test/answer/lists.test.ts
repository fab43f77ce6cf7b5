import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

describe('a list', () => {
  test('answers what matters of each record, and how many there are once all are read', async () => {
    const { ok, sandbox } = await connect();
    const scene = sceneOf(sandbox);
    const routes = scene.routesOf(scene.waiting);
    const answer = await ok('list_routes', { namespaceId: scene.waiting.namespaceId });
    expect(answer.total).toBe(routes.length);
    expect(answer).not.toHaveProperty('nextOffset');
    const allowed = ['id', 'name', 'from', 'to', 'policies', 'enforcedPolicies'];
    for (const row of answer.items as readonly Fields[]) {
      expect(row.id).toMatch(/^b[A-Za-z]{26}$/);
      expect(Object.keys(row).filter((name) => !allowed.includes(name))).toEqual([]);
    }
  });

  test.each(['list_routes', 'list_policies', 'list_key_pairs'])(
    '%s without a namespace is about the whole organization',
    async (name) => {
      const { ok, items, sandbox } = await connect();
      const scene = sceneOf(sandbox);
      const namespaces = await items('list_namespaces', {});
      const lists = namespaces.map(async ({ id }) => items(name, { namespaceId: id }));
      const each = (await Promise.all(lists)).flat().map(({ id }) => id);
      const everywhere = await ok(name, {});
      expect((everywhere.items as readonly Fields[]).map(({ id }) => id).toSorted()).toEqual(each.toSorted());
      expect(each.length).toBeGreaterThan((await items(name, { namespaceId: scene.waiting.namespaceId })).length);
      const root = namespaces.find(({ type }) => type === 'root')?.id;
      expect(sandbox.requests.findLast(({ url }) => url.includes('includeDescendants'))?.url).toContain(
        `namespaceId=${root}&includeDescendants=true`,
      );
      expect(await ok(name, { includeDescendants: false })).toEqual(await ok(name, { namespaceId: root }));
    },
  );

  test('its text is a table of the same records and fields', async () => {
    const { call, sandbox } = await connect();
    const { namespaceId } = sceneOf(sandbox).waiting;
    const { text, content } = await call('list_policies', { namespaceId, limit: 2 });
    const [, header, ...lines] = text.split('\n');
    expect(header).toBe('id,name,enforced,description');
    const items = content.items as readonly Fields[];
    expect(lines.slice(0, 2).map((line) => line.split(',')[0])).toEqual(items.map(({ id }) => id));
    expect(lines.slice(2)).toEqual(['nextOffset: 2', '```']);
  });

  test('pages without overlap, in one order, and says where the next begins', async () => {
    const { ok, items, sandbox } = await connect();
    const { namespaceId } = sceneOf(sandbox).waiting;
    const all = (await items('list_routes', { namespaceId })).map(({ id }) => id);
    const seen: unknown[] = [];
    for (let offset: unknown = 0; offset !== undefined; ) {
      const page: Fields = await ok('list_routes', { namespaceId, limit: 3, offset });
      seen.push(...(page.items as readonly Fields[]).map(({ id }) => id));
      expect(page).not.toHaveProperty('total');
      offset = page.nextOffset;
    }
    expect(seen).toEqual(all);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('that the API cannot page is paged here', async () => {
    const { ok } = await connect();
    const first = await ok('list_users_in_organization', { limit: 1 });
    const second = await ok('list_users_in_organization', { limit: 1, offset: 1 });
    expect([first.nextOffset, second.nextOffset]).toEqual([1, 2]);
    expect(first.items).not.toEqual(second.items);
  });

  test('sends one row more than wanted, and an order that ends in what has no equals', async () => {
    const { ok, sandbox } = await connect();
    const { namespaceId } = sceneOf(sandbox).waiting;
    await ok('list_routes', { namespaceId, limit: 5 });
    await ok('list_routes', { namespaceId, limit: 5, orderBy: ['-updatedAt'] });
    const queries = sandbox.requests
      .filter(({ operation }) => operation === 'list_routes')
      .map(({ url }) => new URL(url, 'https://zero.test').searchParams);
    expect(queries.map((query) => [query.get('limit'), query.get('orderBy')])).toEqual([
      ['6', 'name,id'],
      ['6', '-updatedAt,id'],
    ]);
  });

  test('claims no total from a page that the API has cut short', async () => {
    const { connectTo } = await import('../harness.js');
    const { createSandbox } = await import('../../src/sandbox/sandbox.js');
    const sandbox = createSandbox();
    const scene = sceneOf(sandbox);
    const owner = sandbox.as('owner');
    const namespaceId = scene.automatic.namespaceId;
    for (let index = 0; index < 30; index++) {
      owner('create_policy', {
        namespaceId,
        name: `Team ${index}`,
        enforced: false,
        ppl: [],
        description: '',
        explanation: '',
        remediation: '',
      });
    }
    const capped = (url: string) =>
      url.replace(/limit=\d+/, (text) => (Number(text.slice(6)) > 25 ? 'limit=25' : text));
    const { ok } = await connectTo({
      baseUrl: sandbox.baseUrl,
      fetch: (url, init) => sandbox.fetch(capped(url), init),
      readRefreshToken: async () => sandbox.token,
    });
    const answer = await ok('list_policies', { namespaceId });
    expect(answer.total).toBe(scene.policiesOf(scene.automatic).length);
    expect(answer.items).toHaveLength(Number(answer.total));
  });
});

describe('fields and detail', () => {
  test('fields answer those and the id; a path reaches into a record', async () => {
    const { items, sandbox } = await connect();
    const { namespaceId } = sceneOf(sandbox).waiting;
    const [row] = await items('list_key_pairs', { namespaceId, fields: ['certificateInfo.notAfter'] });
    expect(row).toEqual({ id: expect.any(String), certificateInfo: [{ notAfter: expect.any(String) }] });
  });

  test('an unknown field is refused with the nearest', async () => {
    const { fails, sandbox } = await connect();
    const { namespaceId } = sceneOf(sandbox).waiting;
    const message = await fails('list_routes', { namespaceId, fields: ['polices'] });
    expect(message).toContain('fields: there is no "polices". Did you mean policies?');
    expect(sandbox.requests.filter(({ operation }) => operation === 'list_routes')).toEqual([]);
  });

  test('a record comes without null, empty fields and switches that are off; detail full has all', async () => {
    const { ok, sandbox } = await connect();
    const scene = sceneOf(sandbox);
    const route = scene.routesOf(scene.waiting).find((one) => one.allowSpdy === false);
    const [lean, full] = [
      await ok('get_route', { routeId: route?.id }),
      await ok('get_route', { routeId: route?.id, detail: 'full' }),
    ];
    expect(lean).not.toHaveProperty('allowSpdy');
    expect(full).toMatchObject({ allowSpdy: false });
    for (const value of Object.values(lean)) expect([null, '']).not.toContain(value);
    expect(Object.keys(full)).toEqual(expect.arrayContaining(Object.keys(lean)));
  });

  test('a switch whose absence would mean on stays when it is off', async () => {
    const { ok, sandbox } = await connect();
    const { id: clusterId } = sceneOf(sandbox).waiting;
    expect(await ok('get_settings', { clusterId })).toMatchObject({ autoApplyChangesets: false });
  });

  test('neither shows a secret', async () => {
    const { call, sandbox } = await connect({ sandbox: { switches: { echoSecrets: true } } });
    const { id: clusterId } = sceneOf(sandbox).waiting;
    for (const input of [{ detail: 'full' }, { fields: ['identityProviderClientSecret', 'cookieSecret'] }]) {
      const { text } = await call('get_settings', { clusterId, ...input });
      expect(text).toContain('[redacted by zero-mcp]');
    }
  });
});

test('a route answers with its page in the console', async () => {
  const { call, sandbox } = await connect();
  const scene = sceneOf(sandbox);
  const [route] = scene.routesOf(scene.waiting);
  const { meta } = await call('get_route', { routeId: route?.id });
  expect(meta.links).toEqual({
    console: `https://console.pomerium.app/app/management/routes/${route?.id}/edit?cid=${scene.waiting.namespaceId}`,
  });
});
