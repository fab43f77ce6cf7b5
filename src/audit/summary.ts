import { count } from '../plain-text.js';
import { SEVERITIES, type Severity } from './check.js';
import type { AuditResult, Finding } from './run-audit.js';

/** The audit for somebody with one minute. */
export interface Summary {
  readonly counts: Readonly<Record<Severity, number>>;
  /** How much was found, in a sentence. */
  readonly headline: string;
  /** The three worst things, a sentence each. */
  readonly worst: readonly string[];
  /** What couldn't be checked and why, a sentence each. */
  readonly unchecked: readonly string[];
  /** What the operator's list of accepted risks takes out, or no longer does; a sentence each. */
  readonly accepted: readonly string[];
}

/** All findings of one check at one severity. */
export interface Group {
  readonly check: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
  readonly sources: readonly string[];
  readonly findings: readonly Finding[];
}

const WORST = 3;
const NAMES = 3;

export function summarize(result: Omit<AuditResult, 'summary'>): Summary {
  const { findings, notRun, partlyRun, unanswerable, accepted, expired, unmet, checks } = result;
  const counts = countBySeverity(findings);
  const graver = SEVERITIES.flatMap((severity) => (counts[severity] > 0 ? [`${counts[severity]} ${severity}`] : []));
  const ran = checks - notRun.length;
  return {
    counts,
    headline: `${placeOf(result)}: ${count(findings.length, 'finding')}${graver.length > 0 ? ` (${graver.join(', ')})` : ''} by ${count(ran, 'check')}.`,
    worst: worstGroups(findings).map((group) => `${group.title} (${group.severity}): ${names(group.findings)}.`),
    unchecked: [
      ...byReason(notRun).map(
        ([reason, ids]) => `${count(ids.length, 'check')} not run, ${reason}: ${ids.join(', ')}.`,
      ),
      ...byReason(partlyRun).map(
        ([reason, ids]) => `${count(ids.length, 'check')} run in part, ${reason}: ${ids.join(', ')}.`,
      ),
      ...byReason(unanswerable.map(({ id, ...rest }) => ({ check: id, ...rest }))).map(
        ([reason, ids]) => `${count(ids.length, 'check')} without an answer, ${reason}: ${ids.join(', ')}.`,
      ),
    ],
    accepted: [
      ...(accepted.length > 0 ? [`${count(accepted.length, 'finding')} left out as accepted risks.`] : []),
      ...expired.map(
        ({ check, subject, expires }) =>
          `The acceptance of ${check} on ${subject} ended at ${expires} and counts no longer.`,
      ),
      ...unmet.map(({ check, subject, isThere }) => {
        const why = isThere ? 'it may be mended' : 'nothing has that id or name';
        return `The acceptance of ${check} on ${subject} meets no finding: ${why}.`;
      }),
    ],
  };
}

/** What was looked at, by name. */
export function placeOf({ organization, cluster }: Pick<AuditResult, 'organization' | 'cluster'>): string {
  return cluster ? `cluster ${cluster.name}` : organization.name;
}

/** Findings by check and severity, in their order. */
export function groupFindings(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, Group & { readonly findings: Finding[] }>();
  for (const finding of findings) {
    const { check, severity, title, why, remedy, sources } = finding;
    const key = `${severity} ${check}`;
    const group = groups.get(key);
    if (group) group.findings.push(finding);
    else groups.set(key, { check, severity, title, why, remedy, sources, findings: [finding] });
  }
  return [...groups.values()];
}

export function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** The gravest, and among equals those that are found most often. Notes are nobody's worst. */
function worstGroups(findings: readonly Finding[]): readonly Group[] {
  const rank = ({ severity }: Group) => SEVERITIES.indexOf(severity);
  return groupFindings(findings)
    .filter(({ severity }) => severity !== 'info')
    .toSorted((one, other) => rank(one) - rank(other) || other.findings.length - one.findings.length)
    .slice(0, WORST);
}

function names(findings: readonly Finding[]): string {
  const shown = findings.slice(0, NAMES).map(({ subject }) => subject.name || subject.id);
  return findings.length > NAMES ? `${shown.join(', ')} and ${findings.length - NAMES} more` : shown.join(', ');
}

function byReason(
  unchecked: readonly { readonly check: string; readonly reason: string }[],
): readonly (readonly [string, readonly string[]])[] {
  const ids = new Map<string, string[]>();
  for (const { check, reason } of unchecked) ids.set(reason, [...(ids.get(reason) ?? []), check]);
  return [...ids];
}
