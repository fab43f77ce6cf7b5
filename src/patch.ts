import type { z } from 'zod';
import { ToolError } from './errors.js';
import { nearest } from './nearest.js';
import { marksIn } from './secret.js';

/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'copy' | 'move' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/**
 * Checks a JSON Patch before it is sent: each pointer names a writable field of the record in its exact spelling (so
 * that nothing slips past the guard under another name), and no secret is read back through `from` or `test`.
 *
 * @param record the writable fields of the patched record
 * @throws ToolError `invalid_input` naming the first wrong operation
 */
export function checkPatch(patch: readonly PatchOperation[], record: z.ZodObject): void {
  if (patch.length === 0) throw invalid('patch: expected at least one operation');
  for (const [index, operation] of patch.entries()) {
    const at = `patch[${index}]`;
    const field = fieldAt(operation.path, record, `${at}.path`);
    const source = operation.from === undefined ? undefined : fieldAt(operation.from, record, `${at}.from`);
    const needsSource = operation.op === 'copy' || operation.op === 'move';
    if (needsSource !== (source !== undefined)) {
      throw invalid(`${at}: from ${needsSource ? 'is required with' : 'does not go with'} op ${operation.op}`);
    }
    const needsValue = operation.op === 'add' || operation.op === 'replace' || operation.op === 'test';
    if (needsValue !== (operation.value !== undefined)) {
      throw invalid(`${at}: value ${needsValue ? 'is required with' : 'does not go with'} op ${operation.op}`);
    }
    if (operation.op === 'test' && holdsSecret(field.schema)) throw secretRead(at, 'test', field.name);
    if (source && holdsSecret(source.schema)) throw secretRead(at, 'from', source.name);
    if (field.whole && (operation.op === 'add' || operation.op === 'replace')) {
      const parsed = field.schema.safeParse(operation.value);
      if (!parsed.success) throw invalid(`${at}.value for ${field.name}: ${parsed.error.issues[0]?.message}`);
    }
  }
}

/** The field a pointer begins with. */
function fieldAt(pointer: string, record: z.ZodObject, at: string) {
  const [root, name = '', ...rest] = pointer.split('/');
  const schema = root === '' && Object.hasOwn(record.shape, name) ? record.shape[name] : undefined;
  if (!schema) {
    const near = nearest(name || pointer, Object.keys(record.shape));
    throw invalid(`${at}: expected a pointer to a field, like /${near ?? Object.keys(record.shape)[0]}`);
  }
  return { name, schema, whole: rest.length === 0 };
}

/** Whether a field is secret or has a secret somewhere inside. */
export function holdsSecret(schema: z.ZodType): boolean {
  return marksIn(schema).length > 0;
}

function secretRead(at: string, what: string, name: string): ToolError {
  return invalid(`${at}: ${what} on ${name} would read a secret back; replace it instead`);
}

function invalid(problem: string): ToolError {
  return new ToolError('invalid_input', `Wrong JSON Patch: ${problem}.`, { next: 'Nothing was sent.' });
}
