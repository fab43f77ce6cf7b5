import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  actionOf,
  beforeImage,
  holdersOf,
  idOf,
  readerOf,
  recordOf,
  refuseHeld,
  schemaOf,
  typeOf,
} from '../../src/guard/record-of.js';
import { HIDDEN } from '../../src/secret.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

test.each<[string, string, string | undefined, string, string]>([
  ['create_organization', 'create', undefined, 'organization', ''],
  ['update_organization', 'update', 'get_organization', 'organization', 'organizationId'],
  ['delete_organization', 'delete', 'get_organization', 'organization', 'organizationId'],
  ['leave_organization', 'call', 'get_organization', 'organization', 'organizationId'],
  ['delete_current_user', 'delete', undefined, 'user', ''],
  ['accept_invitation', 'call', 'list_user_invitations', 'invitation', 'invitationId'],
  ['create_api_access_user', 'create', undefined, 'api_access', 'organizationId'],
  ['remove_user_from_organization', 'delete', 'list_users_in_organization', 'user', 'userId'],
  ['renew_api_user_refresh_token', 'call', 'list_users_in_organization', 'user', 'userId'],
  ['rotate_cluster_token', 'call', 'get_cluster', 'cluster', 'clusterId'],
  ['patch_settings', 'update', 'get_settings', 'settings', 'clusterId'],
  ['create_route', 'create', undefined, 'route', 'organizationId'],
  ['update_route', 'update', 'get_route', 'route', 'routeId'],
  ['delete_policy', 'delete', 'get_policy', 'policy', 'policyId'],
  ['apply_changeset', 'call', 'list_changesets', 'changeset', 'changesetId'],
  ['create_key_pair', 'create', undefined, 'key_pair', 'organizationId'],
  ['delete_custom_domain', 'delete', 'list_custom_domains', 'custom_domain', 'customDomainId'],
  ['get_service_account_token', 'call', 'get_service_account', 'service_account', 'serviceAccountId'],
  ['update_customer_information', 'update', undefined, 'customer', 'organizationId'],
  ['complete_checkout_session', 'call', 'get_organization', 'organization', 'organizationId'],
  ['start_onboarding', 'call', undefined, 'start_onboarding', ''],
])('%s: %s, read with %s, of a %s by its %s', (name, action, reader, type, id) => {
  const operation = operationOf(name);
  const found = readerOf(operation, operations);
  expect([actionOf(operation), found?.name, typeOf(operation, found), idOf(operation)]).toEqual([
    action,
    reader,
    type,
    id,
  ]);
});

test('a record is read with nothing but a GET', () => {
  const ping = { ...operationOf('get_route'), name: 'ping_route', method: 'POST' } as const;
  const all = new Map([[ping.name, ping], ...operations]);
  expect(readerOf(operationOf('delete_route'), all)?.name).toBe('get_route');
});

test('what a record answers is one of a list, or all of it, or nothing that anybody knows', () => {
  const { output: list } = operationOf('list_routes');
  expect(schemaOf(operationOf('list_routes'))).toBe((list as z.ZodArray).element);
  expect(schemaOf(operationOf('get_route'))).toBe(operationOf('get_route').output);
  expect(schemaOf(operationOf('delete_route')).parse('whatever')).toBe('whatever');
});

