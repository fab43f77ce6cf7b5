import { ToolError } from '../errors.js';
import { parseJson, replyError } from './answer.js';
import { checkBaseUrl, under } from './base-url.js';
import type { Fetch } from './client.js';
import { waitFor, within } from './deadline.js';
import { exchange, type Reply } from './exchange.js';
import { type Clock, clockFrom, isTransient, withRetries } from './retry.js';

export interface TokenSourceOptions extends Partial<Clock> {
  readonly fetch: Fetch;
  readonly baseUrl: string;
  /** Called at each exchange, so that a renewed token file is read again. */
  readonly readRefreshToken: () => Promise<string>;
  /** Limit of one exchange with its retries, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Gives out id tokens: short-lived, shared by all callers, exchanged for the API token when needed. */
export interface TokenSource {
  /** A token that is good for a minute at least. The signal ends the waiting, not an exchange that others share. */
  idToken(signal: AbortSignal): Promise<string>;
  /** Forgets a token the API refused, unless another caller did so before. */
  invalidate(idToken: string): void;
  /** A fresh exchange as the API answered it: proof that the API token works now. */
  exchange(signal: AbortSignal): Promise<Reply>;
}

/** The official client renews as early (FACTS 3.2). */
const RENEW_BEFORE_EXPIRY_MS = 60_000;
/** How long a token of unknown lifetime is used. */
const UNKNOWN_LIFETIME_MS = 60_000;
const MAX_TOKEN_BYTES = 1024 * 1024;

interface IdToken {
  readonly value: string;
  /** In the clock's time. */
  readonly usableUntil: number;
}

/** Makes the one source of id tokens; nothing is exchanged before the first call. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const clock = clockFrom(options);
  const url = under(checkBaseUrl(options.baseUrl), '/token');
  const timeoutMs = options.timeoutMs ?? 60_000;
  let current: IdToken | undefined;
  let pending: Promise<string> | undefined;

  async function refreshToken(): Promise<string> {
    const token = await options.readRefreshToken().catch((cause: unknown) => {
      throw cause instanceof ToolError
        ? cause
        : new ToolError('unauthorized', "The API token can't be read.", { cause });
    });
    if (token.trim() === '') throw new ToolError('unauthorized', 'The API token is empty.');
    return token.trim();
  }

  async function exchangeOnce(signal: AbortSignal): Promise<Reply> {
    const secret = await refreshToken();
    const reply = await exchange(options.fetch, {
      url,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: secret }),
      signal,
      maxResponseBytes: MAX_TOKEN_BYTES,
    });
    if (reply.status >= 300) throw replyError('the token exchange', url, reply, clock.now(), [secret]);
    return reply;
  }

  // An exchange doesn't consume the API token (FACTS 3.2), so it may be repeated although it is a POST.
  const exchangeWithRetries = (signal: AbortSignal): Promise<Reply> =>
    withRetries(() => exchangeOnce(signal), { mayRepeat: isTransient, clock, signal, endsAt: clock.now() + timeoutMs });

  async function renew(): Promise<string> {
    try {
      const askedAt = clock.now();
      const { status, body } = await within(timeoutMs, undefined, exchangeWithRetries);
      current = readToken(parseJson('the token exchange', status, body), askedAt);
      return current.value;
    } catch (error) {
      throw asTokenError(error);
    } finally {
      pending = undefined;
    }
  }

  return {
    exchange: (signal) =>
      exchangeWithRetries(signal).catch((error: unknown) => {
        throw asTokenError(error);
      }),
    idToken(signal) {
      if (current && clock.now() < current.usableUntil) return Promise.resolve(current.value);
      pending ??= renew();
      return waitFor(pending, signal);
    },
    invalidate(idToken) {
      if (current?.value === idToken) current = undefined;
    },
  };
}

/** Whatever refuses the exchange refuses the token: the exact code is unknown (FACTS 3.2). And an exchange changes nothing. */
function asTokenError(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  const refused = error.status !== undefined && error.status >= 400 && error.status < 500 && error.status !== 429;
  const kind = refused ? 'unauthorized' : error.kind;
  const next = error.status === 404 ? NOT_THERE : error.next;
  return new ToolError(kind, error.message, { ...error, next, maybeSent: false, cause: error.cause });
}

const NOT_THERE = "A person checks the base URL of this server (Zero's ends with /api/v0), then the API token.";

function readToken(data: unknown, askedAt: number): IdToken {
  const { idToken, expiresInSeconds } = { ...(data as { idToken?: unknown; expiresInSeconds?: unknown }) };
  // Only what may stand in a header; fetch would quote anything else in its error.
  if (typeof idToken !== 'string' || !/^[\x21-\x7e]+$/.test(idToken)) {
    throw new ToolError('not_json', 'The token exchange answered no usable id token.');
  }
  // Text in every source (FACTS 3.2); a lifetime nobody can read is taken as a short one.
  const seconds = Number(expiresInSeconds);
  const lifetimeMs = seconds > 0 && seconds < Infinity ? seconds * 1000 - RENEW_BEFORE_EXPIRY_MS : UNKNOWN_LIFETIME_MS;
  return { value: idToken, usableUntil: askedAt + lifetimeMs };
}
