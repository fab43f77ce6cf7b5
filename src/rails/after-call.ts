import { z } from 'zod';
import { assemble, type Records, recordsOf } from '../audit/assemble.js';
import { enforcedAt } from '../audit/enforced.js';
import type { PolicyRecord, RouteRecord, Snapshot } from '../audit/snapshot.js';
import { newIdNamed } from '../guard/new-id.js';
import { patched } from '../guard/plan-patch.js';
import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';
import { redact } from '../secret.js';

/** A write, in wire terms. */
export interface Write {
  readonly operation: Operation;
  readonly input: Input;
  /** How the inputs of later writes name the id of the record that it creates. */
  readonly creates?: string;
}

type Row = { readonly [field: string]: unknown };

/** The lists of a snapshot by how a path names one of their records, and all of them. */
const LISTS = {
  routeId: 'routes',
  policyId: 'policies',
  keyPairId: 'keyPairs',
  customDomainId: 'customDomains',
  serviceAccountId: 'serviceAccounts',
  userId: 'users',
} as const satisfies Readonly<Record<string, keyof Records>>;

/** Stands for the id that a new record will get. */
const NEW_ID = '(new)';

/**
 * What an organization will look like after some writes, as far as it can be told beforehand; secrets are hidden as in
 * the snapshot. Writes to what a snapshot doesn't hold leave it as it is.
 */
export function afterWrites(snapshot: Snapshot, writes: readonly Write[]): Snapshot {
  const after = writes.reduce<Records>(applied, recordsOf(snapshot));
  return assemble(writes.some(({ operation }) => touchesPolicies(operation)) ? reinforced(after, snapshot) : after);
}

/** Also a route's namespace decides what is enforced on it. */
function touchesPolicies({ path }: Operation): boolean {
  return path.includes('/policies') || path.includes('/routes');
}

function applied(records: Records, { operation, input, creates }: Write): Records {
  const { path, method } = operation;
  if (operation.name === 'delete_cluster') return withoutCluster(records, input.clusterId);
  if (operation.name === 'create_api_access_user') {
    const user = { id: NEW_ID, displayName: input.name, organizationRole: input.role, type: 'user_type_api_access' };
    return { ...records, users: [...(records.users as readonly Row[]), user] };
  }
  if (operation.name === 'create_organization_invite') {
    const emails = Array.isArray(input.emails) ? input.emails : [];
    const invites = emails.map((email: unknown) => ({ id: `${NEW_ID} ${email}`, email, role: input.role }));
    return { ...records, invites: [...(records.invites as readonly Row[]), ...invites] };
  }
  if (path.endsWith('/settings')) {
    const clusters = records.clusters.map((view) =>
      idOf(view.cluster) === input.clusterId && view.settings !== undefined
        ? { ...view, settings: changed(view.settings as Row, operation, input) }
        : view,
    );
    return { ...records, clusters };
  }
  for (const [argument, list] of Object.entries(LISTS)) {
    const rows = records[list] as readonly Row[];
    if (method === 'POST' && path.endsWith(`/${list}`)) {
      return {
        ...records,
        [list]: [
          ...rows,
          { id: creates === undefined ? NEW_ID : newIdNamed(creates), ...hidden(operation, bodyOf(operation, input)) },
        ],
      };
    }
    if (!path.endsWith(`{${argument}}`)) continue;
    const id = input[argument];
    if (method === 'DELETE') return { ...records, [list]: rows.filter((row) => row.id !== id) };
    return { ...records, [list]: rows.map((row) => (row.id === id ? changed(row, operation, input) : row)) };
  }
  return records;
}

/** With a cluster goes all that is in its namespace. */
function withoutCluster(records: Records, clusterId: unknown): Records {
  const isIt = ({ cluster }: Records['clusters'][number]) => idOf(cluster) === clusterId;
  const namespaces = new Set(
    records.clusters.filter(isIt).map(({ cluster }) => (cluster as Row).namespaceId ?? idOf(cluster)),
  );
  const left = (rows: unknown) => (rows as readonly Row[]).filter(({ namespaceId }) => !namespaces.has(namespaceId));
  return {
    ...records,
    clusters: records.clusters.filter((view) => !isIt(view)),
    routes: left(records.routes),
    policies: left(records.policies),
    keyPairs: left(records.keyPairs),
  };
}

/** A record after a PUT or PATCH. A patch that doesn't fit is refused by Zero, so nothing changes. */
function changed(row: Row, operation: Operation, input: Input): Row {
  if (operation.method === 'PATCH') {
    const after = patched(row, (input.patch ?? []) as readonly PatchOperation[]);
    return after === undefined ? row : hidden(operation, after as Row);
  }
  const writable = operation.body instanceof z.ZodObject ? operation.body.shape : {};
  const kept = Object.entries(row).filter(([name]) => !Object.hasOwn(writable, name));
  return { ...Object.fromEntries(kept), ...hidden(operation, bodyOf(operation, input)) };
}

function bodyOf({ body }: Operation, input: Input): Row {
  const names = body instanceof z.ZodObject ? Object.keys(body.shape) : [];
  return Object.fromEntries(names.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])));
}

function hidden({ record, body }: Operation, row: Row): Row {
  const schema = record ?? body;
  return schema instanceof z.ZodObject ? (redact(z.looseObject(schema.shape), row) as Row) : row;
}

/** Which policies govern which routes is Zero's to compute: deleted ones govern none. */
function reinforced(records: Records, before: Snapshot): Records {
  const policies = records.policies as readonly PolicyRecord[];
  const kept = new Set(policies.map(({ id }) => id));
  const gone = new Set(before.policies.flatMap(({ policy: { id } }) => (kept.has(id) ? [] : [id])));
  const routes = (records.routes as readonly RouteRecord[]).map((route) => ({
    ...route,
    policyIds: route.policyIds?.filter((id) => !gone.has(id)),
    enforcedPolicyIds: enforcedAt(route.namespaceId, policies, records.namespaces as Snapshot['namespaces']).map(idOf),
  }));
  return { ...records, routes };
}

function idOf(row: unknown): unknown {
  return (Object(row) as { readonly id?: unknown }).id;
}
