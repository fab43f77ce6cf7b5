import { z } from 'zod';
import { readSnapshot } from '../../audit/read-snapshot.js';
import type { RouteView } from '../../audit/snapshot.js';
import { ToolError } from '../../errors.js';
import type { Input } from '../../operation.js';
import { email } from '../../policy/draft/intent.js';
import { decisionOf } from '../../policy/evaluate.js';
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
  visitorsOf,
} from './access.js';

const DEFAULT_LIMIT = 50;
/** Of those whom one route lets in, the most that are told. */
const MOST_VISITORS = 20;

const domain = z.string().refine((text) => /^@?[^\s@]+$/.test(text), 'expected a domain, such as corp.example');

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
    routeId: z.string().optional().describe('Only this route, with who gets in.'),
    emails: z.array(email).optional().describe('People to look at.'),
    domains: z.array(domain).optional().describe('E-mail domains: somebody there whom no policy names.'),
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
    const moment = at === undefined ? ({ at: when, orLater: true } as const) : { at: when };
    const visitors = (view: RouteView) => (routeId === undefined ? [] : visitorsOf(view, moment, request));
    const rows = views
      .map((view) => rowOf(view, factsFor(view.route.from ?? ''), visitors(view)))
      .filter((row) => isWanted(row, only, named));
    const shown = rows.slice(offset, offset + limit);
    const next = offset + shown.length;
    const lines = unparsed(shown.map(({ view }) => view));
    const names = new Map(snapshot.clusters.map(({ cluster: { id, name } }) => [id, name ?? id]));
    return {
      state,
      at: new Date(when).toISOString(),
      items: shown.map(({ view, access, whoGetsIn, dependsOn }) => ({
        ...routeRow(view.route),
        clusters: view.clusterIds.map((id) => names.get(id) ?? id),
        access,
        ...(routeId !== undefined && { whoGetsIn }),
        ...(dependsOn.length > 0 && { dependsOn }),
      })),
      total: rows.length,
      ...(next < rows.length && { nextOffset: next, omitted: rows.length - next }),
      ...(lines.length > 0 && { notices: lines }),
      ...(state === 'live' && incomplete.length > 0 && { liveMayDiffer: incomplete }),
    };
  },
});

/** Of one route: what each visitor may meet (`allow|deny` where both may be), and what decides where it isn't sure. */
interface Row {
  readonly view: RouteView;
  readonly access: Readonly<Record<string, string>>;
  /** Whom it may let in of those that its policies are about. */
  readonly whoGetsIn: Input;
  readonly dependsOn: readonly string[];
  /** Whom it may let in. */
  readonly enters: ReadonlySet<string>;
}

function rowOf(view: RouteView, facts: Readonly<Record<string, Facts>>, visitors: ReturnType<typeof visitorsOf>): Row {
  const found = Object.entries(facts).map(([who, visit]) => [who, accessTo(view, visit)] as const);
  const entering = visitors.filter(({ access }) => mayEnter(access));
  const told = [...found.map(([, access]) => access), ...entering.map(({ access }) => access)];
  return {
    view,
    access: Object.fromEntries(found.map(([who, access]) => [who, word(access)])),
    whoGetsIn: {
      items: entering.slice(0, MOST_VISITORS).map(({ who, access }) => ({ who, access: word(access) })),
      total: entering.length,
      ...(entering.length > MOST_VISITORS && { omitted: entering.length - MOST_VISITORS }),
    },
    dependsOn: [...new Set(told.flatMap(({ unknown = [] }) => unknown))],
    enters: new Set(found.filter(([, access]) => mayEnter(access)).map(([who]) => who)),
  };
}

function word({ decision, possible = [] }: Access): string {
  return decision === 'unknown' && possible.length > 0 ? [...new Set(possible.map(decisionOf))].join('|') : decision;
}

function isWanted({ enters }: Row, only: 'public' | 'reachable' | undefined, named: readonly string[]): boolean {
  if (only === undefined) return true;
  return only === 'public' ? enters.has('anonymous') : named.some((who) => enters.has(who));
}

function bare(domain: string): string {
  return domain.replace(/^@/, '');
}

/** An account of a domain whom no policy names, with nothing but its address known. */
function someoneAt(domain: string) {
  return { email: `somebody-no-policy-names@${domain}` };
}
