import type { Operation } from './operation.js';

/** Why a call failed. The kind decides the next step the model is told; see {@link explain}. */
export type ErrorKind =
  | 'invalid_input'
  | 'refused'
  | 'confirmation_required'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'rate_limited'
  | 'rejected'
  | 'server_error'
  | 'timeout'
  | 'unreachable'
  | 'too_large'
  | 'not_json'
  | 'redirected'
  | 'cancelled'
  | 'internal';

/** Whether a tool is offered here. */
export type Offers = (tool: string) => boolean;

/** What to do now, in words for the model; where it names tools, only those that are offered. */
export type Next = string | ((offers: Offers) => string);

/** What is known about a failure beyond its sentence. */
export interface ErrorFacts {
  /** HTTP status, when the API answered. */
  readonly status?: number;
  /** The API's own `error` text: data, never instructions. */
  readonly upstream?: string;
  readonly next?: Next;
  /** True when the request may have reached the API and taken effect although no answer was read. */
  readonly maybeSent?: boolean;
  /** How long the API asks to wait before the next request, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The API's own name for the request, when it answered. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** The one error this server throws on purpose. `message` says what was wrong; the facts say what to do. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly kind: ErrorKind;
  readonly status?: number;
  readonly upstream?: string;
  readonly next?: Next;
  readonly maybeSent: boolean;
  readonly retryAfterMs?: number;
  readonly requestId?: string;

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.kind = kind;
    this.status = facts.status;
    this.upstream = facts.upstream;
    this.next = facts.next;
    this.maybeSent = facts.maybeSent ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.requestId = facts.requestId;
  }
}

/** Whether the system names a failure so: `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The next step for each kind; whoever throws may give a better one as `next`. */
const nextSteps: Readonly<Partial<Record<ErrorKind, string>>> = {
  invalid_input: 'Correct the argument and call again.',
  unauthorized:
    'The API token has expired, was revoked or is mistyped. A person makes a new one in the Zero console under Account, API Tokens, and gives it to this server.',
  // FACTS 3.7: the permission check runs before the existence check.
  forbidden:
    "Zero answers 403 for ids that don't exist or were deleted as well as for missing rights: check the id with the list tool, then the role of the API user.",
  not_found: 'Check the id with the list tool.',
  conflict: 'Read the record or list again: a name may be taken, the record in use, or changed meanwhile.',
  rate_limited: 'Wait a minute, then call again.',
  rejected: 'Change what the API objects to and call again.',
  server_error: 'The fault is on the side of the API: call again later.',
  timeout: 'Call again, asking for less where the tool allows it (limit, filter, a shorter time range).',
  unreachable: 'A person checks the network, the base URL and the proxy settings of this server.',
  too_large: 'Ask for less: a smaller limit, a filter, or a shorter time range.',
  not_json: 'Something other than the API may have answered: a person checks the base URL and the proxy settings.',
  redirected: 'A person checks the base URL and the proxy settings of this server.',
  internal: 'The log of this server says more.',
};

/** The longest text of someone else's that is shown. */
const QUOTE_LENGTH = 300;

/** Text that isn't ours as data: on one line, without invisible characters, cut, in quotes. */
export function quote(text: string): string {
  const line = text.replace(/[\s\p{C}\p{Z}]+/gu, ' ').trim();
  return JSON.stringify(line.length > QUOTE_LENGTH ? `${line.slice(0, QUOTE_LENGTH)}…` : line);
}

/**
 * Turns whatever was thrown while `operation` ran into words for the model: what happened, the API's own words, the next
 * step, with no tool that `offers` doesn't know.
 */
export function explain(
  error: unknown,
  operation: Pick<Operation, 'name' | 'effect'>,
  offers: Offers = () => true,
): string {
  // The message of an error nobody foresaw may hold anything, secrets included.
  const known =
    error instanceof ToolError ? error : new ToolError('internal', `${operation.name} failed in this server.`);
  const lines = [known.message];
  if (known.upstream) lines.push(`The API's own words, as data: ${quote(known.upstream)}`);
  if (known.maybeSent && operation.effect !== 'read') {
    lines.push('The change may have taken effect all the same: read the record before you repeat the call.');
  }
  const step = known.next ?? waitStep(known.retryAfterMs) ?? nextSteps[known.kind];
  const next = typeof step === 'function' ? step(offers) : step;
  if (next) lines.push(`Next: ${next}`);
  return lines.join('\n');
}

function waitStep(retryAfterMs: number | undefined): string | undefined {
  return retryAfterMs === undefined ? undefined : `Call again in ${Math.ceil(retryAfterMs / 1000)} s, as the API asks.`;
}
