import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/canonical.js';
import type { WireRequest } from '../../src/client/client.js';
import type { Request } from '../../src/guard/approval.js';
import type { Size } from '../../src/guard/budget.js';
import { createJudge, type GateCall, isAsked, type JudgeDeps } from '../../src/guard/judge.js';
import { newId } from '../../src/guard/new-id.js';
import type { Plan, PlannedEntity } from '../../src/guard/plan.js';
import type { Review } from '../../src/rails/review.js';
import { operationOf, readsOf } from './reads.js';

const NOW = Date.parse('2026-01-31T08:00:00Z');
const key = new Uint8Array([1, 2, 3]);

const plan: Plan = {
  headline: 'Something happens',
  operation: 'x',
  effect: 'draft',
  reason: 'it is a test',
  clusters: [],
  entities: [{ action: 'delete' } as PlannedEntity, { action: 'create' } as PlannedEntity],
  waiting: [],
  complete: true,
  notes: [],
};

const review = (lockOuts: readonly unknown[]) => ({ lockOuts }) as unknown as Review;

/** A judge in front of one cluster, and what it asked for. */
function judgeOf(more: Partial<JudgeDeps> & { readonly spent?: readonly Size[]; readonly switches?: unknown[] } = {}) {
  const { spent = [], switches = [], ...deps } = more;
  const seen = { since: [] as string[], plans: [] as unknown[], examined: [] as unknown[] };
  let autoApply: unknown = true;
  const { read } = readsOf({
    list_clusters: () => [{ id: 'c1', name: 'Harbour', namespaceId: 'n1' }],
    list_namespaces: () => [{ id: 'n1', name: 'Harbour', type: 'cluster' }],
    get_settings: () => {
      if (switches.length > 0) autoApply = switches.shift();
      return { autoApplyChangesets: autoApply };
    },
  });
  const judge = createJudge({
    mode: 'guarded',
    confirmDrafts: false,
    lowered: () => undefined,
    prepare: ({ method, name }, input) =>
      ({ method, url: `/${name}`, body: JSON.stringify(input) }) as unknown as WireRequest,
    identity: async () => ({ principal: 'ada#1', key }),
    plan: async (batch) => {
      seen.plans.push(batch);
      return plan;
    },
    examine: async (batch, of) => {
      seen.examined.push([batch, of]);
      return undefined;
    },
    planFacts: ({ headline }) => headline,
    budget: { records: 3, deletes: 1 },
    spentSince: async (since) => {
      seen.since.push(since);
      return spent;
    },
    now: () => NOW,
    ...deps,
  });
  return { ...judge, read, seen };
}

const callOf = (name: string, input = {}): GateCall => ({ operation: operationOf(name), input });
const create = callOf('create_route', { namespaceId: 'n1' });
const remove = callOf('remove_user_from_organization');
const apply = callOf('apply_changeset');
const LIVE = 'it would go live at once: auto-apply is on for "Harbour" (c1)';
const SPENT = `${LIVE}, and the operator's hourly budget for what nobody is asked about is spent`;
const cluster = { id: 'c1', name: 'Harbour', autoApply: true };

describe('why a person is asked', () => {
  test('is said call by call', async () => {
    const { judge, read, seen } = judgeOf();
    const judged = await judge({ calls: [create, remove, create] }, read);
    expect(judged).toMatchObject({
      reasons: [LIVE, 'it takes effect at once', LIVE],
      heldBy: undefined,
      size: undefined,
    });
    expect(isAsked(judged)).toBe(true);
    expect(seen.since).toEqual([]);
  });

  test('may be nothing', async () => {
    const { judge, read } = judgeOf({ switches: [false] });
    const judged = await judge({ calls: [create, create] }, read);
    expect(judged.reasons).toEqual([undefined, undefined]);
    expect(isAsked(judged)).toBe(false);
    expect(isAsked({ ...judged, reasons: [undefined, 'x'] })).toBe(true);
    expect(isAsked({ ...judged, reasons: [] })).toBe(false);
  });

  test('of a call alone may be one cluster', async () => {
    const { judge, read } = judgeOf();
    expect((await judge({ calls: [create] }, read)).heldBy).toEqual(cluster);
    expect((await judge({ calls: [remove] }, read)).heldBy).toBeUndefined();
  });
});

describe('unattended', () => {
  test('counts all calls together, once, with what was spent in the last hour', async () => {
    const { judge, read, seen } = judgeOf({ mode: 'unattended', spent: [{ records: 1, deletes: 0 }] });
    const judged = await judge({ calls: [create, create] }, read);
    expect(judged).toMatchObject({ reasons: [undefined, undefined], size: { records: 2, deletes: 0 } });
    expect(await judged.isWithinBudget()).toBe(true);
    expect(seen.since).toEqual(['2026-01-31T07:00:00.000Z']);
    expect(seen.plans).toEqual([]);
  });

  test('asks about all that would be asked about once they exceed the budget', async () => {
    const { judge, read } = judgeOf({ mode: 'unattended', spent: [{ records: 2, deletes: 0 }] });
    const judged = await judge({ calls: [create, create] }, read);
    expect(judged).toMatchObject({ reasons: [SPENT, SPENT], size: { records: 2, deletes: 0 } });
    expect(await judged.isWithinBudget()).toBe(false);
  });

  test('counts an apply by its plan', async () => {
    const { judge, read, seen } = judgeOf({ mode: 'unattended' });
    expect(await judge({ calls: [apply] }, read)).toMatchObject({
      reasons: [undefined],
      size: { records: 2, deletes: 1 },
    });
    expect(seen.plans).toEqual([{ calls: [{ ...apply, reason: 'its size is counted' }] }]);
  });
});

