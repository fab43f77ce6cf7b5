import { expect, test } from 'vitest';
import { type AcceptedRisk, readAcceptedRisks } from '../../src/audit/accepted-risks.js';

const entry: AcceptedRisk = { check: 'SET-14', subject: 'staging', reason: 'A playground.', expires: '2026-12-31' };
const problemsOf = (content: unknown) => readAcceptedRisks(content, ['SET-14', 'SET-15']).problems;
const without = (name: keyof AcceptedRisk) => Object.fromEntries(Object.entries(entry).filter(([key]) => key !== name));

test('entries are read as they stand', () => {
  const until = { ...entry, expires: '2026-12-31T18:00:00+01:00' };
  expect(readAcceptedRisks([entry, until], ['SET-14'])).toEqual({
    risks: [entry, until],
    problems: [],
  });
});

test.each([
  [{ ...entry, check: 'SET-13' }, 'check: no check SET-13. Did you mean SET-14?'],
  [{ ...entry, expires: 'never' }, 'expires: expected a date such as 2026-12-31.'],
  [{ ...entry, expires: '2026-02-30' }, 'expires: expected a date such as 2026-12-31.'],
  [{ ...entry, reason: ' ' }, 'reason: is empty.'],
  [{ ...entry, subject: '' }, 'subject: is empty.'],
  [without('reason'), 'reason: expected text.'],
  [without('expires'), 'expires: expected a date such as 2026-12-31.'],
  [{ ...entry, expire: '2026-12-31' }, 'unknown key expire. Did you mean expires?'],
  ['SET-14', 'expected keys and values.'],
])('%j is told apart', (wrong, problem) => {
  const { risks, problems } = readAcceptedRisks([entry, wrong], ['SET-14', 'SET-15']);
  expect(problems).toEqual([`entry 2: ${problem}`]);
  expect(risks).toEqual([entry]);
});

test('something else than a list is none', () => {
  expect(problemsOf(entry)).toEqual(['expected a list.']);
});
