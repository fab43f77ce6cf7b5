import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Effect, Method } from '../../src/operation.js';
import {
  connect,
  empty,
  failure,
  json,
  record,
  request,
  reset,
  type Step,
  startServer,
  text,
  truncated,
} from './server.js';

const ok = json(200, record);
const patchWith = (op: string) => ({ patch: [{ op, path: '/note', value: 'x' }] });

/** A request by method and effect; a PATCH is a list, everything else an empty object. */
function call(method: Method, effect: Effect, input = {}) {
  const body = { GET: undefined, DELETE: undefined, PATCH: z.array(z.unknown()) };
  return request({ method, effect, body: method in body ? body[method as 'GET'] : z.strictObject({}) }, input);
}

const repeatable: [string, ReturnType<typeof call>][] = [
  ['a read', call('GET', 'read')],
  ['a draft PUT', call('PUT', 'draft')],
  ['a draft DELETE', call('DELETE', 'draft')],
  ['a draft PATCH with a test', call('PATCH', 'draft', patchWith('test'))],
];
const unrepeatable: [string, ReturnType<typeof call>][] = [
  ['a draft POST', call('POST', 'draft')],
  ['a draft PATCH without a test', call('PATCH', 'draft', patchWith('replace'))],
];
const once: [string, ReturnType<typeof call>][] = [
  ['a live PUT', call('PUT', 'live')],
  ['a live DELETE', call('DELETE', 'live')],
  ['a live POST', call('POST', 'live')],
  ['an apply', call('POST', 'apply')],
];
const troubles: [string, Step][] = [
  ['429', empty(429)],
  ['502', empty(502)],
  ['503', empty(503)],
  ['504', empty(504)],
  ['a reset', reset],
  ['a broken answer', truncated],
];

for (const [what, sent] of repeatable) {
  test.each(troubles)(`${what} is repeated after %s`, async (_, trouble) => {
    const server = await startServer([trouble, ok]);
    expect(await connect(server).send(sent)).toMatchObject({ status: 200 });
    expect(server.calls).toHaveLength(2);
  });

  test.each(troubles)(`${what} that was approved is not repeated after %s`, async (_, trouble) => {
    const server = await startServer([trouble, ok]);
    await connect(server)
      .send(sent, { once: true })
      .catch(() => undefined);
    expect(server.calls).toHaveLength(1);
  });
}

for (const [what, sent] of unrepeatable) {
  test.each(troubles)(`${what} is not repeated after %s`, async (_, trouble) => {
    const server = await startServer([trouble, ok]);
    await failure(connect(server).send(sent));
    expect(server.calls).toHaveLength(1);
  });
}

for (const [what, sent] of once) {
  test.each(troubles)(`${what} is repeated after %s only if that refused it`, async (name, trouble) => {
    const server = await startServer([trouble, ok]);
    await connect(server)
      .send(sent)
      .catch(() => undefined);
    expect(server.calls).toHaveLength(name === '429' ? 2 : 1);
  });
}

test('an approved POST is not repeated after 429', async () => {
  const server = await startServer([empty(429), ok]);
  expect(await failure(connect(server).send(call('POST', 'draft'), { once: true }))).toMatchObject({ status: 429 });
  expect(server.calls).toHaveLength(1);
});

test.each([400, 403, 404, 409, 500, 501])('a read is not repeated after %i', async (status) => {
  const server = await startServer([empty(status), ok]);
  await failure(connect(server).send(call('GET', 'read')));
  expect(server.calls).toHaveLength(1);
});

test('there are three retries, waiting longer each time', async () => {
  const server = await startServer(Array(5).fill(json(503, { error: 'down' })));
  const { send, waits } = connect(server);
  const error = await failure(send(call('PUT', 'draft')));
  expect(error).toMatchObject({ kind: 'server_error', status: 503, upstream: 'down', maybeSent: true });
  expect(server.calls).toHaveLength(4);
  expect(waits).toEqual([250, 500, 1000]);
});

test('chance spreads the waits up to twice the shortest', async () => {
  const server = await startServer(Array(4).fill(empty(503)));
  const { send, waits } = connect(server, { random: () => 0.5 });
  await failure(send(call('GET', 'read')));
  expect(waits).toEqual([375, 750, 1500]);
});

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['7', 7000],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 250],
  ['0', 250],
  ['soon', 250],
  ['-3', 250],
])('Retry-After: %s is obeyed', async (header, waitMs) => {
  const server = await startServer([empty(429, { 'retry-after': header }), ok]);
  const { send, waits } = connect(server, { now: () => now });
  await send(call('GET', 'read'));
  expect(waits).toEqual([waitMs]);
});

