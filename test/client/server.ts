import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createTokenSource } from '../../src/client/auth.js';
import { type ClientOptions, createClient, type WireRequest } from '../../src/client/client.js';
import { buildRequest } from '../../src/client/request.js';
import { createTransport } from '../../src/client/transport.js';
import { ToolError } from '../../src/errors.js';
import { type Declaration, defineApi, type Input } from '../../src/operation.js';

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does with one request. */
export type Step = (response: ServerResponse, seen: Seen) => void;

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Step =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Step =>
  (response) =>
    response.writeHead(status, headers).end(body);

export const empty = (status: number, headers: Record<string, string> = {}): Step => text(status, '', headers);

/** Breaks the connection without an answer. */
export const reset: Step = (response) => response.destroy();

/** Promises more than it sends, then breaks the connection. */
export const truncated: Step = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('[{"id":', () => response.destroy());
};

/** Never answers. */
export const hang: Step = () => undefined;

export interface Server {
  readonly baseUrl: string;
  /** Everything but token exchanges, in order. */
  readonly calls: readonly Seen[];
  readonly exchanges: readonly Seen[];
}

/**
 * A real HTTP server for one test. It plays `steps` one after the other; a request beyond them gets a 418, which no
 * test expects. Exchanges get token-1, token-2, … unless `exchange` says otherwise.
 */
export async function startServer(steps: readonly Step[], exchange?: Step | readonly Step[]): Promise<Server> {
  const calls: Seen[] = [];
  const exchanges: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
      if (url === '/api/v0/token') {
        exchanges.push(seen);
        const granted = json(200, { idToken: `token-${exchanges.length}`, expiresInSeconds: '3600' });
        const step = typeof exchange === 'function' ? exchange : exchange?.[exchanges.length - 1];
        (step ?? granted)(response, seen);
      } else {
        calls.push(seen);
        (steps[calls.length - 1] ?? text(418, 'unexpected request'))(response, seen);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { baseUrl: `http://127.0.0.1:${portOf(server)}/api/v0`, calls, exchanges };
}

export function portOf(server: { address(): unknown }): number {
  return z.object({ port: z.number() }).parse(server.address()).port;
}

/** A client over the real transport. Waits between attempts are recorded instead of waited. */
export function connect(server: { baseUrl: string }, options: Partial<ClientOptions> & { token?: () => string } = {}) {
  const transport = createTransport({ version: '1.2.3', connectTimeoutMs: 2_000, env: {} });
  onTestFinished(() => transport.close());
  const waits: number[] = [];
  const clock = {
    random: () => 0,
    wait: async (ms: number) => {
      waits.push(ms);
    },
  };
  const { baseUrl } = server;
  const { token = () => 'refresh-secret' } = options;
  const fetch = options.fetch ?? transport.fetch;
  const tokens = createTokenSource({ ...clock, ...options, fetch, baseUrl, readRefreshToken: async () => token() });
  return { ...createClient({ tokens, ...clock, ...options, fetch, baseUrl }), tokens, waits, fetch };
}

/** The error a promise ends with; fails the test when it is none of ours. */
export async function failure(promise: Promise<unknown>): Promise<ToolError> {
  const error: unknown = await promise.then(
    (value) => new Error(`expected a failure, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ToolError) return error;
  throw error;
}

export const operation = defineApi({ toolsets: { things: 'Things' }, params: { thingId: z.string() } });

const Thing = z.strictObject({
  id: z.string(),
  createdAt: z.string(),
  note: z.string().optional(),
  parentId: z.string().nullable().optional(),
});

type Overrides = Partial<Omit<Declaration<'things', '/things/{thingId}'>, 'path'>>;

/** A declared operation on `/things/{thingId}`; a GET that reads unless told otherwise. */
export const thing = (overrides: Overrides = {}) =>
  operation({
    name: 'get_thing',
    title: 'Read a thing',
    description: 'One thing.',
    toolset: 'things',
    effect: 'read',
    method: 'GET',
    path: '/things/{thingId}',
    output: Thing,
    example: { thingId: 'b1' },
    ...overrides,
  });

export const record = { id: 'b1', createdAt: '2026-01-01T00:00:00Z' };

/** A request for `thing()`. */
export const request = (overrides: Overrides = {}, input: Input = {}): WireRequest =>
  buildRequest(thing(overrides), { thingId: 'b1', ...input });
