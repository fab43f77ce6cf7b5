import { z } from 'zod';
import type { Lenient } from './snapshot.js';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the records of one kind out of an answer of any shape. */
export type Reader<Schema extends z.ZodObject> = (rows: unknown) => readonly Lenient<Schema>[];

/**
 * Reads records as leniently as their readers can bear: each record with an id once, without the values whose kind isn't
 * the schema's (a number for a text, null, the text `null`). Unknown fields, unknown choices and formats stay, and what
 * is missing stays missing, inside a field too.
 */
export function readerOf<Schema extends z.ZodObject>(schema: Schema): Reader<Schema> {
  const fitting = fittingOf(schema);
  return (rows) => {
    const found = new Map<string, Lenient<Schema>>();
    for (const row of Array.isArray(rows) ? rows : []) {
      const record = fitting(row) as Lenient<Schema> | undefined;
      if (typeof record?.id === 'string' && record.id !== '' && !found.has(record.id)) found.set(record.id, record);
    }
    return [...found.values()];
  };
}

/** The same for one value; undefined where it is no object. */
export function fittingOf<Schema extends z.ZodObject>(
  schema: Schema,
): (value: unknown) => Partial<z.output<Schema>> | undefined {
  const loose = z.looseObject(schema.shape).partial();
  return (value) => {
    if (!isFields(value)) return undefined;
    const given = withoutNulls(value);
    const issues = loose.safeParse(given).error?.issues ?? [];
    const misfits = issues.flatMap((issue) => misfitsOf(issue, given, []));
    // From the last: taking an item out of a list moves those behind it.
    return misfits.toReversed().reduce<unknown>(without, given) as Partial<z.output<Schema>>;
  };
}

/** Whether a value says nothing. The text is what some tools store for it. */
export function isNull(value: unknown): value is null | undefined | 'null' {
  return value === null || value === undefined || value === 'null';
}

function withoutNulls(fields: Fields): Fields {
  const entries = Object.entries(fields);
  return entries.some(([, value]) => isNull(value))
    ? Object.fromEntries(entries.filter(([, value]) => !isNull(value)))
    : fields;
}

type Path = readonly PropertyKey[];

/** The places of values that are of the wrong kind; none for an issue that is about something else. */
function misfitsOf(issue: z.core.$ZodIssue, root: unknown, above: Path): readonly Path[] {
  const path = [...above, ...issue.path];
  const value = valueAt(root, path);
  if (value === undefined) return [];
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_key':
    case 'invalid_element':
      return [path];
    case 'invalid_value':
      return issue.values.some((allowed) => typeof allowed === typeof value) ? [] : [path];
    case 'invalid_union': {
      const fits = issue.errors.some((branch) => branch.every((inner) => misfitsOf(inner, root, path).length === 0));
      return fits ? [] : [path];
    }
    default:
      return [];
  }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** A copy of a value without what stands at a path. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return undefined;
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, index) => index !== key)
      : value.map((item: unknown, index) => (index === key ? without(item, rest) : item));
  }
  if (!isFields(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([name]) => name !== key)
      : entries.map(([name, inner]) => [name, name === key ? without(inner, rest) : inner]),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
