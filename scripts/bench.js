// `npm run bench`: how fast the built server starts, lists and answers on its embedded sandbox. It only prints.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RUNS = 15;
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'zero-mcp-bench-'));
const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, APPDATA: home };

/** Milliseconds of one server's life, by what it did. */
async function measure() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, '--sandbox', '--log-level', 'error'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const request = async (method, params) => {
    const sentAt = performance.now();
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
    const { result } = JSON.parse((await lines.next()).value);
    if (!result || result.isError) throw new Error(`${method} failed: ${JSON.stringify(result)}`);
    return performance.now() - sentAt;
  };
  const call = (name) => request('tools/call', { name, arguments: {} });

  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  const times = { 'process start to initialize reply': performance.now() - startedAt };
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  times['first tools/list'] = await request('tools/list');
  times['repeated tools/list'] = await request('tools/list');
  times['first tools/call (loads engine and sandbox)'] = await call('list_clusters');
  times['repeated tools/call'] = await call('list_clusters');
  const megabytes = residentMegabytes(child.pid);
  child.stdin.end();
  await once(child, 'close');
  return { times, megabytes };
}

/** Milliseconds until the sandbox alone stands in a fresh process, its modules loaded. */
async function measureSandbox() {
  const script = `
    const { createSandbox } = await import(${JSON.stringify(new URL('../dist/sandbox/sandbox.js', import.meta.url).href)});
    const startedAt = performance.now();
    createSandbox();
    console.log(performance.now() - startedAt);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  await once(child, 'close');
  return Number(value);
}

/**
 * Milliseconds between the arrival of the last read before an approved apply and the arrival of the apply: what changes
 * in that window nobody can stop. Over loopback; the real API adds its own latency.
 */
async function measureWindows() {
  const [{ serveSandbox }, { openQuestions }] = await Promise.all([
    import('../dist/sandbox/serve.js'),
    import('../dist/cli/state-directory.js'),
  ]);
  const { sandbox, baseUrl, apiToken, close } = await serveSandbox({ port: 0 });
  const state = join(home, 'window');
  const store = await openQuestions(state, 'approve');
  const arrivals = [];
  sandbox.onArrival(({ method, url }) => {
    if (url !== '/token') arrivals.push({ method, at: performance.now() });
  });
  const child = spawn(process.execPath, [cli, '--base-url', baseUrl, '--state-dir', state, '--log-level', 'error'], {
    env: { ...env, POMERIUM_ZERO_API_TOKEN: apiToken },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const request = async (method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })}\n`);
    return JSON.parse((await lines.next()).value).result;
  };
  const call = async (name, args) => (await request('tools/call', { name, arguments: args })).structuredContent;
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const [pending] = (await call('list_changesets', { status: 'pending' })).items;
  const { items: routes } = await call('list_routes', { namespaceId: pending.namespaceId });
  const windows = [];
  for (let run = 0; run < RUNS; run++) {
    await call('update_route', { routeId: routes[0].id, description: `Bench ${run}` });
    const [changeset] = (await call('list_changesets', { status: 'pending' })).items;
    const apply = () => call('apply_changeset', { changesetId: changeset.id });
    await apply();
    const [{ question }] = await store.list();
    const at = new Date().toISOString();
    await store.decide(question.id, { decision: 'approved', channel: 'terminal', approver: 'bench', at });
    arrivals.length = 0;
    const { status } = await apply();
    if (status !== 'applied') throw new Error(`An apply ended as ${status}`);
    const sent = arrivals.findIndex(({ method }) => method === 'POST');
    windows.push(arrivals[sent].at - arrivals[sent - 1].at);
  }
  child.stdin.end();
  await once(child, 'close');
  await close();
  return windows;
}

/** Memory of a process as Linux counts it; undefined elsewhere. */
function residentMegabytes(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function show(what, value, unit) {
  process.stdout.write(`${what.padEnd(46)}${value.toFixed(1).padStart(8)} ${unit}\n`);
}

const runs = [];
for (let run = 0; run < RUNS; run++) runs.push(await measure());
const sandboxes = [];
for (let run = 0; run < RUNS; run++) sandboxes.push(await measureSandbox());

process.stdout.write(`Node ${process.version}, median of ${RUNS}\n`);
for (const what of Object.keys(runs[0].times)) show(what, median(runs.map(({ times }) => times[what])), 'ms');
show('sandbox start', median(sandboxes), 'ms');
if (runs[0].megabytes !== undefined)
  show('resident memory after that', median(runs.map(({ megabytes }) => megabytes)), 'MB');
const windows = await measureWindows();
show('last read to apply, over loopback', median(windows), 'ms');
show('  the longest of them', Math.max(...windows), 'ms');
rmSync(home, { recursive: true, force: true });
await import('./bench-policy.js');
