import { z } from 'zod';
import { kindOf } from './answer/kind.js';
import { type ErrorFacts, ToolError } from './errors.js';
import { nearest } from './nearest.js';
import type { Input, Operation } from './operation.js';
import { type Composite, isComposite } from './procedure.js';

/**
 * A tool's input is the wire request, flat, changed by these rules and no others. A test lists which rule touches which
 * tool.
 * - `organization`: `organizationId` may be left out; the server finds the only organization.
 * - `credential`: the server's own token fills the body.
 * - `patch`: a body that is a JSON Patch is the argument `patch`.
 * - `namespace`: a list that can include the namespaces below covers the whole organization without `namespaceId`.
 * - `defaults`: required body fields that the operation gives a default may be left out.
 * - `sparse`: a PUT takes only the fields to change, with `clear` and `expectedUpdatedAt`.
 * - `replace`: a sparse PUT that the API can also PATCH takes `replace: true` for the complete record.
 * - `rows`: a list takes `fields`, `detail`, `limit` and `offset`, whether or not the API does.
 * - `detail`: the read of one record takes `fields` and `detail`; of measurements over time only `detail`.
 * - `pin`: what the operator has fixed is no argument (see {@link Pin}).
 */
export const RULES = [
  'organization',
  'credential',
  'patch',
  'namespace',
  'defaults',
  'sparse',
  'replace',
  'rows',
  'detail',
  'pin',
] as const;
export type Rule = (typeof RULES)[number];

/** What the operator has fixed for the whole process. */
export interface Pin {
  readonly organization?: string;
  readonly cluster?: string;
}

/** Arguments that the sparse rule adds to the fields of a record. */
const sparseFields = {
  clear: z.array(z.string()).optional().describe('Names of fields to remove.'),
  expectedUpdatedAt: z.string().optional().describe("Refuse if the record's updatedAt is another."),
};
const replaceField = {
  replace: z.boolean().optional().describe('Replace the whole record: what is left out is lost, secrets too.'),
};

/** Arguments about the answer, which the API doesn't see. */
const answerFields = {
  fields: z.array(z.string()).min(1).optional(),
  detail: z.enum(['full']).optional(),
};
const pageFields = { limit: z.int().min(1).optional(), offset: z.int().min(0).optional() };
const KIND_FIELDS = {
  list: { ...answerFields, ...pageFields },
  record: answerFields,
  series: { detail: answerFields.detail },
};

/** The rules that change this operation's input. */
export function rulesOf(operation: Operation, pin: Pin = {}): readonly Rule[] {
  if (operation.ownCredential) return ['credential'];
  const applies: Record<Rule, boolean> = {
    organization: 'organizationId' in operation.params.shape && !pinnedNames(pin).includes('organizationId'),
    credential: false,
    patch: operation.body instanceof z.ZodArray,
    namespace: coversNamespaces(operation) && !pinnedNames(pin).includes('namespaceId'),
    defaults: Object.keys(operation.defaults).length > 0,
    sparse: operation.sparse !== undefined,
    replace: operation.sparse?.patch !== undefined,
    rows: kindOf(operation) === 'list',
    detail: kindOf(operation) === 'record' || kindOf(operation) === 'series',
    pin: pinnedNames(pin).some((name) => name in wireShape(operation)),
  };
  return RULES.filter((rule) => applies[rule]);
}

/** The tool's input: strict and flat. Equal in content to what `dist/schemas.json` advertises. */
export function toolInput(tool: Operation | Composite, pin: Pin = {}): z.ZodObject {
  const shape = isComposite(tool) ? { ...tool.input.shape } : operationShape(tool);
  if (shape.organizationId) shape.organizationId = z.optional(shape.organizationId);
  for (const name of pinnedNames(pin)) delete shape[name];
  return z.strictObject(shape);
}

