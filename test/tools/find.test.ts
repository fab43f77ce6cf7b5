import { describe, expect, test } from 'vitest';
import { consoleLink } from '../../src/tools/zero/console-link.js';
import { connect, type Fields } from '../harness.js';
import { sceneOf, writes } from '../scene.js';

interface Row extends Fields {
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly match: string;
}

/** A read-only server before the sandbox's organization. */
async function scene(options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect({ mode: 'read-only', ...options });
  const find = async (text: string, input: Fields = {}) => {
    const answer: Fields = await harness.ok('find', { text, ...input });
    return answer as Fields & { readonly items: readonly Row[] };
  };
  const rows = async (text: string, input?: Fields) =>
    (await find(text, input)).items.map(({ type, name, match }) => `${match} ${type} ${name}`);
  return { ...harness, find, rows, place: sceneOf(harness.sandbox) };
}

describe('find', () => {
  test('finds a route by name, and says where it is and where its page is', async () => {
    const { find, place, sandbox } = await scene();
    const [grafana] = (await find('grafana')).items;
    expect(grafana).toEqual({
      type: 'route',
      id: expect.any(String),
      name: 'Grafana',
      namespaceId: place.waiting.id,
      where: 'production',
      match: 'exact',
      field: 'name',
      link: `https://console.pomerium.app/app/management/routes/${grafana?.id}/edit?cid=${place.waiting.id}`,
    });
    expect(writes(sandbox)).toEqual([]);
  });

  test('ranks an id before a name before what begins so before what holds it', async () => {
    const { find, rows, place } = await scene();
    const [first] = place.routesOf(place.waiting);
    expect((await find(first?.id ?? '')).items).toMatchObject([{ type: 'route', id: first?.id, match: 'id' }]);
    const orders = (await rows('orders database')).slice(0, 2);
    expect(orders).toEqual(['exact route Orders database', 'prefix route Orders database staging']);
    const matches = (await find('shop')).items.map(({ match }) => match);
    expect(matches).toEqual(matches.toSorted((one, other) => order(one) - order(other)));
    expect(new Set(matches)).toEqual(new Set(['prefix', 'contains']));
  });

  test('finds the route that answers a URL, then those of its host, and what a wildcard takes', async () => {
    const { rows, find, place } = await scene();
    const { fqdn } = place.automatic;
    expect((await rows(`https://shop.${fqdn}/v2/orders`)).slice(0, 2)).toEqual([
      'answers route Shop API',
      'exact route Web shop',
    ]);
    expect((await rows(`SHOP.${String(fqdn).toUpperCase()}`)).toSorted()).toEqual([
      'exact route Shop API',
      'exact route Web shop',
    ]);
    expect(await rows('pr-7.preview.apps.tidewrack.example')).toEqual(['answers route Customer previews']);
    expect((await find('grafana.monitoring.svc')).items).toMatchObject([
      { name: 'Grafana', field: 'to', value: 'http://grafana.monitoring.svc:3000' },
    ]);
  });

  test('finds policies by what they mention, and people, invitations and accounts', async () => {
    const { find, rows } = await scene();
    const domain = (await find('tidewrack.example', { type: 'policy' })).items;
    expect(domain.find(({ name }) => name === 'Company staff')).toMatchObject({
      match: 'exact',
      field: 'allow domain',
      value: 'tidewrack.example',
    });
    expect(await rows('tomas belt')).toEqual(['prefix user Tomás Beltrán']);
    expect(await rows('cfo@saltmarsh.example')).toContain('exact invitation cfo@saltmarsh.example');
    expect(await rows('svc-stock-export')).toContain('exact serviceAccount Nightly stock export');
  });

  test('finds key pairs by host, clusters, namespaces and domains', async () => {
    const { rows } = await scene();
    expect(await rows('track.tidewrack.example', { type: 'keyPair' })).toEqual([
      'exact keyPair track.tidewrack.example',
    ]);
    expect(await rows('*.tidewrack.example', { type: 'keyPair' })).toContain(
      'exact keyPair tidewrack.example (bought)',
    );
    expect(await rows('partners.tidewrack.example', { type: 'customDomain' })).toEqual([
      'exact customDomain partners.tidewrack.example',
    ]);
    expect(await rows('staging', { type: 'cluster' })).toEqual(['exact cluster staging']);
    expect(await rows('global')).toEqual(['exact namespace Global']);
  });

  test('offers what is most like a misspelt name, only where nothing fits', async () => {
    const { rows, find } = await scene();
    expect(await rows('promethues')).toEqual(['near route Prometheus']);
    expect(await find('no such thing at all here')).toEqual({ items: [], total: 0 });
  });

  test('says how much it leaves out', async () => {
    const { find } = await scene();
    const { items, total, omitted } = await find('tidewrack', { limit: 3 });
    expect(items).toHaveLength(3);
    expect(Number(total)).toBeGreaterThan(10);
    expect(omitted).toBe(Number(total) - 3);
  });

  test('looks into one cluster alone, and reads no more than a kind needs', async () => {
    const { rows, place, sandbox } = await scene();
    const clusterId = place.automatic.id;
    expect(await rows('orders database', { clusterId })).toEqual(['prefix route Orders database staging']);
    const before = sandbox.requests.length;
    await rows('Company staff', { type: 'policy' });
    const operations = new Set(sandbox.requests.slice(before).map(({ operation }) => operation));
    expect(operations).toEqual(new Set(['list_namespaces', 'list_clusters', 'list_policies']));
  });

  test('stays inside the cluster that the server is pinned to', async () => {
    const { sandbox, place } = await scene();
    const { rows } = await scene({ sandbox, pin: { cluster: place.automatic.id } });
    expect(await rows('orders database')).toEqual(['prefix route Orders database staging']);
    expect(await rows('ingrid.solvang@tidewrack.example', { type: 'user' })).toEqual([]);
  });

  test('says what it could not read', async () => {
    const { sandbox, find } = await scene();
    sandbox.faults.add({ operation: 'list_policies', fault: { kind: 'status', status: 403 } });
    const { notices, items } = await find('grafana');
    expect(items[0]).toMatchObject({ name: 'Grafana' });
    expect(notices).toEqual([expect.stringMatching(/^policies could not be read: /)]);
  });
});

function order(match: string): number {
  return ['id', 'answers', 'exact', 'prefix', 'contains', 'near'].indexOf(match);
}

describe('a link into the console', () => {
  test('is made for routes alone, whose page is known', () => {
    const record = { id: 'bRoute', namespaceId: 'bNamespace' };
    expect(consoleLink('route', record)).toBe(
      'https://console.pomerium.app/app/management/routes/bRoute/edit?cid=bNamespace',
    );
    expect(consoleLink('route', { id: 'bRoute' })).toBe(
      'https://console.pomerium.app/app/management/routes/bRoute/edit',
    );
    for (const type of ['policy', 'keyPair', 'toString']) expect(consoleLink(type, record)).toBeUndefined();
  });

  test('is made of nothing but ids', () => {
    for (const id of ['', '../policies', 'a/b', 'a?b']) expect(consoleLink('route', { id })).toBeUndefined();
    expect(consoleLink('route', { id: 'b', namespaceId: 'x&y=1#' })).toBe(
      'https://console.pomerium.app/app/management/routes/b/edit?cid=x%26y%3D1%23',
    );
  });
});
