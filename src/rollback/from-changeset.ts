import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type ActivityEntry, byRecord, newestFirst, readEntries } from '../guard/plan-entry.js';
import { nameOf } from '../guard/plan-fields.js';
import { pagesOf } from '../guard/plan-pages.js';
import { findChangeset } from '../guard/plan-waiting.js';
import type { Input } from '../operation.js';
import { label, word } from '../plain-text.js';
import { isCut } from '../record/line.js';
import { type JournalledEdit, journalledEdits, keyOf } from '../record/own-edits.js';
import type { Sources } from '../report.js';
import { secretsIn } from '../secret.js';
import { type Edit, type State, stateOf, type Undoing, writable } from './edit.js';
import { secretsSet } from './from-journal.js';
import { type Kind, kindOf } from './kinds.js';

type Edits = readonly [ActivityEntry, ...ActivityEntry[]];

/**
 * All that a changeset did, one edit to a record, newest first. How a record was before comes from the journal where the
 * first edit was made through this server, and else from the last edit before it that is live.
 *
 * @throws ToolError `not_found` when there is no such changeset
 */
export async function undoingOfChangeset(input: Input, sources: Sources): Promise<Undoing> {
  const { organizationId, changesetId } = input;
  const { cluster } = await findChangeset(input, sources.read);
  // unknown: FACTS 3.1, whether the log answers by the changeset what still waits in it.
  const rows = await pagesOf(sources.read, 'list_activity_logs', { organizationId, changesetId }, () => false);
  const { entries, complete } = readEntries(rows);
  const { lines } = await sources.journal.read();
  const own = new Map(journalledEdits(lines).map((edit) => [edit.key, edit]));
  const found = byRecord(newestFirst(entries));
  const edits: Edit[] = [];
  const cannot: string[] = complete ? [] : ["Some edits in Zero's log could not be understood and stay as they are."];
  if (rows.length === 0) cannot.push("Zero's log has no edit of this changeset.");
  for (const records of found) {
    const [{ entity }] = records;
    const kind = kindOf(entity.type);
    const place = { organizationId, clusterId: cluster.id };
    if (kind) edits.push(await editOf(records, kind, place, own, sources));
    else cannot.push(`${word(entity.type)} ${label(nameOf(entity.data) ?? entity.id)}: no operation takes it back.`);
  }
  return { edits, cannot };
}

async function editOf(
  edits: Edits,
  kind: Kind,
  place: Input,
  own: ReadonlyMap<string, JournalledEdit>,
  { read, operations }: Sources,
): Promise<Edit> {
  const [newest] = edits;
  const oldest = edits.at(-1) ?? newest;
  const { id, data } = newest.entity;
  const created = oldest.activityType === 'create';
  const previous = created ? undefined : await liveBefore(oldest, edits, place.organizationId, read);
  const before = own.get(keyOf(oldest))?.deed.before;
  const known = (record: unknown): State => (record === undefined ? 'unknown' : stateOf(kind, record, operations));
  const fromLog = () => (previous?.activityType === 'delete' ? 'none' : known(previous?.entity.data));
  const kept = before !== undefined && !isCut(before);
  const history = [...edits, ...(previous ? [previous] : [])].reverse();
  return {
    kind,
    id: kind.type === 'settings' ? String(place.clusterId) : id,
    name: kind.type === 'settings' ? undefined : nameOf(data),
    place,
    before: created ? 'none' : kept ? known(before) : fromLog(),
    after: newest.activityType === 'delete' ? 'none' : known(data),
    secrets: [...new Set([...loggedSecrets(history, kind, operations), ...ownSecrets(edits, kind, own, operations)])],
    at: newest.createdAt,
  };
}

/** The newest edit of a record that is live and older than a changeset's first one. */
async function liveBefore(
  oldest: ActivityEntry,
  edits: Edits,
  organizationId: unknown,
  read: Sources['read'],
): Promise<ActivityEntry | undefined> {
  const { type, id: entityId } = oldest.entity;
  const isBefore = (entry: ActivityEntry) =>
    entry.applied?.at !== undefined &&
    entry.entity.type === type &&
    !edits.some(({ id }) => id === entry.id) &&
    Date.parse(entry.createdAt) <= Date.parse(oldest.createdAt);
  const live = (rows: readonly unknown[]) => readEntries(rows).entries.filter(isBefore);
  const query = { organizationId, entityId, orderBy: ['-updatedAt'] };
  return newestFirst(live(await pagesOf(read, 'list_activity_logs', query, (rows) => live(rows).length > 0)))[0];
}

/** Fields whose secrets differ between one edit and the next, where the log has them. */
function loggedSecrets(history: readonly ActivityEntry[], kind: Kind, operations: Sources['operations']) {
  const schema = z.looseObject(writable(kind, operations));
  const states = history.flatMap(({ entity: { data } }) => {
    return data ? [new Map(secretsIn(schema, data).map(({ path, value }) => [path, value]))] : [];
  });
  return states.slice(1).flatMap((is, index) => {
    const was = states[index] ?? new Map<string, unknown>();
    const paths = [...new Set([...was.keys(), ...is.keys()])];
    return paths
      .filter((path) => !isDeepStrictEqual(was.get(path), is.get(path)))
      .map((path) => path.split(/[.[]/)[0] ?? '');
  });
}

/** Fields in which calls of this server set a secret. */
function ownSecrets(
  edits: Edits,
  kind: Kind,
  own: ReadonlyMap<string, JournalledEdit>,
  operations: Sources['operations'],
): readonly string[] {
  return edits.flatMap((edit) => {
    const { deed } = own.get(keyOf(edit)) ?? {};
    const operation = deed && operations.get(deed.operation);
    const isUpdate = operation && edit.activityType === 'update';
    return isUpdate ? secretsSet(operation, Object(deed.arguments) as Input, kind, operations) : [];
  });
}
