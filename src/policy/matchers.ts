import { canonical } from '../canonical.js';
import { isList, isObject, type JsonObject } from './grammar.js';
import type { Json } from './ppl.js';

/** What is doubtful about a condition that Pomerium takes. */
export interface Doubt {
  readonly code:
    | 'always-matches'
    | 'case-sensitive'
    | 'never-matches'
    | 'no-name'
    | 'sub-path-ignored'
    | 'without-effect';
  readonly message: string;
  readonly fix: string;
}

export const STRING_OPERATORS = ['is', 'not', 'contains', 'starts_with', 'ends_with', 'in', 'not_in'] as const;
export const LIST_OPERATORS = ['has', 'is', 'exclude'] as const;
type StringOperator = (typeof STRING_OPERATORS)[number];
type ListOperator = (typeof LIST_OPERATORS)[number];

/** A condition's operators with their operands: a bare value is `is` for a text and `has` for a list. */
export function operatorsOf(data: Json, bare: 'is' | 'has'): JsonObject {
  return isObject(data) ? data : { [bare]: data };
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}

/** Why Pomerium's generator refuses a condition on a text, in its words. */
export function stringProblem(data: Json): string | undefined {
  for (const [operator, operand] of Object.entries(operatorsOf(data, 'is'))) {
    if (!isOneOf(STRING_OPERATORS, operator)) return `unknown string matcher operator: ${operator}`;
    const takesList = operator === 'in' || operator === 'not_in';
    if (takesList && !isList(operand)) return `${operator} matcher requires an array of strings`;
  }
  return undefined;
}

export function listProblem(data: Json): string | undefined {
  const wrong = Object.keys(operatorsOf(data, 'has')).find((operator) => !isOneOf(LIST_OPERATORS, operator));
  return wrong === undefined ? undefined : `unknown string list matcher operator: ${wrong}`;
}

const TEXT_OPERATORS: readonly string[] = ['contains', 'starts_with', 'ends_with'];

/** Why the Rego of a condition on a text doesn't compile; `texts` are the operators that want one, `not_in` may be out of bounds (PPL.md 1.10). */
export function stringPoison(data: Json, { isWantsText = false, refusesNotIn = false } = {}): string | undefined {
  for (const [operator, operand] of Object.entries(operatorsOf(data, 'is'))) {
    const wantsText = TEXT_OPERATORS.includes(operator) || (isWantsText && operator === 'is');
    if (wantsText && typeof operand !== 'string') return `rego_type_error: ${operator} needs a text`;
    if (refusesNotIn && operator === 'not_in') return 'rego_unsafe_var_error: var _ is unsafe';
  }
  return textPoison(data);
}

// What Go quotes by \a, \v, \x or \U, none of which Rego reads: control characters, and what isn't printed beyond U+FFFF.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const UNREADABLE = /[\0-\x07\v\x0e-\x1f\x7f]|(?![\p{L}\p{M}\p{N}\p{P}\p{S}])[\u{10000}-\u{10ffff}]/u;

