import type { z } from 'zod';
import type { ActivityLog, Changeset } from '../tools/zero/entities/changeset.js';
import type { Cluster } from '../tools/zero/entities/cluster.js';
import type { CustomDomain } from '../tools/zero/entities/custom-domain.js';
import type { KeyPairOrigin, KeyPairStatus, KeyPairWithKeyProperties } from '../tools/zero/entities/key-pair.js';
import type { Namespace, Organization, OrganizationInvite } from '../tools/zero/entities/organization.js';
import type { PolicyProperties } from '../tools/zero/entities/policy.js';
import type { RouteProperties } from '../tools/zero/entities/route.js';
import type { ServiceAccount } from '../tools/zero/entities/service-account.js';
import type { SettingsProperties } from '../tools/zero/entities/settings.js';
import type { OrganizationRole, User } from '../tools/zero/entities/user.js';

/** Fields of every stored row. Rows hold what was saved, secrets included; `only()` of answer.ts makes the answer. */
export interface Row {
  id: string;
  createdAt: string;
  updatedAt: string;
}

/** Rows of one kind by id, in the order they were made. */
export type Table<R> = Record<string, R>;

type Owned = { organizationId: string };

export type OrganizationRow = Omit<z.infer<typeof Organization>, 'role' | 'joinedAt'>;
export type UserRow = z.infer<typeof User>;
export type Role = z.infer<typeof OrganizationRole>;
/** A user's place in an organization; the row's id is its own. */
export type MembershipRow = Row & Owned & { userId: string; role: Role; joinedAt: string };
export type InviteRow = z.infer<typeof OrganizationInvite> & Owned & { invitedBy: string };
/** A refresh token by its text. An API user has one; renewing voids the older. */
export type RefreshTokenRow = Row & { token: string; userId: string };
/** Namespaces: a root, and one per cluster whose id is the cluster's (FACTS 3.3). */
export type NamespaceRow = z.infer<typeof Namespace> & Owned;
/** `token` is the cluster's one active token. */
export type ClusterRow = z.infer<typeof Cluster> & Owned & { token: string };
export type RouteRow = Row & z.infer<typeof RouteProperties>;
export type PolicyRow = Row & z.infer<typeof PolicyProperties>;
export type KeyPairRow = Row &
  z.infer<typeof KeyPairWithKeyProperties> & {
    origin: z.infer<typeof KeyPairOrigin>;
    status: z.infer<typeof KeyPairStatus>;
  };
/** Stored under the cluster's id; `id` is the settings' own. */
export type SettingsRow = Row & z.infer<typeof SettingsProperties>;
export type ServiceAccountRow = z.infer<typeof ServiceAccount> & { clusterId: string; token: string };
export type CustomDomainRow = z.infer<typeof CustomDomain>;
/** `polls` counts the reads that an applying changeset still lasts. */
export type ChangesetRow = z.infer<typeof Changeset> & Owned & { clusterId: string; polls: number };
/** `changesetIds` names the changeset of each cluster the change reaches; an entry shows only the first that was applied. */
export type ActivityRow = z.infer<typeof ActivityLog> & Owned & { changesetIds: string[] };

/** The configuration a cluster runs or would run: its own records and those of the root namespace. */
export interface ClusterState {
  settings: SettingsRow;
  routes: Table<RouteRow>;
  policies: Table<PolicyRow>;
  keyPairs: Table<KeyPairRow>;
  serviceAccounts: Table<ServiceAccountRow>;
  customDomains: Table<CustomDomainRow>;
}

/** All the sandbox knows. Plain JSON: it is saved, copied and restored as such. */
export interface State {
  /** Counts ids and tokens, so they repeat for the same seed. */
  counter: number;
  organizations: Table<OrganizationRow>;
  users: Table<UserRow>;
  memberships: Table<MembershipRow>;
  invitations: Table<InviteRow>;
  refreshTokens: Table<RefreshTokenRow>;
  namespaces: Table<NamespaceRow>;
  clusters: Table<ClusterRow>;
  settings: Table<SettingsRow>;
  routes: Table<RouteRow>;
  policies: Table<PolicyRow>;
  keyPairs: Table<KeyPairRow>;
  serviceAccounts: Table<ServiceAccountRow>;
  customDomains: Table<CustomDomainRow>;
  changesets: Table<ChangesetRow>;
  activity: Table<ActivityRow>;
  /** What each cluster runs, by cluster id. */
  live: Record<string, ClusterState>;
  /** The configuration being applied, by changeset id. */
  applying: Record<string, ClusterState>;
  /** What behaviours remember besides (reserved subdomain names, onboarding), by a name of their own. JSON only. */
  extra: Record<string, unknown>;
}

export function emptyState(): State {
  return {
    counter: 0,
    organizations: {},
    users: {},
    memberships: {},
    invitations: {},
    refreshTokens: {},
    namespaces: {},
    clusters: {},
    settings: {},
    routes: {},
    policies: {},
    keyPairs: {},
    serviceAccounts: {},
    customDomains: {},
    changesets: {},
    activity: {},
    live: {},
    applying: {},
    extra: {},
  };
}
