import { expect, test } from 'vitest';
import { runAudit } from '../../src/audit/run-audit.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { planted } from '../../src/sandbox/zero/planted.js';
import { readSnapshot } from '../../src/tools/reports/read-snapshot.js';
import { connect } from '../harness.js';
import { sceneOf } from '../scene.js';

// The seed's dates are reckoned from the sandbox's start.
const START = Date.parse('2026-05-18T08:00:00Z');

test('the audit of the seed finds what is planted in it, no more and no less', async () => {
  const sandbox = createSandbox({ now: () => START });
  const { sources } = await connect({ sandbox, now: () => START });
  const snapshot = await readSnapshot({ organizationId: sceneOf(sandbox).organizationId }, sources);
  const { findings, notRun } = runAudit(snapshot, { severity: 'high' });
  expect(notRun).toEqual([]);
  const found = findings.map(({ check, subject }) => `${check} ${subject.type} ${subject.name}`);
  const expected = planted.map(({ check, record }) => `${check} ${record.type} ${record.name}`);
  expect(found.toSorted()).toEqual(expected.toSorted());
});
