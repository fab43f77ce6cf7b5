import { parseAddress } from '../../policy/routes/address.js';
import type { Check } from '../check.js';
import type { ClusterView, PolicyView, RouteView, Snapshot } from '../snapshot.js';
import { namesOf } from './policies-logic.js';
import {
  clustersOf,
  criterionCheck,
  isRequired,
  operandsOf,
  policyCheck,
  routesByPolicy,
  shown,
  termsOf,
  usesOf,
} from './policy-terms.js';
import { CIS_ACCESS, docs, OWASP_ACCESS, RUN } from './sources.js';

/** Criteria that need something else to work, or are used where they don't do what is meant. */
export const policyCriteriaChecks: readonly Check[] = [
  criterionCheck({
    id: 'POL-16',
    severity: 'high',
    title: 'groups criterion on Zero',
    why: 'It needs directory sync, which Zero does not have: an allow on groups never matches, and a deny on groups never fires.',
    remedy: 'Use claim/groups with your own identity provider and its groups scope.',
    sources: [docs('internals/ppl')],
    objects: ({ criterion }) => criterion.name === 'groups',
  }),
  policyCheck({
    id: 'POL-17',
    severity: 'medium',
    title: 'claim criterion without a matching identity provider',
    why: 'The hosted sign-in carries no claims of your own, and many providers send groups only to those who ask for that scope.',
    remedy: 'Set up your own identity provider in the settings, with the scope that brings the claim.',
    sources: [docs('capabilities/authentication'), docs('reference/identity-provider-settings')],
    needs: ['policies', 'routes', 'settings'],
    find: (view, snapshot) => {
      const uses = usesOf(view).filter(({ criterion }) => criterion.name === 'claim');
      if (uses.length === 0) return undefined;
      const wantsGroups = uses.some(({ criterion }) => criterion.subPath === 'groups');
      const lacking = clustersOf(view, snapshot).flatMap(({ cluster, settings }) => {
        if (!settings) return [];
        if (!settings.identityProvider) return [`${cluster.name ?? cluster.id}: no identity provider`];
        const isAsked = settings.identityProviderScopes?.includes('groups');
        return wantsGroups && !isAsked ? [`${cluster.name ?? cluster.id}: the scope groups is not asked for`] : [];
      });
      return lacking.length > 0 ? { evidence: { criteria: uses.map(shown), clusters: lacking } } : undefined;
    },
  }),
  criterionCheck({
    id: 'POL-20',
    severity: 'high',
    title: 'http_path or http_method used as the access boundary',
    why: 'Conditions on paths and methods are easy to get wrong; a boundary belongs between routes.',
    remedy: 'Make separate routes with separate policies.',
    sources: [RUN, docs('reference/routes/path-matching'), OWASP_ACCESS],
    objects: ({ criterion }) => criterion.name === 'http_path' || criterion.name === 'http_method',
  }),
  criterionCheck({
    id: 'POL-26',
    severity: 'medium',
    title: 'source_ip behind another proxy',
    why: 'What is compared is the address that the proxy sees; behind a balancer that is the balancer, for everybody.',
    remedy: "Let the visitor's own address arrive (X-Forwarded-For, proxy protocol), or use a condition on the person.",
    sources: [docs('reference/x-forwarded-for-settings'), 'pomerium/pomerium#5772, #5800'],
    needs: ['policies', 'routes', 'settings'],
    objects: ({ criterion }, view, snapshot) =>
      criterion.name === 'source_ip' &&
      clustersOf(view, snapshot).some(
        ({ cluster, settings }) => settings?.skipXffAppend === true || cluster.flavor === 'hosted',
      ),
  }),
  criterionCheck({
    id: 'POL-27',
    severity: 'high',
    title: 'invalid_client_certificate under allow',
    why: 'It is true when the certificate is missing or bad, so it lets in those without one; turned round it lets in everybody where no CA is set.',
    remedy: 'Move it to a deny rule.',
    sources: [docs('reference/downstream-mtls-settings'), RUN],
    objects: ({ action, criterion }) => action === 'allow' && criterion.name === 'invalid_client_certificate',
  }),
  policyCheck({
    id: 'POL-28',
    severity: 'medium',
    title: 'client_certificate without a trusted CA',
    why: 'The criterion compares what the certificate says of itself; without a CA nobody checks who signed it.',
    remedy: 'Set downstreamMtlsCaKeyPairId in the settings of the cluster.',
    sources: [docs('reference/downstream-mtls-settings')],
    needs: ['policies', 'routes', 'settings'],
    find: (view, snapshot) => {
      const uses = usesOf(view).filter(({ criterion }) => criterion.name === 'client_certificate');
      if (uses.length === 0) return undefined;
      const unchecked = routesByPolicy(snapshot)
        .get(view.policy.id)
        ?.filter((route) => lacksCa(route, snapshot));
      const clusters = unchecked ? [] : clustersOf(view, snapshot).filter(hasNoCa);
      if (!unchecked?.length && clusters.length === 0) return undefined;
      return { evidence: { criteria: uses.map(shown), ...(unchecked && { routes: namesOf(unchecked) }) } };
    },
  }),
  criterionCheck({
    id: 'POL-29',
    severity: 'medium',
    title: 'mcp_tool inside an allow rule',
    why: 'It is false for initialize and tools/list, so a session cannot even start, and people then loosen the rule.',
    remedy: 'Allow people, and deny the tools: deny with mcp_tool not_in.',
    sources: [docs('capabilities/mcp/limit-mcp-tools'), RUN],
    objects: ({ action, criterion }) => action === 'allow' && criterion.name === 'mcp_tool',
  }),
  policyCheck({
    id: 'POL-30',
    severity: 'medium',
    title: 'Tool deny list instead of allow list',
    why: 'A tool that the upstream adds tomorrow is open.',
    remedy: 'Deny with not_in and the tools that may be called.',
    sources: [docs('capabilities/mcp/limit-mcp-tools')],
    find: (view) => {
      const uses = usesOf(view, 'deny').filter((use) => isRequired(use) && use.criterion.name === 'mcp_tool');
      const operators = uses.flatMap(({ criterion }) => operandsOf(criterion).map(([operator]) => operator));
      const isAllowList = operators.some((operator) => operator === 'not_in' || operator === 'not');
      // Without an operator it denies all tools.
      return operators.length === 0 || isAllowList ? undefined : { evidence: { criteria: uses.map(shown) } };
    },
  }),
  policyCheck({
    id: 'POL-38',
    severity: 'high',
    title: 'SSH access without a user-name rule',
    why: 'Whoever is let in may log in as anybody, root included.',
    remedy: 'Add ssh_username to the and block, or ssh_username_matches_email.',
    sources: [docs('capabilities/native-ssh-access'), CIS_ACCESS],
    needs: ['policies', 'routes'],
    find: (view, snapshot) => {
      if (termsOf(view, 'allow').length === 0) return undefined;
      const routes = (routesByPolicy(snapshot).get(view.policy.id) ?? []).filter(isShellForAnyName);
      return routes.length > 0 ? { evidence: { routes: namesOf(routes), sshUsername: 'any' } } : undefined;
    },
  }),
];

function hasNoCa({ settings }: ClusterView): boolean {
  return settings !== undefined && !settings.downstreamMtlsCaKeyPairId;
}

function lacksCa({ route, clusterIds }: RouteView, { clusters }: Snapshot): boolean {
  if (route.tlsDownstreamClientCaKeyPairId) return false;
  return clusters.some((view) => clusterIds.includes(view.cluster.id) && hasNoCa(view));
}

function isShellForAnyName({ route, policies, unreadPolicyIds }: RouteView): boolean {
  if (parseAddress(route.from ?? '')?.scheme !== 'ssh' || unreadPolicyIds.length > 0) return false;
  const namesUser = (view: PolicyView) =>
    usesOf(view).some(({ criterion }) => criterion.name.startsWith('ssh_username'));
  return !policies.some(namesUser);
}