/** Every argument of an operation's tool, by the rules that add some or make them optional. */
function operationShape(operation: Operation): Record<string, z.ZodType> {
  if (operation.ownCredential) return {};
  const shape: Record<string, z.ZodType> = { ...wireShape(operation) };
  for (const name of Object.keys(operation.defaults)) shape[name] = z.optional(shape[name] ?? z.unknown());
  if (coversNamespaces(operation)) shape.namespaceId = z.optional(shape.namespaceId ?? z.unknown());
  if (operation.sparse) {
    for (const [name, field] of Object.entries(bodyShape(operation))) {
      if (!(name in operation.params.shape)) shape[name] = z.optional(field);
    }
    Object.assign(shape, sparseFields, operation.sparse.patch ? replaceField : {});
  }
  const kind = kindOf(operation);
  if (kind) Object.assign(shape, KIND_FIELDS[kind]);
  return shape;
}

/** Whether a list is of one namespace and, if wanted, of all below it. */
export function coversNamespaces({ query }: Pick<Operation, 'query'>): boolean {
  return 'namespaceId' in query.shape && 'includeDescendants' in query.shape;
}

/** Names of arguments that a pin takes out of every schema. A cluster stands in one organization, so it fixes that too. */
export function pinnedNames(pin: Pin): readonly string[] {
  if (pin.cluster) return ['organizationId', 'clusterId', 'namespaceId'];
  return pin.organization ? ['organizationId'] : [];
}

/** The fields of an object body; empty for a JSON Patch and for no body. */
export function bodyShape(operation: Operation): Readonly<Record<string, z.ZodType>> {
  return operation.body instanceof z.ZodObject ? operation.body.shape : {};
}

/** Path, query and body of the wire request as one flat shape; a JSON Patch is its field `patch`. */
export function wireShape(operation: Operation): Readonly<Record<string, z.ZodType>> {
  return {
    ...operation.params.shape,
    ...operation.query.shape,
    ...(operation.body instanceof z.ZodArray ? { patch: operation.body } : bodyShape(operation)),
  };
}

/**
 * Reads the arguments of a call.
 * @throws ToolError `invalid_input` that names each wrong field, what was expected, and the nearest name for an unknown one.
 */
export function parseInput(
  operation: Pick<Operation, 'name'>,
  schema: z.ZodObject,
  input: unknown,
  pin: Pin = {},
): Input {
  const parsed = schema.safeParse(input ?? {});
  // The API knows null for `mcp`; a tool removes a field by naming it in `clear`.
  const nulls = Object.keys(parsed.data ?? {}).filter((name) => parsed.data?.[name] === null);
  if (parsed.success && nulls.length === 0) return parsed.data;
  const problems = parsed.success
    ? nulls.map((name) => `${name}: expected a value, not null`)
    : parsed.error.issues.flatMap((issue) => describe(issue, schema, input, pinnedNames(pin)));
  const names = Object.keys(schema.shape);
  const isNamed = problems.some((problem) => /^unknown field|: missing/.test(problem));
  const isNull = 'clear' in schema.shape && problems.some((problem) => problem.endsWith('not null'));
  const areRules = problems.some((problem) => problem.startsWith('ppl: expected rules'));
  const more = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : [];
  const told = [...problems.slice(0, MOST_PROBLEMS), ...more];
  throw wrongArguments(operation, told, (offers) =>
    [
      'Nothing was sent.',
      ...(isNull ? ['To remove a field, name it in clear.'] : []),
      ...(areRules && offers('draft_policy') ? ['draft_policy writes rules.'] : []),
      ...(areRules && offers('check_policy') ? ['check_policy takes them as YAML too, and creates nothing.'] : []),
      ...(isNamed ? [`Arguments: ${names.join(', ') || 'none'}.`] : []),
    ].join(' '),
  );
}

/** The error of arguments that are wrong. A problem that ends in a question closes the sentence by itself. */
export function wrongArguments(
  { name }: Pick<Operation, 'name'>,
  problems: readonly string[],
  next: ErrorFacts['next'] = 'Nothing was sent.',
): ToolError {
  const sentence = `Wrong arguments for ${name}: ${problems.join('; ')}.`;
  return new ToolError('invalid_input', sentence.replace(/\?\.$/, '?'), { next });
}

