import type { Task } from '../task.js';
import { drafts } from './drafts.js';
import { live } from './live.js';
import { questions } from './questions.js';
import { traps } from './traps.js';
import { undo } from './undo.js';

/** Forty, ten of them traps. */
export const tasks: readonly Task[] = [...questions, ...drafts, ...live, ...undo, ...traps];
