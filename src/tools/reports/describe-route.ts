import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { readSnapshot } from '../../audit/read-snapshot.js';
import { runAudit } from '../../audit/run-audit.js';
import type { RouteView, Snapshot } from '../../audit/snapshot.js';
import { quote, ToolError } from '../../errors.js';
import type { Input } from '../../operation.js';
import { explainPolicy } from '../../policy/explain/explain.js';
import { report, type Sources } from '../../report.js';
import { consoleLink } from '../zero/console-link.js';
import { bothStates, visitorsOf } from './access.js';
import { certificatesOf, trafficOf } from './route-reads.js';
import { search } from './search.js';
import { clashes, judge } from './validate-route.js';

/** Rows of one kind that are shown. */
const MOST = 20;

export const describeRoute = report({
  name: 'describe_route',
  title: 'Describe a route',
  description:
    'All about one route: its policies in words, who gets in, certificates, traffic of the last week, health, problems, and what waits to go live.',
  toolset: 'routes',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    route: z.string().min(1).describe('Id, name, host or URL.'),
  }),
  example: { route: 'Grafana' },
  async run({ organizationId, clusterId, route: text }, sources) {
    const snapshot = await readSnapshot({ organizationId, clusterId }, sources);
    const { saved, live, incomplete } = bothStates(snapshot, clusterId);
    const found = viewCalled(text, saved) ?? viewCalled(text, live);
    if (!found) throw unknownRoute(text, saved);
    const { id } = found.route;
    const [now, running] = [saved, live].map(({ routes }) => routes.find(({ route }) => route.id === id));
    const isSaved = found === now;
    const state = isSaved ? saved : live;
    const [certificates, traffic] = await Promise.all([
      isSaved ? certificatesOf(organizationId, id, sources) : {},
      trafficOf(organizationId, found, state, sources),
    ]);
    const link = consoleLink('route', found.route);
    return {
      route: fieldsOf(found),
      ...(link !== undefined && { link }),
      clusters: found.clusterIds.map((one) => nameIn(state, one)),
      live: now ? difference(now, running, snapshot.now) : 'deleted, but still live: the deletion waits',
      policies: policiesOf(found, snapshot.now),
      whoGetsIn: rows(whoGetsIn(found, snapshot.now)),
      ...certificates,
      ...traffic,
      health: healthOf(found, state),
      problems: rows(problemsOf(found, state)),
      findings: rows(findingsOf(found, state, sources)),
      ...noticesOf(snapshot, incomplete),
    };
  },
});

/**
 * The one route that a text means; undefined where none does.
 *
 * @throws ToolError `invalid_input` with the candidates where several do
 */
function viewCalled(text: string, snapshot: Snapshot): RouteView | undefined {
  const [best, ...others] = search(text, snapshot, ['route']);
  if (!best || !['id', 'answers', 'exact'].includes(best.match)) return undefined;
  const meant = [best, ...others.filter(({ match }) => match === best.match)];
  if (meant.length > 1) {
    const names = meant
      .slice(0, MOST)
      .map(({ id, name, namespaceId = '' }) => `${id} ${quote(name)} in ${nameIn(snapshot, namespaceId)}`);
    throw new ToolError('invalid_input', `route: ${quote(text)} means ${meant.length} routes: ${names.join(', ')}.`, {
      next: 'Give the id of one of them.',
    });
  }
  return snapshot.routes.find(({ route }) => route.id === best.id);
}

function unknownRoute(text: string, snapshot: Snapshot): ToolError {
  const like = search(text, snapshot, ['route'])
    .slice(0, 5)
    .map(({ id, name }) => `${quote(name)} (${id})`);
  const hint = like.length > 0 ? ` Did you mean ${like.join(' or ')}?` : '';
  return new ToolError('not_found', `route: no route is called ${quote(text)}.${hint}`, {
    next: (offers) => {
      if (like.length > 0) return 'Give the id of the one that is meant.';
      const tool = ['find', 'list_routes'].find(offers);
      return tool === undefined ? 'Ask which one is meant.' : `Look for it with ${tool}.`;
    },
  });
}

/** Fields that stand elsewhere in the answer. */
const ELSEWHERE = ['policyIds', 'policies', 'enforcedPolicyIds', 'enforcedPolicies'];

/** What is set of a route; switches that are off and empty fields are left out. */
function fieldsOf({ route }: RouteView): Input {
  const isSet = ([name, value]: readonly [string, unknown]) =>
    !ELSEWHERE.includes(name) &&
    value !== false &&
    value !== '' &&
    value !== null &&
    !(typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(route).filter(isSet));
}

