import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STDIO_DEFAULT_MAX_BUFFER_SIZE as LIMIT } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { openQuestions } from '../../src/cli/state-directory.js';
import { composites } from '../../src/tools/composites.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { type Remote, remote, seen } from './remote.js';
import { callRaw, endAll, initialize, messagesOf, type Raw, startRaw } from './stdio.js';

afterEach(endAll);

const sandboxed = { args: ['--sandbox', '--log-level', 'warn'] };

async function atRemote(...args: readonly string[]): Promise<{ far: Remote; raw: Raw }> {
  const far = await remote();
  onTestFinished(far.close);
  return { far, raw: startRaw(far.start(...args)) };
}

describe('it ends with 0', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('on %s', async (signal) => {
    const raw = startRaw(sandboxed);
    await initialize(raw);
    raw.child.kill(signal);
    expect(await raw.ended).toEqual({ code: 0, signal: null });
  });

  test('on SIGTERM with connections to the API open', async () => {
    const { raw } = await atRemote();
    await initialize(raw);
    await callRaw(raw, 'list_clusters');
    raw.child.kill('SIGTERM');
    expect(await raw.ended).toEqual({ code: 0, signal: null });
  });

  test('when stdin closes, before and after the first message', async () => {
    for (const speaks of [false, true]) {
      const raw = startRaw(sandboxed);
      if (speaks) await callRaw(raw, 'get_version');
      raw.child.stdin?.end();
      expect(await raw.ended).toEqual({ code: 0, signal: null });
    }
  });

  test('when stdin closes while a call is on its way', async () => {
    const { far, raw } = await atRemote();
    await initialize(raw);
    const arrived = new Promise<void>((resolve) => far.sandbox.onArrival(() => resolve()));
    far.sandbox.faults.add({ fault: { kind: 'latency', wait: () => new Promise(() => {}) } });
    raw.send({ jsonrpc: '2.0', id: 'waiting', method: 'tools/call', params: { name: 'list_clusters', arguments: {} } });
    await arrived;
    raw.child.stdin?.end();
    expect(await raw.ended).toEqual({ code: 0, signal: null });
  });

  test.each(['SIGTERM', 'stdin'] as const)('on %s, when an approved request that has left is answered', async (end) => {
    const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-end-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const { far, raw } = await atRemote('--state-dir', join(directory, 'state'), '--log-level', 'warn');
    await initialize(raw);
    const call = {
      name: 'create_organization_invite',
      arguments: { emails: ['ferry@tidewrack.example'], role: 'member' },
    };
    await callRaw(raw, call.name, call.arguments);
    const store = await openQuestions(join(directory, 'state'), 'approve');
    const [record] = await store.list();
    const id = String(record?.question.id);
    await store.decide(id, {
      decision: 'approved',
      channel: 'terminal',
      approver: 'ada',
      at: new Date().toISOString(),
    });
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      far.sandbox.onArrival(({ method, url }) => method === 'POST' && url !== '/token' && resolve());
    });
    far.sandbox.faults.add({ fault: { kind: 'latency', wait: () => held }, operation: call.name });
    raw.send({ jsonrpc: '2.0', id: 'waiting', method: 'tools/call', params: call });
    await arrived;
    if (end === 'stdin') raw.child.stdin?.end();
    else raw.child.kill(end);
    answer();
    expect(await raw.ended).toEqual({ code: 0, signal: null });
    expect((await store.get(id))?.outcome?.result).toBe('done');
  });

  test('when nobody reads stdout any more', async () => {
    const raw = startRaw(sandboxed);
    await initialize(raw);
    raw.child.stdout?.destroy();
    raw.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect(await raw.ended).toEqual({ code: 0, signal: null });
  });

  test('and goes on when nobody reads stderr any more', async () => {
    const raw = startRaw({ args: ['--sandbox', '--log-level', 'debug'] });
    raw.child.stderr?.destroy();
    await initialize(raw);
    expect((await callRaw(raw, 'get_version')).content).toEqual({ version: 'sandbox' });
    expect((await callRaw(raw, 'list_clusters')).isError).toBe(false);
  });
});

