import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/client/client.js';
import type { Plan } from '../../src/guard/plan.js';
import { UNVERIFIED, verifyApply, verifyDraft } from '../../src/guard/verify.js';
import type { Fields } from '../harness.js';
import { readsOf } from './reads.js';

const UNDO =
  'Tell the person at once; nothing in the API reverts a changeset, so each change must be undone by a new one: plan_rollback proposes it.';
const WAITS =
  "Saved as a draft: it waits in the cluster's pending changeset and goes live with whoever applies that, a colleague included.";
const SENT = '2026-01-31T08:00:00Z';

test('what cannot be checked is said in one sentence', () => {
  expect(UNVERIFIED).toBe('What is live now could not be checked: read it before you go on.');
});

/** An entry of Zero's log: an edit of a route by ada. */
const edit = (id: string, entityId: string, more: Fields = {}) => ({
  id,
  createdAt: SENT,
  updatedAt: `${id}-time`,
  activityType: 'update',
  entity: { type: 'route', id: entityId, data: { updatedAt: SENT } },
  user: { email: 'ada@example.com' },
  ...more,
});

/** A page of a log. */
const pageOf = (log: readonly unknown[], { offset, limit }: Fields) =>
  log.slice(Number(offset), Number(offset) + Number(limit));

/** A plan that shows these edits, some of them as what waits. */
const planOf = (entities: readonly [string, string][], waiting: readonly [string, string][] = []) => {
  const shown = ([id, at]: readonly [string, string]) => ({ id, editedBy: [{ at: 'older' }, { at }] });
  return { clusters: [{ id: 'c1' }], entities: entities.map(shown), waiting: waiting.map(shown) } as unknown as Plan;
};

const surplus = (...edits: string[]) =>
  `applied_with_unapproved_changes: more went live than was approved: ${edits.join('; ')}. ${UNDO}`;
const byAda = (id: string, record: string) => `route ${record} by "ada@example.com" at ${id}-time`;

