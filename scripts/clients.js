// `npm run clients`: the built server before clients that others wrote, installed into a temporary folder with the Node they
// need. Prints the table of the README and fails when one of them doesn't list, call, be asked and be refused.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = {
  '@ai-sdk/mcp': '2.0.99',
  '@langchain/core': '1.4.0',
  '@langchain/mcp-adapters': '1.1.4',
  '@modelcontextprotocol/inspector': '2.12.0',
  node: '22.23.3',
};

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-clients-'));
const node = join(directory, 'node_modules', 'node', 'bin', 'node');
const server = [cli, '--sandbox', '--state-dir', join(directory, 'state')];

/** Runs a program of the folder under its Node and answers what it prints. */
function run(...args) {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: directory, encoding: 'utf8', timeout: 120_000 });
  // The Inspector ends with 5 when a tool answers an error.
  if (status !== 0 && status !== 5) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

function program(name) {
  copyFileSync(new URL(`clients/${name}.js`, import.meta.url), join(directory, `${name}.js`));
  return JSON.parse(run(`${name}.js`, ...server));
}

/** The Inspector's command line, strict about schemas, one process for each request. */
function inspector(era) {
  const bin = join('node_modules', '@modelcontextprotocol', 'inspector', 'clients', 'launcher', 'build', 'index.js');
  const ask = (...request) =>
    JSON.parse(run(bin, '--cli', node, ...server, '--protocol-era', era, '--format', 'json', ...request)).result;
  const call = (tool, ...args) =>
    ask('--method', 'tools/call', '--tool-name', tool, ...args.flatMap((arg) => ['--tool-arg', arg])).structuredContent;
  const { items } = call('list_clusters');
  return {
    tools: ask('--method', 'tools/list', '--strict').tools.length,
    rows: items.length,
    question: call('update_cluster', `clusterId=${items[0].id}`, 'name=renamed').confirmation_required.code,
    error: call('get_cluster', 'clusterId=nowhere').error.kind,
  };
}

try {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: 'module', dependencies: VERSIONS }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const seen = [
    ['@ai-sdk/mcp', 'its own choice', program('ai-sdk')],
    ['@langchain/mcp-adapters', 'its own choice', program('langchain')],
    ['@modelcontextprotocol/inspector', 'legacy', inspector('legacy')],
    ['@modelcontextprotocol/inspector', 'modern', inspector('modern')],
  ];
  for (const [client, era, { tools, rows, question, error }] of seen) {
    if (!(tools > 0 && rows > 0 && question && error)) throw new Error(`${client} (${era}) missed something`);
    const cells = [`${client} ${VERSIONS[client]}`, era, `${tools} tools`, `${rows} rows`, question, error];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
