import type { Check } from '../check.js';
import { activityHabitChecks } from './activity-habits.js';
import { activityProtectionChecks } from './activity-protection.js';

export const activityChecks: readonly Check[] = [...activityProtectionChecks, ...activityHabitChecks];
