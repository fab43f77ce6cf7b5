import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AcceptedRisk } from '../../src/audit/accepted-risks.js';
import { assemble, type Records } from '../../src/audit/assemble.js';
import type { Check, Firing } from '../../src/audit/check.js';
import { type AuditOptions, runAudit } from '../../src/audit/run-audit.js';
import type { Missing, Snapshot } from '../../src/audit/snapshot.js';
import { cleanOrganization } from './clean-organization.js';
import { edited } from './edits.js';

const clusterId = 'bTmTcLsTrKsLwPzQxRvTnMcJfGb';

function checkOf(id: string, find: Check['find'], fields: Partial<Check> = {}): Check {
  const words = { title: `Title of ${id}`, why: 'It matters.', remedy: 'Mend it.', sources: ['a book'] };
  return { id, severity: 'medium', subject: 'route', needs: ['routes'], ...words, find, ...fields };
}

const route = (name: string, evidence: Firing['evidence'] = {}): Firing => ({
  subject: { type: 'route', id: `id-${name}`, name },
  evidence,
});

const snapshotWith = (fields: Partial<Records> = {}): Snapshot => assemble({ ...cleanOrganization(), ...fields });
const run = (checks: readonly Check[], options?: AuditOptions, snapshot = snapshotWith()) =>
  runAudit(snapshot, options, checks);
const told = ({ findings }: ReturnType<typeof runAudit>) =>
  findings.map(({ severity, check, subject }) => `${severity} ${check} ${subject.name}`);

describe('findings', () => {
  const checks = [
    checkOf('B-2', () => [route('b'), route('a')]),
    checkOf('A-1', () => [route('c')], { severity: 'low' }),
    checkOf('B-1', () => [route('a'), { ...route('b'), severity: 'critical' }]),
  ];

  test('come gravest first, then by check and record', () => {
    expect(told(run(checks))).toEqual(['critical B-1 b', 'medium B-1 a', 'medium B-2 a', 'medium B-2 b', 'low A-1 c']);
  });

  test('are filtered by severity and by check', () => {
    expect(told(run(checks, { severity: 'high' }))).toEqual(['critical B-1 b']);
    expect(told(run(checks, { ids: ['A-1'] }))).toEqual(['low A-1 c']);
    expect(run(checks, { ids: ['A-1'] }).checks).toBe(1);
  });

  test('of one check on one record are one, with all values and the gravest severity', () => {
    const twice = checkOf('A-1', () => [
      route('a', { criterion: 'email', enforced: true }),
      { ...route('a', { criterion: 'domain', enforced: true }), severity: 'high' },
    ]);
    const { findings } = run([twice]);
    expect(findings).toMatchObject([
      { severity: 'high', evidence: { criterion: ['email', 'domain'], enforced: true } },
    ]);
  });

  test('of a shared record are one for each cluster', () => {
    const inCluster = (id: string): Firing => ({ ...route('a'), subject: { ...route('a').subject, clusterId: id } });
    expect(run([checkOf('A-1', () => [inCluster('x'), inCluster('y')])]).findings).toHaveLength(2);
  });
});

describe('a scope', () => {
  const clean = cleanOrganization();
  const [wiki] = clean.routes as readonly { readonly id: string }[];
  const checks = [
    checkOf('R-1', () => [{ ...route('Wiki'), subject: { type: 'route', id: wiki?.id ?? '', name: 'Wiki' } }]),
    checkOf('P-1', ({ policies }) =>
      policies.map(({ policy }) => ({
        subject: { type: 'policy', id: policy.id, name: policy.name ?? '' },
        evidence: {},
      })),
    ),
    checkOf('S-1', () => [{ subject: { type: 'settings', id: 's', name: 'production', clusterId }, evidence: {} }]),
    checkOf('U-1', () => [{ subject: { type: 'user', id: 'u', name: 'Anna' }, evidence: {} }]),
  ];
  const policies = [...(clean.policies as object[]), { id: 'stray', name: 'Stray', namespaceId: 'elsewhere' }];
  const within = (scope: string) => told(run(checks, { scope }, snapshotWith({ policies })));
  const governing = ['medium P-1 Only the company', 'medium P-1 Staff', 'medium P-1 Stock reader'];

  test('is a kind of record', () => {
    expect(within('user')).toEqual(['medium U-1 Anna']);
  });

  test('is a record, and for a route its policies too', () => {
    expect(within('Stray')).toEqual(['medium P-1 Stray']);
    expect(within(wiki?.id ?? '')).toEqual([...governing, 'medium R-1 Wiki']);
  });

  test('is a cluster with all that is served there', () => {
    expect(within(clusterId)).toEqual([...governing, 'medium P-1 Stray', 'medium R-1 Wiki', 'medium S-1 production']);
  });
});

