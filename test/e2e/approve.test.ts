import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, onTerminal } from '../terminal.js';
import { type Remote, remote, writes } from './remote.js';
import { clients, endAll } from './stdio.js';

let far: Remote;
let directory: string;

beforeAll(async () => {
  far = await remote();
  directory = mkdtempSync(join(tmpdir(), 'zero-mcp-approve-'));
});

afterAll(async () => {
  try {
    await endAll();
  } finally {
    await far.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

test('an agent asks, a person says yes at a terminal, and the same call goes through once', async () => {
  const state = join(directory, 'state');
  const client = await clients['v1 client'](far.start('--state-dir', state));
  const call = { emails: ['ferry@tidewrack.example'], role: 'member' };

  const asked = await client.callTool('create_organization_invite', call);
  const { code, message } = asked.content.confirmation_required as { code: string; message: string };
  expect(message).toContain(`run: node ${cli} approve ${code} --state-dir ${state}`);
  expect((await client.callTool('create_organization_invite', call)).content.confirmation_required).toMatchObject({
    code,
  });
  expect(writes(far.sandbox)).toEqual([]);

  const person = onTerminal(['approve', code, '--state-dir', state], { PATH: process.env.PATH, HOME: directory });
  await person.type('yes', 'yes\n');
  expect(await person.ended).toMatchObject({ code: 0, printed: expect.stringContaining('ferry@tidewrack.example') });

  expect((await client.callTool('create_organization_invite', call)).content).toMatchObject({
    items: [{ email: 'ferry@tidewrack.example' }],
  });
  const replayed = await client.callTool('create_organization_invite', call);
  expect(replayed.content.already_done).toMatchObject({ code, outcome: { result: 'done' } });
  expect(writes(far.sandbox)).toHaveLength(1);
});
