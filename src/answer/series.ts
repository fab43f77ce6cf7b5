import { isRecord } from '../json.js';

type Fields = Readonly<Record<string, unknown>>;

interface Point {
  readonly timestamp: string;
  readonly value: number | null;
}

/** What a series comes to. Numbers are in the series' own unit; absent where nothing was measured. */
export interface Summary {
  readonly min?: number;
  readonly mean?: number;
  readonly max?: number;
  readonly last?: number;
  /** By how much a straight line through the points rises from the first to the last. */
  readonly trend?: number;
  /** Points at which nothing was measured. */
  readonly gaps: number;
}

/** Points of a series when the caller doesn't want all. */
export const USUAL_POINTS = 24;

/** A series with its summary before at most `most` points; what isn't a series stays as it is. */
export function summarized(series: unknown, most: number): unknown {
  if (!isRecord(series) || !Array.isArray(series.points)) return series;
  const points = series.points.filter(isPoint);
  const { points: _, ...rest } = series;
  const each = Math.max(1, Math.ceil(points.length / most));
  const pooled = each > 1 && { pointsAre: `the mean of ${each} measurements each; ${points.length} in all` };
  return { ...rest, summary: summaryOf(points), ...pooled, points: downsample(points, each) } satisfies Fields;
}

export function summaryOf(points: readonly Point[]): Summary {
  const measured = points.flatMap(({ value }, index) => (value === null ? [] : [{ value, index }]));
  const gaps = points.length - measured.length;
  if (measured.length === 0) return { gaps };
  const values = measured.map(({ value }) => value);
  return {
    min: values.reduce((a, b) => Math.min(a, b)),
    mean: rounded(mean(values)),
    max: values.reduce((a, b) => Math.max(a, b)),
    last: values.at(-1),
    trend: rounded(rise(measured)),
    gaps,
  };
}

/** Each run of `each` points as their mean, at the time of the first; null where none of them was measured. */
function downsample(points: readonly Point[], each: number): readonly Point[] {
  if (each === 1) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const run = points.slice(index * each, (index + 1) * each);
    const values = run.flatMap(({ value }) => value ?? []);
    return { value: values.length > 0 ? rounded(mean(values)) : null, timestamp: run[0]?.timestamp ?? '' };
  });
}

/** The least-squares line's height at the last measurement less that at the first. */
function rise(measured: readonly { readonly value: number; readonly index: number }[]): number {
  const x = mean(measured.map(({ index }) => index));
  const y = mean(measured.map(({ value }) => value));
  const spread = measured.reduce((sum, { index }) => sum + (index - x) ** 2, 0);
  if (spread === 0) return 0;
  const slope = measured.reduce((sum, { index, value }) => sum + (index - x) * (value - y), 0) / spread;
  return slope * ((measured.at(-1)?.index ?? 0) - (measured[0]?.index ?? 0));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Four digits are enough to see how something goes. */
const rounded = (value: number) => Number(value.toPrecision(4));

function isPoint(value: unknown): value is Point {
  return (
    isRecord(value) && typeof value.timestamp === 'string' && (value.value === null || typeof value.value === 'number')
  );
}
