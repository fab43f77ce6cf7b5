import { type Judged, merge, termsOf, union } from './compile.js';
import { generatorProblem, kindOfCriterion } from './criteria/index.js';
import type { Finding } from './criteria/kind.js';
import { type Facts, type Identity, isUnknown } from './facts.js';
import { ANONYMOUS } from './known-facts.js';
import type { Outcome } from './outcome.js';
import type { Action, Block, Criterion, Policy } from './ppl.js';

/** What allow, or deny, comes to. */
export interface Result {
  readonly value: boolean | 'unknown';
  /** Pomerium's reasons, sorted; where something is unknown, all that may be given. */
  readonly reasons: readonly string[];
}

/** One block of one rule that has criteria: allow and deny are each the OR of theirs. */
export interface Step extends Result {
  /** Index into the policies given. */
  readonly policy: number;
  /** Index into the policy's rules. */
  readonly rule: number;
  readonly action: Action;
  readonly block: Block;
}

/** An outcome that depends on something that can't be known from here. */
export interface Undecided {
  /** What would decide it, in words, each once. */
  readonly unknown: readonly string[];
  /** The outcomes that may be; never leaves one out, at least two. */
  readonly possible: readonly Outcome[];
}

export interface Evaluation {
  readonly allow: Result;
  readonly deny: Result;
  readonly outcome: Outcome | Undecided;
  /** All blocks in order. Those that decided have the value of their action: every true one where it is true, else all of them. */
  readonly trace: readonly Step[];
}

/**
 * What the effective policies of a route make of one request (PPL.md 1.6, 1.7). Policies that the generator refuses
 * contribute nothing; those that don't compile are read as they are meant (`checkPolicy` tells of both).
 */
export function evaluate(policies: readonly Policy[], facts: Facts): Evaluation {
  if (isUnknown(facts.who.signedIn)) return evaluateBoth(policies, facts, facts.who.signedIn.unknown);
  const trace: Step[] = [];
  const judged: Record<Action, Judged[]> = { allow: [], deny: [] };
  for (const [index, policy] of policies.entries()) {
    for (const { rule, action, block, judge: judgeTerm } of termsOf(policy)) {
      const result = judgeTerm(facts);
      judged[action].push(result);
      const { value, reasons } = resultOf(result);
      trace.push({ policy: index, rule, action, block, value, reasons });
    }
  }
  const allow = merge(judged.allow, false);
  const deny = merge(judged.deny, false);
  return { allow: resultOf(allow), deny: resultOf(deny), outcome: outcomeFor(allow, deny), trace };
}

/** What one criterion comes to. One that the generator refuses is false for no reason. */
export function judge(criterion: Criterion, facts: Facts): Result {
  const kind = kindOfCriterion(criterion);
  if (!kind || generatorProblem(criterion, 'zero') !== undefined) return { value: false, reasons: [] };
  const result = kind.judge(criterion)(facts);
  return 'possible' in result ? resultOf({ possible: result.possible, unknown: [result.unknown] }) : result;
}

/** The response to a known allow and deny, in Pomerium's order (PPL.md 1.7). */
export function outcomeOf(allow: Finding, deny: Finding): Outcome {
  const has = (reason: string) => allow.reasons.includes(reason) || deny.reasons.includes(reason);
  const { reasons } = deny;
  if (reasons.includes('client-certificate-required') || reasons.includes('invalid-client-certificate'))
    return 'denied:495';
  if (has('user-unauthenticated')) return 'login-redirect';
  if (has('device-unauthenticated')) return 'device-registration-redirect';
  if (deny.value) return reasons.includes('device-unauthorized') ? 'denied:450-device' : 'denied:403';
  if (allow.value) return 'allowed';
  if (has('device-unauthorized')) return 'denied:450-device';
  return has('route-not-found') ? 'denied:404' : 'denied:403';
}

export function isUndecided(outcome: Outcome | Undecided): outcome is Undecided {
  return typeof outcome === 'object';
}

/** What an outcome means for the visitor in one word: let in, sent to sign in (or register a device) first, or kept out. */
export type Decision = 'allow' | 'login' | 'deny' | 'unknown';

export function decisionOf(outcome: Outcome | Undecided): Decision {
  if (isUndecided(outcome)) {
    const [first, ...others] = new Set(outcome.possible.map(decisionOf));
    return first && others.length === 0 ? first : 'unknown';
  }
  if (outcome === 'allowed') return 'allow';
  return outcome === 'login-redirect' || outcome === 'device-registration-redirect' ? 'login' : 'deny';
}

function resultOf({ possible }: Judged): Result {
  const [first, ...others] = possible;
  if (!first) return { value: false, reasons: [] };
  if (others.length === 0) return first;
  return {
    value: others.every(({ value }) => value === first.value) ? first.value : 'unknown',
    reasons: possible.map(({ reasons }) => reasons).reduce(union),
  };
}

function outcomeFor(allow: Judged, deny: Judged): Outcome | Undecided {
  const outcomes = new Set<Outcome>();
  for (const one of allow.possible) for (const other of deny.possible) outcomes.add(outcomeOf(one, other));
  return outcomeAmong(outcomes, [...(deny.possible.length > 1 ? deny.unknown : []), ...allow.unknown]);
}

function outcomeAmong(outcomes: ReadonlySet<Outcome>, unknown: readonly string[]): Outcome | Undecided {
  const possible = [...outcomes].sort();
  const [only, ...others] = possible;
  if (only && others.length === 0) return only;
  return { unknown: [...new Set(unknown)], possible };
}

/** Signed in or not: both are looked at, each by what is then known. */
function evaluateBoth(policies: readonly Policy[], facts: Facts, unknown: string): Evaluation {
  const as = (who: Identity) => evaluate(policies, { ...facts, who });
  const [inside, outside] = [as({ ...facts.who, signedIn: true }), as(ANONYMOUS)];
  const both = (one: Result, other: Result): Result => ({
    value: one.value === other.value ? one.value : 'unknown',
    reasons: union(one.reasons, other.reasons),
  });
  const all = [inside.outcome, outside.outcome];
  const outcomes = all.flatMap((outcome) => (isUndecided(outcome) ? outcome.possible : [outcome]));
  const names = all.flatMap((outcome) => (isUndecided(outcome) ? outcome.unknown : []));
  return {
    allow: both(inside.allow, outside.allow),
    deny: both(inside.deny, outside.deny),
    outcome: outcomeAmong(new Set(outcomes), [unknown, ...names]),
    trace: inside.trace.map((step, index) => ({ ...step, ...both(step, outside.trace[index] ?? step) })),
  };
}
