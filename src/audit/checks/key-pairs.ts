import type { Check } from '../check.js';

export const keyPairChecks: readonly Check[] = [];
