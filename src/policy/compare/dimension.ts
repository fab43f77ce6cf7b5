import type { Facts } from '../facts.js';
import type { Atom } from './atoms.js';
import type { Verdicts } from './formula.js';
import { MOST_CELLS, TooManyCases } from './strings.js';

/** The kinds of principals and circumstances that a difference is told in. */
export type About =
  | 'who'
  | 'email'
  | 'user'
  | 'claim'
  | 'group'
  | 'device'
  | 'certificate'
  | 'network'
  | 'traffic'
  | 'method'
  | 'path'
  | 'ssh'
  | 'mcp'
  | 'time'
  | 'unknown';

/** Something that a policy looks at, split into cells: whatever its value is, one cell stands for it. */
export interface Dimension {
  readonly about: About;
  /** The first cell is what nobody names: a stranger, a request like any other. */
  readonly cells: readonly Cell[];
  readonly phrases: readonly Phrase[];
  /** `from 10.0.0.0/8`, of the phrases for some cells; for the other cells than those. */
  readonly only: (phrases: string) => string;
  readonly except: (phrases: string) => string;
  /** What nobody names goes without saying where another dimension of the kind names something. */
  readonly implied?: true | undefined;
  /** Its cells all have words of their own, what nobody names, too. */
  readonly plain?: true | undefined;
  /** Stands between phrases that hold at once; where it is given, that is how cells are told that one phrase doesn't tell. */
  readonly and?: string | undefined;
}

export interface Cell {
  readonly change: (facts: Facts) => Facts;
  /** What it settles. Several dimensions may settle an atom together: the first that does decides. */
  readonly verdicts: Verdicts;
}

/** Words for a set of cells. */
export interface Phrase {
  readonly text: string;
  readonly cells: ReadonlySet<number>;
}

/** Asks the evaluator. */
export type Ask = (atoms: readonly Atom[], facts: Facts) => Verdicts;

/** The most conditions, and phrases, times cases that are gone through for one dimension. */
const MOST_QUESTIONS = 10_000_000;
const MOST_PHRASES = 100_000_000;

interface Plan<Value> extends Pick<Dimension, 'about' | 'only' | 'except' | 'implied' | 'plain' | 'and'> {
  readonly values: readonly Value[];
  readonly change: (facts: Facts, value: Value) => Facts;
  /** What each value settles; all of the atoms, asked of the changed facts, when left out. */
  readonly settles?: (value: Value, facts: Facts) => Verdicts;
  readonly phrases: readonly { readonly text: string; readonly holds: (value: Value) => boolean }[];
}

/** Makes the dimension of values: those that the atoms and the phrases can't tell apart are one cell. */
export function split<Value>(atoms: readonly Atom[], base: Facts, ask: Ask, plan: Plan<Value>): Dimension {
  const { about, only, except, implied, plain, and, change } = plan;
  if (plan.values.length > MOST_CELLS) throw new TooManyCases(`${plan.values.length} cases of ${about}`);
  const { length } = plan.values;
  if (length * atoms.length > MOST_QUESTIONS || length * plan.phrases.length > MOST_PHRASES) {
    throw new TooManyCases(`${atoms.length} conditions on ${length} cases of ${about}`);
  }
  const settles = plan.settles ?? ((_: Value, facts: Facts) => ask(atoms, facts));
  const cells = new Map<string, Cell>();
  const phrases = plan.phrases.map(({ text }) => ({ text, cells: new Set<number>() }));
  for (const value of plan.values) {
    const holding = phrases.filter((_, index) => plan.phrases[index]?.holds(value));
    const verdicts = settles(value, change(base, value));
    const key = JSON.stringify([holding.map(({ text }) => text), ...verdicts]);
    if (cells.has(key)) continue;
    for (const phrase of holding) phrase.cells.add(cells.size);
    cells.set(key, { change: (facts) => change(facts, value), verdicts });
  }
  return { about, cells: [...cells.values()], phrases, only, except, implied, plain, and };
}
