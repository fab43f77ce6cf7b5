import { type ErrorKind, ToolError } from '../errors.js';
import type { Operation } from '../operation.js';
import type { Answer } from './client.js';
import { drift } from './drift.js';
import { MAX_ERROR_BYTES, type Reply } from './exchange.js';
import { retryAfterMs } from './retry.js';

/** Reads a 2xx reply. Throws `not_json`; anything else that differs from the declaration is drift. */
export function readAnswer(operation: Operation, reply: Reply): Answer {
  const requestId = requestIdOf(reply);
  return { ...readBody(operation, reply), ...(requestId !== undefined && { requestId }) };
}

function readBody(operation: Operation, { status, body }: Reply): Answer {
  const expected = status === operation.status ? [] : [`status: expected ${operation.status}, got ${status}`];
  const { output } = operation;
  if (!output) {
    // What nobody declared can't be redacted, so it isn't handed on.
    return { status, data: undefined, drift: body.length > 0 ? [...expected, 'body: expected none'] : expected };
  }
  if (body.length === 0) return { status, data: undefined, drift: [...expected, 'body: expected one'] };
  const data = parseJson(operation.name, status, body);
  return { status, data, drift: [...expected, ...drift(output, data)] };
}

/** Parses the JSON body of a success; throws `not_json`, with the text if it is a web page: anything else may be a secret. */
export function parseJson(name: string, status: number, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new ToolError('not_json', `The answer to ${name} (status ${status}) is not JSON.`, {
      status,
      upstream: page(body),
      maybeSent: true,
      cause,
    });
  }
}

/** The error of a reply that is no success. `hide` lists texts that must not come back: the tokens that were sent. */
export function replyError(name: string, url: string, reply: Reply, now: number, hide: readonly string[]): ToolError {
  const { status } = reply;
  if (status < 400) {
    return new ToolError(
      'redirected',
      `The API redirects ${name} to ${targetHost(url, reply)}; this server does not follow.`,
      {
        status,
      },
    );
  }
  const wait = retryAfterMs(reply.header('retry-after'), now);
  const asked = wait === undefined ? '' : ` and asks to wait ${Math.ceil(wait / 1000)} s`;
  const upstream = errorText(reply.body);
  return new ToolError(kindOf(status), `The API answered ${status} to ${name}${asked}.`, {
    status,
    upstream: hide.reduce((text, secret) => text?.replaceAll(secret, '(hidden)'), upstream),
    retryAfterMs: wait,
    requestId: requestIdOf(reply),
    // A gateway's 502 or 504 says nothing about what the API did.
    maybeSent: status >= 500,
  });
}

/** unknown: no source says whether Zero names requests; Envoy, which Pomerium is built on, does so in this header. */
function requestIdOf({ header }: Reply): string | undefined {
  return header('x-request-id')?.match(/^[\w.:-]{1,200}$/)?.[0];
}

// unknown: FACTS 3.7 (codes for validation, conflict, quota and rate limit)
function kindOf(status: number): ErrorKind {
  if (status >= 500) return 'server_error';
  return kinds[status] ?? 'rejected';
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
};

function targetHost(url: string, reply: Reply): string {
  const location = reply.header('location');
  return location !== null && URL.canParse(location, url) ? new URL(location, url).host : 'nowhere';
}

/** The API's `{error}` text (FACTS 3.7), or what a gateway wrote instead. */
function errorText(body: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(body);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !('error' in parsed)) return undefined;
    return typeof parsed.error === 'string' ? parsed.error : undefined;
  } catch {
    return plainText(body);
  }
}

/** The text, if it isn't a record: nothing of what looks like JSON, since broken JSON may still hold a record's secrets. */
function plainText(body: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(body.subarray(0, MAX_ERROR_BYTES)).trim();
  return text === '' || /^[{["]/.test(text) ? undefined : text;
}

/** The text of a page that something between us and the API has put in its place. */
function page(body: Uint8Array): string | undefined {
  const text = plainText(body);
  return text?.startsWith('<') ? text : undefined;
}
