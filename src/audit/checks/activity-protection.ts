import type { Policy } from '../../policy/ppl.js';
import { Route } from '../../tools/zero/entities/route.js';
import { parse } from '../assemble.js';
import type { Check } from '../check.js';
import { fittingOf } from '../fitting.js';
import type { PolicyView, RouteView } from '../snapshot.js';
import { type Edit, editCheck, editsOf, origin } from './activity-history.js';
import { daysBetween } from './days.js';
import { type Openness, opennessCase, routeOpenness } from './openness.js';
import { perSnapshot } from './per-snapshot.js';
import { isSilent } from './settings-logging.js';
import { CIS_LOGS, docs } from './sources.js';

const AUDIT_LOGS = docs('capabilities/audit-logs');

/** Edits that took protection away. */
export const activityProtectionChecks: readonly Check[] = [
  editCheck({
    id: 'ACT-01',
    severity: 'critical',
    title: 'Guard rail removed',
    why: 'An enforced deny held on every route below it, and holds no more.',
    remedy: 'Ask the one who did it; if it was not meant, make the policy again.',
    sources: [AUDIT_LOGS, CIS_LOGS],
    find: ({ entry, before, after }) => {
      if (entry.entity?.type !== 'policy' || before?.enforced !== true) return undefined;
      const denied = denials(parse(before.ppl));
      const stillDenied = after?.enforced === true ? denials(parse(after.ppl)) : 0;
      return denied > stillDenied
        ? { evidence: { ...origin(entry), enforced: after?.enforced === true, denials: [denied, stillDenied] } }
        : undefined;
    },
  }),
  editCheck({
    id: 'ACT-02',
    severity: 'high',
    title: 'Route opened',
    why: 'Since this change requests pass without anybody having signed in.',
    remedy: 'Ask the one who did it; if it was not meant, put back what was there.',
    sources: [AUDIT_LOGS, CIS_LOGS],
    needs: ['activity', 'routes', 'policies'],
    find: (edit, snapshot) => {
      const opened = openings(snapshot).get(edit);
      return opened && opennessCase(opened, 'high', { ...origin(edit.entry), anonymous: 'allowed' });
    },
  }),
  editCheck({
    id: 'ACT-03',
    severity: 'high',
    title: 'Protection switched off',
    why: 'Whoever takes over an account often begins like this.',
    remedy: 'Ask the one who did it; if it was not meant, put back what was there.',
    sources: [CIS_LOGS],
    find: (edit, { now }) => {
      const { entry, after } = edit;
      const type = entry.entity?.type;
      if (entry.activityType !== 'update' || !after) return undefined;
      const changed = type === 'route' ? weakenedRoute(edit) : type === 'settings' ? weakenedSettings(edit, now) : [];
      return changed.length > 0
        ? {
            evidence: {
              ...origin(entry),
              ...Object.fromEntries(changed.map((field) => [field, after[field] ?? 'not set'])),
            },
          }
        : undefined;
    },
  }),
];

/** The cases in which a policy denies: each that is enough by itself. */
function denials(policy: Policy = []): number {
  const all = policy
    .filter(({ action }) => action === 'deny')
    .map(({ and, or, not, nor }) => or.length + nor.length + Math.min(1, and.length) + Math.min(1, not.length));
  return all.reduce((sum, count) => sum + count, 0);
}

function weakenedRoute({ before, after }: Edit): readonly string[] {
  return before && before.tlsSkipVerify !== true && after?.tlsSkipVerify === true ? ['tlsSkipVerify'] : [];
}

/** How far back the log was read. */
const LOG_DAYS = 90;
/** What Zero makes a cluster's settings of (FACTS 3.4), where the log doesn't tell of it. */
const FRESH: NonNullable<Edit['before']> = { cookieHttpOnly: true, logLevel: 'info' };

function weakenedSettings({ before: logged, after = {} }: Edit, now: number): readonly string[] {
  const isFresh = daysBetween(String(after.createdAt), now) < LOG_DAYS;
  const before = logged ?? (isFresh ? FRESH : undefined);
  if (!before) return [];
  const silenced = (field: string) => {
    const [was, is] = [before[field], after[field]];
    return typeof is === 'string' && isSilent(is) && !(typeof was === 'string' && isSilent(was));
  };
  return [
    ...(before.cookieHttpOnly !== false && after.cookieHttpOnly === false ? ['cookieHttpOnly'] : []),
    ...['logLevel', 'proxyLogLevel'].filter(silenced),
    ...['identityProvider', 'identityProviderUrl'].filter((field) => before[field] && before[field] !== after[field]),
    ...(before.downstreamMtlsCaKeyPairId && !after.downstreamMtlsCaKeyPairId ? ['downstreamMtlsCaKeyPairId'] : []),
  ];
}

const readRoute = fittingOf(Route);

/** How open to the internet the edits have made a route or a policy that was less open before. */
const openings = perSnapshot((snapshot): ReadonlyMap<Edit, Openness> => {
  const versions = new Map(snapshot.policies.map((view) => [view.policy.id, view]));
  const placed = new Map(snapshot.routes.map(({ route, clusterIds }) => [route.id, clusterIds]));
  const found = new Map<Edit, Openness>();
  const note = (edit: Edit, before: RouteView, after: RouteView) => {
    const [was, is] = [before, after].map((view) => routeOpenness(view, 'anonymous', snapshot));
    if (was && is && RANK[is.is] > RANK[was.is]) found.set(edit, is);
  };
  for (const edit of editsOf(snapshot).toReversed()) {
    const { entry, before, after } = edit;
    const { type, id = '' } = entry.entity ?? {};
    if (type === 'policy' && after) {
      const now = policyVersion(id, after, entry.id);
      versions.set(id, now);
      if (before) note(edit, governing([policyVersion(id, before, `${entry.id} before`)]), governing([now]));
    }
    if (type === 'route' && before && after) {
      const [was, is] = [before, after].map((data) => routeVersion(id, data, versions, placed.get(id) ?? []));
      if (was && is) note(edit, was, is);
    }
  }
  return found;
});

const RANK: Readonly<Record<Openness['is'], number>> = { closed: 0, sometimes: 1, open: 2 };

type Data = NonNullable<Edit['after']>;

/** A policy as the log has it, under an id of its own: what is known of a policy is kept by id. */
function policyVersion(id: string, { ppl }: Data, version: string): PolicyView {
  return { policy: { id: `${id} at ${version}` }, parsed: parse(ppl), clusterIds: [] };
}

/** A route for the web with these policies. */
function governing(policies: readonly PolicyView[]): RouteView {
  return { route: { id: '' }, clusterIds: [], policies, unreadPolicyIds: [] };
}

function routeVersion(
  id: string,
  data: Data,
  versions: ReadonlyMap<string, PolicyView>,
  clusterIds: readonly string[],
): RouteView {
  const route = { ...readRoute(data), id };
  const ids = [...new Set([...(route.policyIds ?? []), ...(route.enforcedPolicyIds ?? [])])];
  return { ...governing(ids.flatMap((policyId) => versions.get(policyId) ?? [])), route, clusterIds };
}
