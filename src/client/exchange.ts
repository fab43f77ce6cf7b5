import { ToolError } from '../errors.js';
import type { Fetch, FetchResponse } from './client.js';
import { interruption } from './deadline.js';

/** What came back: nothing in it has been judged yet. */
export interface Reply {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: Uint8Array;
}

export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly maxResponseBytes: number;
}

/** As much of an error's text as is kept: far more than is shown, since secrets are hidden before it is cut. */
export const MAX_ERROR_BYTES = 64 * 1024;

/** Sends one HTTP request and reads its whole body. Throws `unreachable`, `too_large`, `timeout` or `cancelled`. */
export async function exchange(fetch: Fetch, { url, maxResponseBytes, ...init }: Outgoing): Promise<Reply> {
  // Told apart here, because a request with an aborted signal never leaves.
  if (init.signal.aborted) throw interruption(init.signal, false);
  try {
    const response = await fetch(url, { ...init, redirect: 'manual' });
    const body = response.status < 300 ? await readAll(response, maxResponseBytes) : await readStart(response);
    return { status: response.status, header: (name) => response.headers.get(name), body };
  } catch (error) {
    // First, because fetch throws the signal's reason, which is a ToolError too.
    if (init.signal.aborted) throw interruption(init.signal, true);
    if (error instanceof ToolError) throw error;
    throw unreachable(new URL(url).host, error);
  }
}

async function readAll(response: FetchResponse, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop, by return or throw, cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new ToolError('too_large', `The answer is larger than ${megabytes(maxBytes)}, the limit of this server.`, {
        status: response.status,
        maybeSent: true,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readStart(response: FetchResponse): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function megabytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024 / 1024)} MiB`;
}

/** A failed connection as Node and undici describe it. */
interface SystemError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly errors?: readonly SystemError[];
}

function unreachable(host: string, error: unknown): ToolError {
  // fetch wraps what happened as the cause of a TypeError that only says "fetch failed".
  const cause = error instanceof Error && error.cause instanceof Error ? (error.cause as SystemError) : undefined;
  if (cause?.code === 'UND_ERR_DESTROYED') {
    return new ToolError('cancelled', 'This server is ending.', { maybeSent: true, cause: error });
  }
  const reason = cause?.code ?? cause?.message ?? 'the connection failed';
  return new ToolError('unreachable', `${host} can't be reached or broke the connection off (${reason}).`, {
    maybeSent: !(cause && neverLeft(cause)),
    cause: error,
  });
}

/** Whether the failure came before the request: looking up the name, connecting, or checking the certificate. */
function neverLeft({ code = '', syscall, errors }: SystemError): boolean {
  // Several addresses were tried: all of them failed.
  if (errors && errors.length > 0) return errors.every(neverLeft);
  return (
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)
  );
}
