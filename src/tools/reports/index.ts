import type { Report } from '../../report.js';
import { planChangeset } from './plan-changeset.js';
import { planRollback } from './plan-rollback.js';
import { recentChanges } from './recent-changes.js';

/** Every report, in the order in which they are listed after the operations. */
export const reports: readonly Report[] = [planChangeset, planRollback, recentChanges];
