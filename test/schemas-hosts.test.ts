import { expect, test } from 'vitest';
import { pinSchema } from '../src/offer.js';
import { advertise } from '../src/schemas.js';
import { composites } from '../src/tools/composites.js';
import { zero } from '../src/tools/zero/index.js';

// What hosts and the models behind them take of a tool. Where their documents and their servers differ, the stricter is held.

type Node = Readonly<Record<string, unknown>>;

const tools = advertise(zero, composites);
const pinned = tools.map(({ name, inputSchema }) => ({
  name: `${name} (pinned)`,
  inputSchema: pinSchema(inputSchema, { organization: 'o', cluster: 'c' }),
}));
const schemas = [...tools, ...pinned].map(({ name, inputSchema }) => [name, inputSchema as Node] as const);

/** Every schema in a tool's schema, with where it stands and how many objects are around it. */
const nodes = schemas.flatMap(([name, root]) => within(root, name, 0));

function within(node: Node, path: string, depth: number): readonly { node: Node; path: string; depth: number }[] {
  const {
    properties = {},
    items,
    additionalProperties,
    anyOf = [],
  } = node as {
    properties?: Readonly<Record<string, Node>>;
    items?: Node;
    additionalProperties?: Node | false;
    anyOf?: readonly Node[];
  };
  return [
    { node, path, depth },
    ...Object.entries(properties).flatMap(([name, field]) => within(field, `${path}.${name}`, depth + 1)),
    ...(items ? within(items, `${path}[]`, depth) : []),
    ...(additionalProperties ? within(additionalProperties, `${path}.*`, depth + 1) : []),
    ...anyOf.flatMap((branch, index) => within(branch, `${path}|${index}`, depth)),
  ];
}

/** Paths of the schemas that break a rule. */
const breaking = (rule: (node: Node, depth: number) => boolean) =>
  nodes.filter(({ node, depth }) => rule(node, depth)).map(({ path }) => path);

const listOf = (value: unknown) => (Array.isArray(value) ? value : []);

test('names: at most 32 characters, so that `mcp__<server>__<name>` stays below 64', () => {
  expect(tools.filter(({ name }) => !/^[a-z][a-z0-9_]{0,31}$/.test(name)).map(({ name }) => name)).toEqual([]);
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
});

test('counts: all tools fit the 128 of one OpenAI request, `core` the 40 of the strictest host', () => {
  expect(tools.length).toBeLessThanOrEqual(128);
  expect(tools.filter(({ core }) => core).length).toBeLessThanOrEqual(40);
});

test('descriptions: at most the 1,024 characters of OpenAI', () => {
  expect(tools.filter(({ description }) => description.length > 1_024)).toEqual([]);
  expect(breaking(({ description }) => String(description ?? '').length > 1_024)).toEqual([]);
});

test('arguments: names that Gemini, OpenAI and Anthropic take', () => {
  const isOdd = (name: string) => !/^[A-Za-z_]\w{0,63}$/.test(name);
  expect(breaking(({ properties = {} }) => Object.keys(properties as Node).some(isOdd))).toEqual([]);
});

test('size: within what OpenAI allows a schema it enforces', () => {
  const [deepest, ...properties] = [
    Math.max(...nodes.map(({ depth }) => depth)),
    ...schemas.map(([name]) => nodes.filter(({ path }) => path.startsWith(`${name}.`)).length),
  ];
  expect(deepest).toBeLessThanOrEqual(10);
  expect(Math.max(...properties)).toBeLessThanOrEqual(5_000);
  for (const [, root] of schemas) expect(JSON.stringify(root).length).toBeLessThanOrEqual(120_000);
  expect(breaking((node) => listOf(node.enum).length > 250)).toEqual([]);
});

test('keywords: only those of the Schema of a Gemini FunctionDeclaration, and additionalProperties', () => {
  const known = ['type', 'description', 'properties', 'required', 'items', 'enum', 'anyOf', 'format', 'pattern'];
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'];
  // Not in Gemini's subset; clients leave it out for Gemini, and it says nothing that they would miss.
  const allowed = new Set([...known, ...bounds, 'additionalProperties']);
  expect(breaking((node) => Object.keys(node).some((keyword) => !allowed.has(keyword)))).toEqual([]);
});

test('types: one for each schema, or anyOf with nothing beside it', () => {
  const types = ['object', 'array', 'string', 'integer', 'number', 'boolean'];
  const isTyped = ({ type, anyOf }: Node) => (anyOf === undefined ? types.includes(String(type)) : type === undefined);
  expect(breaking((node) => !isTyped(node))).toEqual([]);
  expect(breaking(({ anyOf, ...beside }) => anyOf !== undefined && Object.keys(beside).length > 0)).toEqual([]);
  expect(breaking(({ anyOf }) => anyOf !== undefined && listOf(anyOf).length < 2)).toEqual([]);
});

test('keywords stand with their type: Gemini refuses others', () => {
  const belongs: Readonly<Record<string, readonly string[]>> = {
    properties: ['object'],
    required: ['object'],
    additionalProperties: ['object'],
    items: ['array'],
    minItems: ['array'],
    maxItems: ['array'],
    enum: ['string'],
    format: ['string'],
    pattern: ['string'],
    minLength: ['string'],
    maxLength: ['string'],
    minimum: ['integer', 'number'],
    maximum: ['integer', 'number'],
  };
  const isMisplaced = (keyword: string, type: unknown) => belongs[keyword]?.includes(String(type)) === false;
  expect(breaking((node) => Object.keys(node).some((keyword) => isMisplaced(keyword, node.type)))).toEqual([]);
  expect(breaking(({ type, items }) => type === 'array' && items === undefined)).toEqual([]);
});

test('enums hold texts, none empty and none twice; what is required exists', () => {
  const isOdd = (values: readonly unknown[]) =>
    new Set(values).size !== values.length || values.some((value) => typeof value !== 'string' || value === '');
  expect(breaking((node) => node.enum !== undefined && isOdd(listOf(node.enum)))).toEqual([]);
  const lacks = ({ properties = {}, required }: Node) =>
    listOf(required).some((name) => !Object.hasOwn(properties as Node, name));
  expect(breaking(lacks)).toEqual([]);
});

test('objects whose fields are not told are these, which Gemini fills with less care', () => {
  const open = ({ type, properties }: Node) => type === 'object' && Object.keys(Object(properties)).length === 0;
  const roots = new Set(schemas.map(([name]) => name));
  const paths = breaking(open).filter((path) => !roots.has(path) && !path.includes('(pinned)'));
  const fields = paths.map((path) => path.replace(/^\w+\.(patch\[\]\.value\|\d|ppl\[\]\.\w+\.\w+\[\]|.*)$/, '$1'));
  expect([...new Set(fields)].sort()).toMatchInlineSnapshot(`
    [
      "claims",
      "fields",
      "identityProviderRequestParams",
      "jwtClaimsHeaders",
      "mcp.client",
      "mcp.server.upstreamOAuth2.authorizationUrlParams",
      "patch[].value|3",
      "ppl[].allow.and[]",
      "ppl[].allow.nor[]",
      "ppl[].allow.not[]",
      "ppl[].allow.or[]",
      "ppl[].deny.and[]",
      "ppl[].deny.nor[]",
      "ppl[].deny.not[]",
      "ppl[].deny.or[]",
      "requestParams",
      "setRequestHeaders",
      "setResponseHeaders",
    ]
  `);
});
