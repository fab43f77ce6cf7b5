import { z } from 'zod';
import { quote, ToolError } from './errors.js';
import type { Read } from './guard/affected.js';
import { bodyShape, wrongArguments } from './input.js';
import type { Keychain } from './keychain.js';
import { nearest } from './nearest.js';
import type { Input, Operation } from './operation.js';
import { holdsSecret, type PatchOperation } from './patch.js';
import { redact } from './secret.js';

type Fields = Readonly<Record<string, unknown>>;

/** A request in wire terms: what an update became. */
export interface WireCall {
  readonly operation: Operation;
  readonly input: Input;
}

/** What an update needs of the server around it. */
export interface SparseDeps {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly read: Read;
  /** Hides what is known as a secret in any text. */
  readonly scrub: Keychain['scrub'];
}

/**
 * Turns "change these fields" into the request that changes nothing else, so that write-only secrets, fields this
 * server doesn't know and other people's edits survive. Where the API has a PATCH it is that; else the record as read,
 * reduced to its writable fields, with the changes laid over it. `replace: true` sends the bare PUT.
 *
 * @returns the call to send, or the record as it is when every field to clear is absent already
 */
export async function sparseCall(
  operation: Operation,
  input: Input,
  { operations, read, scrub }: SparseDeps,
): Promise<WireCall | { readonly unchanged: unknown }> {
  const {
    clear: named = [],
    expectedUpdatedAt,
    replace,
    ...rest
  } = input as Input & {
    clear?: readonly string[];
    expectedUpdatedAt?: string;
    replace?: boolean;
  };
  const clear = [...new Set(named)];
  const shape = bodyShape(operation);
  const ids = pick(rest, Object.keys(operation.params.shape));
  const fields = pick(rest, Object.keys(shape));
  const { read: reader = '', patch } = operation.sparse ?? {};
  const readRecord = async () => asRecord(reader, await read(reader, ids));
  const current = async () => {
    const record = await readRecord();
    if (expectedUpdatedAt !== undefined && record.updatedAt !== expectedUpdatedAt) {
      const edits = await editsSince(record, expectedUpdatedAt, ids, read);
      const shown = scrub(operation.output ? redact(operation.output, record) : record) as Fields;
      throw changedMeanwhile(shown, scrub(expectedUpdatedAt), Object.keys(fields), edits);
    }
    return record;
  };

  if (replace) {
    if (clear.length > 0)
      throw wrongArguments(operation, ['clear does not go with replace: leave the field out instead']);
    if (expectedUpdatedAt !== undefined) await current();
    return { operation, input: { ...ids, ...complete(operation, fields) } };
  }
  checkClear(operation, clear, fields);
  if (Object.keys(fields).length + clear.length === 0)
    throw wrongArguments(operation, ['no field to change was given']);

  if (!patch) {
    const record = pick(await current(), Object.keys(shape));
    const kept = Object.entries({ ...record, ...fields }).filter(
      ([name, value]) => value !== null && !clear.includes(name),
    );
    return { operation, input: { ...ids, ...Object.fromEntries(kept) } };
  }
  const record = clear.length > 0 || expectedUpdatedAt !== undefined ? await current() : undefined;
  const steps = patchFor(shape, fields, clear, record, expectedUpdatedAt !== undefined);
  const patcher = operations.get(patch);
  if (!patcher) throw new ToolError('internal', `${operation.name} names no known PATCH.`);
  return steps.length > 0 ? { operation: patcher, input: { ...ids, patch: steps } } : { unchanged: record };
}

/** What a change is laid over must be a record: from anything else fields would be lost. */
function asRecord(reader: string, answer: unknown): Fields {
  const record = Object(answer) as Fields;
  if (typeof record.id === 'string' && typeof record.updatedAt === 'string') return record;
  throw new ToolError('refused', `The API's answer to ${reader} is not the record it should be.`, {
    next: 'Nothing was sent.',
  });
}

