import { z } from 'zod';
import { parsePolicy } from '../policy/parse.js';
import type { Json, Policy as ParsedPolicy } from '../policy/ppl.js';
import { ActivityLog, Changeset } from '../tools/zero/entities/changeset.js';
import { Cluster, ClusterHealthCheck, ClusterReplica } from '../tools/zero/entities/cluster.js';
import { CustomDomain } from '../tools/zero/entities/custom-domain.js';
import { KeyPairWithCertificateInfo } from '../tools/zero/entities/key-pair.js';
import { TimeSeries } from '../tools/zero/entities/metrics.js';
import { Namespace, Organization, OrganizationInvite } from '../tools/zero/entities/organization.js';
import { Policy } from '../tools/zero/entities/policy.js';
import { Route } from '../tools/zero/entities/route.js';
import { ServiceAccount } from '../tools/zero/entities/service-account.js';
import { Settings } from '../tools/zero/entities/settings.js';
import { UserWithOrganizationRole } from '../tools/zero/entities/user.js';
import { fittingOf, isNull, readerOf } from './fitting.js';
import type {
  ClusterView,
  Lenient,
  Missing,
  PolicyRecord,
  PolicyView,
  RouteRecord,
  RouteView,
  Snapshot,
} from './snapshot.js';

/** An organization's records as the API answered them, secrets hidden. Of any shape: what isn't understood is left out. */
export interface Records {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly organization: unknown;
  readonly namespaces: unknown;
  readonly clusters: readonly ClusterRecords[];
  readonly routes: unknown;
  readonly policies: unknown;
  readonly keyPairs: unknown;
  readonly customDomains: unknown;
  /** Each with its `clusterId`. */
  readonly serviceAccounts: unknown;
  readonly users: unknown;
  readonly invites: unknown;
  readonly changesets: unknown;
  /** Newest first. */
  readonly activity: unknown;
  readonly missing?: readonly Missing[];
}

export interface ClusterRecords {
  readonly cluster: unknown;
  readonly settings?: unknown;
  readonly health?: unknown;
  readonly replicas?: unknown;
  /** Lists of time series by metric id. */
  readonly metrics?: Readonly<Record<string, unknown>>;
}

const read = {
  organization: fittingOf(Organization),
  namespaces: readerOf(Namespace),
  cluster: fittingOf(Cluster),
  settings: fittingOf(Settings),
  health: fittingOf(ClusterHealthCheck),
  replicas: readerOf(ClusterReplica),
  series: fittingOf(TimeSeries),
  routes: readerOf(Route),
  // What a policy says is for the parser to judge.
  policies: readerOf(Policy.extend({ ppl: z.unknown() })),
  keyPairs: readerOf(KeyPairWithCertificateInfo),
  customDomains: readerOf(CustomDomain),
  serviceAccounts: readerOf(ServiceAccount.extend({ clusterId: z.string() })),
  users: readerOf(UserWithOrganizationRole),
  invites: readerOf(OrganizationInvite),
  changesets: readerOf(Changeset),
  activity: readerOf(ActivityLog),
};

/** Puts records together to what checks, explanations and comparisons look at. */
export function assemble(records: Records): Snapshot {
  const namespaces = read.namespaces(records.namespaces);
  const clusters = records.clusters.flatMap(clusterView);
  const clustersAt = placing(namespaces, clusters);
  const policies = read.policies(records.policies).map((record): PolicyView => {
    const policy = record as PolicyRecord;
    return { policy, parsed: parse(policy.ppl), clusterIds: clustersAt(policy.namespaceId) };
  });
  const byId = new Map(policies.map((view) => [view.policy.id, view]));
  return {
    now: records.now,
    organization: { id: '', ...read.organization(records.organization) },
    namespaces,
    clusters,
    routes: read.routes(rowsWithIds(records.routes)).map((route) => routeView(route, byId, clustersAt)),
    policies,
    keyPairs: read.keyPairs(records.keyPairs),
    customDomains: read.customDomains(records.customDomains).map((domain) => ({ clusterId: '', ...domain })),
    serviceAccounts: read.serviceAccounts(records.serviceAccounts).map((account) => ({ clusterId: '', ...account })),
    users: read.users(records.users),
    invites: read.invites(records.invites),
    changesets: read.changesets(records.changesets),
    activity: read.activity(records.activity),
    missing: records.missing ?? [],
  };
}

