import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { readAdvertised } from '../src/advertised.js';
import { RULES, rulesOf, toolInput } from '../src/input.js';
import { advertise, type ObjectSchema } from '../src/schemas.js';
import { composites } from '../src/tools/composites.js';
import { zero } from '../src/tools/zero/index.js';

const tools = advertise(zero, composites);
const operations = new Set(zero.operations.map(({ name }) => name));
const shown = (tool: (typeof tools)[number]) => {
  const { name, title, description, inputSchema, annotations } = tool;
  return { name, title, description, inputSchema, annotations };
};

type Node = Readonly<Record<string, unknown>>;

/** Every schema in a schema, the root first, with where it stands. */
function nodes(schema: unknown, path: string): readonly (readonly [string, Node])[] {
  if (Array.isArray(schema)) return schema.flatMap((item, index) => nodes(item, `${path}[${index}]`));
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties') {
      return Object.entries(value as Node).flatMap(([name, field]) => nodes(field, `${path}.${name}`));
    }
    return key === 'enum' || key === 'required' ? [] : nodes(value, `${path}/${key}`);
  });
  return [[path, schema as Node], ...inner];
}

test('the build has written what the schemas say today', () => {
  expect(readAdvertised('zero')).toEqual(JSON.parse(JSON.stringify(tools)));
});

test('all 89 operations are advertised, then the composites', () => {
  expect(tools.map(({ name }) => name)).toEqual([...operations, ...composites.map(({ name }) => name)]);
  expect(operations.size).toBe(89);
});

test('the tool list fits its token budgets', () => {
  const cost = (list: typeof tools) => encode(JSON.stringify({ tools: list.map(shown) })).length;
  const everything = cost(tools);
  const all = cost(tools.filter(({ name }) => operations.has(name)));
  const core = cost(tools.filter((tool) => tool.core));
  process.stderr.write(
    `tools/list: ${everything} tokens for ${tools.length} tools, ${all} for the operations, ${core} for core (o200k)\n`,
  );
  expect(everything).toBeLessThanOrEqual(30_000);
  expect(all).toBeLessThanOrEqual(24_000);
  expect(core).toBeLessThanOrEqual(9_000);
});

describe.each(tools.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  test('is shown as it was when last looked at', async () => {
    await expect(`${JSON.stringify(shown(tool), null, 2)}\n`).toMatchFileSnapshot(`__snapshots__/tools/${name}.json`);
  });

  test('keeps to the schema subset that every host reads', () => {
    const root = tool.inputSchema as ObjectSchema & Node;
    expect(root.type).toBe('object');
    expect(root).toMatchObject({ additionalProperties: false });
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) expect(root).not.toHaveProperty(keyword);
    for (const [path, node] of nodes(root, name)) {
      const keywords = ['$ref', '$defs', '$schema', 'exclusiveMinimum', 'exclusiveMaximum', 'propertyNames', 'const'];
      for (const keyword of keywords) expect(node, path).not.toHaveProperty(keyword);
      expect(Array.isArray(node.type), `${path} has a list of types`).toBe(false);
      expect(node.type, `${path} allows null`).not.toBe('null');
      if (node.format !== undefined) expect(node.format, path).toBe('date-time');
      if (node.format !== undefined) expect(node, path).not.toHaveProperty('pattern');
      if (typeof node.description === 'string') expect(node.description.length, path).toBeLessThanOrEqual(120);
    }
  });

  test('sets all four hints', () => {
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations;
    expect(
      [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].every((hint) => typeof hint === 'boolean'),
    ).toBe(true);
    expect(readOnlyHint).toBe(tool.effect === 'read');
    expect(readOnlyHint && destructiveHint).toBe(false);
  });

  test('accepts its example', () => {
    const declared = [...zero.operations, ...composites].find((candidate) => candidate.name === name);
    if (!declared) throw new Error(`${name} is not declared`);
    expect(toolInput(declared).safeParse(declared.example)).toMatchObject({ success: true });
  });
});

test('which rule changes which tool', () => {
  const byRule = Object.fromEntries(
    RULES.map((rule) => [
      rule,
      zero.operations
        .filter((operation) => rulesOf(operation, rule === 'pin' ? { cluster: 'c' } : {}).includes(rule))
        .map((operation) => operation.name)
        .sort(),
    ]),
  );
  expect(byRule).toMatchSnapshot();
});

test('no argument has two sources', () => {
  for (const operation of zero.operations) {
    const body = operation.body && 'shape' in operation.body ? Object.keys(operation.body.shape) : [];
    const names = [...Object.keys(operation.params.shape), ...Object.keys(operation.query.shape), ...body];
    expect(names, operation.name).toEqual([...new Set(names)]);
    for (const added of ['patch', 'clear', 'expectedUpdatedAt', 'replace', 'notices'])
      expect(names).not.toContain(added);
  }
});
