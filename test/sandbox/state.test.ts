import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/client/client.js';
import { type SandboxServer, type ServeOptions, serveSandbox } from '../../src/sandbox/serve.js';
import { signIn } from './api.js';
import { ids, smallSandbox, smallWorld } from './small-world.js';

const patch = [{ op: 'add', path: '/logLevel', value: 'debug' }];

describe('a snapshot', () => {
  test('is JSON, and restoring it takes everything back', () => {
    const sandbox = smallSandbox();
    const before = sandbox.snapshot();
    expect(JSON.parse(JSON.stringify(before))).toEqual(before);
    sandbox.as('owner')('patch_settings', { clusterId: ids.automatic, patch });
    expect(sandbox.live(ids.automatic).settings.logLevel).toBe('debug');
    sandbox.restore(before);
    expect(sandbox.snapshot()).toEqual(before);
    expect(sandbox.live(ids.automatic).settings.logLevel).toBe('info');
  });

  test('makes another sandbox that goes on with the same ids', () => {
    const first = smallSandbox();
    const second = smallSandbox({ state: first.snapshot() });
    const create = (sandbox: typeof first) => sandbox.as('owner')('create_policy', policy);
    expect(create(second)).toEqual(create(first));
  });

  const policy = {
    namespaceId: ids.manual,
    name: 'Staff',
    enforced: false,
    ppl: {},
    description: '',
    explanation: '',
    remediation: '',
  };

  test('of another random seed has other ids and tokens', () => {
    expect(smallSandbox({ randomSeed: 'other' }).token).not.toBe(smallSandbox().token);
    expect(smallSandbox().token).toBe(smallSandbox().token);
  });
});

describe('the server', () => {
  let folder: string;
  const servers: SandboxServer[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    rmSync(folder, { recursive: true });
  });

  const serve = async (options: Partial<ServeOptions> = {}) => {
    const server = await serveSandbox({ port: 0, seed: smallWorld, ...options });
    servers.push(server);
    return server;
  };

  const nodeFetch: Fetch = async (url, init) => {
    const { status, headers, body } = await fetch(url, init);
    return { status, headers, body: body as AsyncIterable<Uint8Array> | null };
  };

  test('keeps its state in a file that only the owner can read', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await serve({ stateFile });
    const call = await signIn({ fetch: nodeFetch, baseUrl: first.baseUrl }, first.apiToken);
    await call('PATCH', `/organizations/${ids.organization}/clusters/${ids.manual}/settings`, patch);
    expect(JSON.parse(readFileSync(stateFile, 'utf8')).settings[ids.manual].logLevel).toBe('debug');
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.json']);
    await first.close();
    servers.splice(0);

    const second = await serve({ stateFile });
    expect(second.apiToken).toBe(first.apiToken);
    expect(second.sandbox.saved(ids.manual).settings.logLevel).toBe('debug');
  });

  test.each(['{', '{}', '[]', 'null'])('refuses to start on a file that is no state: %s', async (text) => {
    const stateFile = join(folder, 'state.json');
    writeFileSync(stateFile, text);
    await expect(serve({ stateFile })).rejects.toThrow('state.json is not a state of the sandbox.');
    expect(readFileSync(stateFile, 'utf8')).toBe(text);
  });

  test('listens on loopback only', async () => {
    await expect(serve({ host: '0.0.0.0' })).rejects.toThrow('The sandbox listens on loopback only, not on 0.0.0.0.');
  });

  test('rejects when the port is taken', async () => {
    const { baseUrl } = await serve();
    await expect(serve({ port: Number(new URL(baseUrl).port) })).rejects.toThrow('EADDRINUSE');
  });

  test.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost:80', 401],
  ])('answers a request for host %s with %i', async (host, status) => {
    const { baseUrl } = await serve();
    const answered = await new Promise((resolve, reject) => {
      request(`${baseUrl}/organizations`, { headers: { host } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
    expect(answered).toBe(status);
  });

  test('refuses bodies above its limit', async () => {
    const { baseUrl } = await serve();
    const response = await fetch(`${baseUrl}/token`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: 'body is larger than 1048576 bytes' });
  });
});
