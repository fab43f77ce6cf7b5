import { z } from 'zod';
import { advertiseAs } from '../../../operation.js';
import { dateTime, double, StringMap } from './common.js';

export const DistributionMetricId = z.enum(['upstream_request_time']).describe('Which metric.');

export const TimeSeriesMetricId = z
  .enum([
    'mau',
    'dau',
    'upstream_requests',
    'upstream_rx_bytes',
    'upstream_tx_bytes',
    'authz_ok',
    'authz_err',
    'authz_denied',
  ])
  .describe('mau, dau: active users.');

/** Shown as a number: some hosts take only texts in an enum. */
export const Percentile = advertiseAs(
  z.literal([50, 95, 99]).meta({ type: 'integer', description: '50, 95 or 99.' }),
  z.int(),
);

const labels = StringMap.describe('What the numbers are about.');
const unit = z.string().describe('Unit of the numbers.');

export const DistributionValue = z.strictObject({
  count: z.int().describe('Number of measurements.'),
  mean: double().describe('Their mean.'),
  explicitBucketBounds: z.array(double()).describe('Bounds between the buckets.'),
  bucketCounts: z.array(z.int()).describe('Measurements in each bucket.'),
});

export const DistributionSum = z.strictObject({
  labels,
  distributionValue: DistributionValue.describe('The distribution over the whole range.'),
  unit,
});

export const TimeSeriesDataPoint = z.strictObject({
  value: double().nullable().describe('Value; null where nothing was measured.'),
  timestamp: dateTime().describe('When.'),
});

export const TimeSeries = z.strictObject({
  labels,
  points: z.array(TimeSeriesDataPoint).describe('The series.'),
  unit,
});

export const Sum = z.strictObject({ labels, value: double().describe('Total over the whole range.'), unit });
