import { generatorProblem } from '../criteria/index.js';
import { evaluate, isUndecided } from '../evaluate.js';
import type { Facts } from '../facts.js';
import type { Outcome } from '../outcome.js';
import { BLOCKS, type Criterion, type Policy } from '../ppl.js';
import { addAtoms, createAtoms, termsOf } from './atoms.js';
import { type Class, classesOf, voidedBy, WITHOUT } from './classes.js';
import { diagramOf } from './diagram.js';
import type { Dimension } from './dimension.js';
import { anybody, dimensionsOf, usernamesOf } from './dimensions.js';
import { differenceOf, sumOf } from './formula.js';
import { TooManyCases } from './strings.js';
import { type ClassKind, describeClass, kindOfClass, list, sayWho } from './words.js';

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
  // In one order whichever is before, so that the opposite change gets the opposite words.
  const criteria = [...before, ...after]
    .flatMap(criteriaOf)
    .map((criterion) => ({ criterion, text: JSON.stringify(criterion) }))
    .toSorted((one, other) => (one.text < other.text ? -1 : 1))
    .map(({ criterion }) => criterion);
  const usernames = usernamesOf(criteria);
  const atoms = createAtoms();
  addAtoms(criteria, atoms, usernames);
  if (atoms.all.length > MOST_ATOMS) throw new TooManyCases(`${atoms.all.length} different conditions`);
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

/** The most different conditions that are compared. */
const MOST_ATOMS = 3_000;

interface Stated {
  readonly difference: 'gains' | 'loses' | 'otherwise';
  readonly change: Change;
}

function comparison(changes: readonly Stated[], undecided: readonly string[]): Comparison {
  const of = (wanted: Stated['difference']) =>
    changes.flatMap(({ difference, change }) => (difference === wanted ? [change] : []));
  const [gains, loses, otherChanges] = [of('gains'), of('loses'), of('otherwise')];
  const whoOf = (all: readonly Change[]) => [...new Set(all.map(({ who }) => who))];
  const summary = [
    ...(gains.length + loses.length > 0
      ? [sayWho(whoOf(gains), 'gain'), sayWho(whoOf(loses), 'lose')]
      : ['nobody gains or loses']),
    ...(otherChanges.length > 0 ? [`kept out in another way: ${whoOf(otherChanges).join('; ')}`] : []),
    ...(undecided.length > 0 ? ['not all could be decided'] : []),
  ].join('; ');
  return { gains, loses, otherChanges, undecided, summary };
}

function witnessOf(cells: Class, dimensions: readonly Dimension[], at: number): Facts {
  const signIn = dimensions.findIndex(({ about }) => about === 'who');
  // Where it doesn't matter whether somebody is signed in, nobody is.
  const chosen = new Map([[signIn, new Set([WITHOUT])], ...cells]);
  const voided = voidedBy(chosen, dimensions);
  return dimensions.reduce(
    (facts, { about, cells: its }, index) => {
      if (voided.has(about)) return facts;
      return its[Math.min(...(chosen.get(index) ?? [0]))]?.change(facts) ?? facts;
    },
    anybody(at, signIn >= 0),
  );
}

/** A policy with a criterion that Pomerium refuses contributes nothing (PPL.md 1.8). */
function contributes(policy: Policy): boolean {
  return criteriaOf(policy).every((criterion) => generatorProblem(criterion, 'zero') === undefined);
}

function criteriaOf(policy: Policy): readonly Criterion[] {
  return policy.flatMap((rule) => BLOCKS.flatMap((block) => rule[block]));
}
