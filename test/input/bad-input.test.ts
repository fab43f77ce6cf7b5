import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { textOf } from '../../src/answer/text.js';
import { toolInput } from '../../src/input.js';
import type { Operation } from '../../src/operation.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { REDACTED } from '../../src/secret.js';
import { zero } from '../../src/tools/zero/index.js';
import { connect, type Fields, type Harness, type Result } from '../harness.js';

const all = zero.operations.map((operation) => [operation.name, operation] as const);
const withArguments = all.filter(([, operation]) => fieldsOf(operation).length > 0);
const withIds = all.flatMap(([name, { params }]) => Object.keys(params.shape).map((field) => [name, field] as const));

const sandbox = createSandbox();
const beginning = sandbox.snapshot();

function fieldsOf(operation: Operation): readonly string[] {
  return Object.keys(toolInput(operation).shape);
}

/** A call that the tool's schema takes. */
function validCall(name: string): Fields {
  return zero.operations.find((operation) => operation.name === name)?.example ?? {};
}

describe('whatever the arguments are', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', 'constructor', '../..', '\u0000', ''),
  );
  const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
  const objects = fc.dictionary(text, json, { noNullPrototype: true });

  test.each(all)('%s answers a success or an error that it foresaw', async (name, operation) => {
    sandbox.restore(beginning);
    const harness = await server();
    // Its own fields with wild values get further than wild names do.
    const own = fc.record(Object.fromEntries(fieldsOf(operation).map((field) => [field, fc.oneof(json, text)])), {
      requiredKeys: [],
    });
    const spoiled = own.map((fields) => ({ ...operation.example, ...fields }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(objects, own, spoiled), async (args) => {
        const result = await harness.call(name, args as Fields);
        expect(result.text).toBe(textOf(result.content));
        expect(kindOf(result)).not.toBe('internal');
      }),
      { numRuns: 12 },
    );
  });
});

describe('a value of the wrong type', () => {
  const values: readonly unknown[] = [null, true, 12.5, 'text', ['text', 1], { unheard: { of: 1 } }];

  test.each(withArguments)('%s names its field', async (name, operation) => {
    const harness = await server();
    const schema = toolInput(operation);
    for (const field of fieldsOf(operation)) {
      for (const value of values) {
        if (schema.safeParse({ ...operation.example, [field]: value }).success) continue;
        const result = await refused(harness, name, { ...operation.example, [field]: value });
        expect(result.text).toMatch(new RegExp(`[:;] (unknown field \\\\"\\w+\\\\" in )?${field}\\b`));
      }
    }
  });

  test.each(withArguments)('%s takes null nowhere', async (name, operation) => {
    const harness = await server();
    for (const field of fieldsOf(operation)) {
      await refused(harness, name, { ...operation.example, [field]: null });
    }
  });
});

describe('a missing field', () => {
  test.each(withArguments)('%s names it', async (name, operation) => {
    const harness = await server();
    const needed = Object.entries(toolInput(operation).shape).filter(
      ([, field]) => !field.safeParse(undefined).success,
    );
    for (const [field] of needed) {
      const { [field]: _, ...rest } = operation.example;
      const { text } = await refused(harness, name, rest);
      expect(text).toContain(`${field}: missing, expected `);
    }
  });
});

describe('an unknown field', () => {
  test.each(all)('%s names it, and the one that was meant', async (name, operation) => {
    const harness = await server();
    for (const field of fieldsOf(operation)) {
      const [mistyped, plain] = [`${field.slice(0, -1)}_x`, field.replace(/([A-Z])/g, '_$1').toLowerCase()];
      for (const wrong of [mistyped, plain].filter((typed) => !fieldsOf(operation).includes(typed))) {
        const { text } = await refused(harness, name, { ...operation.example, [wrong]: 'x' });
        expect(text).toContain(`unknown field \\"${wrong}\\"`);
        if (wrong === plain) expect(text).toContain(`did you mean ${field}?`);
      }
    }
    const { text } = await refused(harness, name, { ...operation.example, qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq: 1 });
    expect(text).toContain('unknown field \\"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\\"');
    expect(text).not.toContain('did you mean');
    expect(text).toContain('Nothing was sent.');
  });

  test.each(all)('%s takes no name of the prototype for one of its own', async (name, { example }) => {
    const harness = await server();
    for (const wrong of ['constructor', 'toString', 'hasOwnProperty']) {
      const { text } = await refused(harness, name, { ...example, [wrong]: 'x' });
      expect(text).toContain(`unknown field \\"${wrong}\\"`);
    }
    const polluting = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    await refused(harness, name, { ...example, ...polluting });
    expect(({} as Fields).polluted).toBeUndefined();
  });
});

