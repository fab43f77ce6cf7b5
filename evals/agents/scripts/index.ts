import { drafts } from './drafts.js';
import { live } from './live.js';
import { questions } from './questions.js';
import type { Script } from './script.js';
import { traps } from './traps.js';
import { undo } from './undo.js';

/** How the reference agent solves each task, by the task's id. */
export const scripts: Readonly<Record<string, Script>> = { ...questions, ...drafts, ...live, ...undo, ...traps };