test('a Retry-After beyond the time left fails at once and says so', async () => {
  const server = await startServer([json(429, { error: 'slow down' }, { 'retry-after': '120' })]);
  const { send, waits } = connect(server, { now: () => now });
  const error = await failure(send(call('GET', 'read')));
  expect(error).toMatchObject({
    kind: 'rate_limited',
    status: 429,
    upstream: 'slow down',
    retryAfterMs: 120_000,
    message: 'The API answered 429 to get_thing and asks to wait 120 s.',
  });
  expect([server.calls.length, waits]).toEqual([1, []]);
});

test('the time left counts what earlier attempts and waits took', async () => {
  let time = 0;
  const server = await startServer([empty(429, { 'retry-after': '40' }), empty(429, { 'retry-after': '40' }), ok]);
  const { send } = connect(server, {
    now: () => time,
    wait: async (ms) => {
      time += ms;
    },
  });
  expect(await failure(send(call('GET', 'read')))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 40_000 });
  expect(server.calls).toHaveLength(2);
});

test.each([403, 404])('a DELETE whose answer was lost and that then gets %i is done', async (status) => {
  for (const lost of [reset, empty(502), empty(503), empty(504)]) {
    const server = await startServer([lost, json(status, { error: 'viewer user required' })]);
    const answer = await connect(server).send(call('DELETE', 'draft'));
    expect(answer).toEqual({ status: 204, data: undefined, drift: [expect.stringContaining('taken as done')] });
  }
});

test.each([403, 404])('a DELETE that gets %i without a lost answer before it failed', async (status) => {
  for (const steps of [[empty(status)], [empty(429), empty(status)], [empty(401), empty(status)]]) {
    const server = await startServer(steps);
    expect(await failure(connect(server).send(call('DELETE', 'draft')))).toMatchObject({ status, maybeSent: false });
  }
});

test('a PUT whose answer was lost and that then gets 404 failed, and may have taken effect', async () => {
  const server = await startServer([reset, empty(404)]);
  const error = await failure(connect(server).send(call('PUT', 'draft')));
  expect(error).toMatchObject({ kind: 'not_found', maybeSent: true });
});

/** A fetch that can't connect for some calls: what undici throws for it comes from a port nobody listens on. */
function unreachableFor(failures: number, through: ReturnType<typeof connect>['fetch']): typeof through {
  let left = failures;
  // Nobody listens on port 2, and unlike port 1 it isn't one that fetch refuses by itself.
  return (url, init) => through(url.endsWith('/token') || left-- <= 0 ? url : 'http://127.0.0.1:2/', init);
}

test.each([...repeatable, ...unrepeatable, ...once])('%s that never left is repeated', async (_, sent) => {
  const server = await startServer([ok]);
  const fetch = unreachableFor(3, connect(server).fetch);
  const { send, waits } = connect(server, { fetch });
  expect(await send(sent, { once: true })).toMatchObject({ status: 200 });
  expect([server.calls.length, waits.length]).toEqual([1, 3]);
});

test('what never left certainly did nothing', async () => {
  const server = await startServer([]);
  const { send } = connect(server, { fetch: unreachableFor(4, connect(server).fetch) });
  const error = await failure(send(call('POST', 'apply')));
  expect(error).toMatchObject({ kind: 'unreachable', maybeSent: false });
  expect(error.message).toMatch(/can't be reached .*ECONNREFUSED/);
});

test('a name that does not exist is unreachable, and nothing left', async () => {
  const server = await startServer([]);
  const { tokens, waits } = connect({ baseUrl: 'https://zero.invalid' });
  const error = await failure(tokens.idToken(new AbortController().signal));
  expect(error).toMatchObject({ kind: 'unreachable', maybeSent: false });
  expect([waits.length, server.calls.length]).toEqual([3, 0]);
});

test('a call cancelled while it waits ends there', async () => {
  const cancel = new AbortController();
  const server = await startServer([empty(503), ok]);
  const { send } = connect(server, {
    wait: (_, signal) => {
      cancel.abort();
      return Promise.reject(signal.reason);
    },
  });
  const error = await failure(send(call('DELETE', 'draft'), { signal: cancel.signal }));
  expect(error).toMatchObject({ kind: 'cancelled', maybeSent: true });
  expect(server.calls).toHaveLength(1);
});

test('a 401 after a retry still renews once', async () => {
  const server = await startServer([empty(503), empty(401), text(200, JSON.stringify(record))]);
  expect(await connect(server).send(call('GET', 'read'))).toMatchObject({ status: 200 });
  expect(server.exchanges).toHaveLength(2);
});
