import { beforeAll, describe, expect, test } from 'vitest';
import { type Request, signIn } from './api.js';
import { ids, smallSandbox } from './small-world.js';

const routes = `/organizations/${ids.organization}/routes`;

/** Names in the order they were made; each is a minute younger than the one before it. */
const made = [
  { name: 'grafana', prefix: '/d' },
  { name: 'Argo', prefix: '/a' },
  { name: 'wiki' },
  { name: 'argo-staging', prefix: '/b' },
  { name: 'billing' },
];

let list: (query: string) => Promise<{ status: number; body: { name: string; error?: string }[] }>;
let call: Request;

beforeAll(async () => {
  let now = Date.parse('2026-03-02T09:00:00Z');
  const sandbox = smallSandbox({ now: () => now });
  for (const { name, ...fields } of made) {
    sandbox.as('owner')('create_route', {
      namespaceId: ids.manual,
      name,
      from: `https://${name.toLowerCase()}.example.com`,
      to: name === 'billing' ? ['http://b1:80', 'http://b2:80'] : ['http://app:80'],
      policyIds: [],
      ...fields,
    });
    now += 60_000;
  }
  call = await signIn(sandbox, sandbox.token);
  list = (query) => call('GET', `${routes}?namespaceId=${ids.manual}${query}`);
});

const names = async (query: string) => (await list(query)).body.map(({ name }) => name);
const filtered = (filter: unknown) => names(`&filter=${encodeURIComponent(JSON.stringify(filter))}`);
const item = (field: string, operator: string, value?: unknown) => ({
  items: [{ field, operator, value: value ?? null }],
});

describe('filter', () => {
  test.each<[string, string, unknown, string[]]>([
    ['name', '=', 'wiki', ['wiki']],
    ['name', 'equals', 'WIKI', ['wiki']],
    ['name', 'is', 'wiki', ['wiki']],
    ['name', '!=', 'wiki', ['grafana', 'Argo', 'argo-staging', 'billing']],
    ['name', 'doesNotEqual', 'wiki', ['grafana', 'Argo', 'argo-staging', 'billing']],
    ['name', 'not', 'wiki', ['grafana', 'Argo', 'argo-staging', 'billing']],
    ['name', 'contains', 'argo', ['Argo', 'argo-staging']],
    ['name', 'doesNotContain', 'argo', ['grafana', 'wiki', 'billing']],
    ['name', 'startsWith', 'ar', ['Argo', 'argo-staging']],
    ['name', 'endsWith', 'i', ['wiki']],
    ['name', 'isAnyOf', ['wiki', 'Argo'], ['Argo', 'wiki']],
    ['prefix', 'isEmpty', undefined, ['wiki', 'billing']],
    ['prefix', 'isNotEmpty', undefined, ['grafana', 'Argo', 'argo-staging']],
    ['prefix', '>', '/a', ['grafana', 'argo-staging']],
    ['prefix', '>=', '/b', ['grafana', 'argo-staging']],
    ['prefix', '<', '/b', ['Argo']],
    ['prefix', '<=', '/b', ['Argo', 'argo-staging']],
    ['updatedAt', 'after', '2026-03-02T09:02:00Z', ['argo-staging', 'billing']],
    ['updatedAt', 'onOrAfter', '2026-03-02T10:02:00+01:00', ['wiki', 'argo-staging', 'billing']],
    ['updatedAt', 'before', '2026-03-02T09:01:00Z', ['grafana']],
    ['updatedAt', 'onOrBefore', '2026-03-02T09:01:00Z', ['grafana', 'Argo']],
    ['to', 'contains', 'b2', ['billing']],
    ['to', 'not', 'http://b1:80', ['grafana', 'Argo', 'wiki', 'argo-staging']],
  ])('%s %s %j', async (field, operator, value, expected) => {
    expect(await filtered(item(field, operator, value))).toEqual(expected);
  });

  test('joins items by and, unless told or', async () => {
    const items = [...item('name', 'contains', 'argo').items, ...item('prefix', '=', '/b').items];
    expect(await filtered({ items })).toEqual(['argo-staging']);
    expect(await filtered({ items, logicOperator: 'or' })).toEqual(['Argo', 'argo-staging']);
  });

  test('looks for quick values in every field', async () => {
    expect(await filtered({ items: [], quickFilterValues: ['b2:80'] })).toEqual(['billing']);
    const quickFilterValues = ['wiki', 'grafana'];
    expect(await filtered({ items: [], quickFilterValues })).toEqual([]);
    expect(await filtered({ items: [], quickFilterValues, quickFilterLogicOperator: 'or' })).toEqual([
      'grafana',
      'wiki',
    ]);
  });

  test.each([
    ['{', 'filter: invalid JSON'],
    ['{"items":[{"field":"secret","operator":"=","value":1}]}', /^filter\.items\.0\.field: /],
    ['{"items":[{"field":"name","operator":"like","value":1}]}', /^filter\.items\.0\.operator: /],
    ['{"items":[{"field":"name","operator":"isAnyOf","value":"wiki"}]}', 'filter operator isAnyOf requires a list'],
    ['{"items":[{"field":"updatedAt","operator":"after","value":null}]}', 'filter operator after requires a value'],
  ])('%s is refused', async (filter, error) => {
    const reply = await call('GET', `${routes}?namespaceId=${ids.manual}&filter=${encodeURIComponent(filter)}`);
    expect(reply).toEqual({
      status: 400,
      body: { error: error instanceof RegExp ? expect.stringMatching(error) : error },
    });
  });
});

