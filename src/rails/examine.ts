import { liveSnapshot } from '../audit/live.js';
import { readSnapshot } from '../audit/read-snapshot.js';
import type { RouteView, Snapshot } from '../audit/snapshot.js';
import type { Plan } from '../guard/plan.js';
import type { Operation } from '../operation.js';
import type { Sources } from '../report.js';
import { afterWrites, type Write } from './after-call.js';
import { type Review, review } from './review.js';
import type { Rules } from './rules.js';
import { unreadFor } from './standing.js';

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
  'invites',
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
  if (!writes.some(({ operation }) => isAboutAccess(operation))) return undefined;
  const organizationId = writes[0]?.input.organizationId ?? (await ownOrganization(sources));
  if (typeof organizationId !== 'string') return undefined;
  const ships = plan !== undefined && (plan.effect === 'apply' || plan.waiting.length > 0);
  const parts = ships ? [...PARTS, 'activity' as const] : PARTS;
  const saved = await readSnapshot({ organizationId, parts }, sources);
  const live = ships ? liveSnapshot(saved) : { snapshot: saved, incomplete: [], doubtful: undefined };
  const after = shipped(afterWrites(saved, writes), live.snapshot, new Set(plan?.clusters.map(({ id }) => id)));
  const result = review(live.snapshot, after, writes, rules, live.doubtful);
  return {
    ...result,
    blocked: [
      ...result.blocked,
      ...unreadFor(rules, saved).map(
        ({ part, reason }) => `The rules can't be checked: ${part} could not be read (${reason}).`,
      ),
    ],
    notChecked: [...result.notChecked, ...live.incomplete],
  };
}

/** What the account loses that is deleted: that call names no organization. */
async function ownOrganization({ read }: Pick<Sources, 'read'>): Promise<unknown> {
  const [first] = (await read('list_organizations', {})) as readonly { readonly id?: unknown }[];
  return first?.id;
}

function isAboutAccess({ effect, path, name }: Operation): boolean {
  if (effect === 'apply' || effect === 'draft') return true;
  return OTHERS.has(name) || path.includes('/serviceAccounts');
}

/** What takes effect at once and is about who manages the organization, or what it serves. */
const OTHERS = new Set([
  'update_organization',
  'delete_organization',
  'leave_organization',
  'delete_current_user',
  'create_api_access_user',
  'remove_user_from_organization',
  'create_organization_invite',
  'delete_cluster',
]);

/** What becomes of the live state when some clusters, or with none named all, get what is saved. */
function shipped(saved: Snapshot, live: Snapshot, clusterIds: ReadonlySet<string>): Snapshot {
  if (clusterIds.size === 0) return saved;
  const isMeant = (view: RouteView) => view.clusterIds.some((id) => clusterIds.has(id));
  const running = new Map(live.clusters.map((view) => [view.cluster.id, view]));
  return {
    ...saved,
    routes: [...saved.routes.filter(isMeant), ...live.routes.filter((view) => !isMeant(view))],
    clusters: saved.clusters.map((view) =>
      clusterIds.has(view.cluster.id) ? view : (running.get(view.cluster.id) ?? view),
    ),
  };
}
