import type { Read } from '../../src/guard/affected.js';
import type { Operation } from '../../src/operation.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';

/** An operation of the catalogue. */
export function operationOf(name: string): Operation {
  const found = zero.operations.find((operation) => operation.name === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found;
}

/** Reads that are answered from a table, and what was asked. */
export function readsOf(answers: Readonly<Record<string, (input: Fields) => unknown>>) {
  const asked: (readonly [string, Fields])[] = [];
  const read: Read = async (name, input) => {
    asked.push([name, input]);
    const answer = answers[name];
    if (!answer) throw new Error(`nobody expected ${name} to be read`);
    return answer(input);
  };
  return { read, asked };
}
