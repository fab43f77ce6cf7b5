import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checks } from '../../src/audit/checks/index.js';
import { readSnapshot } from '../../src/audit/read-snapshot.js';
import { runAudit } from '../../src/audit/run-audit.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { type Planted, planted } from '../../src/sandbox/zero/planted.js';
import { connect } from '../harness.js';
import { sceneOf } from '../scene.js';

// The seed's dates are reckoned from the sandbox's start.
const START = Date.parse('2026-05-18T08:00:00Z');

/** By check, kept apart from the checks. */
const severities = new Map(
  (JSON.parse(readFileSync(new URL('catalogue.json', import.meta.url), 'utf8')) as readonly Row[]).map(
    ({ id, severity }) => [id, severity],
  ),
);

interface Row {
  readonly id: string;
  readonly severity: string;
}

/** Graver findings in the seed: severity, check and record. */
async function found(echoSecrets: boolean) {
  const sandbox = createSandbox({ now: () => START, switches: { echoSecrets } });
  const { sources } = await connect({ sandbox, now: () => START });
  const snapshot = await readSnapshot({ organizationId: sceneOf(sandbox).organizationId }, sources);
  const { findings, notRun } = runAudit(snapshot, { severity: 'high' });
  expect(notRun).toEqual([]);
  return findings
    .map(({ severity, check, subject }) => `${severity} ${check} ${subject.type} ${subject.name}`)
    .toSorted();
}

function told(mistakes: readonly Planted[]): readonly string[] {
  return mistakes
    .map(({ check, record }) => `${severities.get(check)} ${check} ${record.type} ${record.name}`)
    .toSorted();
}

test('the audit of the seed finds what is planted in it, no more and no less, at its severity', async () => {
  expect(await found(false)).toEqual(told(planted.filter(({ ifEchoed }) => !ifEchoed)));
});

test('where answers give secrets back, it finds what is about them too', async () => {
  expect(await found(true)).toEqual(told(planted));
});

test('every critical and high check has its mistake, but for two about what the API refuses to save', () => {
  const graver = checks.filter(({ severity }) => severity === 'critical' || severity === 'high').map(({ id }) => id);
  const without = graver.filter((id) => !planted.some(({ check }) => check === id));
  expect(without).toEqual(['POL-34', 'SET-18']);
});
