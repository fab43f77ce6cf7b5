import type { Check } from '../check.js';
import { routeAccessChecks } from './routes-access.js';
import { routeHeaderChecks } from './routes-headers.js';
import { routeMatchingChecks } from './routes-matching.js';
import { routeUpstreamChecks } from './routes-upstream.js';

export const routeChecks: readonly Check[] = [
  ...routeAccessChecks,
  ...routeUpstreamChecks,
  ...routeMatchingChecks,
  ...routeHeaderChecks,
];
