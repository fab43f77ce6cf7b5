import { expect, test } from 'vitest';
import { clumsily } from '../../evals/agents/clumsy.js';
import { tasks } from '../../evals/tasks/index.js';
import { attempt } from './attempt.js';

const ENOUGH = 0.9;

test('errors lead a clumsy agent back to the path', { timeout: 300_000 }, async () => {
  const results = [];
  for (const [seed, task] of tasks.entries()) {
    results.push({ id: task.id, ...(await attempt(task, (call) => clumsily(call, seed))) });
  }
  const lost = results.filter(({ failed }) => failed.length > 0).map(({ id, answer }) => `${id}: ${answer}`);
  const stumbled = results.filter(({ errors }) => errors > 0);
  expect(stumbled.length, 'tasks with an error on the way').toBeGreaterThan(tasks.length / 2);
  expect(lost.length, lost.join('\n')).toBeLessThanOrEqual(tasks.length * (1 - ENOUGH));
});
