import { z } from 'zod';
import { isRecord } from './json.js';

/** How a marked field is treated. */
export interface SecretMark {
  /** The operation mints this value: it is written to a file for the person, since the model never sees it. */
  readonly minted?: boolean;
  /** A string that matches is no secret (`${pomerium.id_token}` in a header). */
  readonly except?: RegExp;
}

// A registry answers nothing for an empty entry of a cloned schema, so each entry says something.
const marks = z.registry<SecretMark & { secret: true }>();
const exemptions = z.registry<{ reason: string }>();
const variants = new WeakMap<z.ZodType, Pick>();

/** Answers the real schema of a value, or undefined when its kind is unknown. */
type Pick = (value: Readonly<Record<string, unknown>>) => z.ZodType | undefined;

/** Marks a field as secret: every value in it, at any depth, is hidden where a result, an error or a log line leaves. */
export function secret<Schema extends z.ZodType>(schema: Schema, mark: SecretMark = {}): Schema {
  const marked = copy(schema);
  marks.add(marked, { secret: true, ...mark });
  return marked;
}

/** States that a field is no secret although its name looks like one; `reason` is for the reader of the lint test. */
export function notSecret<Schema extends z.ZodType>(schema: Schema, reason: string): Schema {
  const exempt = copy(schema);
  exemptions.add(exempt, { reason });
  return exempt;
}

/**
 * An object whose real schema depends on a value in it. `pick` answers the schema that redaction uses for the whole
 * object; where it answers none, every object and list inside is hidden. Must be the outermost call on the schema.
 */
export function variant<Schema extends z.ZodType>(schema: Schema, pick: Pick): Schema {
  const marked = copy(schema);
  variants.set(marked, pick);
  return marked;
}

/** Whether a field is marked with {@link secret}. */
export function isSecret(schema: z.ZodType): boolean {
  return markOf(unwrap(schema)) !== undefined;
}

/** Whether a field is marked with {@link notSecret}. */
export function isExempt(schema: z.ZodType): boolean {
  return exemptions.get(unwrap(schema)) !== undefined;
}

/** Every mark in a schema, at any depth. What a {@link variant} would pick is not looked into. */
export function marksIn(schema: z.ZodType): readonly SecretMark[] {
  const inner = unwrap(schema);
  const mark = markOf(inner);
  if (mark) return [mark];
  if (inner instanceof z.ZodObject) return Object.values(inner.shape).flatMap((field) => marksIn(field));
  if (inner instanceof z.ZodArray) return marksIn(inner.element as z.ZodType);
  if (inner instanceof z.ZodRecord) return marksIn(inner.valueType as z.ZodType);
  if (inner instanceof z.ZodUnion) return (inner.options as readonly z.ZodType[]).flatMap(marksIn);
  return [];
}

/** Whether a field of this name is taken for a secret where no schema says otherwise. */
export function looksSecret(name: string): boolean {
  return SECRET_NAMES.test(name.replace(/[-_]/g, ''));
}

/** Wide on purpose: it judges only fields that no schema knows, and names of marked fields in other spellings. */
const SECRET_NAMES =
  /secret|token|passw|pwd|credential|private|key$|keys$|authorization|^auth$|cookie|jwt|signature|dsn|connection|requestheaders|otlp.*headers|params$|bucketuri|downloadurl|serviceauthenticationserviceaccount/i;

/** What every hidden value starts with; an input that contains it is refused. */
export const REDACTED = '[redacted by zero-mcp';

/** The usual replacement of a hidden value. */
export const HIDDEN = `${REDACTED}]`;

/** One hidden value and where it stood. */
export interface Hidden {
  /** Like `items[3].setRequestHeaders.Authorization`. */
  readonly path: string;
  readonly value: unknown;
  readonly mark: SecretMark;
}

/** Answers what stands in the place of a secret. */
type Hide = (hidden: Hidden) => unknown;

/**
 * Copies a value with everything secret replaced by what `hide` answers. Strings, numbers and booleans under a mark are
 * secret; empty strings and null are not. A field that the schema doesn't know is judged by its name.
 */