/** Why the Rego of texts doesn't compile, wherever they are in the data. */
export function textPoison(data: Json): string | undefined {
  if (typeof data === 'string') {
    return UNREADABLE.test(data) ? `rego_parse_error: illegal escape sequence in ${JSON.stringify(data)}` : undefined;
  }
  if (typeof data !== 'object' || data === null) return undefined;
  for (const part of isList(data) ? data : Object.entries(data).flat()) {
    const found = textPoison(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

type StringTest = (text: string, operand: Json) => boolean;

const STRING_TESTS: Readonly<Record<StringOperator, StringTest>> = {
  is: (text, operand) => text === operand,
  not: (text, operand) => text !== operand,
  contains: (text, operand) => typeof operand === 'string' && text.includes(operand),
  starts_with: (text, operand) => typeof operand === 'string' && text.startsWith(operand),
  ends_with: (text, operand) => typeof operand === 'string' && text.endsWith(operand),
  in: (text, operand) => isList(operand) && operand.includes(text),
  not_in: (text, operand) => isList(operand) && !operand.includes(text),
};

/** Whether a text meets every operator. Of undefined, no operator is true; no operator at all is no condition. */
export function stringMatcher(data: Json): (text: string | undefined) => boolean {
  const tests = Object.entries(operatorsOf(data, 'is')).map(([operator, operand]) => {
    const test = isOneOf(STRING_OPERATORS, operator) ? STRING_TESTS[operator] : () => false;
    return (text: string) => test(text, operand);
  });
  return (text) => (text === undefined ? tests.length === 0 : tests.every((test) => test(text)));
}

const LIST_TESTS: Readonly<Record<ListOperator, (values: readonly Json[], operand: Json) => boolean>> = {
  has: (values, operand) => values.some((value) => isSame(value, operand)),
  is: (values, operand) => values.length === 1 && isSame(values[0], operand),
  exclude: (values, operand) => !values.some((value) => isSame(value, operand)),
};

export function listMatcher(data: Json): (values: readonly Json[]) => boolean {
  const tests = Object.entries(operatorsOf(data, 'has')).map(([operator, operand]) => {
    const test = isOneOf(LIST_OPERATORS, operator) ? LIST_TESTS[operator] : () => false;
    return (values: readonly Json[]) => test(values, operand);
  });
  return (values) => tests.every((test) => test(values));
}

/** Rego's equality: by type, and lists and objects by content. */
function isSame(one: Json | undefined, other: Json): boolean {
  if (one === other) return true;
  return typeof one === 'object' && typeof other === 'object' && canonical(one) === canonical(other);
}

const NO_CONDITION: Doubt = {
  code: 'always-matches',
  message: 'an empty object is no condition',
  fix: 'Say what to compare with, or use accept or authenticated_user if everybody is meant.',
};

/** What can't work in a condition on a text. `unlikely` says why a text that is compared with can't be one. */
export function stringDoubts(
  data: Json,
  unlikely: (text: string) => string | undefined = () => undefined,
): readonly Doubt[] {
  const entries = Object.entries(operatorsOf(data, 'is'));
  if (entries.length === 0) return [NO_CONDITION];
  return entries.flatMap(([operator, operand]) => {
    if (TEXT_OPERATORS.includes(operator)) {
      return operand === ''
        ? [doubt('always-matches', `every text ${operator.replace('_', ' ')} ""`, 'Give the text that is meant.')]
        : [];
    }
    if (operator === 'not_in') {
      return isList(operand) && operand.length === 0
        ? [doubt('always-matches', 'no text is in an empty list', 'List what is kept out, or remove the condition.')]
        : [];
    }
    if (operator === 'not') return [];
    const wanted = operator === 'in' && isList(operand) ? operand : [operand];
    if (wanted.length === 0) return [doubt('never-matches', 'no text is in an empty list', 'List what is let in.')];
    return wanted.flatMap((value) => {
      const why =
        typeof value === 'string' ? unlikely(value) : `${JSON.stringify(value)} is no text, so it equals none`;
      const fix = typeof value === 'string' ? 'Correct the text.' : 'Put it into quotes; for several texts, use in.';
      return why === undefined ? [] : [doubt('never-matches', why, fix)];
    });
  });
}

export function listDoubts(data: Json): readonly Doubt[] {
  const entries = Object.entries(operatorsOf(data, 'has'));
  if (entries.length === 0) return [NO_CONDITION];
  return entries.flatMap(([operator, operand]) => {
    if (!isList(operand) && !isObject(operand)) return [];
    const code = operator === 'exclude' ? 'always-matches' : 'never-matches';
    const message = `${isList(operand) ? 'a list' : 'an object'} is compared as one element, and no element is one`;
    return [doubt(code, message, 'Write one condition per value and put them into an or block.')];
  });
}

function doubt(code: Doubt['code'], message: string, fix: string): Doubt {
  return { code, message, fix };
}
