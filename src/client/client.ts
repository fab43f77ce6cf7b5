import { ToolError } from '../errors.js';
import type { Operation } from '../operation.js';
import { readAnswer, replyError } from './answer.js';
import type { TokenSource } from './auth.js';
import { checkBaseUrl, under } from './base-url.js';
import { within } from './deadline.js';
import { exchange } from './exchange.js';
import { type Clock, clockFrom, mayRepeat, withRetries } from './retry.js';

/** A request that is ready to leave: built only by `request.ts`. */
export interface WireRequest {
  readonly operation: Operation;
  readonly method: Operation['method'];
  /** Path and query under the base URL, encoded: `/organizations/abc/routes?limit=5`. */
  readonly url: string;
  /** What is serialised as the body, as JSON or a form. */
  readonly body?: unknown;
}

/** A success, as it came. */
export interface Answer {
  readonly status: number;
  /** The parsed body; undefined where there is none. */
  readonly data: unknown;
  /** Where the body differs from the declared output, as `path: what was expected`. The data is kept as it came. */
  readonly drift: readonly string[];
  /** The API's own name for the request, where the answer's headers have one. */
  readonly requestId?: string;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Never repeat the request once it may have left (an approved request); without it the operation's own rule holds. */
  readonly once?: boolean;
}

/** Sends one request and answers its body; every failure is a ToolError. */
export type Send = (request: WireRequest, options?: SendOptions) => Promise<Answer>;

/** The one seam to the network, with fetch's own meaning: undici in production, the sandbox in process, a socket in tests. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
    readonly redirect: 'manual';
  },
) => Promise<FetchResponse>;

/** The part of a fetch Response that the client reads. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface ClientOptions extends Partial<Clock> {
  /** See {@link checkBaseUrl}. */
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly tokens: TokenSource;
  /** Limit of a whole call, retries included, in milliseconds. */
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
  readonly log?: (level: 'debug' | 'warn', message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** The one way to the API. */
export interface Client {
  readonly send: Send;
}

/** Makes the client; nothing is sent before the first call. */
export function createClient(options: ClientOptions): Client {
  const { fetch, tokens, timeoutMs = 60_000, maxResponseBytes = 16 * 1024 * 1024, log } = options;
  const clock = clockFrom(options);
  const base = checkBaseUrl(options.baseUrl);

  async function sendOnce(request: WireRequest, idToken: string, signal: AbortSignal): Promise<Answer> {
    const { operation, method } = request;
    const url = under(base, request.url);
    const startedAt = clock.now();
    const reply = await exchange(fetch, { url, method, ...content(request, idToken), signal, maxResponseBytes });
    log?.('debug', 'answer', { operation: operation.name, status: reply.status, ms: clock.now() - startedAt });
    if (reply.status >= 300) throw replyError(operation.name, url, reply, clock.now(), [idToken]);
    return readAnswer(operation, reply);
  }

  async function sendWithRetries(request: WireRequest, once: boolean, signal: AbortSignal): Promise<Answer> {
    const endsAt = clock.now() + timeoutMs;
    const { operation } = request;
    const attempt = rememberLost(request.method, (idToken: string) => sendOnce(request, idToken, signal));
    const attempts = (idToken: string) =>
      withRetries(() => attempt(idToken), {
        mayRepeat: (error) => mayRepeat(request, once, error),
        onRetry: ({ message }, waitMs) => log?.('warn', 'again', { operation: operation.name, after: message, waitMs }),
        clock,
        signal,
        endsAt,
      });
    const idToken = await tokens.idToken(signal);
    try {
      return await attempts(idToken);
    } catch (error) {
      if (!(error instanceof ToolError) || error.status !== 401) throw error;
      tokens.invalidate(idToken);
      return await attempts(await tokens.idToken(signal));
    }
  }

  return {
    send: (request, { signal, once = false } = {}) =>
      within(timeoutMs, signal, async (combined) =>
        request.operation.ownCredential
          ? readAnswer(request.operation, await tokens.exchange(combined))
          : sendWithRetries(request, once, combined),
      ),
  };
}

/** Headers and body as they leave. */
function content({ operation, body }: WireRequest, idToken: string) {
  const headers = { accept: 'application/json', authorization: `Bearer ${idToken}` };
  if (body === undefined) return { headers };
  const form = operation.bodyType === 'form';
  return {
    headers: { ...headers, 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' },
    body: form ? formText(Object(body)) : JSON.stringify(body),
  };
}

function formText(body: object): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) form.append(name, String(value));
  return form.toString();
}

/**
 * Remembers over all attempts of one request whether an earlier one may have taken effect: later failures say so, and
 * a DELETE that then finds nothing is done. Zero answers 403 as well as 404 for what is gone (FACTS 3.7).
 */
function rememberLost(method: string, attempt: (idToken: string) => Promise<Answer>): typeof attempt {
  let lost = false;
  return async (idToken) => {
    try {
      return await attempt(idToken);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const gone = error.kind === 'not_found' || error.kind === 'forbidden';
      if (lost && gone && method === 'DELETE') return { status: 204, data: undefined, drift: [TAKEN_AS_DONE] };
      lost ||= error.maybeSent;
      throw lost ? new ToolError(error.kind, error.message, { ...error, maybeSent: true, cause: error.cause }) : error;
    }
  };
}

const TAKEN_AS_DONE = 'the answer was lost; sent again, the API found no such record, which is taken as done';
