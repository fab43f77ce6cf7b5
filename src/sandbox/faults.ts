import { jsonAnswer, type SandboxResponse } from './response.js';

/** Trouble on demand. The request is processed first unless said otherwise: a lost answer may have taken effect. */
export type Fault =
  /** The request waits until `wait` settles, then is processed. */
  | { readonly kind: 'latency'; readonly wait: () => Promise<void> }
  /** An answer of this status; the request isn't processed. `retryAfter` is the header's text. */
  | { readonly kind: 'status'; readonly status: number; readonly error?: string; readonly retryAfter?: string }
  /** The connection breaks, before the request is processed or after it. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** The body ends half-way. */
  | { readonly kind: 'truncated' }
  /** A page in place of JSON. */
  | { readonly kind: 'not-json' }
  /** The id token counts as expired; the request isn't processed. */
  | { readonly kind: 'expired-token' };

/** Which requests a fault hits: those of one operation or all, the next `times` of them (one when left out). */
export interface FaultRule {
  readonly fault: Fault;
  readonly operation?: string;
  readonly times?: number;
}

/** Faults waiting for requests, in the order they were added. */
export interface Faults {
  add(rule: FaultRule): void;
  /** The fault for a request of this operation, used up by one. */
  take(operation: string | undefined): Fault | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let waiting: { rule: FaultRule; left: number }[] = [];
  return {
    add: (rule) => {
      waiting.push({ rule, left: rule.times ?? 1 });
    },
    take(operation) {
      const hit = waiting.find(({ rule }) => rule.operation === undefined || rule.operation === operation);
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) waiting = waiting.filter((entry) => entry !== hit);
      return hit.rule.fault;
    },
    clear: () => {
      waiting = [];
    },
  };
}

/** What a fault answers without the request being processed. */
export function instead(fault: Fault | undefined): SandboxResponse | undefined {
  if (fault?.kind === 'status') {
    const headers = fault.retryAfter === undefined ? undefined : { 'retry-after': fault.retryAfter };
    return jsonAnswer(fault.status, { error: fault.error ?? 'injected fault' }, headers);
  }
  if (fault?.kind === 'expired-token') return jsonAnswer(401, { error: 'id token expired' });
  return fault?.kind === 'reset' && fault.when === 'before' ? { ...jsonAnswer(500), broken: 'reset' } : undefined;
}

/** What a fault makes of an answer. */
export function spoil(response: SandboxResponse, fault: Fault | undefined): SandboxResponse {
  if (fault?.kind === 'reset') return { ...response, broken: 'reset' };
  if (fault?.kind === 'truncated') return { ...response, broken: 'truncated' };
  if (fault?.kind === 'not-json')
    return { ...response, headers: { 'content-type': 'text/html' }, body: '<html><body>Bad gateway</body></html>' };
  return response;
}
