import type { Unanswerable } from '../check.js';

/** Checks that nothing in Zero's API answers. */
export const unanswerable: readonly Unanswerable[] = [];
