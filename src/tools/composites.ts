import type { Composite } from '../procedure.js';
import { procedures } from './procedures/index.js';
import { reports } from './reports/index.js';

/** Every tool that is no single operation, in the order in which they are listed after the operations. */
export const composites: readonly Composite[] = [...reports, ...procedures];
