import type { Effect } from '../operation.js';

/** What a journal line says; the journal adds time, number, hash and the hash of the line before. */
export type Entry =
  /** The first line of a chain; the journal writes it itself. */
  | {
      readonly kind: 'opened';
      readonly chain: string;
      /** Of the chains found, those that no other chain names yet. */
      readonly heads: readonly ChainHead[];
      readonly version: string;
      /** The server's mode, or the command that decides. */
      readonly mode: string;
    }
  /** Written and synced before the request leaves. */
  | ({ readonly kind: 'intent'; readonly id: string } & Deed)
  /** How the intent of this id ended. A later process may write it for one that is gone. */
  | {
      readonly kind: 'outcome';
      readonly id: string;
      /** `drifted`: nothing was sent, since what was approved had changed. */
      readonly result: 'done' | 'failed' | 'unknown' | 'drifted';
      /** The redacted answer or what went wrong. */
      readonly detail: unknown;
      /** The API's own name for the request, where it gave one. */
      readonly requestId?: string;
    }
  | ({
      readonly kind: 'question';
      readonly id: string;
      readonly digest: string;
      readonly operation: string;
      /** What was called, where that is another operation; in refusals and intents too. */
      readonly tool?: string;
      readonly headline: string;
    } & Caller)
  | {
      readonly kind: 'decision';
      /** Of the question. */
      readonly id: string;
      readonly decision: 'approved' | 'declined' | 'cancelled';
      readonly channel: string;
      readonly approver: string;
    }
  | ({
      readonly kind: 'refusal';
      readonly operation: string;
      readonly tool?: string;
      readonly reason: string;
    } & Caller);

/** The kinds of lines, in the order in which they come about. */
export const KINDS = [
  'opened',
  'question',
  'decision',
  'refusal',
  'intent',
  'outcome',
] as const satisfies readonly Entry['kind'][];

/** On whose behalf. */
export interface Caller {
  readonly principal: string;
  /** What the host says it is. */
  readonly client?: { readonly name: string; readonly version: string };
}

/** One call that isn't a read. Everything in it is redacted. */
export interface Deed extends Caller {
  /** What was sent. */
  readonly operation: string;
  readonly tool?: string;
  readonly effect: Effect;
  readonly arguments: unknown;
  /** Of the request and its plan, when a person was asked. */
  readonly digest?: string;
  /** The id of that question. */
  readonly question?: string;
  readonly channel?: string;
  readonly approver?: string;
  /** What it changes, when no person was asked: counts against the operator's budget. */
  readonly size?: { readonly records: number; readonly deletes: number };
  /** The record before, as read. */
  readonly before?: unknown;
}

/** Stands in a line for a field that was too long for it. */
export interface Cut {
  /** The beginning of the field's canonical JSON. */
  readonly cut: string;
  /** Of all of it: its length, and SHA-256 in hexadecimal. */
  readonly bytes: number;
  readonly sha256: string;
}

/** A line of a chain, by its file's name, its number from 1 and its hash. */
export interface ChainHead {
  readonly chain: string;
  readonly line: number;
  readonly hash: string;
}

/** Where a line stands, as `_meta.journal` shows it. */
export type JournalPlace = ChainHead;

/** The append-only record of everything that isn't a read. */
export interface Journal {
  /** Appends and syncs one line; throws a ToolError `refused` when it can't be written: then nothing may be sent. */
  append(entry: Exclude<Entry, { readonly kind: 'opened' }>): Promise<JournalPlace>;
}
