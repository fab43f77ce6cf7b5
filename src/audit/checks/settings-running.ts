import type { Check } from '../check.js';
import { seconds } from './duration.js';
import { lacksSecret, setting, settingsCheck, valuesOf } from './settings-check.js';
import { CIS_CONFIG, docs, OWASP_API_RESOURCES } from './sources.js';

const TIMEOUTS = docs('reference/global-timeouts');
const BREAKERS = ['maxConnections', 'maxPendingRequests', 'maxRequests'] as const;
const NO_LIMIT = 1e6;

/** Listeners, limits, and how changes reach the cluster. */
export const settingsRunningChecks: readonly Check[] = [
  settingsCheck({
    id: 'SET-10',
    severity: 'high',
    title: 'No read time-out',
    why: 'A visitor who sends slowly holds a connection for as long as they like; enough of them hold all there are.',
    remedy: 'Set timeoutRead; 30s is what Pomerium takes by itself.',
    sources: [TIMEOUTS, OWASP_API_RESOURCES],
    find: (view) => {
      const { timeoutRead } = view.settings;
      return isZero(timeoutRead)
        ? { evidence: { timeoutRead }, fix: setting(view, { timeoutRead: '30s' }) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-11',
    severity: 'medium',
    title: 'No or long upstream default time-out',
    why: 'A slow upstream keeps connections of all routes that set no time-out of their own.',
    remedy: 'Set defaultUpstreamTimeout to five minutes at most, and a timeout on the routes that need longer.',
    sources: [TIMEOUTS, OWASP_API_RESOURCES],
    find: (view) => {
      const { defaultUpstreamTimeout } = view.settings;
      return isZero(defaultUpstreamTimeout) || (seconds(defaultUpstreamTimeout) ?? 0) > 300
        ? { evidence: { defaultUpstreamTimeout }, fix: setting(view, { defaultUpstreamTimeout: '5m' }) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-14',
    severity: 'low',
    title: 'Changes go live without review',
    why: 'Every change takes effect at once, and nobody else has seen it.',
    remedy: 'Switch autoApplyChangesets off in production.',
    sources: [docs('internals/management-api-zero'), CIS_CONFIG],
    find: (view) =>
      view.settings.autoApplyChangesets === true
        ? { evidence: { autoApplyChangesets: true }, fix: setting(view, { autoApplyChangesets: false }) }
        : undefined,
  }),
  settingsCheck({
    id: 'SET-21',
    severity: 'low',
    title: 'No HTTP to HTTPS redirect',
    why: 'Requests to http fail or, behind another proxy, stay unencrypted.',
    remedy: 'Set httpRedirectAddr.',
    sources: [docs('reference/http-redirect-address')],
    find: (view) =>
      view.settings.httpRedirectAddr
        ? undefined
        : { evidence: { httpRedirectAddr: 'not set' }, fix: setting(view, { httpRedirectAddr: ':80' }) },
  }),
  settingsCheck({
    id: 'SET-28',
    severity: 'low',
    title: 'Circuit breakers opened wide',
    why: 'Nothing else holds requests back when an upstream cannot keep up.',
    remedy: 'Set the limits to what the upstreams bear; 1024 is what Pomerium takes by itself.',
    sources: [docs('reference/circuit-breaker-thresholds')],
    find: ({ settings: { circuitBreakerThresholds = {} } }) => {
      const wide = BREAKERS.filter((field) => (circuitBreakerThresholds[field] ?? 0) >= NO_LIMIT);
      const values = wide.map((field) => [field, circuitBreakerThresholds[field]]);
      return wide.length > 0 ? { evidence: { circuitBreakerThresholds: Object.fromEntries(values) } } : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-29',
    severity: 'medium',
    title: 'SSH enabled without its own user CA or host keys',
    why: 'People cannot tell the right host from a wrong one, and upstreams have no authority to trust.',
    remedy: 'Set sshHostKeys and sshUserCaKey.',
    sources: [docs('capabilities/native-ssh-access')],
    find: ({ settings }, snapshot) => {
      const keys = ['sshUserCaKey', 'sshHostKeys'] as const;
      const missing = keys.filter((field) => lacksSecret(settings[field], snapshot));
      return settings.sshAddress && missing.length > 0
        ? { evidence: { ...valuesOf(settings, ['sshAddress']), missing } }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-30',
    severity: 'medium',
    title: 'Static cloud key in settings',
    why: 'A key that stays good for years; whoever gets it calls the services it is for.',
    remedy: 'Give the machine an identity of its own on Google Cloud, then unset the field.',
    sources: [docs('reference/routes/enable-google-cloud-serverless-authentication')],
    find: ({ settings }) =>
      settings.googleCloudServerlessAuthenticationServiceAccount
        ? { evidence: { googleCloudServerlessAuthenticationServiceAccount: 'set' } }
        : undefined,
  }),
  settingsCheck({
    id: 'SET-31',
    severity: 'low',
    title: 'Forced old HTTP codec',
    why: 'Visitors lose what HTTP/2 protects and speeds up.',
    remedy: 'Set codecType to auto.',
    sources: [CIS_CONFIG],
    find: (view) =>
      view.settings.codecType === 'http1'
        ? { evidence: { codecType: 'http1' }, fix: setting(view, { codecType: 'auto' }) }
        : undefined,
  }),
];

/** Whether a time-out is switched off. A bare 0 has no unit, which is no length of time elsewhere. */
function isZero(duration: string | undefined): boolean {
  return duration === '0' || seconds(duration) === 0;
}
