import type { z } from 'zod';
import { CreateClusterResponse } from '../../tools/zero/entities/cluster.js';
import {
  Namespace,
  NamespaceWithRole,
  Organization,
  OrganizationProperties,
  UpdateOrganizationRequest,
} from '../../tools/zero/entities/organization.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal, type World } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { forbidden, namespaceOf, rootOf } from '../records.js';
import type { ClusterRow, MembershipRow, OrganizationRow, State } from '../store.js';
import { addCluster, clusterAnswer, clustersOf, removeCluster } from './clusters.js';
import { memoryOf } from './memory.js';
import { countQuotas, planLimits } from './quotas.js';
import { mintSubdomain } from './subdomains.js';

export const organizations: Behaviours = {
  list_organizations: ({ world, caller }) =>
    Object.values(world.state.memberships)
      .filter(({ userId }) => userId === caller.id)
      .flatMap((membership) => organizationAnswer(world.state, membership) ?? []),

  create_organization: (call) => {
    const { organization, membership, cluster } = addOrganization(call, OrganizationProperties.parse(call.body));
    const { state } = call.world;
    return {
      cluster: only(CreateClusterResponse, { ...clusterAnswer(call.world, cluster), refreshToken: cluster.token }),
      namespace: only(Namespace, rootOf(state, organization.id)),
      organization: organizationAnswer(state, membership),
    };
  },

  get_organization: (call) => organizationAnswer(call.world.state, membershipOf(call)),

  update_organization: (call) => {
    const { world, organization } = call;
    const { name, logoURL, ownerUserId } = UpdateOrganizationRequest.parse(call.body);
    if (ownerUserId !== undefined && ownerUserId !== organization.ownerUserId) handOver(call, ownerUserId);
    Object.assign(organization, { name, logoURL, updatedAt: world.now() });
    const root = rootOf(world.state, organization.id);
    recordChange(call, {
      activity: 'update',
      type: 'organization',
      row: organization,
      namespaceId: root.id,
      atOnce: true,
    });
    return organizationAnswer(world.state, membershipOf(call));
  },

  delete_organization: (call) => {
    const { id } = call.organization;
    const { state } = call.world;
    for (const cluster of clustersOf(state, id)) removeCluster(state, cluster.id);
    const root = rootOf(state, id).id;
    for (const table of [state.routes, state.policies, state.keyPairs])
      for (const row of Object.values(table)) if (row.namespaceId === root) delete table[row.id];
    for (const membership of Object.values(state.memberships))
      if (membership.organizationId === id) removeMembership(state, membership);
    for (const table of [state.namespaces, state.invitations, state.changesets, state.activity])
      for (const row of Object.values(table)) if (row.organizationId === id) delete table[row.id];
    delete state.organizations[id];
    delete memoryOf(state).billingEmails[id];
  },

  leave_organization: (call) => {
    if (call.role === 'owner') throw new Refusal(409, "the owner can't leave: hand the organization over first");
    removeMembership(call.world.state, membershipOf(call));
  },

  get_quotas: (call) => {
    const { world, organization, query } = call;
    const namespaceId = query.namespaceId === undefined ? undefined : namespaceOf(call, query.namespaceId).id;
    return { counts: countQuotas(world.state, organization.id, namespaceId), limits: organization.quotas };
  },

  list_feature_flags: () => [
    { name: 'hosted-clusters', enabled: false },
    { name: 'mcp', enabled: true },
    { name: 'session-recording', enabled: false },
    { name: 'ssh', enabled: true },
  ],

  list_namespaces: ({ world, organization, role }) =>
    Object.values(world.state.namespaces)
      .filter((row) => row.organizationId === organization.id)
      .map((row) => only(NamespaceWithRole, { ...row, role: role === 'auditor' ? 'viewer' : 'admin' })),
};

/** An organization as the API answers it to one of its members. */
export function organizationAnswer(state: State, membership: MembershipRow): z.infer<typeof Organization> | undefined {
  const row = state.organizations[membership.organizationId];
  return row && only(Organization, { ...row, role: membership.role, joinedAt: membership.joinedAt });
}

/** The caller's membership in the organization of the path. */
function membershipOf({ world, caller, organization }: Call): MembershipRow {
  return findMembership(world.state, organization.id, caller.id);
}

/** A user's membership; refuses as for an id that doesn't exist. */
export function findMembership(state: State, organizationId: string, userId: string | undefined): MembershipRow {
  const found = Object.values(state.memberships).find(
    (row) => row.organizationId === organizationId && row.userId === userId,
  );
  if (!found) throw forbidden();
  return found;
}

/** Ends a membership. An API user goes with its last one, and so do its tokens. */
export function removeMembership(state: State, { id, userId }: MembershipRow): void {
  delete state.memberships[id];
  const isMember = Object.values(state.memberships).some((row) => row.userId === userId);
  if (!isMember && state.users[userId]?.type === 'user_type_api_access') removeUser(state, userId);
}

export function removeUser(state: State, userId: string): void {
  delete state.users[userId];
  for (const [key, token] of Object.entries(state.refreshTokens))
    if (token.userId === userId) delete state.refreshTokens[key];
}

export interface NewOrganization {
  readonly organization: OrganizationRow;
  readonly membership: MembershipRow;
  readonly cluster: ClusterRow;
}

/** Creates a personal organization with its root namespace and one cluster, owned by the caller. */
export function addOrganization(call: Call, properties: z.infer<typeof OrganizationProperties>): NewOrganization {
  const { world, operation, params, query, body, caller } = call;
  const fields = world.newRow();
  const organization: OrganizationRow = {
    ...fields,
    ...properties,
    organizationType: 'personal',
    ownerUserId: caller.id,
    quotas: { ...planLimits.personal },
    readOnly: false,
  };
  world.state.organizations[organization.id] = organization;
  const root = addRoot(world, organization.id);
  const membership = addMembership(world, organization.id, caller.id, 'owner');
  const inside: Call = { world, operation, params, query, body, caller, organization, role: 'owner' };
  recordChange(inside, {
    activity: 'create',
    type: 'organization',
    row: organization,
    namespaceId: root.id,
    atOnce: true,
  });
  const cluster = addCluster(inside, { name: 'Default', domain: mintSubdomain(world) });
  return { organization, membership, cluster };
}

/** An organization's root namespace. */
export function addRoot(world: World, organizationId: string): State['namespaces'][string] {
  const row = { ...world.newRow(), name: 'Global', type: 'root' as const, organizationId };
  world.state.namespaces[row.id] = row;
  return row;
}

export function addMembership(
  world: World,
  organizationId: string,
  userId: string,
  role: MembershipRow['role'],
): MembershipRow {
  const fields = world.newRow();
  const row = { ...fields, organizationId, userId, role, joinedAt: fields.createdAt };
  world.state.memberships[row.id] = row;
  return row;
}

function handOver(call: Call, ownerUserId: string): void {
  const { organization, world, role } = call;
  if (role !== 'owner') throw forbidden('owner');
  const next = findMembership(world.state, organization.id, ownerUserId);
  if (world.state.users[ownerUserId]?.type === 'user_type_api_access')
    throw new Refusal(400, "an API user can't own an organization");
  membershipOf(call).role = 'admin';
  next.role = 'owner';
  organization.ownerUserId = ownerUserId;
}
