import { assemble, recordsOf } from './assemble.js';
import { enforcedAt } from './enforced.js';
import type { PolicyRecord, RouteRecord, Snapshot } from './snapshot.js';

/** What the clusters run, as far as the log tells. */
export interface Live {
  readonly snapshot: Snapshot;
  /** Why it may not be what runs, one line per record; none when it is. */
  readonly incomplete: readonly string[];
  /** Ids of the routes among them, and of those that such policies govern. */
  readonly doubtful: ReadonlySet<string>;
}

type Entry = Snapshot['activity'][number];
type Row = { readonly id: string } & Readonly<Record<string, unknown>>;

/** Kinds of records that wait for a changeset, and where a snapshot has them. */
const LISTS = { route: 'routes', policy: 'policies', key_pair: 'keyPairs' } as const;

/**
 * The state that runs: the saved one with every record whose edits wait turned back to its newest edit that is live, as
 * the snapshot's activity log has it.
 */
export function liveSnapshot(snapshot: Snapshot): Live {
  const unread = snapshot.missing.find(({ part }) => part === 'activity');
  if (unread) {
    return {
      snapshot,
      incomplete: [`The activity log could not be read (${unread.reason}): what is saved is shown.`],
      doubtful: new Set(snapshot.routes.map(({ route }) => route.id)),
    };
  }
  const turned = byRecord(snapshot.activity)
    .filter((edits) => edits.some(isWaiting))
    .map((edits) => ({ edits, ...stateBefore(edits) }));
  if (turned.length === 0) return { snapshot, incomplete: partlyApplied(snapshot), doubtful: new Set() };
  const rowsOf = (type: keyof typeof LISTS, saved: readonly Row[]) => {
    const known = turned.flatMap(({ edits: [{ entity }], before }) =>
      entity?.type === type && before !== 'unknown' ? [[entity.id, before] as const] : [],
    );
    const changed = new Map(known);
    const kept = saved.filter(({ id }) => !changed.has(id));
    return [...kept, ...[...changed.values()].filter((row) => row !== undefined)];
  };
  const records = recordsOf(snapshot);
  const policies = rowsOf('policy', records.policies as readonly Row[]) as readonly PolicyRecord[];
  const routes = rowsOf('route', records.routes as readonly Row[]) as readonly RouteRecord[];
  const settings = new Map(
    turned.flatMap(({ edits: [{ entity }], before }) =>
      entity?.type === 'settings' && before !== 'unknown' ? [[entity.id, before] as const] : [],
    ),
  );
  const enforcedOn = enforcement(snapshot, policies);
  const live = assemble({
    ...records,
    policies,
    routes: routes.map((route) => ({ ...route, enforcedPolicyIds: enforcedOn(route) })),
    keyPairs: rowsOf('key_pair', records.keyPairs as readonly Row[]),
    clusters: snapshot.clusters.map((view) => ({
      ...view,
      settings: settings.get(view.settings?.id ?? '') ?? view.settings,
    })),
  });
  const doubted = turned.filter(({ doubt }) => doubt !== undefined);
  const ids = new Set(doubted.map(({ edits: [{ entity }] }) => entity?.id));
  const doubtful = live.routes.filter(
    ({ route, policies }) => ids.has(route.id) || policies.some(({ policy }) => ids.has(policy.id)),
  );
  return {
    snapshot: live,
    incomplete: [...doubted.flatMap(({ doubt }) => doubt ?? []), ...partlyApplied(snapshot)],
    doubtful: new Set(doubtful.map(({ route }) => route.id)),
  };
}

/** How a record was before its waiting edits: not there, or not known. */
type Before = Row | undefined | 'unknown';

/** @param edits of one record, newest first, at least one of them waiting */
function stateBefore(edits: Edits): { readonly before: Before; readonly doubt?: string } {
  const [newest] = edits;
  const name = titleOf(newest);
  const applied = edits.find((edit) => !isWaiting(edit));
  if (applied) {
    if (applied.activityType === 'delete') return { before: undefined };
    const before = dataOf(applied);
    if (before === 'unknown')
      return { before, doubt: `${name} has edits that wait, and the log lacks how it was before.` };
    const overtaken = edits.indexOf(applied) < edits.findLastIndex(isWaiting);
    return overtaken
      ? {
          before,
          doubt: `${name} has an edit that waits and is older than one that is live, which may have taken it along.`,
        }
      : { before };
  }
  const oldest = edits.at(-1);
  if (oldest?.activityType === 'create') return { before: undefined };
  // The log keeps a deleted record as it was.
  if (oldest?.activityType === 'delete' && dataOf(oldest) !== 'unknown') return { before: dataOf(oldest) };
  return {
    before: 'unknown',
    doubt: `${name} has edits that wait, and how it was before is older than the log that was read.`,
  };
}

