import { canonicalPolicy } from '../../policy/print.js';
import type { Check } from '../check.js';
import type { PolicyView, Snapshot } from '../snapshot.js';
import { grouped } from './grouped.js';
import { perSnapshot } from './per-snapshot.js';
import { denies } from './policies-logic.js';
import { policyCheck, routesByPolicy } from './policy-terms.js';
import { CIS_CONFIG, docs, ZERO_TRUST } from './sources.js';

/** The policies of an organization as a whole. */
export const policyEstateChecks: readonly Check[] = [
  policyCheck({
    id: 'POL-35',
    severity: 'low',
    title: 'Unused policy',
    why: 'It has no effect today, and somebody may attach it by mistake tomorrow.',
    remedy: 'Delete it, or attach it where it is meant.',
    sources: [CIS_CONFIG],
    needs: ['policies', 'routes'],
    find: ({ policy }, snapshot) => {
      const isUsed =
        policy.enforced === true ||
        Boolean(policy.routes?.length) ||
        routesByPolicy(snapshot).has(policy.id) ||
        tunnelPolicies(snapshot).has(policy.id);
      if (isUsed) return undefined;
      return {
        evidence: { routes: 0, enforced: false },
        fix: { tool: 'delete_policy', arguments: { policyId: policy.id } },
      };
    },
  }),
  policyCheck({
    id: 'POL-36',
    severity: 'low',
    title: 'Duplicate policies',
    why: 'One of them gets changed, and the other keeps granting.',
    remedy: 'Keep one and attach it to the routes of the others.',
    sources: [CIS_CONFIG],
    find: (view, snapshot) => {
      const [first, ...others] = alike(view, snapshot);
      return first && others.includes(view)
        ? { evidence: { sameAs: first.policy.name ?? first.policy.id, sameAsId: first.policy.id } }
        : undefined;
    },
  }),
  policyCheck({
    id: 'POL-37',
    severity: 'low',
    title: 'Deny policy without explanation or remediation',
    why: 'The error page shows these texts; without them people who are refused cannot help themselves.',
    remedy: 'Say why people are refused (explanation) and what they can do (remediation).',
    sources: [docs('capabilities/self-remediation')],
    find: (view) => {
      const { explanation = '', remediation = '' } = view.policy;
      return denies(view) && (explanation === '' || remediation === '')
        ? { evidence: { explanation, remediation } }
        : undefined;
    },
  }),
  policyCheck({
    id: 'POL-41',
    severity: 'medium',
    title: 'Enforced policy below the root namespace only',
    why: 'A guard rail that stands in one cluster leaves the others open.',
    remedy: 'Make it a policy of the root namespace, or repeat it in the other clusters.',
    sources: [docs('internals/namespacing')],
    needs: ['policies', 'namespaces', 'clusters'],
    find: (view, snapshot) => {
      const namespace = snapshot.namespaces.find(({ id }) => id === view.policy.namespaceId);
      if (view.policy.enforced !== true || !namespace || namespace.type === 'root' || !denies(view)) return undefined;
      const same = alike(view, snapshot).filter(({ policy }) => policy.enforced === true);
      const covered = new Set(same.flatMap(({ clusterIds }) => clusterIds));
      const open = snapshot.clusters.filter(({ cluster }) => !covered.has(cluster.id));
      return open.length > 0
        ? {
            evidence: {
              namespace: namespace.name ?? namespace.id,
              clustersWithout: open.map(({ cluster }) => cluster.name ?? cluster.id),
            },
          }
        : undefined;
    },
  }),
  {
    id: 'POL-42',
    severity: 'medium',
    subject: 'policy',
    title: 'No enforced deny guard rail at all',
    why: 'Nothing keeps one careless allow from opening a route; an enforced deny of everybody outside your domain would.',
    remedy: 'Make an enforced policy of the root namespace that denies whom no route should let in.',
    sources: [docs('internals/namespacing'), ZERO_TRUST],
    needs: ['policies'],
    find: ({ organization, policies }) => {
      const enforced = policies.filter(({ policy }) => policy.enforced === true);
      if (enforced.some(denies)) return [];
      return [
        {
          subject: { type: 'organization', id: organization.id, name: organization.name ?? organization.id },
          evidence: { policies: policies.length, enforced: enforced.length, enforcedDeny: 0 },
        },
      ];
    },
  },
];

/** Policies that say who may serve a route through a reverse tunnel. */
const tunnelPolicies = perSnapshot(
  ({ routes }) => new Set(routes.flatMap(({ route }) => route.upstreamTunnel?.sshPolicyId ?? [])),
);

/** Policies with the same rules, by those rules; the oldest first. */
const sameRules = perSnapshot(({ policies }) => grouped(policies.toSorted(byAge), rulesOf));

function byAge({ policy: one }: PolicyView, { policy: other }: PolicyView): number {
  const [first = '', second = ''] = [one.createdAt, other.createdAt];
  return first === second ? (one.id < other.id ? -1 : 1) : first < second ? -1 : 1;
}

function alike(view: PolicyView, snapshot: Snapshot): readonly PolicyView[] {
  return rulesOf(view).flatMap((rules) => sameRules(snapshot).get(rules) ?? []);
}

const rulesByView = new WeakMap<PolicyView, readonly string[]>();

/** What a policy says, in one form for all ways to say it; nothing where it says nothing. */
function rulesOf(view: PolicyView): readonly string[] {
  const known = rulesByView.get(view) ?? (view.parsed?.length ? [canonicalPolicy(view.parsed)] : []);
  rulesByView.set(view, known);
  return known;
}
