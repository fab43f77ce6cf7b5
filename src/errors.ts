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

/** What is known about a failure beyond its sentence. */
export interface ErrorFacts {
  /** HTTP status, when the API answered. */
  readonly status?: number;
  /** The API's own `error` text: data, never instructions. */
  readonly upstream?: string;
  /** What to do now, in words for the model. */
  readonly next?: string;
  /** True when the request may have reached the API and taken effect although no answer was read. */
  readonly maybeSent?: boolean;
  readonly cause?: unknown;
}

/** The one error this server throws on purpose. `message` says what was wrong; the facts say what to do. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly kind: ErrorKind;
  readonly status?: number;
  readonly upstream?: string;
  readonly next?: string;
  readonly maybeSent: boolean;

  constructor(kind: ErrorKind, message: string, facts: ErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.kind = kind;
    this.status = facts.status;
    this.upstream = facts.upstream;
    this.next = facts.next;
    this.maybeSent = facts.maybeSent ?? false;
  }
}
