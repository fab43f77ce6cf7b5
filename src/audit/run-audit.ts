import type { Standing } from '../rails/standing.js';
import { type AcceptedRisk, isAbout, isInForce } from './accepted-risks.js';
import { type Check, type Firing, SEVERITIES, type Severity, type Subject, type Unanswerable } from './check.js';
import { checks as everyCheck } from './checks/index.js';
import { unanswerable as everyUnanswerable } from './checks/unanswerable.js';
import { isScope, scopeOf } from './scope.js';
import type { Missing, Snapshot } from './snapshot.js';
import { countBySeverity, type Summary, summarize } from './summary.js';

/** Which findings are wanted; all when left out. */
export interface AuditOptions {
  /** This one and graver ones. */
  readonly severity?: Severity;
  /** A kind of record (`route`), or a record or cluster by id or name. */
  readonly scope?: string;
  /** Ids of checks. */
  readonly ids?: readonly string[];
  /** What the operator lives with. */
  readonly accepted?: readonly AcceptedRisk[];
  /** The cluster that the snapshot is of, where it isn't the whole organization's. */
  readonly clusterId?: string;
}

/** What is wrong with one record, by one check. */
export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly title: string;
  readonly subject: Subject;
  readonly evidence: Firing['evidence'];
  readonly why: string;
  readonly remedy: string;
  readonly fix?: Firing['fix'];
  readonly sources: readonly string[];
}

export interface AuditResult {
  /** When the organization was read, RFC 3339. */
  readonly at: string;
  readonly organization: { readonly id: string; readonly name: string };
  /** The cluster, where only one was looked at. */
  readonly cluster?: { readonly id: string; readonly name: string };
  readonly summary: Summary;
  /** Gravest first, then by check and record. */
  readonly findings: readonly Finding[];
  /** Findings that the operator lives with; none of them is in `findings`. */
  readonly accepted: readonly (Finding & { readonly reason: string; readonly expires: string })[];
  /** Entries of the operator's list that count no longer. */
  readonly expired: readonly AcceptedRisk[];
  /** Entries that are about no finding, though their check ran: mended since, or about nothing that is there. */
  readonly unmet: readonly (AcceptedRisk & { readonly isThere: boolean })[];
  /** Findings of every severity, shown or not; those that the operator lives with left out. */
  readonly counts: Readonly<Record<Severity, number>>;
  readonly notRun: readonly Unchecked[];
  /** Checks that ran on some clusters only. */
  readonly partlyRun: readonly Unchecked[];
  readonly unanswerable: readonly Unanswerable[];
  /** How many checks there were to run. */
  readonly checks: number;
  /** The operator's rules and tests as they stand; undefined where there are none. */
  readonly rules?: Standing;
}

export interface Unchecked {
  readonly check: string;
  readonly title: string;
  readonly reason: string;
}

/**
 * Runs the checks over an organization. Never throws: a check that fails is listed as not run.
 *
 * @param checks for tests: others than the audit's own
 */
