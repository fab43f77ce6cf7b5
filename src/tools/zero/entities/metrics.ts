import { z } from 'zod';
import { dateTime, StringMap } from './common.js';

export const DistributionMetricId = z.enum(['upstream_request_time']);

export const TimeSeriesMetricId = z.enum([
  'mau',
  'dau',
  'upstream_requests',
  'upstream_rx_bytes',
  'upstream_tx_bytes',
  'authz_ok',
  'authz_err',
  'authz_denied',
]);

export const Percentile = z.int();

export const DistributionValue = z.strictObject({
  count: z.int(),
  mean: z.number().meta({ format: 'double' }),
  explicitBucketBounds: z.array(z.number().meta({ format: 'double' })),
  bucketCounts: z.array(z.int()),
});

export const DistributionSum = z.strictObject({
  labels: StringMap,
  distributionValue: DistributionValue,
  unit: z.string(),
});

export const TimeSeriesDataPoint = z.strictObject({
  value: z.number().meta({ format: 'double' }).nullable(),
  timestamp: dateTime(),
});

export const TimeSeries = z.strictObject({ labels: StringMap, points: z.array(TimeSeriesDataPoint), unit: z.string() });

export const Sum = z.strictObject({
  labels: StringMap,
  value: z.number().meta({ format: 'double' }),
  unit: z.string(),
});
