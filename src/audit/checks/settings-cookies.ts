import type { Check } from '../check.js';
import { seconds } from './duration.js';
import { setting, settingsCheck, unsetting } from './settings-check.js';
import { ASVS_SESSION, docs, NIST_SESSION } from './sources.js';

const COOKIES = docs('reference/cookies');
const DAY_S = 86_400;

/** The session and the cookie that holds it. */
export const settingsCookieChecks: readonly Check[] = [
  settingsCheck({
    id: 'SET-01',
    severity: 'high',
    title: 'Session cookie readable by scripts',
    why: 'One hole for foreign scripts anywhere on the site is enough to steal the session.',
    remedy: 'Switch cookieHttpOnly on.',
    sources: [COOKIES, ASVS_SESSION],
    find: (view) =>
      view.settings.cookieHttpOnly === false
        ? { evidence: { cookieHttpOnly: false }, fix: setting(view, { cookieHttpOnly: true }) }
        : undefined,
  }),
  settingsCheck({
    id: 'SET-02',
    severity: 'medium',
    title: 'Session cookie sent cross-site',
    why: 'Any site that a signed-in person visits can send requests with their session to every protected application.',
    remedy: 'Set cookieSameSite to lax.',
    sources: [COOKIES, ASVS_SESSION],
    find: (view) => {
      const { cookieSameSite } = view.settings;
      return cookieSameSite?.toLowerCase() === 'none'
        ? { evidence: { cookieSameSite }, fix: setting(view, { cookieSameSite: 'lax' }) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-03',
    severity: 'medium',
    title: 'Long sessions',
    why: 'A stolen or forgotten session stays good for longer than a day.',
    remedy: 'Set cookieExpire to a working day; 14h is what Pomerium takes by itself.',
    sources: [COOKIES, NIST_SESSION],
    find: (view) => {
      const { cookieExpire } = view.settings;
      return (seconds(cookieExpire) ?? 0) > DAY_S
        ? { evidence: { cookieExpire }, fix: setting(view, { cookieExpire: '14h' }) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-04',
    severity: 'medium',
    title: 'Cookie for a whole domain',
    why: 'Every host under the domain gets the session cookie, also those that are not behind Pomerium.',
    remedy: 'Unset cookieDomain: each route then has a cookie of its own.',
    sources: [COOKIES, ASVS_SESSION],
    find: (view) => {
      const { cookieDomain } = view.settings;
      return cookieDomain ? { evidence: { cookieDomain }, fix: unsetting(view, ['cookieDomain']) } : undefined;
    },
  }),
];