describe('what an approval is bound to', () => {
  const named = { namespaceId: 'n1', policyIds: ['new id of Sailors'] };
  const batch = { calls: [callOf('create_route', { namespaceId: 'n1', policyIds: [newId('Sailors')] }), remove] };

  test('is who asks, what is sent and what the plan says', async () => {
    const { requestOf, read, seen } = judgeOf();
    const request = await requestOf(batch, ['one', undefined], read);
    const calls = [
      { ...batch.calls[0], input: named, reason: 'one' },
      { ...remove, reason: undefined },
    ];
    expect(seen.plans).toEqual([{ calls }]);
    expect(seen.examined).toEqual([[{ calls }, plan]]);
    const facts = {
      principal: 'ada#1',
      requests: [
        { operation: 'create_route', method: 'POST', url: '/create_route', body: JSON.stringify(named) },
        {
          operation: 'remove_user_from_organization',
          method: 'DELETE',
          url: '/remove_user_from_organization',
          body: '{}',
        },
      ],
      plan: 'Something happens',
    };
    const digest = createHmac('sha256', key).update(canonical(facts)).digest('hex');
    expect(request).toEqual({ principal: 'ada#1', plan, digest });
  });

  test('keeps what the calls are together', async () => {
    const { requestOf, read, seen } = judgeOf();
    const procedure = { name: 'rollback' } as never;
    await requestOf({ calls: [remove], procedure }, ['x'], read);
    expect(seen.plans).toMatchObject([{ procedure }]);
    expect(seen.examined).toMatchObject([[{ procedure }, plan]]);
  });

  test('says what it means for access; a lock-out takes a typed word, unless a name is typed already', async () => {
    const planned = async (lockOuts: readonly unknown[], of: Plan = plan) => {
      const { requestOf, read } = judgeOf({ plan: async () => of, examine: async () => review(lockOuts) });
      return (await requestOf({ calls: [remove] }, ['x'], read)).plan;
    };
    expect(await planned([])).toStrictEqual({ ...plan, access: review([]) });
    expect(await planned(['ada'])).toEqual({ ...plan, access: review(['ada']), typedName: 'lock out' });
    const typed = { ...plan, typedName: 'Harbour' };
    expect(await planned(['ada'], typed)).toEqual({ ...typed, access: review(['ada']) });
    expect(await planned([], typed)).toEqual({ ...typed, access: review([]) });
  });
});

describe('drift', () => {
  const approve = async (judge: ReturnType<typeof judgeOf>) => {
    const judged = await judge.judge({ calls: [create] }, judge.read);
    return { judged, request: await judge.requestOf({ calls: [create] }, judged.reasons, judge.read) };
  };

  test('is none while the facts are the same', async () => {
    const judge = judgeOf();
    const { judged, request } = await approve(judge);
    expect(await judge.driftOf({ calls: [create] }, judged, request, judge.read)).toBeUndefined();
  });

  test('is what is asked about now', async () => {
    const judge = judgeOf();
    const { judged, request } = await approve(judge);
    const approved: Request = { ...request, digest: 'another' };
    const found = await judge.driftOf({ calls: [create] }, judged, approved, judge.read);
    expect(found).toMatchObject({ request, judged: { reasons: [LIVE] } });
    expect(found?.judged).not.toBe(judged);
  });

  test('keeps the reasons of before where nothing would be asked any more', async () => {
    const judge = judgeOf({ switches: [true, false] });
    const { judged, request } = await approve(judge);
    const found = await judge.driftOf({ calls: [create] }, judged, { ...request, digest: '' }, judge.read);
    expect(found?.judged).toBe(judged);
    expect(judge.seen.plans.at(-1)).toMatchObject({ calls: [{ reason: LIVE }] });
  });
});

describe('once the first calls have gone', () => {
  const check = async (
    reasons: (string | undefined)[],
    { index = 0, ...options }: Parameters<typeof judgeOf>[0] & { index?: number } = {},
  ) => {
    const { judge, checkStillCovered, read } = judgeOf(options);
    const judged = await judge({ calls: [create] }, read);
    return checkStillCovered(index, { calls: [create] }, { ...judged, reasons }, read);
  };

  test('another goes if nothing new is to be asked about it', async () => {
    await check([LIVE]);
    await check([undefined], { switches: [true, false] });
    await check(['it was another reason'], { switches: [true, false] });
    await check([undefined], { mode: 'unattended' });
    await check([], { index: 1 });
  });

  test.each([
    ['nothing was asked', [undefined]],
    ['something else was asked', ['it was another reason']],
  ])('another stays where %s', async (_, reasons) => {
    await expect(check(reasons)).rejects.toMatchObject({
      kind: 'refused',
      message: `create_route needs a person now, because ${LIVE}.`,
      next: 'It was not so when the calls began. Look at what was done, then make the call again.',
    });
  });
});
