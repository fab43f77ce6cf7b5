import type { Input } from '../operation.js';
import type { Read } from './affected.js';
import type { Plan } from './plan.js';
import { pagesOf } from './plan-pages.js';

/** How long an apply is watched before the answer says that it is still under way. */
const WATCHED_MS = 30_000;
const PAUSE_MS = 1_000;

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

interface Entry {
  readonly id: string;
  readonly updatedAt: string;
  readonly user?: { readonly email?: string; readonly displayName?: string };
  readonly entity: { readonly type: string; readonly id: string; readonly data?: Readonly<Record<string, unknown>> };
}

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
  const ends = watch.now() + WATCHED_MS;
  let changeset: Changeset | undefined;
  for (;;) {
    const found = (await read('list_changesets', { organizationId, clusterId })) as readonly Changeset[];
    changeset = found.find(({ id }) => id === changesetId);
    if (changeset && changeset.status !== 'pending' && changeset.status !== 'applying') break;
    if (watch.now() >= ends) break;
    watch.onProgress?.(`changeset is ${changeset?.status ?? 'not listed'}`);
    await watch.wait(PAUSE_MS);
  }
  return { changeset, notices: await describe(changeset, input, plan, read) };
}

async function describe(changeset: Changeset | undefined, input: Input, plan: Plan | undefined, read: Read) {
  const { organizationId, changesetId } = input;
  const status = changeset?.status ?? 'not listed';
  if (status === 'failed' || status === 'rejected') {
    const why = changeset?.failureMessage ? `: ${JSON.stringify(changeset.failureMessage)}` : '';
    return [`The changeset ended as ${status}${why}. What becomes of its changes is not documented (FACTS 3.1).`];
  }
  if (status !== 'applied' && status !== 'current') {
    return [`The changeset is ${JSON.stringify(status)} after ${WATCHED_MS / 1000} s; nothing more was sent.`];
  }
  if (!plan) return [];
  const log = await pagesOf<Entry>(read, 'list_activity_logs', { organizationId, changesetId }, () => false);
  return unapproved(log, plan);
}

/** What went live without having been in the plan: entities it doesn't have, and edits newer than those it shows. */
function unapproved(log: readonly Entry[], plan: Plan): readonly string[] {
  const approved = new Map(plan.entities.map((entity) => [entity.id, entity.editedBy.map(({ at }) => at)]));
  const surplus = log.filter(({ entity, updatedAt }) => !approved.get(entity.id)?.includes(updatedAt));
  if (surplus.length === 0) return [];
  const lines = surplus.map(({ entity, user, updatedAt }) => {
    const who = JSON.stringify(user?.email ?? user?.displayName ?? 'unknown');
    return `${entity.type} ${entity.id} by ${who} at ${updatedAt}`;
  });
  return [
    `applied_with_unapproved_changes: more went live than was approved: ${lines.join('; ')}. ` +
      'Tell the person at once; nothing in the API reverts a changeset, so each change must be undone by a new one.',
  ];
}
