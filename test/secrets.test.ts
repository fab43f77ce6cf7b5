import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { FetchResponse } from '../src/client/client.js';
import type { Upstream } from '../src/engine.js';
import { toolInput } from '../src/input.js';
import type { Operation } from '../src/operation.js';
import { visible } from '../src/plain-text.js';
import { isSecret } from '../src/secret.js';
import { zero } from '../src/tools/zero/index.js';
import { connectTo } from './harness.js';

/** A value that fits a schema, with a recognisable text in every string that may hold any text. */
interface Planted {
  readonly value: unknown;
  /** Texts that stood in marked fields. */
  readonly secrets: readonly string[];
  /** Texts that stood in fields without a mark. */
  readonly open: readonly string[];
}

/** Plants one canary per string; `word` makes it recognisable and hard to carry (quotes, newlines, other alphabets). */
function plant(schema: z.ZodType, word: string): Planted {
  const secrets: string[] = [];
  const open: string[] = [];
  const canary = (hidden: boolean) => {
    const text = `canary-${word}-${secrets.length + open.length}-end`;
    (hidden ? secrets : open).push(text);
    return text;
  };
  const grow = (node: z.ZodType, hidden: boolean): unknown => {
    const marked = hidden || isSecret(node);
    if (node instanceof z.ZodOptional || node instanceof z.ZodNullable) return grow(node.unwrap() as z.ZodType, marked);
    if (node instanceof z.ZodObject) {
      return Object.fromEntries(
        Object.entries(node.shape).map(([name, field]) => [name, grow(field as z.ZodType, marked)]),
      );
    }
    if (node instanceof z.ZodArray) return [grow(node.element as z.ZodType, marked)];
    if (node instanceof z.ZodRecord) return { 'X-Name': grow(node.valueType as z.ZodType, marked) };
    if (node instanceof z.ZodUnion) return grow(node.options[0] as z.ZodType, marked);
    if (node instanceof z.ZodEnum) return node.options[0];
    if (node instanceof z.ZodLiteral) return [...node.values][0];
    if (node instanceof z.ZodNumber) return 3;
    if (node instanceof z.ZodBoolean) return false;
    const format = node.meta()?.format;
    if (format === 'date-time') return '2026-01-02T03:04:05Z';
    const text = canary(marked);
    if (format === 'url') return `https://${text}`;
    if (format === 'email') return `${text}@example.com`;
    return text;
  };
  return { value: grow(schema, false), secrets, open };
}

/** A remote side that answers every call but the token exchange with one status and body. */
function remote(status: number, body: (request: string) => unknown): Upstream {
  const answer = (code: number, data: unknown): FetchResponse => ({
    status: code,
    headers: { get: (name) => (name.toLowerCase() === 'content-type' ? 'application/json' : null) },
    body: (async function* () {
      if (data !== undefined) yield new TextEncoder().encode(JSON.stringify(data));
    })(),
  });
  return {
    baseUrl: 'https://zero.test/api/v0',
    readRefreshToken: async () => 'refresh-token-canary',
    fetch: async (url, { body: sent = '' }) =>
      url.endsWith('/v0/token')
        ? answer(200, { idToken: 'id-token-canary', expiresInSeconds: '3600' })
        : answer(status, body(`${url} ${sent}`)),
  };
}

/** Every text in a value, keys included, as a reader would see it. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]);
}

const words = fc
  .string({ unit: 'grapheme', minLength: 4, maxLength: 12 })
  .filter((word) => !word.includes('redacted') && visible(word) === word);

// An apply is planned from reads first, which this remote side can't answer; what it answers holds no secret.
const answering = zero.operations.filter(
  ({ output, sparse, ownCredential, effect }) => output && !sparse && !ownCredential && effect !== 'apply',
);

/** What the remote side answers: to the operation's own path what is planted, to all that the guard looks at nothing. */
function answered(request: string, { path }: Operation, planted: unknown): unknown {
  const pattern = (text: string) => new RegExp(`${text.replace(/\{\w+\}/g, '[^/ ?]+')}(\\?\\S*)? `);
  if (pattern(path).test(request)) return planted;
  return LISTS.some((list) => pattern(list).test(request)) ? [] : {};
}

const LISTS = zero.operations
  .filter(({ effect, output }) => effect === 'read' && output instanceof z.ZodArray)
  .map(({ path }) => path);

describe('no secret of an answer reaches the model', () => {
  test.each(answering.map((operation) => [operation.name, operation] as const))('%s', async (name, operation) => {
    await fc.assert(
      fc.asyncProperty(words, async (word) => {
        const planted = plant(operation.output as z.ZodType, word);
        const { call, log } = await connectTo(
          remote(operation.status, (request) => answered(request, operation, planted.value)),
          { mode: 'unattended' },
        );
        const result = await call(name, { ...withOrganization(operation, operation.example), ...whole(operation) });
        const seen = [...texts(result.content), result.text, ...texts(result.meta), ...log].join('\n');
        for (const secret of planted.secrets) expect(seen).not.toContain(secret);
        expect(seen).not.toMatch(/refresh-token-canary|id-token-canary/);
        // What isn't secret is still there: hiding everything would pass the check above.
        for (const text of planted.open) expect(seen).toContain(text);
        if (planted.secrets.length > 0) expect(result.meta.redacted).toHaveLength(planted.secrets.length);
      }),
      { numRuns: 5 },
    );
  });
});

