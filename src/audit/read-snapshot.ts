import { z } from 'zod';
import { ToolError } from '../errors.js';
import { ancestry, type Read, topNamespaces } from '../guard/affected.js';
import { pagesOf } from '../guard/plan-pages.js';
import type { Input } from '../operation.js';
import type { Sources } from '../report.js';
import { HIDDEN, type Hidden, redact } from '../secret.js';
import { assemble, type ClusterRecords, type Records } from './assemble.js';
import type { Part } from './check.js';
import type { Missing, Snapshot } from './snapshot.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ACTIVITY_DAYS = 90;
const METRICS_DAYS = 7;
const METRICS = ['authz_denied', 'authz_err'] as const;

/** What is read. */
export interface Wanted {
  readonly organizationId: string;
  /**
   * Only what is of this cluster: its records, and the policies above it that its routes name. People, invitations and
   * the organization belong to no cluster and aren't read.
   */
  readonly clusterId?: string;
  /** Parts beside the namespaces and clusters; all when left out. What isn't wanted stays empty without being `missing`. */
  readonly parts?: readonly Part[];
}

/** What reading takes. */
type SnapshotSources = Pick<Sources, 'read' | 'operations' | 'now'>;

interface Row {
  readonly id?: unknown;
  readonly [field: string]: unknown;
}

/**
 * Reads an organization, each kind of record in one pass, and hides its secrets. What can't be read becomes an entry of
 * `missing`.
 *
 * @throws ToolError of the namespaces and clusters, without which nothing can be placed; `cancelled` of any read
 */
export async function readSnapshot(wanted: Wanted, sources: SnapshotSources): Promise<Snapshot> {
  const { organizationId, clusterId, parts } = wanted;
  const scope = { organizationId };
  const read = hiding(sources);
  const now = sources.now();
  const missing: Missing[] = [];

  /** One part's answer; undefined when it isn't wanted or can't be read. */
  async function part<Answer>(name: Part, load: () => Promise<Answer>, cluster?: string): Promise<Answer | undefined> {
    if (parts && !parts.includes(name)) return undefined;
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof ToolError) || error.kind === 'cancelled') throw error;
      missing.push({
        part: name,
        ...(cluster !== undefined && { clusterId: cluster }),
        reason: error.message.replace(/\.$/, ''),
      });
      return undefined;
    }
  }
  const all = (operation: string, input: Input = {}) =>
    pagesOf<Row>(read, operation, { ...scope, ...input }, () => false);

  const [everyNamespace, clusters] = await Promise.all([
    rows(read('list_namespaces', scope)),
    clusterId === undefined
      ? rows(read('list_clusters', scope))
      : read('get_cluster', { ...scope, clusterId }).then(list),
  ]);
  const namespaces = clusterId === undefined ? everyNamespace : inheritedBy(clusters, everyNamespace);
  const tops = clusterId === undefined ? topNamespaces(namespaces) : clusters.map(namespaceOf);
  const inNamespaces = async (operation: string) => {
    const found = tops.map((namespaceId) => all(operation, { namespaceId, includeDescendants: true }));
    return (await Promise.all(found)).flat();
  };
  const ofOrganization = <Answer>(name: Part, load: () => Promise<Answer>) =>
    part(name, () => {
      if (clusterId === undefined) return load();
      throw new ToolError('refused', 'only one cluster is looked at');
    });

  const [organization, routes, policies, keyPairs, users, invites, changesets, activity] = await Promise.all([
    ofOrganization('organization', () => read('get_organization', scope)),
    part('routes', () => inNamespaces('list_routes')),
    part('policies', () => inNamespaces('list_policies')),
    part('keyPairs', () => inNamespaces('list_key_pairs')),
    ofOrganization('users', () => read('list_users_in_organization', scope)),
    ofOrganization('invites', () => read('list_organization_invites', scope)),
    part('changesets', () => all('list_changesets', clusterId === undefined ? {} : { clusterId })),
    part('activity', () => activityOf(read, clusterId === undefined ? scope : { ...scope, namespaceId: tops[0] }, now)),
  ]);
  const named = clusterId === undefined ? [] : await policiesAbove(routes ?? [], policies ?? []);
  const perCluster = await inTurn(clusters, (cluster) => readCluster(cluster));
  const records: Records = {
    now,
    organization: organization ?? { id: organizationId },
    namespaces,
    clusters: perCluster.map(({ records }) => records),
    routes,
    policies: [...(policies ?? []), ...named],
    keyPairs,
    customDomains: perCluster.flatMap(({ customDomains }) => customDomains),
    serviceAccounts: perCluster.flatMap(({ serviceAccounts }) => serviceAccounts),
    users,
    invites,
    changesets,
    activity,
    missing,
  };
  return assemble(records);

  async function readCluster(cluster: Row) {
    const id = String(cluster.id);
    const input = { ...scope, clusterId: id };
    const since = (ms: number) => ({
      startTime: new Date(now - ms).toISOString(),
      endTime: new Date(now).toISOString(),
    });
    const withCluster = async (found: Promise<readonly Row[]>) =>
      (await found).map((row) => ({ ...row, clusterId: id }));
    const [settings, health, replicas, metrics, customDomains = [], serviceAccounts = []] = await Promise.all([
      part('settings', () => read('get_settings', input), id),
      part('health', () => read('get_cluster_health', input), id),
      part('replicas', () => read('list_cluster_replicas', { ...input, ...since(HOUR_MS) }), id),
      part('metrics', () => metricsOf({ ...input, ...since(METRICS_DAYS * DAY_MS) }), id),
      part('customDomains', () => withCluster(rows(read('list_custom_domains', input))), id),
      part('serviceAccounts', () => withCluster(all('list_service_accounts', { clusterId: id })), id),
    ]);
    const records: ClusterRecords = { cluster, settings, health, replicas, metrics };
    return { records, customDomains, serviceAccounts };
  }

  async function metricsOf(input: Input): Promise<Readonly<Record<string, unknown>>> {
    const series = METRICS.map(async (metricId) => [metricId, await read('get_time_series', { ...input, metricId })]);
    return Object.fromEntries(await Promise.all(series));
  }

  /** Policies that the routes name and the cluster's own lists lack: they govern its routes from above. */
  async function policiesAbove(ofRoutes: readonly Row[], known: readonly Row[]): Promise<readonly Row[]> {
    const ids = assemble({ ...EMPTY, routes: ofRoutes, policies: known }).routes.flatMap(
      (view) => view.unreadPolicyIds,
    );
    const found = [...new Set(ids)].map((policyId) => read('get_policy', { ...scope, policyId }).then(list, unread));
    return (await Promise.all(found)).flat();
  }
}

