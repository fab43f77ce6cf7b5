import type { z } from 'zod';
import type { Policy as ParsedPolicy } from '../policy/ppl.js';
import type { ActivityLog, Changeset } from '../tools/zero/entities/changeset.js';
import type { Cluster, ClusterHealthCheck, ClusterReplica } from '../tools/zero/entities/cluster.js';
import type { CustomDomain } from '../tools/zero/entities/custom-domain.js';
import type { KeyPairWithCertificateInfo } from '../tools/zero/entities/key-pair.js';
import type { TimeSeries } from '../tools/zero/entities/metrics.js';
import type { Namespace, Organization, OrganizationInvite } from '../tools/zero/entities/organization.js';
import type { Policy } from '../tools/zero/entities/policy.js';
import type { Route } from '../tools/zero/entities/route.js';
import type { ServiceAccount } from '../tools/zero/entities/service-account.js';
import type { Settings } from '../tools/zero/entities/settings.js';
import type { UserWithOrganizationRole } from '../tools/zero/entities/user.js';

/** A record as read: the API may leave out any field (FACTS 3.4), so every one is optional but the id. */
export type Lenient<Schema extends z.ZodType> = Partial<z.output<Schema>> & { readonly id: string };

export type RouteRecord = Lenient<typeof Route>;
export type PolicyRecord = Lenient<typeof Policy>;

/** An organization as it was read at one moment: all that checks, explanations and comparisons look at. Secrets stand as the marks that hide them. */
export interface Snapshot {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly organization: Lenient<typeof Organization>;
  readonly namespaces: readonly Lenient<typeof Namespace>[];
  readonly clusters: readonly ClusterView[];
  /** All routes and policies of the organization, whatever their namespace. */
  readonly routes: readonly RouteView[];
  readonly policies: readonly PolicyView[];
  readonly keyPairs: readonly Lenient<typeof KeyPairWithCertificateInfo>[];
  readonly customDomains: readonly CustomDomainView[];
  readonly serviceAccounts: readonly ServiceAccountView[];
  readonly users: readonly Lenient<typeof UserWithOrganizationRole>[];
  readonly invites: readonly Lenient<typeof OrganizationInvite>[];
  readonly changesets: readonly Lenient<typeof Changeset>[];
  /** Newest first. */
  readonly activity: readonly Lenient<typeof ActivityLog>[];
  /** What could not be read, and why: `get_settings of cluster X: forbidden`. Checks that need it don't run. */
  readonly missing: readonly Missing[];
}

export interface Missing {
  /** The part of the snapshot: `settings`, `activity`. */
  readonly part: keyof Snapshot | keyof ClusterView;
  /** Of one cluster; all of it when left out. */
  readonly clusterId?: string;
  readonly reason: string;
}

export interface ClusterView {
  readonly cluster: Lenient<typeof Cluster>;
  /** Undefined when they can't be read. */
  readonly settings?: Lenient<typeof Settings>;
  readonly health: readonly z.output<typeof ClusterHealthCheck>[];
  readonly replicas: readonly z.output<typeof ClusterReplica>[];
  /** Of the last week: `authz_denied`, `authz_err` and the like, by metric id. */
  readonly metrics: Readonly<Record<string, readonly z.output<typeof TimeSeries>[]>>;
}

export interface RouteView {
  readonly route: RouteRecord;
  /** Ids of the clusters that serve it: those at or below its namespace. */
  readonly clusterIds: readonly string[];
  /** What it is governed by: policyIds and enforcedPolicyIds, each once. */
  readonly policies: readonly PolicyView[];
  /** Ids that lead to no policy that could be read. */
  readonly unreadPolicyIds: readonly string[];
}

export interface PolicyView {
  readonly policy: PolicyRecord;
  /** Undefined when its ppl can't be parsed: it then contributes nothing (PPL.md 1.8). */
  readonly parsed?: ParsedPolicy;
  readonly clusterIds: readonly string[];
}

/** The policies that decide: one that can't be parsed contributes nothing. */
export function parsedOf(views: readonly PolicyView[]): readonly ParsedPolicy[] {
  return views.flatMap(({ parsed }) => (parsed ? [parsed] : []));
}

export type CustomDomainView = Lenient<typeof CustomDomain> & { readonly clusterId: string };
export type ServiceAccountView = Lenient<typeof ServiceAccount> & { readonly clusterId: string };
