import { describe, expect, test } from 'vitest';
import { addSizes, fitsBudget, sizeOfCall, sizeOfPlan, sizeText } from '../../src/guard/budget.js';
import type { Plan, PlannedEntity } from '../../src/guard/plan.js';
import { operationOf } from './reads.js';

const entity = (action: PlannedEntity['action']): PlannedEntity => ({
  type: 'route',
  id: 'r1',
  name: '',
  action,
  before: 'none',
  fields: [],
  editedBy: [],
  ours: true,
});

test('a plan counts what it makes live and what may go along', () => {
  const plan = {
    entities: [entity('create'), entity('delete'), entity('call')],
    waiting: [entity('delete'), entity('update')],
  };
  expect(sizeOfPlan(plan as unknown as Plan)).toEqual({ records: 5, deletes: 2 });
});

test('a call counts as one, a DELETE as a delete too', () => {
  expect(sizeOfCall(operationOf('update_route'))).toEqual({ records: 1, deletes: 0 });
  expect(sizeOfCall(operationOf('delete_route'))).toEqual({ records: 1, deletes: 1 });
});

test('sizes add up, none to nothing', () => {
  expect(addSizes([])).toEqual({ records: 0, deletes: 0 });
  expect(
    addSizes([
      { records: 3, deletes: 1 },
      { records: 4, deletes: 2 },
    ]),
  ).toEqual({ records: 7, deletes: 3 });
});

describe('a budget', () => {
  const budget = { records: 5, deletes: 2 };
  test.each([
    ['all of it', [{ records: 5, deletes: 2 }], true],
    [
      'all of it in parts',
      [
        { records: 4, deletes: 0 },
        { records: 1, deletes: 2 },
      ],
      true,
    ],
    ['a record too many', [{ records: 6, deletes: 0 }], false],
    ['a delete too many', [{ records: 3, deletes: 3 }], false],
    [
      'a record too many together',
      [
        { records: 3, deletes: 0 },
        { records: 3, deletes: 0 },
      ],
      false,
    ],
  ] as const)('%s', (_, sizes, fits) => {
    expect(fitsBudget(sizes, budget)).toBe(fits);
  });
});

test('is told in words', () => {
  expect([0, 1, 2].map((records) => sizeText({ records, deletes: 1 }))).toEqual([
    '0 records, 1 of them deleted',
    '1 record, 1 of them deleted',
    '2 records, 1 of them deleted',
  ]);
});
