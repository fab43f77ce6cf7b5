import { z } from 'zod';
import { assemble, recordsOf } from '../../audit/assemble.js';
import { enforcedAt } from '../../audit/enforced.js';
import { readSnapshot } from '../../audit/read-snapshot.js';
import type { RouteRecord, RouteView, Snapshot } from '../../audit/snapshot.js';
import { quote, ToolError } from '../../errors.js';
import type { Input, Operation } from '../../operation.js';
import { anonymousFacts, strangerFacts } from '../../policy/known-facts.js';
import type { Problem } from '../../policy/problem.js';
import { lintRoute } from '../../policy/routes/lint.js';
import { type Overlap, overlaps } from '../../policy/routes/overlaps.js';
import { report } from '../../report.js';
import { explainedAccess, requestTo } from './access.js';
import { foreignHost } from './foreign-host.js';

/** Overlaps that an answer tells of. */
const MOST = 20;
/** Stands for the id of a route that isn't there yet: new ids sort last. */
const NEW = '~new';

export const validateRoute = report({
  name: 'validate_route',
  title: 'Validate a route',
  description:
    'Checks a route before it is created, or changes to one: what the proxy rejects or silently ignores, with fixes, which routes take its requests or lose theirs to it, and whom its policies let in. Nothing is saved.',
  toolset: 'routes',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    routeId: z.string().optional().describe('The route that fields change; left out: a new one.'),
    fields: z.record(z.string(), z.unknown()).optional().describe('As create_route takes them, without secrets.'),
  }),
  example: {
    fields: { name: 'Grafana', from: 'https://grafana.corp.example', to: ['http://grafana:3000'], policyIds: [] },
  },
  async run({ organizationId, clusterId, routeId, fields = {} }, sources) {
    const parts = ['routes', 'policies', 'keyPairs', 'settings', 'customDomains'] as const;
    const snapshot = await readSnapshot({ organizationId, clusterId, parts }, sources);
    const saved = snapshot.routes.find(({ route }) => route.id === routeId)?.route;
    if (routeId !== undefined && !saved)
      throw new ToolError('not_found', `routeId: there is no route ${quote(routeId)}.`);
    const route = { ...saved, ...fields, id: saved?.id ?? NEW } as RouteRecord;
    const home = route.namespaceId ?? (saved ? undefined : homeOf(snapshot));
    const { namespaceId } = fields;
    if (typeof namespaceId === 'string' && !isPlace(namespaceId, snapshot)) {
      const message = `fields.namespaceId: there is no namespace ${quote(namespaceId)}.`;
      throw new ToolError('not_found', message, { next: 'Give the id or name of a cluster or namespace.' });
    }
    const shape = misfits(fields, saved ? undefined : { namespaceId: home }, sources.operations.get('create_route'));
    const enforced = enforcedAt(
      home,
      snapshot.policies.map(({ policy }) => policy),
      snapshot.namespaces,
    );
    const after = assemble({
      ...recordsOf(snapshot),
      routes: [
        ...snapshot.routes.flatMap((view) => (view.route === saved ? [] : [view.route])),
        { ...route, namespaceId: home, enforcedPolicyIds: enforced.map(({ id }) => id) },
      ],
    });
    const view = after.routes.find((one) => one.route.id === route.id);
    if (!view) throw new ToolError('internal', 'The route was lost on the way.');
    const problems = [...shape, ...judge(view, after), ...nameTaken(view, after), ...foreignHost(view, after)];
    const found = clashes(view, after);
    return {
      valid: !problems.some(({ severity }) => severity === 'error') && !found.some((one) => one.isDead),
      problems: { items: problems, total: problems.length },
      overlaps: {
        items: found.slice(0, MOST).map(({ isDead, ...row }) => row),
        total: found.length,
        ...(found.length > MOST && { omitted: found.length - MOST }),
      },
      access: accessOf(view, snapshot.now),
    };
  },
});

/**
 * What isn't a field of a route, isn't of its kind, or is missing.
 *
 * @param given what a new route has beside its fields; undefined for a route that is there
 */
