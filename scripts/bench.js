// How long a host waits: from spawning the built server to its first answers. Run by `npm run bench`, after the build.
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createSandbox } from '../dist/sandbox/sandbox.js';

const RUNS = 15;
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

/** Milliseconds that `work` takes, with its result. */
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

async function once() {
  const client = new Client({ name: 'zero-mcp-bench', version: '0.1.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cli, '--sandbox', '--log-level', 'warn'],
    env: { XDG_CONFIG_HOME: here, APPDATA: here },
  });
  const connect = await timed(() => client.connect(transport));
  const list = await timed(() => client.listTools());
  const first = await timed(() => client.callTool({ name: 'list_organizations', arguments: {} }));
  const second = await timed(() => client.callTool({ name: 'list_organizations', arguments: {} }));
  await client.close();
  const sandbox = await timed(() => createSandbox());
  return {
    'start and connect': connect.ms,
    'tools/list': list.ms,
    'first call': first.ms,
    'second call': second.ms,
    'new sandbox in process': sandbox.ms,
  };
}

const runs = [];
for (let run = 0; run < RUNS; run++) runs.push(await once());
process.stdout.write(`Node ${process.version}, ${RUNS} runs, milliseconds: median, slowest\n`);
for (const name of Object.keys(runs[0])) {
  const sorted = runs.map((run) => run[name]).sort((a, b) => a - b);
  const [median, slowest] = [sorted[Math.floor(RUNS / 2)], sorted[RUNS - 1]].map((ms) => ms.toFixed(0).padStart(6));
  process.stdout.write(`${name.padEnd(24)}${median}${slowest}\n`);
}