/** `add` for a value, `remove` for a cleared field that is there, a `test` before each where the caller expects a version. */
function patchFor(
  shape: Readonly<Record<string, z.ZodType>>,
  fields: Fields,
  clear: readonly string[],
  record: Fields | undefined,
  tested: boolean,
): readonly PatchOperation[] {
  const steps: PatchOperation[] = [];
  const test = (name: string) => {
    const schema = shape[name];
    const known = record && Object.hasOwn(record, name) && schema && !holdsSecret(schema);
    if (tested && known) steps.push({ op: 'test', path: `/${name}`, value: record[name] });
  };
  for (const [name, value] of Object.entries(fields)) {
    test(name);
    steps.push({ op: 'add', path: `/${name}`, value });
  }
  for (const name of clear) {
    const schema = shape[name];
    const present = record !== undefined && Object.hasOwn(record, name);
    if (!present && !(schema && holdsSecret(schema))) continue;
    test(name);
    // Zero may withhold a secret on reads (unknown: FACTS 3.4), so it is set first: removing what isn't there would fail.
    if (!present && schema) steps.push({ op: 'add', path: `/${name}`, value: emptyOf(schema) });
    steps.push({ op: 'remove', path: `/${name}` });
  }
  return steps;
}

function emptyOf(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodOptional) return emptyOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return [];
  return schema instanceof z.ZodString ? '' : {};
}

function checkClear(operation: Operation, clear: readonly string[], fields: Fields): void {
  const shape = bodyShape(operation);
  for (const name of clear) {
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (!schema) {
      const near = nearest(name, Object.keys(shape));
      throw wrongArguments(operation, [`clear: unknown field ${quote(name)}${near ? `, did you mean ${near}?` : ''}`]);
    }
    if (!schema.isOptional()) throw wrongArguments(operation, [`clear: ${name} is required and can't be cleared`]);
    if (name in fields) throw wrongArguments(operation, [`${name} is both given and cleared`]);
  }
}

/** The complete record of a full replacement. */
function complete(operation: Operation, fields: Fields): Fields {
  const missing = Object.entries(bodyShape(operation)).filter(
    ([name, schema]) => !(name in fields) && !schema.isOptional(),
  );
  if (missing.length > 0) {
    throw wrongArguments(operation, [
      `replace needs the complete record; missing: ${missing.map(([name]) => name).join(', ')}`,
    ]);
  }
  return fields;
}

/** A refusal that shows what the record is now, secrets hidden, and who changed it since. */
function changedMeanwhile(shown: Fields, expected: string, names: readonly string[], edits: string): ToolError {
  const now = names.map((name) => `${name} is ${brief(JSON.stringify(shown[name] ?? null))}`).join(', ');
  return new ToolError(
    'conflict',
    `The record changed: updatedAt is ${String(shown.updatedAt)}, expected ${brief(expected)}. ${edits}${now ? ` Now ${now}.` : ''}`,
    { next: 'Nothing was sent. Read the record again and decide whether your change still fits.' },
  );
}

/** A text that may be of any length, cut; secrets must be gone from it, for half of one is one still. */
const brief = (text: string) => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

async function editsSince(record: Fields, expected: string, ids: Input, read: Read): Promise<string> {
  type Entry = { updatedAt: string; user?: { email?: string }; entity?: { data?: Fields } };
  const log = await read('list_activity_logs', {
    organizationId: ids.organizationId,
    entityId: record.id,
    orderBy: ['-updatedAt'],
    limit: 20,
  }).catch(() => []);
  const entries = log as readonly Entry[];
  const lines = entries.flatMap((entry, index) => {
    if (Date.parse(entry.updatedAt) <= Date.parse(expected)) return [];
    const before = entries[index + 1]?.entity?.data ?? {};
    const after = entry.entity?.data ?? {};
    const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (name) => name !== 'updatedAt' && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    const names = changed.map((name) => (/^\w+$/.test(name) ? name : quote(name)));
    const what = index + 1 < entries.length && changed.length > 0 ? ` (${names.join(', ')})` : '';
    return [`${quote(entry.user?.email ?? 'someone')} at ${quote(entry.updatedAt)}${what}`];
  });
  return lines.length > 0 ? `Edited by ${lines.join('; ')}.` : '';
}

function pick(value: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]]));
}
