import { describe, expect, test } from 'vitest';
import { targetOf } from '../../src/guard/plan-target.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

/** What a call is about, where a read answers this record. */
async function target(name: string, input: Fields, answers: Readonly<Record<string, unknown>> = {}) {
  const table = Object.entries(answers).map(([reader, answer]) => [reader, () => answer] as const);
  const { read, asked } = readsOf(Object.fromEntries(table));
  const complete = { organizationId: 'o1', ...input };
  return { ...(await targetOf(operationOf(name), complete, { operations, read, ours: () => true })), asked };
}

const MISFIT = 'The patch does not fit the record as it was read, so its steps are shown; Zero may refuse it.';

const route = { id: 'r1', name: 'Tides', namespaceId: 'n1', to: ['http://a'], createdAt: 'x' };
const entity = { type: 'route', id: 'r1', name: '"Tides"', editedBy: [], ours: true };

describe('a patch', () => {
  const patched = async (patch: readonly Fields[] | undefined, record: Fields = route) =>
    target('patch_route', { routeId: 'r1', patch }, { get_route: record });

  test('shows the record as it is and as it will be', async () => {
    const found = await patched([{ op: 'replace', path: '/name', value: 'Quay' }]);
    expect(found).toStrictEqual({
      entity: {
        ...entity,
        action: 'update',
        before: 'known',
        fields: [{ name: 'name', before: '"Tides"', after: '"Quay"' }],
      },
      record: route,
      notes: [],
      asked: [['get_route', { organizationId: 'o1', routeId: 'r1' }]],
    });
  });

  test('of nothing changes nothing', async () => {
    const { entity, notes } = await patched(undefined);
    expect([entity.before, entity.fields, notes]).toEqual(['known', [], []]);
  });

  test('that does not fit shows its steps, and says so', async () => {
    const { entity, notes, record } = await patched([
      { op: 'replace', path: '/name', value: 'Quay' },
      { op: 'remove', path: '/timeout' },
      { op: 'move', path: '/prefix', from: '/two words' },
      { op: 'add', path: '/to/9', value: 'http://b' },
      { op: 'replace', path: '/identityProviderClientSecret', value: 'canary' },
      { op: 'replace', path: '/mcp/server/upstreamOauth2/clientSecret', value: 'canary' },
      { op: 'remove', path: '/mcp/server' },
      { op: 'add', path: '/unheardOf/deeper', value: 'canary' },
      { op: 'add', path: '/unheardOf', value: 7 },
      { op: 'add', path: '/mcp/server/upstreamOauth2', value: { scopes: ['canary'] } },
    ]);
    expect(notes).toEqual([MISFIT]);
    expect(record).toBe(route);
    expect(entity.before).toBe('unknown');
    expect(entity.fields).toStrictEqual([
      { name: 'step 1: replace /name', after: '"Quay"' },
      { name: 'step 2: remove /timeout' },
      { name: 'step 3: move /prefix from "/two words"' },
      { name: 'step 4: add /to/9', after: '"http://b"' },
      { name: 'step 5: replace /identityProviderClientSecret', after: '(secret)' },
      { name: 'step 6: replace /mcp/server/upstreamOauth2/clientSecret', after: '(secret)' },
      { name: 'step 7: remove /mcp/server' },
      { name: 'step 8: add /unheardOf/deeper', after: '(secret)' },
      { name: 'step 9: add /unheardOf', after: '7' },
      // Somewhere in it is a secret: so far down nobody can tell where.
      { name: 'step 10: add /mcp/server/upstreamOauth2', after: '(secret)' },
    ]);
  });

  test('names who else manages the record first', async () => {
    const { notes } = await patched([{ op: 'remove', path: '/timeout' }], { ...route, originatorId: 'terraform' });
    expect(notes).toEqual([
      'route "Tides" is managed by "terraform", which may undo the change or depend on the record.',
      MISFIT,
    ]);
  });
});

describe('a new record', () => {
  test('is shown as it is sent', async () => {
    const found = await target('create_route', { name: 'Tides', namespaceId: 'n1', routeId: 'r7', to: undefined });
    expect(found).toStrictEqual({
      entity: {
        ...entity,
        id: '',
        action: 'create',
        before: 'none',
        fields: [
          { name: 'name', after: '"Tides"' },
          { name: 'namespaceId', after: '"n1"' },
        ],
      },
      record: undefined,
      notes: [],
      asked: [],
    });
  });

  test('may have no name', async () => {
    expect((await target('create_route', { namespaceId: 'n1' })).entity.name).toBe('');
  });
});

describe('what goes', () => {
  test('is shown whole', async () => {
    const { entity: found, record } = await target('delete_route', { routeId: 'r1' }, { get_route: route });
    expect(found).toStrictEqual({
      ...entity,
      action: 'delete',
      before: 'known',
      fields: [
        { name: 'name', before: '"Tides"' },
        { name: 'namespaceId', before: '"n1"' },
        { name: 'to', before: '["http://a"]' },
      ],
    });
    expect(record).toBe(route);
  });

  test('may be nothing that can be read', async () => {
    const { entity: found } = await target('delete_current_user', {});
    expect(found).toStrictEqual({
      ...entity,
      type: 'user',
      id: '',
      name: '',
      action: 'delete',
      before: 'unknown',
      fields: [],
    });
  });
});

