import { ancestry, type Read, topNamespaces } from '../guard/affected.js';
import { pagesOf } from '../guard/plan-pages.js';
import type { Input } from '../operation.js';
import { entranceOf, hostOf, parseAddress } from '../policy/routes/address.js';

/** Kinds of records that can be called by a name. */
export type Kind =
  | 'organization'
  | 'cluster'
  | 'namespace'
  | 'route'
  | 'policy'
  | 'key pair'
  | 'service account'
  | 'custom domain'
  | 'user'
  | 'invitation';

/** A record that a name may mean. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** What it is called besides: a host, a domain, an address. */
  readonly aliases: readonly string[];
  readonly namespaceId?: string;
  /** As the API answered it. */
  readonly record: Row;
}

/** Where candidates are looked for. */
export interface Place {
  readonly organizationId?: unknown;
  /** The only cluster that the caller may see, and whose it is. */
  readonly pinned?: { readonly id: string; readonly namespaceId: string };
  /** The cluster that the call names, where it does. */
  readonly clusterId?: unknown;
}

export interface Row {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly namespaceId?: unknown;
  readonly [field: string]: unknown;
}

/** Every record of a kind with what it may be called. */
export async function candidatesOf(kind: Kind, place: Place, read: Read): Promise<readonly Candidate[]> {
  const scope = place.organizationId === undefined ? {} : { organizationId: place.organizationId };
  const list = async (name: string, input: Input = {}) => rowsOf(await read(name, { ...scope, ...input }));
  const inClusters = async (name: string) => {
    const clusterIds = place.pinned
      ? [place.pinned.id]
      : place.clusterId === undefined
        ? (await list('list_clusters')).map(({ id }) => id)
        : [place.clusterId];
    const found = await Promise.all(clusterIds.map((clusterId) => list(name, { clusterId })));
    return found.flat();
  };
  switch (kind) {
    case 'organization':
      return (await list('list_organizations')).flatMap((row) => candidate(row));
    case 'cluster':
      return (await list('list_clusters')).flatMap((row) => candidate(row, row.fqdn, row.domain));
    case 'namespace': {
      const [namespaces, clusters] = await Promise.all([list('list_namespaces'), list('list_clusters')]);
      const { pinned } = place;
      return namespaces.flatMap((row) => {
        if (pinned && row.id !== pinned.namespaceId) return [];
        const cluster = clusters.find(({ namespaceId }) => namespaceId === row.id);
        return candidate(row, cluster?.name, cluster?.fqdn, cluster?.domain);
      });
    }
    case 'route':
      return (await inNamespaces('list_routes', place, read)).flatMap((row) =>
        candidate(row, row.from, ...hostsOf(row)),
      );
    case 'policy':
      return (await inNamespaces('list_policies', place, read)).flatMap((row) => candidate(row));
    case 'key pair':
      return (await inNamespaces('list_key_pairs', place, read)).flatMap((row) => candidate(row));
    case 'service account':
      return (await inClusters('list_service_accounts')).flatMap((row) => candidate({ ...row, name: row.description }));
    case 'custom domain':
      return (await inClusters('list_custom_domains')).flatMap((row) => candidate({ ...row, name: row.domainName }));
    case 'user':
      return (await list('list_users_in_organization')).flatMap((row) =>
        candidate({ ...row, name: row.email }, row.displayName),
      );
    case 'invitation':
      return (await list('list_organization_invites')).flatMap((row) => candidate({ ...row, name: row.email }));
  }
}

/** Records below the namespaces that have none above them; with a pin those of its cluster and what it inherits. */
async function inNamespaces(name: string, place: Place, read: Read): Promise<readonly Row[]> {
  const { organizationId, pinned } = place;
  const namespaces = rowsOf(await read('list_namespaces', { organizationId }));
  const above = pinned ? (ancestors(pinned.namespaceId, namespaces) ?? [pinned.namespaceId]) : [];
  const tops = pinned
    ? above.map((namespaceId) => ({ namespaceId, includeDescendants: namespaceId === pinned.namespaceId }))
    : topNamespaces(namespaces).map((namespaceId) => ({ namespaceId, includeDescendants: true }));
  const found = await Promise.all(
    tops.map((top) => pagesOf<Row>(read, name, { organizationId, ...top, orderBy: ['name', 'id'] }, () => false)),
  );
  return found.flatMap(rowsOf);
}

/** A namespace and those above it; undefined when the tree can't be followed. */
export function ancestors(namespaceId: string, namespaces: readonly Row[]): readonly string[] | undefined {
  const parents = namespaces.flatMap(({ id, parentId }) =>
    typeof id === 'string' ? [[id, typeof parentId === 'string' ? parentId : undefined] as const] : [],
  );
  return ancestry(namespaceId, new Map(parents));
}

export function rowsOf(answer: unknown): readonly Row[] {
  return Array.isArray(answer) ? answer.filter((row) => typeof row === 'object' && row !== null) : [];
}

function candidate(row: Row, ...aliases: readonly unknown[]): Candidate | [] {
  const { id, name, namespaceId } = row;
  if (typeof id !== 'string') return [];
  return {
    id,
    name: typeof name === 'string' ? name : id,
    aliases: aliases.filter((alias) => typeof alias === 'string'),
    ...(typeof namespaceId === 'string' && { namespaceId }),
    record: row,
  };
}

/** The hosts under which a route is reached. */
function hostsOf({ from }: Row): readonly string[] {
  const address = typeof from === 'string' ? parseAddress(from) : undefined;
  const entrance = address && entranceOf(address);
  return entrance?.authorities.flatMap((own) => [own, hostOf(own)]) ?? [];
}
