import { isDeepStrictEqual } from 'node:util';
import type { PatchOperation } from '../patch.js';

type Container = Record<string, unknown> | unknown[];

/** A copy of a record after a JSON Patch (RFC 6902), or undefined when the patch doesn't fit the record. */
export function patched(record: unknown, patch: readonly PatchOperation[]): unknown {
  const copy: unknown = structuredClone(record);
  return isContainer(copy) && patch.every((step) => applied(copy, step)) ? copy : undefined;
}

/** Carries out one step; false when it can't be. */
function applied(root: Container, { op, path, from, value }: PatchOperation): boolean {
  const target = keysOf(path);
  if (op === 'add') return put(root, target, structuredClone(value), true);
  if (op === 'replace') return put(root, target, structuredClone(value), false);
  if (op === 'remove') return take(root, target) !== undefined;
  if (op === 'test') return isDeepStrictEqual(at(root, target), value);
  const source = keysOf(from ?? '');
  const carried = structuredClone(at(root, source));
  if (carried === undefined || (op === 'move' && take(root, source) === undefined)) return false;
  return put(root, target, carried, true);
}

function keysOf(pointer: string): readonly string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(root: Container, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (isContainer(value) && has(value, key) ? get(value, key) : undefined),
    root,
  );
}

function put(root: Container, keys: readonly string[], value: unknown, adds: boolean): boolean {
  const parent = at(root, keys.slice(0, -1));
  const key = keys.at(-1) ?? '';
  if (keys.length === 0 || !isContainer(parent) || (!adds && !has(parent, key))) return false;
  if (!Array.isArray(parent)) {
    // `__proto__` is a field name like any other here.
    Object.defineProperty(parent, key, { value, configurable: true, enumerable: true, writable: true });
    return true;
  }
  const index = key === '-' ? parent.length : indexOf(key);
  if (index === undefined || index > parent.length) return false;
  parent.splice(index, adds ? 0 : 1, value);
  return true;
}

/** Takes a value out; undefined when there is none. */
function take(root: Container, keys: readonly string[]): unknown {
  const parent = at(root, keys.slice(0, -1));
  const key = keys.at(-1) ?? '';
  if (keys.length === 0 || !isContainer(parent) || !has(parent, key)) return undefined;
  const value = get(parent, key);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return value;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;
const get = (container: Container, key: string) => (Array.isArray(container) ? container[Number(key)] : container[key]);
const indexOf = (key: string) => (/^(0|[1-9]\d*)$/.test(key) ? Number(key) : undefined);
const has = (container: Container, key: string) =>
  Array.isArray(container) ? (indexOf(key) ?? container.length) < container.length : Object.hasOwn(container, key);