describe('an apply', () => {
  /** Watches a changeset through these states, a second apart; the last one stays. */
  async function watch(
    states: readonly (string | undefined)[],
    {
      plan,
      log = [],
      more = {},
      isTold = true,
    }: Partial<{ plan: Plan; log: unknown[]; more: Fields; isTold: boolean }> = {},
  ) {
    const start = 7_000;
    let time = start;
    let looks = 0;
    const told: [number, string][] = [];
    const waits: number[] = [];
    const { read, asked } = readsOf({
      list_changesets: () => {
        const status = states[Math.min(looks, states.length - 1)];
        looks += 1;
        return [{ id: 'other', status: 'applied' }, ...(status ? [{ id: 's1', status, ...more }] : [])];
      },
      list_activity_logs: (input) => pageOf(log, input),
    });
    const result = await verifyApply({ organizationId: 'o1', changesetId: 's1' }, plan, read, {
      now: () => time,
      wait: async (ms) => {
        waits.push(ms);
        time += ms;
      },
      ...(isTold && { onProgress: (text) => told.push([time - start, text]) }),
    });
    return { ...result, told, waits, asked, looks };
  }

  test.each(['applied', 'current'])('is live once it is %s', async (status) => {
    const { changeset, notices, waits, told, asked } = await watch(['pending', 'applying', status]);
    expect(changeset).toEqual({ id: 's1', status });
    expect(notices).toEqual([]);
    expect(waits).toEqual([1_000, 1_000]);
    expect(told).toEqual([
      [0, 'the changeset is pending'],
      [1_000, 'the changeset is applying'],
    ]);
    expect(asked[0]).toEqual(['list_changesets', { organizationId: 'o1', clusterId: undefined }]);
  });

  test('is watched though nobody is told how far it has come', async () => {
    expect((await watch(['pending', 'applied'], { isTold: false })).changeset).toEqual({ id: 's1', status: 'applied' });
  });

  test('is looked for everywhere where its plan has no cluster', async () => {
    const plan = { ...planOf([]), clusters: [] };
    const { asked } = await watch(['applied'], { plan });
    expect(asked[0]).toEqual(['list_changesets', { organizationId: 'o1', clusterId: undefined }]);
  });

  test('is looked for in the cluster of its plan', async () => {
    const { asked, notices } = await watch(['applied'], { plan: planOf([]) });
    expect(notices).toEqual(['Live now: 0 records, exactly as approved.']);
    expect(asked).toEqual([
      ['list_changesets', { organizationId: 'o1', clusterId: 'c1' }],
      ['list_activity_logs', { organizationId: 'o1', changesetId: 's1', limit: 100, offset: 0 }],
    ]);
  });

  test.each([
    ['pending', '"pending"'],
    ['applying', '"applying"'],
    [undefined, '"not listed"'],
  ])('is watched for half a minute while it is %s', async (status, shown) => {
    const { notices, waits, told } = await watch([status]);
    expect(notices).toEqual([`The changeset is ${shown} after 30 s; nothing more was sent.`]);
    expect(waits).toHaveLength(30);
    const text = status === undefined ? 'the changeset is "not listed"' : `the changeset is ${status}`;
    expect(told).toEqual([
      [0, text],
      [10_000, text],
      [20_000, text],
    ]);
  });

  test('that ends otherwise is told word for word', async () => {
    const { notices, waits } = await watch(['half done']);
    expect(notices).toEqual(['The changeset is "half done" after 30 s; nothing more was sent.']);
    expect(waits).toEqual([]);
  });

  test.each(['failed', 'rejected'])('that %s says why, where Zero does', async (status) => {
    const fate = 'What becomes of its changes is not documented (FACTS 3.1).';
    expect((await watch([status])).notices).toEqual([`The changeset ended as ${status}. ${fate}`]);
    const { notices } = await watch([status], { more: { failureMessage: 'no\nroom' } });
    expect(notices).toEqual([`The changeset ended as ${status}: "no\\nroom". ${fate}`]);
  });

  test('is compared with what was approved', async () => {
    const log = [edit('e1', 'r1'), edit('e2', 'r2'), edit('e3', 'r3'), edit('e4', 'r1')];
    const all = await watch(['applied'], {
      log,
      plan: planOf(
        [
          ['r1', 'e1-time'],
          ['r2', 'e2-time'],
        ],
        [
          ['r3', 'e3-time'],
          ['r1', 'e4-time'],
        ],
      ),
    });
    expect(all.notices).toEqual(['Live now: 3 records, exactly as approved.']);
    const more = await watch(['applied'], {
      log: log.slice(0, 1),
      plan: planOf([
        ['r1', 'e1-time'],
        ['r2', 'e2-time'],
      ]),
    });
    expect(more.notices).toEqual([
      "Live now: 1 record, exactly as approved; of 1 more that were approved Zero's log of it tells nothing.",
    ]);
    const silent = await watch(['applied'], { plan: planOf([['r1', 'e1-time']]) });
    expect(silent.notices).toEqual([UNVERIFIED]);
    const some = await watch(['applied'], { log, plan: planOf([['r1', 'e1-time']], [['r2', 'e1-time']]) });
    expect(some.notices).toEqual([surplus(byAda('e2', 'r2'), byAda('e3', 'r3'), byAda('e4', 'r1'))]);
    const atOnce = [edit('e1', 'r1'), edit('e5', 'r9', { updatedAt: 'e1-time' })];
    const other = await watch(['applied'], { log: atOnce, plan: planOf([['r1', 'e1-time']]) });
    expect(other.notices).toEqual([surplus(byAda('e1', 'r9'))]);
    const many = [
      ...Array.from({ length: 100 }, (_, index) => edit(`m${index}`, 'r1', { updatedAt: 'e1-time' })),
      ...log,
    ];
    const long = await watch(['applied'], { log: many, plan: planOf([['r1', 'e1-time']]) });
    expect(long.notices).toEqual([surplus(byAda('e2', 'r2'), byAda('e3', 'r3'), byAda('e4', 'r1'))]);
    expect((await watch(['applied'], { log })).notices).toEqual([]);
  });

  test('says where the log could not be understood', async () => {
    const { notices } = await watch(['applied'], { log: [edit('e1', 'r1'), { id: 'x' }], plan: planOf([]) });
    expect(notices).toEqual([surplus(byAda('e1', 'r1')), UNVERIFIED]);
    const plan = planOf([['r1', 'e1-time']]);
    const approved = await watch(['applied'], { log: [edit('e1', 'r1'), { id: 'x' }], plan });
    expect(approved.notices).toEqual([UNVERIFIED]);
  });
});

