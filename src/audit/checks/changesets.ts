import type { Check } from '../check.js';

export const changesetChecks: readonly Check[] = [];
