import type { Snapshot } from '../snapshot.js';
import { clustersByNamespace } from './changesets.js';
import { perSnapshot } from './per-snapshot.js';
import { checkOf } from './record-check.js';

export type Entry = Snapshot['activity'][number];
type Data = Readonly<Record<string, unknown>>;

/** A change of one record, with what the log tells of the record before and after. */
export interface Edit {
  readonly entry: Entry;
  /** Undefined when it is older than the log, or there was none. */
  readonly before?: Data;
  /** Undefined when the record is gone. */
  readonly after?: Data;
}

/** The edits of the log, newest first. The log keeps a record as it was after each change, and a deleted one as it was before. */
export const editsOf = perSnapshot(({ activity }): readonly Edit[] => {
  const latest = new Map<string, Data | undefined>();
  const edits: Edit[] = [];
  for (const entry of activity.toReversed()) {
    const key = `${entry.entity?.type} ${entry.entity?.id}`;
    const data = entry.entity?.data;
    const isDeleted = entry.activityType === 'delete';
    const before = latest.get(key) ?? (isDeleted ? data : undefined);
    const after = isDeleted ? undefined : data;
    edits.push({ entry, ...(before && { before }), ...(after && { after }) });
    latest.set(key, after);
  }
  return edits.reverse();
});

/** A check that looks at one edit after the other. */
export const editCheck = checkOf('activity', 'activity', editsOf, ({ entry }, snapshot) =>
  activitySubject(entry, snapshot),
);

/** An entry goes by what was done, to what kind of record, and the record's name; settings go by their cluster's. */
export function activitySubject({ id, activityType = 'update', entity, namespace }: Entry, snapshot: Snapshot) {
  const { type = 'record', data } = entity ?? {};
  const cluster = clustersByNamespace(snapshot).get(namespace?.id ?? '')?.cluster;
  const names = type === 'settings' ? [cluster?.name, namespace?.name] : [data?.name, data?.description];
  const name = names.find((candidate) => typeof candidate === 'string' && candidate !== '') ?? entity?.id ?? id;
  return {
    type: 'activity' as const,
    id,
    name: `${activityType} ${type.replaceAll('_', ' ')} ${name}`,
    ...(cluster && { clusterId: cluster.id }),
  };
}

/** Who made a change, and when. */
export function origin({ user, createdAt }: Entry) {
  return { by: user?.email ?? user?.displayName ?? user?.id ?? 'unknown', at: createdAt };
}
