import { label } from '../plain-text.js';
import { ANSWER_LASTS_MS, type Channel, type Decision, type QuestionRecord, type QuestionStore } from './question.js';

/**
 * How far a question has come, as a person meets it: `approved` can still be used, `lapsed` was approved and not used in
 * time, `used` is spent.
 */
export type Standing = 'open' | 'declined' | 'approved' | 'lapsed' | 'used' | 'expired';

export function standingOf({ question, decision, claimedAt, outcome }: QuestionRecord, now: number): Standing {
  if (claimedAt || outcome) return 'used';
  if (decision?.decision === 'approved') return now < usableUntil(decision) ? 'approved' : 'lapsed';
  // A time that can't be read is over.
  if (!(now < Date.parse(question.expiresAt))) return 'expired';
  return decision ? 'declined' : 'open';
}

/** Whether a person can still decide so: a no can become a yes, and nothing else changes. */
export function isAnswerable(standing: Standing, decision: Decision['decision']): boolean {
  return standing === 'open' || (standing === 'declined' && decision === 'approved');
}

/** What a person answered without the host's help. */
export interface Answer {
  readonly decision: Decision['decision'];
  readonly channel: Exclude<Channel, 'host'>;
  /** The operating-system user. */
  readonly approver: string;
  /** As typed; a yes needs it where the plan has a name to type. */
  readonly typedName?: string;
}

/**
 * Records an answer, unless the question has moved on since it was shown: `late`, and its record tells why. Nothing is
 * recorded when the typed name isn't the plan's, letter for letter.
 */
export async function answerQuestion(
  store: QuestionStore,
  id: string,
  { typedName, ...answer }: Answer,
  now: number,
): Promise<'recorded' | 'late' | 'wrong name'> {
  const record = await store.get(id);
  if (!record || !isAnswerable(standingOf(record, now), answer.decision)) return 'late';
  const { typedName: name } = record.question.plan;
  if (answer.decision === 'approved' && name !== undefined && typedName !== name) return 'wrong name';
  return (await store.decide(id, { ...answer, at: new Date(now).toISOString() })) ? 'recorded' : 'late';
}

const ASK_AGAIN = 'Let the agent make its call again: it will ask anew.';

const CHANNELS: Readonly<Record<Channel, string>> = {
  host: 'through its host',
  terminal: 'on a terminal',
  page: 'on the approval page',
};

const RESULTS = {
  done: 'the call was made',
  failed: 'the call failed',
  unknown: 'how the call ended is not known',
  drifted: 'nothing was sent, because what the call would change had changed',
} as const;

/** Where a question stands, in sentences for a person. */
export function describeStanding(record: QuestionRecord, now: number): string {
  const { question, decision, claimedAt, outcome } = record;
  const by = decision ? ` by ${label(decision.approver)} ${CHANNELS[decision.channel]}, ${moment(decision.at)}` : '';
  switch (standingOf(record, now)) {
    case 'open':
      return `Nobody has decided it. It waits until ${moment(question.expiresAt)}.`;
    case 'declined':
      return `It was declined${by}. It can be approved still, until ${moment(question.expiresAt)}.`;
    case 'approved': {
      const until = decision ? moment(new Date(usableUntil(decision)).toISOString()) : '';
      return `It was approved${by}. The agent can make its call with that, once, until ${until}.`;
    }
    case 'lapsed':
      return `It was approved${by}, and not used within ${duration(ANSWER_LASTS_MS)}. ${ASK_AGAIN}`;
    case 'used': {
      const at = moment(String(outcome?.at ?? claimedAt));
      return `It was approved${by}, and used ${at}: ${RESULTS[outcome?.result ?? 'unknown']}.`;
    }
    case 'expired':
      return `It expired ${moment(question.expiresAt)}. ${ASK_AGAIN}`;
  }
}

/** A length of time in its largest unit: `3 minutes`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [amount, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3600
        ? [Math.floor(seconds / 60), 'minute']
        : [Math.floor(seconds / 3600), 'hour'];
  return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
}

/** A time on the clock of whoever reads it here: `2026-01-31 08:00 UTC`. */
export function moment(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'at an unknown time';
  // Sweden writes local time as RFC 3339 does.
  return date.toLocaleString('sv-SE', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
}

function usableUntil({ at }: Decision): number {
  return Date.parse(at) + ANSWER_LASTS_MS;
}
