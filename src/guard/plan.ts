import type { Effect } from '../operation.js';
import type { Review } from '../rails/review.js';

/**
 * What a person is shown before saying yes, as data: channels render it, the digest covers it. It holds no secret, and
 * every text in it but `typedName` is ready to show: what isn't ours is on one line, in quotes, without characters that
 * can't be seen.
 */
export interface Plan {
  /** One line that says what will happen and to whom; names of clusters and records in it are quoted. */
  readonly headline: string;
  /** The operation that is sent, or the procedure. */
  readonly operation: string;
  /** What was called, where that is another operation. */
  readonly tool?: string;
  /** `live` also for a draft that auto-apply would make live. */
  readonly effect: Effect;
  /** Why a person is asked. */
  readonly reason: string;
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  /** What this very call changes or, for `apply_changeset`, what goes live. */
  readonly entities: readonly PlannedEntity[];
  /** What waits in the affected clusters and may go live along with the call. */
  readonly waiting: readonly PlannedEntity[];
  /** False when Zero's answers don't say completely what goes live: then only a person out of band may approve. */
  readonly complete: boolean;
  /** Warnings: who else owns a record, what is in doubt, what can't be undone. Our words, others' quoted. */
  readonly notes: readonly string[];
  /** The name a person must type because what goes can't be got back; undefined where a yes is enough. */
  readonly typedName?: string;
  /** What it means for access, for the operator's rules and for the audit; undefined where it can't touch any of that. */
  readonly access?: Review;
  /** Nobody called this: it is offered beside the question of another call, to be done first. */
  readonly offer?: true;
}

export interface PlannedEntity {
  /** `route`, `policy`, … in the API's own words. */
  readonly type: string;
  /** Empty for a record that doesn't exist yet. */
  readonly id: string;
  /** In quotes; empty when it has none. */
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete' | 'call';
  /** `known` shows each changed field; `unknown` means that Zero doesn't say how the record was, so all of it is shown. */
  readonly before: 'known' | 'unknown' | 'none';
  /** By name. Empty for an update of nothing that Zero shows: a stored secret may have changed. */
  readonly fields: readonly PlannedField[];
  /** The edits that wait, oldest first; `at` is the log entry's `updatedAt`. Empty for what the call itself changes. */
  readonly editedBy: readonly { readonly who: string; readonly at: string; readonly ours: boolean }[];
  /** Every edit in it was made through this server. */
  readonly ours: boolean;
}

/** Whether a record was made and deleted within what waits. */
export function wasNeverLive({ action, before }: PlannedEntity): boolean {
  return action === 'delete' && before === 'none';
}

/**
 * One field before and after, as JSON text on one line; ids that it refers to may have a name before them; a secret is
 * `(secret)`, or `(changed)` when it differs; absent is undefined.
 */
export interface PlannedField {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

/**
 * The lines that are read first, the gravest before the others. That nobody gains or loses stands behind what is done, and
 * so does all about access where Zero didn't say what goes live.
 */
export function headlinesOf({ access, headline, complete }: Plan): readonly string[] {
  if (access?.headline === undefined) return [headline];
  return complete && access.changesAccess ? [access.headline, headline] : [headline, access.headline];
}

/**
 * What the digest covers of a plan: all but the headline, which is worded from the rest, and an offer's notes: they tell
 * who would pay its price, which changes with every edit, and a no must outlast that. Of access
 * it covers who gains, who loses and what is forbidden; findings follow from the records. JSON only, in one order.
 */
export function planFacts({ headline, notes, access, ...facts }: Plan): unknown {
  const { routes, blocked, lockOuts } = access ?? {};
  return facts.offer ? facts : { ...facts, notes, routes, blocked, lockOuts };
}
