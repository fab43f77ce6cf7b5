import { expect, test } from 'vitest';
import { tasks } from '../../evals/tasks/index.js';
import { attempt } from './attempt.js';

test('there are forty tasks, ten of them traps, each with a name and a prompt of its own', () => {
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(40);
  expect(new Set(tasks.map(({ prompt }) => prompt)).size).toBe(40);
  expect(tasks.filter(({ trap }) => trap)).toHaveLength(10);
});

test.each(tasks.map((task) => [task.id, task] as const))('the reference agent solves %s', async (_, task) => {
  const { answer, failed } = await attempt(task);
  expect({ answer, failed }).toEqual({ answer, failed: [] });
});
