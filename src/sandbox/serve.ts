import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firstHalf, jsonAnswer, type SandboxResponse } from './response.js';
import { BASE_PATH, createSandbox, type Sandbox, type SandboxOptions } from './sandbox.js';
import { createStateFile } from './state-file.js';

/** Bytes of a request body. */
const MAX_BODY = 1024 * 1024;

const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

export interface ServeOptions extends Omit<SandboxOptions, 'state'> {
  /** 0 takes a free one. */
  readonly port: number;
  /** A loopback address; 127.0.0.1 when left out. */
  readonly host?: string;
  /** A file that keeps the state: read at start if it exists, written after every change and at the end. */
  readonly stateFile?: string;
}

export interface SandboxServer {
  /** Where a client's base URL points. */
  readonly baseUrl: string;
  /** A refresh token of an API user with role admin. */
  readonly apiToken: string;
  readonly sandbox: Sandbox;
  /** Breaks open connections, frees the port and writes the state. */
  close(): Promise<void>;
}

/** Serves a sandbox over HTTP on this machine alone. Throws when the state file can't be read or the port is taken. */
export async function serveSandbox({
  port,
  host = '127.0.0.1',
  stateFile,
  ...options
}: ServeOptions): Promise<SandboxServer> {
  if (!LOOPBACK.includes(host)) throw new Error(`The sandbox listens on loopback only, not on ${host}.`);
  const file = stateFile === undefined ? undefined : createStateFile(stateFile);
  const saved = file?.read();
  const sandbox = createSandbox({ ...options, ...(saved && { state: saved }) });
  file?.write(sandbox.snapshot());

  const serve = async (request: IncomingMessage) => {
    const result = await answer(sandbox, request);
    file?.write(sandbox.snapshot());
    return result;
  };
  const server = createServer((request, response) => {
    serve(request)
      .catch((error: unknown) => jsonAnswer(500, { error: `internal error: ${error}` }))
      .then((result) => send(response, result));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${BASE_PATH}`,
    apiToken: sandbox.token,
    sandbox,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      file?.write(sandbox.snapshot());
    },
  };
}

async function answer(sandbox: Sandbox, request: IncomingMessage): Promise<SandboxResponse> {
  // A page in a browser can reach loopback under a name of its own; such a request says so here.
  if (!isLoopback(request.headers.host ?? '')) return jsonAnswer(403, { error: 'host not allowed' });
  const body = await readBody(request);
  if (body === undefined) return jsonAnswer(413, { error: `body is larger than ${MAX_BODY} bytes` });
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return sandbox.handle({ method: request.method ?? '', url: request.url ?? '', headers, body });
}

function isLoopback(host: string): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host)?.[1] ?? '';
  return LOOPBACK.includes(name.replace(/^\[|\]$/g, '').toLowerCase());
}

/** The body, or undefined when it is too large; the rest is read and dropped, so that the answer arrives. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size > MAX_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, headers, body, broken }: SandboxResponse): void {
  if (broken === 'reset') {
    response.destroy();
    return;
  }
  const bytes = new TextEncoder().encode(body);
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': bytes.length });
  if (broken === 'truncated') response.write(firstHalf(bytes), () => response.destroy());
  else response.end(bytes);
}
