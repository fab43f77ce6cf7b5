import type { Procedure } from '../../procedure.js';
import { rollback } from './rollback.js';

export const procedures: readonly Procedure[] = [rollback];
