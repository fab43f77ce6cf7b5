import { operatorsOf } from '../matchers.js';
import type { Criterion, Json } from '../ppl.js';

/** What policies ask of one string. */
export interface StringConditions {
  readonly values: ReadonlySet<string>;
  readonly prefixes: ReadonlySet<string>;
  readonly suffixes: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
}

/** The most strings, or combinations of them, that one dimension is split into. */
export const MOST_CELLS = 20_000;

/** More cases than are worth going through. The message says of what. */
export class TooManyCases extends Error {}

export function noConditions() {
  return {
    values: new Set<string>(),
    prefixes: new Set<string>(),
    suffixes: new Set<string>(),
    parts: new Set<string>(),
  };
}

/** The conditions of string matchers; operands that aren't strings can't match, so they need no case of their own. */
export function conditionsOf(criteria: readonly Criterion[]): StringConditions {
  const found = noConditions();
  for (const { data } of criteria) {
    for (const [operator, operand] of Object.entries(operatorsOf(data, 'is'))) {
      if (operator === 'starts_with') addStrings(found.prefixes, operand);
      else if (operator === 'ends_with') addStrings(found.suffixes, operand);
      else if (operator === 'contains') addStrings(found.parts, operand);
      else addStrings(found.values, operand);
    }
  }
  return found;
}

/**
 * Strings that stand for all strings: whatever conditions a string meets, one of these meets just the same.
 *
 * A string that isn't one of the values is known by its longest prefix, its longest suffix and the parts in it. These
 * three, put together with a character between them that no condition has, meet no other condition.
 *
 * @param letters what the character between may be, the nicest first; one that no condition has must be among them
 */
export function everyString(conditions: StringConditions, letters: string): readonly string[] {
  const { values, prefixes, suffixes, parts } = conditions;
  const used = [...values, ...prefixes, ...suffixes, ...parts].join('');
  const separator = [...letters].find((letter) => !used.includes(letter)) ?? unusedLetter(used);
  const cases = (prefixes.size + 1) * (suffixes.size + 1) * 2 ** parts.size;
  if (cases + values.size > MOST_CELLS) {
    throw new TooManyCases(`${parts.size} texts to contain, ${prefixes.size} beginnings and ${suffixes.size} endings`);
  }
  const found = new Set<string>();
  for (const middle of subsets([...parts])) {
    for (const prefix of ['', ...prefixes]) {
      for (const suffix of ['', ...suffixes]) found.add([prefix, ...middle, suffix].join(separator));
    }
  }
  for (const value of values) found.add(value);
  return [...found];
}

function addStrings(to: Set<string>, operand: Json | undefined): void {
  for (const value of Array.isArray(operand) ? operand : [operand]) if (typeof value === 'string') to.add(value);
}

function subsets<Value>(values: readonly Value[]): readonly (readonly Value[])[] {
  const found: (readonly Value[])[] = [[]];
  for (const value of values) found.push(...found.map((subset) => [...subset, value]));
  return found;
}

function unusedLetter(used: string): string {
  let code = 0x100;
  while (used.includes(String.fromCodePoint(code))) code += 1;
  return String.fromCodePoint(code);
}
