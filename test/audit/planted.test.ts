import { expect, test } from 'vitest';
import { readSnapshot } from '../../src/audit/read-snapshot.js';
import { runAudit } from '../../src/audit/run-audit.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { planted } from '../../src/sandbox/zero/planted.js';
import { connect } from '../harness.js';
import { sceneOf } from '../scene.js';

// The seed's dates are reckoned from the sandbox's start.
const START = Date.parse('2026-05-18T08:00:00Z');

/** Graver findings in the seed, by check and record. */
async function found(echoSecrets: boolean) {
  const sandbox = createSandbox({ now: () => START, switches: { echoSecrets } });
  const { sources } = await connect({ sandbox, now: () => START });
  const snapshot = await readSnapshot({ organizationId: sceneOf(sandbox).organizationId }, sources);
  const { findings, notRun } = runAudit(snapshot, { severity: 'high' });
  expect(notRun).toEqual([]);
  return findings.map(({ check, subject }) => `${check} ${subject.type} ${subject.name}`).toSorted();
}

const expected = planted.map(({ check, record }) => `${check} ${record.type} ${record.name}`).toSorted();

test('the audit of the seed finds what is planted in it, no more and no less', async () => {
  expect(await found(true)).toEqual(expected);
});

test('where answers leave secrets out, it finds the same but for what is about them', async () => {
  const aboutSecrets = /^RTE-1[789] /;
  expect(await found(false)).toEqual(expected.filter((line) => !aboutSecrets.test(line)));
});
