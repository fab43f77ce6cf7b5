import type { Check } from '../check.js';
import { activityChecks } from './activity.js';
import { changesetChecks } from './changesets.js';
import { clusterChecks } from './clusters.js';
import { domainChecks } from './domains.js';
import { keyPairChecks } from './key-pairs.js';
import { policyChecks } from './policies.js';
import { routeChecks } from './routes.js';
import { serviceAccountChecks } from './service-accounts.js';
import { settingsChecks } from './settings.js';
import { unanswerable } from './unanswerable.js';
import { userChecks } from './users.js';

/** Every check of the audit. */
export const checks: readonly Check[] = [
  ...policyChecks,
  ...routeChecks,
  ...settingsChecks,
  ...keyPairChecks,
  ...serviceAccountChecks,
  ...userChecks,
  ...domainChecks,
  ...clusterChecks,
  ...changesetChecks,
  ...activityChecks,
];

/** The ids of all checks, those that can't be answered included. */
export const checkIds: readonly string[] = [...checks, ...unanswerable].map(({ id }) => id);
