import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { signIn, speak } from '../api.js';
import { ids, smallSandbox } from '../small-world.js';
import { caller } from './calls.js';

const member = (email: string) => (user: { email: string }) => user.email === email;

describe('API users', () => {
  test('get a token once, which works until it is renewed', async () => {
    const sandbox = createSandbox();
    const admin = caller(sandbox, 'admin');
    const { id, refreshToken } = admin('create_api_access_user', { name: 'Reports', role: 'auditor' });
    const users = admin('list_users_in_organization', { userType: 'user_type_api_access' });
    expect(users.at(-1)).toMatchObject({ id, displayName: 'Reports', organizationRole: 'auditor' });
    expect(JSON.stringify(users)).not.toContain(refreshToken);
    const request = await signIn(sandbox, refreshToken);
    expect((await request('GET', '/organizations')).status).toBe(200);

    const renewed = admin('renew_api_user_refresh_token', { userId: id });
    expect(renewed.refreshToken).not.toBe(refreshToken);
    const { status } = await speak(sandbox)('POST', '/token', { refreshToken });
    expect(status).toBe(401);
    expect((await speak(sandbox)('POST', '/token', renewed)).status).toBe(200);
  });

  test('are gone with their tokens when they are removed', async () => {
    const sandbox = createSandbox();
    const admin = caller(sandbox, 'admin');
    const { id, refreshToken } = admin('create_api_access_user', { name: 'Reports' });
    expect(admin('list_users_in_organization').at(-1).organizationRole).toBe('member');
    admin('remove_user_from_organization', { userId: id });
    expect((await speak(sandbox)('POST', '/token', { refreshToken })).status).toBe(401);
    expect(() => admin('remove_user_from_organization', { userId: id })).toThrow('viewer user required');
  });

  test('are the only ones whose token can be renewed', () => {
    const admin = caller(createSandbox(), 'admin');
    const person = admin('list_users_in_organization', { userType: 'user_type_interactive' })[1];
    expect(() => admin('renew_api_user_refresh_token', { userId: person.id })).toThrow('not an API user');
  });

  test('are not made owners by an admin', () => {
    const admin = caller(createSandbox(), 'admin');
    expect(() => admin('create_api_access_user', { name: 'x', role: 'owner' })).toThrow('owner user required');
  });
});

describe('invitations', () => {
  const email = `owner.${ids.foreignOrganization}@example.com`.toLowerCase();

  test('are sent, seen by the invited, and accepted', () => {
    const sandbox = smallSandbox();
    const [admin, guest] = [caller(sandbox, 'admin'), caller(sandbox, email)];
    const [invite] = admin('create_organization_invite', { emails: [email], role: 'auditor' });
    expect(admin('list_organization_invites')).toEqual([invite]);
    expect(guest('list_user_invitations')).toMatchObject([
      { id: invite.id, organizationRole: 'auditor', organization: { id: ids.organization } },
    ]);
    guest('accept_invitation', { invitationId: invite.id });
    expect(admin('list_users_in_organization').find(member(email))).toMatchObject({ organizationRole: 'auditor' });
    expect(admin('list_organization_invites')).toEqual([]);
    expect(guest('list_organizations')).toHaveLength(2);
  });

  test('can be turned down and taken back, by those they are for', () => {
    const sandbox = smallSandbox();
    const [admin, guest] = [caller(sandbox, 'admin'), caller(sandbox, email)];
    const [first] = admin('create_organization_invite', { emails: [email], role: 'member' });
    expect(() => admin('accept_invitation', { invitationId: first.id })).toThrow('viewer user required');
    guest('reject_invitation', { invitationId: first.id });
    const [second] = admin('create_organization_invite', { emails: [email], role: 'member' });
    admin('delete_organization_invite', { invitationId: second.id });
    expect(guest('list_user_invitations')).toEqual([]);
  });

  test('are not sent twice, nor to members', () => {
    const admin = caller(smallSandbox(), 'admin');
    admin('create_organization_invite', { emails: ['new@example.com'], role: 'member' });
    const again = (to: string) => () => admin('create_organization_invite', { emails: [to], role: 'member' });
    expect(again('new@example.com')).toThrow('new@example.com is already invited');
    const insider = `auditor.${ids.organization}@example.com`.toLowerCase();
    expect(again(insider)).toThrow(`${insider} is already a member`);
  });
});

