import { z } from 'zod';
import type { RouteView } from '../../audit/snapshot.js';
import { ToolError } from '../../errors.js';
import type { Facts } from '../../policy/facts.js';
import { personFacts, strangerFacts } from '../../policy/known-facts.js';
import { report } from '../../report.js';
import {
  ACCESS_PARTS,
  type Access,
  accessTo,
  bothStates,
  factsOf,
  mayEnter,
  requestFields,
  requestTo,
  routeRow,
  unparsed,
} from './access.js';
import { readSnapshot } from './read-snapshot.js';

const DEFAULT_LIMIT = 50;

export const listAccess = report({
  name: 'list_access',
  title: 'List access',
  description:
    'Who gets through which route: anonymous visitors, any signed-in account, and the people and domains you name. Filter by route, by who is let in, or for public routes only.',
  toolset: 'routes',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    routeId: z.string().optional().describe('Only this route.'),
    emails: z.array(z.string()).optional().describe('People to look at.'),
    domains: z.array(z.string()).optional().describe('E-mail domains: somebody there whom no policy names.'),
    only: z
      .enum(['public', 'reachable'])
      .optional()
      .describe('public: routes open to anonymous visitors; reachable: to any of emails and domains.'),
    state: z.enum(['saved', 'live']).optional().describe('Default: saved.'),
    ...requestFields,
    limit: z.int().min(1).optional().describe(`Most routes; default ${DEFAULT_LIMIT}.`),
    offset: z.int().min(0).optional(),
  }),
  example: { emails: ['anna@corp.example'], only: 'reachable' },
  async run(
    { organizationId, clusterId, routeId, emails = [], domains = [], only, state = 'saved', ...rest },
    sources,
  ) {
    const { at, limit = DEFAULT_LIMIT, offset = 0, ...request } = rest;
    if (only === 'reachable' && emails.length + domains.length === 0)
      throw new ToolError('invalid_input', 'only: reachable needs emails or domains.');
    const snapshot = await readSnapshot({ organizationId, clusterId, parts: ACCESS_PARTS }, sources);
    const { incomplete, ...states } = bothStates(snapshot, clusterId);
    const when = at === undefined ? sources.now() : Date.parse(at);
    const factsFor = (url: string): Readonly<Record<string, Facts>> => {
      const visit = requestTo(url, undefined, request);
      return {
        anonymous: factsOf(when, {}, visit),
        anySignedIn: strangerFacts(when, visit),
        ...Object.fromEntries(
          domains.map((domain) => [`@${bare(domain)}`, personFacts(when, someoneAt(bare(domain)), visit)]),
        ),
        ...Object.fromEntries(emails.map((email) => [email, factsOf(when, { email }, visit)])),
      };
    };
    const named = [...domains.map((domain) => `@${bare(domain)}`), ...emails];
    const views = states[state].routes.filter(({ route }) => routeId === undefined || route.id === routeId);
    const rows = views
      .map((view) => ({ view, access: cells(view, factsFor(view.route.from ?? '')) }))
      .filter(({ access }) => isWanted(access, only, named));
    const shown = rows.slice(offset, offset + limit);
    const next = offset + shown.length;
    const lines = unparsed(shown.map(({ view }) => view));
    const names = new Map(snapshot.clusters.map(({ cluster: { id, name } }) => [id, name ?? id]));
    return {
      state,
      at: new Date(when).toISOString(),
      items: shown.map(({ view, access }) => ({
        ...routeRow(view.route),
        clusters: view.clusterIds.map((id) => names.get(id) ?? id),
        access,
      })),
      total: rows.length,
      ...(next < rows.length && { nextOffset: next, omitted: rows.length - next }),
      ...(lines.length > 0 && { notices: lines }),
      ...(state === 'live' && incomplete.length > 0 && { liveMayDiffer: incomplete }),
    };
  },
});

type Cell = Access['decision'] | Pick<Access, 'possible' | 'unknown'>;

/** One word each, or what may come and what decides. */
function cells(view: RouteView, facts: Readonly<Record<string, Facts>>): Readonly<Record<string, Cell>> {
  return Object.fromEntries(
    Object.entries(facts).map(([who, visit]) => {
      const { decision, possible, unknown } = accessTo(view, visit);
      return [who, decision === 'unknown' ? { ...(possible && { possible }), unknown } : decision];
    }),
  );
}

function isWanted(
  access: Readonly<Record<string, Cell>>,
  only: 'public' | 'reachable' | undefined,
  named: readonly string[],
): boolean {
  const enters = (who: string) => {
    const cell = access[who];
    return cell === 'allow' || (typeof cell === 'object' && mayEnter(cell as Access));
  };
  if (only === undefined) return true;
  return only === 'public' ? enters('anonymous') : named.some(enters);
}

function bare(domain: string): string {
  return domain.replace(/^@/, '');
}

/** An account of a domain whom no policy names, with nothing but its address known. */
function someoneAt(domain: string) {
  return { email: `somebody-no-policy-names@${domain}` };
}
