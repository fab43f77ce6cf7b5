import { isIP } from 'node:net';
import { z } from 'zod';
import { isRecord } from '../json.js';
import type { Operation } from '../operation.js';
import { Refusal } from './behaviour.js';

/** What is special about the bodies of some operations, by name. */
export type BodyRules = Readonly<Record<string, BodyRule>>;

export interface BodyRule {
  /** Fields that the service fills in although the reference marks them required. */
  readonly fill?: Readonly<Record<string, unknown>>;
  /** A check that speaks before the schema does: what is wrong, in the service's own words. */
  readonly check?: (body: Readonly<Record<string, unknown>>) => string | undefined;
}

/** A value that fits the schema, formats included, or the service's 400. */
export function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(result.error);
  const problem = formatProblem(schema, result.data, '');
  if (problem) throw new Refusal(400, problem);
  return result.data;
}

/** The query parameters of a URL, as the operation declares them. */
export function validQuery(operation: Operation, search: URLSearchParams): Readonly<Record<string, unknown>> {
  return valid(operation.query, fieldsOf(operation.query, search));
}

/** The body of a request, as the operation declares it. */
export function validBody(operation: Operation, text: string, type: string, rules: BodyRules): unknown {
  if (!operation.body) {
    if (text.trim() === '' || text.trim() === '{}') return undefined;
    throw new Refusal(400, 'this request takes no body');
  }
  if (operation.bodyType === 'form') {
    requireType(type, 'application/x-www-form-urlencoded');
    const fields = operation.body instanceof z.ZodObject ? fieldsOf(operation.body, new URLSearchParams(text)) : text;
    return valid(operation.body, fields);
  }
  requireType(type, 'application/json');
  return completeBody(operation, parseJson(text, 'body'), rules);
}

/** A parsed body with what the service fills in, if it fits. */
export function completeBody(operation: Operation, body: unknown, rules: BodyRules): unknown {
  const { fill, check } = rules[operation.name] ?? {};
  const problem = isRecord(body) ? check?.(body) : undefined;
  if (problem) throw new Refusal(400, problem);
  return operation.body && valid(operation.body, isRecord(body) ? { ...fill, ...body } : body);
}

function requireType(given: string, wanted: string): void {
  if (given.split(';')[0]?.trim().toLowerCase() !== wanted) throw new Refusal(400, `content type must be ${wanted}`);
}

/** Text fields of a URL or form as values: each is read as its schema wants it. */
function fieldsOf(schema: z.ZodObject, search: URLSearchParams): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    if (values.length > 1) throw new Refusal(400, `${name}: given more than once`);
    const declared = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
    fields[name] = decode(declared, values[0] ?? '', name);
  }
  return fields;
}

function decode(declared: z.ZodType | undefined, text: string, name: string): unknown {
  const schema = declared && inner(declared);
  const numeric =
    schema instanceof z.ZodNumber ||
    (schema instanceof z.ZodLiteral && [...schema.values].every((value) => typeof value === 'number'));
  if (numeric) return text.trim() === '' ? text : Number(text);
  if (schema instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  // Lists are comma-separated: style form, explode false (FACTS 3.8).
  if (schema instanceof z.ZodArray) return text.split(',');
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return parseJson(text, name);
  return text;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, `${name}: invalid JSON`);
  }
}

function invalid(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  return new Refusal(400, path === '' ? (issue?.message ?? 'invalid') : `${path}: ${issue?.message}`);
}

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) =>
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  ip: (text) => isIP(text) !== 0,
  ipport: (text) => text === '' || /^\S*:\d{1,5}$/.test(text),
  port: (text) => /^\d{1,5}$/.test(text),
};

/** The first text that isn't of the format its field declares; zod itself leaves such formats unchecked. */
function formatProblem(declared: z.ZodType, value: unknown, path: string): string | undefined {
  const format = typeof value === 'string' ? (declared.meta()?.format ?? inner(declared).meta()?.format) : undefined;
  const check = formats[String(format)];
  if (typeof value === 'string') return check && !check(value) ? `${path}: expected format ${format}` : undefined;
  const schema = inner(declared);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const problem = formatProblem(schema.element as z.ZodType, item, join(path, String(index)));
      if (problem) return problem;
    }
  }
  if (schema instanceof z.ZodObject && isRecord(value)) {
    for (const [name, field] of Object.entries(value)) {
      const known = schema.shape[name];
      const problem = known && formatProblem(known, field, join(path, name));
      if (problem) return problem;
    }
  }
  return undefined;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function inner(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? inner(schema.unwrap() as z.ZodType)
    : schema;
}
