import { isRecord } from '../json.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A value without null and what is empty, at any depth, and without fields of its own that are as `usual`. Another record
 * that it only mentions keeps its id and name.
 */
export function compact(value: unknown, usual: Fields = {}): unknown {
  if (Array.isArray(value))
    return value.map((item) => compact(isMention(item) ? { id: item.id, name: item.name } : item));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).flatMap(([name, field]) => {
    const inner = compact(field);
    return isEmpty(inner) || (Object.hasOwn(usual, name) && usual[name] === field) ? [] : [[name, inner] as const];
  });
  return Object.fromEntries(kept);
}

/**
 * The fields of a record that paths name, in their order and in the record's own shape: `policies.name` of a list of
 * policies is a list of objects with nothing but a name.
 */
export function pick(record: unknown, paths: readonly string[]): unknown {
  if (Array.isArray(record)) return record.map((item) => pick(item, paths));
  if (!isRecord(record)) return record;
  const heads = [...new Set(paths.map((path) => path.split('.')[0] ?? ''))];
  const fields = heads.flatMap((head) => {
    if (!Object.hasOwn(record, head)) return [];
    const inner = paths.filter((path) => path.startsWith(`${head}.`)).map((path) => path.slice(head.length + 1));
    const isWhole = paths.includes(head);
    return [[head, isWhole ? record[head] : pick(record[head], inner)] as const];
  });
  return Object.fromEntries(fields);
}

/** What the API says of a record beside the one that was asked for: a route's policies, a policy's routes. */
function isMention(value: unknown): value is Fields {
  return isRecord(value) && Object.keys(value).toSorted().join() === 'id,name,updatedAt';
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
