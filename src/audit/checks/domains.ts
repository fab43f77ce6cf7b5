import type { Check } from '../check.js';

export const domainChecks: readonly Check[] = [];
