import { EventEmitter, getEventListeners, once } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkBaseUrl } from '../../src/client/base-url.js';
import { createClient } from '../../src/client/client.js';
import { buildRequest } from '../../src/client/request.js';
import { zero } from '../../src/tools/zero/index.js';
import { connect, empty, failure, hang, json, record, request, reset, startServer, text, truncated } from './server.js';

const put = {
  name: 'update_thing',
  method: 'PUT',
  effect: 'draft',
  body: z.strictObject({ note: z.string() }),
} as const;
const post = { ...put, name: 'create_thing', method: 'POST', status: 201 } as const;
const remove = { name: 'delete_thing', method: 'DELETE', effect: 'draft', output: undefined } as const;

test('a read carries the bearer token, who asks, and no body', async () => {
  const server = await startServer([json(200, record)]);
  const answer = await connect(server).send(request());
  expect(answer).toEqual({ status: 200, data: record, drift: [] });
  expect(server.calls).toMatchObject([
    {
      method: 'GET',
      url: '/api/v0/things/b1',
      body: '',
      headers: { authorization: 'Bearer token-1', accept: 'application/json', 'user-agent': 'zero-mcp/1.2.3' },
    },
  ]);
  expect(server.calls[0]?.headers).not.toHaveProperty('content-type');
});

test('a write carries its body as JSON', async () => {
  const server = await startServer([json(201, record)]);
  await connect(server).send(request(post, { note: 'ü' }));
  expect(server.calls[0]).toMatchObject({ body: '{"note":"ü"}', headers: { 'content-type': 'application/json' } });
});