describe('a replacement', () => {
  test('takes away what it leaves out, and not what it cannot hold', async () => {
    const before = { ...route, description: 'old', unheardOf: 1 };
    const { entity: found } = await target(
      'update_route',
      { routeId: 'r1', namespaceId: 'n1', name: 'Quay' },
      { get_route: before },
    );
    expect(found.before).toBe('known');
    expect(found.fields).toStrictEqual([
      { name: 'description', before: '"old"' },
      { name: 'name', before: '"Tides"', after: '"Quay"' },
      { name: 'to', before: '["http://a"]' },
    ]);
  });

  test('keeps of a key pair what only the service has', async () => {
    const pair = { id: 'k1', name: 'Old', namespaceId: 'n1', certificate: 'c', key: 'canary' };
    const input = { keyPairId: 'k1', namespaceId: 'n1', name: 'New' };
    const fields = async (more: Fields) =>
      (await target('update_key_pair', { ...input, ...more }, { get_key_pair: pair })).entity.fields;
    expect(await fields({})).toStrictEqual([{ name: 'name', before: '"Old"', after: '"New"' }]);
    expect(await fields({ key: 'another' })).toStrictEqual([
      { name: 'key', before: '(secret)', after: '(changed)' },
      { name: 'name', before: '"Old"', after: '"New"' },
    ]);
  });

  test('of what cannot be read is shown as it is sent', async () => {
    const { entity: found } = await target('update_customer_information', { name: 'Pilots', email: 'a@example.com' });
    expect(found).toMatchObject({ id: 'o1', name: '', action: 'update', before: 'unknown' });
    expect(found.fields.every(({ before }) => before === undefined)).toBe(true);
    expect(found.fields.length).toBeGreaterThan(0);
  });
});

describe('a call about a record', () => {
  test('shows what is sent with it', async () => {
    const cluster = { id: 'c1', name: 'Harbour', namespaceId: 'n1' };
    const { entity: found, record } = await target(
      'rotate_cluster_token',
      { clusterId: 'c1' },
      { get_cluster: cluster },
    );
    expect(found).toStrictEqual({
      ...entity,
      type: 'cluster',
      id: 'c1',
      name: '"Harbour"',
      action: 'call',
      before: 'known',
      fields: [],
    });
    expect(record).toBe(cluster);
  });

  test('shows only what is sent, not what it may replace', async () => {
    const { entity: found } = await target(
      'create_billing_portal_session',
      { returnUrl: 'https://new' },
      { get_organization: { id: 'o1', name: 'Pilots', returnUrl: 'https://old' } },
    );
    expect(found).toMatchObject({ id: 'o1', name: '"Pilots"', action: 'call', before: 'known' });
    expect(found.fields).toStrictEqual([{ name: 'returnUrl', after: '"https://new"' }]);
  });

  test('may be about none', async () => {
    const { entity: found } = await target('authorize_notifications', { name: 'Pilots' });
    expect(found).toMatchObject({ type: 'authorize_notifications', id: '', name: '', action: 'call' });
  });

  test('hides secrets that it sends', async () => {
    const { entity: found } = await target('check_identity_provider_settings', {
      provider: 'oidc',
      clientSecret: 'canary',
    });
    expect(found.fields).toContainEqual({ name: 'clientSecret', after: '(secret)' });
  });
});

test('an id that is none is quoted', async () => {
  const { entity: found } = await target('delete_route', { routeId: 'r1' }, { get_route: { id: 'a b' } });
  expect(found).toMatchObject({ id: '"a b"', name: '' });
});

describe('secrets', () => {
  const settings = { id: 's1', identityProviderClientSecret: 'canary' };

  test('are hidden by what is read where the call has no fields of its own', async () => {
    const { entity: found } = await target(
      'delete_route',
      { routeId: 'r1' },
      {
        get_route: { ...route, kubernetesServiceAccountToken: 'canary', setRequestHeaders: { X: 'canary' } },
      },
    );
    expect(JSON.stringify(found)).not.toContain('canary');
    expect(found.fields).toContainEqual({ name: 'setRequestHeaders', before: '{"X":(secret)}' });
  });

  test('are not what only sounds like one, as either schema knows', async () => {
    const gone = { id: 'r1', name: 'Tides', jwtIssuerFormat: 'uri' };
    expect((await target('delete_route', { routeId: 'r1' }, { get_route: gone })).entity.fields).toContainEqual({
      name: 'jwtIssuerFormat',
      before: '"uri"',
    });
    const { entity: made } = await target('create_route', { removeRequestHeaders: ['X'] });
    expect(made.fields).toStrictEqual([{ name: 'removeRequestHeaders', after: '["X"]' }]);
  });

  test('are hidden by what is sent, too', async () => {
    const patch = [{ op: 'replace', path: '/identityProviderClientSecret', value: 'another' }];
    const { entity: found } = await target('patch_settings', { clusterId: 'c1', patch }, { get_settings: settings });
    expect(found.fields).toStrictEqual([
      { name: 'identityProviderClientSecret', before: '(secret)', after: '(changed)' },
    ]);
  });
});
