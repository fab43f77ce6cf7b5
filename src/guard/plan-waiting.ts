import { ToolError } from '../errors.js';
import type { Input } from '../operation.js';
import { label } from '../plain-text.js';
import { ancestry, type Read } from './affected.js';
import type { PlannedEntity } from './plan.js';
import {
  type ActivityEntry,
  byRecord,
  describeRecord,
  newestFirst,
  type PlanDeps,
  readEntries,
  titleOf,
} from './plan-entry.js';
import { pagesOf } from './plan-pages.js';

export interface Changeset {
  readonly id: string;
  readonly createdAt: string;
  readonly namespaceId: string;
  readonly status: string;
}

export interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly namespaceId: string;
}

/** What waits in a cluster. */
export interface Waiting {
  /** By type and id. */
  readonly entities: readonly PlannedEntity[];
  /** Warnings about the records. */
  readonly notes: readonly string[];
  /** Why this may not be all of it; none when it is. */
  readonly doubts: readonly string[];
}

interface Place {
  readonly organizationId: unknown;
  readonly id: string;
  readonly namespaceId: string;
}

/**
 * Everything that waits to go live in a cluster: with the given changeset, or with whatever ships next.
 *
 * The API has no content of a changeset, so it is put together from two sources that must agree: the comparison with the
 * newest changeset applied before it, and the activity log of the cluster's namespace and those above. The log is read
 * back to the beginning of that applied changeset: what is older went out with it, or is in the comparison.
 */
export async function waitingIn(cluster: Place, changeset: Changeset | undefined, deps: PlanDeps): Promise<Waiting> {
  const { organizationId } = cluster;
  const { read } = deps;
  const { known, start, end } = await rangeOf(cluster, changeset, read);
  const namespaces = (await read('list_namespaces', { organizationId })) as readonly Namespace[];
  const scope = ancestry(cluster.namespaceId, new Map(namespaces.map(({ id, parentId }) => [id, parentId])));
  const comparison = end ? await compare(cluster, start, end, read) : { rows: [], right: true };
  const compared = readEntries(comparison.rows);
  const logged = readEntries(await logOf(organizationId, scope ?? [cluster.namespaceId], start, read));

  // Of an edit above several clusters the log tells only where it was applied first.
  const elsewhere = ({ applied, createdAt }: ActivityEntry) =>
    applied?.changesetId !== undefined && !known.has(applied.changesetId) && !isBefore(createdAt, start?.createdAt);
  const waiting = newestFirst(
    byId([
      ...logged.entries.filter(({ applied }) => !applied?.at),
      ...compared.entries.filter((entry) => !entry.applied?.at || elsewhere(entry)),
    ]),
  );
  const agreed = (entry: ActivityEntry) => {
    const [there, here] = [compared, logged].map(({ entries }) => entries.find(({ id }) => id === entry.id));
    const outside = entry.namespace?.id !== undefined && scope?.includes(entry.namespace.id) === false;
    return there !== undefined && (outside || (here !== undefined && here.applied?.at === there.applied?.at));
  };
  const names = new Map<unknown, string>(namespaces.map(({ id, name }) => [id, name]));
  const records = await Promise.all(
    byRecord(waiting).map(async (edits) => {
      const record = await describeRecord(edits, organizationId, names, deps);
      const differ = `its comparison and its log differ about ${titleOf(record.entity)}`;
      return agreed(edits[0]) ? record : { ...record, doubts: [...record.doubts, differ] };
    }),
  );
  const doubts: readonly [boolean, string][] = [
    [!comparison.right, 'the comparison ends with another changeset'],
    [!compared.complete || !logged.complete, 'an edit lacks data'],
    [!scope, "the cluster's namespace has no place among the others"],
    [end !== undefined && waiting.length === 0, 'nothing in it still waits'],
  ];
  const ordered = records.sort((one, other) => (orderKey(one.entity) < orderKey(other.entity) ? -1 : 1));
  return {
    entities: ordered.map(({ entity }) => entity),
    notes: ordered.flatMap(({ notes }) => notes),
    doubts: [
      ...doubts.flatMap(([holds, doubt]) => (holds ? [doubt] : [])),
      ...ordered.flatMap((record) => record.doubts),
    ],
  };
}