describe('no secret of an argument comes back', () => {
  const taking = zero.operations.filter((operation) => plant(toolInput(operation), 'x').secrets.length > 0);

  test('the operations that take one', () => {
    expect(taking.map((operation) => operation.name).sort()).toMatchInlineSnapshot(`
      [
        "check_identity_provider_settings",
        "create_key_pair",
        "create_route",
        "update_key_pair",
        "update_route",
        "update_settings",
      ]
    `);
  });

  test.each(taking.map((operation) => [operation.name, operation] as const))('%s', async (name, operation) => {
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom(400, 403, 409, 500), async (word, status) => {
        const { input, secrets } = arguments_(operation, word);
        const { call, log } = await connectTo(
          remote(status, (request) => ({ error: `cannot accept ${request}` })),
          { mode: 'unattended' },
        );
        const result = await call(name, withOrganization(operation, input));
        expect(result.isError).toBe(true);
        const seen = [result.text, ...texts(result.content), ...log].join('\n');
        for (const secret of secrets) expect(seen).not.toContain(secret);
      }),
      { numRuns: 5 },
    );
  });
});

/** The example with canaries in every field that is secret. */
function arguments_(operation: Operation, word: string) {
  const { value, secrets } = plant(toolInput(operation), word);
  const planted = Object.entries(value as Record<string, unknown>).filter(([, field]) =>
    texts(field).some((text) => secrets.some((secret) => text.includes(secret))),
  );
  return { input: { ...operation.example, ...Object.fromEntries(planted) }, secrets };
}

/** The arguments that make a tool answer everything, where it has them. */
function whole(operation: Operation) {
  return 'detail' in toolInput(operation).shape ? { detail: 'full' } : {};
}

/** As long as Zero's ids are: nobody looks it up. */
const ORGANIZATION = 'bzxcvqwrtpsdfghjklmnbvcxzqw';
const CLUSTER = 'bclstrqwrtpsdfghjklmnbvcxzq';

function withOrganization(operation: Operation, input: Readonly<Record<string, unknown>>) {
  return 'organizationId' in toolInput(operation).shape ? { organizationId: ORGANIZATION, ...input } : input;
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Pomerium's own header tokens.
describe('secrets outside their own field', () => {
  const secret = 'c2VjcmV0LWNvb2tpZS1rZXk="quoted"';

  test('a value met in a record is hidden in log lines and names afterwards', async () => {
    const entry = { timestamp: '2026-01-02T03:04:05Z', message: `boot with ${secret}`, labels: { key: secret } };
    const { ok } = await connectTo(
      remote(200, (request) => (request.includes('/logs') ? [entry] : { cookieName: 'a', cookieSecret: secret })),
    );
    const cluster = { organizationId: ORGANIZATION, clusterId: CLUSTER };
    expect(await ok('get_settings', cluster)).toMatchObject({
      cookieName: 'a',
      cookieSecret: '[redacted by zero-mcp]',
    });
    const range = { startTime: '2026-01-02T03:04:05Z', endTime: '2026-01-02T04:04:05Z' };
    expect(JSON.stringify(await ok('get_logs', { ...cluster, ...range }))).toContain(
      'boot with [redacted by zero-mcp]',
    );
  });

  test.each([
    [
      'settings',
      { cookieName: 'a', cookieSecret: secret },
      { cookieName: 'a', cookieSecret: '[redacted by zero-mcp]' },
    ],
    [
      'route',
      { setRequestHeaders: { A: secret, B: '${pomerium.jwt}' } },
      { setRequestHeaders: { A: '[redacted by zero-mcp]', B: '${pomerium.jwt}' } },
    ],
    [
      'policy',
      { name: 'p', apiToken: { deep: [secret] } },
      { name: 'p', apiToken: { deep: ['[redacted by zero-mcp]'] } },
    ],
    ['domain', { name: secret }, { name: '[redacted by zero-mcp]' }],
    ['invented', { name: secret }, { name: '[redacted by zero-mcp]' }],
  ])('a snapshot of a %s', async (type, data, shown) => {
    const log = [{ activityType: 'update', entity: { type, id: 'i', data } }];
    const { items } = await connectTo(remote(200, () => log));
    expect(await items('list_activity_logs', { organizationId: ORGANIZATION, detail: 'full' })).toMatchObject([
      { entity: { type, data: shown } },
    ]);
  });

  test('private keys, JWTs and bearer tokens in free text', async () => {
    const key = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----';
    const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
    const message = `key ${key} jwt ${jwt} header Authorization: Bearer abcdefghij0123456789abcdefghij end`;
    const { items } = await connectTo(remote(200, () => [{ timestamp: '2026-01-02T03:04:05Z', message }]));
    const range = { startTime: '2026-01-02T03:04:05Z', endTime: '2026-01-02T04:04:05Z' };
    const [line] = await items('get_logs', { organizationId: ORGANIZATION, clusterId: CLUSTER, ...range });
    const hidden = '[redacted by zero-mcp]';
    expect(line?.message).toBe(`key ${hidden} jwt ${hidden} header Authorization: ${hidden} end`);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: end of the tokens.
