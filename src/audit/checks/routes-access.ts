import { parseAddress } from '../../policy/routes/address.js';
import { routeOrder } from '../../policy/routes/order.js';
import type { Check } from '../check.js';
import type { RouteView } from '../snapshot.js';
import { grouped } from './grouped.js';
import { shownAddress, upstreamsOf } from './hosts.js';
import { accountOpenness, opennessCase, outsiderOpenness, routeOpenness } from './openness.js';
import { perSnapshot } from './per-snapshot.js';
import { allowsNobody, namesOf } from './policies-logic.js';
import { usesOf } from './policy-terms.js';
import { changing, routeCheck, routesByFrom } from './route-check.js';
import { CIS_ACCESS, CODE, docs, OWASP_ACCESS, ZERO_TRUST } from './sources.js';

const needs = ['routes', 'policies'] as const;

/** Who gets through the routes. */
export const routeAccessChecks: readonly Check[] = [
  routeCheck({
    id: 'RTE-01',
    severity: 'medium',
    title: 'Route without any policy',
    why: 'Nobody can reach it: everybody gets 403. That holds for routes that redirect or answer themselves, too.',
    remedy: 'Attach a policy that allows someone, or delete the route.',
    sources: [CODE],
    needs,
    find: (view) => {
      const { policyIds = [], enforcedPolicyIds = [] } = view.route;
      // An enforced deny doesn't let anybody in either.
      return policyIds.length === 0 && allowsNobody(view) ? { evidence: { policyIds, enforcedPolicyIds } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-02',
    severity: 'critical',
    title: 'Route open to the internet',
    why: 'Requests reach the upstream without anybody having signed in.',
    remedy: 'If that is not meant, take off the policy that allows it and attach one that names people.',
    sources: [docs('reference/routes/public-access'), ZERO_TRUST, OWASP_ACCESS],
    needs,
    find: (view, snapshot) => {
      const openness = routeOpenness(view, 'anonymous', snapshot);
      return openness.is === 'closed'
        ? undefined
        : opennessCase(openness, 'critical', { anonymous: 'allowed', policies: policyNames(view) });
    },
  }),
  routeCheck({
    id: 'RTE-03',
    severity: 'high',
    title: 'Route open to any signed-in account',
    why: 'All policies taken together let in somebody of an unrelated domain; with a public identity provider that is anybody.',
    remedy: 'Attach a policy that asks for your domain, a claim, or addresses, and take off the one that does not.',
    sources: [docs('reference/routes/allow-any-authenticated-user')],
    needs,
    find: (view, snapshot) => {
      const openness = accountOpenness(view, snapshot);
      return openness.is === 'closed'
        ? undefined
        : opennessCase(openness, 'high', { anyAccount: 'allowed', policies: policyNames(view) });
    },
  }),
  routeCheck({
    id: 'RTE-10',
    severity: 'high',
    title: 'More public route shadows a protected one',
    why: 'Requests meant for the protected route are answered by the public one, which is tried first or reaches the same upstream path by rewriting.',
    remedy: 'Give the public route a narrower prefix or none of the rewriting, or protect it as well.',
    sources: [docs('reference/routes/path-matching'), OWASP_ACCESS],
    needs,
    find: (view, snapshot) => {
      const shadowed = shadows(snapshot).get(view) ?? [];
      if (shadowed.length === 0) return undefined;
      const { from, prefix = '/', prefixRewrite } = view.route;
      return { evidence: { from, prefix, ...(prefixRewrite && { prefixRewrite }), shadows: namesOf(shadowed) } };
    },
  }),
  routeCheck({
    id: 'RTE-19',
    severity: 'critical',
    title: 'Kubernetes token behind a broad policy',
    why: 'The token is always sent, and whom to impersonate only when an address is known: other visitors have all the rights of the service account.',
    remedy: 'Attach a policy that names people, and give the service account the right to impersonate and no other.',
    sources: [docs('capabilities/kubernetes-access'), CODE],
    needs,
    find: (view, snapshot) => {
      if (!view.route.kubernetesServiceAccountToken) return undefined;
      const openness = outsiderOpenness(view, snapshot);
      return openness.is === 'closed'
        ? undefined
        : opennessCase(openness, 'critical', { kubernetesServiceAccountToken: 'set', policies: policyNames(view) });
    },
  }),
  routeCheck({
    id: 'RTE-35',
    severity: 'medium',
    title: 'MCP server without tool limits',
    why: 'Every tool can be called, those that the upstream adds later too.',
    remedy: 'Attach a policy that denies with mcp_tool not_in and the tools that are meant.',
    sources: [docs('capabilities/mcp/limit-mcp-tools')],
    needs,
    find: (view) =>
      view.route.mcp?.server && view.unreadPolicyIds.length === 0 && !limitsTools(view)
        ? { evidence: { mcp: 'server', policies: policyNames(view) } }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-36',
    severity: 'medium',
    title: 'MCP body limit too small for the tool rule',
    why: 'Only so many bytes of a request are read; of a larger one the tool is not known, and a deny on mcp_tool does not fire.',
    remedy: 'Raise mcp.server.maxRequestBytes above the largest request that the tools take.',
    sources: [CODE, docs('capabilities/mcp/reference')],
    needs,
    find: (view) => {
      const { mcp } = view.route;
      const limit = mcp?.server?.maxRequestBytes || DEFAULT_REQUEST_BYTES;
      if (!mcp?.server || limit >= EXPECTED_REQUEST_BYTES || !hasToolRule(view)) return undefined;
      const server = { ...mcp.server, maxRequestBytes: EXPECTED_REQUEST_BYTES };
      return {
        evidence: { maxRequestBytes: limit, expected: EXPECTED_REQUEST_BYTES },
        // The field is written as a whole, and the OAuth secret in it is not known here.
        ...(!server.upstreamOAuth2 && { fix: changing(view, { mcp: { server } }) }),
      };
    },
  }),
  routeCheck({
    id: 'RTE-40',
    severity: 'high',
    title: 'Data store, shell or RDP behind a broad policy',
    why: 'Access is decided once per connection; nothing narrows what is done with it.',
    remedy: 'Attach a policy that names people.',
    sources: [docs('internals/security'), CIS_ACCESS],
    needs,
    find: (view, snapshot) => {
      const scheme = parseAddress(view.route.from ?? '')?.scheme ?? '';
      if (!['tcp+https', 'udp+https', 'ssh'].includes(scheme)) return undefined;
      const openness = outsiderOpenness(view, snapshot);
      return openness.is === 'closed'
        ? undefined
        : opennessCase(openness, 'high', { from: view.route.from, policies: policyNames(view) });
    },
  }),
  routeCheck({
    id: 'RTE-41',
    severity: 'medium',
    title: 'Reverse tunnel without its own policy',
    why: 'Nothing narrows who may serve this route over SSH, and so answer in its name.',
    remedy: 'Set upstreamTunnel.sshPolicyId to a policy that names those who may.',
    sources: [docs('capabilities/reverse-tunneling')],
    find: ({ route }) =>
      route.upstreamTunnel && !route.upstreamTunnel.sshPolicyId ? { evidence: { upstreamTunnel: {} } } : undefined,
  }),
];

/** What the proxy reads where a route doesn't say (PPL.md 1.10). */
const DEFAULT_REQUEST_BYTES = 4096;
/** Enough for tool calls with a few paragraphs of text; the default isn't. */
const EXPECTED_REQUEST_BYTES = 65_536;

function policyNames({ policies }: RouteView): readonly string[] {
  return policies.map(({ policy }) => policy.name ?? policy.id);
}

function limitsTools({ policies }: RouteView): boolean {
  return policies.some((view) => usesOf(view, 'deny').some(({ criterion }) => criterion.name === 'mcp_tool'));
}

function hasToolRule({ policies }: RouteView): boolean {
  return policies.some((view) => usesOf(view).some(({ criterion }) => criterion.name === 'mcp_tool'));
}

/** The protected routes, a few of them, that a public one takes requests from, by the public one. */
const shadows = perSnapshot((snapshot): ReadonlyMap<RouteView, readonly RouteView[]> => {
  const found = new Map<RouteView, readonly RouteView[]>();
  for (const group of routesByFrom(snapshot).values()) {
    const isPublic = (view: RouteView) => routeOpenness(view, 'anonymous', snapshot).is === 'open';
    const open = group.filter((view) => !view.route.regex && !view.route.path && isPublic(view));
    if (open.length === 0) continue;
    // The last that is tried comes first: where it isn't behind a public route, none is.
    const guarded = group
      .filter((view) => !view.route.regex && !isPublic(view))
      .toSorted((one, other) => routeOrder(other.route, one.route));
    const byPath = grouped(guarded, (view) => keysOf(view, [''], beginningsOf(pathOf(view))));
    const byUpstream = grouped(guarded, (view) => {
      return keysOf(view, originsOf(view), beginningsOf(view.route.prefixRewrite || pathOf(view)));
    });
    for (const view of open) {
      const { prefix, prefixRewrite } = view.route;
      const behind = keysOf(view, [''], [prefix || '/']).flatMap((key) => some(byPath, key));
      const reached = prefixRewrite
        ? keysOf(view, originsOf(view), [prefixRewrite]).flatMap((key) => some(byUpstream, key))
        : [];
      const taken = [...behind.filter(({ route }) => routeOrder(view.route, route) < 0), ...reached];
      if (taken.length > 0) found.set(view, [...new Set(taken)]);
    }
  }
  return found;
});

/** As many as a finding names. */
function some(groups: ReadonlyMap<string, readonly RouteView[]>, key: string): readonly RouteView[] {
  return (groups.get(key) ?? []).slice(0, 5);
}

function keysOf({ clusterIds }: RouteView, origins: readonly string[], paths: readonly string[]): readonly string[] {
  return clusterIds.flatMap((id) => origins.flatMap((origin) => paths.map((path) => `${id} ${origin} ${path}`)));
}

function pathOf({ route }: RouteView): string {
  return route.path || route.prefix || '/';
}

function originsOf({ route }: RouteView): readonly string[] {
  return upstreamsOf(route).map(shownAddress);
}

/** Every text that a text begins with, itself included. */
function beginningsOf(text: string): readonly string[] {
  return Array.from(text, (_, index) => text.slice(0, index + 1));
}
