import { isList } from '../grammar.js';
import { operatorsOf } from '../matchers.js';
import type { Json } from '../ppl.js';
import { joined, quoted, typed } from './words.js';

/**
 * What a string matcher says: `is exactly "x"`, `starts with "a" and ends with "b"`. Empty where it has no operator, which
 * is no condition.
 */
export function stringMatch(data: Json): string {
  return joined(
    Object.entries(operatorsOf(data, 'is')).map(([operator, value]) => stringOperator(operator, value)),
    'and',
  );
}

function stringOperator(operator: string, value: Json): string {
  switch (operator) {
    case 'is':
      return `is exactly ${typed(value)}${typeof value === 'string' ? '' : ', which no text is'}`;
    case 'not':
      return `is not ${typed(value)}`;
    case 'contains':
      return `contains ${typed(value)}`;
    case 'starts_with':
      return `starts with ${typed(value)}`;
    case 'ends_with':
      return `ends with ${typed(value)}`;
    case 'in':
      return isList(value) ? oneOf(value) : `is in ${quoted(value)}`;
    case 'not_in':
      return isList(value)
        ? `is not ${value.length === 0 ? 'in an empty list' : either(value)}`
        : `is not in ${quoted(value)}`;
    default:
      return `${quoted(operator)} ${quoted(value)} (no operator that Pomerium knows)`;
  }
}

function oneOf(values: readonly Json[]): string {
  if (values.length === 0) return 'is in an empty list, which nothing is';
  return `is exactly ${either(values)}`;
}

function either(values: readonly Json[]): string {
  return joined(values.map(typed), 'or');
}

/** Whether a matcher only says what something is not; it must then be there all the same. */
export function isNegative(data: Json): boolean {
  const operators = Object.keys(operatorsOf(data, 'is'));
  return operators.length > 0 && operators.every((operator) => operator === 'not' || operator === 'not_in');
}

/** How a string list matcher's operators read. */
export interface ListWords {
  readonly has: (value: string) => string;
  /** Exactly one element, and equal. */
  readonly is: (value: string) => string;
  readonly exclude: (value: string) => string;
}

/** What a string list matcher says; empty where it has no operator, which is no condition. */
export function listMatch(data: Json, words: ListWords): string {
  return joined(
    Object.entries(operatorsOf(data, 'has')).map(([operator, value]) => {
      if (operator === 'has' || operator === 'is' || operator === 'exclude') return words[operator](typed(value));
      return `${quoted(operator)} ${quoted(value)} (no operator that Pomerium knows)`;
    }),
    'and',
  );
}