describe('organizations', () => {
  test('are renamed, and handed over by their owner only', () => {
    const sandbox = smallSandbox();
    const [owner, admin] = [caller(sandbox, 'owner'), caller(sandbox, 'admin')];
    expect(admin('update_organization', { name: 'Bakery' })).toMatchObject({ name: 'Bakery', role: 'admin' });
    const auditor = owner('list_users_in_organization').find(
      member(`auditor.${ids.organization}@example.com`.toLowerCase()),
    );
    const handOver = { name: 'Bakery', ownerUserId: auditor.id };
    expect(() => admin('update_organization', handOver)).toThrow('owner user required');
    expect(owner('update_organization', handOver)).toMatchObject({ ownerUserId: auditor.id, role: 'admin' });
    expect(
      admin('list_users_in_organization').filter(
        (user: { organizationRole: string }) => user.organizationRole === 'owner',
      ),
    ).toMatchObject([{ id: auditor.id }]);
  });

  test('keep their owner until they are handed over', () => {
    const sandbox = smallSandbox();
    const owner = caller(sandbox, 'owner');
    expect(() => owner('leave_organization')).toThrow("the owner can't leave");
    expect(() => owner('delete_current_user')).toThrow('the user owns an organization');
    const { ownerUserId } = owner('get_organization');
    expect(() => caller(sandbox, 'admin')('remove_user_from_organization', { userId: ownerUserId })).toThrow(
      "the owner can't be removed",
    );
  });

  test('are left by others', async () => {
    const sandbox = createSandbox();
    const { token } = sandbox;
    caller(sandbox, 'admin')('leave_organization');
    expect((await speak(sandbox)('POST', '/token', { refreshToken: token })).status).toBe(401);
  });

  test('are created with a cluster, whose token is answered once', () => {
    const sandbox = createSandbox();
    const admin = caller(sandbox, 'admin');
    const { organization, cluster, namespace } = admin('create_organization', { name: 'Example Bakery' });
    expect(organization).toMatchObject({
      organizationType: 'personal',
      role: 'owner',
      quotas: { routes: 10, policies: 5 },
    });
    expect(namespace.type).toBe('root');
    const inside = { organizationId: organization.id };
    expect(admin('list_namespaces', inside)).toMatchObject([
      { id: namespace.id },
      { id: cluster.id, parentId: namespace.id },
    ]);
    expect(JSON.stringify(admin('get_cluster', { ...inside, clusterId: cluster.id }))).not.toContain(
      cluster.refreshToken,
    );
    expect(admin('get_quotas', inside).counts).toMatchObject({ clusters: 1, administrators: 0, routes: 0 });
  });

  test('are deleted with all that is theirs, and nothing else', () => {
    const sandbox = createSandbox();
    const before = sandbox.snapshot();
    const admin = caller(sandbox, 'admin');
    const { organization } = admin('create_organization', { name: 'Short-lived' });
    admin('delete_organization', { organizationId: organization.id });
    expect({ ...sandbox.snapshot(), counter: 0 }).toEqual({ ...before, counter: 0 });
    expect(() => admin('get_organization', { organizationId: organization.id })).toThrow('viewer user required');
  });

  test('count quotas per namespace when asked', () => {
    const admin = caller(createSandbox({ now: () => Date.parse('2026-03-04T15:20:00Z') }), 'admin');
    const [production, staging] = admin('list_clusters').map(
      ({ id }: { id: string }) => admin('get_quotas', { namespaceId: id }).counts,
    );
    const all = admin('get_quotas').counts;
    expect(production.routes + staging.routes).toBe(all.routes);
    expect(all).toMatchObject({
      routes: 31,
      policies: 15,
      clusters: 2,
      customDomains: 3,
      serviceAccounts: 4,
      replicas: 2,
    });
    expect(production).toMatchObject({ clusters: 1, serviceAccounts: 3 });
  });
});

describe('quotas', () => {
  test.each([
    ['create_api_access_user', { name: 'x', role: 'member' }, 'apiUsers'],
    ['create_organization_invite', { emails: ['new@example.com'], role: 'admin' }, 'administrators'],
    ['create_service_account', { clusterId: ids.manual, description: 'x', userId: 'x' }, 'serviceAccounts'],
    ['add_custom_domain', { clusterId: ids.manual, domainName: 'apps.example.com' }, 'customDomains'],
  ] as const)('stop %s', (operation, input, kind) => {
    const sandbox = smallSandbox({ switches: { overQuota: 402 } });
    const full = sandbox.snapshot();
    const organization = full.organizations[ids.organization];
    if (organization) organization.quotas[kind] = 0;
    sandbox.restore(full);
    const refused = () => caller(sandbox, 'admin')(operation, input);
    expect(refused).toThrow(`quota exceeded: ${kind} is limited to 0`);
    expect(refused).toThrow(expect.objectContaining({ status: 402 }));
  });
});

test('the caller reads its profile again, and can delete itself', () => {
  const sandbox = createSandbox();
  const admin = caller(sandbox, 'admin');
  const { id } = admin('update_current_user_info');
  admin('delete_current_user');
  expect(sandbox.snapshot().users).not.toHaveProperty(id);
});