describe('a record', () => {
  const clusters = [{ id: 'c1' }, { id: 'c2' }];
  /** What a call is about, and what was read for it. */
  async function found(name: string, input: Fields, answers: Parameters<typeof readsOf>[0]) {
    const operation = operationOf(name);
    const reader = readerOf(operation, operations);
    if (!reader) throw new Error(`${name} is about no record`);
    const { read, asked } = readsOf(answers);
    return { asked, record: recordOf(reader, operation, { organizationId: 'o1', ...input }, { read, operations }) };
  }

  test('is read by itself', async () => {
    const route = { id: 'r1' };
    const { record, asked } = await found('delete_route', { routeId: 'r1', other: 'x' }, { get_route: () => route });
    expect(await record).toBe(route);
    expect(asked).toStrictEqual([['get_route', { organizationId: 'o1', routeId: 'r1' }]]);
  });

  test('is found in the list of an organization', async () => {
    const users = [{ id: 'u1' }, { id: 'u2' }];
    const { record, asked } = await found(
      'remove_user_from_organization',
      { userId: 'u2' },
      { list_users_in_organization: () => users },
    );
    expect(await record).toBe(users[1]);
    expect(asked).toStrictEqual([['list_users_in_organization', { organizationId: 'o1' }]]);
  });

  test('is found in the list of the cluster that has it', async () => {
    const domain = { id: 'd2' };
    const { record, asked } = await found(
      'delete_custom_domain',
      { customDomainId: 'd2' },
      {
        list_clusters: () => [...clusters, { id: 'c3' }],
        list_custom_domains: ({ clusterId }) => (clusterId === 'c2' ? [{ id: 'd1' }, domain] : [{ id: 'd0' }]),
      },
    );
    expect(await record).toBe(domain);
    expect(asked).toStrictEqual([
      ['list_clusters', { organizationId: 'o1' }],
      ['list_custom_domains', { organizationId: 'o1', clusterId: 'c1' }],
      ['list_custom_domains', { organizationId: 'o1', clusterId: 'c2' }],
    ]);
  });

  test('that no list has is not found', async () => {
    const { record } = await found(
      'delete_custom_domain',
      { customDomainId: 'd\n9' },
      { list_clusters: () => clusters, list_custom_domains: () => [{ id: 'd1' }] },
    );
    await expect(record).rejects.toMatchObject({
      kind: 'not_found',
      message: 'list_custom_domains has no record with customDomainId "d\\n9".',
      next: 'Nothing was sent. Check the id with the list tool.',
    });
  });
});

describe('the record before', () => {
  const kept = (name: string, input: Fields, answers: Parameters<typeof readsOf>[0] = {}) =>
    beforeImage(operationOf(name), { organizationId: 'o1', ...input }, { read: readsOf(answers).read, operations });

  test.each(['update_route', 'patch_route', 'delete_route'])('%s keeps it, without its secrets', async (name) => {
    const route = { id: 'r1', name: 'Tides', identityProviderClientSecret: 'canary' };
    expect(await kept(name, { routeId: 'r1' }, { get_route: () => route })).toEqual({
      before: { id: 'r1', name: 'Tides', identityProviderClientSecret: HIDDEN },
    });
  });

  test.each(['create_route', 'apply_changeset', 'update_customer_information'])('%s has none', async (name) => {
    expect(await kept(name, { changesetId: 's1' })).toEqual({});
  });

  test('that cannot be read is noted, and stops nothing', async () => {
    const note = 'The record could not be read before the change, so this server cannot take the change back.';
    expect(await kept('delete_route', { routeId: 'r1' })).toEqual({ note });
    expect(await kept('remove_user_from_organization', {}, { list_users_in_organization: () => [] })).toEqual({
      note,
    });
  });
});

describe('a policy that routes name', () => {
  const routes = [{ id: 'r1', name: 'Tides' }, { id: 'r2' }];
  const policy = (record: Fields) => readsOf({ get_policy: () => record });
  const input = { organizationId: 'o1', policyId: 'p1', other: 'x' };
  const remove = operationOf('delete_policy');

  test('is held by them, unless it is enforced besides', async () => {
    const { read, asked } = policy({ routes, enforced: false });
    expect(await holdersOf(input, read)).toEqual(routes);
    expect(asked).toStrictEqual([['get_policy', { organizationId: 'o1', policyId: 'p1' }]]);
    expect(await holdersOf(input, policy({ routes }).read)).toEqual(routes);
    expect(await holdersOf(input, policy({ routes, enforced: true }).read)).toEqual([]);
    expect(await holdersOf(input, policy({}).read)).toEqual([]);
  });

  test('is not deleted', async () => {
    await expect(refuseHeld(remove, input, policy({ routes }).read)).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Zero refuses to delete a policy that routes name in policyIds: "Tides", "r2".',
      next: 'Nothing was sent, and nobody was asked. Take it off these routes first, with update_route and policyIds.',
    });
    await refuseHeld(remove, input, policy({ routes: [] }).read);
  });

  test('is not looked for by another call', async () => {
    const { read, asked } = policy({ routes });
    await refuseHeld(operationOf('update_policy'), input, read);
    expect(asked).toEqual([]);
  });
});
