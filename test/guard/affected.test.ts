import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/errors.js';
import { affectedClusters, ancestry } from '../../src/guard/affected.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

const cluster = (id: string) => ({ id, name: `The ${id}`, namespaceId: `${id}-ns` });
const namespace = (id: string, parentId?: string, type = 'cluster') => ({ id, name: `The ${id}`, type, parentId });

/** Two clusters below one folder, a third beside it. */
const tree = [
  namespace('root', undefined, 'root'),
  namespace('folder', 'root', 'folder'),
  namespace('a-ns', 'folder'),
  namespace('b-ns', 'folder'),
  namespace('c-ns', 'root'),
];
const settings: Readonly<Record<string, unknown>> = { a: true, b: false, c: 'false' };

async function reached(
  name: string,
  input: Fields,
  { clusters = ['a', 'b', 'c'].map(cluster), namespaces = tree as readonly Fields[] } = {},
) {
  const { read, asked } = readsOf({
    list_clusters: () => clusters,
    list_namespaces: () => namespaces,
    get_settings: ({ clusterId }) => {
      if (clusterId === 'gone') throw new ToolError('forbidden', 'no');
      return { autoApplyChangesets: settings[String(clusterId)] };
    },
    get_route: ({ routeId }) => ({ namespaceId: routeId === 'placeless' ? undefined : `${routeId}-ns` }),
    get_policy: ({ policyId }) => ({ namespaceId: policyId }),
    get_key_pair: ({ keyPairId }) => ({ namespaceId: keyPairId }),
  });
  const found = await affectedClusters(operationOf(name), { organizationId: 'o1', ...input }, read);
  expect(asked.filter(([, { organizationId }]) => organizationId !== 'o1')).toEqual([]);
  return { found, ids: found.map(({ id }) => id), reads: asked.map(([of]) => of) };
}

const ALL = ['a', 'b', 'c'];
const idsOf = async (...args: Parameters<typeof reached>) => (await reached(...args)).ids;