describe('orderBy', () => {
  test('sorts by one field or several, each up or down, letters without case', async () => {
    expect(await names('&orderBy=name')).toEqual(['Argo', 'argo-staging', 'billing', 'grafana', 'wiki']);
    expect(await names('&orderBy=-updatedAt')).toEqual(['billing', 'argo-staging', 'wiki', 'Argo', 'grafana']);
    expect(await names('&orderBy=prefix,-name')).toEqual(['wiki', 'billing', 'Argo', 'argo-staging', 'grafana']);
  });

  test('refuses a field it does not know', async () => {
    expect((await list('&orderBy=colour')).status).toBe(400);
  });
});

describe('pages', () => {
  test('put together are the whole list, in the same order', async () => {
    for (const orderBy of ['', '&orderBy=to', '&orderBy=-to']) {
      const whole = await names(orderBy);
      const pages = await Promise.all([0, 2, 4].map((offset) => names(`${orderBy}&limit=2&offset=${offset}`)));
      expect(pages.flat()).toEqual(whole);
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    }
  });

  test('end where the list ends, and may be empty', async () => {
    expect(await names('&offset=5')).toEqual([]);
    expect(await names('&limit=0')).toEqual([]);
  });

  test('refuse sizes that are none', async () => {
    expect((await list('&limit=-1')).status).toBe(400);
    expect((await list('&limit=two')).status).toBe(400);
  });

  test('have a default size where the switch says so', async () => {
    const sandbox = smallSandbox({ switches: { defaultLimit: 1 } });
    const owner = sandbox.as('owner');
    for (const name of ['one', 'two'])
      owner('create_route', {
        namespaceId: ids.manual,
        name,
        from: `https://${name}.example.com`,
        to: ['http://a'],
        policyIds: [],
      });
    expect(owner('list_routes', { namespaceId: ids.manual })).toHaveLength(1);
  });
});

describe('namespaces', () => {
  test('a list is of one namespace, or with those below it', () => {
    const sandbox = smallSandbox();
    const owner = sandbox.as('owner');
    const create = (name: string, namespaceId: string) =>
      owner('create_route', {
        namespaceId,
        name,
        from: `https://${name}.example.com`,
        to: ['http://a'],
        policyIds: [],
      });
    create('shared', ids.root);
    create('own', ids.manual);
    const listed = (namespaceId: string, includeDescendants?: boolean) =>
      (owner('list_routes', { namespaceId, includeDescendants }) as { name: string }[]).map(({ name }) => name);
    expect(listed(ids.manual)).toEqual(['own']);
    expect(listed(ids.organization)).toEqual(['shared']);
    expect(listed(ids.root, true)).toEqual(['shared', 'own']);
  });

  test('must be named', async () => {
    expect((await call('GET', routes)).status).toBe(400);
  });
});
