import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Plan } from '../../src/guard/plan.js';
import type { Question } from '../../src/guard/question.js';
import { createQuestionStore } from '../../src/guard/questions.js';
import { createJournal } from '../../src/record/journal.js';

export const ASKED = Date.parse('2026-01-31T08:00:00Z');

/** A time, in milliseconds after {@link ASKED}. */
export const at = (ms: number) => new Date(ASKED + ms).toISOString();

/** Questions in a state directory of their own, with another process's view of them; gone after the test. */
export function questionScene() {
  const state = realpathSync(mkdtempSync(join(tmpdir(), 'zero-mcp-')));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const directory = join(state, 'questions');
  const journalDirectory = join(state, 'journal');
  const open = () =>
    createQuestionStore(directory, createJournal({ directory: journalDirectory, version: '0', mode: 'guarded' }));
  return { directory, journalDirectory, store: open(), other: open() };
}

/** A plan as far as questions look at it. */
export function planOf(more: Partial<Plan> = {}): Plan {
  return {
    headline: 'Deletes a route.',
    operation: 'delete_route',
    effect: 'live',
    reason: 'it goes live at once',
    clusters: [],
    entities: [],
    waiting: [],
    complete: true,
    notes: [],
    ...more,
  };
}

/** What a question is made of, asked `ms` after {@link ASKED}. */
export function contentOf(ms = 0, more: Partial<Question> = {}): Omit<Question, 'id' | 'code'> {
  const day = 24 * 3_600_000;
  return { digest: 'd1', principal: 'ada#1', plan: planOf(), askedAt: at(ms), expiresAt: at(ms + day), ...more };
}
