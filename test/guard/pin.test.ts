import { describe, expect, test } from 'vitest';
import { checkPin } from '../../src/guard/pin.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

/** A cluster's namespace below two others, one beside it, and records by the namespace they say they are in. */
const pinned = { id: 'c1', namespaceId: 'mine', organizationReads: false };
const namespaces = [
  { id: 'root' },
  { id: 'above', parentId: 'root' },
  { id: 'mine', parentId: 'above' },
  { id: 'beside', parentId: 'above' },
];

function check(
  name: string,
  input: Fields,
  { organizationReads = false, tree = namespaces as readonly Fields[] } = {},
) {
  const record = (id: unknown) => (id === 'placeless' ? {} : { namespaceId: String(id).replace(/^\w+-/, '') });
  const members = ({ clusterId }: Fields) => (clusterId === 'c1' ? [{ id: 'other' }, { id: 'member' }] : []);
  const { read, asked } = readsOf({
    get_route: ({ routeId }) => record(routeId),
    get_policy: ({ policyId }) => record(policyId),
    get_key_pair: ({ keyPairId }) => record(keyPairId),
    list_changesets: members,
    list_custom_domains: members,
    list_service_accounts: members,
    list_namespaces: () => tree,
  });
  const scoped = { organizationId: 'o1', ...input };
  return { asked, done: checkPin(operationOf(name), scoped, { ...pinned, organizationReads }, read) };
}

const passes = async (...args: Parameters<typeof check>) => {
  const { done, asked } = check(...args);
  await done;
  expect(asked.filter(([, { organizationId }]) => organizationId !== 'o1')).toEqual([]);
  return asked.map(([name]) => name);
};

async function refused(argument: string, id: string, ...args: Parameters<typeof check>) {
  await expect(check(...args).done).rejects.toMatchObject({
    kind: 'refused',
    message: `${argument} "${id}" is not in cluster c1.`,
    next: 'This server is pinned to that cluster by its operator. Nothing was changed.',
  });
}

test.each([
  ['create_service_account', 'clusterId', 'c1', 'c2'],
  ['create_route', 'namespaceId', 'mine', 'above'],
  ['list_routes', 'namespaceId', 'mine', 'beside'],
])('the place that %s names as %s', async (name, argument, own, foreign) => {
  expect(await passes(name, { [argument]: own })).toEqual([]);
  await refused(argument, foreign, name, { [argument]: foreign }, { organizationReads: true });
});

describe('the record that is called for', () => {
  test.each([
    ['get_route', 'routeId'],
    ['get_policy', 'policyId'],
    ['get_key_pair', 'keyPairId'],
  ])('%s', async (name, argument) => {
    expect(await passes(name, { [argument]: 'a-mine' })).toEqual([name]);
    for (const id of ['a-beside', 'a-above', 'placeless']) await refused(argument, id, name, { [argument]: id });
  });

  test('may stand above the cluster where that may be read, and only be read', async () => {
    const wide = { organizationReads: true };
    for (const id of ['a-above', 'a-root']) await passes('get_policy', { policyId: id }, wide);
    await refused('policyId', 'a-beside', 'get_policy', { policyId: 'a-beside' }, wide);
    await refused('policyId', 'a-above', 'delete_policy', { policyId: 'a-above' }, wide);
  });

  test('is above nothing where the tree has a hole', async () => {
    const wide = { organizationReads: true, tree: [{ id: 'mine', parentId: 'above' }, { id: 'root' }] };
    await refused('policyId', 'a-above', 'get_policy', { policyId: 'a-above' }, wide);
  });
});

describe('what only lists hold', () => {
  test.each([
    ['apply_changeset', 'changesetId', 'list_changesets'],
    ['compare_changesets', 'firstId', 'list_changesets'],
    ['compare_changesets', 'secondId', 'list_changesets'],
    ['delete_custom_domain', 'customDomainId', 'list_custom_domains'],
    ['delete_service_account', 'serviceAccountId', 'list_service_accounts'],
  ])('%s: %s', async (name, argument, lister) => {
    expect(await passes(name, { [argument]: 'member' })).toEqual([lister]);
    await refused(argument, 'foreign', name, { [argument]: 'foreign' });
  });
});

