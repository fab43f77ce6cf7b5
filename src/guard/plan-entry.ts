import { z } from 'zod';
import { ToolError } from '../errors.js';
import type { Operation } from '../operation.js';
import { label, word } from '../plain-text.js';
import { redact } from '../secret.js';
import type { Read } from './affected.js';
import type { PlannedEntity } from './plan.js';
import { changedFields, type Fields, nameOf, type Redactor } from './plan-fields.js';
import { pagesOf } from './plan-pages.js';

/** One entry of the activity log, as far as a plan needs it. */
export type ActivityEntry = z.infer<typeof ActivityEntry>;
const ActivityEntry = z.looseObject({
  id: z.string(),
  createdAt: z.iso.datetime({ offset: true }),
  updatedAt: z.string(),
  activityType: z.enum(['create', 'update', 'delete']),
  applied: z.looseObject({ at: z.string().optional(), changesetId: z.string().optional() }).optional(),
  entity: z.looseObject({ type: z.string(), id: z.string(), data: z.record(z.string(), z.unknown()).optional() }),
  namespace: z.looseObject({ id: z.string().optional() }).optional(),
  user: z
    .looseObject({ id: z.string().optional(), email: z.string().optional(), displayName: z.string().optional() })
    .optional(),
});

export interface PlanDeps {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly read: Read;
  /** Whether this server made the edit that a log entry tells of. */
  readonly ours: (entry: ActivityEntry) => boolean;
}

/** One record with what must be said about it. */
export interface Described {
  readonly entity: PlannedEntity;
  readonly notes: readonly string[];
  /** Why it may not be shown as it goes live. */
  readonly doubts: readonly string[];
}

/** The entries in an answer of Zero, and whether every one of them could be understood. */
export function readEntries(rows: readonly unknown[]): { entries: readonly ActivityEntry[]; complete: boolean } {
  const entries = rows.flatMap((row) => ActivityEntry.safeParse(row).data ?? []);
  return { entries, complete: entries.length === rows.length };
}

/** Who made an edit, as Zero names them. */
export function makerOf({ user }: ActivityEntry): string {
  return user?.email ?? user?.displayName ?? user?.id ?? 'unknown';
}

/** Edits in one order: at the same moment a record is created before it is updated, and updated before it is deleted. */
export function newestFirst(entries: readonly ActivityEntry[]): readonly ActivityEntry[] {
  // What creates is neither, and comes first.
  const step = ({ activityType }: ActivityEntry) => ['update', 'delete'].indexOf(activityType);
  return [...entries].sort(
    (one, other) =>
      Date.parse(other.createdAt) - Date.parse(one.createdAt) ||
      step(other) - step(one) ||
      (one.id < other.id ? -1 : 1),
  );
}

/** The edits of each record in the order given; records in the order of their first edit. */
export function byRecord(entries: readonly ActivityEntry[]): readonly [ActivityEntry, ...ActivityEntry[]][] {
  const records = new Map<string, [ActivityEntry, ...ActivityEntry[]]>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.entity.type, entry.entity.id]);
    const edits = records.get(key);
    if (edits) edits.push(entry);
    else records.set(key, [entry]);
  }
  return [...records.values()];
}

/**
 * One record as it goes live: from its newest edit that is live to its newest edit that waits.
 *
 * @param edits what waits of one record, newest first
 */
