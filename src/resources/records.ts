import { ToolError } from '../errors.js';
import { type Read, topNamespaces } from '../guard/affected.js';
import { pagesOf } from '../guard/plan-pages.js';
import type { Pin } from '../input.js';
import { unseenEscaped } from '../plain-text.js';

/** A record as a person tells it from others. */
export interface Named {
  readonly id: string;
  /** Its name, or what stands for one. On one line, with nothing unseen in it. */
  readonly name: string;
  /** What else it is known by: a route's address, a cluster's domain. */
  readonly about?: string;
}

/** Where to look: what of it is already known, by the names of arguments. */
export interface Where {
  readonly organizationId: string;
  readonly clusterId?: string;
}

interface Row {
  readonly id?: unknown;
  readonly [field: string]: unknown;
}

interface Kind {
  readonly list: string;
  /** Whether it is listed by cluster, by namespace, or in one go. */
  readonly by?: 'cluster' | 'namespace';
  /** Fields that name it, best first, and one more that a person may know it by. */
  readonly named: readonly string[];
  readonly about?: string;
}

/** What the variables of addresses and the arguments of prompts stand for. */
const KINDS: Readonly<Record<string, Kind>> = {
  clusterId: { list: 'list_clusters', named: ['name'], about: 'fqdn' },
  namespaceId: { list: 'list_namespaces', named: ['name'], about: 'type' },
  routeId: { list: 'list_routes', by: 'namespace', named: ['name'], about: 'from' },
  policyId: { list: 'list_policies', by: 'namespace', named: ['name'], about: 'description' },
  keyPairId: { list: 'list_key_pairs', by: 'namespace', named: ['name'] },
  changesetId: { list: 'list_changesets', by: 'cluster', named: ['status'], about: 'updatedAt' },
  customDomainId: { list: 'list_custom_domains', by: 'cluster', named: ['domainName', 'name'] },
  serviceAccountId: { list: 'list_service_accounts', by: 'cluster', named: ['name', 'userId'], about: 'description' },
  userId: { list: 'list_users_in_organization', named: ['email', 'name'], about: 'displayName' },
};

/** The same under other names. */
const ALIASES: Readonly<Record<string, string>> = { firstId: 'changesetId', secondId: 'changesetId' };

/** Whether the values of a variable can be looked up. */
export function isNameable(variable: string): boolean {
  return variable === 'organizationId' || (ALIASES[variable] ?? variable) in KINDS;
}

/** The organizations this account can look into, or the pinned one. */
export async function organizations(read: Read, { organization }: Pin): Promise<readonly Named[]> {
  const all = organization
    ? [(await read('get_organization', { organizationId: organization })) as Row]
    : ((await read('list_organizations', {})) as readonly Row[]);
  return all.map((row) => namedBy(row, ['name'])).sort(byName);
}

/** The records that a variable can stand for, by name; with a pinned cluster, those in it. */
export async function recordsOf(variable: string, where: Where, read: Read, pin: Pin): Promise<readonly Named[]> {
  const { organizationId } = where;
  const kind = KINDS[ALIASES[variable] ?? variable];
  // People belong to the organization: a pinned cluster doesn't reach them.
  if (!kind || (pin.cluster && kind.list === 'list_users_in_organization')) return [];
  const everything = (input: Readonly<Record<string, unknown>>) =>
    pagesOf<Row>(read, kind.list, { organizationId, ...input }, () => false);
  const rows = await (async () => {
    if (kind.by === 'namespace') {
      return everything({ namespaceId: await namespaceOf(organizationId, read, pin), includeDescendants: true });
    }
    if (kind.by !== 'cluster') return (await read(kind.list, { organizationId })) as readonly Row[];
    const only = pin.cluster ?? where.clusterId;
    const clusters = only ? [{ id: only }] : await recordsOf('clusterId', where, read, pin);
    return (await Promise.all(clusters.map(({ id }) => everything({ clusterId: id })))).flat();
  })();
  const seen = pin.cluster && kind.list === 'list_clusters' ? rows.filter(({ id }) => id === pin.cluster) : rows;
  return seen.map((row) => namedBy(row, kind.named, kind.about)).sort(byName);
}

/** The namespace at or below which everything is that may be seen. */
export async function namespaceOf(organizationId: string, read: Read, { cluster }: Pin): Promise<string> {
  if (cluster) {
    const { namespaceId } = (await read('get_cluster', { organizationId, clusterId: cluster })) as Row;
    if (typeof namespaceId === 'string') return namespaceId;
  } else {
    const namespaces = (await read('list_namespaces', { organizationId })) as readonly Row[];
    const [top] = topNamespaces(namespaces);
    if (top !== undefined) return top;
  }
  throw new ToolError('internal', "Zero's answer does not say which namespace holds the records.");
}

/** What this API user may read; where it may not, there is nothing to see. */
export async function readable<Row>(rows: Promise<readonly Row[]>): Promise<readonly Row[]> {
  try {
    return await rows;
  } catch (error) {
    if (error instanceof ToolError && (error.kind === 'forbidden' || error.kind === 'not_found')) return [];
    throw error;
  }
}

function namedBy(row: Row, names: readonly string[], about?: string): Named {
  const id = String(row.id ?? '');
  const name = names.map((field) => row[field]).find((value) => typeof value === 'string' && value !== '');
  const more = about === undefined ? undefined : row[about];
  return {
    id,
    name: tidy(typeof name === 'string' ? name : id),
    ...(typeof more === 'string' && more !== '' && { about: tidy(more) }),
  };
}

/** How much of a text that isn't ours is shown. */
const LONGEST = 200;

function tidy(text: string): string {
  const short = [...text].slice(0, LONGEST).join('');
  return unseenEscaped(short === text ? text : `${short}…`);
}

function byName(one: Named, other: Named): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : one.id < other.id ? -1 : 1;
}
