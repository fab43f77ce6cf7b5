import { z } from 'zod';
import { didYouMean } from '../nearest.js';
import type { Subject } from './check.js';

const DAY_MS = 86_400_000;

/** A finding that the operator has decided to live with for a time. */
export interface AcceptedRisk {
  /** Id of the check: `SET-14`. */
  readonly check: string;
  /** Id or name of the record. */
  readonly subject: string;
  readonly reason: string;
  /** The last day it counts, `2026-12-31` in UTC, or the moment it ends, in RFC 3339. */
  readonly expires: string;
}

const Entry = z.strictObject({
  check: z.string(),
  subject: z.string().min(1, 'is empty.'),
  reason: z.string().regex(/\S/, 'is empty.'),
  expires: z.union([z.iso.date(), z.iso.datetime({ offset: true })], 'expected a date such as 2026-12-31.'),
});

/**
 * Reads the operator's list: entries with the fields of {@link AcceptedRisk}, every one of them needed.
 *
 * @param known ids of all checks
 * @returns the entries, and a sentence for each thing that is wrong
 */
export function readAcceptedRisks(
  list: unknown,
  known: readonly string[],
): { readonly risks: readonly AcceptedRisk[]; readonly problems: readonly string[] } {
  if (!Array.isArray(list)) return { risks: [], problems: ['expected a list.'] };
  const risks: AcceptedRisk[] = [];
  const problems: string[] = [];
  for (const [index, given] of list.entries()) {
    const place = `entry ${index + 1}`;
    const { data, error } = Entry.safeParse(given);
    if (!data) problems.push(...error.issues.flatMap((issue) => tell(issue, place, Object.keys(Entry.shape))));
    else if (!known.includes(data.check))
      problems.push(`${place}: check: no check ${data.check}.${didYouMean(data.check, known)}`);
    else risks.push(data);
  }
  return { risks, problems };
}

const KINDS: Readonly<Record<string, string>> = { array: 'a list', object: 'keys and values', string: 'text' };

function tell(issue: z.core.$ZodIssue, place: string, names: readonly string[]): readonly string[] {
  const at = [place, ...issue.path.map(String)].filter(Boolean).join(': ');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at ? `${at}: ` : ''}unknown key ${key}.${didYouMean(key, names)}`);
  }
  const message =
    issue.code === 'invalid_type' ? `expected ${KINDS[issue.expected] ?? issue.expected}.` : issue.message;
  return [`${at ? `${at}: ` : ''}${message}`];
}

/** Whether it still counts. */
export function isInForce({ expires }: AcceptedRisk, now: number): boolean {
  const isDay = expires.length === '2026-12-31'.length;
  return now < Date.parse(expires) + (isDay ? DAY_MS : 0);
}

/** Whether a finding is the one that was accepted. */
export function isAbout(risk: AcceptedRisk, check: string, { id, name }: Subject): boolean {
  return risk.check === check && (risk.subject === id || risk.subject === name);
}
