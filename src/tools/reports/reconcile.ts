import { type ActivityEntry, readEntries } from '../../guard/plan-entry.js';
import { pagesOf } from '../../guard/plan-pages.js';
import type { Input } from '../../operation.js';
import { type JournalledEdit, journalledEdits, keyOf, type OwnEdits } from '../../record/own-edits.js';
import type { Sources } from '../../report.js';

/** What is compared: an organization or one cluster of it, between two moments in milliseconds since the epoch. */
interface Range {
  readonly organizationId: string;
  readonly clusterId?: string;
  readonly namespaceId?: string;
  readonly since: number;
  readonly until: number;
}

/**
 * Where journal and log differ: drafts that the journal has as done and Zero's log lacks, and edits in the log under our
 * API user that the journal lacks (another program with the same token, a lost journal, another state directory).
 *
 * Nothing in the API says which user a token belongs to, so ours is whoever made the edits that the journal has.
 *
 * @param entries Zero's log of the range
 */
export async function reconcile(
  entries: readonly ActivityEntry[],
  ours: OwnEdits,
  range: Range,
  sources: Sources,
): Promise<Input> {
  const { lines, damaged } = await sources.journal.read();
  const drafts = journalledEdits(lines).filter(({ deed }) => deed.effect === 'draft');
  const journalled = drafts.filter((edit) => isInPlace(edit, range, entries));
  const users = new Set(entries.filter(ours).flatMap(userIdOf));
  const missing: JournalledEdit[] = [];
  for (const edit of journalled.filter(({ at }) => isBetween(Date.parse(at), range))) {
    const isSame = (entry: ActivityEntry) => keyOf(entry) === edit.key;
    if (entries.some(isSame)) continue;
    const logged = (await logOf(edit, range, sources)).find(isSame);
    if (logged) for (const id of userIdOf(logged)) users.add(id);
    else missing.push(edit);
  }
  const last = journalled.at(-1);
  if (users.size === 0 && last) {
    const log = (await logOf(last, range, sources)).filter((entry) => keyOf(entry) === last.key);
    for (const id of log.flatMap(userIdOf)) users.add(id);
  }
  const strange = entries.filter((entry) => !ours(entry) && userIdOf(entry).some((id) => users.has(id)));
  const notices = [
    ...(users.size > 0
      ? []
      : ['No edit of the journal is in the log, so nobody can tell which edits are of this server’s API user.']),
    ...(damaged.length > 0 ? [`${damaged.length} lines of the journal are damaged: see zero-mcp journal verify.`] : []),
  ];
  return {
    notInZero: missing.map(({ deed, entityId, at, journalId }) => ({
      operation: deed.operation,
      entityId,
      at,
      journalId,
    })),
    notInJournal: strange.map(({ entity, activityType, createdAt }) => ({
      type: entity.type,
      id: entity.id,
      action: activityType,
      at: createdAt,
    })),
    ...(notices.length > 0 && { notices }),
  };
}

/** Whether an edit of the journal belongs to the range. What became of a deleted record's cluster only the log can tell. */
function isInPlace(edit: JournalledEdit, range: Range, entries: readonly ActivityEntry[]): boolean {
  if (edit.organizationId !== range.organizationId) return false;
  if (range.clusterId === undefined) return true;
  const inLog = entries.some(({ entity }) => entity.id === edit.entityId);
  return edit.clusterId === range.clusterId || edit.namespaceId === range.namespaceId || inLog;
}

/** All that the log has of the record of an edit: our clock and Zero's may differ at the range's ends. */
async function logOf(
  { entityId }: JournalledEdit,
  { organizationId }: Range,
  { read }: Sources,
): Promise<readonly ActivityEntry[]> {
  return readEntries(await pagesOf(read, 'list_activity_logs', { organizationId, entityId }, () => false)).entries;
}

function userIdOf({ user }: ActivityEntry): readonly string[] {
  return user?.id === undefined ? [] : [user.id];
}

function isBetween(moment: number, { since, until }: Range): boolean {
  return moment >= since && moment <= until;
}
