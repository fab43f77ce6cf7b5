import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** `node recorder.js FILE COMMAND ARGS…`: an MCP server over stdio that is COMMAND, and notes every message in FILE. */

const [, , file, command, ...args] = process.argv;
if (!file || !command) throw new Error('usage: recorder FILE COMMAND [ARGS]');

const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });

function pass(from: 'agent' | 'server', line: string, to: NodeJS.WritableStream): void {
  appendFileSync(String(file), `{"from":"${from}","message":${line}}\n`);
  to.write(`${line}\n`);
}

createInterface({ input: process.stdin })
  .on('line', (line) => pass('agent', line, server.stdin))
  .on('close', () => server.stdin.end());
createInterface({ input: server.stdout }).on('line', (line) => pass('server', line, process.stdout));
server.on('exit', (code) => {
  process.exitCode = code ?? 1;
  process.stdin.destroy();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
