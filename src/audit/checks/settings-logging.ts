import { parseAddress } from '../../policy/routes/address.js';
import type { Check } from '../check.js';
import { isLoopback } from './hosts.js';
import type { SettingsRecord } from './route-check.js';
import { fieldsOf, setting, settingsCheck, valuesOf } from './settings-check.js';
import { CIS_ENCRYPT, CIS_LOGS, docs, OWASP_CONFIG, OWASP_LOGGING } from './sources.js';

const LEVELS = ['logLevel', 'proxyLogLevel'] as const;
const CHATTY = new Set(['trace', 'debug']);
const SILENT = new Set(['error', 'fatal', 'panic', 'critical', 'off', 'none', 'disabled']);

/** Logs, traces and metrics. */
export const settingsLoggingChecks: readonly Check[] = [
  settingsCheck({
    id: 'SET-05',
    severity: 'medium',
    title: 'Debug logging',
    why: 'Claims, headers and tokens get into the logs, and the logs get too long to read.',
    remedy: 'Set the level to info.',
    sources: [docs('reference/log-level'), OWASP_LOGGING],
    find: (view) => {
      const levels = fieldsOf(view.settings, LEVELS, (level) => CHATTY.has(level.toLowerCase()));
      return levels.length > 0
        ? { evidence: valuesOf(view.settings, levels), fix: setting(view, atInfo(levels)) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-06',
    severity: 'high',
    title: 'Audit trail switched off',
    why: 'Who got in and who was refused is logged at level info; above it nothing is left to investigate.',
    remedy: 'Set the level to info.',
    sources: [docs('reference/log-level'), docs('capabilities/audit-logs'), CIS_LOGS],
    find: (view) => {
      const levels = fieldsOf(view.settings, LEVELS, isSilent);
      return levels.length > 0
        ? { evidence: valuesOf(view.settings, levels), fix: setting(view, atInfo(levels)) }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-12',
    severity: 'medium',
    title: 'Metrics on a public address',
    why: 'Metrics name all upstreams, and whoever reaches the address may read them.',
    remedy: 'Bind metricsAddress to an address that only the collector reaches.',
    sources: [docs('reference/metrics'), OWASP_CONFIG],
    find: ({ settings: { metricsAddress } }) =>
      metricsAddress && EVERYWHERE.test(metricsAddress) ? { evidence: { metricsAddress } } : undefined,
  }),
  settingsCheck({
    id: 'SET-13',
    severity: 'medium',
    title: 'Traces in clear text',
    why: 'Addresses and the names of visitors leave the machine unencrypted.',
    remedy: 'Use https for the collector, or one on the same machine.',
    sources: [docs('reference/tracing'), CIS_ENCRYPT],
    find: ({ settings }) => {
      const plain = fieldsOf(settings, COLLECTORS, (endpoint) => {
        const address = parseAddress(endpoint);
        return address?.scheme === 'http' && !isLoopback(address.host);
      });
      const shown = plain.map((field) => [field, settings[field]?.replace(/\/\/[^/@]*@/, '//')]);
      return plain.length > 0 ? { evidence: Object.fromEntries(shown) } : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-24',
    severity: 'medium',
    title: 'Sensitive fields in logs',
    why: 'Tokens and personal data lie in the logs, open to all who can read them.',
    remedy: 'Take these fields out of the logs.',
    sources: [docs('reference/access-log-fields'), docs('reference/authorize-log-fields'), OWASP_LOGGING],
    find: (view) => {
      const { settings } = view;
      const found = LOG_FIELDS.flatMap((list) => {
        const sensitive = settings[list]?.filter(isSensitive) ?? [];
        return sensitive.length > 0 ? [{ list, sensitive }] : [];
      });
      if (found.length === 0) return undefined;
      const kept = found.map(({ list }) => [list, settings[list]?.filter((field) => !isSensitive(field))] as const);
      return {
        evidence: Object.fromEntries(found.map(({ list, sensitive }) => [list, sensitive])),
        // An empty list stands for the fields that are usual.
        ...(kept.every(([, fields]) => fields?.length) && { fix: setting(view, Object.fromEntries(kept)) }),
      };
    },
  }),
  settingsCheck({
    id: 'SET-25',
    severity: 'medium',
    title: 'Logs lack the who and where',
    why: 'A decision in the log cannot be traced to a person, a place or a reason.',
    remedy: 'Log at least email, ip, path, request-id and the reasons of both allow and deny.',
    sources: [docs('reference/authorize-log-fields'), CIS_LOGS],
    find: (view) => {
      const { authorizeLogFields = [] } = view.settings;
      if (authorizeLogFields.length === 0) return undefined;
      const missing = NEEDED.filter(({ is }) => !authorizeLogFields.some((field) => is.test(field)));
      const added = missing.flatMap(({ add }) => add);
      return missing.length > 0
        ? {
            evidence: { authorizeLogFields, missing: added },
            fix: setting(view, { authorizeLogFields: [...authorizeLogFields, ...added] }),
          }
        : undefined;
    },
  }),
];

/** Whether a level logs no decisions. */
export function isSilent(level: string): boolean {
  return SILENT.has(level.toLowerCase());
}

const COLLECTORS = ['otelExporterOtlpEndpoint', 'otelExporterOtlpTracesEndpoint'] as const;
const LOG_FIELDS = ['accessLogFields', 'authorizeLogFields'] as const;

/** Listeners without a host, or with one that stands for all addresses. */
const EVERYWHERE = /^(0\.0\.0\.0|\[?::\]?)?:\d+$/;

const NEEDED: readonly { readonly is: RegExp; readonly add: readonly string[] }[] = [
  { is: /^(email|user)$/, add: ['email'] },
  { is: /^ip$/, add: ['ip'] },
  { is: /^path$/, add: ['path'] },
  { is: /^request-id$/, add: ['request-id'] },
  { is: /^allow/, add: ['allow', 'allow-why-true', 'allow-why-false'] },
  { is: /^deny/, add: ['deny', 'deny-why-true', 'deny-why-false'] },
];

/** All headers are as bad as those with credentials. */
function isSensitive(field: string): boolean {
  return /^(query|body|id-token|headers|headers\.(authorization|cookie))$/i.test(field);
}

function atInfo(levels: readonly (typeof LEVELS)[number][]): Partial<SettingsRecord> {
  return Object.fromEntries(levels.map((level) => [level, 'info']));
}
