import type { Plan } from './plan.js';

/** How a question reached its answer. The journal names it; SECURITY.md says what each proves. */
export type Channel = 'host' | 'terminal' | 'page';

/** One question to a person, as it was asked. Written once. */
export interface Question {
  /** 128 random bits, hexadecimal. */
  readonly id: string;
  /** What a person types to name it: `K7QM-4X2P`. */
  readonly code: string;
  /** Of the outgoing request, its surroundings and the plan. */
  readonly digest: string;
  /** Who makes the call: operating-system user and keyed hash of the API token. */
  readonly principal: string;
  readonly plan: Plan;
  /** The id of the question that offers something to be done first; each is answered for itself. */
  readonly offer?: string;
  /** RFC 3339, as all times here. */
  readonly askedAt: string;
  /** Until when it can be answered: 24 hours. */
  readonly expiresAt: string;
}

export interface Decision {
  readonly decision: 'approved' | 'declined';
  readonly channel: Channel;
  /** The host's name, or the operating-system user. */
  readonly approver: string;
  readonly at: string;
}

/** What became of an approved call; a replay answers it and sends nothing. */
export interface Outcome {
  readonly at: string;
  readonly result: 'done' | 'failed' | 'unknown' | 'drifted';
  /** The tool's redacted answer. */
  readonly answer: unknown;
}

/** A question with all that has happened to it. */
export interface QuestionRecord {
  readonly question: Question;
  readonly decision?: Decision;
  /** When a process took the approval to send with it. */
  readonly claimedAt?: string;
  readonly outcome?: Outcome;
  /** When it was put to a host, each time. */
  readonly shown: readonly string[];
}

/** How long a yes can be used, and how long a no keeps the same question from being asked again. */
export const ANSWER_LASTS_MS = 10 * 60_000;
export const QUESTION_LASTS_MS = 24 * 3_600_000;

/**
 * The durable questions of one state directory. Every step of a question is a file that exists or doesn't, made at once
 * and never changed, so that of two processes exactly one wins.
 */
export interface QuestionStore {
  ask(question: Omit<Question, 'id' | 'code'>): Promise<Question>;
  get(id: string): Promise<QuestionRecord | undefined>;
  /** Newest first. */
  list(): Promise<readonly QuestionRecord[]>;
  /** Notes that a host is given the question. */
  show(id: string, at: string): Promise<void>;
  /**
   * False when it was decided before; a decline can be reopened by an approval out of band. Throws a ToolError `refused`
   * when it was decided and can't be journalled.
   */
  decide(id: string, decision: Decision): Promise<boolean>;
  /** Takes the approval; false when another process has it. */
  claim(id: string, at: string): Promise<boolean>;
  finish(id: string, outcome: Outcome): Promise<void>;
}
