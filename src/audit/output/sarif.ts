import type { Severity } from '../check.js';
import type { AuditResult, Finding, Unchecked } from '../run-audit.js';
import { groupFindings } from '../summary.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** What code scanning services rank by: over 9 is critical, over 7 high, over 4 medium. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

/**
 * An audit as SARIF 2.1.0 (OASIS). An accepted risk is a suppressed result, what couldn't be checked a notification.
 *
 * @param version of this program
 */
export function toSarif(result: AuditResult, version: string) {
  const { findings, accepted, notRun, partlyRun, at } = result;
  const groups = groupFindings([...findings, ...accepted]);
  const rules = [...new Map(groups.map((group) => [group.check, group])).values()];
  const broken = result.rules ? brokenIn(result.rules) : [];
  const indexes = new Map(rules.map(({ check }, index) => [check, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'zero-mcp',
            version,
            rules: [
              ...rules.map(({ check, severity, title, why, remedy, sources }) => ({
                id: check,
                shortDescription: { text: title },
                fullDescription: { text: why },
                help: { text: [remedy, ...sources].join('\n') },
                defaultConfiguration: { level: LEVELS[severity] },
                properties: { tags: ['security'], 'security-severity': SCORES[severity] },
              })),
              ...(broken.length > 0 ? [OPERATORS_RULE] : []),
            ],
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: at,
            toolExecutionNotifications: [...notRun, ...partlyRun].map(notification),
          },
        ],
        results: [
          ...findings.map((finding) => resultOf(finding, indexes)),
          ...accepted.map((finding) => ({
            ...resultOf(finding, indexes),
            suppressions: [{ kind: 'external', status: 'accepted', justification: finding.reason }],
          })),
          ...broken.map(({ text, type, id, name }) => ({
            ruleId: OPERATORS_RULE.id,
            ruleIndex: rules.length,
            level: 'error',
            message: { text },
            ...placeOf(type, id, name),
            partialFingerprints: { 'zeroFinding/v1': `${OPERATORS_RULE.id}/${text}` },
          })),
        ],
      },
    ],
  };
}

function resultOf(finding: Finding, indexes: ReadonlyMap<string, number>) {
  const { check, severity, title, why, remedy, subject, evidence, fix } = finding;
  const { type, id, name } = subject;
  return {
    ruleId: check,
    ruleIndex: indexes.get(check) ?? -1,
    level: LEVELS[severity],
    message: { text: `${type} ${name || id}: ${title}. ${why} ${remedy}` },
    ...placeOf(type, id, name),
    partialFingerprints: { 'zeroFinding/v1': [check, type, id, subject.clusterId ?? ''].join('/') },
    properties: { severity, evidence, ...(fix && { fix }) },
  };
}

function placeOf(type: string, id: string, name: string) {
  return {
    locations: [
      {
        // No file: services that show results by file refuse a result without one.
        physicalLocation: {
          artifactLocation: { uri: `zero/${type}/${id.replace(/[^\w.-]/g, '_')}` },
          region: { startLine: 1 },
        },
        logicalLocations: [{ name: name || id, fullyQualifiedName: `${type}/${id}`, kind: 'resource' }],
      },
    ],
  };
}

/** All that the operator's file says counts as one rule: its texts are the operator's own. */
const OPERATORS_RULE = {
  id: 'operator',
  shortDescription: { text: "The operator's invariants and policy tests" },
  defaultConfiguration: { level: 'error' },
  properties: { tags: ['security'], 'security-severity': SCORES.high },
} as const;

function brokenIn({ invariants, tests }: NonNullable<AuditResult['rules']>) {
  return [
    ...invariants.flatMap(({ rule, brokenBy }) =>
      brokenBy.map(({ type, id, name, how }) => ({
        text: `${rule}: broken by ${type} ${name || id}: ${how}`,
        type,
        id,
        name,
      })),
    ),
    ...tests.flatMap(({ title, passed, detail, routeId }) =>
      passed ? [] : [{ text: `Test "${title}" fails: ${detail}`, type: 'route', id: routeId ?? 'none', name: '' }],
    ),
  ];
}

function notification({ check, title, reason }: Unchecked) {
  return { level: 'warning', message: { text: `${check}, ${title}: ${reason}` } };
}
