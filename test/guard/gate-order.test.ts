import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/errors.js';
import type { Batch } from '../../src/guard/judge.js';
import { newId } from '../../src/guard/new-id.js';
import {
  AT,
  apply,
  callOf,
  create,
  gateAlone,
  hostWith,
  LIVE,
  list,
  one,
  procedure,
  questionOf,
  remove,
  rename,
  rotate,
  WAITS,
  type World,
} from './gate-alone.js';
import { operationOf } from './reads.js';

const YES = { action: 'accept', content: { approve: 'yes' } };
const OFF = { action: 'accept', content: { switchOff: 'yes' } };
const UNASKED = "Don't retry: until 2026-01-31T08:10:00.000Z the same call is refused unasked. Ask what to change.";
const SPENT = "and the operator's hourly budget for what nobody is asked about is spent";

/** Something that a test lets happen. */
function signal() {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happen, happened };
}

const refusals = ({ journal }: ReturnType<typeof gateAlone>) =>
  journal().flatMap(({ kind, ...rest }) => (kind === 'refusal' ? [rest] : []));

describe('a read', () => {
  test('goes through as it is, and can be called back', async () => {
    const { signal } = new AbortController();
    const seen: unknown[] = [];
    const gate = gateAlone({
      answers: {
        get_route: (input) => {
          seen.push(input);
          return { id: 'r1' };
        },
      },
    });
    expect(await gate.read('get_route', { organizationId: 'o1', routeId: 'r1' }, { signal })).toStrictEqual({
      status: 200,
      data: { id: 'r1' },
      drift: [],
      requestId: 'req-7',
    });
    await gate.read('get_route', { organizationId: 'o1', routeId: 'r1' });
    expect(seen).toEqual(Array(2).fill({ organizationId: 'o1', routeId: 'r1' }));
    expect(gate.readOptions).toStrictEqual([{ signal }, { signal: undefined }]);
    expect(gate.entries).toEqual([]);
  });

  test.each(['create_route', 'nothing_like_it'])('is not %s', async (name) => {
    const gate = gateAlone();
    await expect(gate.read(name, {})).rejects.toMatchObject({ kind: 'internal', message: `${name} is not a read.` });
    expect(gate.asked).toEqual([]);
  });

  test('that is sent is no write: nothing else is read, and nothing is journalled', async () => {
    const { signal } = new AbortController();
    const gate = gateAlone({ mode: 'read-only' });
    expect(await gate.send(one(list), { signal })).toStrictEqual({
      state: 'sent',
      done: [{ answer: { status: 200, data: [{ id: 'r1' }], drift: [], requestId: 'req-7' }, notices: [] }],
    });
    expect(gate.readOptions).toStrictEqual([{ signal }]);
    expect([gate.asked, gate.entries]).toEqual([['list_routes'], []]);
  });

  test('before a write is the first of two calls', async () => {
    const gate = gateAlone({ mode: 'unattended' });
    expect(await gate.send({ calls: [list, rotate], procedure })).toMatchObject({ done: [{}, {}] });
    expect(gate.names()).toEqual(['rotate_cluster_token']);
  });

  test('for a call can be called back with it', async () => {
    const { signal } = new AbortController();
    const gate = gateAlone();
    await gate.send(one(create), { signal });
    expect(gate.readOptions.length).toBeGreaterThan(1);
    for (const options of gate.readOptions) expect(options).toStrictEqual({ signal });
  });
});

describe('before anything is read', () => {
  test.each([{ calls: [callOf('patch_route', { routeId: '../x' })] }, { calls: [create, callOf('get_route')] }])(
    'what cannot be sent is refused: %#',
    async (batch) => {
      const gate = gateAlone();
      await expect(gate.send(batch)).rejects.toMatchObject({ kind: 'invalid_input' });
      expect([gate.asked, gate.sent, gate.entries]).toEqual([[], [], []]);
    },
  );

  test('ids that do not exist yet are no reason to refuse', async () => {
    const gate = gateAlone();
    const named = callOf('patch_route', {
      routeId: 'r1',
      patch: [{ op: 'replace', path: '/policyIds', value: [newId('Sailors')] }],
    });
    questionOf(
      await gate.send({
        calls: [{ ...callOf('create_policy', { namespaceId: 'n1' }), creates: 'Sailors' }, named],
        procedure,
      }),
    );
  });

  test('no calls are nothing to do', async () => {
    expect(await gateAlone().send({ calls: [] })).toEqual({ state: 'sent', done: [] });
  });
});