interface Namespace {
  readonly id: string;
  readonly name: string;
  readonly parentId?: string;
}

const orderKey = ({ type, id }: PlannedEntity) => `${type} ${id}`;

/** @throws ToolError `not_found` when there is no such changeset, or none of exactly one cluster */
export async function findChangeset(
  { organizationId, changesetId }: Input,
  read: Read,
): Promise<{ readonly changeset: Changeset; readonly cluster: Cluster }> {
  const isMeant = ({ id }: Changeset) => id === changesetId;
  const changesets = await changesetsUntil({ organizationId }, read, (found) => found.some(isMeant));
  const changeset = changesets.find(isMeant);
  const clusters = (await read('list_clusters', { organizationId })) as readonly Cluster[];
  const [cluster, ...others] = clusters.filter(({ namespaceId }) => namespaceId === changeset?.namespaceId);
  if (changeset && cluster && others.length === 0) return { changeset, cluster };
  throw new ToolError('not_found', `Zero lists no changeset ${label(String(changesetId))} of a cluster.`, {
    next: 'Nothing was sent. Find the changeset with list_changesets.',
  });
}

/** The changesets of an answer, newest first, read until `enough` holds. */
export async function changesetsUntil(
  input: Input,
  read: Read,
  enough: (found: readonly Changeset[]) => boolean,
): Promise<readonly Changeset[]> {
  const ordered = (rows: readonly Changeset[]) =>
    [...rows].sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
  const asked = { ...input, orderBy: ['-createdAt'] };
  return ordered(await pagesOf<Changeset>(read, 'list_changesets', asked, (found) => enough(ordered(found))));
}

/** From the last applied changeset to the one that ships; `known` are the ids of those seen on the way. */
async function rangeOf({ organizationId, id: clusterId }: Place, given: Changeset | undefined, read: Read) {
  const ofStatus = (status: string) => changesetsUntil({ organizationId, clusterId, status }, read, () => true);
  // A pending one may be older than an applied one, if Zero applies single changes past it (unknown: FACTS 3.1).
  const open = given ? [given] : [...(await ofStatus('pending')), ...(await ofStatus('applying'))];
  const startIn = (found: readonly Changeset[]) =>
    found.find((one) => isApplied(one) && !open.some((other) => isBefore(other.createdAt, one.createdAt)));
  const found = await changesetsUntil({ organizationId, clusterId }, read, (rows) => startIn(rows) !== undefined);
  const [newest] = found;
  const failed = newest && !isApplied(newest) ? newest : undefined;
  return { known: new Set(found.map(({ id }) => id)), start: startIn(found), end: open[0] ?? failed };
}

// unknown: FACTS 4.1, what `current` means; the newest applied changeset may be called that.
const isApplied = ({ status }: Changeset) => status === 'applied' || status === 'current';

async function compare({ organizationId, id }: Place, start: Changeset | undefined, end: Changeset, read: Read) {
  const answer = (await read('compare_changesets', {
    organizationId,
    clusterId: id,
    ...(start && { firstId: start.id }),
    secondId: end.id,
  })) as { readonly endChangeset?: { readonly id?: unknown }; readonly entities: readonly (readonly unknown[])[] };
  return { rows: answer.entities.flat(), right: answer.endChangeset?.id === end.id };
}

async function logOf(
  organizationId: unknown,
  namespaceIds: readonly string[],
  start: Changeset | undefined,
  read: Read,
): Promise<readonly unknown[]> {
  const logs = namespaceIds.map((namespaceId) =>
    pagesOf<{ readonly id?: unknown; readonly updatedAt?: string }>(
      read,
      'list_activity_logs',
      { organizationId, namespaceId, orderBy: ['-updatedAt'] },
      (rows) => isBefore(rows.at(-1)?.updatedAt, start?.createdAt),
    ),
  );
  return (await Promise.all(logs)).flat();
}

function byId(entries: readonly ActivityEntry[]): readonly ActivityEntry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

/** Whether a time is before another; false where either is unknown. */
function isBefore(time: string | undefined, other: string | undefined): boolean {
  return Date.parse(String(time)) < Date.parse(String(other));
}
