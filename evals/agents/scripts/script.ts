import type { Change, Zero } from '../zero.js';

/** Solves one task and answers in words. */
export type Script = (zero: Zero) => Promise<string>;

/** What to tell the person of a change. */
export function told(change: Change, done: string): string {
  return 'done' in change ? done : `This was not done. ${change.refused}`;
}
