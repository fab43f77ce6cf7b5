import { z } from 'zod';
import { liveSnapshot } from '../../audit/live.js';
import { readSnapshot } from '../../audit/read-snapshot.js';
import { type AuditResult, runAudit } from '../../audit/run-audit.js';
import type { ClusterView, Snapshot } from '../../audit/snapshot.js';
import { groupFindings } from '../../audit/summary.js';
import { ToolError } from '../../errors.js';
import { ancestry } from '../../guard/affected.js';
import { byRecord, makerOf, newestFirst, readEntries } from '../../guard/plan-entry.js';
import type { Input } from '../../operation.js';
import { report, type Sources } from '../../report.js';

/** Lines of one kind that are shown: people, failing checks, titles. */
const MOST = 40;
/** Part of a limit from which it is warned of. */
const NEARLY = 0.9;

export const overview = report({
  name: 'overview',
  title: 'Overview',
  description:
    "The organization on one screen: clusters' health, what waits, quotas, audit findings in numbers, warnings.",
  toolset: 'organizations',
  scope: 'cluster',
  path: '/organizations/{organizationId}/overview',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
  }),
  example: {},
  async run({ organizationId, clusterId }, sources) {
    const [snapshot, quotas] = await Promise.all([
      readSnapshot({ organizationId, clusterId }, sources),
      // A cluster has no limits of its own.
      clusterId === undefined ? quotasOf(organizationId, sources) : [],
    ]);
    const result = runAudit(snapshot, { accepted: sources.rules.acceptedRisks });
    const warnings = warningsOf(snapshot, quotas);
    return {
      at: result.at,
      ...(clusterId === undefined && { organization: organizationOf(snapshot) }),
      clusters: snapshot.clusters.map((view) => clusterOf(view, snapshot)),
      ...(quotas !== 'unread' &&
        quotas.length > 0 && {
          used: Object.fromEntries(quotas.map(({ kind, used, limit }) => [kind, `${used}/${limit}`])),
        }),
      audit: auditOf(result),
      ...(warnings.length > 0 && { warnings }),
    };
  },
});

interface Quota {
  readonly kind: string;
  readonly used: number;
  readonly limit: number;
}

async function quotasOf(organizationId: string, { read }: Sources): Promise<readonly Quota[] | 'unread'> {
  try {
    const { counts, limits } = Object(await read('get_quotas', { organizationId })) as {
      readonly counts?: Readonly<Record<string, unknown>>;
      readonly limits?: Readonly<Record<string, unknown>>;
    };
    return Object.entries(counts ?? {}).flatMap(([kind, used]) => {
      const limit = limits?.[kind];
      return typeof used === 'number' && typeof limit === 'number' ? [{ kind, used, limit }] : [];
    });
  } catch (error) {
    if (error instanceof ToolError && error.kind !== 'cancelled') return 'unread';
    throw error;
  }
}

function organizationOf({ organization, users, invites }: Snapshot): Input {
  const { id, name, organizationType, role, readOnly } = organization;
  const apiUsers = users.filter(({ type }) => type === 'user_type_api_access').length;
  return {
    id,
    name,
    plan: organizationType,
    yourRole: role,
    ...(readOnly && { readOnly }),
    users: users.length - apiUsers,
    apiUsers,
    invitations: invites.length,
  };
}

function clusterOf({ cluster, settings, health, replicas }: ClusterView, snapshot: Snapshot): Input {
  const { routes, missing } = snapshot;
  const isRead = (part: string) =>
    !missing.some((one) => one.part === part && (one.clusterId === undefined || one.clusterId === cluster.id));
  const failing = health.filter(({ status }) => status !== 'success');
  const known = isRead('health') ? failing.map(({ status, description }) => `${status}: ${description}`) : undefined;
  const autoApply = settings?.autoApplyChangesets;
  return {
    id: cluster.id,
    name: cluster.name,
    domain: cluster.fqdn,
    health: known === undefined ? 'unknown' : known.length === 0 ? 'ok' : known.slice(0, MOST),
    replicas: isRead('replicas') ? replicas.length : 'unknown',
    versions: cluster.componentVersions?.pomerium,
    // It is on unless it is literally off.
    autoApply: settings === undefined ? 'unknown' : autoApply !== false,
    routes: isRead('routes') ? routes.filter(({ clusterIds }) => clusterIds.includes(cluster.id)).length : 'unknown',
    pending: isRead('activity') ? pendingIn(cluster, snapshot) : 'unknown',
    ...deployOf(cluster, snapshot),
  };
}

