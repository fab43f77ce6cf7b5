import type { Check } from '../check.js';

export const serviceAccountChecks: readonly Check[] = [];
