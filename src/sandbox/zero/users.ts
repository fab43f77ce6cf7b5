import type { z } from 'zod';
import {
  CreateOrganizationInviteRequest,
  OrganizationInvite,
  UserInvitation,
} from '../../tools/zero/entities/organization.js';
import {
  CreateApiAccessUserRequest,
  CreateApiAccessUserResponse,
  User,
  UserIdentityInfo,
  UserWithOrganizationRole,
} from '../../tools/zero/entities/user.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal, type World } from '../behaviour.js';
import { requireQuota } from '../quotas.js';
import { find, forbidden } from '../records.js';
import type { InviteRow, Role, UserRow } from '../store.js';
import { addMembership, findMembership, organizationAnswer, removeMembership, removeUser } from './organizations.js';

export const users: Behaviours = {
  // unknown: FACTS 4.10, whether API users may call what stands under /user; here they may.
  update_current_user_info: ({ world, caller }) => {
    caller.updatedAt = world.now();
    return only(User, caller);
  },

  delete_current_user: ({ world, caller }) => {
    const { state } = world;
    if (Object.values(state.organizations).some(({ ownerUserId }) => ownerUserId === caller.id))
      throw new Refusal(409, 'the user owns an organization: hand it over or delete it first');
    for (const membership of Object.values(state.memberships))
      if (membership.userId === caller.id) delete state.memberships[membership.id];
    removeUser(state, caller.id);
  },

  list_user_invitations: ({ world, caller }) =>
    Object.values(world.state.invitations)
      .filter(({ email }) => email === caller.email)
      .flatMap((invite) => invitationAnswer(world, invite) ?? []),

  accept_invitation: (call) => {
    const invite = ownInvitation(call);
    const { world, caller } = call;
    addMembership(world, invite.organizationId, caller.id, invite.role);
    delete world.state.invitations[invite.id];
  },

  reject_invitation: (call) => {
    delete call.world.state.invitations[ownInvitation(call).id];
  },

  list_users_in_organization: ({ world, organization, query }) =>
    Object.values(world.state.memberships)
      .filter(({ organizationId }) => organizationId === organization.id)
      .flatMap(({ userId, role }) => {
        const user = world.state.users[userId];
        return user && (query.userType === undefined || user.type === query.userType)
          ? only(UserWithOrganizationRole, { ...user, organizationRole: role })
          : [];
      }),

  create_api_access_user: (call) => {
    // unknown: FACTS 4.7, the role when none is given; the one with the fewest rights here.
    const { name, role = 'member' } = CreateApiAccessUserRequest.parse(call.body);
    requireGrantable(call, role);
    requireQuota(call, 'apiUsers');
    const { world } = call;
    const user = addApiUser(world, name);
    addMembership(world, call.organization.id, user.id, role);
    return only(CreateApiAccessUserResponse, { ...user, refreshToken: addRefreshToken(world, user.id) });
  },

  remove_user_from_organization: (call) => {
    const membership = findMembership(call.world.state, call.organization.id, call.params.userId);
    if (membership.role === 'owner')
      throw new Refusal(409, "the owner can't be removed: hand the organization over first");
    removeMembership(call.world.state, membership);
  },

  // A new token voids all older ones (FACTS 3.2).
  renew_api_user_refresh_token: (call) => {
    const { world } = call;
    const { userId } = findMembership(world.state, call.organization.id, call.params.userId);
    if (world.state.users[userId]?.type !== 'user_type_api_access') throw new Refusal(400, 'not an API user');
    const { refreshTokens } = world.state;
    for (const [key, token] of Object.entries(refreshTokens)) if (token.userId === userId) delete refreshTokens[key];
    return { refreshToken: addRefreshToken(world, userId) };
  },

  list_organization_invites: ({ world, organization }) =>
    Object.values(world.state.invitations)
      .filter(({ organizationId }) => organizationId === organization.id)
      .map((invite) => only(OrganizationInvite, invite)),

  create_organization_invite: (call) => {
    const { emails, role } = CreateOrganizationInviteRequest.parse(call.body);
    if (role === 'owner' || role === 'admin') requireQuota(call, 'administrators');
    requireGrantable(call, role);
    for (const email of emails) requireOutsider(call, email);
    return [...new Set(emails)].map((email) => only(OrganizationInvite, addInvitation(call, email, role)));
  },

  delete_organization_invite: (call) => {
    delete call.world.state.invitations[find(call, 'invitations', call.params.invitationId).id];
  },
};

/** A user that holds an API token. Its made-up address is a guess: FACTS 4.7. */
export function addApiUser(world: World, displayName: string): UserRow {
  const fields = world.newRow();
  const row: UserRow = {
    ...fields,
    email: `${fields.id.toLowerCase()}@api-users.pomerium.app`,
    displayName,
    needsOnboarding: false,
    type: 'user_type_api_access',
  };
  world.state.users[row.id] = row;
  return row;
}

/** Issues a refresh token for an API user. */
export function addRefreshToken(world: World, userId: string): string {
  const token = world.newToken();
  const row = { ...world.newRow(), token, userId };
  world.state.refreshTokens[row.id] = row;
  return token;
}

export function addInvitation({ world, caller, organization }: Call, email: string, role: Role): InviteRow {
  const row = { ...world.newRow(), email, role, organizationId: organization.id, invitedBy: caller.id };
  world.state.invitations[row.id] = row;
  return row;
}

function ownInvitation({ world, caller, params }: Call): InviteRow {
  const invite = world.state.invitations[params.invitationId ?? ''];
  if (invite?.email !== caller.email) throw forbidden();
  return invite;
}

function invitationAnswer(world: World, invite: InviteRow): z.infer<typeof UserInvitation> | undefined {
  const { createdAt, organizationId, role } = invite;
  const organization = organizationAnswer(world.state, {
    ...invite,
    userId: '',
    organizationId,
    role,
    joinedAt: createdAt,
  });
  const inviter = world.state.users[invite.invitedBy];
  return (
    organization &&
    only(UserInvitation, {
      ...invite,
      invitedBy: inviter ? only(UserIdentityInfo, inviter) : {},
      organization,
      organizationRole: role,
    })
  );
}

/** Nobody gives rights he doesn't have; an organization has one owner, who is made by handing it over (FACTS 3.6). */
function requireGrantable(call: Call, role: Role): void {
  if (role === 'owner' && call.role !== 'owner') throw forbidden('owner');
}

function requireOutsider({ world, organization }: Call, email: string): void {
  const isMember = Object.values(world.state.memberships).some(
    (row) => row.organizationId === organization.id && world.state.users[row.userId]?.email === email,
  );
  if (isMember) throw new Refusal(409, `${email} is already a member`);
  const isInvited = Object.values(world.state.invitations).some(
    (row) => row.organizationId === organization.id && row.email === email,
  );
  if (isInvited) throw new Refusal(409, `${email} is already invited`);
}
