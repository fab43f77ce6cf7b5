import type { z } from 'zod';
import type { FilterItemOperator } from '../tools/zero/entities/filter.js';
import { type Call, Refusal } from './behaviour.js';

/** How a list reads the fields its `filter` and `orderBy` name. */
export type Fields<R> = Readonly<Record<string, (row: R) => unknown>>;

type Operator = z.infer<typeof FilterItemOperator>;

interface Filter {
  readonly items: readonly { readonly field: string; readonly operator: Operator; readonly value?: unknown }[];
  readonly logicOperator?: 'and' | 'or';
  readonly quickFilterValues?: readonly string[];
  readonly quickFilterLogicOperator?: 'and' | 'or';
}

/** The rows a list call asks for: filtered, ordered, one page of them. Without `orderBy` they come as they were made. */
export function listRows<R extends { id: string }>(call: Call, rows: readonly R[], fields: Fields<R>): readonly R[] {
  const { filter, orderBy } = call.query;
  const kept = filter === undefined ? rows : rows.filter((row) => matches(row, filter as Filter, fields));
  const sorted = Array.isArray(orderBy) ? [...kept].sort(ordering(orderBy.map(String), fields)) : kept;
  return page(call, sorted);
}

/** One page of rows by `limit` and `offset`. */
export function page<R>(call: Call, rows: readonly R[]): readonly R[] {
  const { offset = 0, limit = call.world.switches.defaultLimit || rows.length } = call.query;
  return rows.slice(Number(offset), Number(offset) + Number(limit));
}

function ordering<R extends { id: string }>(orderBy: readonly string[], fields: Fields<R>) {
  const keys = orderBy.map((key) => ({
    read: reader(fields, key.replace(/^-/, '')),
    sign: key.startsWith('-') ? -1 : 1,
  }));
  return (a: R, b: R): number => {
    for (const { read, sign } of keys) {
      const order = compare(read(a), read(b));
      if (order !== 0) return sign * order;
    }
    return compare(a.id, b.id);
  };
}

function matches<R>(row: R, filter: Filter, fields: Fields<R>): boolean {
  const items = filter.items.map((item) => holds(reader(fields, item.field)(row), item.operator, item.value));
  const words = (filter.quickFilterValues ?? []).map((word) =>
    Object.values(fields).some((read) => text(read(row)).includes(word.toLowerCase())),
  );
  return combine(items, filter.logicOperator) && combine(words, filter.quickFilterLogicOperator);
}

function combine(results: readonly boolean[], operator: 'and' | 'or' = 'and'): boolean {
  if (results.length === 0) return true;
  return operator === 'or' ? results.some(Boolean) : results.every(Boolean);
}

function reader<R>(fields: Fields<R>, name: string): (row: R) => unknown {
  const read = fields[name];
  if (!read)
    throw new Refusal(400, `unknown field ${JSON.stringify(name)}, expected one of ${Object.keys(fields).join(', ')}`);
  return read;
}

/** Whether one filter item holds. Text is compared as the vendor's data grid does it, without case. */
function holds(found: unknown, operator: Operator, value: unknown): boolean {
  if (Array.isArray(found) && operator !== 'isEmpty' && operator !== 'isNotEmpty') {
    const negative = operator === '!=' || operator === 'not' || operator.startsWith('doesNot');
    const results = found.map((item) => holds(item, operator, value));
    return negative ? results.every(Boolean) : results.some(Boolean);
  }
  switch (operator) {
    case '=':
    case 'equals':
    case 'is':
      return same(found, value);
    case '!=':
    case 'doesNotEqual':
    case 'not':
      return !same(found, value);
    case 'contains':
      return text(found).includes(operand(operator, value));
    case 'doesNotContain':
      return !text(found).includes(operand(operator, value));
    case 'startsWith':
      return text(found).startsWith(operand(operator, value));
    case 'endsWith':
      return text(found).endsWith(operand(operator, value));
    case 'isAnyOf':
      if (!Array.isArray(value)) throw new Refusal(400, 'filter operator isAnyOf requires a list');
      return value.some((item) => same(found, item));
    case 'isEmpty':
      return isEmpty(found);
    case 'isNotEmpty':
      return !isEmpty(found);
    case '>':
    case 'after':
      return order(operator, found, value, (sign) => sign > 0);
    case '>=':
    case 'onOrAfter':
      return order(operator, found, value, (sign) => sign >= 0);
    case '<':
    case 'before':
      return order(operator, found, value, (sign) => sign < 0);
    case '<=':
    case 'onOrBefore':
      return order(operator, found, value, (sign) => sign <= 0);
  }
}

function same(found: unknown, value: unknown): boolean {
  return text(found) === text(value);
}

function order(operator: Operator, found: unknown, value: unknown, holds: (sign: number) => boolean): boolean {
  if (operand(operator, value) === '') throw new Refusal(400, `filter operator ${operator} requires a value`);
  return !isEmpty(found) && holds(compare(moment(found), moment(value)));
}

/** Dates as numbers, so that two ways to write one moment are equal. */
function moment(value: unknown): unknown {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? value : time;
}

function operand(operator: Operator, value: unknown): string {
  if (typeof value === 'object') throw new Refusal(400, `filter operator ${operator} requires a value`);
  return text(value);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).toLowerCase();
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [text(a), text(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
