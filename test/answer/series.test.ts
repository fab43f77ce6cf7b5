import { expect, test } from 'vitest';
import { summarized, summaryOf } from '../../src/answer/series.js';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

const points = (values: readonly (number | null)[]) =>
  values.map((value, index) => ({ value, timestamp: new Date(Date.UTC(2026, 0, 1, index)).toISOString() }));

test('a summary says where the numbers go', () => {
  expect(summaryOf(points([1, 2, null, 4, 5]))).toEqual({ min: 1, mean: 3, max: 5, last: 5, trend: 4, gaps: 1 });
  expect(summaryOf(points([3, 3, 3]))).toMatchObject({ trend: 0, gaps: 0 });
  expect(summaryOf(points([null, null]))).toEqual({ gaps: 2 });
});

test('points are pooled into means; a run without measurements stays a gap', () => {
  const series = { labels: {}, unit: '1', points: points([1, 3, null, null, 5, null]) };
  expect(summarized(series, 3)).toMatchObject({
    pointsAre: 'the mean of 2 measurements each; 6 in all',
    points: [{ value: 2 }, { value: null }, { value: 5 }],
  });
});

test('a time series answers a summary and few points, with detail full all of them', async () => {
  const now = Date.parse('2026-05-13T12:00:00Z');
  const { items, sandbox } = await connect({ sandbox: { now: () => now } });
  const input = {
    clusterId: sceneOf(sandbox).waiting.id,
    metricId: 'upstream_requests',
    startTime: new Date(now - 7 * 86_400_000).toISOString(),
    endTime: new Date(now).toISOString(),
  };
  const [lean] = await items('get_time_series', input);
  const [full] = await items('get_time_series', { ...input, detail: 'full' });
  expect(lean?.summary).toEqual(full?.summary);
  const count = (series: Fields | undefined) => (series?.points as readonly Fields[] | undefined)?.length;
  expect(count(lean)).toBeLessThanOrEqual(24);
  expect(count(full)).toBeGreaterThan(24);
});
