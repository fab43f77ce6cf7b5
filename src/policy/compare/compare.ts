import { generatorProblem } from '../criteria/index.js';
import { evaluate, isUndecided } from '../evaluate.js';
import type { Facts } from '../facts.js';
import type { Outcome } from '../outcome.js';
import { BLOCKS, type Criterion, type Policy } from '../ppl.js';
import { createAtoms, termsOf } from './atoms.js';
import { ANONYMOUS, type Class, classesOf } from './classes.js';
import { diagramOf } from './diagram.js';
import type { About, Dimension } from './dimension.js';
import { anybody, dimensionsOf, usernamesOf } from './dimensions.js';
import { differenceOf, sumOf } from './formula.js';
import { TooManyCases } from './strings.js';
import { type ClassKind, describeClass, kindOfClass, list } from './words.js';

export interface CompareOptions {
  /** Milliseconds since the epoch: the moment of witnesses, where the time doesn't matter. */
  readonly at?: number;
  /** Only moments from then on count; all, when left out. */
  readonly since?: number;
}

/** A class of visitors for whom something changes, with one of them. */
export interface Change {
  /** `everyone at contractors.com, from 10.0.0.0/8` */
  readonly who: string;
  readonly kind: ClassKind;
  /** One request of the class, which the evaluator confirms. */
  readonly witness: Facts;
  /** Of the witness. */
  readonly before: Outcome;
  readonly after: Outcome;
}

/** What a change of effective policies means. Where `undecided` is empty, it is complete: who isn't named sees no change. */
export interface Comparison {
  /** Who gets `allowed` and didn't. */
  readonly gains: readonly Change[];
  readonly loses: readonly Change[];
  /** Who is kept out either way, in another manner: a login page instead of a 403. */
  readonly otherChanges: readonly Change[];
  /** What couldn't be decided, and why. */
  readonly undecided: readonly string[];
  /** `everyone at contractors.com gains; nobody loses` */
  readonly summary: string;
}

/**
 * Who gains and who loses when the effective policies of a route change, optional and enforced ones together.
 *
 * All that the policies look at is split into finitely many cells in which nothing changes; a decision diagram goes
 * through their combinations. Every truth value in it is the evaluator's, and so is the last word on each witness.
 */
export function whoGainsWhoLoses(
  before: readonly Policy[],
  after: readonly Policy[],
  { since, at = since ?? 0 }: CompareOptions = {},
): Comparison {
  try {
    return compare(before.filter(contributes), after.filter(contributes), at, since);
  } catch (error) {
    if (!(error instanceof TooManyCases)) throw error;
    return comparison([], [`The policies are too complex to compare: ${error.message}.`]);
  }
}

function compare(
  before: readonly Policy[],
  after: readonly Policy[],
  at: number,
  since: number | undefined,
): Comparison {
  const usernames = usernamesOf([...before, ...after].flatMap(criteriaOf).toSorted(byText));
  const atoms = createAtoms();
  // In one order whichever is before, so that the opposite change gets the opposite words.
  for (const criterion of [...before, ...after].flatMap(criteriaOf).toSorted(byText)) atoms.of(criterion);
  const sums = (policies: readonly Policy[]) => ({
    allow: sumOf(termsOf(policies, 'allow', atoms, usernames)),
    deny: sumOf(termsOf(policies, 'deny', atoms, usernames)),
  });
  const question = { before: sums(before), after: sums(after) };
  const dimensions = dimensionsOf(atoms.all, usernames, at, since);
  const { found, more } = classesOf(diagramOf(question, dimensions), dimensions);
  const changes: Stated[] = [];
  const undecided: string[] = more ? ['More classes differ than are listed.'] : [];
  for (const { of, witness: cells } of found) {
    const who = describeClass(of, dimensions);
    const witness = witnessOf(cells, dimensions, at);
    const [was, is] = [evaluate(before, witness).outcome, evaluate(after, witness).outcome];
    if (isUndecided(was) || isUndecided(is)) {
      const unknown = [was, is].flatMap((outcome) => (isUndecided(outcome) ? outcome.unknown : []));
      undecided.push(`Whether something changes for ${who} depends on ${list([...new Set(unknown)])}.`);
      continue;
    }
    const difference = differenceOf(was, is);
    if (!difference) undecided.push(`Whether something changes for ${who} can't be told.`);
    else
      changes.push({ difference, change: { who, kind: kindOfClass(of, dimensions), witness, before: was, after: is } });
  }
  return comparison(changes, undecided);
}

interface Stated {
  readonly difference: 'gains' | 'loses' | 'otherwise';
  readonly change: Change;
}

function comparison(changes: readonly Stated[], undecided: readonly string[]): Comparison {
  const of = (wanted: Stated['difference']) =>
    changes.flatMap(({ difference, change }) => (difference === wanted ? [change] : []));
  const [gains, loses, otherChanges] = [of('gains'), of('loses'), of('otherwise')];
  const parts = [said(gains, 'gain'), said(loses, 'lose')];
  const summary = [
    gains.length + loses.length > 0 ? parts.join('; ') : 'nobody gains or loses',
    ...(otherChanges.length > 0 ? [`${list(whoOf(otherChanges))} kept out in another way`] : []),
    ...(undecided.length > 0 ? ['not all could be decided'] : []),
  ].join('; ');
  return { gains, loses, otherChanges, undecided, summary };
}

function said(changes: readonly Change[], verb: 'gain' | 'lose'): string {
  return changes.length === 0 ? `nobody ${verb}s` : `${list(whoOf(changes))} ${verb}${changes.length > 1 ? '' : 's'}`;
}

function whoOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ who }) => who))];
}

function witnessOf(cells: Class, dimensions: readonly Dimension[], at: number): Facts {
  // Where it doesn't matter whether somebody is signed in, nobody is.
  const signIn = dimensions.findIndex(({ about }) => about === 'who');
  const isAnonymous = cells.get(signIn)?.has(ANONYMOUS) ?? true;
  const skipped: ReadonlySet<About> = new Set(
    isAnonymous ? (['email', 'user', 'claim', 'group', 'device'] as const) : [],
  );
  return dimensions.reduce(
    (facts, dimension, index) => {
      if (skipped.has(dimension.about)) return facts;
      const cell = Math.min(...(cells.get(index) ?? [0]));
      return dimension.cells[cell]?.change(facts) ?? facts;
    },
    anybody(at, !isAnonymous),
  );
}

/** A policy with a criterion that Pomerium refuses contributes nothing (PPL.md 1.8). */
function contributes(policy: Policy): boolean {
  return criteriaOf(policy).every((criterion) => generatorProblem(criterion, 'any') === undefined);
}

function criteriaOf(policy: Policy): readonly Criterion[] {
  return policy.flatMap((rule) => BLOCKS.flatMap((block) => rule[block]));
}

function byText(one: Criterion, other: Criterion): number {
  const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
  return first < second ? -1 : first > second ? 1 : 0;
}
