import { liveSnapshot } from '../audit/live.js';
import { readSnapshot } from '../audit/read-snapshot.js';
import type { Snapshot } from '../audit/snapshot.js';
import type { Plan } from '../guard/plan.js';
import type { Operation } from '../operation.js';
import type { Sources } from '../report.js';
import { afterWrites, type Write } from './after-call.js';
import { type Review, review } from './review.js';
import { hasRules, type Rules } from './rules.js';

/** What is read for a review: everything that access, rules and findings depend on but the past and the load. */
const PARTS = [
  'organization',
  'routes',
  'policies',
  'keyPairs',
  'settings',
  'customDomains',
  'serviceAccounts',
  'users',
] as const;

/**
 * Says what calls would mean for access, by one look at the organization; undefined for calls that can't touch it.
 *
 * @param plan of the calls: what waits in its clusters goes live with them. Without it the calls wait as drafts.
 * @throws ToolError of the namespaces and clusters; what else can't be read stands in `notChecked`, and in `blocked` where
 *   a rule depends on it
 */
export async function examine(
  writes: readonly Write[],
  plan: Plan | undefined,
  sources: Pick<Sources, 'read' | 'operations' | 'now'>,
  rules: Rules,
): Promise<Review | undefined> {
  const organizationId = writes[0]?.input.organizationId;
  if (typeof organizationId !== 'string' || !writes.some(({ operation }) => isAboutAccess(operation))) return undefined;
  const ships = plan !== undefined && (plan.effect === 'apply' || plan.waiting.length > 0);
  const parts = ships ? [...PARTS, 'activity' as const] : PARTS;
  const saved = await readSnapshot({ organizationId, parts }, sources);
  const live = ships ? liveSnapshot(saved) : { snapshot: saved, incomplete: [] };
  const among = (plan?.clusters ?? []).map(({ id }) => id);
  const result = review(within(live.snapshot, among), within(afterWrites(saved, writes), among), writes, rules);
  const unread = hasRules(rules)
    ? saved.missing.filter(({ part }) => part === 'routes' || part === 'policies' || part === 'users')
    : [];
  return {
    ...result,
    blocked: [
      ...result.blocked,
      ...unread.map(({ part, reason }) => `The rules can't be checked: ${part} could not be read (${reason}).`),
    ],
    notChecked: [...result.notChecked, ...live.incomplete],
  };
}

function isAboutAccess({ effect, path }: Operation): boolean {
  if (effect === 'apply' || effect === 'draft') return true;
  return (
    /^\/(user|organizations\/\{organizationId\}(\/(leave|users\/\{userId\}))?)$/.test(path) ||
    path.includes('/serviceAccounts')
  );
}

/** Only the routes that some of the clusters serve; all when none is named. */
function within(snapshot: Snapshot, clusterIds: readonly string[]): Snapshot {
  if (clusterIds.length === 0) return snapshot;
  const routes = snapshot.routes.filter((view) => view.clusterIds.some((id) => clusterIds.includes(id)));
  return { ...snapshot, routes };
}