describe('a person must say yes', () => {
  test('nobody is asked where there is no host, and the question waits', async () => {
    const gate = gateAlone();
    const result = await gate.send(one(create));
    expect(result).toMatchObject({ state: 'ask', asked: [], question: { plan: { reason: LIVE } } });
    expect(result).not.toHaveProperty('notices');
    expect(gate.sent).toEqual([]);
    expect(await gate.send(one(create), { host: { canAsk: false } })).toEqual(result);
  });

  test('the host is asked, and its yes sends the call', async () => {
    const gate = gateAlone();
    const { question, asked } = questionOf(await gate.send(one(rotate), { host: hostWith() }));
    expect(asked).toEqual([question]);
    expect(await gate.send(one(rotate), { host: hostWith({ [question.id]: YES }) })).toMatchObject({ state: 'sent' });
    expect(gate.names()).toEqual(['rotate_cluster_token']);
  });

  test('a yes to what has changed at the last look is a new question, which the host may be asked', async () => {
    let looks = 0;
    const gate = gateAlone({
      answers: {
        get_organization: () => {
          looks += 1;
          return { name: looks < 4 ? 'Pilots' : 'Harbour masters' };
        },
      },
    });
    const { question } = questionOf(await gate.send(one(rotate), { host: hostWith() }));
    looks = 2;
    const again = questionOf(await gate.send(one(rotate), { host: hostWith({ [question.id]: YES }) }));
    expect(again.question.plan.notes).toEqual(['In Harbour masters.']);
    expect(again.asked).toEqual([again.question]);
    expect(gate.sent).toEqual([]);
  });

  test('a no is a refusal, and is journalled with who asked', async () => {
    const gate = gateAlone();
    const { question } = questionOf(await gate.send(one(rotate)));
    await gate.decide(question, 'declined');
    await expect(gate.send(one(rotate), { host: hostWith() })).rejects.toMatchObject({
      kind: 'refused',
      message: `A person declined this at ${AT}.`,
      next: `Nothing was sent. ${UNASKED}`,
    });
    await expect(gate.send(one(rotate))).rejects.toThrow('A person declined this');
    const refusal = { operation: 'rotate_cluster_token', reason: 'declined by a person' };
    expect(refusals(gate)).toStrictEqual([{ ...refusal, client: { name: 'host', version: '1' } }, refusal]);
    expect(gate.entries.map((entry) => (entry as { principal?: string }).principal)).toEqual(['ada#1', 'ada#1']);
    expect(gate.sent).toEqual([]);
  });
});

