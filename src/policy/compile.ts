import { generatorProblem, kindOfCriterion } from './criteria/index.js';
import type { Finding, Judge, Open } from './criteria/kind.js';
import type { Facts } from './facts.js';
import { type Action, BLOCKS, type Block, type Policy } from './ppl.js';

/** A block of one rule with its conditions ready to be judged. */
export interface Term {
  readonly rule: number;
  readonly action: Action;
  readonly block: Block;
  readonly judge: (facts: Facts) => Judged;
}

/** What a block, or several of them, come to. */
export interface Judged {
  /** All that may be; one, where nothing is unknown. */
  readonly possible: readonly Finding[];
  readonly unknown: readonly string[];
}

const compiled = new WeakMap<Policy, readonly Term[]>();

/**
 * The blocks of a policy that have conditions, in order. A policy that Pomerium's generator refuses has none: it
 * contributes nothing to its routes (PPL.md 1.8).
 */
export function termsOf(policy: Policy): readonly Term[] {
  const known = compiled.get(policy);
  if (known) return known;
  const terms = compile(policy);
  compiled.set(policy, terms);
  return terms;
}

function compile(policy: Policy): readonly Term[] {
  const terms: Term[] = [];
  for (const [index, rule] of policy.entries()) {
    for (const block of BLOCKS) {
      const judges: Judge[] = [];
      for (const criterion of rule[block]) {
        const kind = kindOfCriterion(criterion);
        if (!kind || generatorProblem(criterion, 'zero') !== undefined) return [];
        judges.push(kind.judge(criterion));
      }
      if (judges.length > 0) {
        terms.push({ rule: index, action: rule.action, block, judge: (facts) => judgeBlock(block, judges, facts) });
      }
    }
  }
  return terms;
}

/** and = all, or = any, not = none, nor = not all; not and nor keep the reasons and turn the value round (PPL.md 1.6). */
function judgeBlock(block: Block, judges: readonly Judge[], facts: Facts): Judged {
  const isInverted = block === 'not' || block === 'nor';
  const results = judges.map((judge) => asJudged(isInverted ? invert(judge(facts)) : judge(facts)));
  return merge(results, block === 'and' || block === 'not');
}

function invert(result: Finding | Open): Finding | Open {
  return 'possible' in result ? { ...result, possible: result.possible.map(invertFinding) } : invertFinding(result);
}

const invertFinding = ({ value, reasons }: Finding): Finding => ({ value: !value, reasons });

function asJudged(result: Finding | Open): Judged {
  return 'possible' in result
    ? { possible: result.possible, unknown: [result.unknown] }
    : { possible: [result], unknown: NOTHING };
}

const NOTHING: readonly string[] = [];

/**
 * Joins by AND (`all`) or OR. The reasons of a result are those of the parts that have its value. Where parts are
 * unknown, every combination is kept that may lead to another outcome.
 */
export function merge(parts: readonly Judged[], all: boolean): Judged {
  let states: readonly State[] = [{ value: all, decided: NOTHING, others: NOTHING }];
  const unknown: string[] = [];
  for (const part of parts) {
    states = extend(states, part.possible, all);
    for (const name of part.unknown) if (!unknown.includes(name)) unknown.push(name);
  }
  return {
    possible: states.map(({ value, decided, others }) => ({ value, reasons: value === all ? others : decided })),
    unknown,
  };
}

/** `decided` are the reasons of the parts that settle it (false in an AND, true in an OR), `others` those of the rest. */
interface State {
  readonly value: boolean;
  readonly decided: readonly string[];
  readonly others: readonly string[];
}

function extend(states: readonly State[], findings: readonly Finding[], all: boolean): readonly State[] {
  const [state] = states;
  const [finding] = findings;
  if (state && finding && states.length === 1 && findings.length === 1) return [join(state, finding, all)];
  const seen = new Map<string, State>();
  for (const before of states) {
    for (const next of findings) {
      const after = join(before, next, all);
      const key = `${after.value}|${telling(after.decided)}|${telling(after.others)}`;
      const same = seen.get(key);
      seen.set(key, same ? unite(same, after) : after);
    }
  }
  return [...seen.values()];
}

/** The reasons that an outcome looks at. */
const TELLING: ReadonlySet<string> = new Set([
  'client-certificate-required',
  'device-unauthenticated',
  'device-unauthorized',
  'invalid-client-certificate',
  'user-unauthenticated',
]);

function telling(reasons: readonly string[]): string {
  return reasons.filter((reason) => TELLING.has(reason)).join();
}

function unite({ value, decided, others }: State, other: State): State {
  return { value, decided: union(decided, other.decided), others: union(others, other.others) };
}

function join(state: State, { value, reasons }: Finding, all: boolean): State {
  if (value !== all) return { value, decided: union(state.decided, reasons), others: state.others };
  return { ...state, others: union(state.others, reasons) };
}

/** A sorted set of reasons. */
export function union(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === 0) return other;
  const added = other.filter((reason) => !one.includes(reason));
  return added.length === 0 ? one : [...one, ...added].sort();
}