function misfits(fields: Input, given: Input | undefined, create: Operation | undefined): readonly Problem[] {
  if (!(create?.body instanceof z.ZodObject)) throw new ToolError('internal', 'The catalogue lacks create_route.');
  const { error } = given
    ? create.body.safeParse({ ...create.defaults, ...given, ...fields })
    : create.body.partial().safeParse(fields);
  return (error?.issues ?? []).flatMap((issue): readonly Problem[] => {
    const place = issue.path.join('.');
    const problem = (message: string, fix: string): Problem => ({
      code: 'not-a-field',
      severity: 'error',
      place,
      message,
      fix,
    });
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => problem(`A route has no field ${quote(key)}.`, 'See the fields of create_route.'));
    return [problem(issue.message, 'Give it as create_route takes it.')];
  });
}

/** The one namespace that a new route can be meant for, when only one cluster is looked at. */
function homeOf({ clusters }: Snapshot): string | undefined {
  const [only, ...others] = clusters;
  return others.length === 0 ? (only?.cluster.namespaceId ?? only?.cluster.id) : undefined;
}

function isPlace(id: string, { namespaces, clusters }: Snapshot): boolean {
  const known = [...namespaces.map((one) => one.id), ...clusters.map(({ cluster }) => cluster.id)];
  return known.includes(id);
}

/** The lint, by each cluster that serves the route; what they have in common once. */
export function judge(
  { route, clusterIds }: RouteView,
  { clusters, policies, keyPairs, missing }: Snapshot,
): readonly Problem[] {
  const isRead = (part: string) => !missing.some((one) => one.part === part);
  const context = {
    ...(isRead('policies') && { policies: policies.map(({ policy }) => policy) }),
    ...(isRead('keyPairs') && { keyPairs }),
  };
  const serving = clusters.filter(({ cluster }) => clusterIds.includes(cluster.id));
  const found = serving.flatMap(({ settings }) => lintRoute(route, { ...context, settings }));
  const problems = serving.length > 0 ? found : lintRoute(route, context);
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function nameTaken({ route }: RouteView, { routes }: Snapshot): readonly Problem[] {
  const twin = routes.find(
    (other) =>
      other.route.id !== route.id &&
      other.route.name !== undefined &&
      other.route.name === route.name &&
      other.route.namespaceId === route.namespaceId,
  );
  if (!twin) return [];
  const message = `The namespace has a route of this name: ${twin.route.id}.`;
  return [{ code: 'name-taken', severity: 'error', place: 'name', message, fix: 'Choose another name.' }];
}

/** Where the route takes requests from others or they from it, in any cluster that serves it. */
export function clashes({ route, clusterIds }: RouteView, { routes }: Snapshot) {
  const pairs = clusterIds.flatMap((clusterId) => {
    const served = routes.filter((view) => view.clusterIds.includes(clusterId));
    return overlaps(served.map((view) => view.route)).filter(
      (one) => one.route.id === route.id || one.by.id === route.id,
    );
  });
  const rows = pairs.map((pair) => describe(pair, route.id));
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function describe({ kind, route, by, why }: Overlap, own: string) {
  const loses = route.id === own;
  const { id, name } = loses ? by : route;
  return {
    isDead: loses && kind !== 'overlapping',
    kind,
    other: { id, name },
    says: `${loses ? 'The other' : 'This'} route ${why}.`,
  };
}

/** What the policies let in, for the two visitors that matter most. */
function accessOf(view: RouteView, now: number) {
  const visit = requestTo(view.route.from ?? '', undefined, {});
  const row = (who: string, facts: Parameters<typeof explainedAccess>[1]) => {
    const { rules, ...access } = explainedAccess(view, { ...facts, orLater: true });
    return { who, ...access };
  };
  return {
    policies: view.policies.map(({ policy }) => ({
      id: policy.id,
      name: policy.name,
      ...(policy.enforced && { enforced: true }),
    })),
    items: [
      row('an anonymous visitor', anonymousFacts(now, visit)),
      row('any signed-in account', strangerFacts(now, visit)),
    ],
  };
}
