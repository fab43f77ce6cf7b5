import type { Check } from '../check.js';

export const settingsChecks: readonly Check[] = [];
