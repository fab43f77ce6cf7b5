import { type Call, Refusal } from './behaviour.js';
import type { ClusterRow, NamespaceRow, Row, State, Table } from './store.js';

/** Tables whose rows an id in a path or a body names. */
export type Kind = {
  [Name in keyof State]: State[Name] extends Table<infer R> ? (R extends Row ? Name : never) : never;
}[keyof State];

type RowOf<Name extends Kind> = State[Name] extends Table<infer R> ? R : never;

/** What the service says of an id it doesn't show the caller: a missing one and a foreign one look alike (FACTS 3.7). */
export function forbidden(role: 'viewer' | 'manager' | 'admin' | 'owner' = 'viewer'): Refusal {
  return new Refusal(403, `${role} user required`);
}

/** The row an id names, if it belongs to the call's organization; 403 otherwise, missing or foreign alike. */
export function find<Name extends Kind>(call: Call, table: Name, id: string | undefined): RowOf<Name> {
  const rows = call.world.state[table] as Table<RowOf<Name>>;
  const row = id !== undefined && Object.hasOwn(rows, id) ? rows[id] : undefined;
  if (!row || organizationOf(call.world.state, row) !== call.organization.id) throw forbidden();
  return row;
}

/** The organization a row belongs to: named by itself, its namespace or its cluster. */
export function organizationOf(state: State, row: object): string | undefined {
  if ('organizationId' in row) return String(row.organizationId);
  if ('namespaceId' in row) return state.namespaces[String(row.namespaceId)]?.organizationId;
  if ('clusterId' in row) return state.clusters[String(row.clusterId)]?.organizationId;
  return undefined;
}

/** The cluster of the path. */
export function clusterOf(call: Call): ClusterRow {
  return find(call, 'clusters', call.params.clusterId);
}

/** The organization's root namespace. */
export function rootOf(state: State, organizationId: string): NamespaceRow {
  const root = Object.values(state.namespaces).find(
    (row) => row.organizationId === organizationId && row.type === 'root',
  );
  if (!root) throw new Refusal(500, 'organization has no root namespace');
  return root;
}

/** The namespace an id names. The organization's own id stands for the root, as in the guide's requests (FACTS 3.3). */
export function namespaceOf(call: Call, id: unknown): NamespaceRow {
  if (id === call.organization.id) return rootOf(call.world.state, call.organization.id);
  return find(call, 'namespaces', typeof id === 'string' ? id : undefined);
}

/** A namespace and all above it, by id. */
export function withAncestors(state: State, namespaceId: string): readonly string[] {
  const namespace = state.namespaces[namespaceId];
  if (!namespace) return [];
  return namespace.parentId === undefined ? [namespaceId] : [namespaceId, ...withAncestors(state, namespace.parentId)];
}

/** A namespace and all below it, by id. */
export function withDescendants(state: State, namespaceId: string): readonly string[] {
  const children = Object.values(state.namespaces).filter((row) => row.parentId === namespaceId);
  return [namespaceId, ...children.flatMap((child) => withDescendants(state, child.id))];
}

/** Clusters that a record of this namespace reaches: those at or below it. */
export function clustersBelow(state: State, namespaceId: string): readonly string[] {
  return withDescendants(state, namespaceId).filter((id) => Object.hasOwn(state.clusters, id));
}
