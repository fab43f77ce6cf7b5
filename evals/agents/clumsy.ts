import { type Attempt, randomFrom, spoiled } from './blunders.js';
import { repaired } from './repair.js';
import type { CallTool } from './zero.js';

/** Of the calls, how many go wrong at first, and how many are made once more for nothing. */
const SPOILT = 0.5;
const REPEATED = 0.2;

/** Attempts at one call before it is given up. */
const MOST_ATTEMPTS = 5;

/**
 * Makes an agent clumsy: many of its calls go out wrong, and it finds back by what the errors say alone; it doesn't
 * remember what it had meant. The same seed makes the same mistakes.
 */
export function clumsily(call: CallTool, seed: number): CallTool {
  const random = randomFrom(seed);
  return async (name, args) => {
    let attempt: Attempt = { name, args };
    if (random() < SPOILT) attempt = spoiled(attempt, random);
    let reply = await call(attempt.name, attempt.args);
    for (let made = 1; reply.isError && made < MOST_ATTEMPTS; made += 1) {
      const next = await repaired(attempt, reply.message, call);
      if (!next) break;
      attempt = next;
      reply = await call(attempt.name, attempt.args);
    }
    // What a repetition answers doesn't matter to it, as long as it does no harm.
    if (!reply.isError && random() < REPEATED) await call(attempt.name, attempt.args);
    return reply;
  };
}