function policiesOf({ policies, unreadPolicyIds }: RouteView, at: number): readonly Input[] {
  return [
    ...policies.map(({ policy: { id, name, enforced = false }, parsed }) => {
      const own = { id, name, ...(enforced && { enforced }) };
      if (!parsed) return { ...own, does: ["Can't be read as PPL: it lets nobody in and refuses nobody."] };
      const { sentences, readsDifferently } = explainPolicy(parsed, { at, enforced });
      const warnings = readsDifferently.map(({ message }) => message);
      return { ...own, does: sentences.map(({ text }) => text), ...(warnings.length > 0 && { warnings }) };
    }),
    ...unreadPolicyIds.map((id) => ({ id, does: ['Could not be read.'] })),
  ];
}

function whoGetsIn(view: RouteView, at: number): readonly Input[] {
  return visitorsOf(view, { at, orLater: true }).map(({ who, access: { outcome, possible = [], unknown } }) => ({
    who,
    outcome: outcome ?? (possible.join('|') || 'unknown'),
    ...(unknown && { dependsOn: unknown }),
  }));
}

/** How what runs differs from what is saved: `policies` only as they run, `without` those that it lacks. */
function difference(saved: RouteView, live: RouteView | undefined, at: number): Input | string {
  if (!live) return 'not live yet: the route waits';
  const [before, after]: readonly Readonly<Record<string, unknown>>[] = [fieldsOf(live), fieldsOf(saved)];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const fields = names
    .filter((name) => name !== 'updatedAt' && !isDeepStrictEqual(before?.[name], after?.[name]))
    .map((name) => [name, { live: before?.[name] ?? 'not set', saved: after?.[name] ?? 'not set' }] as const);
  const [running, now] = [policiesOf(live, at), policiesOf(saved, at)];
  const policies = running.filter((one) => !now.some((other) => isDeepStrictEqual(one, other)));
  const without = now.filter(({ id }) => !running.some((one) => one.id === id)).map(({ name, id }) => name ?? id);
  if (fields.length + policies.length + without.length === 0) return 'as saved';
  const [access, savedAccess] = [whoGetsIn(live, at), whoGetsIn(saved, at)];
  return {
    ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
    ...(policies.length > 0 && { policies }),
    ...(without.length > 0 && { without }),
    ...(!isDeepStrictEqual(access, savedAccess) && { whoGetsIn: rows(access) }),
  };
}

/** Failing checks of the clusters that serve it: Zero has no health of single routes. */
function healthOf({ clusterIds }: RouteView, snapshot: Snapshot): Input | 'ok' | 'unknown' {
  if (snapshot.missing.some(({ part, clusterId }) => part === 'health' && clusterIds.includes(clusterId ?? '')))
    return 'unknown';
  const failing = snapshot.clusters
    .filter(({ cluster }) => clusterIds.includes(cluster.id))
    .flatMap(({ cluster, health }) =>
      health
        .filter(({ status }) => status !== 'success')
        .map(({ status, description }) => ({ cluster: cluster.name ?? cluster.id, status, description })),
    );
  return failing.length === 0 ? 'ok' : rows(failing);
}

/** What is wrong with the route by itself and beside the others. */
function problemsOf(view: RouteView, snapshot: Snapshot): readonly Input[] {
  return [
    ...judge(view, snapshot).map(({ severity, place, message, fix }) => ({ severity, place, message, fix })),
    ...clashes(view, snapshot).map(({ isDead, kind, says }) => ({
      severity: isDead ? 'error' : 'warning',
      place: kind,
      message: says,
    })),
  ];
}

function findingsOf(view: RouteView, snapshot: Snapshot, { rules }: Sources): readonly Input[] {
  const { findings } = runAudit(snapshot, { scope: view.route.id, accepted: rules.acceptedRisks });
  return findings.map(({ check, severity, title, subject: { type, name } }) => ({
    check,
    severity,
    title,
    type,
    name,
  }));
}

function noticesOf({ missing }: Snapshot, incomplete: readonly string[]): Input {
  const notices = missing
    .filter(({ part }) => !['organization', 'users', 'invites', 'metrics'].includes(part))
    .map(({ part, reason }) => `${part} could not be read: ${reason}`);
  return {
    ...(notices.length > 0 && { notices: [...new Set(notices)] }),
    ...(incomplete.length > 0 && { liveMayDiffer: incomplete }),
  };
}

function rows(items: readonly Input[]): Input {
  const shown = items.slice(0, MOST);
  return { items: shown, total: items.length, ...(items.length > MOST && { omitted: items.length - MOST }) };
}

/** The name of a cluster or namespace. */
function nameIn({ clusters, namespaces }: Snapshot, id: string): string {
  const place = clusters.find(({ cluster }) => cluster.id === id)?.cluster ?? namespaces.find((one) => one.id === id);
  return place?.name ?? id;
}
