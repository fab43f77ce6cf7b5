import { canonical } from '../canonical.js';
import type { Read } from './affected.js';

/** Two ways to read. */
export interface LastRead {
  /** Asks anew. */
  readonly read: Read;
  /** The newest answer to the same question, if there was one. */
  readonly last: Read;
}

/** Remembers the newest answer to each question. */
export function createLastRead(fresh: Read): LastRead {
  const answers = new Map<string, Promise<unknown>>();
  const keyOf = (name: string, input: unknown) => `${name} ${canonical(input)}`;
  const read: Read = (name, input) => {
    const answer = fresh(name, input);
    answers.set(keyOf(name, input), answer);
    return answer;
  };
  return { read, last: (name, input) => answers.get(keyOf(name, input)) ?? read(name, input) };
}
