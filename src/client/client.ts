import type { Operation } from '../operation.js';

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
