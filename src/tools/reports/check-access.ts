import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readSnapshot } from '../../audit/read-snapshot.js';
import type { RouteView, Snapshot } from '../../audit/snapshot.js';
import { quote, ToolError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import { advertiseAs, type Input } from '../../operation.js';
import { email } from '../../policy/draft/intent.js';
import { hostOf, parseAddress } from '../../policy/routes/address.js';
import { type Match, matchRoute, servesHost } from '../../policy/routes/match.js';
import { entryOf } from '../../policy/routes/table.js';
import { report } from '../../report.js';
import {
  ACCESS_PARTS,
  bothStates,
  explainedAccess,
  factsOf,
  requestFields,
  requestTo,
  routeRow,
  unparsed,
  type Visitor,
} from './access.js';

/** Any JSON; shown as texts, since some hosts refuse a schema without a type. */
const claimValues = advertiseAs(z.array(z.unknown()), z.array(z.string()));

/** Other routes of the host that an answer tells of. */
const OTHERS = 10;

export const checkAccess = report({
  name: 'check_access',
  title: 'Check access',
  description:
    'Whether somebody gets to a URL or route, and why: which route answers and why not the others, which rule of which policy decides, as saved and as live. What cannot be known is named, never guessed.',
  toolset: 'routes',
  scope: 'cluster',
  core: true,
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    url: z.string().optional().describe('https://…, tcp+https://host:port, udp+https://… or ssh://…; or routeId.'),
    routeId: z.string().optional(),
    email: email.optional().describe('Who; left out: an anonymous visitor.'),
    userId: z.string().optional().describe('Id at the identity provider.'),
    claims: z.record(z.string(), claimValues).optional().describe('Values by claim name.'),
    groups: z.array(z.string()).optional().describe('Ids of directory groups.'),
    ...requestFields,
    sshUsername: z.string().optional(),
  }),
  example: { url: 'https://grafana.corp.example/d/1', email: 'anna@corp.example' },
  async run({ organizationId, clusterId, url, routeId, at, ...rest }, sources) {
    if ((url === undefined) === (routeId === undefined))
      throw new ToolError('invalid_input', 'Give either url or routeId.');
    const when = at === undefined ? sources.now() : Date.parse(at);
    const snapshot = await readSnapshot({ organizationId, clusterId, parts: ACCESS_PARTS }, sources);
    const { saved, live, incomplete } = bothStates(snapshot, clusterId);
    const asked = target(url, routeId, [saved, live]);
    const { email, userId, claims, groups, ...request } = rest;
    const visit: Visit = { ...asked, at: when, who: { email, userId, claims, groups }, request };
    const items = clustersOf(asked, [saved, live]).map((id) => {
      const [now, running] = [saved, live].map((state) => inCluster(state, id, visit));
      const same = isDeepStrictEqual(now, running);
      return {
        clusterId: id,
        cluster: nameOf(saved, id),
        saved: now,
        ...(same ? { live: 'as saved' } : { live: running }),
      };
    });
    return {
      who: email ?? 'an anonymous visitor',
      url: asked.url,
      at: new Date(when).toISOString(),
      items,
      total: items.length,
      ...notices(items.length === 0 ? [unknownHost(asked.url, [saved, live])] : [], incomplete, snapshot),
    };
  },
});

interface Target {
  readonly url: string;
  readonly routeId?: string;
  /** The URL stands for a whole route: its path, or its host, may be another. */
  readonly isAny: boolean;
}

interface Visit extends Target {
  readonly at: number;
  readonly who: Visitor;
  readonly request: { readonly method?: string; readonly ip?: string; readonly sshUsername?: string };
}

