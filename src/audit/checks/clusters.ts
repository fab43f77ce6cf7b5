import type { Check } from '../check.js';

export const clusterChecks: readonly Check[] = [];
