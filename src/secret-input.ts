import { readFile, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { z } from 'zod';
import { ToolError } from './errors.js';
import { wireShape } from './input.js';
import type { Input, Operation } from './operation.js';
import { REDACTED, secretsIn } from './secret.js';

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
      for (const [name, field] of Object.entries(value)) visit(field, path ? `${path}.${name}` : name);
    }
  };
  visit(input, '');
}

/**
 * Replaces `env:NAME` and `file:PATH` in secret fields by what they name, if the operator allows it.
 *
 * @param allowed `env:NAME`, `file:/a/file` or `file:/a/directory/`, exactly as configured
 * @throws ToolError `refused` for what isn't allowed, `invalid_input` for what can't be read
 */
export async function resolveSecrets(operation: Operation, input: Input, allowed: readonly string[]): Promise<Input> {
  const shape = wireShape(operation);
  const entries = Object.entries(input).map(async ([name, value]) => {
    if (name === 'patch') return [name, await resolvePatch(operation.record, value, allowed)];
    const schema = shape[name];
    return [name, schema ? await resolveIn(schema, value, allowed, name) : value];
  });
  return Object.fromEntries(await Promise.all(entries));
}

type PatchValue = { readonly path?: unknown; readonly value?: unknown };

async function resolvePatch(
  record: z.ZodObject | undefined,
  patch: unknown,
  allowed: readonly string[],
): Promise<unknown> {
  return Promise.all(
    (patch as readonly PatchValue[]).map(async (step) => {
      const name = typeof step.path === 'string' ? (step.path.split('/')[1] ?? '') : '';
      const schema = record?.shape[name];
      if (!schema || step.value === undefined) return step;
      return { ...step, value: await resolveIn(schema, step.value, allowed, name) };
    }),
  );
}

/** Walks a value as redaction does: what would be hidden may be given by reference. */
async function resolveIn(
  schema: z.ZodType,
  value: unknown,
  allowed: readonly string[],
  name: string,
): Promise<unknown> {
  const references = secretsIn(schema, value).filter((found) => isReference(found.value));
  if (references.length === 0) return value;
  const texts = new Map<unknown, string>();
  for (const { value: reference } of references)
    texts.set(reference, await readSecret(String(reference), allowed, name));
  const replace = (at: unknown): unknown => {
    if (texts.has(at)) return texts.get(at);
    if (Array.isArray(at)) return at.map(replace);
    if (typeof at !== 'object' || at === null) return at;
    return Object.fromEntries(Object.entries(at).map(([key, field]) => [key, replace(field)]));
  };
  return replace(value);
}

const isReference = (value: unknown) => typeof value === 'string' && /^(env|file):/.test(value);

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
  const { size } = await stat(real);
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
