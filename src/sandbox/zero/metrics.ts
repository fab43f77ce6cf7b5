import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { DistributionSum, Sum, TimeSeries, TimeSeriesMetricId } from '../../tools/zero/entities/metrics.js';
import type { Behaviours, Call } from '../behaviour.js';
import { clusterOf, find } from '../records.js';
import { type TimeRange, timeRange } from './time-range.js';

export type MetricId = z.infer<typeof TimeSeriesMetricId>;
type Point = { readonly timestamp: string; readonly value: number | null };

/** What is measured. The same source and range always have the same points. */
export interface Source {
  readonly clusterId: string;
  readonly routeId?: string;
  readonly replicaId?: string;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** Distances between points, in milliseconds. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 360 * MINUTE, DAY];

/** A range has about this many points at most, unless it is longer than that many days. */
const MOST_POINTS = 120;

/** What a whole cluster sees at an average moment: per minute, or at once for the users. */
const METRICS: Readonly<Record<MetricId, { readonly average: number; readonly unit: string; readonly gauge?: true }>> =
  {
    mau: { average: 64, unit: '1', gauge: true },
    dau: { average: 38, unit: '1', gauge: true },
    upstream_requests: { average: 420, unit: '1' },
    upstream_rx_bytes: { average: 5_200_000, unit: 'By' },
    upstream_tx_bytes: { average: 810_000, unit: 'By' },
    authz_ok: { average: 405, unit: '1' },
    authz_err: { average: 0.4, unit: '1' },
    authz_denied: { average: 6, unit: '1' },
  };

/** Upper bounds of the histogram's buckets in milliseconds; one more bucket holds what is slower. */
const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** How narrow the response times lie around their median: the shape of a log-logistic distribution. */
const SHAPE = 2.2;

export const metrics: Behaviours = {
  get_time_series: (call): z.infer<typeof TimeSeries>[] => {
    const metric = call.params.metricId as MetricId;
    const { source, range } = asked(call);
    return [{ labels: labels(source), points: series(metric, source, range), unit: METRICS[metric].unit }];
  },

  get_time_series_sum: (call): z.infer<typeof Sum>[] => {
    const metric = call.params.metricId as MetricId;
    const { source, range } = asked(call);
    const { unit, gauge } = METRICS[metric];
    const values = series(metric, source, range).map(({ value }) => value ?? 0);
    // Users can't be added up: the same ones come again.
    const value = gauge ? Math.max(0, ...values) : values.reduce((sum, next) => sum + next, 0);
    return [{ labels: labels(source), value, unit }];
  },

  get_distribution_sum: (call): z.infer<typeof DistributionSum>[] => {
    const { source, range } = asked(call);
    return [{ labels: labels(source), distributionValue: distribution(source, range), unit: 'ms' }];
  },

  get_distribution_time_series: (call): z.infer<typeof TimeSeries>[] => {
    const { source, range } = asked(call);
    // The percentile when none is given isn't stated anywhere.
    const { percentile = 95 } = call.query;
    return [{ labels: labels(source), points: percentiles(Number(percentile), source, range), unit: 'ms' }];
  },
};

/** Points of a metric. Their times are multiples of the step that fits the range; where nothing was reported, a null. */
export function series(metric: MetricId, source: Source, range: TimeRange): Point[] {
  const { average, gauge } = METRICS[metric];
  const step = stepOf(range);
  return times(range, step).map((time) => {
    if (isGap(source, time)) return point(time, null);
    const level = average * share(source) * rhythm(time + step / 2) * (0.85 + 0.3 * chance(metric, source, time));
    return point(time, Math.round(gauge ? level : level * (step / MINUTE)));
  });
}

/** The time below which a percentage of the responses stayed (less than 100), in milliseconds, point by point. */
export function percentiles(percentile: number, source: Source, range: TimeRange): Point[] {
  const part = percentile / 100;
  return times(range, stepOf(range)).map((time) => {
    if (isGap(source, time)) return point(time, null);
    const value = median(source, time) * (part / (1 - part)) ** (1 / SHAPE);
    return point(time, Math.round(value * 100) / 100);
  });
}