const EMPTY: Records = {
  now: 0,
  organization: undefined,
  namespaces: [],
  clusters: [],
  routes: [],
  policies: [],
  keyPairs: [],
  customDomains: [],
  serviceAccounts: [],
  users: [],
  invites: [],
  changesets: [],
  activity: [],
};

/** Answers reads with their secrets hidden, by the operation's own schema. A list is a list of objects, or an error. */
function hiding({ read, operations }: SnapshotSources): Read {
  return async (name, input) => {
    const output = operations.get(name)?.output ?? z.unknown();
    const answer = redact(output, await read(name, input), hide);
    if (!(output instanceof z.ZodArray)) return answer;
    if (!Array.isArray(answer)) throw new ToolError('rejected', `${name} answered no list.`);
    return answer.filter((row) => typeof row === 'object' && row !== null);
  };
}

/** What a header takes from the visitor's session is no secret, whatever stands beside it: `Bearer ${pomerium.id_token}`. */
function hide({ value }: Hidden): string {
  const tokens = typeof value === 'string' ? (value.match(/\$\{pomerium\.\w+\}/g) ?? []) : [];
  return [HIDDEN, ...tokens].join(' ');
}

async function rows(answer: Promise<unknown>): Promise<readonly Row[]> {
  return (await answer) as readonly Row[];
}

function list(record: unknown): readonly Row[] {
  return [record as Row];
}

/** A policy that can't be read stays an unread id of its routes. */
function unread(error: unknown): readonly Row[] {
  if (error instanceof ToolError && error.kind !== 'cancelled') return [];
  throw error;
}

/** Not all at once: a cluster takes a handful of reads. */
async function inTurn<Item, Answer>(
  items: readonly Item[],
  run: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const item of items) answers.push(await run(item));
  return answers;
}

/** Edits of the last quarter, newest first: what a check asks of the past, and the state before it. */
async function activityOf(read: Read, scope: Input, now: number): Promise<readonly Row[]> {
  const start = now - ACTIVITY_DAYS * DAY_MS;
  const when = (row: Row | undefined) => Date.parse(String(row?.updatedAt));
  const entries = await pagesOf<Row>(
    read,
    'list_activity_logs',
    { ...scope, orderBy: ['-updatedAt'] },
    (found) => when(found.at(-1)) < start,
  );
  return newestFirst(entries.filter((entry) => !(when(entry) < start)));
}

const STEPS: readonly unknown[] = ['create', 'update', 'delete'];

/** At the same moment a record is created before it is updated, and updated before it is deleted. */
function newestFirst(entries: readonly Row[]): readonly Row[] {
  const time = ({ createdAt }: Row) => Date.parse(String(createdAt)) || 0;
  const step = ({ activityType }: Row) => STEPS.indexOf(activityType);
  return entries.toSorted((one, other) => time(other) - time(one) || step(other) - step(one));
}

function namespaceOf({ id, namespaceId }: Row): unknown {
  return namespaceId ?? id;
}

/** Namespaces with none above them: a list of one of them and its descendants is complete. */
/** The namespaces of clusters and those above them. */
function inheritedBy(clusters: readonly Row[], namespaces: readonly Row[]): readonly Row[] {
  const parents = new Map(namespaces.map(({ id, parentId }) => [String(id), parentId as string | undefined]));
  const above = clusters.flatMap((cluster) => ancestry(String(namespaceOf(cluster)), parents) ?? []);
  return namespaces.filter(({ id }) => above.includes(String(id)));
}
