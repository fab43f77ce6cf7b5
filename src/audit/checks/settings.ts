import type { Check } from '../check.js';
import { settingsCookieChecks } from './settings-cookies.js';
import { settingsHeaderChecks } from './settings-headers.js';
import { settingsIdentityChecks } from './settings-identity.js';
import { settingsLoggingChecks } from './settings-logging.js';
import { settingsRunningChecks } from './settings-running.js';

export const settingsChecks: readonly Check[] = [
  ...settingsCookieChecks,
  ...settingsLoggingChecks,
  ...settingsHeaderChecks,
  ...settingsIdentityChecks,
  ...settingsRunningChecks,
];
