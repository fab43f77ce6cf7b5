import { z } from 'zod';
import type { Catalog } from './operation.js';
import { visible } from './plain-text.js';

/** A value with every text in it made visible, names of fields too; what needs no change is the same value. */
export function visibleIn<Value>(value: Value): Value {
  return walk(value) as Value;
}

function walk(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) {
    const shown = value.map(walk);
    return shown.some((item, index) => item !== value[index]) ? shown : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  const shown = fields.map(([name, field]) => [visible(name), walk(field)] as const);
  const isSame = shown.every(([name, field], index) => name === fields[index]?.[0] && field === fields[index][1]);
  return isSame ? value : Object.fromEntries(shown);
}

/** Answers the fields of an answer that hold, or may quote, what others have written: patterns like `items[].name`. */
export type UntrustedFields = (answer: unknown) => readonly string[];

/** Our own sentences, and what we say of questions and errors. What they quote is quoted. */
const OURS = /^(notices|error|already_done|notSent|confirmation_required\.(code|expiresAt|message))\b/;

/** What reports say in a fixed set of words, or as a time. A name that is missing here is only marked for nothing. */
const FIXED = [
  ...[
    'action',
    'at',
    'check',
    'code',
    'decision',
    'done',
    'effect',
    'expires',
    'grammar',
    'full',
    'kind',
    'liveSince',
    'match',
  ],
  ...['operation', 'outcome', 'possible', 'severity', 'since', 'state', 'until', 'verdict'],
];

/**
 * Read off the catalogue: a text is somebody's own unless it is an id, a time, or one of a fixed set of words wherever the
 * catalogue knows its field. What no schema knows counts as somebody's own.
 */
export function createUntrustedFields(catalog: Catalog): UntrustedFields {
  let closed: ReadonlySet<string> | undefined;
  return (answer) => {
    closed ??= closedNames(catalog);
    const found = new Set<string>();
    collect(answer, '', false, closed, found);
    return [...found];
  };
}

function collect(value: unknown, path: string, isClosed: boolean, closed: ReadonlySet<string>, found: Set<string>) {
  if (typeof value === 'string') {
    if (!isClosed && value !== '' && !OURS.test(path)) found.add(path);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, `${path}[]`, isClosed, closed, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      // The name of a field may be somebody's own too: an e-mail address, a header.
      const step = /^[A-Za-z]\w*$/.test(name) ? name : '*';
      const isId = /^id$|Ids?$/.test(name);
      collect(field, path ? `${path}.${step}` : step, isId || closed.has(name), closed, found);
    }
  }
}

/** Names of fields that hold no free text in any answer of the API. */
function closedNames({ operations }: Catalog): ReadonlySet<string> {
  const closed = new Set<string>(FIXED);
  const open = new Set<string>();
  const seen = new Set<z.ZodType>();
  const visit = (schema: z.ZodType, name: string): void => {
    if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
      visit(schema.unwrap() as z.ZodType, name);
    } else if (schema instanceof z.ZodObject) {
      if (seen.has(schema)) return;
      seen.add(schema);
      for (const [field, inner] of Object.entries(schema.shape)) visit(inner as z.ZodType, field);
    } else if (schema instanceof z.ZodArray) {
      visit(schema.element as z.ZodType, name);
    } else if (schema instanceof z.ZodUnion) {
      for (const option of schema.options) visit(option as z.ZodType, name);
    } else {
      (isFixed(schema) ? closed : open).add(name);
    }
  };
  for (const { output } of operations) if (output) visit(output, '');
  return new Set([...closed].filter((name) => !open.has(name)));
}

function isFixed(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodString) return schema.meta()?.format === 'date-time';
  return !(schema instanceof z.ZodUnknown || schema instanceof z.ZodRecord);
}
