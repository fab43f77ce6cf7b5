import { kindOfCriterion } from '../criteria/index.js';
import type { Finding, Judge, Open } from '../criteria/kind.js';
import type { Facts } from '../facts.js';
import { isObject } from '../grammar.js';
import type { Action, Block, Criterion, Json, Policy } from '../ppl.js';
import { BLOCKS } from '../ppl.js';
import type { Literal } from './formula.js';

/** A question that is answered yes or no: a criterion, or one operator of one. */
export interface Atom {
  readonly id: number;
  readonly criterion: Criterion;
  /** Asked of somebody who logs in by SSH under this name. */
  readonly username?: string;
  readonly judge: Judge;
}

/** Numbers atoms: equal ones once. */
export interface Atoms {
  readonly all: readonly Atom[];
  readonly of: (criterion: Criterion, username?: string) => number;
}

export function createAtoms(): Atoms {
  const ids = new Map<string, number>();
  const all: Atom[] = [];
  return {
    all,
    of(criterion, username) {
      const key = JSON.stringify([criterion.name, criterion.subPath, criterion.data, username ?? null]);
      const known = ids.get(key);
      if (known !== undefined) return known;
      const id = all.length;
      ids.set(key, id);
      const judge = kindOfCriterion(criterion)?.judge(criterion) ?? (() => NEVER);
      all.push({ id, criterion, judge, ...(username !== undefined && { username }) });
      return id;
    },
  };
}

const NEVER: Finding = { value: false, reasons: [] };

/** What the evaluator says of an atom. */
export function judgeAtom({ judge, username }: Atom, facts: Facts): Finding | Open {
  return judge(username === undefined ? facts : { ...facts, ssh: { ...facts.ssh, username } });
}

/**
 * The terms of one action of policies that are merged. `or` and `nor` blocks are ORs themselves, so each of their
 * criteria is a term of its own.
 *
 * @param usernames all that an SSH user may be called, for criteria that compare the name with something else
 */
export function termsOf(
  policies: readonly Policy[],
  action: Action,
  atoms: Atoms,
  usernames: readonly string[],
): readonly (readonly Literal[])[] {
  const rules = policies.flat().filter((rule) => rule.action === action);
  return rules.flatMap((rule) =>
    BLOCKS.flatMap((block) => (rule[block].length === 0 ? [] : termsOfBlock(block, rule[block], atoms, usernames))),
  );
}

function termsOfBlock(
  block: Block,
  criteria: readonly Criterion[],
  atoms: Atoms,
  usernames: readonly string[],
): readonly (readonly Literal[])[] {
  const number = (part: Part) => atoms.of(part.criterion, part.username);
  const inverted = block === 'not' || block === 'nor';
  // Each criterion as the ways in which it holds: any of them, all literals of it.
  const ways = criteria.map((criterion): readonly (readonly Literal[])[] => {
    const found = waysOf(criterion, usernames);
    if (inverted) return [found.map((parts) => ({ atoms: parts.map(number), inverted }))];
    return found.map((parts) =>
      parts.map(({ condition, ...part }) => ({ atoms: [number(part)], inverted, condition })),
    );
  });
  if (block === 'or' || block === 'nor') return ways.flat();
  return ways.reduce<readonly (readonly Literal[])[]>(
    (terms, next) => terms.flatMap((term) => next.map((way) => [...term, ...way])),
    [[]],
  );
}

interface Part {
  readonly criterion: Criterion;
  readonly username?: string;
  readonly condition?: true;
}

/** Numbers all atoms of criteria, in their order. */
export function addAtoms(criteria: readonly Criterion[], atoms: Atoms, usernames: readonly string[]): void {
  for (const criterion of criteria) {
    for (const part of waysOf(criterion, usernames).flat()) atoms.of(part.criterion, part.username);
  }
}

/** A criterion as an OR of ANDs of simpler ones. */
function waysOf(criterion: Criterion, usernames: readonly string[]): readonly (readonly Part[])[] {
  const { name, data } = criterion;
  if (name === 'ssh_username_matches_email' || name === 'ssh_username_matches_claim') {
    return usernames.map((username) => [
      { criterion: { name: 'ssh_username', subPath: '', data: { is: username } }, condition: true },
      { criterion, username },
    ]);
  }
  const splits = name === 'claim' || name === 'groups' || name === 'client_certificate';
  if (!splits || !isObject(data)) return [[{ criterion }]];
  const depth = name === 'client_certificate' ? 2 : 1;
  return [partsOf(data, depth).map((part) => ({ criterion: { ...criterion, data: part } }))];
}

/** An object as several of one field each, down to a depth; `{}` and what is no object stay as they are. */
function partsOf(data: Json, depth: number): readonly Json[] {
  const fields = isObject(data) ? Object.entries(data) : [];
  if (fields.length === 0 || depth === 0) return [data];
  return fields.flatMap(([key, operand]) => partsOf(operand, depth - 1).map((part) => ({ [key]: part })));
}