describe('an id that is none', () => {
  const bad = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '\t\n',
      '.',
      '..',
      '/',
      '\\',
      '%',
      '%2f',
      '%2F..',
      '..%2f..',
      '\u0000',
      '\u007f',
      '\u202e',
      '\ud800',
    ),
    fc
      .tuple(fc.string(), fc.constantFrom('/', '\\', '%', '\u0000', '\n', '\r', '\u0085', '\u200b'), fc.string())
      .map((parts) => parts.join('')),
    fc.string({ minLength: 257, maxLength: 100_000 }),
  );

  test.each(withIds)('%s never sends it as %s', async (name, field) => {
    const harness = await server();
    await fc.assert(
      fc.asyncProperty(bad, async (id) => {
        const { text } = await refused(harness, name, { ...known(name), [field]: id });
        expect(text).toContain(field);
      }),
      { numRuns: 25 },
    );
  });

  /** With the organization given, there is no reason to look for it. */
  function known(name: string): Fields {
    return withIds.some(([tool, field]) => tool === name && field === 'organizationId')
      ? { organizationId: 'bHdKsLwPzQxRvTnMcJfGbYtWkXq', ...validCall(name) }
      : validCall(name);
  }
});

describe('numbers', () => {
  const paged = all.filter(([, operation]) => 'limit' in toolInput(operation).shape);

  test.each(paged)('%s takes no page that is none', async (name, { example }) => {
    const harness = await server();
    for (const field of ['limit', 'offset']) {
      for (const value of [-1, 0.5, 1e21, '5', Number.MAX_VALUE]) {
        const { text } = await refused(harness, name, { ...example, [field]: value });
        expect(text).toContain(`${field}: `);
      }
    }
  });
});

describe('long texts', () => {
  test.each(withArguments)('%s stands them in every field, and quotes none', async (name, operation) => {
    const harness = await server();
    sandbox.restore(beginning);
    for (const field of fieldsOf(operation)) {
      const long = `start${'long'.repeat(5_000)}`;
      const result = await harness.call(name, { ...operation.example, [field]: long });
      expect(kindOf(result)).not.toBe('internal');
      if (result.isError) expect(result.text.length).toBeLessThan(5_000);
      const strange = await refused(harness, name, { ...operation.example, [`${field}${long}`]: 1 });
      expect(strange.text.length).toBeLessThan(5_000);
    }
  });
});

describe('a value that this server has hidden', () => {
  const markers = [`${REDACTED}]`, `${REDACTED}; saved in /home/a/secrets/b]`, `Bearer ${REDACTED}]`];

  test.each(withArguments)('%s refuses it in every text field', async (name, operation) => {
    const harness = await server();
    const schema = toolInput(operation);
    let tried = 0;
    for (const field of fieldsOf(operation)) {
      for (const value of markers.flatMap((marker) => placed(schema.shape[field], marker))) {
        if (!schema.safeParse({ ...operation.example, [field]: value }).success) continue;
        tried++;
        const { text } = await refused(harness, name, { ...operation.example, [field]: value });
        expect(text).toContain('holds a value that this server has hidden.');
        expect(text).toContain(field);
      }
    }
    // All others have a text among their arguments.
    if (name !== 'list_default_templates') expect(tried).toBeGreaterThan(0);
  });

  test('in a name inside of a map too', async () => {
    const harness = await server();
    const { text } = await refused(harness, 'update_route', {
      ...validCall('update_route'),
      setRequestHeaders: { Authorization: `${REDACTED}]` },
    });
    expect(text).toContain('setRequestHeaders.Authorization holds a value that this server has hidden.');
  });

  test('and in a patch', async () => {
    const harness = await server();
    const { text } = await refused(harness, 'patch_route', {
      ...validCall('patch_route'),
      patch: [{ op: 'add', path: '/setRequestHeaders', value: { 'X-Key': [`${REDACTED}]`] } }],
    });
    expect(text).toContain('patch[0].value.X-Key[0] holds a value that this server has hidden.');
  });

  /** The marker as a value of a schema: itself, in a list, in a map. */
  function placed(schema: z.ZodType | undefined, marker: string): readonly unknown[] {
    if (schema instanceof z.ZodOptional) return placed(schema.unwrap() as z.ZodType, marker);
    return [marker, [marker], { key: marker }, [{ op: 'add', path: '/name', value: marker }]];
  }
});

/** A server on the one sandbox; in unattended mode, so that nothing but the input stops a call. */
const server = () => connect({ sandbox, mode: 'unattended' });

function kindOf({ content }: Result): unknown {
  return (content.error as Fields | undefined)?.kind;
}

/** A call that must be refused as wrong input with nothing sent. */
async function refused({ call }: Harness, name: string, args: Fields): Promise<Result> {
  const from = sandbox.requests.length;
  const result = await call(name, args);
  expect(kindOf(result), `${JSON.stringify(args)?.slice(0, 500)} → ${result.text.slice(0, 500)}`).toBe('invalid_input');
  expect(sandbox.requests.slice(from)).toEqual([]);
  return result;
}