describe('a patch', () => {
  const patch = (...steps: Fields[]) => ({ routeId: 'a-mine', patch: steps });

  test.each(['copy', 'move'])('never has %s', async (op) => {
    const { done } = check('patch_route', patch({ op, path: '/description', from: '/name' }));
    await expect(done).rejects.toMatchObject({
      kind: 'refused',
      message: `patch: ${op} can't be checked against the cluster this server is pinned to.`,
      next: 'Nothing was sent. Use add, replace and remove.',
    });
  });

  test('leaves the record where it is', async () => {
    await passes('patch_route', patch({ op: 'replace', path: '/namespaceId', value: 'mine' }));
    await passes('patch_route', patch({ op: 'test', path: '/namespaceId', value: 'beside' }));
    await passes('patch_route', patch({ op: 'replace', path: '/description', value: 'beside' }));
    await refused('namespaceId', 'above', 'patch_route', patch({ op: 'add', path: '/namespaceId', value: 'above' }));
    await refused('namespaceId', 'undefined', 'patch_route', patch({ op: 'remove', path: '/namespaceId' }));
  });

  test.each<[string, string, unknown, string, string]>([
    ['in a field', '/tlsClientKeyPairId', 'a-beside', 'tlsClientKeyPairId', 'a-beside'],
    ['at the end of a list', '/policyIds/-', 'a-beside', 'policyIds', 'a-beside'],
    ['in a list', '/policyIds', ['a-above', 'a-beside'], 'policyIds', 'a-beside'],
    ['below a field that names records', '/policyIds/0/x', 'a-beside', 'policyIds', 'a-beside'],
    ['deep inside a value', '/whatever', [{ deep: { sshPolicyId: 'a-beside' } }], 'sshPolicyId', 'a-beside'],
    ['by the innermost field', '/policyIds/tlsClientKeyPairId', 'a-beside', 'tlsClientKeyPairId', 'a-beside'],
  ])('names no foreign record %s', async (_, path, value, field, id) => {
    await refused(field, id, 'patch_route', patch({ op: 'add', path, value }));
  });

  test('may name what is in the cluster or inherited, nothing, and whatever is no id', async () => {
    const reads = await passes(
      'patch_route',
      patch(
        { op: 'add', path: '/policyIds/-', value: 'a-mine' },
        { op: 'add', path: '/sshPolicyId', value: 'a-above' },
        { op: 'add', path: '/tlsClientKeyPairId', value: 'a-root' },
        { op: 'replace', path: '/sshPolicyId', value: '' },
        { op: 'replace', path: '/sshPolicyId', value: null },
        { op: 'replace', path: '/policyIds', value: [7] },
        { op: 'remove', path: '/policyIds/0' },
        { op: 'add', path: '/toString', value: 'a-beside' },
      ),
    );
    expect(reads).toEqual(['get_route', 'list_namespaces', 'get_policy', 'get_policy', 'get_key_pair']);
  });
});

describe('a whole record', () => {
  test.each([
    'policyIds',
    'sshPolicyId',
    'tlsCustomCaKeyPairId',
    'tlsClientKeyPairId',
    'tlsDownstreamClientCaKeyPairId',
    'certificateAuthorityKeyPairId',
    'downstreamMtlsCaKeyPairId',
  ])('names no foreign record as %s', async (field) => {
    await passes('create_route', { [field]: 'a-mine' });
    await passes('create_route', { inner: { [field]: ['a-above'] } });
    await refused(field, 'a-beside', 'create_route', { [field]: 'a-beside' });
    await refused(field, 'placeless', 'create_route', { inner: { [field]: ['placeless'] } });
  });

  test('is read no further where it names none', async () => {
    expect(await passes('create_route', { name: 'a-beside', routeIds: ['a-beside'] })).toEqual([]);
  });

  test('inherits nothing where the tree has a hole', async () => {
    const tree = [{ id: 'mine', parentId: 'above' }];
    await refused('policyIds', 'a-mine', 'create_route', { policyIds: ['a-mine'] }, { tree });
  });
});
