import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { distribution, percentiles, series } from '../../../src/sandbox/zero/metrics.js';
import { TimeSeriesMetricId } from '../../../src/tools/zero/entities/metrics.js';
import { caller } from './calls.js';

const HOUR = 3_600_000;
const source = fc.record(
  { clusterId: fc.stringMatching(/^b[A-Za-z]{26}$/), routeId: fc.string(), replicaId: fc.string() },
  { requiredKeys: ['clusterId'] },
);
const range = fc
  .tuple(fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), fc.integer({ min: 0, max: 40 * 24 * HOUR }))
  .map(([start, length]) => ({ start, end: start + length }));
const metric = fc.constantFrom(...TimeSeriesMetricId.options);

describe('series', () => {
  test('is a function of its arguments, in order, inside the range, without negative values', () => {
    fc.assert(
      fc.property(metric, source, range, (id, from, within) => {
        const points = series(id, from, within);
        expect(series(id, structuredClone(from), { ...within })).toEqual(points);
        const times = points.map(({ timestamp }) => Date.parse(timestamp));
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(times.every((time) => time >= within.start && time < within.end)).toBe(true);
        expect(points.every(({ value }) => value === null || value >= 0)).toBe(true);
        expect(points.length).toBeLessThanOrEqual(121);
      }),
    );
  });

  test('has the same points in two ranges with the same step', () => {
    fc.assert(
      fc.property(metric, source, fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), (id, from, start) => {
        const wide = series(id, from, { start, end: start + 2 * HOUR });
        const narrow = series(id, from, { start: start + HOUR, end: start + 2 * HOUR });
        expect(wide.slice(-narrow.length)).toEqual(narrow);
      }),
    );
  });

  test('has gaps, as nulls, and differs by metric, cluster and route', () => {
    const week = { start: Date.parse('2026-03-02T00:00:00Z'), end: Date.parse('2026-03-04T00:00:00Z') };
    const points = series('upstream_requests', { clusterId: 'bA' }, { ...week, end: week.start + 2 * HOUR });
    expect(points).toHaveLength(120);
    const many = Array.from({ length: 20 }, (_, index) => series('dau', { clusterId: `b${index}` }, week)).flat();
    const gaps = many.filter(({ value }) => value === null).length;
    expect(gaps).toBeGreaterThan(0);
    expect(gaps).toBeLessThan(many.length / 10);
    const of = (id: 'authz_ok' | 'authz_denied', from: { clusterId: string; routeId?: string }) =>
      JSON.stringify(series(id, from, week));
    const all = [
      of('authz_ok', { clusterId: 'bA' }),
      of('authz_denied', { clusterId: 'bA' }),
      of('authz_ok', { clusterId: 'bB' }),
      of('authz_ok', { clusterId: 'bA', routeId: 'bR' }),
    ];
    expect(new Set(all).size).toBe(4);
  });
});

describe('response times', () => {
  const week = { start: Date.parse('2026-03-02T00:00:00Z'), end: Date.parse('2026-03-03T00:00:00Z') };

  test('rise with the percentile at every point', () => {
    fc.assert(
      fc.property(source, fc.integer({ min: 0, max: 98 }), (from, percentile) => {
        const [lower, upper] = [percentiles(percentile, from, week), percentiles(percentile + 1, from, week)];
        for (const [index, { value, timestamp }] of lower.entries()) {
          expect(upper[index]?.timestamp).toBe(timestamp);
          expect(Number(upper[index]?.value)).toBeGreaterThanOrEqual(Number(value));
        }
      }),
    );
  });

  test('as a histogram count every request once', () => {
    fc.assert(
      fc.property(source, range, (from, within) => {
        const { count, bucketCounts, explicitBucketBounds, mean } = distribution(from, within);
        expect(bucketCounts).toHaveLength(explicitBucketBounds.length + 1);
        expect(bucketCounts.every((number) => number >= 0)).toBe(true);
        expect(bucketCounts.reduce((sum, next) => sum + next, 0)).toBe(count);
        const requests = series('upstream_requests', from, within).reduce((sum, { value }) => sum + (value ?? 0), 0);
        expect(count).toBe(requests);
        expect(mean).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the operations', () => {
  const sandbox = createSandbox({ now: () => Date.parse('2026-03-04T15:20:00Z') });
  const admin = caller(sandbox, 'admin');
  const clusterId = admin('list_clusters')[0].id;
  const range = { startTime: '2026-03-01T00:00:00Z', endTime: '2026-03-02T00:00:00Z' };
  const traffic = { clusterId, metricId: 'upstream_requests', ...range };

  test('answer in shape; a sum is the sum of the points', () => {
    const [{ points, labels }] = admin('get_time_series', traffic);
    const [{ value }] = admin('get_time_series_sum', traffic);
    expect(labels).toEqual({});
    expect(points.length).toBeGreaterThan(90);
    expect(value).toBe(points.reduce((sum: number, point: { value: number | null }) => sum + (point.value ?? 0), 0));
    const times = { clusterId, metricId: 'upstream_request_time', ...range };
    expect(admin('get_distribution_sum', times)[0].distributionValue.count).toBe(value);
    expect(admin('get_distribution_time_series', times)).toEqual(
      admin('get_distribution_time_series', { ...times, percentile: 95 }),
    );
  });

  test('know nothing of the future, nor of the time before the cluster', () => {
    const future = { startTime: '2026-03-05T00:00:00Z', endTime: '2026-03-06T00:00:00Z' };
    expect(admin('get_time_series', { ...traffic, ...future })[0].points).toEqual([]);
    const past = { startTime: '2020-03-05T00:00:00Z', endTime: '2020-03-06T00:00:00Z' };
    expect(admin('get_time_series', { ...traffic, ...past })[0].points).toEqual([]);
  });

  test('label what they are narrowed to, and refuse routes of others', () => {
    const routeId = admin('list_routes', { namespaceId: clusterId })[0].id;
    expect(admin('get_time_series', { ...traffic, routeId })[0].labels).toEqual({ route_id: routeId });
    expect(() => admin('get_time_series', { ...traffic, routeId: 'bNobody' })).toThrow('viewer user required');
  });

  test('refuse a range that ends before it starts', () => {
    const backwards = { startTime: range.endTime, endTime: range.startTime };
    expect(() => admin('get_time_series', { ...traffic, ...backwards })).toThrow('endTime is before startTime');
  });
});

test('logs are the same for the same call, newest first, of one route when asked', () => {
  const sandbox = createSandbox({ now: () => Date.parse('2026-03-04T15:20:00Z') });
  const admin = caller(sandbox, 'admin');
  const clusterId = admin('list_clusters')[0].id;
  const range = { clusterId, startTime: '2026-03-04T10:00:00Z', endTime: '2026-03-04T18:00:00Z' };
  const entries = admin('get_logs', range);
  expect(entries.length).toBeGreaterThan(20);
  expect(admin('get_logs', range)).toEqual(entries);
  const times = entries.map(({ timestamp }: { timestamp: string }) => timestamp);
  expect(times.every((time: string) => time >= range.startTime && time <= '2026-03-04T15:20:00.000Z')).toBe(true);
  const routeId = entries[0].labels['route-id'];
  const own = admin('get_logs', { ...range, routeId });
  expect(own).toEqual(
    entries.filter((entry: { labels: Record<string, string> }) => entry.labels['route-id'] === routeId),
  );
  expect(JSON.parse(own[0].message)).toMatchObject({ message: 'authorize check', method: 'GET' });
});