describe('a write reaches', () => {
  test('the cluster it names, and nothing else is looked at', async () => {
    const { found, reads } = await reached('patch_settings', { clusterId: 'b' });
    expect(found).toEqual([{ id: 'b', name: 'The b', autoApply: false }]);
    expect(reads).toEqual(['list_clusters', 'get_settings']);
  });

  test('every cluster where nobody knows the one it names', async () => {
    expect(await idsOf('patch_settings', { clusterId: 'x' })).toEqual(ALL);
  });

  test('the clusters at or below its namespace', async () => {
    expect(await idsOf('create_route', { namespaceId: 'a-ns' })).toEqual(['a']);
    expect(await idsOf('create_route', { namespaceId: 'folder' })).toEqual(['a', 'b']);
    expect(await idsOf('create_route', { namespaceId: 'root' })).toEqual(ALL);
  });

  test('every cluster where the namespace cannot be placed', async () => {
    for (const namespaceId of ['o1', 7, undefined]) {
      expect(await idsOf('create_route', { namespaceId })).toEqual(ALL);
    }
    expect(await idsOf('delete_route', { routeId: 'placeless' })).toEqual(ALL);
    const empty = [...tree, namespace('empty', 'root', 'folder')];
    expect(await idsOf('create_route', { namespaceId: 'empty' }, { namespaces: empty })).toEqual(ALL);
  });

  test('a cluster whose way up has a hole, whatever the namespace', async () => {
    const namespaces = [...tree.filter(({ id }) => id !== 'c-ns'), namespace('c-ns', 'lost')];
    expect(await idsOf('create_route', { namespaceId: 'a-ns' }, { namespaces })).toEqual(['a', 'c']);
    expect(await idsOf('create_route', { namespaceId: 'o1' }, { namespaces })).toEqual(ALL);
  });

  test.each([
    ['delete_route', { routeId: 'a' }],
    ['delete_policy', { policyId: 'a-ns' }],
    ['delete_key_pair', { keyPairId: 'a-ns' }],
  ])('where its record is: %s', async (name, input) => {
    expect(await idsOf(name, input)).toEqual(['a']);
  });

  test('where its record is and where it will be, each once', async () => {
    expect(await idsOf('update_route', { routeId: 'c', namespaceId: 'a-ns' })).toEqual(['c', 'a']);
    expect(await idsOf('update_route', { routeId: 'a', namespaceId: 'folder' })).toEqual(['a', 'b']);
  });

  const step = (op: string, path: string, more = {}) => ({ routeId: 'c', patch: [{ op, path, ...more }] });
  test.each<[string, Fields, readonly string[]]>([
    ['replaces its namespace', step('replace', '/namespaceId', { value: 'a-ns' }), ['c', 'a']],
    ['adds its namespace', step('add', '/namespaceId', { value: 'a-ns' }), ['c', 'a']],
    ['tests its namespace', step('test', '/namespaceId', { value: 'a-ns' }), ['c']],
    ['removes its namespace', step('remove', '/namespaceId'), ['c', 'a', 'b']],
    ['puts no text there', step('replace', '/namespaceId', { value: 7 }), ['c', 'a', 'b']],
    ['copies something there', step('copy', '/namespaceId', { from: '/name' }), ['c', 'a', 'b']],
    ['moves it away', step('move', '/description', { from: '/namespaceId', value: 'a-ns' }), ['c', 'a', 'b']],
    ['copies it elsewhere', step('copy', '/description', { from: '/namespaceId' }), ['c']],
    ['moves something else', step('move', '/description', { from: '/name' }), ['c']],
    ['changes another field', step('replace', '/description', { value: 'a-ns' }), ['c']],
  ])('by a patch that %s', async (_, input, ids) => {
    expect(await idsOf('patch_route', input)).toEqual(ids);
  });

  test('namespaces of clusters that Zero did not list, where they are below its own', async () => {
    const clusters = [cluster('a'), cluster('c')];
    const { found } = await reached('create_route', { namespaceId: 'folder' }, { clusters });
    expect(found).toEqual([
      { id: 'a', name: 'The a', autoApply: true },
      { id: 'b-ns', name: 'The b-ns', autoApply: undefined },
    ]);
    expect(await idsOf('create_route', { namespaceId: 'c-ns' }, { clusters })).toEqual(['c']);
    expect(await idsOf('create_route', {}, { clusters })).toEqual(['a', 'c', 'b-ns']);
    expect(await idsOf('create_route', { namespaceId: 'o1' }, { clusters })).toEqual(['a', 'c', 'b-ns']);
    const patch = [{ op: 'replace', path: '/namespaceId', value: 7 }];
    expect(await idsOf('patch_route', { routeId: 'c', patch }, { clusters })).toEqual(['c', 'a', 'b-ns']);
    expect(await idsOf('create_route', {}, { clusters: [] })).toEqual(['a-ns', 'b-ns', 'c-ns']);
    const moved = { routeId: 'c', namespaceId: 'folder' };
    expect(await idsOf('update_route', moved, { clusters })).toEqual(['c', 'a', 'b-ns']);
  });
});

test('auto-apply is what was read, where that is a boolean', async () => {
  const { found } = await reached('create_route', {}, { clusters: ['a', 'b', 'c', 'gone'].map(cluster) });
  expect(found.map(({ autoApply }) => autoApply)).toEqual([true, false, undefined, undefined]);
});

test('the way up from a namespace, unless it has a hole or goes in a circle', () => {
  const parents = new Map([
    ['a', 'b'],
    ['b', 'c'],
    ['c', undefined],
    ['d', ''],
    ['e', 'lost'],
    ['f', 'g'],
    ['g', 'f'],
  ]);
  expect(ancestry('a', parents)).toEqual(['a', 'b', 'c']);
  expect(ancestry('d', parents)).toEqual(['d']);
  expect(ancestry('', parents)).toEqual([]);
  for (const id of ['e', 'f', 'lost']) expect(ancestry(id, parents)).toBeUndefined();
});
