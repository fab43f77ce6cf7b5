import { solve } from '../../evals/agents/reference.js';
import { replyOf } from '../../evals/agents/reply.js';
import type { CallTool } from '../../evals/agents/zero.js';
import { answerQuestions } from '../../evals/person.js';
import { begin, endingOf, failedClaims, sceneOf } from '../../evals/scene.js';
import type { Task } from '../../evals/task.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { connect } from '../harness.js';

/** The organization as all tasks find it: making it takes longer than copying it. */
const state = createSandbox().snapshot();

/** Lets the reference agent work at a task in this process; answers what it said, and which claims don't hold. */
export async function attempt(task: Task, wrap: (call: CallTool) => CallTool = (call) => call) {
  const sandbox = createSandbox({ state });
  const scene = sceneOf(sandbox);
  const before = begin(task, scene);
  const { client, stateDirectory } = await connect({ sandbox, approval: 'person' });
  let errors = 0;
  const call: CallTool = async (name, args) => {
    const reply = await replyOf(client, name, args);
    if (reply.isError) errors += 1;
    await answerQuestions(task, stateDirectory);
    return reply;
  };
  const answer = await solve(task.prompt, wrap(call), async () => {}).catch(
    (error: Error) => `Gave up: ${error.message}`,
  );
  return { answer, errors, failed: failedClaims(task, endingOf(scene, before, stateDirectory, answer)) };
}
