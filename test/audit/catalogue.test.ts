import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checks } from '../../src/audit/checks/index.js';
import { unanswerable } from '../../src/audit/checks/unanswerable.js';

/** The ids and severities that an audit must have, kept apart from the checks. */
const catalogue = JSON.parse(readFileSync(new URL('catalogue.json', import.meta.url), 'utf8')) as readonly {
  readonly id: string;
  readonly severity: string;
}[];

test('every check of the catalogue is there once, or is said to have no answer', () => {
  const ids = [...checks, ...unanswerable].map(({ id }) => id);
  expect(ids.toSorted()).toEqual(catalogue.map(({ id }) => id).toSorted());
});

test('at least 150 of them are answered', () => {
  expect(checks.length).toBeGreaterThanOrEqual(150);
});

test("a check's severity is the catalogue's", () => {
  const severities = new Map(catalogue.map(({ id, severity }) => [id, severity]));
  expect(checks.filter(({ id, severity }) => severities.get(id) !== severity).map(({ id }) => id)).toEqual([]);
});

test('a check says why it matters, what to do and where that is from', () => {
  const silent = checks.filter(({ title, why, remedy, sources }) => !title || !why || !remedy || sources.length === 0);
  expect(silent.map(({ id }) => id)).toEqual([]);
  expect(unanswerable.filter(({ title, reason }) => !title || !reason)).toEqual([]);
});
