import { isRecord } from '../json.js';
import type { Operation } from '../operation.js';
import { costOf, fitRecord, fitRows, type Page } from './budget.js';
import { compact, pick } from './compact.js';
import { elementOf, kindOf } from './kind.js';
import { pagesItself, type Wanted } from './options.js';
import { summarized, USUAL_POINTS } from './series.js';

type Fields = Readonly<Record<string, unknown>>;

/** What shaping needs to know of an operation. */
export type Shaped = Pick<Operation, 'effect' | 'method' | 'output' | 'query' | 'row' | 'usual'>;

/**
 * An API's answer as a model gets it: the fields that matter, without what says nothing, within a budget of tokens.
 * Secrets must be hidden before. `notices` stay whatever the budget.
 */
export function shape(
  operation: Shaped,
  shown: unknown,
  wanted: Wanted,
  notices: readonly string[],
  budget: number,
): Fields {
  const told = notices.length > 0 ? { notices } : {};
  const kind = kindOf(operation);
  if (kind === 'series' && Array.isArray(shown)) return shapeSeries(shown, wanted, told, budget);
  const trim = trimmer(operation, wanted);
  if (Array.isArray(shown)) {
    const { rows, page } = pageOf(operation, shown, wanted);
    return fitRows(rows.map(trim), page, told, budget);
  }
  if (isRecord(shown)) return fitRecord({ ...(trim(shown) as Fields), ...told }, budget);
  return { ...(shown === undefined ? { done: true } : { value: shown }), ...told };
}

function trimmer({ effect, output, row, usual }: Shaped, { fields, isFull }: Wanted): (record: unknown) => unknown {
  const element = elementOf({ output });
  // What a write answers isn't cut down to a row: it shows what the record has become.
  const paths = fields
    ? [...(element && 'id' in element.shape ? ['id'] : []), ...fields]
    : effect === 'read'
      ? row
      : undefined;
  if (isFull) return (record) => (fields && paths ? pick(record, paths) : record);
  // A switch that a row has is there for both its positions.
  return (record) => (paths ? compact(pick(record, paths)) : compact(record, usual));
}

/** The rows that are wanted of what was read, and where they stand. */
function pageOf(
  operation: Shaped,
  rows: readonly unknown[],
  { limit, offset }: Wanted,
): { rows: readonly unknown[]; page: Page } {
  if (kindOf(operation) !== 'list') return { rows, page: { offset: 0, hasMore: false } };
  const from = pagesItself(operation) ? 0 : offset;
  return { rows: rows.slice(from, from + limit), page: { offset, hasMore: rows.length > from + limit } };
}

/** Series keep to the budget by having fewer points, and only then by being fewer. */
function shapeSeries(series: readonly unknown[], { isFull }: Wanted, told: Fields, budget: number): Fields {
  const longest = Math.max(
    0,
    ...series.map((one) => (isRecord(one) && Array.isArray(one.points) ? one.points.length : 0)),
  );
  for (let most = isFull ? longest : USUAL_POINTS; ; most = Math.ceil(most / 2)) {
    const items = series.map((one) => (isFull ? summarized(one, most) : compactSeries(one, most)));
    const content = { items, total: items.length, ...told };
    if (most <= FEWEST_POINTS || costOf(content) <= budget)
      return fitRows(items, { offset: 0, hasMore: false }, told, budget);
  }
}

const FEWEST_POINTS = 6;

/** Gaps in a series are null and stay so. */
function compactSeries(series: unknown, most: number): unknown {
  const told = summarized(series, most);
  if (!isRecord(told)) return told;
  const { points, ...rest } = told;
  return { ...(compact(rest) as Fields), points };
}
