import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../errors.js';
import type { WireRequest } from './client.js';
import { interruption } from './deadline.js';

/** Time and chance, given by tests that don't want to wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Rejects when the signal is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The given parts of a clock, the system's for the rest. */
export function clockFrom({ now = Date.now, random = Math.random, wait = sleepFor }: Partial<Clock>): Clock {
  return { now, random, wait };
}

function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

const MAX_RETRIES = 3;
const FIRST_BACKOFF_MS = 500;

export interface RetryOptions {
  readonly mayRepeat: (error: ToolError) => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When the whole call ends, in the clock's time. */
  readonly endsAt: number;
  readonly onRetry?: (error: ToolError, waitMs: number) => void;
}

/** Runs an attempt again while the rule allows it and the time left allows the wait; throws the last failure. */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, signal } = options;
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ToolError) || retries === MAX_RETRIES || !options.mayRepeat(error)) throw error;
      const backoff = FIRST_BACKOFF_MS * 2 ** retries * (0.5 + clock.random() / 2);
      const waitMs = Math.max(backoff, error.retryAfterMs ?? 0);
      if (clock.now() + waitMs >= options.endsAt) throw error;
      options.onRetry?.(error, waitMs);
      await clock.wait(waitMs, signal).catch(() => {
        throw interruption(signal, error.maybeSent);
      });
    }
  }
}

/** A failure that may pass by itself: the API is busy or away, or the connection failed. */
export function isTransient(error: ToolError): boolean {
  return error.kind === 'unreachable' || [429, 502, 503, 504].includes(error.status ?? 0);
}

/** Whether a request that failed may be sent again. */
export function mayRepeat({ operation, method, body }: WireRequest, once: boolean, error: ToolError): boolean {
  if (!isTransient(error)) return false;
  if (error.kind === 'unreachable' && !error.maybeSent) return true;
  // What was approved may have changed while waiting: only the guard, which looks again, may send it again.
  if (once) return false;
  if (operation.effect === 'live' || operation.effect === 'apply') return error.status === 429;
  if (method === 'PATCH') return isSameTwice(body);
  return method !== 'POST';
}

/** Retry-After in milliseconds: seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Whether a tested JSON Patch leaves the same record when it is applied again: it only sets whole fields. */
function isSameTwice(patch: unknown): boolean {
  if (!Array.isArray(patch) || !patch.some((step) => step?.op === 'test')) return false;
  return patch.every(({ op, path }) => op === 'test' || ((op === 'add' || op === 'replace') && /^\/[^/]+$/.test(path)));
}
