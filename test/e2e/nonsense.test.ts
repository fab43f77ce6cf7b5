import { STDIO_DEFAULT_MAX_BUFFER_SIZE as LIMIT } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Remote, remote, seen } from './remote.js';
import { callRaw, endAll, initialize, type Raw, startRaw } from './stdio.js';

describe('nonsense on stdin', () => {
  let far: Remote;
  let raw: Raw;

  // One server has to stand it all.
  beforeAll(async () => {
    far = await remote();
    raw = startRaw(far.start('--log-level', 'warn'));
    await initialize(raw);
  });

  afterAll(async () => {
    await endAll();
    await far.close();
  });

  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const call = (args: string) =>
    `{"jsonrpc":"2.0","id":"nonsense","method":"tools/call","params":{"name":"create_policy","arguments":${args}}}`;
  const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + 13) % 256);

  test.each<[string, string | Uint8Array]>([
    ['malformed JSON', '{"jsonrpc":"2.0","id":1,"method":'],
    ['no JSON', 'GET / HTTP/1.1'],
    ['an empty line', ''],
    ['JSON that is no message', '[]\nnull\n42\n"text"\n{}'],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]'],
    ['another version of JSON-RPC', '{"jsonrpc":"1.0","id":1,"method":"tools/list"}'],
    ['no version of JSON-RPC', '{"id":1,"method":"tools/list"}'],
    ['ids of wrong types', '{"jsonrpc":"2.0","id":{},"method":"ping"}\n{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['an answer nobody asked for', '{"jsonrpc":"2.0","id":999,"result":{}}'],
    ['an unknown notification', '{"jsonrpc":"2.0","method":"notifications/unheard_of"}'],
    ['parameters of wrong types', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1,2]}'],
    ['a call without a name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}'],
    ['prototype keys', call('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')],
    ['deep lists', call(`{"name":${deep(5_000)}}`)],
    ['deep objects', call(`{"ppl":${nested(5_000)}}`)],
    ['a very deep message', deep(200_000)],
    ['invalid UTF-8', Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0xfe, 0x22, 0x7d])],
    ['an unpaired surrogate', call('{"name":"\\ud800"}')],
    ['binary noise', noise],
    ['a message of almost the allowed size', call(`{"name":"${'x'.repeat(LIMIT - 1_000)}"}`)],
  ])('%s harms nothing', async (_, line) => {
    const from = far.sandbox.requests.length;
    raw.write(line);
    raw.write('\n');
    expect((await callRaw(raw, 'get_version')).content).toEqual({ version: 'sandbox' });
    expect(seen(far.sandbox, from).map(({ operation }) => operation)).toEqual(['get_version']);
  });

  test('an unknown method is answered with the error for it', async () => {
    const { error } = await raw.request('tools/run', {});
    expect(error).toMatchObject({ code: -32601 });
  });

  test('an unknown tool is a protocol error that names the nearest', async () => {
    const long = await raw.request('tools/call', { name: 'x'.repeat(1_000_000) });
    expect(JSON.stringify(long).length).toBeLessThan(1_000);
    const { error } = await raw.request('tools/call', { name: 'list_route', arguments: {} });
    expect(error).toMatchObject({ code: -32602, message: 'Unknown tool "list_route". Did you mean list_routes?' });
  });
});