describe('a message above the limit', () => {
  test('ends the connection with one line on stderr, and nothing is sent', async () => {
    const { far, raw } = await atRemote('--log-level', 'warn');
    await initialize(raw);
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
    raw.send({ ...message, params: { name: 'get_version', arguments: { padding: 'x'.repeat(LIMIT) } } });
    expect(await raw.ended).toEqual({ code: 0, signal: null });
    expect(raw.stderr).toMatch(/^\S+ warn protocol error=.*exceed.*\n$/i);
    expect(seen(far.sandbox)).toEqual([]);
  });
});

describe('stdout', () => {
  test('carries the protocol alone, whatever a dependency prints', async () => {
    const far = await remote();
    onTestFinished(far.close);
    const { args, env } = far.start();
    const chatty = new URL('./fixtures/chatty.js', import.meta.url).href;
    const raw = startRaw({ args, env: { ...env, NODE_OPTIONS: `--import=${chatty}` } });
    await initialize(raw);
    expect((await callRaw(raw, 'list_clusters')).isError).toBe(false);
    expect(messagesOf(raw.stdout)).toHaveLength(2);
    expect(raw.stderr).toContain('a dependency logs\nand writes\n');
  });

  test('takes a long answer whole although it is read slowly', async () => {
    const raw = startRaw(sandboxed);
    await initialize(raw);
    raw.child.stdout?.pause();
    const lists = Array.from({ length: 8 }, () => raw.request('tools/list'));
    raw.child.stdout?.resume();
    for (const { result } of await Promise.all(lists))
      expect((result as { tools: unknown[] }).tools).toHaveLength(zero.operations.length + composites.length);
  });
});

describe('a cancelled call', () => {
  test('is aborted upstream, gets no answer, and the next one works', async () => {
    const { far, raw } = await atRemote();
    await initialize(raw);
    await callRaw(raw, 'list_clusters'); // From here on, a call is one request.
    const aborted = new Promise<void>((resolve) => {
      const watch = (event: unknown) => {
        const { response } = event as { response: ServerResponse };
        response.once('close', () => response.writableFinished || resolve());
      };
      subscribe('http.server.request.start', watch);
      onTestFinished(() => void unsubscribe('http.server.request.start', watch));
    });
    const arrived = new Promise<void>((resolve) => far.sandbox.onArrival(() => resolve()));
    far.sandbox.faults.add({ fault: { kind: 'latency', wait: () => aborted }, operation: 'list_clusters' });
    const params = { name: 'list_clusters', arguments: {} };
    raw.send({ jsonrpc: '2.0', id: 'long', method: 'tools/call', params });
    await arrived;
    raw.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'long', reason: 'enough' } });
    await aborted;
    expect((await callRaw(raw, 'list_clusters')).isError).toBe(false);
    expect(messagesOf(raw.stdout).filter(({ id }) => id === 'long')).toEqual([]);
  });
});

describe('the log', () => {
  const calls: readonly (readonly [string, Fields])[] = [
    ['list_clusters', {}],
    ['get_route', { routeId: 'bNsChRtKsLwPzQxRvTnMcJfGbYt' }],
    ['get_route', { routeId: '' }],
    ['get_id_token', {}],
  ];

  /** The lines on stderr after these calls. */
  async function linesAt(level: string): Promise<readonly string[]> {
    const { far, raw } = await atRemote('--log-level', level);
    await initialize(raw);
    for (const [name, args] of calls) await callRaw(raw, name, args);
    raw.write('[]\n');
    await callRaw(raw, 'get_version');
    raw.child.stdin?.end();
    await raw.ended;
    expect(raw.stderr + raw.stdout).not.toContain(far.apiToken);
    // Id tokens are JWTs.
    expect(raw.stderr + raw.stdout).not.toMatch(/eyJ[\w-]{8,}\./);
    return raw.stderr.split('\n').slice(0, -1);
  }

  test.each([
    ['error', []],
    ['warn', ['warn']],
    ['info', ['warn', 'info']],
    ['debug', ['warn', 'info', 'debug']],
  ])('at level %s has lines of %j and no token', async (level, levels) => {
    const lines = await linesAt(level);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (error|warn|info|debug) \S/);
    expect([...new Set(lines.map((line) => line.split(' ')[1]))].sort()).toEqual([...levels].sort());
  });
});