export async function describeRecord(
  edits: readonly [ActivityEntry, ...ActivityEntry[]],
  organizationId: unknown,
  namespaceNames: ReadonlyMap<unknown, string>,
  deps: PlanDeps,
): Promise<Described> {
  const [newest] = edits;
  const { type, id } = newest.entity;
  const created = edits.some(({ activityType }) => activityType === 'create');
  const live = created ? undefined : await liveEdit(edits, organizationId, deps.read);
  // A later edit that went out alone carried the waiting ones with it, or took them back: the log can't tell.
  const overtaken = live !== undefined && Date.parse(newest.createdAt) < Date.parse(live.createdAt);
  const last = overtaken ? live : newest;
  const before = live?.activityType === 'delete' ? undefined : live?.entity.data;
  const after = last.activityType === 'delete' ? undefined : last.entity.data;
  const deleted = newest.activityType === 'delete';
  const known = created ? 'none' : before ? 'known' : 'unknown';
  const name = nameOf(newest.entity.data) ?? nameOf(before);

  const entity: PlannedEntity = {
    type: word(type),
    id: word(id),
    name: name === undefined ? '' : label(name),
    action: deleted ? 'delete' : created ? 'create' : 'update',
    before: known,
    fields: changedFields(logRedactor(type, deps), known === 'unknown' && deleted ? newest.entity.data : before, after),
    editedBy: edits.toReversed().map((edit) => ({
      who: label(makerOf(edit)),
      at: word(edit.updatedAt),
      ours: deps.ours(edit),
    })),
    ours: edits.every(deps.ours),
  };
  const [, second] = edits;
  const tied =
    second?.activityType === newest.activityType && Date.parse(second.createdAt) === Date.parse(newest.createdAt);
  const lacking = !last.entity.data || (live !== undefined && !live.entity.data);
  return {
    entity,
    notes: [ownerNote(entity, newest.entity.data ?? before), moveNote(entity, before, after, namespaceNames)].flat(),
    doubts: [
      ...(lacking ? [`the log has no data of ${titleOf(entity)}`] : []),
      ...(overtaken ? [`a later edit of ${titleOf(entity)} is already live`] : []),
      ...(tied ? [`two edits of ${titleOf(entity)} were made at the same moment`] : []),
    ],
  };
}

/** The newest edit of a record that is live, wherever the record was then. */
async function liveEdit(edits: readonly [ActivityEntry, ...ActivityEntry[]], organizationId: unknown, read: Read) {
  const waiting = new Set(edits.map(({ id }) => id));
  const { type, id: entityId } = edits[0].entity;
  const live = (rows: readonly unknown[]) =>
    readEntries(rows).entries.filter(
      ({ id, applied, entity }) => applied?.at !== undefined && entity.type === type && !waiting.has(id),
    );
  const input = { organizationId, entityId, orderBy: ['-updatedAt'] };
  return newestFirst(live(await pagesOf(read, 'list_activity_logs', input, (rows) => live(rows).length > 0)))[0];
}

/** Hides by the log's own schema, which goes by the kind of record. */
function logRedactor(type: string, { operations }: PlanDeps): Redactor {
  const schema = operations.get('list_activity_logs')?.output;
  if (!schema) throw new ToolError('internal', 'The catalogue lacks list_activity_logs.');
  return (data, hide) => {
    const [entry] = redact(schema, [{ entity: { type, data } }], hide) as readonly [{ entity: { data: Fields } }];
    return entry.entity.data;
  };
}

/** A warning about a record that a tool manages, which will want it back as it was. */
export function ownerNote(entity: PlannedEntity, record: Fields | undefined): readonly string[] {
  const owner = record?.originatorId;
  if (typeof owner !== 'string' || owner === '') return [];
  return [`${titleOf(entity)} is managed by ${label(owner)}, which may undo the change or depend on the record.`];
}

function moveNote(
  entity: PlannedEntity,
  before: Fields | undefined,
  after: Fields | undefined,
  names: ReadonlyMap<unknown, string>,
): readonly string[] {
  const [from, to] = [before?.namespaceId, after?.namespaceId];
  if (from === undefined || to === undefined || from === to) return [];
  const place = (id: unknown) => label(names.get(id) ?? String(id));
  return [`${titleOf(entity)} moves from namespace ${place(from)} to ${place(to)}.`];
}

/** `route "Grafana"`. */
export function titleOf({ type, name, id }: PlannedEntity): string {
  return [type, name || id].filter(Boolean).join(' ');
}
