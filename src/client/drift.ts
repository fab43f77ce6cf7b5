import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const MAX_LISTED = 20;

/**
 * Where data differs from its declared schema, as `[3].createdAt: expected string`, without any value of the data.
 * Unknown fields and null for an optional field are no drift: APIs grow, and many write an empty field as null.
 */
export function drift(schema: z.ZodType, data: unknown): string[] {
  const issues = differences(schema, data);
  if (issues.length === 0) return [];
  // A null counts unless leaving the field out would have been right.
  const paths = new Set(differences(schema, withoutNulls(data)).map(pathOf));
  const found = issues
    .filter((issue) => paths.has(pathOf(issue)))
    .map((issue) => `${pathOf(issue)}: ${expectation(issue)}`);
  const rest = found.length - MAX_LISTED;
  return rest > 0 ? [...found.slice(0, MAX_LISTED), `… and ${rest} more`] : found;
}

function differences(schema: z.ZodType, data: unknown): Issue[] {
  return schema.safeParse(data).error?.issues.filter(matters) ?? [];
}

/** A union that fits but for unknown fields fits. */
function matters(issue: Issue): boolean {
  if (issue.code === 'unrecognized_keys') return false;
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return true;
  return issue.errors.every((branch) => branch.some(matters));
}

function pathOf({ path }: Issue): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '') || 'body';
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.join(' | ')}`;
  if (issue.code === 'invalid_format') return `expected ${issue.format}`;
  return issue.message;
}

function withoutNulls(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(withoutNulls);
  if (typeof data !== 'object' || data === null) return data;
  const present = Object.entries(data).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([name, value]) => [name, withoutNulls(value)]));
}
