import type { Check } from '../check.js';

export const userChecks: readonly Check[] = [];
