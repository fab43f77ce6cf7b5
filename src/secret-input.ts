import { readFile, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { z } from 'zod';
import { ToolError } from './errors.js';
import { wireShape } from './input.js';
import type { Input, Operation } from './operation.js';
import type { PatchOperation } from './patch.js';
import { HIDDEN, type Hidden, REDACTED, redact } from './secret.js';

/** A secret file larger than this is a mistake. */
const MAX_BYTES = 64 * 1024;

/**
 * Refuses a value that this server hid and that now comes back: it would overwrite the real one.
 * @throws ToolError `invalid_input` naming where it stands
 */
export function refuseRedacted(input: Input): void {
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'string' && value.includes(REDACTED)) {
      throw new ToolError('invalid_input', `${path} holds a value that this server has hidden.`, {
        next: 'Nothing was sent. Leave the field out to keep its value, or give a new one.',
      });
    }
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, `${path}[${index}]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, field] of Object.entries(value)) {
        visit(name, path || 'an argument');
        visit(field, path ? `${path}.${name}` : name);
      }
    }
  };
  visit(input, '');
}

/** Every secret value among the arguments of a call; in a JSON Patch, what its pointers put into secret fields. */
export function secretsOf(operation: Operation, input: Input): readonly Hidden[] {
  const found: Hidden[] = [];
  replaceSecrets(operation, input, (hidden) => found.push(hidden));
  return found;
}

/**
 * Replaces `env:NAME` and `file:PATH` in secret fields by what they name, if the operator allows it. Elsewhere such a
 * text is only a text.
 *
 * @param allowed `env:NAME`, `file:/a/file` or `file:/a/directory/`, exactly as configured
 * @throws ToolError `refused` for what isn't allowed, `invalid_input` for what can't be read
 */
export async function resolveSecrets(operation: Operation, input: Input, allowed: readonly string[]): Promise<Input> {
  const texts = new Map<unknown, string>();
  for (const { path, value } of secretsOf(operation, input)) {
    if (isReference(value) && !texts.has(value)) texts.set(value, await readSecret(value, allowed, path));
  }
  return replaceSecrets(operation, input, ({ value }) => texts.get(value) ?? value);
}

/** The arguments of a call with every secret hidden. */
export function redactInput(operation: Operation, input: Input): Input {
  return replaceSecrets(operation, input, () => HIDDEN);
}

function replaceSecrets(operation: Operation, input: Input, replace: (hidden: Hidden) => unknown): Input {
  const { patch, ...fields } = input;
  const replaced = redact(z.object(wireShape(operation)), fields, replace) as Input;
  const { record } = operation;
  if (!record || !Array.isArray(patch)) return input.patch === undefined ? replaced : { ...replaced, patch };
  return { ...replaced, patch: patch.map((step) => replaceInStep(record, step, replace)) };
}

/** A patch operation is read as the document it adds: `/a/b` with value 1 is `{a: {b: 1}}`. */
function replaceInStep(
  record: z.ZodObject,
  step: PatchOperation,
  replace: (hidden: Hidden) => unknown,
): PatchOperation {
  if (step.value === undefined) return step;
  const [, ...tokens] = step.path.split('/');
  const isIndex = (token: string) => /^(\d+|-)$/.test(token);
  const document = tokens.reduceRight<unknown>(
    (value, token) => (isIndex(token) ? [value] : { [token]: value }),
    step.value,
  );
  const replaced = tokens.reduce<unknown>(
    (value, token) => Reflect.get(Object(value), isIndex(token) ? 0 : token),
    redact(record, document, replace),
  );
  return { ...step, value: replaced };
}

const isReference = (value: unknown): value is string => typeof value === 'string' && /^(env|file):/.test(value);

async function readSecret(reference: string, allowed: readonly string[], name: string): Promise<string> {
  const [kind, target] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (kind === 'env') {
    if (!allowed.includes(reference)) throw notAllowed(name, reference);
    const value = process.env[target];
    if (!value) throw unreadable(name, reference, 'it is not set');
    return value;
  }
  const real = await realpath(target).catch(() => undefined);
  const permitted = allowed.some((entry) => {
    const path = entry.startsWith('file:') ? entry.slice('file:'.length) : undefined;
    return path !== undefined && real !== undefined && (path.endsWith(sep) ? real.startsWith(path) : real === path);
  });
  // A path outside the list is refused alike whether it exists or not.
  if (!permitted || !real) throw notAllowed(name, reference);
  const stats = await stat(real);
  if (!stats.isFile()) throw unreadable(name, reference, 'it is no file');
  const { size } = stats;
  if (size > MAX_BYTES) throw unreadable(name, reference, `it has ${size} bytes, more than ${MAX_BYTES}`);
  const text = (await readFile(real, 'utf8')).replace(/\r?\n$/, '');
  if (text === '') throw unreadable(name, reference, 'it is empty');
  return text;
}

function notAllowed(name: string, reference: string): ToolError {
  return new ToolError(
    'refused',
    `${name}: ${JSON.stringify(reference)} is not on the operator's list of secret inputs.`,
    {
      next: 'Nothing was sent. The operator can add it with --allow-secret-input.',
    },
  );
}

function unreadable(name: string, reference: string, problem: string): ToolError {
  return new ToolError('invalid_input', `${name}: ${JSON.stringify(reference)} can't be used: ${problem}.`, {
    next: 'Nothing was sent.',
  });
}
