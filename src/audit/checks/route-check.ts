import type { Settings } from '../../tools/zero/entities/settings.js';
import type { Check, Subject } from '../check.js';
import type { Lenient, RouteRecord, RouteView, Snapshot } from '../snapshot.js';
import { grouped } from './grouped.js';
import { perSnapshot } from './per-snapshot.js';
import type { Case } from './policy-terms.js';

export function routeSubject({ route }: RouteView): Subject {
  return { type: 'route', id: route.id, name: route.name ?? route.id };
}

/** A check that looks at one route after the other. */
export function routeCheck({
  needs = ['routes'],
  find,
  ...check
}: Omit<Check, 'subject' | 'needs' | 'find'> & {
  readonly needs?: Check['needs'];
  readonly find: (view: RouteView, snapshot: Snapshot) => Case | undefined;
}): Check {
  return {
    ...check,
    subject: 'route',
    needs,
    find: (snapshot) =>
      snapshot.routes.flatMap((view) => {
        const found = find(view, snapshot);
        return found ? [{ subject: routeSubject(view), ...found }] : [];
      }),
  };
}

/** The call that gives a route other values. */
export function changing({ route }: RouteView, fields: Partial<RouteRecord>): NonNullable<Case['fix']> {
  return { tool: 'update_route', arguments: { routeId: route.id, ...fields } };
}

/** The call that takes fields off a route. */
export function clearing({ route }: RouteView, fields: readonly (keyof RouteRecord)[]): NonNullable<Case['fix']> {
  return { tool: 'update_route', arguments: { routeId: route.id, clear: fields } };
}

export type SettingsRecord = Lenient<typeof Settings>;

const settingsById = perSnapshot(
  ({ clusters }) => new Map(clusters.map(({ cluster, settings }) => [cluster.id, settings])),
);

/** The settings of the clusters that serve a route, as far as they could be read. */
export function settingsOf({ clusterIds }: RouteView, snapshot: Snapshot): readonly SettingsRecord[] {
  return clusterIds.flatMap((id) => settingsById(snapshot).get(id) ?? []);
}

/** Routes of the same `from`, by it. */
export const routesByFrom = perSnapshot(({ routes }) =>
  grouped(routes, ({ route }) => (route.from === undefined ? [] : [route.from.toLowerCase()])),
);
