import { z } from 'zod';
import { enforcedAt } from '../../audit/enforced.js';
import { readSnapshot } from '../../audit/read-snapshot.js';
import { type PolicyView, parsedOf, type RouteView, type Snapshot } from '../../audit/snapshot.js';
import { quote, ToolError } from '../../errors.js';
import type { Input } from '../../operation.js';
import { type Change, type Comparison, whoGainsWhoLoses } from '../../policy/compare/compare.js';
import { type Facts, isUnknown } from '../../policy/facts.js';
import { parsePolicy } from '../../policy/parse.js';
import type { Policy } from '../../policy/ppl.js';
import { report } from '../../report.js';
import { search } from './search.js';

/** The most routes that one answer tells of. */
const MOST_ROUTES = 50;

const CHANGES = ['compare', 'attach', 'detach', 'enforce', 'replace'] as const;

export const compareAccess = report({
  name: 'compare_access',
  title: 'Compare access',
  description:
    'Who would gain and who would lose: between two policies, or per route if a policy were attached, detached, enforced or replaced. Exact, with an example of each class; says what it cannot decide.',
  toolset: 'policies',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only routes of this cluster.'),
    change: z.enum(CHANGES).optional().describe('Default: compare policy with other.'),
    policy: z.string().describe('Id, name or PPL.'),
    other: z.string().optional().describe('Id, name or PPL; for compare and replace.'),
    routeId: z.string().optional().describe('For attach and detach.'),
  }),
  example: { policy: 'allow: {and: [{domain: a.example}]}', other: 'allow: {and: [{authenticated_user: true}]}' },
  async run({ organizationId, clusterId, change = 'compare', policy, other, routeId }, sources) {
    demand(other, change === 'compare' || change === 'replace', 'other', change);
    demand(routeId, change === 'attach' || change === 'detach', 'routeId', change);
    const snapshot = await readSnapshot({ organizationId, clusterId, parts: ['routes', 'policies'] }, sources);
    const since = sources.now();
    const subject = sourceOf(policy, 'policy', snapshot);
    const second = other === undefined ? undefined : sourceOf(other, 'other', snapshot).policy;
    if (change === 'compare') {
      const comparison = whoGainsWhoLoses([subject.policy], [second ?? []], { since });
      return { ...told(comparison), ...notices(snapshot, []) };
    }
    const routes = routesFor(change, subject, routeId, snapshot);
    const results = routes.map((route) => {
      const before = parsedOf(route.policies);
      const replacement = second ?? subject.policy;
      const rest = parsedOf(route.policies.filter(({ policy: { id } }) => id !== subject.id));
      const after = change === 'detach' ? rest : [...rest, replacement];
      return { route, comparison: whoGainsWhoLoses(before, after, { since }) };
    });
    const changed = results.filter(({ comparison }) => isChange(comparison));
    const unread = results.filter(({ route }) => route.unreadPolicyIds.length > 0).map(({ route }) => route.route.id);
    return {
      change,
      items: changed.slice(0, MOST_ROUTES).map(({ route: { route }, comparison }) => ({
        routeId: route.id,
        name: route.name,
        from: route.from,
        ...told(comparison),
      })),
      total: changed.length,
      ...(changed.length > MOST_ROUTES && { omitted: changed.length - MOST_ROUTES }),
      unchanged: results.length - changed.length,
      ...notices(snapshot, unread),
    };
  },
});

function demand(value: string | undefined, isNeeded: boolean, field: string, change: string): void {
  if (isNeeded !== (value !== undefined)) {
    throw new ToolError('invalid_input', `${change} ${isNeeded ? 'needs' : "doesn't take"} ${field}.`);
  }
}

interface Source {
  readonly id?: string;
  readonly policy: Policy;
  readonly view?: PolicyView;
}

/**
 * A policy by its id or name, or written down.
 *
 * @throws ToolError `invalid_input` where several have the name, or the text is no policy; `not_found` where it is a name
 * that none has
 */
