import { z } from 'zod';
import { ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import { label } from '../plain-text.js';
import { redact } from '../secret.js';
import type { Read } from './affected.js';
import type { PlannedEntity } from './plan.js';
import type { Fields } from './plan-fields.js';

/** What is needed to read the record that a call is about. */
export interface RecordSources {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly read: Read;
}

/** What a call does to the record that it is about. */
export function actionOf({ method, status }: Operation): PlannedEntity['action'] {
  if (method === 'PUT' || method === 'PATCH') return 'update';
  if (method === 'DELETE') return 'delete';
  return status === 201 ? 'create' : 'call';
}

/** The read whose path is the call's own, or leads to the last record that the call's path names. */
export function readerOf(operation: Operation, operations: ReadonlyMap<string, Operation>): Operation | undefined {
  const at = (path: string) =>
    [...operations.values()].find((one) => one.effect === 'read' && one.method === 'GET' && one.path === path);
  const action = actionOf(operation);
  if (action === 'create') return undefined;
  const own = at(operation.path);
  if (own || action === 'update') return own;
  const named = operation.path.slice(0, operation.path.lastIndexOf('}') + 1);
  return at(named) ?? at(named.slice(0, named.lastIndexOf('/')));
}

/**
 * The record that a call is about, as it is now: read by itself, or found in the list that has it.
 *
 * @throws ToolError of a failed read, and `not_found` where the list lacks it
 */
export async function recordOf(
  reader: Operation,
  operation: Operation,
  input: Input,
  { read }: RecordSources,
): Promise<Fields> {
  const ids = Object.fromEntries(Object.keys(reader.params.shape).map((name) => [name, input[name]]));
  if (!(reader.output instanceof z.ZodArray)) return (await read(reader.name, ids)) as Fields;
  const lists =
    'clusterId' in reader.query.shape
      ? ((await read('list_clusters', ids)) as readonly Fields[]).map((cluster) => ({ ...ids, clusterId: cluster.id }))
      : [ids];
  const id = input[idOf(operation)];
  for (const list of lists) {
    const found = ((await read(reader.name, list)) as readonly Fields[]).find((record) => record.id === id);
    if (found) return found;
  }
  throw new ToolError('not_found', `${reader.name} has no record with ${idOf(operation)} ${label(String(id))}.`, {
    next: 'Nothing was sent. Check the id with the list tool.',
  });
}

/** A route that names a policy. */
export interface Holder {
  readonly id: string;
  readonly name?: string;
}

/**
 * The routes for whose sake Zero surely refuses to delete a policy; none for one that is enforced besides, of which nothing
 * is known (FACTS 3.4).
 *
 * @throws ToolError of the failed read
 */
export async function holdersOf({ organizationId, policyId }: Input, read: Read): Promise<readonly Holder[]> {
  const policy = (await read('get_policy', { organizationId, policyId })) as {
    readonly enforced?: boolean;
    readonly routes?: readonly Holder[];
  };
  return policy.enforced === true ? [] : (policy.routes ?? []);
}

/** Stops what Zero surely refuses before anybody is asked about it. @throws ToolError `conflict`, or of a failed read */
export async function refuseHeld({ name }: Operation, input: Input, read: Read): Promise<void> {
  if (name !== 'delete_policy') return;
  const holders = await holdersOf(input, read);
  if (holders.length === 0) return;
  const routes = holders.map((route) => label(route.name ?? route.id)).join(', ');
  throw new ToolError('conflict', `Zero refuses to delete a policy that routes name in policyIds: ${routes}.`, {
    next: 'Nothing was sent, and nobody was asked. Take it off these routes first, with update_route and policyIds.',
  });
}

/** The name of the last id in the path. */
export function idOf({ path }: Operation): string {
  return path.match(/\{(\w+)\}[^{]*$/)?.[1] ?? '';
}

/** `route` of `/routes/{routeId}` and of `/routes`, `settings` of `/settings`; the operation's name where no record is read. */
export function typeOf(operation: Operation, reader: Operation | undefined): string {
  if (!reader && actionOf(operation) === 'call') return operation.name;
  const words = (reader ?? operation).path.split('/').filter((segment) => !segment.startsWith('{'));
  const snake = (words.at(-1) ?? '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return snake === 'settings' ? snake : snake.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
}

/** What a record answers when it is read by itself, or as one of a list. */
export function schemaOf({ output }: Operation): z.ZodType {
  return (output instanceof z.ZodArray ? (output.element as z.ZodType) : output) ?? z.unknown();
}

/**
 * The record that a call will change or delete, as it is, secrets hidden; a note where there should be one and it
 * couldn't be read.
 */
export async function beforeImage(
  operation: Operation,
  input: Input,
  sources: RecordSources,
): Promise<{ readonly before?: unknown; readonly note?: string }> {
  const action = actionOf(operation);
  const reader = readerOf(operation, sources.operations);
  if (!reader || (action !== 'update' && action !== 'delete')) return {};
  try {
    return { before: redact(schemaOf(reader), await recordOf(reader, operation, input, sources)) };
  } catch {
    return { note: UNSEEN };
  }
}

const UNSEEN = 'The record could not be read before the change, so this server cannot take the change back.';
