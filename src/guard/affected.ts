import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';

/** Reads one operation's answer, fresh, or throws a ToolError. */
export type Read = (name: string, input: Input) => Promise<unknown>;

/** A cluster that a write reaches, and whether its changes go out by themselves. */
export interface AffectedCluster {
  readonly id: string;
  readonly name: string;
  /** `autoApplyChangesets` as read just now; undefined when it couldn't be read or isn't a boolean, which counts as on. */
  readonly autoApply: boolean | undefined;
}

interface Namespace {
  readonly id: string;
  readonly name: string;
  readonly type?: string;
  readonly parentId?: string;
}

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly namespaceId: string;
}

/** How the record that an argument names is read; its `namespaceId` tells where it is. */
export const RECORD_READERS: Readonly<Record<string, string>> = {
  routeId: 'get_route',
  policyId: 'get_policy',
  keyPairId: 'get_key_pair',
};

/**
 * The clusters a draft write reaches: those at or below the namespace of the record, as it is and as it will be.
 * A namespace that can't be placed (the vendor's guide uses the organization's id) means all clusters.
 */
export async function affectedClusters(operation: Operation, input: Input, read: Read): Promise<AffectedCluster[]> {
  const { organizationId } = input;
  const clusters = (await read('list_clusters', { organizationId })) as readonly Cluster[];
  const inOne = clusters.filter((cluster) => cluster.id === input.clusterId);
  const { reached, unlisted } =
    inOne.length > 0
      ? { reached: inOne, unlisted: [] }
      : await atOrBelow(await namespacesOf(operation, input, read), clusters, organizationId, read);
  const settled = reached.map(async ({ id, name }) => ({
    id,
    name,
    autoApply: await autoApplies(organizationId, id, read),
  }));
  return [...(await Promise.all(settled)), ...unlisted.map(({ id, name }) => ({ id, name, autoApply: undefined }))];
}

/** Whether a cluster auto-applies, read now; undefined when nobody can tell. */
async function autoApplies(organizationId: unknown, clusterId: string, read: Read): Promise<boolean | undefined> {
  try {
    const settings = (await read('get_settings', { organizationId, clusterId })) as { autoApplyChangesets?: unknown };
    return typeof settings.autoApplyChangesets === 'boolean' ? settings.autoApplyChangesets : undefined;
  } catch {
    return undefined;
  }
}

/** The record's namespace before and after; undefined where it can't be told. */
async function namespacesOf(operation: Operation, input: Input, read: Read): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (const [argument, reader] of Object.entries(RECORD_READERS)) {
    if (!(argument in operation.params.shape)) continue;
    const record = (await read(reader, { organizationId: input.organizationId, [argument]: input[argument] })) as {
      namespaceId?: string;
    };
    found.push(record.namespaceId);
  }
  if (typeof input.namespaceId === 'string') found.push(input.namespaceId);
  for (const { op, path, from, value } of (input.patch ?? []) as readonly PatchOperation[]) {
    const changes = (path === '/namespaceId' && op !== 'test') || (from === '/namespaceId' && op === 'move');
    if (changes) found.push(path === '/namespaceId' && typeof value === 'string' ? value : undefined);
  }
  return found.length > 0 ? found : [undefined];
}

/** Clusters at or below any of the namespaces, and clusters' namespaces there whose cluster Zero didn't list. */
async function atOrBelow(
  namespaceIds: readonly (string | undefined)[],
  clusters: readonly Cluster[],
  organizationId: unknown,
  read: Read,
): Promise<{ readonly reached: readonly Cluster[]; readonly unlisted: readonly Namespace[] }> {
  const namespaces = (await read('list_namespaces', { organizationId })) as readonly Namespace[];
  const parents = new Map(namespaces.map((namespace) => [namespace.id, namespace.parentId]));
  const isBelow = (namespaceId: string, above: string) => ancestry(namespaceId, parents)?.includes(above) ?? true;
  const reachedBy = (id: string | undefined) => {
    const found =
      id !== undefined && parents.has(id) ? clusters.filter((cluster) => isBelow(cluster.namespaceId, id)) : [];
    // A namespace that reaches no known cluster can't be placed.
    return found.length > 0 ? found : clusters;
  };
  const listed = new Set(clusters.map(({ namespaceId }) => namespaceId));
  const isUnlisted = ({ id, type }: Namespace) => type === 'cluster' && !listed.has(id);
  const isReached = ({ id }: Namespace) =>
    namespaceIds.some((above) => above === undefined || !parents.has(above) || isBelow(id, above));
  return {
    reached: [...new Set(namespaceIds.flatMap(reachedBy))],
    unlisted: namespaces.filter((namespace) => isUnlisted(namespace) && isReached(namespace)),
  };
}

/** The ids of the namespaces that have none above them, as far as this account sees. */
export function topNamespaces(namespaces: readonly { readonly id?: unknown; readonly parentId?: unknown }[]) {
  const ids = new Set(namespaces.map(({ id }) => id));
  return namespaces.flatMap(({ id, parentId }) => (typeof id === 'string' && !ids.has(parentId) ? [id] : []));
}

/** A namespace and all above it, or undefined when the chain has a hole. */
export function ancestry(id: string, parents: ReadonlyMap<string, string | undefined>): string[] | undefined {
  const path: string[] = [];
  for (let at: string | undefined = id; at; at = parents.get(at)) {
    if (!parents.has(at) || path.includes(at)) return undefined;
    path.push(at);
  }
  return path;
}