describe('a draft', () => {
  const NO_EDIT = 'With it went what nobody approved:';
  /** What is said of a write, given the log of its record and of each changeset. */
  async function draft(
    log: readonly unknown[],
    options: {
      readonly input?: Fields;
      readonly data?: unknown;
      readonly plan?: Plan;
      readonly shipped?: readonly unknown[];
    } = {},
  ) {
    const { input = { routeId: 'r1' }, plan, shipped = [] } = options;
    const data = 'data' in options ? options.data : { id: 'r1', updatedAt: SENT };
    const { read, asked } = readsOf({
      list_activity_logs: (input) => pageOf(input.changesetId ? shipped : log, input),
    });
    const ours = ({ entity }: { readonly entity: { readonly id: string } }) => entity.id === 'r2';
    const answer = { data } as unknown as Answer;
    const notices = await verifyDraft({ organizationId: 'o1', ...input }, answer, plan, ours, read);
    return { notices, asked };
  }

  const AT = '2026-01-31T08:00:05Z';
  const live = (id = 'e1', entityId = 'r1', more: Fields = {}) =>
    edit(id, entityId, { applied: { at: AT, changesetId: 's9' }, ...more });
  const LIVE = `This change is already live: it was applied at ${AT}.`;

  test('that waits says so', async () => {
    const { notices, asked } = await draft([edit('e1', 'r1')]);
    expect(notices).toEqual([WAITS]);
    expect(asked).toEqual([
      ['list_activity_logs', { organizationId: 'o1', entityId: 'r1', orderBy: ['-updatedAt'], limit: 100, offset: 0 }],
    ]);
    expect((await draft([edit('e1', 'r1', { applied: { changesetId: 's9' } })])).notices).toEqual([WAITS]);
  });

  test.each<[string, readonly unknown[], Fields]>([
    ['the log is empty', [], {}],
    ['the log has no such edit', [edit('e1', 'r1', { entity: { type: 'route', id: 'r1', data: {} } })], {}],
    ['neither has a time', [edit('e1', 'r1', { entity: { type: 'route', id: 'r1' } })], { data: { id: 'r1' } }],
    ['the log shows an update of what was deleted', [live()], { data: null }],
  ])('is not verified where %s', async (_, log, options) => {
    expect((await draft(log, options)).notices).toEqual([UNVERIFIED]);
  });

  test('is not looked for where nobody knows which record it is of', async () => {
    const { notices, asked } = await draft([edit('e1', 'x1', { activityType: 'delete' })], { data: null, input: {} });
    expect(notices).toEqual([UNVERIFIED]);
    expect(asked).toEqual([]);
  });

  test('is looked for as far back as it takes', async () => {
    const later = { entity: { type: 'route', id: 'r1', data: { updatedAt: '2026-01-31T08:00:01Z' } } };
    const log = [...Array.from({ length: 100 }, (_, index) => edit(`m${index}`, 'r1', later)), edit('e1', 'r1')];
    const { notices, asked } = await draft([...log, ...log]);
    expect(notices).toEqual([WAITS]);
    expect(asked).toHaveLength(2);
  });

  test.each(['routeId', 'policyId', 'keyPairId'])('that deletes is found by its %s', async (name) => {
    const log = [edit('e0', 'x1'), edit('e1', 'x1', { activityType: 'delete' })];
    const { notices, asked } = await draft(log, { data: null, input: { [name]: 'x1' } });
    expect(notices).toEqual([WAITS]);
    expect(asked[0]?.[1]).toMatchObject({ entityId: 'x1' });
  });

  test('is found by its time, however that is written', async () => {
    const log = [
      edit('e0', 'r1', { entity: { type: 'route', id: 'r1', data: { updatedAt: '2026-01-31T08:00:01Z' } } }),
      live('e1', 'r1', { entity: { type: 'route', id: 'r1', data: { updatedAt: '2026-01-31T09:00:00.000+01:00' } } }),
    ];
    expect((await draft(log, { plan: planOf([]) })).notices).toEqual([LIVE]);
    const odd = [live('e1', 'r1', { entity: { type: 'route', id: 'r1', data: { updatedAt: 'noon' } } })];
    const data = { id: 'r1', updatedAt: 'noon' };
    expect((await draft(odd, { data, plan: planOf([]) })).notices).toEqual([LIVE]);
  });

  test('that went live is an alarm unless a person approved it', async () => {
    expect((await draft([live()])).notices).toEqual([`went_live: ${LIVE}`]);
    expect((await draft([live()], { plan: planOf([]) })).notices).toEqual([LIVE]);
  });

  test('that went live takes along what nobody approved', async () => {
    const shipped = [live(), live('e2', 'r2'), live('e3', 'r3')];
    const { notices, asked } = await draft([live()], { shipped, plan: planOf([['r2', 'e2-time']]) });
    expect(asked.at(-1)?.[1]).toMatchObject({ organizationId: 'o1', changesetId: 's9' });
    const others = `${byAda('e3', 'r3')}, not through this server`;
    expect(notices).toEqual([`went_live: ${LIVE} ${NO_EDIT} ${others}. ${UNDO}`]);
    const all = `${byAda('e2', 'r2')}, through this server; ${others}`;
    expect((await draft([live()], { shipped })).notices).toEqual([`went_live: ${LIVE} ${NO_EDIT} ${all}. ${UNDO}`]);
    const plan = planOf([['r2', 'e2-time']], [['r3', 'e3-time']]);
    expect((await draft([live()], { shipped, plan })).notices).toEqual([LIVE]);
  });

  test('that went live in a changeset nobody names, or one that is not understood', async () => {
    const { notices, asked } = await draft([edit('e1', 'r1', { applied: { at: AT } })], {
      shipped: [live('e2', 'r2')],
    });
    expect(notices).toEqual([`went_live: ${LIVE}`]);
    expect(asked.filter(([, { changesetId }]) => changesetId !== undefined)).toEqual([]);
    const plan = planOf([]);
    expect((await draft([live()], { shipped: [{ id: 'x' }], plan })).notices).toEqual([LIVE, UNVERIFIED]);
  });
});
