import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { JSONPatch } from '../tools/zero/entities/json-patch.js';
import { Refusal } from './behaviour.js';

export type Patch = z.infer<typeof JSONPatch>;

type Container = Record<string, unknown> | unknown[];

/**
 * Applies a JSON Patch (RFC 6902) to a copy of a document: all of it or, by a {@link Refusal}, nothing. A path that
 * leads nowhere is a 400, a failed `test` a 409 (statuses unknown: FACTS 3.7).
 */
export function applyPatch(document: unknown, patch: Patch): unknown {
  // One more level, so that "" has a parent like every other pointer.
  const root: Container = { document: structuredClone(document) };
  for (const step of patch) applyStep(root, step);
  return root.document;
}

function applyStep(root: Container, { op, path, from, ...rest }: Patch[number]): void {
  const keys = parse(path);
  const value = () => {
    if (!Object.hasOwn(rest, 'value')) throw new Refusal(400, `invalid patch: ${op} ${quote(path)} has no value`);
    return structuredClone(rest.value);
  };
  if (op === 'remove') remove(root, keys, path);
  else if (op === 'add') add(root, keys, value(), path);
  else if (op === 'copy') add(root, keys, structuredClone(read(root, ...sourceOf(op, path, from))), path);
  else if (op === 'move') {
    const [source, pointer] = sourceOf(op, path, from);
    if (keys.length > source.length && source.every((key, index) => key === keys[index]))
      throw new Refusal(400, `invalid patch: cannot move ${quote(pointer)} into itself`);
    add(root, keys, remove(root, source, pointer), path);
  } else if (op === 'replace') {
    const next = value();
    remove(root, keys, path);
    add(root, keys, next, path);
  } else if (!isDeepStrictEqual(read(root, keys, path), value()))
    throw new Refusal(409, `patch test failed at ${quote(path)}`);
}

/** Where `copy` and `move` take from: the keys and the pointer itself. */
function sourceOf(op: string, path: string, from: string | undefined): readonly [readonly string[], string] {
  if (from === undefined) throw new Refusal(400, `invalid patch: ${op} ${quote(path)} has no from`);
  return [parse(from), from];
}

/** The keys of a JSON Pointer (RFC 6901) below our extra level. */
function parse(pointer: string): readonly string[] {
  if (pointer !== '' && !pointer.startsWith('/'))
    throw new Refusal(400, `invalid patch: ${quote(pointer)} is not a JSON pointer`);
  if (/~(?![01])/.test(pointer)) throw new Refusal(400, `invalid patch: ${quote(pointer)} has a bad escape`);
  const keys = pointer.split('/').slice(1);
  return ['document', ...keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))];
}

function read(root: Container, keys: readonly string[], pointer: string): unknown {
  return keys.reduce<unknown>((at, key) => {
    if (!isContainer(at) || !has(at, key)) throw nowhere(pointer);
    return Array.isArray(at) ? at[Number(key)] : at[key];
  }, root);
}

function add(root: Container, keys: readonly string[], value: unknown, pointer: string): void {
  const [parent, key] = parentOf(root, keys, pointer);
  if (!Array.isArray(parent)) Object.defineProperty(parent, key, { value, ...ORDINARY });
  else if (key === '-') parent.push(value);
  else if (isIndex(key) && Number(key) <= parent.length) parent.splice(Number(key), 0, value);
  else throw nowhere(pointer);
}

/** `__proto__` is a field name like any other here. */
const ORDINARY = { configurable: true, enumerable: true, writable: true };

function remove(root: Container, keys: readonly string[], pointer: string): unknown {
  const [parent, key] = parentOf(root, keys, pointer);
  if (!has(parent, key)) throw nowhere(pointer);
  if (Array.isArray(parent)) return parent.splice(Number(key), 1)[0];
  const value = parent[key];
  delete parent[key];
  return value;
}

function parentOf(root: Container, keys: readonly string[], pointer: string): readonly [Container, string] {
  const parent = read(root, keys.slice(0, -1), pointer);
  if (!isContainer(parent)) throw nowhere(pointer);
  return [parent, keys.at(-1) ?? ''];
}

function has(container: Container, key: string): boolean {
  return Array.isArray(container) ? isIndex(key) && Number(key) < container.length : Object.hasOwn(container, key);
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function nowhere(pointer: string): Refusal {
  return new Refusal(400, `invalid patch: ${quote(pointer)} does not exist`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