type Edits = readonly [Entry, ...Entry[]];

function isWaiting({ applied }: Entry): boolean {
  return applied?.at === undefined;
}

function dataOf({ entity }: Entry): Row | 'unknown' {
  return entity?.data ? { ...entity.data, id: entity.id } : 'unknown';
}

function titleOf({ entity }: Entry): string {
  const name = entity?.data?.name;
  return `${entity?.type.replace('_', ' ')} ${typeof name === 'string' ? name : entity?.id}`;
}

/** Edits of each record that waits for changesets, newest first: at one moment creating comes first, deleting last. */
function byRecord(activity: readonly Entry[]): readonly Edits[] {
  const step = ({ activityType }: Entry) => ['create', 'update', 'delete'].indexOf(activityType ?? 'update');
  const when = ({ createdAt }: Entry) => Date.parse(createdAt ?? '') || 0;
  const sorted = [...activity].sort((one, other) => when(other) - when(one) || step(other) - step(one));
  const records = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of sorted) {
    const { type, id } = entry.entity ?? {};
    if (type === undefined || !(type in LISTS || type === 'settings')) continue;
    const edits = records.get(`${type} ${id}`);
    if (edits) edits.push(entry);
    else records.set(`${type} ${id}`, [entry]);
  }
  return [...records.values()];
}

/**
 * Answers a route's enforced policies as they run: those it has now but for the ones whose enforcement waits. A route
 * that was turned back has those that its namespace has.
 */
function enforcement(
  { policies, routes, namespaces }: Snapshot,
  live: readonly PolicyRecord[],
): (route: RouteRecord) => readonly string[] {
  const saved = policies.map(({ policy }) => policy);
  const asSaved = new Set(routes.map(({ route }) => route));
  const changes = new Map<
    string | undefined,
    { running: readonly string[]; added: readonly string[]; gone: ReadonlySet<string> }
  >();
  const changeAt = (namespaceId: string | undefined) => {
    const known = changes.get(namespaceId);
    if (known) return known;
    const [before, running] = [saved, live].map((some) =>
      enforcedAt(namespaceId, some, namespaces).map(({ id }) => id),
    );
    const change = {
      running: running ?? [],
      added: (running ?? []).filter((id) => !before?.includes(id)),
      gone: new Set(before?.filter((id) => !running?.includes(id))),
    };
    changes.set(namespaceId, change);
    return change;
  };
  return (route) => {
    const { running, added, gone } = changeAt(route.namespaceId);
    const now = asSaved.has(route) ? route.enforcedPolicyIds : undefined;
    return now ? [...now.filter((id) => !gone.has(id)), ...added] : running;
  };
}

/** Records above several clusters: the log tells only where an edit was applied first (FACTS 3.1). */
function partlyApplied({ changesets, clusters, policies, routes, activity }: Snapshot): readonly string[] {
  const open = changesets.filter(({ status }) => status === 'pending' || status === 'applying' || status === 'failed');
  const placed = [
    ...policies.map(({ policy: { id }, clusterIds }) => [id, clusterIds] as const),
    ...routes.map(({ route: { id }, clusterIds }) => [id, clusterIds] as const),
  ];
  const shared = new Map(placed.filter(([, clusterIds]) => clusterIds.length > 1));
  const lines = activity.flatMap((entry) => {
    const clusterIds = shared.get(entry.entity?.id ?? '') ?? [];
    if (isWaiting(entry)) return [];
    return open.flatMap(({ id, namespaceId, createdAt }) => {
      const cluster = clusters.find((view) => (view.cluster.namespaceId ?? view.cluster.id) === namespaceId)?.cluster;
      const isLater = Date.parse(entry.createdAt ?? '') >= Date.parse(createdAt ?? '');
      if (!cluster || !clusterIds.includes(cluster.id) || !isLater || entry.applied?.changesetId === id) return [];
      return [`${titleOf(entry)} was applied elsewhere; whether ${cluster.name ?? cluster.id} runs it is not known.`];
    });
  });
  return [...new Set(lines)];
}
