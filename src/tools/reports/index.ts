import type { Report } from '../../report.js';
import { audit } from './audit.js';
import { checkAccess } from './check-access.js';
import { checkPolicyReport } from './check-policy.js';
import { compareAccess } from './compare-access.js';
import { describeRoute } from './describe-route.js';
import { draftPolicyReport } from './draft-policy.js';
import { find } from './find.js';
import { listAccess } from './list-access.js';
import { overview } from './overview.js';
import { planChangeset } from './plan-changeset.js';
import { planRollback } from './plan-rollback.js';
import { recentChanges } from './recent-changes.js';
import { validateRoute } from './validate-route.js';

/** Every report, in the order in which they are listed after the operations. */
export const reports: readonly Report[] = [
  audit,
  checkAccess,
  listAccess,
  compareAccess,
  checkPolicyReport,
  draftPolicyReport,
  validateRoute,
  find,
  overview,
  describeRoute,
  planChangeset,
  planRollback,
  recentChanges,
];