/** What waits in a cluster: edits in its namespace and those above that aren't live. */
function pendingIn(cluster: ClusterView['cluster'], { activity, namespaces }: Snapshot): Input | 'nothing' {
  const parents = new Map(namespaces.map(({ id, parentId }) => [id, parentId]));
  const scope = ancestry(cluster.namespaceId ?? cluster.id, parents);
  const waiting = newestFirst(readEntries(activity).entries).filter(
    ({ applied, namespace }) =>
      !applied?.at && (namespace?.id === undefined || scope === undefined || scope.includes(namespace.id)),
  );
  if (waiting.length === 0) return 'nothing';
  const records = byRecord(waiting);
  const makers = new Map<string, number>();
  for (const edits of records) {
    for (const maker of new Set(edits.map(makerOf))) makers.set(maker, (makers.get(maker) ?? 0) + 1);
  }
  return {
    records: records.length,
    by: Object.fromEntries([...makers].slice(0, MOST)),
    oldest: waiting.at(-1)?.createdAt,
  };
}

/** A changeset that is on its way, or the last one if it failed. */
function deployOf(cluster: ClusterView['cluster'], { changesets }: Snapshot): Input {
  const time = ({ createdAt }: Snapshot['changesets'][number]) => Date.parse(createdAt ?? '') || 0;
  const own = changesets
    .filter(({ namespaceId }) => namespaceId === (cluster.namespaceId ?? cluster.id))
    .toSorted((one, other) => time(other) - time(one));
  const applying = own.find(({ status }) => status === 'applying');
  if (applying) return { deploy: { status: 'applying', changesetId: applying.id } };
  const last = own.find(({ status }) => status !== 'pending');
  // unknown: FACTS 4.1, whether one that can't be built ends as failed or as rejected.
  if (!last || (last.status !== 'failed' && !last.failureMessage)) return {};
  return { deploy: { status: last.status, changesetId: last.id, message: last.failureMessage } };
}

/** Critical and high findings as `<check> <title>: <records>`. */
function auditOf({ summary, findings, notRun }: AuditResult): Input {
  const graver = groupFindings(findings.filter(({ severity }) => severity === 'critical' || severity === 'high'));
  const lines = (wanted: string) =>
    graver
      .filter(({ severity }) => severity === wanted)
      .slice(0, MOST)
      .map((group) => `${group.check} ${group.title}: ${group.findings.length}`);
  const [critical, high] = [lines('critical'), lines('high')];
  const omitted = graver.length - critical.length - high.length;
  return {
    findings: summary.counts,
    ...(critical.length > 0 && { critical }),
    ...(high.length > 0 && { high }),
    ...(omitted > 0 && { omitted }),
    ...(notRun.length > 0 && { checksNotRun: notRun.length }),
  };
}

/** What the rest doesn't show. */
function warningsOf(snapshot: Snapshot, quotas: readonly Quota[] | 'unread'): readonly string[] {
  const names = new Map(snapshot.clusters.map(({ cluster: { id, name = id } }) => [id, name]));
  const isOneCluster = snapshot.missing.some(({ part }) => part === 'organization');
  const unread = snapshot.missing.filter(
    ({ part }) => !(isOneCluster && ['organization', 'users', 'invites'].includes(part)),
  );
  const full = quotas === 'unread' ? [] : quotas.filter(({ used, limit }) => used > 0 && used >= NEARLY * limit);
  const mixed = snapshot.clusters.filter(({ cluster }) => (cluster.componentVersions?.pomerium?.length ?? 0) > 1);
  const idle = snapshot.clusters.filter(
    ({ cluster, replicas }) =>
      replicas.length === 0 && !unread.some(({ part, clusterId }) => part === 'replicas' && clusterId === cluster.id),
  );
  return [
    ...(snapshot.organization.readOnly ? ['The organization is read-only: changes are refused.'] : []),
    ...full.map(({ kind, used, limit }) => `${kind}: ${used} of ${limit} used.`),
    ...mixed.map(({ cluster }) => `${cluster.name ?? cluster.id}: its replicas run different versions.`),
    ...idle.map(({ cluster }) => `${cluster.name ?? cluster.id}: no replica was connected within the last hour.`),
    ...liveSnapshot(snapshot).incomplete,
    ...(quotas === 'unread' ? ['quotas could not be read.'] : []),
    ...unread.map(
      ({ part, clusterId, reason }) =>
        `${part}${clusterId === undefined ? '' : ` of ${names.get(clusterId) ?? clusterId}`} could not be read: ${reason}.`,
    ),
  ].slice(0, MOST);
}
