import { z } from 'zod';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A value without null and what is empty, at any depth. Of a stored record (one that has an id) also without switches
 * that are off, where the schema requires the switch: there, left out can mean nothing else.
 */
export function compact(value: unknown, schema?: z.ZodType): unknown {
  if (Array.isArray(value)) {
    const element = schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined;
    return value.map((item) => compact(item, element));
  }
  if (!isRecord(value)) return value;
  const shape = schema instanceof z.ZodObject && typeof value.id === 'string' ? schema.shape : {};
  const kept = Object.entries(value).flatMap(([name, field]) => {
    const declared = shape[name];
    if (field === false && declared instanceof z.ZodBoolean) return [];
    const inner = compact(field, declared && unwrap(declared as z.ZodType));
    return isEmpty(inner) ? [] : [[name, inner] as const];
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

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}
