import { expect, test } from 'vitest';
import { z } from 'zod';
import { ToolError } from '../../src/errors.js';
import { connect, empty, failure, hang, json, record, request, type Step, startServer, text } from './server.js';

const ok = json(200, record);
const unauthorized = json(401, { error: 'token expired' });
const { signal } = new AbortController();
const grant =
  (expiresInSeconds: unknown): Step =>
  (response) =>
    json(200, { idToken: 'abc', expiresInSeconds })(response, { method: '', url: '', headers: {}, body: '' });

/** Answers 401 to everything but the given token. */
const accepts =
  (token: string): Step =>
  (response, seen) =>
    (seen.headers.authorization === `Bearer ${token}` ? ok : unauthorized)(response, seen);

test('fifty callers share one exchange', async () => {
  const server = await startServer(Array(50).fill(ok));
  const { send } = connect(server);
  await Promise.all(Array.from({ length: 50 }, () => send(request())));
  expect(server.calls).toHaveLength(50);
  expect(server.exchanges).toMatchObject([
    { method: 'POST', body: '{"refreshToken":"refresh-secret"}', headers: { 'content-type': 'application/json' } },
  ]);
  expect(server.exchanges[0]?.headers).not.toHaveProperty('authorization');
});

test('a token is used until a minute before it expires', async () => {
  let now = 1_000_000;
  const server = await startServer([]);
  const { tokens } = connect(server, { now: () => now });
  expect(await tokens.idToken(signal)).toBe('token-1');
  now += 3_540_000 - 1;
  expect(await tokens.idToken(signal)).toBe('token-1');
  now += 1;
  expect(await tokens.idToken(signal)).toBe('token-2');
});

test.each([
  ['3600', 3_540_000],
  [3600, 3_540_000],
  ['90', 30_000],
  ['soon', 60_000],
  ['-5', 60_000],
  ['0', 60_000],
  ['Infinity', 60_000],
  [undefined, 60_000],
  [null, 60_000],
])('a lifetime of %j seconds makes a token usable for %i ms', async (expiresInSeconds, usableMs) => {
  let now = 0;
  const server = await startServer([], grant(expiresInSeconds));
  const { tokens } = connect(server, { now: () => now });
  await tokens.idToken(signal);
  now = usableMs - 1;
  await tokens.idToken(signal);
  expect(server.exchanges).toHaveLength(1);
  now = usableMs;
  await tokens.idToken(signal);
  expect(server.exchanges).toHaveLength(2);
});

test('many callers refused with the same token share one renewal', async () => {
  const server = await startServer(Array(40).fill(accepts('token-2')));
  const { send, waits } = connect(server);
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(request())));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(server.exchanges).toHaveLength(2);
  expect(waits).toEqual([]);
});

test('a second 401 is the end: one renewal, no third attempt', async () => {
  const server = await startServer([unauthorized, unauthorized]);
  const error = await failure(connect(server).send(request()));
  expect(error).toMatchObject({ kind: 'unauthorized', status: 401, upstream: 'token expired', maybeSent: false });
  expect([server.calls.length, server.exchanges.length]).toEqual([2, 2]);
});

test('a refused POST is sent again with the new token: a 401 did nothing', async () => {
  const server = await startServer([unauthorized, json(201, record)]);
  const create = request({ method: 'POST', effect: 'live', status: 201, body: z.strictObject({}) });
  expect(await connect(server).send(create, { once: true })).toMatchObject({ status: 201 });
  expect(server.calls.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('the API token is read again at each exchange', async () => {
  let token = 'first';
  const server = await startServer([accepts('token-2'), ok]);
  const { send, tokens } = connect(server, { token: () => token });
  await tokens.idToken(signal);
  token = ' second\n';
  await send(request());
  expect(server.exchanges.map(({ body }) => body)).toEqual(['{"refreshToken":"first"}', '{"refreshToken":"second"}']);
});

test.each([400, 401, 403, 404, 418])(
  'an exchange refused with %i means the API token is no good, and hides it',
  async (status) => {
    const server = await startServer([], json(status, { error: 'no such token: refresh-secret' }));
    const error = await failure(connect(server).send(request()));
    expect(error).toMatchObject({
      kind: 'unauthorized',
      status,
      upstream: 'no such token: (hidden)',
      maybeSent: false,
    });
    expect([server.exchanges.length, server.calls.length]).toEqual([1, 0]);
  },
);

test('an exchange is repeated when the API is busy or away, together for all who wait', async () => {
  const server = await startServer(Array(5).fill(ok), [empty(503), empty(429, { 'retry-after': '2' })]);
  const { send, waits } = connect(server);
  await Promise.all(Array.from({ length: 5 }, () => send(request())));
  expect(server.exchanges).toHaveLength(3);
  expect(waits).toEqual([250, 2000]);
});

test('an exchange that keeps failing is a server error, and nothing was sent', async () => {
  const server = await startServer([], text(500, 'oops'));
  const error = await failure(connect(server).send(request({ method: 'DELETE', effect: 'draft' })));
  expect(error).toMatchObject({ kind: 'server_error', status: 500, maybeSent: false });
  expect([server.exchanges.length, server.calls.length]).toEqual([1, 0]);
});

test('a failed exchange is tried afresh by the next call', async () => {
  const server = await startServer([ok], [empty(500)]);
  const { send } = connect(server);
  await failure(send(request()));
  expect(await send(request())).toMatchObject({ status: 200 });
});

test.each([{}, { idToken: '' }, { idToken: 7 }, { idToken: 'a\nb' }, [], null])(
  'an exchange answering %j gives no token',
  async (body) => {
    const server = await startServer([], json(200, body));
    const error = await failure(connect(server).send(request()));
    expect(error).toMatchObject({ kind: 'not_json', message: 'The token exchange answered no usable id token.' });
  },
);

test('an API token that is empty or unreadable is said to be so', async () => {
  const server = await startServer([]);
  const empty = connect(server, { token: () => ' \n' });
  expect(await failure(empty.send(request()))).toMatchObject({
    kind: 'unauthorized',
    message: 'The API token is empty.',
  });
  const broken = connect(server, {
    token: () => {
      throw new Error('ENOENT');
    },
  });
  expect(await failure(broken.send(request()))).toMatchObject({ message: "The API token can't be read." });
  const told = connect(server, {
    token: () => {
      throw new ToolError('unauthorized', 'The token file can be read by others.');
    },
  });
  expect(await failure(told.send(request()))).toMatchObject({ message: 'The token file can be read by others.' });
  expect(server.exchanges).toEqual([]);
});

test('a cancelled caller leaves the exchange to the others', async () => {
  const cancel = new AbortController();
  const server = await startServer([ok], (response, seen) => {
    cancel.abort();
    json(200, { idToken: 'shared', expiresInSeconds: '3600' })(response, seen);
  });
  const { send } = connect(server);
  const [cancelled, answer] = await Promise.all([failure(send(request(), { signal: cancel.signal })), send(request())]);
  expect(cancelled).toMatchObject({ kind: 'cancelled', maybeSent: false });
  expect(answer).toMatchObject({ status: 200 });
  expect(server.exchanges).toHaveLength(1);
});

test('an exchange that hangs ends with the call’s time limit', async () => {
  const server = await startServer([], hang);
  const error = await failure(connect(server, { timeoutMs: 50 }).send(request()));
  expect(error).toMatchObject({ kind: 'timeout', maybeSent: false });
});
