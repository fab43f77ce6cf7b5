import type { z } from 'zod';
import { quote, ToolError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { Input, Operation } from '../operation.js';
import { elementOf, kindOf } from './kind.js';

/** Rows of a list when the caller doesn't say. */
const DEFAULT_LIMIT = 50;

/** What a caller wants of an answer. */
export interface Wanted {
  /** Names of fields, or paths such as `certificateInfo.notAfter`, instead of the usual ones. */
  readonly fields?: readonly string[];
  /** Everything that the API answers. */
  readonly isFull: boolean;
  /** Rows. */
  readonly limit: number;
  readonly offset: number;
}

/**
 * Takes what is about the answer out of a call's input. What the API itself can page is asked for one row more than
 * wanted, in an order that doesn't change between pages.
 *
 * @throws ToolError `invalid_input` for a field that the answer doesn't have
 */
export function splitOptions(operation: Operation, input: Input): { readonly wire: Input; readonly wanted: Wanted } {
  const kind = kindOf(operation);
  if (!kind) return { wire: input, wanted: { isFull: false, limit: DEFAULT_LIMIT, offset: 0 } };
  const { fields, detail, limit = DEFAULT_LIMIT, offset = 0, ...wire } = input as Input & Partial<OptionFields>;
  const wanted: Wanted = { ...(fields && { fields }), isFull: detail === 'full', limit, offset };
  checkFields(operation, fields);
  if (!pagesItself(operation)) return { wire, wanted };
  const order = orderOf(operation, wire.orderBy as readonly string[] | undefined);
  return { wire: { ...wire, ...(order && { orderBy: order }), limit: limit + 1, offset }, wanted };
}

interface OptionFields {
  readonly fields: readonly string[];
  readonly detail: 'full';
  readonly limit: number;
  readonly offset: number;
}

/** Whether the API takes `limit` and `offset`; other lists are answered whole and cut here. */
export function pagesItself({ query }: Pick<Operation, 'query'>): boolean {
  return 'offset' in query.shape;
}

/** The caller's order, with the last word to what tells equal rows apart. */
function orderOf({ order }: Operation, asked: readonly string[] | undefined): readonly string[] | undefined {
  const last = order?.at(-1);
  if (!asked || asked.length === 0 || last === undefined) return order;
  return asked.some((field) => field.replace(/^-/, '') === last) ? asked : [...asked, last];
}

function checkFields(operation: Operation, fields: readonly string[] = []): void {
  const shape = elementOf(operation)?.shape as Readonly<Record<string, z.ZodType>> | undefined;
  if (!shape) return;
  const names = Object.keys(shape);
  const wrong = fields.find((field) => !names.includes(field.split('.')[0] ?? ''));
  if (wrong === undefined) return;
  throw new ToolError('invalid_input', `fields: there is no ${quote(wrong)}.${didYouMean(wrong, names)}`, {
    next: `Nothing was sent. Fields: ${names.join(', ')}.`,
  });
}
