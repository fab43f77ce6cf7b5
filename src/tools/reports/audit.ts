import { z } from 'zod';
import { SEVERITIES, type Severity, SUBJECTS } from '../../audit/check.js';
import { checkIds } from '../../audit/checks/index.js';
import { readSnapshot } from '../../audit/read-snapshot.js';
import { type AuditOptions, type AuditResult, type Finding, runAudit } from '../../audit/run-audit.js';
import { isScope } from '../../audit/scope.js';
import type { Snapshot } from '../../audit/snapshot.js';
import { type Group, groupFindings } from '../../audit/summary.js';
import { quote, ToolError } from '../../errors.js';
import { didYouMean } from '../../nearest.js';
import type { Input } from '../../operation.js';
import { runPolicyTests } from '../../rails/policy-tests.js';
import { hasRules, type Rules } from '../../rails/rules.js';
import { type Standing, standing } from '../../rails/standing.js';
import { report, type Sources } from '../../report.js';

/** Findings that an answer shows. */
const MOST = { summary: 200, full: 40 } as const;
/** Records that a summary names for one check. */
const NAMES = 5;

export const audit = report({
  name: 'audit',
  title: 'Audit',
  description:
    'What is wrong in an organization or cluster, gravest first: public or too open routes, policies that do not mean what they say, weak settings, expiring certificates, and more. full adds evidence, reason and a ready call that fixes it.',
  toolset: 'organizations',
  scope: 'cluster',
  core: true,
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    severity: z.enum(SEVERITIES).optional().describe('This one and graver.'),
    scope: z.string().optional().describe('A kind of record such as route, or the id or name of a record or cluster.'),
    ids: z.array(z.string()).optional().describe('Only these checks, such as RTE-02.'),
    format: z.enum(['summary', 'full']).optional().describe('Default: summary.'),
  }),
  example: { severity: 'high' },
  async run({ organizationId, clusterId, format = 'summary', ...filters }, sources) {
    return present(await auditOrganization({ organizationId, clusterId }, filters, sources), format);
  },
});

/**
 * Reads and audits an organization or a cluster.
 *
 * @throws ToolError `invalid_input` for a check or scope that nothing is called; of reads as {@link readSnapshot}
 */
export async function auditOrganization(
  place: { readonly organizationId: string; readonly clusterId?: string },
  { severity, scope, ids }: Pick<AuditOptions, 'severity' | 'scope' | 'ids'>,
  sources: Sources,
): Promise<AuditResult> {
  for (const id of ids ?? []) {
    if (!checkIds.includes(id))
      throw new ToolError('invalid_input', `ids: no check ${quote(id)}.${didYouMean(id, checkIds)}`);
  }
  const snapshot = await readSnapshot(place, sources);
  if (scope !== undefined && !isScope(scope, snapshot)) {
    throw new ToolError('invalid_input', `scope: nothing is called ${quote(scope)}.`, {
      next: `Give the id or name of a record or cluster, or one of ${SUBJECTS.join(', ')}.`,
    });
  }
  const { rules } = sources;
  const result = runAudit(snapshot, {
    severity,
    scope,
    ids,
    accepted: rules.acceptedRisks,
    clusterId: place.clusterId,
  });
  return hasRules(rules)
    ? { ...result, rules: standing(snapshot, rulesFor(place.clusterId, rules, snapshot)) }
    : result;
}

/** Of one cluster, only the tests of what its routes answer: others would meet no route. */
function rulesFor(clusterId: string | undefined, rules: Rules, snapshot: Snapshot): Rules {
  if (clusterId === undefined) return rules;
  const tests = rules.tests?.filter((test) => runPolicyTests(snapshot, [test])[0]?.routeId !== undefined);
  return { ...rules, tests };
}

/** The findings that fit, by check; beyond that only how many are left out, by severity. */
function present({ summary, findings, rules }: AuditResult, format: 'summary' | 'full'): Input {
  const { counts, ...said } = summary;
  const groups = groupFindings(findings.slice(0, MOST[format]));
  const left = findings.slice(MOST[format]);
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, lines]) => lines.length > 0)),
    ...(rules && { rules: rulesBrief(rules) }),
    items: groups.map(format === 'full' ? whole : brief),
    total: findings.length,
    ...(left.length > 0 && { omitted: omitted(left) }),
  };
}

/** What is broken of the operator's rules, and how much holds. */
function rulesBrief({ invariants, tests, passed, failed, notes }: Standing): Input {
  const unmatched = invariants.flatMap(({ rule, matchesNothing }) =>
    matchesNothing ? [{ rule, hosts: matchesNothing }] : [],
  );
  return {
    passed,
    failed,
    ...(unmatched.length > 0 && { matchesNoRoute: unmatched }),
    ...(notes.length > 0 && { notes }),
    broken: invariants.flatMap(({ rule, holds, brokenBy, notChecked }) =>
      holds ? [] : [{ rule, by: brokenBy, ...(notChecked !== undefined && { notChecked }) }],
    ),
    failing: tests.flatMap(({ title, passed, detail }) => (passed ? [] : [{ test: title, detail }])),
  };
}

function brief({ check, severity, title, findings }: Group): Input {
  const records = findings.slice(0, NAMES).map(({ subject }) => nameOf(subject));
  const more = findings.length - records.length;
  return { check, severity, title, records, ...(more > 0 && { more }) };
}

function whole({ check, severity, title, why, remedy, sources, findings }: Group): Input {
  const records = findings.map(({ subject: { type, id, name, clusterId }, evidence, fix }) => ({
    type,
    id,
    name,
    ...(clusterId !== undefined && { clusterId }),
    evidence,
    ...(fix && { fix }),
  }));
  return { check, severity, title, why, remedy, sources, records };
}

function nameOf({ type, id, name }: Finding['subject']): string {
  return `${type} ${JSON.stringify(name)} ${id}`;
}

function omitted(findings: readonly Finding[]): Input {
  const counts = new Map<Severity, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return {
    ...Object.fromEntries(counts),
    message: 'Not shown. Ask for less with severity, scope or ids.',
  };
}
