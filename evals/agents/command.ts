import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { clumsily } from './clumsy.js';
import { solve } from './reference.js';
import { replyOf } from './reply.js';
import type { CallTool } from './zero.js';

/**
 * The reference agent as an agent command: the prompt on stdin, the server in the file that `MCP_CONFIG` names, the
 * answer on stdout. `--clumsy SEED` makes mistakes on the way.
 */

interface Config {
  readonly mcpServers: {
    readonly zero: { readonly command: string; readonly args: string[]; readonly env: Record<string, string> };
  };
}

const { values } = parseArgs({ options: { clumsy: { type: 'string' } } });
const { mcpServers } = JSON.parse(readFileSync(String(process.env.MCP_CONFIG), 'utf8')) as Config;
const client = new Client({ name: 'reference-agent', version: '1.0.0' });
await client.connect(new StdioClientTransport({ ...mcpServers.zero, stderr: 'inherit' }));
try {
  await client.listTools();
  const call: CallTool = (name, args) => replyOf(client, name, args);
  const wrapped = values.clumsy === undefined ? call : clumsily(call, Number(values.clumsy));
  process.stdout.write(`${await solve(await text(process.stdin), wrapped, () => setTimeout(100))}\n`);
} finally {
  await client.close();
}
