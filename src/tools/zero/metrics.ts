import { z } from 'zod';
import { operation } from './api.js';
import {
  DistributionMetricId,
  DistributionSum,
  Percentile,
  Sum,
  TimeSeries,
  TimeSeriesMetricId,
} from './entities/metrics.js';
import { exampleIds } from './example-ids.js';
import { endTime, replicaId, routeId, startTime } from './queries.js';

const toolset = 'metrics';
const { clusterId } = exampleIds;
const lastWeek = { startTime: '2026-03-02T00:00:00Z', endTime: '2026-03-09T00:00:00Z' };

export const metrics = [
  operation({
    name: 'get_distribution_sum',
    title: 'Read a distribution',
    description: 'Count, mean and histogram of upstream request times over a time range.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/distribution/{metricId}/sum',
    params: { metricId: DistributionMetricId },
    query: { startTime, endTime, routeId, replicaId },
    output: z.array(DistributionSum),
    row: ['labels', 'unit', 'distributionValue.count', 'distributionValue.mean'],
    example: { clusterId, metricId: 'upstream_request_time', ...lastWeek },
  }),
  operation({
    name: 'get_distribution_time_series',
    title: 'Read a percentile over time',
    description: 'A percentile of upstream request times, point by point over a time range.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/distribution/{metricId}/timeSeries',
    params: { metricId: DistributionMetricId },
    query: { percentile: Percentile.optional(), startTime, endTime, routeId, replicaId },
    output: z.array(TimeSeries),
    example: { clusterId, metricId: 'upstream_request_time', percentile: 95, ...lastWeek },
  }),
  operation({
    name: 'get_time_series',
    title: 'Read a metric over time',
    description: 'Requests, bytes, authorization results or active users, point by point over a time range.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/timeSeries/{metricId}',
    params: { metricId: TimeSeriesMetricId },
    query: { startTime, endTime, routeId, replicaId },
    output: z.array(TimeSeries),
    example: { clusterId, metricId: 'upstream_requests', routeId: exampleIds.routeId, ...lastWeek },
  }),
  operation({
    name: 'get_time_series_sum',
    title: 'Read a metric as a total',
    description: 'Requests, bytes, authorization results or active users, added up over a time range.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/timeSeries/{metricId}/sum',
    params: { metricId: TimeSeriesMetricId },
    query: { startTime, endTime, routeId, replicaId },
    output: z.array(Sum),
    example: { clusterId, metricId: 'authz_denied', ...lastWeek },
  }),
];