/** The address that is asked for: as given, or the route's own. */
function target(url: string | undefined, routeId: string | undefined, states: readonly Snapshot[]): Target {
  if (url !== undefined) {
    const full = /^[a-z0-9+.-]+:\/\//i.test(url) ? url : `https://${url}`;
    if (!matchRoute([], full)) throw new ToolError('invalid_input', `url: ${quote(url)} names no host.`);
    return { url: full, isAny: false };
  }
  const route = states.flatMap(({ routes }) => routes).find((view) => view.route.id === routeId)?.route;
  const entry = route && entryOf(route);
  if (!entry) throw new ToolError('not_found', `routeId: there is no route ${quote(String(routeId))} with an address.`);
  const { matcher } = entry;
  const path = matcher.by === 'path' || matcher.by === 'prefix' ? matcher.text : '';
  const from = (route.from ?? '').replace(/\/$/, '');
  return { url: `${from}${path}`, routeId, isAny: matcher.by !== 'path' || entry.isWildcard };
}

/** The clusters that have the host, or the route, saved or live. */
function clustersOf({ url, routeId }: Target, states: readonly Snapshot[]): readonly string[] {
  const address = parseAddress(url);
  const serving = states.flatMap(({ routes }) =>
    routes.filter(({ route }) => {
      const entry = routeId === undefined ? entryOf(route) : undefined;
      return route.id === routeId || (entry && address && servesHost(entry, address));
    }),
  );
  const known = states.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster.id));
  return [...new Set(known)].filter((id) => serving.some(({ clusterIds }) => clusterIds.includes(id)));
}

function unknownHost(url: string, states: readonly Snapshot[]): string {
  const hosts = states.flatMap(({ routes }) =>
    routes.flatMap(({ route }) => entryOf(route)?.entrance.authorities.map(hostOf) ?? []),
  );
  return `No route of any cluster has this host.${didYouMean(parseAddress(url)?.host ?? '', hosts)}`;
}

/** What becomes of the visit in one cluster, in one state. */
function inCluster({ routes }: Snapshot, clusterId: string, visit: Visit): Input {
  const views = routes.filter(({ clusterIds }) => clusterIds.includes(clusterId));
  const match = matchRoute(
    views.map(({ route }) => route),
    visit.url,
  );
  if (visit.routeId !== undefined) {
    const view = views.find(({ route }) => route.id === visit.routeId);
    if (!view) return { answeredBy: 'nobody', why: 'the route is not there' };
    const first = match?.route;
    const isTaken = first !== undefined && first.id !== visit.routeId && !visit.url.includes('*');
    return {
      ...answer(view, visit, visit.isAny ? undefined : match?.path),
      ...(isTaken && { notice: `${visit.url} itself is answered by the route ${first.name ?? first.id}.` }),
    };
  }
  if (!match) return { answeredBy: 'nobody', why: 'it is no address' };
  const { answeredBy, why, notes } = match;
  const view = views.find(({ route }) => route === match.route);
  return {
    ...(view ? { ...answer(view, visit, match.path), matches: why } : { answeredBy, why }),
    ...(match.path !== undefined && { path: match.path }),
    ...others(match),
    ...(notes.length > 0 && { notes }),
  };
}

function answer(view: RouteView, { at, who, request, url }: Visit, path: string | undefined): Input {
  const access = explainedAccess(view, factsOf(at, who, requestTo(url, path, request)));
  return { answeredBy: 'route', route: routeRow(view.route), ...access };
}

function others({ others: all }: Match): Input {
  const items = all.slice(0, OTHERS).map(({ route, why }) => ({ ...routeRow(route), why }));
  if (items.length === 0) return {};
  return { others: { items, total: all.length, ...(all.length > OTHERS && { omitted: all.length - OTHERS }) } };
}

function notices(own: readonly string[], incomplete: readonly string[], snapshot: Snapshot): Input {
  const missing = snapshot.missing
    .filter(({ part }) => part !== 'activity')
    .map(({ part, reason }) => `${part} could not be read: ${reason}`);
  const lines = [...own, ...missing, ...unparsed(snapshot.routes)];
  return { ...(lines.length > 0 && { notices: lines }), ...(incomplete.length > 0 && { liveMayDiffer: incomplete }) };
}

function nameOf({ clusters }: Snapshot, id: string): string {
  return clusters.find(({ cluster }) => cluster.id === id)?.cluster.name ?? id;
}
