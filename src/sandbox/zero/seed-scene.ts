import type { Call, World } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { pendingOf, startApplying } from '../changesets.js';
import type { ClusterRow, KeyPairRow, NamespaceRow, PolicyRow, RouteRow, Row, Table } from '../store.js';
import type { PersonKey } from './seed-people.js';
import { SYSTEM_USER } from './system-key-pairs.js';

/** Something a person did: when (days back, hour of that day in UTC), who, and what. */
export interface Deed {
  readonly at: readonly [daysAgo: number, hour: number];
  readonly by: PersonKey | 'system';
  readonly does: (scene: Scene) => void;
}

/** The moment of a deed: a call of the person's, and where things are. */
export interface Scene {
  readonly call: Call;
  /** The world as the sandbox starts: certificates expire counted from then. */
  readonly today: World;
  readonly root: NamespaceRow;
  readonly production: ClusterRow;
  readonly staging: ClusterRow;
}

/** In milliseconds. */
export const DAY = 86_400_000;

/** The world as it was: its clock stands some days before the day the sandbox starts, at that hour (UTC). */
export function worldAt(world: World, [daysAgo, hour]: Deed['at']): World {
  const midnight = Math.floor(world.clock() / DAY) * DAY;
  const time = midnight - daysAgo * DAY + Math.round(hour * 3600) * 1000;
  const now = new Date(time).toISOString();
  return {
    ...world,
    clock: () => time,
    now: () => now,
    newRow: () => ({ id: world.newId(), createdAt: now, updatedAt: now }),
  };
}

/** Tables of the records that deeds name, by entity type. */
interface Named {
  readonly route: RouteRow;
  readonly policy: PolicyRow;
  readonly key_pair: KeyPairRow;
}

function tableOf<Type extends keyof Named>({ call }: Scene, type: Type): Table<Named[Type]> {
  const { routes, policies, keyPairs } = call.world.state;
  const tables: { readonly [Name in keyof Named]: Table<Named[Name]> } = {
    route: routes,
    policy: policies,
    key_pair: keyPairs,
  };
  return tables[type];
}

/** The record with a name; the seed is wrong if there is none. */
export function named<Type extends keyof Named>(scene: Scene, type: Type, name: string): Named[Type] {
  const row = Object.values(tableOf(scene, type)).find((candidate) => candidate.name === name);
  if (!row) throw new Error(`the seed has no ${type} ${name}`);
  return row;
}

export function idsOf(scene: Scene, type: keyof Named, names: readonly string[]): string[] {
  return names.map((name) => named(scene, type, name).id);
}

export function create<Type extends keyof Named>(scene: Scene, type: Type, fields: Omit<Named[Type], keyof Row>): void {
  const row = { ...scene.call.world.newRow(), ...fields } as Named[Type];
  tableOf(scene, type)[row.id] = row;
  recordChange(scene.call, { activity: 'create', type, row, namespaceId: row.namespaceId });
}

export function update<Type extends keyof Named>(
  scene: Scene,
  type: Type,
  name: string,
  change: Partial<Named[Type]>,
): void {
  const row = { ...named(scene, type, name), ...change, updatedAt: scene.call.world.now() };
  tableOf(scene, type)[row.id] = row;
  // What the service does by itself waits for nobody.
  const atOnce = scene.call.caller === SYSTEM_USER;
  recordChange(scene.call, { activity: 'update', type, row, namespaceId: row.namespaceId, atOnce });
}

export function remove(scene: Scene, type: keyof Named, name: string): void {
  const row = named(scene, type, name);
  delete tableOf(scene, type)[row.id];
  recordChange(scene.call, { activity: 'delete', type, row, namespaceId: row.namespaceId });
}

/** Applies what is pending in the production cluster. */
export function applyProduction({ call, production }: Scene): void {
  const pending = pendingOf(call.world, production.id);
  if (pending) startApplying(call.world, pending, call.caller, 0);
}