describe('one approval', () => {
  test('is used once, and what was done is repeated', async () => {
    const gate = gateAlone();
    const { question } = questionOf(await gate.send(one(rotate)));
    await gate.decide(question);
    await gate.send(one(rotate));
    const { outcome } = (await gate.store.get(question.id)) ?? {};
    expect(outcome).toMatchObject({ result: 'done' });
    expect(await gate.send(one(rotate))).toStrictEqual({ state: 'spent', question, outcome });
    expect(gate.names()).toEqual(['rotate_cluster_token']);
  });

  test('covers no more than the budget', async () => {
    const gate = gateAlone({ budget: { records: 1, deletes: 1 } });
    const sent = gate.send({ calls: [create, remove], procedure }, { host: hostWith() });
    await expect(sent).rejects.toMatchObject({
      kind: 'refused',
      message:
        'rollback: this covers 2 records, 1 of them deleted; one approval may cover 1 record, 1 of them deleted.',
      next: 'Nothing was sent. Make it smaller, or tell the person that the operator can raise --max-changes and --max-deletes.',
    });
    expect(refusals(gate)).toStrictEqual([
      {
        operation: 'rollback',
        reason: 'this covers 2 records, 1 of them deleted; one approval may cover 1 record, 1 of them deleted',
        client: { name: 'host', version: '1' },
      },
    ]);
    expect(await gate.store.list()).toEqual([]);
  });

  test('is refused by the name of the tool that was called', async () => {
    const gate = gateAlone({ budget: { records: 0, deletes: 0 } });
    const called = { ...rename, tool: operationOf('update_route') };
    const refusal = (tool?: string) => ({
      operation: tool ? 'patch_route' : 'rollback',
      ...(tool && { tool }),
      reason: 'this covers 1 record, 0 of them deleted; one approval may cover 0 records, 0 of them deleted',
    });
    await expect(gate.send(one(called))).rejects.toThrow(/^update_route: this covers 1 record/);
    await expect(gate.send({ calls: [called], procedure })).rejects.toThrow(/^rollback: this covers 1 record/);
    expect(refusals(gate)).toStrictEqual([refusal('update_route'), refusal()]);
    const forbidden = gateAlone({ examine: () => ({ blocked: ['No.'] }) });
    await expect(forbidden.send(one(called))).rejects.toThrow(/^update_route: the operator's rules forbid this/);
  });

  test('lets through what counts as nothing beside it', async () => {
    const gate = gateAlone({ mode: 'unattended', budget: { records: 1, deletes: 1 } });
    await gate.send(one(create));
    const { question } = questionOf(await gate.send(one(create)));
    expect(question.plan.reason).toBe(`${LIVE}, ${SPENT}`);
    await gate.decide(question);
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
    const sizes = gate.journal().flatMap((entry) => (entry.kind === 'intent' ? [entry.size] : []));
    expect(sizes).toEqual([{ records: 1, deletes: 0 }, undefined]);
  });
});

describe("the operator's rules", () => {
  const blocked = ['The rule "x" would be broken.', 'The test "y" would fail.'];
  const forbidding: World = { examine: () => ({ blocked }) };
  const refusal = {
    kind: 'refused',
    message: `create_route: the operator's rules forbid this. ${blocked.join(' ')}`,
    next: 'Nothing was sent, and no approval changes that. Change it so that the rules hold, or tell the person.',
  };

  test.each<[string, World]>([
    ['asked about', {}],
    ['that waits', { autoApply: false }],
    ['unattended', { mode: 'unattended' }],
  ])('stop a draft %s', async (_, world) => {
    const gate = gateAlone({ ...forbidding, ...world });
    await expect(gate.send(one(create), { host: hostWith() })).rejects.toMatchObject(refusal);
    expect(refusals(gate)).toStrictEqual([
      { operation: 'create_route', reason: blocked.join(' '), client: { name: 'host', version: '1' } },
    ]);
    expect([gate.sent, await gate.store.list()]).toEqual([[], []]);
  });

  test('let through what they say nothing against', async () => {
    const gate = gateAlone({ autoApply: false, examine: () => ({}) });
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
  });

  test('look at what an apply ships by its plan, at a draft without one', async () => {
    const seen: unknown[] = [];
    const gate = gateAlone({ mode: 'unattended', examine: (plan) => void seen.push(plan?.operation) });
    await gate.send(one(create));
    expect(gate.planned).toEqual([]);
    await gate.send({ calls: [create, apply], procedure });
    expect(seen).toEqual([undefined, 'rollback']);
  });

  test('ask about a lock-out although nobody else need be, once for all calls', async () => {
    const gate = gateAlone({ mode: 'unattended', examine: () => ({ lockOuts: ['Nobody is left.'] }) });
    const { question } = questionOf(await gate.send({ calls: [create, create], procedure }));
    expect(question.plan).toMatchObject({
      reason: 'it would lock people out; it would lock people out',
      typedName: 'lock out',
    });
    expect(gate.sent).toEqual([]);
  });

  test('see what ids that do not exist yet stand for', async () => {
    const seen: unknown[] = [];
    const gate = gateAlone({
      autoApply: false,
      examine: (_, calls) => void seen.push(calls.map(({ input }) => input.patch)),
    });
    const second = callOf('patch_route', {
      routeId: 'r1',
      patch: [{ op: 'replace', path: '/policyIds', value: [newId('Sailors')] }],
    });
    const first = { ...callOf('create_policy', { namespaceId: 'n1' }), creates: 'Sailors' };
    await gate.send({ calls: [first, second], procedure });
    expect(seen).toEqual([[undefined, [{ op: 'replace', path: '/policyIds', value: ['new id of Sailors'] }]]]);
  });

  test('leave a lock-out in a draft that waits to its apply', async () => {
    const gate = gateAlone({ autoApply: false, examine: () => ({ lockOuts: ['Nobody is left.'] }) });
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
  });

  test('let through in unattended mode what locks nobody out', async () => {
    const gate = gateAlone({ mode: 'unattended', examine: () => ({}) });
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
  });

  test('are not asked twice about what a person decides', async () => {
    const seen: unknown[] = [];
    const gate = gateAlone({ examine: (plan) => void seen.push(plan?.operation) });
    await gate.send(one(rotate));
    expect(seen).toEqual(['rotate_cluster_token']);
  });
});

describe('an offer', () => {
  /** Asks, has a person answer the call and the offer, and answers how to make the call again. */
  async function offered(own: 'approved' | 'declined' | undefined, world: World = {}, call = create) {
    const gate = gateAlone(world);
    const { question, offer } = questionOf(await gate.send(one(call)));
    if (!offer) throw new Error('nothing was offered');
    await gate.decide(offer);
    if (own) await gate.decide(question, own);
    const outcomeOf = async ({ id }: typeof question) => (await gate.store.get(id))?.outcome;
    return { ...gate, question, offer, outcomeOf, again: (options = {}) => gate.send(one(call), options) };
  }

  const SWITCHED = 'Auto-apply of cluster "Harbour" was switched off, as a person said.';
  const OF_THAT = `Of that: ${WAITS}`;
  const UNOFFERED = 'it was given along with the yes to an offer, and could not be used with it; nothing was sent';
  const no = new ToolError('forbidden', 'Zero said no.', { next: 'Give up.', status: 403 });

  test('is a question of its own beside a draft that auto-apply stops', async () => {
    const gate = gateAlone();
    const { question, offer, asked } = questionOf(await gate.send(one(create), { host: hostWith() }));
    expect(asked).toEqual([question, offer]);
    expect(offer?.plan).toMatchObject({ operation: 'patch_settings', offer: true });
    expect(question.offer).toBe(offer?.id);
    expect(gate.planned.map(([text]) => text)).toEqual(
      [
        `create_route: ${LIVE}`,
        'patch_settings: after it, changes of this cluster go live by themselves (autoApplyChangesets is not false)',
      ].map((text) => expect.stringContaining(text.split(':')[0] ?? '')),
    );
  });

  test.each<[string, Batch, World]>([
    ['what is live by itself', one(rotate), {}],
    ['several calls', { calls: [create, rename], procedure }, {}],
    [
      'what cannot be planned',
      one(create),
      {
        plan: (plan) => {
          if (plan.offer) throw no;
          return plan;
        },
      },
    ],
  ])('is not made beside %s', async (_, batch, world) => {
    const gate = gateAlone(world);
    expect(questionOf(await gate.send(batch)).offer).toBeUndefined();
    expect(await gate.store.list()).toHaveLength(1);
  });

  test('is done first, by a yes to it alone, and the call waits then', async () => {
    const { again, sent, outcomeOf, offer, question, journal } = await offered(undefined);
    const beforeSend: string[] = [];
    const result = await again({
      beforeSend: async () => void beforeSend.push('create_route'),
    });
    expect(result).toMatchObject({ state: 'sent', done: [{ notices: [SWITCHED, OF_THAT, WAITS] }] });
    expect(sent.map(({ name, input }) => [name, input.patch])).toEqual([
      ['patch_settings', [{ op: 'replace', path: '/autoApplyChangesets', value: false }]],
      ['create_route', undefined],
    ]);
    expect(beforeSend).toEqual(['create_route']);
    expect(await outcomeOf(offer)).toMatchObject({ result: 'done' });
    expect(await outcomeOf(question)).toBeUndefined();
    expect(journal().flatMap(({ kind, question }) => (kind === 'intent' ? [question] : []))).toEqual([
      offer.id,
      undefined,
    ]);
  });

  test('and a yes to the call uses both', async () => {
    const { again, outcomeOf, offer, question } = await offered('approved');
    expect(await again()).toMatchObject({ state: 'sent', done: [{ notices: [SWITCHED, OF_THAT, WAITS] }] });
    expect(await outcomeOf(offer)).toMatchObject({ result: 'done' });
    expect(await outcomeOf(question)).toMatchObject({ at: AT, result: 'done' });
  });

  test('and a no to the call: it is done, and nothing else', async () => {
    const gate = await offered('declined');
    await expect(gate.again({ host: hostWith() })).rejects.toMatchObject({
      kind: 'refused',
      message: `${SWITCHED} ${OF_THAT} A person declined this at ${AT}.`,
      next: `Nothing else was sent. ${UNASKED}`,
    });
    expect(gate.names()).toEqual(['patch_settings']);
    expect(refusals(gate)).toStrictEqual([
      { operation: 'create_route', reason: 'declined by a person', client: { name: 'host', version: '1' } },
    ]);
    expect(await gate.outcomeOf(gate.question)).toBeUndefined();
  });

  test('that fails takes the yes to the call with it', async () => {
    const { again, names, outcomeOf, question } = await offered('approved', { answers: { patch_settings: () => no } });
    await expect(again()).rejects.toBe(no);
    expect(names()).toEqual(['patch_settings']);
    expect(await outcomeOf(question)).toEqual({ at: AT, result: 'failed', answer: UNOFFERED });
  });

  test('that fails is told, although the yes to the call cannot be put away', async () => {
    const { again, store } = await offered('approved', { answers: { patch_settings: () => no } });
    store.finish = async () => {
      throw new Error('the disk is full');
    };
    await expect(again()).rejects.toBe(no);
  });

  test('that fails spends no yes where there is none', async () => {
    const { again, outcomeOf, question } = await offered(undefined, { answers: { patch_settings: () => no } });
    await expect(again()).rejects.toBe(no);
    expect(await outcomeOf(question)).toBeUndefined();
  });

  test('that changes at the last look is a new question, and the yes to the call goes with it', async () => {
    let looks = 0;
    const gate = await offered('approved', {
      answers: {
        get_organization: () => {
          looks += 1;
          return { name: looks < 3 ? 'Pilots' : 'Harbour masters' };
        },
      },
    });
    const { question, notices } = questionOf(await gate.again());
    expect(question.plan).toMatchObject({ operation: 'patch_settings', clusters: [{ name: '"Harbour masters"' }] });
    expect(notices).toBeUndefined();
    expect(gate.sent).toEqual([]);
    expect(await gate.outcomeOf(gate.question)).toEqual({ at: AT, result: 'drifted', answer: UNOFFERED });
  });

  test('that did not help leads to a new question about the call, which says what was done', async () => {
    const gate = await offered('approved', { answers: { patch_settings: () => ({ id: 'c1', updatedAt: AT }) } });
    const { question, notices } = questionOf(await gate.again());
    expect(notices).toEqual([SWITCHED, OF_THAT]);
    expect(question.plan.operation).toBe('create_route');
    expect(question.id).not.toBe(gate.question.id);
    expect(gate.names()).toEqual(['patch_settings']);
    expect(await gate.outcomeOf(gate.question)).toEqual({ at: AT, result: 'drifted', answer: UNOFFERED });
  });

  test('may be followed by the question about drafts, in the host that answered the offer', async () => {
    const gate = gateAlone({ confirmDrafts: true });
    const { offer } = questionOf(await gate.send(one(create), { host: hostWith() }));
    const host = hostWith({ [offer?.id ?? '']: OFF });
    const { question, asked, notices } = questionOf(await gate.send(one(create), { host }));
    expect(question.plan.reason).toBe('this server asks about drafts too');
    expect([asked, notices]).toEqual([[question], [SWITCHED, OF_THAT]]);
    expect(gate.journal()[0]).toMatchObject({ operation: 'patch_settings', client: { name: 'host', version: '1' } });
  });

  test.each([
    ['was answered before', []],
    ['was answered and its yes used before', [create]],
  ])('says what was done where the question about drafts %s', async (_, used) => {
    const gate = gateAlone({ confirmDrafts: true, autoApply: false });
    await gate.decide(questionOf(await gate.send(one(create))).question);
    for (const call of used) await gate.send(one(call));
    gate.remote.autoApply = true;
    const { offer } = questionOf(await gate.send(one(create)));
    if (offer) await gate.decide(offer);
    expect(await gate.send(one(create))).toMatchObject(
      used.length === 0
        ? { state: 'sent', done: [{ notices: [SWITCHED, OF_THAT, WAITS] }] }
        : { state: 'spent', outcome: { at: AT, result: 'done' }, notices: [SWITCHED, OF_THAT] },
    );
    expect(gate.names().toSorted()).toEqual(['create_route', 'patch_settings']);
  });

  test('says what was done where the call fails then, and the yes to it is spent', async () => {
    const { again, outcomeOf, question } = await offered('approved', { answers: { create_route: () => no } });
    await expect(again()).rejects.toMatchObject({
      kind: 'forbidden',
      message: `${SWITCHED} ${OF_THAT} Zero said no.`,
      next: 'Give up.',
      status: 403,
    });
    expect(await outcomeOf(question)).toMatchObject({ result: 'failed', answer: 'Zero said no.' });
  });

  test('says what was done where the call cannot be judged then', async () => {
    let switched = false;
    const gate = await offered('approved', {
      answers: {
        patch_settings: () => {
          switched = true;
          return { id: 'c1', updatedAt: AT };
        },
        list_clusters: () => (switched ? no : [{ id: 'c1', name: 'Harbour', namespaceId: 'n1' }]),
      },
    });
    await expect(gate.again()).rejects.toMatchObject({ message: `${SWITCHED} ${OF_THAT} Zero said no.` });
    expect(await gate.outcomeOf(gate.question)).toEqual({ at: AT, result: 'failed', answer: UNOFFERED });
  });

  test('hides no fault of ours behind what was done', async () => {
    const broken = new TypeError('it broke');
    const { again } = await offered('approved', { answers: { create_route: () => broken } });
    await expect(again()).rejects.toBe(broken);
  });
});

describe('calls made at once', () => {
  const tight: World = { mode: 'unattended', budget: { records: 1, deletes: 1 } };

  test('do not each see the whole budget', async () => {
    const gate = gateAlone(tight);
    const states = (await Promise.all([gate.send(one(create)), gate.send(one(create))])).map(({ state }) => state);
    expect(states).toEqual(['sent', 'ask']);
    expect(gate.names()).toEqual(['create_route']);
  });

  test('wait only until the one before is journalled', async () => {
    const { happen, happened } = signal();
    let calls = 0;
    const gate = gateAlone({
      mode: 'unattended',
      answers: {
        create_route: async () => {
          calls += 1;
          if (calls === 1) await happened;
          return { id: 'r9', updatedAt: AT };
        },
      },
    });
    const first = gate.send(one(create));
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
    happen();
    expect(await first).toMatchObject({ state: 'sent' });
  });

  test('do not wait for one that asks', async () => {
    const { happen, happened } = signal();
    const lockOuts = ['Nobody is left.'];
    const gate = gateAlone({
      mode: 'unattended',
      examine: () => ({ lockOuts: lockOuts.splice(0) }),
      plan: async (plan) => {
        await happened;
        return plan;
      },
    });
    // Asked about, and its plan takes its time.
    const first = gate.send(one(create));
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
    happen();
    expect(await first).toMatchObject({ state: 'ask' });
  });

  test('go on after one that failed', async () => {
    let fails = true;
    const gate = gateAlone({
      mode: 'unattended',
      examine: () => {
        if (fails) throw new Error('no look');
        return undefined;
      },
    });
    await expect(gate.send(one(create))).rejects.toThrow('no look');
    fails = false;
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
  });

  test('do not wait at all where each is judged for itself', async () => {
    const { happen, happened } = signal();
    let looks = 0;
    const gate = gateAlone({
      autoApply: false,
      answers: {
        list_clusters: async () => {
          looks += 1;
          if (looks === 1) await happened;
          return [{ id: 'c1', name: 'Harbour', namespaceId: 'n1' }];
        },
      },
    });
    const first = gate.send(one(create));
    expect(await gate.send(one(create))).toMatchObject({ state: 'sent' });
    happen();
    expect(await first).toMatchObject({ state: 'sent' });
  });
});