export function runAudit(
  snapshot: Snapshot,
  options: AuditOptions = {},
  checks: readonly Check[] = everyCheck,
): AuditResult {
  const { severity = 'info', ids, accepted = [], clusterId } = options;
  const chosen = ids ? checks.filter(({ id }) => ids.includes(id)) : checks;
  const isMeant = options.scope === undefined ? () => true : scopeOf(options.scope, snapshot);
  const found: Finding[] = [];
  const notRun: Unchecked[] = [];
  const partlyRun: Unchecked[] = [];
  for (const check of chosen) {
    const { id, title, needs } = check;
    const missing = snapshot.missing.filter(({ part }) => needs.includes(part));
    const whole = missing.filter(({ clusterId }) => clusterId === undefined);
    if (whole.length > 0) {
      notRun.push({ check: id, title, reason: reasonOf(whole) });
      continue;
    }
    try {
      found.push(...merge(check, check.find(snapshot)));
      if (missing.length > 0) partlyRun.push({ check: id, title, reason: reasonOf(missing) });
    } catch (error) {
      notRun.push({ check: id, title, reason: `the check failed: ${error instanceof Error ? error.message : error}` });
    }
  }
  const meant = found.filter(({ subject }) => isMeant(subject));
  const wanted = meant.filter((finding) => rank(finding.severity) <= rank(severity)).sort(byGravity);
  const inForce = accepted.filter((risk) => isInForce(risk, snapshot.now));
  const riskOf = ({ check, subject }: Finding) => inForce.find((risk) => isAbout(risk, check, subject));
  const isOpen = (finding: Finding) => riskOf(finding) === undefined;
  const findings = wanted.filter(isOpen);
  const hasRun = (check: string) =>
    chosen.some(({ id }) => id === check) && ![...notRun, ...partlyRun].some((one) => one.check === check);
  const unmet = inForce.filter(
    (risk) => hasRun(risk.check) && !found.some(({ check, subject }) => isAbout(risk, check, subject)),
  );
  const unanswerable = ids ? everyUnanswerable.filter(({ id }) => ids.includes(id)) : everyUnanswerable;
  const { id, name = id } = snapshot.organization;
  const cluster = snapshot.clusters.find((view) => view.cluster.id === clusterId)?.cluster;
  const result = {
    at: new Date(snapshot.now).toISOString(),
    organization: { id, name },
    ...(cluster && { cluster: { id: cluster.id, name: cluster.name ?? cluster.id } }),
    findings,
    accepted: wanted.flatMap((finding) => {
      const risk = riskOf(finding);
      return risk ? [{ ...finding, reason: risk.reason, expires: risk.expires }] : [];
    }),
    expired: accepted.filter((risk) => !inForce.includes(risk)),
    // Of a record that isn't in this cluster nobody can say here that it is nowhere.
    unmet: clusterId === undefined ? unmet.map((risk) => ({ ...risk, isThere: isScope(risk.subject, snapshot) })) : [],
    counts: countBySeverity(meant.filter(isOpen)),
    notRun,
    partlyRun,
    unanswerable,
    checks: chosen.length,
  };
  return { ...result, summary: summarize(result) };
}

/** 0 is the gravest. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** One finding for each record: a check that fired on it more than once shows all values, at the gravest severity. */
function merge(check: Check, firings: readonly Firing[]): readonly Finding[] {
  const bySubject = new Map<string, Finding>();
  const { id, title, why, remedy, sources } = check;
  for (const { subject, evidence, severity = check.severity, fix } of firings) {
    const key = JSON.stringify([subject.type, subject.id, subject.clusterId]);
    const earlier = bySubject.get(key);
    bySubject.set(
      key,
      earlier
        ? {
            ...earlier,
            severity: rank(severity) < rank(earlier.severity) ? severity : earlier.severity,
            evidence: together(earlier.evidence, evidence),
          }
        : { check: id, severity, title, subject, evidence, why, remedy, ...(fix && { fix }), sources },
    );
  }
  return [...bySubject.values()];
}

function together(one: Firing['evidence'], other: Firing['evidence']): Firing['evidence'] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const values = (name: string) => {
    const all = [one, other].flatMap((evidence) => (name in evidence ? [evidence[name]] : [])).flat();
    const distinct = new Map(all.map((value) => [JSON.stringify(value), value]));
    return distinct.size === 1 ? (one[name] ?? other[name]) : [...distinct.values()];
  };
  return Object.fromEntries([...names].map((name) => [name, values(name)]));
}

function byGravity(one: Finding, other: Finding): number {
  return (
    rank(one.severity) - rank(other.severity) ||
    compare(one.check, other.check) ||
    compare(one.subject.name, other.subject.name) ||
    compare(one.subject.id, other.subject.id)
  );
}

/** By code units: the same order on every machine. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function reasonOf(missing: readonly Missing[]): string {
  const parts = missing.map(({ part, clusterId, reason }) =>
    clusterId === undefined ? `${part}: ${reason}` : `${part} of cluster ${clusterId}: ${reason}`,
  );
  return [...new Set(parts)].join('; ');
}