describe('what could not be checked', () => {
  const fine = checkOf('A-1', () => [route('a')]);

  test('is said of a check whose part is missing', () => {
    const missing: Missing[] = [{ part: 'users', reason: 'forbidden' }];
    const needy = checkOf('U-1', () => [route('b')], { needs: ['users'] });
    const { notRun, findings, summary } = run([needy, fine], {}, snapshotWith({ missing }));
    expect(notRun).toEqual([{ check: 'U-1', title: 'Title of U-1', reason: 'users: forbidden' }]);
    expect(findings).toHaveLength(1);
    expect(summary.unchecked).toContain('1 check not run, users: forbidden: U-1.');
    expect(summary.headline).toBe('Lantern: 1 finding (1 medium) by 1 check.');
  });

  test('is said of a cluster, while the check runs on the others', () => {
    const missing: Missing[] = [{ part: 'settings', clusterId, reason: 'timeout' }];
    const needy = checkOf('S-1', () => [route('b')], { needs: ['settings'] });
    const { notRun, partlyRun, findings } = run([needy], {}, snapshotWith({ missing }));
    expect({ notRun, found: findings.length }).toEqual({ notRun: [], found: 1 });
    expect(partlyRun).toMatchObject([{ check: 'S-1', reason: `settings of cluster ${clusterId}: timeout` }]);
  });

  test('is said of a check that fails, and the others run', () => {
    const broken = checkOf('X-1', () => {
      throw new Error('cannot read');
    });
    const { notRun, findings } = run([broken, fine]);
    expect(notRun).toMatchObject([{ check: 'X-1', reason: 'the check failed: cannot read' }]);
    expect(findings).toHaveLength(1);
  });
});

describe('an accepted risk', () => {
  const checks = [checkOf('A-1', () => [route('a'), route('b')])];
  const risk: AcceptedRisk = { check: 'A-1', subject: 'a', reason: 'For the fair.', expires: '2026-05-13' };
  const withRisk = (fields: Partial<AcceptedRisk>) => run(checks, { accepted: [{ ...risk, ...fields }] });

  test('is no finding, and is shown with its reason', () => {
    for (const subject of ['a', 'id-a']) {
      const { accepted, summary, ...result } = withRisk({ subject });
      expect(told({ ...result, accepted, summary })).toEqual(['medium A-1 b']);
      expect(accepted).toMatchObject([{ check: 'A-1', subject: { name: 'a' }, reason: 'For the fair.' }]);
      expect(summary.accepted).toEqual(['1 finding left out as accepted risks.']);
      expect(summary.counts.medium).toBe(1);
    }
  });

  test('counts to the end of its last day and not longer', () => {
    expect(told(withRisk({ expires: '2026-05-12' }))).toEqual(['medium A-1 a', 'medium A-1 b']);
    expect(withRisk({ expires: '2026-05-12' })).toMatchObject({
      accepted: [],
      expired: [{ subject: 'a' }],
      summary: { accepted: ['The acceptance of A-1 on a ended at 2026-05-12 and counts no longer.'] },
    });
    expect(withRisk({ expires: '2026-05-13T11:59:59Z' }).expired).toHaveLength(1);
    expect(withRisk({ expires: '2026-05-13T12:00:01Z' }).expired).toHaveLength(0);
  });

  test('of another check or record takes nothing out', () => {
    expect(withRisk({ check: 'A-2' }).findings).toHaveLength(2);
    expect(withRisk({ subject: 'A' }).findings).toHaveLength(2);
  });

  test('that meets no finding is told, where its check has run', () => {
    const { name = '' } = snapshotWith().clusters[0]?.cluster ?? {};
    const told = (subject: string, more: AuditOptions = {}) =>
      run(checks, { accepted: [{ ...risk, subject }], ...more }).summary.accepted;
    expect(told('A')).toEqual(['The acceptance of A-1 on A meets no finding: nothing has that id or name.']);
    expect(told(name)).toEqual([`The acceptance of A-1 on ${name} meets no finding: it may be mended.`]);
    expect(told('a', { severity: 'critical' })).toEqual([]);
    expect(told('A', { ids: ['A-2'] })).toEqual([]);
    expect(told('A', { clusterId })).toEqual([]);
  });
});

test('the summary names the three worst things', () => {
  const many = (...names: string[]) => names.map((name) => route(name));
  const { summary } = run([
    checkOf('L-1', () => many('x'), { severity: 'low', title: 'Small' }),
    checkOf('H-1', () => many('a'), { severity: 'high', title: 'Grave once' }),
    checkOf('H-2', () => many('a', 'b', 'c', 'd', 'e'), { severity: 'high', title: 'Grave often' }),
    checkOf('C-1', () => many('z'), { severity: 'critical', title: 'Worst' }),
  ]);
  expect(summary.worst).toEqual([
    'Worst (critical): z.',
    'Grave often (high): a, b, c and 2 more.',
    'Grave once (high): a.',
  ]);
  expect(summary.headline).toBe('Lantern: 8 findings (1 critical, 6 high, 1 low) by 4 checks.');
});

test('no edit of a clean organization makes the audit throw, or a check fail', () => {
  const property = fc.property(edited(cleanOrganization()), (records) => {
    const { notRun } = runAudit(assemble(records));
    expect(notRun.filter(({ reason }) => reason.startsWith('the check failed'))).toEqual([]);
  });
  fc.assert(property, { numRuns: 200 });
});

test('a clean organization yields nothing above low', () => {
  expect(told(runAudit(assemble(cleanOrganization()), { severity: 'medium' }))).toEqual([]);
});