export function redact(schema: z.ZodType, value: unknown, hide: Hide = () => HIDDEN): unknown {
  return walk(schema, value, '', hide);
}

/** Every secret value in `value`, by the same rules as {@link redact}. */
export function secretsIn(schema: z.ZodType, value: unknown): readonly Hidden[] {
  const found: Hidden[] = [];
  redact(schema, value, (hidden) => {
    found.push(hidden);
    return HIDDEN;
  });
  return found;
}

function walk(declared: z.ZodType | undefined, value: unknown, path: string, hide: Hide): unknown {
  const schema = declared && unwrap(declared);
  const mark = schema && markOf(schema);
  if (mark) return cover(mark, value, path, hide);
  if (schema && !fits(schema, value) && marksIn(schema).length > 0) return cover({}, value, path, hide);
  if (Array.isArray(value)) {
    const element = elementOf(schema);
    return value.map((item, index) => walk(element, item, `${path}[${index}]`, hide));
  }
  if (!isRecord(value)) return value;
  const pick = schema && variants.get(schema);
  const real = pick ? pick(value) : schema;
  return mapFields(value, path, (field, name, at) => {
    const known = fieldOf(real ?? schema, name);
    if (pick && !real && !(known instanceof z.ZodString || known instanceof z.ZodEnum))
      return cover({}, field, at, hide);
    return known || !looksSecret(name) ? walk(known, field, at, hide) : cover({}, field, at, hide);
  });
}

/** Whether a value is of the kind that a schema describes; where it isn't, marks can't be found and all of it is hidden. */
function fits(schema: z.ZodType, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  // Asked of every value: by its own word, since zod's `instanceof` goes through a list.
  const { type } = schema.def;
  if (type === 'object' || type === 'record') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  return schema instanceof z.ZodUnion
    ? (schema.options as readonly z.ZodType[]).some((option) => fits(unwrap(option), value))
    : typeof value !== 'object';
}

function cover(mark: SecretMark, value: unknown, path: string, hide: Hide): unknown {
  if (value === null || value === undefined || value === '') return value;
  if (typeof value === 'string' && mark.except?.test(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => cover(mark, item, `${path}[${index}]`, hide));
  if (isRecord(value)) return mapFields(value, path, (field, _, at) => cover(mark, field, at, hide));
  return hide({ path, value, mark });
}

function mapFields(
  value: Readonly<Record<string, unknown>>,
  path: string,
  map: (field: unknown, name: string, path: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, map(field, name, path ? `${path}.${name}` : name)]),
  );
}

/** The schema of a field, from the object, the record or the first member of a union that has it. */
function fieldOf(schema: z.ZodType | undefined, name: string): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
  if (schema instanceof z.ZodRecord) {
    const values = schema.valueType as z.ZodType;
    return values instanceof z.ZodUnknown && !isExempt(schema) ? undefined : values;
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[];
    return options.map((option) => fieldOf(unwrap(option), name)).find((found) => found !== undefined);
  }
  return undefined;
}

function elementOf(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as readonly z.ZodType[];
    return options.map((option) => elementOf(unwrap(option))).find((found) => found !== undefined);
  }
  return undefined;
}

function markOf(schema: z.ZodType): SecretMark | undefined {
  // The registry's types turn a RegExp into a plain object.
  return marks.get(schema) as SecretMark | undefined;
}

/** The schema under optional, nullable and default. */
function unwrap(schema: z.ZodType): z.ZodType {
  const known = unwrapped.get(schema);
  if (known) return known;
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault;
  const inner = isWrapper ? unwrap(schema.unwrap() as z.ZodType) : schema;
  unwrapped.set(schema, inner);
  return inner;
}

const unwrapped = new WeakMap<z.ZodType, z.ZodType>();

/** A copy of a schema: marks belong to a field, not to every use of the schema it was made from. */
function copy<Schema extends z.ZodType>(schema: Schema): Schema {
  const clone: z.ZodType = schema.clone();
  return clone as Schema;
}
