import { describe, expect, test } from 'vitest';
import { headlinesOf, type Plan, planFacts, wasNeverLive } from '../../src/guard/plan.js';
import { changedFields, type Fields, nameOf, type Redactor } from '../../src/guard/plan-fields.js';
import { pagesOf } from '../../src/guard/plan-pages.js';
import type { Review } from '../../src/rails/review.js';
import { applyPlan } from '../approval-page/plans.js';

/** Hides the field `key`, and what `keys` holds. */
const redacted: Redactor = (record, hide) =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      name === 'key' ? hide({ path: name, value } as Parameters<typeof hide>[0]) : value,
    ]),
  );

describe('the fields that differ', () => {
  test.each<[string, Fields | undefined, Fields | undefined, readonly Fields[]]>([
    ['one changed', { a: 1, b: [2] }, { a: 1, b: [3] }, [{ name: 'b', before: '[2]', after: '[3]' }]],
    ['one came', {}, { a: 'x' }, [{ name: 'a', after: '"x"' }]],
    ['one went', { a: 'x' }, {}, [{ name: 'a', before: '"x"' }]],
    ['one became undefined', { a: 'x' }, { a: undefined }, [{ name: 'a', before: '"x"' }]],
    [
      'all of a new record, by name',
      undefined,
      { b: 1, a: null },
      [
        { name: 'a', after: 'null' },
        { name: 'b', after: '1' },
      ],
    ],
    ['all of an old record', { a: 1 }, undefined, [{ name: 'a', before: '1' }]],
    ['none', { a: { b: [1] } }, { a: { b: [1] } }, []],
    ['none between nothing and nothing', undefined, undefined, []],
    ['a name that breaks the line', {}, { 'a\nb': 1 }, [{ name: '"a\\nb"', after: '1' }]],
    ['a name that every object has', {}, { toString: 1 }, [{ name: 'toString', after: '1' }]],
    ['a secret that is another', { key: 'x' }, { key: 'y' }, [{ name: 'key', before: '(secret)', after: '(changed)' }]],
    ['a secret that came', {}, { key: 'y' }, [{ name: 'key', after: '(secret)' }]],
    ['a secret that stayed', { key: ['x'] }, { key: ['x'] }, []],
  ])('%s', (_, before, after, fields) => {
    expect(changedFields(redacted, before, after)).toStrictEqual(fields);
  });

  test('are none of those that Zero keeps by itself', () => {
    const computed = [
      'id',
      'createdAt',
      'updatedAt',
      'policies',
      'routes',
      'enforcedPolicies',
      'enforcedPolicyIds',
      'enforcedRoutes',
      'hasFailingHealthChecks',
      'minReplicaVersion',
      'componentVersions',
      'onboardingStatus',
      'lastLoggedIn',
    ];
    const record = Object.fromEntries([...computed, 'name'].map((name) => [name, 1]));
    expect(changedFields(redacted, record).map(({ name }) => name)).toEqual(['name']);
  });
});

test('a record goes by the first name it has', () => {
  const names = ['name', 'email', 'domainName', 'description', 'displayName'];
  for (const [index, name] of names.entries()) {
    const later = Object.fromEntries(names.slice(index + 1).map((other) => [other, 'later']));
    const earlier = Object.fromEntries(names.slice(0, index).map((other, at) => [other, at % 2 ? '' : 7]));
    expect(nameOf({ ...earlier, [name]: 'Tides', ...later })).toBe('Tides');
  }
  expect(nameOf({ name: '', id: 'x' })).toBeUndefined();
  expect(nameOf(undefined)).toBeUndefined();
});

describe('a list that comes in pages', () => {
  async function pages(all: readonly string[][], enough = (_: readonly { id?: unknown }[]) => false) {
    const asked: unknown[] = [];
    const read = async (name: string, input: Fields) => {
      asked.push([name, input]);
      return (all[asked.length - 1] ?? []).map((id) => ({ id }));
    };
    const rows = await pagesOf(read, 'list_routes', { clusterId: 'c1' }, enough);
    return { ids: rows.map(({ id }) => id), asked };
  }
  const page = (offset: number) => ['list_routes', { clusterId: 'c1', limit: 100, offset }];

  test('is read until nothing new comes', async () => {
    expect(await pages([['a', 'b'], ['c']])).toEqual({ ids: ['a', 'b', 'c'], asked: [page(0), page(2), page(3)] });
    expect(await pages([['a', 'b'], ['b', 'a'], ['c']])).toEqual({ ids: ['a', 'b'], asked: [page(0), page(2)] });
    expect(await pages([['a', 'b'], ['b', 'c'], []])).toEqual({
      ids: ['a', 'b', 'c'],
      asked: [page(0), page(2), page(4)],
    });
  });

  test('is read until there is enough', async () => {
    const found = await pages([['a'], ['b'], ['c']], (rows) => rows.length >= 2);
    expect(found).toEqual({ ids: ['a', 'b'], asked: [page(0), page(1)] });
  });
});

describe('what is read first', () => {
  const plan = (access: object | undefined, complete = true) =>
    headlinesOf({ headline: 'call', complete, ...(access && { access }) } as unknown as Plan);
  const headline = 'access';

  test.each<[string, object | undefined, boolean, readonly string[]]>([
    ['a change of access', { headline, changesAccess: true }, true, ['access', 'call']],
    ['what is done, where nobody gains or loses', { headline, changesAccess: false }, true, ['call', 'access']],
    ['that Zero did not say what goes live', { headline, changesAccess: true }, false, ['call', 'access']],
    ['what is done, where nothing is to be said of access', { changesAccess: false }, true, ['call']],
    ['what is done, where access was not looked at', undefined, true, ['call']],
  ])('%s', (_, access, complete, lines) => {
    expect(plan(access, complete)).toEqual(lines);
  });
});

describe('what an approval covers of a plan', () => {
  const rest = { operation: 'delete_route', reason: 'it is a test', complete: true };
  const access = { routes: ['r'], blocked: ['b'], lockOuts: ['l'], findings: ['f'] } as unknown as Review;
  const plan = (more: object) => ({ ...rest, headline: 'h', notes: ['n'], ...more }) as unknown as Plan;

  test('is all but the headline and findings', () => {
    expect(planFacts(plan({ access }))).toEqual({
      ...rest,
      notes: ['n'],
      routes: ['r'],
      blocked: ['b'],
      lockOuts: ['l'],
    });
    expect(planFacts(plan({}))).toEqual({ ...rest, notes: ['n'] });
  });

  test('is of an offer neither its notes', () => {
    expect(planFacts(plan({ access, offer: true }))).toEqual({ ...rest, offer: true });
  });
});

test.each([
  ['delete', 'none', true],
  ['delete', 'known', false],
  ['create', 'none', false],
  ['update', 'known', false],
] as const)('a record of which a plan says %s, before %s, was never live: %s', (action, before, expected) => {
  const [entity] = applyPlan.entities;
  if (!entity) throw new Error('the plan has no record');
  expect(wasNeverLive({ ...entity, action, before })).toBe(expected);
});
