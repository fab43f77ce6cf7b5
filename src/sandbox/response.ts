import type { Fetch, FetchResponse } from '../client/client.js';

/** A request as bytes off the wire. Header names in lower case. */
export interface SandboxRequest {
  readonly method: string;
  /** A whole URL or its path and query, base path included. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SandboxResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The connection breaks: before any byte of the answer, or in the middle of its body. */
  readonly broken?: 'reset' | 'truncated';
}

/** An answer with a JSON body, or without any. */
export function jsonAnswer(
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): SandboxResponse {
  return body === undefined
    ? { status, headers, body: '' }
    : { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The in-process network over `handle`, which fails as a real one does: by rejecting, or in the middle of a body. */
export function createFetch(handle: (request: SandboxRequest) => Promise<SandboxResponse>): Fetch {
  return async (url, { method, headers, body, signal }) => {
    signal?.throwIfAborted();
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const response = await unlessAborted(
      () => handle({ method, url, headers: lower, ...(body !== undefined && { body }) }),
      signal,
    );
    if (response.broken === 'reset') throw new TypeError('fetch failed', { cause: connectionReset() });
    return toFetchResponse(response);
  };
}

/** The first half of a body, for an answer that breaks off. */
export function firstHalf(body: Uint8Array): Uint8Array {
  return body.subarray(0, Math.floor(body.length / 2));
}

function toFetchResponse({ status, headers, body, broken }: SandboxResponse): FetchResponse {
  const bytes = new TextEncoder().encode(body);
  const known = new Map(Object.entries({ ...headers, 'content-length': String(bytes.length) }));
  return {
    status,
    headers: { get: (name) => known.get(name.toLowerCase()) ?? null },
    body: status === 204 ? null : bytesOf(bytes, broken === 'truncated'),
  };
}

async function* bytesOf(body: Uint8Array, truncated: boolean): AsyncGenerator<Uint8Array> {
  yield truncated ? firstHalf(body) : body;
  if (truncated) throw new TypeError('terminated', { cause: connectionReset() });
}

async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work();
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  // Before the work starts: it may abort itself.
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}
