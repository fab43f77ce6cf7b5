import type { Answer } from '../client/client.js';
import type { Input } from '../operation.js';
import { count, label, word } from '../plain-text.js';
import type { OwnEdits } from '../record/own-edits.js';
import type { Read } from './affected.js';
import type { Plan } from './plan.js';
import { type ActivityEntry, makerOf, readEntries } from './plan-entry.js';
import { pagesOf } from './plan-pages.js';

/** How long an apply is watched before the answer says that it is still under way. */
const WATCHED_MS = 30_000;
const PAUSE_MS = 1_000;
/** Between two signs of life while nothing changes. */
const PROGRESS_MS = 10_000;

export interface Watch {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Told how far it has come, for the host's progress display. */
  readonly onProgress?: (text: string) => void;
}

interface Changeset {
  readonly id: string;
  readonly status: string;
  readonly failureMessage?: string;
}

/** How an apply ended. */
export interface Verified {
  readonly changeset?: Changeset;
  readonly notices: readonly string[];
}

/** Said of a change that was sent and can't be found again. */
export const UNVERIFIED = 'What is live now could not be checked: read it before you go on.';

const WAITS =
  "Saved as a draft: it waits in the cluster's pending changeset and goes live with whoever applies that, a colleague included.";

const UNDO =
  'Tell the person at once; nothing in the API reverts a changeset, so each change must be undone by a new one: plan_rollback proposes it.';

/**
 * Watches an apply to its end and compares what went live with what was approved. Zero has no precondition, so an edit
 * that landed between the last read and the request can't be stopped, only found here.
 *
 * @param plan what was approved; undefined when nobody was asked
 * @returns the changeset as it was last seen, and sentences for the caller
 */
export async function verifyApply(input: Input, plan: Plan | undefined, read: Read, watch: Watch): Promise<Verified> {
  const { organizationId, changesetId } = input;
  const clusterId = plan?.clusters[0]?.id;
  const begins = watch.now();
  let changeset: Changeset | undefined;
  let told: { readonly status: string; readonly at: number } | undefined;
  for (;;) {
    const found = (await read('list_changesets', { organizationId, clusterId })) as readonly Changeset[];
    changeset = found.find(({ id }) => id === changesetId);
    const status = changeset?.status ?? 'not listed';
    if (changeset && status !== 'pending' && status !== 'applying') break;
    const at = watch.now();
    if (at - begins >= WATCHED_MS) break;
    if (status !== told?.status || at - told.at >= PROGRESS_MS) {
      told = { status, at };
      watch.onProgress?.(`the changeset is ${word(status)}`);
    }
    await watch.wait(PAUSE_MS);
  }
  return { changeset, notices: await describe(changeset, input, plan, read) };
}

async function describe(changeset: Changeset | undefined, input: Input, plan: Plan | undefined, read: Read) {
  const status = changeset?.status ?? 'not listed';
  if (status === 'failed' || status === 'rejected') {
    const why = changeset?.failureMessage ? `: ${label(changeset.failureMessage)}` : '';
    return [`The changeset ended as ${status}${why}. What becomes of its changes is not documented (FACTS 3.1).`];
  }
  if (status !== 'applied' && status !== 'current') {
    return [`The changeset is ${label(status)} after ${WATCHED_MS / 1000} s; nothing more was sent.`];
  }
  if (!plan) return [];
  const { entries, complete } = await shippedWith(input.changesetId, input, read);
  const surplus = entries.filter((entry) => !isApproved(entry, plan));
  if (complete && surplus.length === 0) return [asApproved(entries, plan)];
  return [
    ...(surplus.length > 0
      ? [`applied_with_unapproved_changes: more went live than was approved: ${surplus.map(edit).join('; ')}. ${UNDO}`]
      : []),
    ...(complete ? [] : [UNVERIFIED]),
  ];
}

/** How much went live, all of which was approved. Of an edit above several clusters the log may tell of another changeset. */
function asApproved(entries: readonly ActivityEntry[], { entities }: Plan): string {
  const shipped = new Set(entries.map(({ entity }) => word(entity.id)));
  if (shipped.size === 0 && entities.length > 0) return UNVERIFIED;
  const untold = entities.filter(({ id }) => !shipped.has(id)).length;
  const rest = untold > 0 ? `; of ${untold} more that were approved Zero's log of it tells nothing` : '';
  return `Live now: ${count(shipped.size, 'record')}, exactly as approved${rest}.`;
}

/**
 * What to say of a draft: that it waits, or that it went live, and what else did with it that nobody approved. The
 * edit is found by the record that was answered, so that a later edit of the same record can't be taken for it.
 *
 * @param plan what was approved; undefined when nobody was asked
 * @param ours tells edits of this server from those of others
 */
export async function verifyDraft(
  input: Input,
  { data }: Answer,
  plan: Plan | undefined,
  ours: OwnEdits,
  read: Read,
): Promise<readonly string[]> {
  const answered = Object(data) as { readonly id?: unknown; readonly updatedAt?: unknown };
  const entityId = answered.id ?? input.routeId ?? input.policyId ?? input.keyPairId;
  if (entityId === undefined) return [UNVERIFIED];
  // A delete is the last that happens to a record, and answers nothing.
  const isThis = ({ activityType, entity }: ActivityEntry) =>
    answered.id === undefined ? activityType === 'delete' : isSameTime(entity.data?.updatedAt, answered.updatedAt);
  const query = { organizationId: input.organizationId, entityId, orderBy: ['-updatedAt'] };
  const found = (rows: readonly unknown[]) => readEntries(rows).entries.find(isThis);
  const entry = found(await pagesOf(read, 'list_activity_logs', query, (rows) => found(rows) !== undefined));
  if (!entry) return [UNVERIFIED];
  const { at, changesetId } = entry.applied ?? {};
  if (!at) return [WAITS];
  const live = `This change is already live: it was applied at ${word(at)}.`;
  const { entries, complete } = changesetId
    ? await shippedWith(changesetId, input, read)
    : { entries: [], complete: true };
  const surplus = entries.filter(({ id }) => id !== entry.id).filter((other) => !plan || !isApproved(other, plan));
  const maker = (other: ActivityEntry) => `${edit(other)}, ${ours(other) ? '' : 'not '}through this server`;
  const along = `With it went what nobody approved: ${surplus.map(maker).join('; ')}. ${UNDO}`;
  return [
    ...(plan && surplus.length === 0 ? [live] : [`went_live: ${live}${surplus.length > 0 ? ` ${along}` : ''}`]),
    ...(complete ? [] : [UNVERIFIED]),
  ];
}

/** The edits that a changeset made live. */
async function shippedWith(changesetId: unknown, { organizationId }: Input, read: Read) {
  return readEntries(await pagesOf(read, 'list_activity_logs', { organizationId, changesetId }, () => false));
}

/** Whether a plan shows an edit: its record, and this very edit of it. */
function isApproved({ entity, updatedAt }: ActivityEntry, { entities, waiting }: Plan): boolean {
  return [...entities, ...waiting].some(
    ({ id, editedBy }) => id === word(entity.id) && editedBy.some(({ at }) => at === word(updatedAt)),
  );
}

function edit(entry: ActivityEntry): string {
  const { entity, updatedAt } = entry;
  return `${word(entity.type)} ${word(entity.id)} by ${label(makerOf(entry))} at ${word(updatedAt)}`;
}

/** Whether two times of a record are one, however precisely each is written. */
function isSameTime(one: unknown, other: unknown): boolean {
  return one !== undefined && (one === other || Date.parse(String(one)) === Date.parse(String(other)));
}