test('a form is sent as a form', async () => {
  const server = await startServer([json(200, { auth: 'x' })]);
  const authorize = zero.operations.find(({ name }) => name === 'authorize_notifications');
  if (!authorize) throw new Error('authorize_notifications is gone');
  await connect(server).send(buildRequest(authorize, { channel_name: 'a b&c', socket_id: '1.2' }));
  expect(server.calls[0]).toMatchObject({
    body: 'channel_name=a+b%26c&socket_id=1.2',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
});

test('a success without a body has no data', async () => {
  const server = await startServer([empty(204)]);
  expect(await connect(server).send(request(remove))).toEqual({ status: 204, data: undefined, drift: [] });
});

test.each([
  [400, 'rejected'],
  [402, 'rejected'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [409, 'conflict'],
  [413, 'rejected'],
  [422, 'rejected'],
  [500, 'server_error'],
  [501, 'server_error'],
])('status %i is %s and brings the API’s own text', async (status, kind) => {
  const server = await startServer([json(status, { error: 'viewer user required' })]);
  const error = await failure(connect(server).send(request(post, { note: 'x' })));
  expect(error).toMatchObject({
    kind,
    status,
    upstream: 'viewer user required',
    message: `The API answered ${status} to create_thing.`,
    maybeSent: status >= 500,
  });
});

test('a gateway’s page is quoted as the API’s text, broken JSON is not', async () => {
  const server = await startServer([
    text(400, '<h1>Bad</h1>'),
    text(400, '{"privateKey": "sec'),
    json(400, { other: 1 }),
  ]);
  const { send } = connect(server);
  expect(await failure(send(request()))).toMatchObject({ upstream: '<h1>Bad</h1>' });
  expect(await failure(send(request()))).toMatchObject({ upstream: undefined });
  expect(await failure(send(request()))).toMatchObject({ upstream: undefined });
});

test('an API that repeats the id token in its error does not show it to anybody', async () => {
  const server = await startServer([
    (response, { headers }) => json(400, { error: `bad ${headers.authorization}` })(response, {} as never),
  ]);
  const error = await failure(connect(server).send(request()));
  expect(error.upstream).toBe('bad Bearer (hidden)');
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed and only its host is named', async (status) => {
  const elsewhere = await startServer([json(200, record)]);
  const target = elsewhere.baseUrl.replace('127.0.0.1', 'localhost');
  const server = await startServer([empty(status, { location: `${target}/secret-path?session=1` })]);
  const error = await failure(connect(server).send(request()));
  expect(error).toMatchObject({ kind: 'redirected', status });
  expect(error.message).toBe(`The API redirects get_thing to ${new URL(target).host}; this server does not follow.`);
  expect(elsewhere.calls).toEqual([]);
});

test('a redirected token exchange is not followed either', async () => {
  const elsewhere = await startServer([]);
  const server = await startServer([], empty(307, { location: `${elsewhere.baseUrl}/token` }));
  expect(await failure(connect(server).send(request()))).toMatchObject({ kind: 'redirected' });
  expect([elsewhere.exchanges, server.calls]).toEqual([[], []]);
});

test('an answer is read up to the limit and not a byte further', async () => {
  const server = await startServer([text(200, `"${'x'.repeat(998)}"`), text(200, `"${'x'.repeat(999)}"`)]);
  const { send } = connect(server, { maxResponseBytes: 1000 });
  expect(await send(request())).toMatchObject({ data: 'x'.repeat(998) });
  const error = await failure(send(request()));
  expect(error).toMatchObject({
    kind: 'too_large',
    message: 'The answer is larger than 1000 bytes, the limit of this server.',
  });
});

test('an endless answer is cut off at 16 MiB', async () => {
  let sent = 0;
  const server = await startServer([
    (response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = () => {
        sent += chunk.length;
        response.write(chunk, (error) => error || more());
      };
      more();
    },
  ]);
  const error = await failure(connect(server).send(request()));
  expect(error).toMatchObject({
    kind: 'too_large',
    message: 'The answer is larger than 16 MiB, the limit of this server.',
  });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('an answer that breaks off is unreachable, and for a write possibly done', async () => {
  const server = await startServer([truncated]);
  const error = await failure(connect(server).send(request(post, { note: 'x' })));
  expect(error).toMatchObject({ kind: 'unreachable', maybeSent: true });
});

test('an answer that is not JSON is kept as data, unless it looks like a broken record', async () => {
  const page = `<html>${'y'.repeat(500)}`;
  const server = await startServer([text(200, page), text(200, '[{"key": "sec'), text(200, '\u00ff')]);
  const { send } = connect(server);
  expect(await failure(send(request()))).toMatchObject({
    kind: 'not_json',
    status: 200,
    upstream: page,
    message: 'The answer to get_thing (status 200) is not JSON.',
  });
  expect(await failure(send(request()))).toMatchObject({ kind: 'not_json', upstream: undefined });
  expect(await failure(send(request()))).toMatchObject({ kind: 'not_json' });
});

test('what differs from the declaration is drift, never an error, and the data stays as it came', async () => {
  const odd = [
    { ...record, createdAt: 7, extra: { deep: 1 } },
    { id: null, createdAt: '', note: null, parentId: null },
  ];
  const output = z.array(request().operation.output ?? z.never());
  const server = await startServer([json(202, odd), empty(200), json(200, record)]);
  const { send } = connect(server);
  expect(await send(request({ output }))).toEqual({
    status: 202,
    data: odd,
    drift: ['status: expected 200, got 202', '[0].createdAt: expected string', '[1].id: expected string'],
  });
  expect(await send(request())).toEqual({ status: 200, data: undefined, drift: ['body: expected one'] });
  expect(await send(request({ output: undefined, status: 204 }))).toEqual({
    status: 200,
    data: undefined,
    drift: ['status: expected 204, got 200', 'body: expected none'],
  });
});

test('drift in unions, enums and formats; unknown fields inside a union are none', async () => {
  const output = z.strictObject({
    either: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string().optional() })]),
    level: z.enum(['low', 'high']),
    at: z.iso.datetime(),
    name: z.string().max(3),
    set: z.string().nullable(),
  });
  const fine = { either: { a: 'x', more: 1 }, level: 'low', at: '2026-01-01T00:00:00Z', name: 'abc', set: null };
  const server = await startServer([
    json(200, fine),
    json(200, { ...fine, either: { b: null } }),
    json(200, { ...fine, either: { b: 1 }, level: 'sec', at: 'sec', name: 'secret' }),
    json(200, 'sec'),
  ]);
  const { send } = connect(server);
  expect((await send(request({ output }))).drift).toEqual([]);
  expect((await send(request({ output }))).drift).toEqual([]);
  expect((await send(request({ output }))).drift).toEqual([
    'either: Invalid input',
    'level: expected low | high',
    'at: expected datetime',
    'name: Too big: expected string to have <=3 characters',
  ]);
  expect((await send(request({ output }))).drift).toEqual(['body: expected object']);
});

test('a long list of differences is cut', async () => {
  const server = await startServer([json(200, Array(31).fill(1))]);
  const { drift } = await connect(server).send(request({ output: z.array(z.string()) }));
  expect(drift).toHaveLength(21);
  expect(drift.at(-1)).toBe('… and 11 more');
});

test('get_id_token sends the API token in the body, afresh, and no Authorization', async () => {
  const server = await startServer([]);
  const { send, tokens } = connect(server);
  await tokens.idToken(new AbortController().signal);
  const getIdToken = zero.operations.find(({ ownCredential }) => ownCredential);
  if (!getIdToken) throw new Error('no operation takes the own credential');
  const answer = await send(buildRequest(getIdToken, {}));
  expect(answer).toEqual({ status: 200, data: { idToken: 'token-2', expiresInSeconds: '3600' }, drift: [] });
  expect(server.exchanges[1]?.body).toBe('{"refreshToken":"refresh-secret"}');
  expect(server.exchanges[1]?.headers).not.toHaveProperty('authorization');
});

test('a call that takes too long times out', async () => {
  const server = await startServer([hang, hang]);
  const patient = connect(server);
  await patient.tokens.idToken(new AbortController().signal);
  const { send } = createClient({ ...server, fetch: patient.fetch, tokens: patient.tokens, timeoutMs: 50 });
  expect(await failure(send(request(post, { note: 'x' })))).toMatchObject({
    kind: 'timeout',
    maybeSent: true,
    message: 'The API did not answer in time (0.05 s for the whole call).',
  });
});

test('a call cancelled before it left did nothing', async () => {
  const server = await startServer([]);
  const error = await failure(connect(server).send(request(remove), { signal: AbortSignal.abort() }));
  expect(error).toMatchObject({ kind: 'cancelled', maybeSent: false });
  expect(server.calls).toEqual([]);
});

test('a call cancelled on its way breaks the connection, says so, and leaves no listener behind', async () => {
  const cancel = new AbortController();
  const closed = new EventEmitter();
  const broken = once(closed, 'close');
  const server = await startServer([
    (response) => {
      response.on('close', () => closed.emit('close'));
      cancel.abort();
    },
  ]);
  const error = await failure(connect(server).send(request(remove), { signal: cancel.signal }));
  expect(error).toMatchObject({ kind: 'cancelled', maybeSent: true, message: 'The call was cancelled.' });
  await broken;
  expect(getEventListeners(cancel.signal, 'abort')).toEqual([]);
});

test('a call cancelled while its answer arrives is cancelled', async () => {
  const cancel = new AbortController();
  const server = await startServer([(response) => response.writeHead(200).write('[', () => cancel.abort())]);
  expect(await failure(connect(server).send(request(), { signal: cancel.signal }))).toMatchObject({
    kind: 'cancelled',
  });
});

test('a finished call leaves no listener on a signal that lives on', async () => {
  const { signal } = new AbortController();
  const server = await startServer([json(200, record), json(404, {})]);
  const { send } = connect(server);
  await send(request(), { signal });
  await failure(send(request(), { signal }));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('the log has what happened and no token', async () => {
  const lines: unknown[] = [];
  const server = await startServer([reset, json(200, record)]);
  const { send } = connect(server, { now: () => 0, log: (...line) => lines.push(line) });
  await send(request());
  expect(lines).toEqual([
    ['warn', 'again', { operation: 'get_thing', after: expect.stringContaining("can't be reached"), waitMs: 250 }],
    ['debug', 'answer', { operation: 'get_thing', status: 200, ms: 0 }],
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/token-1|refresh-secret/);
});

test.each([
  'https://console.pomerium.app/api/v0',
  'https://console.pomerium.app/api/v0/',
  'http://localhost:8787',
  'http://127.0.0.1:1/x',
  'http://[::1]:8787/',
])('the base URL %s is fine', (baseUrl) => {
  expect(checkBaseUrl(baseUrl).href).toContain(baseUrl.replace(/\/$/, ''));
});

test.each([
  ['console.pomerium.app', 'The base URL is not a URL.'],
  ['ftp://localhost', 'The base URL must start with https://.'],
  ['file:///etc/passwd', 'The base URL must start with https://.'],
  ['http://localhost.example.com', /localhost\.example\.com is not this machine/],
  ['http://127.0.0.1.nip.io', /127\.0\.0\.1\.nip\.io is not this machine/],
  ['http://console.pomerium.app', /console\.pomerium\.app is not this machine/],
  ['https://me:hunter2@host', /^The base URL must not contain a user name or password\.$/],
  ['https://host/?', 'The base URL must not contain a query or fragment.'],
  ['https://host/#x', 'The base URL must not contain a query or fragment.'],
])('the base URL %s is refused', async (baseUrl, message) => {
  expect(() => checkBaseUrl(baseUrl)).toThrow(message);
  const server = await startServer([]);
  const { fetch, tokens } = connect(server);
  expect(() => createClient({ baseUrl, fetch, tokens })).toThrow(message);
});

test('a base URL that ends with a slash makes the same addresses', async () => {
  const server = await startServer([json(200, record)]);
  await connect({ baseUrl: `${server.baseUrl}/` }).send(request());
  expect([server.exchanges[0]?.url, server.calls[0]?.url]).toEqual(['/api/v0/token', '/api/v0/things/b1']);
});
