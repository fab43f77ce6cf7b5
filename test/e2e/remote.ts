import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Start } from './stdio.js';

/** The sandbox behind a socket, in this process, and how a server is started on it. */
export interface Remote {
  readonly sandbox: Sandbox;
  readonly apiToken: string;
  /** What starts a server on it, with these arguments besides. */
  start(...args: readonly string[]): Start;
  close(): Promise<void>;
}

/** Its clock stands still, so that ids, times and answers repeat. */
export const NOW = Date.parse('2026-03-02T09:00:00Z');

export async function remote(): Promise<Remote> {
  const server: SandboxServer = await serveSandbox({ port: 0, now: () => NOW });
  return {
    sandbox: server.sandbox,
    apiToken: server.apiToken,
    start: (...args) => ({
      args: ['--base-url', server.baseUrl, ...args],
      env: { POMERIUM_ZERO_API_TOKEN: server.apiToken },
    }),
    close: server.close,
  };
}

/** Requests the sandbox saw since `from`, without token exchanges. */
export function seen({ requests }: Sandbox, from = 0) {
  return requests.slice(from).filter(({ operation }) => operation !== 'get_id_token');
}

const effects = new Map(zero.operations.map(({ name, effect }) => [name, effect]));

/** Of these, the requests that aren't reads; one that fits no operation is none either. */
export function writes(sandbox: Sandbox, from = 0) {
  return seen(sandbox, from).filter(({ operation = '' }) => effects.get(operation) !== 'read');
}
