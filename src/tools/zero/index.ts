import type { Catalog } from '../../operation.js';
import { activity } from './activity.js';
import { baseUrl, toolsets } from './api.js';
import { billing } from './billing.js';
import { changesets } from './changesets.js';
import { clusters } from './clusters.js';
import { consoleLink } from './console-link.js';
import { customDomains } from './custom-domains.js';
import { keyPairs } from './key-pairs.js';
import { metrics } from './metrics.js';
import { onboarding } from './onboarding.js';
import { organizations } from './organizations.js';
import { policies } from './policies.js';
import { routes } from './routes.js';
import { serviceAccounts } from './service-accounts.js';
import { settings } from './settings.js';
import { users } from './users.js';

/** Pomerium Zero's management API: all 89 operations. */
export const zero: Catalog = {
  name: 'zero',
  title: 'Pomerium Zero',
  baseUrl,
  toolsets,
  link: consoleLink,
  operations: [
    ...organizations,
    ...users,
    ...clusters,
    ...settings,
    ...routes,
    ...policies,
    ...changesets,
    ...keyPairs,
    ...customDomains,
    ...serviceAccounts,
    ...activity,
    ...metrics,
    ...billing,
    ...onboarding,
  ],
};
