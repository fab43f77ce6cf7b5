import { join } from 'node:path';
import { createQuestionStore } from '../src/guard/questions.js';
import { createJournal } from '../src/record/journal.js';
import type { Task } from './task.js';

/** Their name in the journal. */
export const PERSON = 'the person of the task';

/**
 * The person at the terminal of a task: answers each question of a state directory that nobody has answered, as
 * `zero-mcp approve` would. Offers beside a question they turn down.
 */
export async function answerQuestions({ approves }: Task, stateDirectory: string): Promise<void> {
  const journal = createJournal({ directory: join(stateDirectory, 'journal'), version: 'evals', mode: 'approve' });
  const store = createQuestionStore(join(stateDirectory, 'questions'), journal);
  for (const { question, decision } of await store.list()) {
    if (decision) continue;
    const isYes = !question.plan.offer && approves?.(question.plan) === true;
    await store.decide(question.id, {
      decision: isYes ? 'approved' : 'declined',
      channel: 'terminal',
      approver: PERSON,
      at: new Date().toISOString(),
    });
  }
}
