import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/client/client.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.js';
import { type Request, signIn } from './api.js';
import { ids, smallSandbox, smallWorld } from './small-world.js';

const organization = `/organizations/${ids.organization}`;
const settings = `${organization}/clusters/${ids.manual}/settings`;
const patch = [{ op: 'add', path: '/logLevel', value: 'debug' }];

const nodeFetch: Fetch = async (url, init) => {
  const { status, headers, body } = await fetch(url, init);
  return { status, headers, body: body as AsyncIterable<Uint8Array> | null };
};

describe.each(['in process', 'over HTTP'])('a fault %s', (where) => {
  let sandbox: Sandbox;
  let server: SandboxServer | undefined;
  let call: Request;

  beforeEach(async () => {
    server = where === 'over HTTP' ? await serveSandbox({ port: 0, seed: smallWorld }) : undefined;
    sandbox = server?.sandbox ?? smallSandbox();
    const { baseUrl } = server ?? sandbox;
    call = await signIn({ fetch: server ? nodeFetch : sandbox.fetch, baseUrl }, sandbox.token);
  });

  afterEach(() => server?.close());

  const logLevel = () => sandbox.saved(ids.manual).settings.logLevel;

  test('hits its operation so many times, and no other', async () => {
    sandbox.faults.add({ fault: { kind: 'status', status: 503 }, operation: 'get_settings', times: 2 });
    const statuses = [];
    for (const path of [organization, settings, settings, settings]) statuses.push((await call('GET', path)).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  test('of a status keeps the request from taking effect', async () => {
    sandbox.faults.add({ fault: { kind: 'status', status: 429, error: 'slow down', retryAfter: '7' } });
    expect(await call('PATCH', settings, patch)).toEqual({ status: 429, body: { error: 'slow down' } });
    expect(logLevel()).toBe('info');
  });

  test('of an expired token is a 401', async () => {
    sandbox.faults.add({ fault: { kind: 'expired-token' } });
    expect(await call('GET', settings)).toEqual({ status: 401, body: { error: 'id token expired' } });
  });

  test.each([
    { when: 'before' as const, level: 'info' },
    { when: 'after' as const, level: 'debug' },
  ])('of a reset $when the request was processed leaves log level $level', async ({ when, level }) => {
    sandbox.faults.add({ fault: { kind: 'reset', when } });
    await expect(call('PATCH', settings, patch)).rejects.toThrow('fetch failed');
    expect(logLevel()).toBe(level);
    expect(sandbox.requests.at(-1)).toMatchObject({ operation: 'patch_settings' });
    expect(sandbox.requests.at(-1)).not.toHaveProperty('status');
  });

  test('of a truncated body breaks in the middle of it', async () => {
    sandbox.faults.add({ fault: { kind: 'truncated' } });
    await expect(call('PATCH', settings, patch)).rejects.toThrow('terminated');
    expect(logLevel()).toBe('debug');
  });

  test('of a body that is no JSON answers a page', async () => {
    sandbox.faults.add({ fault: { kind: 'not-json' } });
    await expect(call('GET', settings)).rejects.toThrow(SyntaxError);
  });

  test('of latency holds the request until it is released', async () => {
    let release = () => {};
    const wait = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const arrived = new Promise<void>((resolve) => sandbox.onArrival(() => resolve()));
    sandbox.faults.add({ fault: { kind: 'latency', wait } });
    const reply = call('PATCH', settings, patch);
    await arrived;
    expect(logLevel()).toBe('info');
    release();
    expect((await reply).status).toBe(200);
    expect(logLevel()).toBe('debug');
  });
});

test('a request with Retry-After carries it as a header', async () => {
  const sandbox = smallSandbox();
  sandbox.faults.add({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
  const url = `${sandbox.baseUrl}/organizations`;
  const response = await sandbox.fetch(url, { method: 'GET', headers: {}, redirect: 'manual' });
  expect(response.headers.get('Retry-After')).toBe('7');
});

test('a waiting request can be aborted', async () => {
  const sandbox = smallSandbox();
  const controller = new AbortController();
  sandbox.onArrival(() => controller.abort(new Error('enough')));
  sandbox.faults.add({ fault: { kind: 'latency', wait: () => new Promise(() => {}) } });
  const request = sandbox.fetch(`${sandbox.baseUrl}/organizations`, {
    method: 'GET',
    headers: {},
    redirect: 'manual',
    signal: controller.signal,
  });
  await expect(request).rejects.toThrow('enough');
});

test("another user's edit can arrive just before a request", async () => {
  const sandbox = smallSandbox();
  const call = await signIn(sandbox, sandbox.token);
  sandbox.onArrival(({ method }) => {
    if (method === 'PATCH') sandbox.as('owner')('patch_settings', { clusterId: ids.manual, patch });
  });
  const guarded = [{ op: 'test', path: '/logLevel', value: 'info' }, ...patch];
  expect(await call('PATCH', settings, guarded)).toEqual({
    status: 409,
    body: { error: 'patch test failed at "/logLevel"' },
  });
});

test('every request is noted with its operation, caller and status, and without its headers', async () => {
  const sandbox = smallSandbox();
  const call = await signIn(sandbox, sandbox.token);
  await call('PATCH', settings, patch);
  await call('GET', '/nowhere?x=1');
  const caller = expect.stringMatching(/^b/);
  expect(sandbox.requests.slice(1)).toEqual([
    { method: 'PATCH', url: settings, body: JSON.stringify(patch), operation: 'patch_settings', caller, status: 200 },
    { method: 'GET', url: '/nowhere?x=1', body: '', operation: undefined, status: 404 },
  ]);
});
