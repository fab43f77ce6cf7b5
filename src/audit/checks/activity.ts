import type { Check } from '../check.js';

export const activityChecks: readonly Check[] = [];
