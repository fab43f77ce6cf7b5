import { afterEach, describe, expect, test } from 'vitest';
import { composites } from '../../src/tools/composites.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { clients, endAll, initialize, startRaw } from './stdio.js';

afterEach(endAll);

const names = [...zero.operations, ...composites].map(({ name }) => name);
const eras = {
  'v2 client, newest protocol': '2026-07-28',
  'v2 client, older protocol': '2025-11-25',
  'v1 client': '2025-11-25',
} as const;

function hasAllHints({ annotations }: Fields): boolean {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations as Fields;
  return [readOnlyHint, destructiveHint, idempotentHint, openWorldHint].every((hint) => typeof hint === 'boolean');
}

describe.each(Object.entries(eras))('the %s', (kind, version) => {
  test(`speaks ${version}, reads the instructions and lists all tools with their hints`, async () => {
    const client = await clients[kind as keyof typeof eras]({ args: ['--sandbox'] });
    expect(client.protocolVersion).toBe(version);
    expect(client.instructions).toMatch(/^Pomerium Zero: .*pending changeset.*guarded/s);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(names);
    expect(tools.filter((tool) => !hasAllHints(tool))).toEqual([]);
  });
});

test.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])(
  'a host of %s is served as such',
  async (version) => {
    const raw = startRaw({ args: ['--sandbox'] });
    expect(await initialize(raw, version)).toMatchObject({
      protocolVersion: version,
      serverInfo: { name: 'zero-mcp' },
      instructions: expect.stringContaining('Pomerium Zero'),
    });
    const { result } = await raw.request('tools/list');
    const { tools } = result as { tools: readonly Fields[] };
    expect(tools.map(({ name }) => name)).toEqual(names);
    expect(tools.filter((tool) => !hasAllHints(tool))).toEqual([]);
    // The hints about keeping it came with 2026-07-28.
    expect(result).not.toHaveProperty('ttlMs');
  },
);

test('a host of 2026-07-28 is told, without any handshake, how long it may keep the list', async () => {
  const raw = startRaw({ args: ['--sandbox'] });
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const { result: discovered } = await raw.request('server/discover', { _meta: envelope });
  expect(discovered).toMatchObject({
    supportedVersions: ['2026-07-28'],
    instructions: expect.stringContaining('Pomerium Zero'),
    ttlMs: 3_600_000,
    cacheScope: 'private',
  });
  const lists = await Promise.all([
    raw.request('tools/list', { _meta: envelope }),
    raw.request('tools/list', { _meta: envelope }),
  ]);
  for (const { result } of lists) {
    expect(result).toMatchObject({ ttlMs: 3_600_000, cacheScope: 'private' });
    expect((result as { tools: readonly Fields[] }).tools.map(({ name }) => name)).toEqual(names);
  }
});

test('with --toolsets core, the core tools are all there is', async () => {
  const client = await clients['v2 client, newest protocol']({ args: ['--sandbox', '--toolsets', 'core'] });
  const { tools } = await client.listTools();
  const core = [...zero.operations, ...composites].filter((tool) => tool.core).map(({ name }) => name);
  expect(tools.map(({ name }) => name)).toEqual(core);
  const refused = await client.callTool('get_version');
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain('it is not among the toolsets that the operator has chosen');
});