/** The records of a snapshot, to assemble it anew with some of them changed. */
export function recordsOf(snapshot: Snapshot): Records {
  return {
    ...snapshot,
    routes: snapshot.routes.map(({ route }) => route),
    policies: snapshot.policies.map(({ policy }) => policy),
  };
}

function clusterView({ settings, health, replicas, metrics, ...rest }: ClusterRecords): readonly ClusterView[] {
  const cluster = read.cluster(rest.cluster);
  if (typeof cluster?.id !== 'string') return [];
  const fitting = read.settings(settings);
  return [
    {
      cluster: { ...cluster, id: cluster.id },
      ...(fitting && { settings: { id: '', ...fitting } }),
      health: objects(health, read.health) as ClusterView['health'],
      replicas: read.replicas(replicas) as ClusterView['replicas'],
      metrics: Object.fromEntries(
        Object.entries<unknown>(Object(metrics)).map(([id, series]) => [id, objects(series, read.series)]),
      ) as ClusterView['metrics'],
    },
  ];
}

function objects<Value>(rows: unknown, fitting: (row: unknown) => Value | undefined): readonly Value[] {
  return (Array.isArray(rows) ? rows : []).flatMap((row) => fitting(row) ?? []);
}

/** What a stored ppl says; undefined where it says nothing that can be read. */
export function parse(ppl: unknown): ParsedPolicy | undefined {
  if (isNull(ppl)) return undefined;
  const parsed = parsePolicy(ppl as Json);
  return 'policy' in parsed ? parsed.policy : undefined;
}

const ID_LISTS = ['policyIds', 'enforcedPolicyIds'] as const;

/** Routes whose lists of policies hold ids alone: some answers hold the policies. */
function rowsWithIds(routes: unknown): unknown {
  if (!Array.isArray(routes)) return routes;
  const plain = ({ id }: { readonly id?: unknown }) => id;
  return routes.map((route: unknown) => {
    const lists = ID_LISTS.flatMap((name) => {
      const ids: unknown = Object(route)[name];
      if (!Array.isArray(ids) || ids.every((id) => typeof id === 'string')) return [];
      return [[name, ids.map((item: unknown) => (typeof item === 'object' && item !== null ? plain(item) : item))]];
    });
    return lists.length > 0 ? { ...(route as object), ...Object.fromEntries(lists) } : route;
  });
}

function routeView(
  route: RouteRecord,
  policies: ReadonlyMap<string, PolicyView>,
  clustersAt: (namespaceId: string | undefined) => readonly string[],
): RouteView {
  const ids = new Set([
    ...(route.policyIds ?? namesIn(route.policies)),
    ...(route.enforcedPolicyIds ?? namesIn(route.enforcedPolicies)),
  ]);
  return {
    route,
    clusterIds: clustersAt(route.namespaceId),
    policies: [...ids].flatMap((id) => policies.get(id) ?? []),
    unreadPolicyIds: [...ids].filter((id) => !policies.has(id)),
  };
}

function namesIn(infos: RouteRecord['policies'] = []): readonly string[] {
  return infos.flatMap(({ id }) => id ?? []);
}

/**
 * Answers the clusters at or below a namespace. One that reaches no known cluster can't be placed (the vendor's guide
 * uses the organization's id): that counts as all of them.
 */
function placing(
  namespaces: readonly Lenient<typeof Namespace>[],
  clusters: readonly ClusterView[],
): (namespaceId: string | undefined) => readonly string[] {
  const parents = new Map(namespaces.map(({ id, parentId }) => [id, parentId]));
  const below = new Map<string, string[]>();
  for (const { cluster } of clusters) {
    const passed = new Set<string>();
    // FACTS 3.3: a cluster's namespace has its own id.
    for (let at: string | undefined = cluster.namespaceId ?? cluster.id; at && !passed.has(at); at = parents.get(at)) {
      passed.add(at);
      below.set(at, [...(below.get(at) ?? []), cluster.id]);
    }
  }
  const all = clusters.map(({ cluster }) => cluster.id);
  return (namespaceId) => (namespaceId === undefined ? undefined : below.get(namespaceId)) ?? all;
}
