import { createHash } from 'node:crypto';
import type { World } from './behaviour.js';
import type { State } from './store.js';
import type { Switches } from './switches.js';

/** Letters of Zero's ids: both cases, hardly a vowel (FACTS 3.3). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';

/** The sandbox's clock, ids and tokens over a state. The same seed and calls make the same ids. */
export function createWorld(state: State, switches: Switches, clock: () => number, seed: string): World {
  const now = () => new Date(clock()).toISOString();
  const next = (kind: string) => {
    state.counter += 1;
    return createHash('sha512').update(`${seed} ${kind} ${state.counter}`).digest();
  };
  const newId = () => `b${Array.from(next('id').subarray(0, 26), (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
  return {
    state,
    switches,
    seed,
    clock,
    now,
    newId,
    newToken: () => next('token').toString('base64url'),
    newRow() {
      const time = now();
      return { id: newId(), createdAt: time, updatedAt: time };
    },
  };
}