/** The response times of a range as a histogram; its count is the number of requests of the range. */
export function distribution(source: Source, range: TimeRange): z.infer<typeof DistributionSum>['distributionValue'] {
  const bucketCounts = BOUNDS.concat(Number.POSITIVE_INFINITY).map(() => 0);
  let count = 0;
  let total = 0;
  for (const { timestamp, value } of series('upstream_requests', source, range)) {
    const middle = median(source, Date.parse(timestamp));
    const below = [...BOUNDS.map((bound) => Math.round((value ?? 0) / (1 + (bound / middle) ** -SHAPE))), value ?? 0];
    for (const [index, upTo] of below.entries())
      bucketCounts[index] = (bucketCounts[index] ?? 0) + upTo - (below[index - 1] ?? 0);
    count += value ?? 0;
    total += (value ?? 0) * middle * (Math.PI / SHAPE / Math.sin(Math.PI / SHAPE));
  }
  return { count, mean: count === 0 ? 0 : total / count, explicitBucketBounds: [...BOUNDS], bucketCounts };
}

/** What a call asks for; nothing is known before the cluster was made, and of the future. */
function asked(call: Call): { readonly source: Source; readonly range: TimeRange } {
  const { id, createdAt } = clusterOf(call);
  const { routeId, replicaId } = call.query;
  if (routeId !== undefined) find(call, 'routes', String(routeId));
  const { start, end } = timeRange(call);
  const source = {
    clusterId: id,
    ...(routeId !== undefined && { routeId: String(routeId) }),
    ...(replicaId !== undefined && { replicaId: String(replicaId) }),
  };
  return { source, range: { start: Math.max(start, Date.parse(createdAt)), end: Math.min(end, call.world.clock()) } };
}

function labels({ routeId, replicaId }: Source): Record<string, string> {
  return { ...(routeId && { route_id: routeId }), ...(replicaId && { replica_id: replicaId }) };
}

function stepOf({ start, end }: TimeRange): number {
  return STEPS.find((step) => (end - start) / step <= MOST_POINTS) ?? DAY;
}

function times({ start, end }: TimeRange, step: number): readonly number[] {
  const first = Math.ceil(start / step) * step;
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, index) => first + index * step);
}

function point(time: number, value: number | null): Point {
  return { timestamp: new Date(time).toISOString(), value };
}

/** The part of a cluster's traffic that one route or replica has. */
function share({ clusterId, routeId, replicaId }: Source): number {
  const route = routeId === undefined ? 1 : 0.01 + 0.06 * chance('share', { clusterId, routeId }, 0);
  const replica = replicaId === undefined ? 1 : 0.4 + 0.2 * chance('share', { clusterId, replicaId }, 0);
  return route * replica;
}

/** Office hours are busy, nights and weekends quiet; 1 on average over the week, more or less. */
function rhythm(time: number): number {
  const date = new Date(time);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const day = 1 + 0.8 * Math.cos(((hour - 12) / 12) * Math.PI);
  return day * (date.getUTCDay() % 6 === 0 ? 0.35 : 1.25);
}

/** About one point in fifty is missing, in all metrics of a source alike. */
function isGap(source: Source, time: number): boolean {
  return chance('gap', { clusterId: source.clusterId }, time) < 0.02;
}

function median({ clusterId, routeId = '' }: Source, time: number): number {
  return (
    (30 + 60 * chance('median', { clusterId, routeId }, 0)) *
    (0.8 + 0.4 * chance('latency', { clusterId, routeId }, time))
  );
}

/** A number from 0 to 1 that looks random and always is the same for the same words. */
function chance(what: string, { clusterId, routeId = '', replicaId = '' }: Source, time: number): number {
  const digest = createHash('sha256').update(`${what} ${clusterId} ${routeId} ${replicaId} ${time}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}
