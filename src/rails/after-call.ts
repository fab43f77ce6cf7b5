import { z } from 'zod';
import { assemble, type Records, recordsOf } from '../audit/assemble.js';
import type { Snapshot } from '../audit/snapshot.js';
import { patched } from '../guard/plan-patch.js';
import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';
import { redact } from '../secret.js';

/** A write, in wire terms. */
export interface Write {
  readonly operation: Operation;
  readonly input: Input;
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

/** What a record is called that a write makes: it has no id before that. */
export const NEW_ID = '(new)';

/**
 * What an organization will look like after some writes, as far as it can be told beforehand; secrets are hidden as in
 * the snapshot. Writes to what a snapshot doesn't hold leave it as it is.
 */
export function afterWrites(snapshot: Snapshot, writes: readonly Write[]): Snapshot {
  const after = writes.reduce<Records>(applied, recordsOf(snapshot));
  return assemble(writes.some(({ operation }) => operation.path.includes('/policies')) ? reinforced(after) : after);
}

function applied(records: Records, { operation, input }: Write): Records {
  const { path, method } = operation;
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
      return { ...records, [list]: [...rows, { id: NEW_ID, ...hidden(operation, bodyOf(operation, input)) }] };
    }
    if (!path.endsWith(`{${argument}}`)) continue;
    const id = input[argument];
    if (method === 'DELETE') return { ...records, [list]: rows.filter((row) => row.id !== id) };
    return { ...records, [list]: rows.map((row) => (row.id === id ? changed(row, operation, input) : row)) };
  }
  return records;
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

/** Which policies are enforced on which routes is Zero's to compute: those in the route's namespace or above it (FACTS 3.3). */
function reinforced(records: Records): Records {
  const parents = new Map((records.namespaces as readonly Row[]).map(({ id, parentId }) => [id, parentId]));
  const enforced = (records.policies as readonly Row[]).filter((policy) => policy.enforced === true);
  const policies = new Set((records.policies as readonly Row[]).map(({ id }) => id));
  const isAtOrAbove = (above: unknown, namespaceId: unknown) => {
    const passed = new Set<unknown>();
    for (let at = namespaceId; at !== undefined && !passed.has(at); at = parents.get(at)) {
      if (at === above) return true;
      passed.add(at);
    }
    return false;
  };
  const routes = (records.routes as readonly Row[]).map((route) => ({
    ...route,
    policyIds: Array.isArray(route.policyIds) ? route.policyIds.filter((id) => policies.has(id)) : route.policyIds,
    enforcedPolicyIds: enforced.filter((policy) => isAtOrAbove(policy.namespaceId, route.namespaceId)).map(idOf),
  }));
  return { ...records, routes };
}

function idOf(row: unknown): unknown {
  return (Object(row) as { readonly id?: unknown }).id;
}
