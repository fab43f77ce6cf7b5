import type { Input } from '../../../src/operation.js';
import type { Act, Sandbox } from '../../../src/sandbox/sandbox.js';
import { zero } from '../../../src/tools/zero/index.js';

// biome-ignore lint/suspicious/noExplicitAny: the body is whatever the API says, already held to its schema.
type Answer = any;

/** Acts as a user and holds every answer to its operation's output schema. */
export function caller(sandbox: Sandbox, user: string): (operation: string, input?: Input) => Answer {
  const act: Act = sandbox.as(user);
  return (name, input) => {
    const operation = zero.operations.find((candidate) => candidate.name === name);
    const answer = act(name, input);
    return operation?.output ? operation.output.parse(answer) : answer;
  };
}

/** A clock that stands still until it is moved. */
export function clockAt(time: string) {
  let now = Date.parse(time);
  return {
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}