const MOST_PROBLEMS = 10;

/** One line per problem. The value itself is never quoted: it may be a secret. */
function describe(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  input: unknown,
  pinned: readonly string[],
): readonly string[] {
  const at = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') return describeUnknown(issue, schema, pinned);
  const best = issue.code === 'invalid_union' ? nearestBranch(issue.errors) : undefined;
  if (best && !(isOfNoKind(issue) && valueAt(input, issue.path) != null)) {
    const inside = best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
    return inside.flatMap((inner) => describe(inner, schema, input, pinned));
  }
  const value = valueAt(input, issue.path);
  const problem =
    value === undefined ? `missing${expectation(issue)}` : value === null ? `${wanted(issue)}, not null` : '';
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return [`${at}: ${MOMENT}`];
  const near =
    issue.code === 'invalid_value' && typeof value === 'string' ? suggestion(value, issue.values.map(String)) : '';
  return [`${at || 'arguments'}: ${problem || lowerFirst(issue.message)}${near}`];
}

function describeUnknown(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  schema: z.ZodObject,
  pinned: readonly string[],
): readonly string[] {
  const at = pathText(path);
  const known = fieldNames(schema, path);
  const where = at ? ` in ${at}` : '';
  const shown = (key: string) => JSON.stringify(shorten(key));
  const belongs = (key: string) =>
    !at && hasOpenFields(schema) && !pinned.includes(key) && suggestion(key, known) === '';
  const inFields = keys.filter(belongs);
  return [
    ...(inFields.length > 1
      ? [`unknown fields ${inFields.slice(0, MOST_PROBLEMS).map(shown).join(', ')}: put them in the argument fields`]
      : inFields.map((key) => `unknown field ${shown(key)}: put it in the argument fields`)),
    ...keys
      .filter((key) => !inFields.includes(key))
      .map((key) => {
        if (!at && pinned.includes(key)) return `${key} is fixed by the operator: leave it out`;
        const isCluster = !at && key === 'clusterId' && known.includes('namespaceId');
        const hint = isCluster ? ", give the cluster's id or name as namespaceId" : suggestion(key, known);
        return `unknown field ${shown(key)}${where}${hint}`;
      }),
  ];
}

const MOMENT = 'expected a moment with its offset, such as 2026-11-27T18:00:00Z or 2026-11-27T19:00:00+01:00';

/** Whether a value fits no member of a union, not even in its kind, and the union has words of its own for that. */
function isOfNoKind(issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_union' || issue.message === 'Invalid input') return false;
  return issue.errors.flat().every(({ code, path }) => code === 'invalid_type' && path.length === 0);
}

/** Whether the tool takes a record's values in `fields`. */
function hasOpenFields({ shape: { fields } }: z.ZodObject): boolean {
  return (fields instanceof z.ZodOptional ? fields.unwrap() : fields) instanceof z.ZodRecord;
}

/** What an issue asks for, where that says more than that something is there. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `, expected ${issue.values.map(String).join(' or ')}`;
  return issue.code === 'invalid_type' && issue.expected !== 'nonoptional' ? `, expected ${issue.expected}` : '';
}

const wanted = (issue: z.core.$ZodIssue) => expectation(issue).replace(/^, /, '') || 'expected a value';

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near ? `, did you mean ${near}?` : '';
}

/** Of a union's failed members, the one that came furthest: its first problem lies deepest. */
function nearestBranch(branches: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map((issue) => issue.path.length));
  return branches.filter((branch) => branch.length > 0).toSorted((a, b) => depth(b) - depth(a))[0];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
}

function fieldNames(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [first, ...rest] = path;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return fieldNames(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodUnion) {
    return (schema.options as readonly z.ZodType[]).flatMap((option) => fieldNames(option, path));
  }
  if (schema instanceof z.ZodArray && first !== undefined) return fieldNames(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (first === undefined) return Object.keys(schema.shape);
  const field = schema.shape[String(first)];
  return field ? fieldNames(field, rest) : [];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    value,
  );
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
