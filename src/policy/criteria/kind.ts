import { type Facts, isUnknown, type Known, type Unknown } from '../facts.js';
import type { Doubt } from '../matchers.js';
import type { Criterion, Json } from '../ppl.js';

/** What a condition comes to, with Pomerium's reasons. */
export interface Finding {
  readonly value: boolean;
  readonly reasons: readonly string[];
}

/** What it may come to, where something isn't known. */
export interface Open {
  readonly possible: readonly Finding[];
  /** What would decide it. */
  readonly unknown: string;
}

export type Judge = (facts: Facts) => Finding | Open;

/** All there is to know about one criterion. */
export interface Kind {
  /** The least edition that has it: the open core, or Zero. */
  readonly edition: 'core' | 'zero';
  /** What it looks at: nothing, who asks, what is asked, or when. */
  readonly about: 'nothing' | 'identity' | 'request' | 'time';
  /** Whether what follows the name's slash means something. */
  readonly takesSubPath: boolean;
  /** Why Pomerium's generator refuses the data, in its words. */
  readonly problem: (data: Json) => string | undefined;
  /** Why data that the generator takes makes Rego that doesn't compile. */
  readonly poison: (data: Json) => string | undefined;
  readonly doubts: (criterion: Criterion) => readonly Doubt[];
  /** Compiles it. The data is without problem. */
  readonly judge: (criterion: Criterion) => Judge;
}

/** `judge` alone is without default. */
export function kind(about: Kind['about'], own: Partial<Kind> & Pick<Kind, 'judge'>): Kind {
  return {
    about,
    edition: 'core',
    takesSubPath: false,
    problem: () => undefined,
    poison: () => undefined,
    doubts: () => [],
    ...own,
  };
}

export function found(value: boolean, reason: string): Finding {
  return { value, reasons: [reason] };
}

export const LOGIN = found(false, 'user-unauthenticated');

/** What a condition tests: one fact, or several. */
export type Test = (facts: Facts) => Known<boolean>;

/** A condition that is true with `ok` and false with `unauthorized`, whoever asks. */
export function judgeRequest(test: Test, ok: string, unauthorized: string): Judge {
  const yes = found(true, ok);
  const no = found(false, unauthorized);
  return (facts) => decide(test(facts), yes, no);
}

/** A condition that asks visitors to sign in when it is false for want of a session. */
export function judgeSession(test: Test, ok: string, unauthorized: string): Judge {
  const yes = found(true, ok);
  const no = found(false, unauthorized);
  return (facts) => decide(test(facts), yes, facts.who.signedIn === false ? LOGIN : no);
}

function decide(value: Known<boolean>, yes: Finding, no: Finding): Finding | Open {
  if (value === true) return yes;
  if (value === false) return no;
  return { possible: [yes, no], unknown: value.unknown };
}

/** A test of one fact: not known where the fact isn't. */
export function lift<Value>(value: Known<Value>, test: (value: Value) => boolean): boolean | Unknown {
  return isUnknown(value) ? value : test(value);
}
