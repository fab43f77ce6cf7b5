import { type ChildProcess, spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import type { Fields } from '../harness.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
if (!existsSync(cli)) throw new Error('These tests run dist/cli.js: build it first, with npm run build.');

/** What a server is started with. */
export interface Start {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Every byte a process has written, and how it ended. */
export interface Recorded {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  stdout: string;
  stderr: string;
}

const recorded: Recorded[] = [];
const clientsOpen: { close(): Promise<void> }[] = [];
const homes: string[] = [];

// Clients start processes by themselves, and a probing one starts two: so every process of this one is recorded.
subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess };
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const record: Recorded = { child, ended, stdout: '', stderr: '' };
  recorded.push(record);
  child.once('spawn', () => {
    child.stdout?.on('data', (bytes) => {
      record.stdout += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      record.stderr += bytes;
    });
  });
});

/** Ends what the test started, and holds every process to: it ended by itself, with 0, and wrote nothing but messages. */
export async function endAll(): Promise<void> {
  // A person's terminal is no server.
  const all = recorded.splice(0).filter(({ child }) => child.spawnfile !== 'script');
  try {
    for (const client of clientsOpen.splice(0)) await client.close();
    for (const { child, ended, stdout, stderr } of all) {
      child.stdin?.end();
      expect(await ended, stderr).toEqual({ code: 0, signal: null });
      expect(() => messagesOf(stdout)).not.toThrow();
    }
  } finally {
    for (const { child } of all) child.kill('SIGKILL');
    for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
  }
}

/** Every message in what a server wrote to stdout; throws when anything else is in it. */
export function messagesOf(stdout: string): readonly Fields[] {
  if (stdout === '') return [];
  if (!stdout.endsWith('\n')) throw new Error(`The last line is cut off: ${stdout.slice(-200)}`);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => JSONRPCMessageSchema.parse(JSON.parse(line)));
}

/** Arguments for any client's way to start the server: as a person's machine has it, but with an empty home. */
function commandOf({ args = [], env = {} }: Start) {
  const home = mkdtempSync(join(tmpdir(), 'zero-mcp-e2e-'));
  homes.push(home);
  const places = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, APPDATA: home, LOCALAPPDATA: home };
  return { command: process.execPath, args: [cli, ...args], cwd: home, env: { ...places, ...env } };
}

/** The parts of a client that these tests use, alike for all. */
export interface Connected {
  readonly protocolVersion: string | undefined;
  readonly instructions: string | undefined;
  listTools(): Promise<Fields & { readonly tools: readonly (Fields & { readonly name: string })[] }>;
  callTool(name: string, args?: Fields): Promise<Called>;
  readonly host: Host;
}

/** What clients have beside tools, in their own names for it. */
export type Host = {
  readonly [Method in
    | 'listResources'
    | 'listResourceTemplates'
    | 'readResource'
    | 'complete'
    | 'listPrompts'
    | 'getPrompt']: (params?: Fields) => Promise<Fields>;
};

export interface Called {
  readonly isError: boolean;
  readonly content: Fields;
  readonly text: string;
  readonly meta: Fields;
}

/** The real clients: the current one in both eras, and the older host's. */
export const clients = {
  'v2 client, newest protocol': (start: Start) => connectModern(start, 'auto'),
  'v2 client, older protocol': (start: Start) => connectModern(start, 'legacy'),
  'v1 client': connectOld,
};

async function connectModern(start: Start, mode: 'auto' | 'legacy'): Promise<Connected> {
  const transport = new ModernTransport({ ...commandOf(start), stderr: 'pipe' });
  drain(transport);
  const client = new ModernClient({ name: 'e2e', version: '1.0.0' }, { versionNegotiation: { mode } });
  clientsOpen.push(client);
  await client.connect(transport);
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    instructions: client.getInstructions(),
    listTools: () => client.listTools(),
    callTool: async (name, args = {}) => called(await client.callTool({ name, arguments: { ...args } })),
    host: client as unknown as Host,
  };
}

async function connectOld(start: Start): Promise<Connected> {
  const transport = new OldTransport({ ...commandOf(start), stderr: 'pipe' });
  drain(transport);
  const client = new OldClient({ name: 'e2e', version: '1.0.0' });
  clientsOpen.push(client);
  let protocolVersion: string | undefined;
  // This transport has no use for the version, but is told it when it asks.
  Object.assign(transport, {
    setProtocolVersion(version: string) {
      protocolVersion = version;
    },
  });
  await client.connect(transport);
  return {
    protocolVersion,
    instructions: client.getInstructions(),
    listTools: () => client.listTools(),
    callTool: async (name, args = {}) => called(await client.callTool({ name, arguments: { ...args } })),
    host: client as unknown as Host,
  };
}

/** A client hands stderr on; unread, it would stop the server once the pipe is full. */
function drain({ stderr }: { readonly stderr: unknown }): void {
  (stderr as NodeJS.ReadableStream | null)?.resume();
}

function called(result: Fields): Called {
  const [first] = result.content as readonly { type: string; text?: string }[];
  return {
    isError: result.isError === true,
    content: (result.structuredContent ?? {}) as Fields,
    text: first?.text ?? '',
    meta: (result._meta ?? {}) as Fields,
  };
}

/** A server whose stdin is written byte by byte. */
export interface Raw extends Recorded {
  /** Writes bytes as they are. */
  write(bytes: string | Uint8Array): void;
  /** Writes one message on its line. */
  send(message: unknown): void;
  /** Sends a request with a fresh id, or the given one, and waits for its answer. */
  request(method: string, params?: Fields, id?: number | string): Promise<Fields>;
  /** The next message that fits. Messages already there count. */
  message(fits: (message: Fields) => boolean): Promise<Fields>;
}

export function startRaw(start: Start): Raw {
  const { command, args, ...options } = commandOf(start);
  const child = spawn(command, args, options);
  const record = recorded.at(-1);
  if (record?.child !== child) throw new Error('The process was not recorded.');
  child.stdin.on('error', () => {}); // A test may end the process while it still writes.
  const complete = () => messagesOf(record.stdout.slice(0, record.stdout.lastIndexOf('\n') + 1));
  let lastId = 0;
  const message: Raw['message'] = async (fits) => {
    const gone = record.ended.then(() => 'gone' as const);
    for (;;) {
      const found = complete().find(fits);
      if (found) return found;
      const more = await Promise.race([once(child.stdout, 'data'), gone]);
      if (more === 'gone') throw new Error(`The server ended without that message. stderr: ${record.stderr}`);
    }
  };
  const write: Raw['write'] = (bytes) => void child.stdin.write(bytes);
  const send: Raw['send'] = (value) => write(`${JSON.stringify(value)}\n`);
  return Object.assign(record, {
    write,
    send,
    message,
    request(method: string, params?: Fields, id: number | string = `request-${++lastId}`) {
      send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
      return message((candidate) => candidate.id === id && !('method' in candidate));
    },
  });
}

/** Shakes hands as a host of the given protocol version does. */
export async function initialize(raw: Raw, protocolVersion = '2025-11-25'): Promise<Fields> {
  const answer = await raw.request('initialize', {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'raw', version: '1.0.0' },
  });
  raw.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return answer.result as Fields;
}

/** Calls a tool and answers its result; throws when the answer is a protocol error. */
export async function callRaw(raw: Raw, name: string, args: Fields = {}): Promise<Called> {
  const { result, error } = await raw.request('tools/call', { name, arguments: args });
  if (!result) throw new Error(JSON.stringify(error));
  return called(result as Fields);
}