function sourceOf(text: string, at: string, snapshot: Snapshot): Source {
  const meant = policiesCalled(text, snapshot);
  const [view, ...others] = meant;
  if (view && others.length === 0) return { id: view.policy.id, policy: view.parsed ?? [], view };
  if (view) {
    const list = meant.slice(0, MOST_NAMED).map(named).join(', ');
    const message = `${at}: ${quote(text)} means ${meant.length} policies: ${list}.`;
    throw new ToolError('invalid_input', message, { next: 'Give the id of one of them.' });
  }
  const parsed = parsePolicy(text);
  if ('policy' in parsed) return parsed;
  // PPL always has a bracket or a colon.
  if (/[{[:]/.test(text)) {
    const { message, fix } = parsed.problem;
    throw new ToolError('invalid_input', `${at}: this is no policy: ${message}.`, { next: fix });
  }
  const like = search(text, snapshot, ['policy']).slice(0, MOST_NAMED);
  const hint = like.length > 0 ? ` Did you mean ${like.map((hit) => named({ policy: hit })).join(' or ')}?` : '';
  throw new ToolError('not_found', `${at}: no policy is called ${quote(text)}.${hint}`, {
    next: (offers) => {
      if (like.length > 0) return 'Give the id of the one that is meant.';
      return offers('list_policies') ? 'Find it with list_policies.' : 'Ask which one is meant.';
    },
  });
}

/** Policies that an error lists. */
const MOST_NAMED = 5;

/** The policy with the id; else those with exactly the name; else those with the name but for case and accents. */
function policiesCalled(text: string, snapshot: Snapshot): readonly PolicyView[] {
  const { policies } = snapshot;
  const byId = policies.filter(({ policy }) => policy.id === text);
  if (byId.length > 0) return byId;
  const exact = policies.filter(({ policy }) => policy.name === text);
  if (exact.length > 0) return exact;
  const hits = search(text, snapshot, ['policy']).filter(({ match, field }) => match === 'exact' && field === 'name');
  return policies.filter(({ policy }) => hits.some(({ id }) => id === policy.id));
}

function named({ policy: { id, name } }: { readonly policy: { readonly id: string; readonly name?: string } }): string {
  return `${id} (${quote(name ?? id)})`;
}

/** The routes that a change can matter to. */
function routesFor(
  change: 'attach' | 'detach' | 'enforce' | 'replace',
  { id, view }: Source,
  routeId: string | undefined,
  { routes, namespaces }: Snapshot,
): readonly RouteView[] {
  const governed = routes.filter(({ policies }) => policies.some(({ policy }) => policy.id === id));
  if (change === 'replace' && id === undefined)
    throw new ToolError('invalid_input', 'replace needs the id of a policy.');
  if (change === 'replace') return governed;
  if (change === 'enforce') {
    if (!view) return routes;
    const enforced = [{ ...view.policy, enforced: true }];
    return routes.filter(({ route }) => enforcedAt(route.namespaceId, enforced, namespaces).length > 0);
  }
  const route = routes.find((one) => one.route.id === routeId);
  if (!route)
    throw new ToolError('invalid_input', `There is no route ${routeId}.`, { next: 'Find its id with list_routes.' });
  if (change === 'attach') return [route];
  const isEnforced = id !== undefined && route.route.enforcedPolicyIds?.includes(id);
  if (isEnforced)
    throw new ToolError('invalid_input', `${id} is enforced on this route and can't be detached from it.`);
  if (governed.includes(route)) return [route];
  throw new ToolError('invalid_input', `The route doesn't have this policy. It has ${list(route)}.`);
}

function list({ policies }: RouteView): string {
  return policies.map(({ policy }) => policy.id).join(', ') || 'none';
}

function isChange({ gains, loses, otherChanges, undecided }: Comparison): boolean {
  return [gains, loses, otherChanges, undecided].some(({ length }) => length > 0);
}

function told({ summary, gains, loses, otherChanges, undecided }: Comparison): Input {
  return {
    summary,
    gains: gains.map(shown),
    loses: loses.map(shown),
    ...(otherChanges.length > 0 && { otherChanges: otherChanges.map(shown) }),
    ...(undecided.length > 0 && { undecided }),
  };
}

function shown({ who, kind, before, after, witness }: Change): Input {
  return { who, kind, before, after, example: exampleOf(witness) };
}

/** What tells a witness from a visitor like any other. */
function exampleOf({ at, who, method, path, ip, headers, certificate, ssh, mcp }: Facts): Input {
  const { signedIn, email, userId, claims, groups, devices } = who;
  const all = {
    ...(signedIn === true ? { email, userId, claims, groups, devices } : { signedIn }),
    method,
    path,
    ip,
    headers,
    ...(!isUnknown(certificate) && (certificate.presented || !certificate.valid) && { certificate }),
    ssh,
    mcp,
    at: new Date(at).toISOString(),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !isBlank(value)));
}

/** Nothing, or made of nothing. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.values(value).every(isBlank);
}

function notices({ missing }: Snapshot, unread: readonly string[]): Input {
  const found = [
    ...missing.map(({ part, reason }) => `${part} could not be read: ${reason}`),
    ...(unread.length > 0 ? [`Routes with further policies that could not be read: ${unread.join(', ')}.`] : []),
  ];
  return found.length > 0 ? { notices: found } : {};
}
