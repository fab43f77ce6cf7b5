import type { Behaviours } from '../behaviour.js';
import type { BodyRules } from '../validation.js';
import { activity } from './activity.js';
import { billing } from './billing.js';
import { changesets } from './changesets.js';
import { clusters } from './clusters.js';
import { customDomains } from './custom-domains.js';
import { keyPairs } from './key-pairs.js';
import { logs } from './logs.js';
import { metrics } from './metrics.js';
import { onboarding } from './onboarding.js';
import { organizations } from './organizations.js';
import { policies } from './policies.js';
import { pplProblem } from './ppl.js';
import { routeSwitches } from './route-switches.js';
import { routes } from './routes.js';
import { serviceAccounts } from './service-accounts.js';
import { settings, settingsDefaults } from './settings.js';
import { tokens } from './tokens.js';
import { users } from './users.js';

export { seed } from './seed.js';

const checkPpl = ({ ppl }: Readonly<Record<string, unknown>>) => (ppl === undefined ? undefined : pplProblem(ppl));

/** Where the service takes less than its reference asks for, or has a parser of its own. */
export const bodyRules: BodyRules = {
  create_route: { fill: routeSwitches },
  update_settings: { fill: settingsDefaults },
  create_policy: { check: checkPpl },
  update_policy: { check: checkPpl },
};

/** What Zero does, by operation name. */
export const behaviours: Behaviours = {
  ...tokens,
  ...organizations,
  ...users,
  ...clusters,
  ...logs,
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
};
