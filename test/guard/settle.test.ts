import { describe, expect, test } from 'vitest';
import { createApproval, type Host, type Request } from '../../src/guard/approval.js';
import type { Plan } from '../../src/guard/plan.js';
import type { Decision, Outcome, Question, QuestionStore } from '../../src/guard/question.js';
import { ASKED, at, planOf, questionScene } from './store-scene.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const YES = { action: 'accept', content: { approve: 'yes' } };
const OFF = { action: 'accept', content: { switchOff: 'yes' } };

const request = (more: Partial<Request> = {}): Request => ({
  digest: 'd1',
  principal: 'ada#1',
  plan: planOf(),
  ...more,
});
/** What is offered beside a request. */
const offered = (plan: Partial<Plan> = {}) =>
  request({ digest: 'd2', plan: planOf({ operation: 'patch_settings', offer: true, ...plan }) });

const asking: Host = { client: { name: 'Editor', version: '9' }, canAsk: true };
const silent: Host = { canAsk: false };
const answering = (id: string, response: unknown, host = asking): Host => ({
  ...host,
  answers: new Map([[id, response]]),
});

/** A process that decides, with its clock and the questions it told of. */
function scene({
  approval = 'any' as 'any' | 'person',
  fits = (_: Plan) => true as boolean,
  wrap = (store: QuestionStore, _other: QuestionStore) => store,
} = {}) {
  const { store: own, other } = questionScene();
  const store = wrap(own, other);
  let time = ASKED;
  const told: [string, Host][] = [];
  const onQuestion = async ({ id }: Question, host: Host) => {
    told.push([id, host]);
  };
  const { settle } = createApproval({ store, approval, now: () => time, onQuestion }, fits);
  return {
    store,
    settle,
    told,
    advance: (ms: number) => {
      time += ms;
    },
    /** Settles and expects a question. */
    async ask(host: Host, of = request(), beside?: Request) {
      const verdict = await settle(of, host, beside);
      if (verdict.kind !== 'ask') throw new Error(`It was not asked but ${verdict.kind}.`);
      return verdict;
    },
    /** A person decides, on their terminal unless another channel is named. */
    async decide(id: string, decision: Decision['decision'] = 'approved', channel: Decision['channel'] = 'terminal') {
      const made = { decision, channel, approver: 'ada', at: new Date(time).toISOString() };
      expect(await store.decide(id, made)).toBe(true);
      return made;
    },
    finish: (id: string, result: Outcome['result']) =>
      store.finish(id, { at: new Date(time).toISOString(), result, answer: null }),
  };
}

const ids = (questions: readonly Question[]) => questions.map(({ id }) => id);

describe('a request', () => {
  test('is a question, which the host is given, is told of and noted as shown', async () => {
    const { ask, store, told } = scene();
    const { question, asked, offer } = await ask(asking);
    const { id, code, ...content } = question;
    expect(content).toEqual({ ...request(), askedAt: at(0), expiresAt: at(DAY) });
    expect(content).not.toHaveProperty('offer');
    expect(asked).toEqual([question]);
    expect(offer).toBeUndefined();
    expect(told).toEqual([[id, asking]]);
    expect(await store.get(id)).toEqual({ question, shown: [at(0)] });
  });

  test.each<[string, number, boolean]>([
    ['24 hours', DAY, true],
    ['24 hours and a moment', DAY + 1, false],
    ['a moment before', -1, false],
  ])('is the same question while nobody answers: %s later', async (_, later, same) => {
    const { ask, advance, told } = scene();
    const { question } = await ask(silent);
    advance(later);
    expect((await ask(silent)).question.id === question.id).toBe(same);
    expect(told).toHaveLength(same ? 1 : 2);
  });

  test.each([{ digest: 'd9' }, { principal: 'ben#2' }])('is another question with another %j', async (more) => {
    const { ask, decide, settle } = scene();
    const { question } = await ask(silent);
    await decide(question.id);
    expect((await ask(silent, request(more))).question.id).not.toBe(question.id);
    expect((await settle(request(), silent)).kind).toBe('go');
  });
});

describe('the host is given a question', () => {
  const access = (lockOuts: readonly string[]) => ({ access: { lockOuts } as unknown as Plan['access'] });
  test.each<[string, boolean, Parameters<typeof scene>[0], Host, Partial<Plan>]>([
    ['when it can ask', true, {}, asking, {}],
    ['unless it cannot', false, {}, silent, {}],
    ['unless a person must say it elsewhere', false, { approval: 'person' }, asking, {}],
    ['unless the plan is not complete', false, {}, asking, { complete: false }],
    ['unless someone locks themselves out', false, {}, asking, access(['x'])],
    ['where nobody locks themselves out', true, {}, asking, access([])],
    ['unless it cannot show all of it', false, { fits: ({ notes }) => notes.length < 2 }, asking, { notes: ['', ''] }],
    ['unless it came back without an answer', false, {}, { ...asking, answers: new Map() }, {}],
  ])('%s', async (_, given, options, host, plan) => {
    const { ask, store } = scene(options);
    const { question, asked } = await ask(host, request({ plan: planOf(plan) }));
    expect(ids(asked)).toEqual(given ? [question.id] : []);
    expect((await store.get(question.id))?.shown).toHaveLength(given ? 1 : 0);
  });

  test('ten times an hour', async () => {
    const { ask, advance } = scene();
    await ask(asking);
    advance(1);
    for (let time = 2; time <= 10; time += 1) expect((await ask(asking)).asked).toHaveLength(1);
    expect((await ask(asking)).asked).toEqual([]);
    expect((await ask(asking, request({ principal: 'ben#2' }))).asked).toHaveLength(1);
    advance(HOUR - 1);
    expect((await ask(asking)).asked).toEqual([]);
    advance(1);
    expect((await ask(asking)).asked).toHaveLength(1);
    expect((await ask(asking)).asked).toEqual([]);
  });

  test('with the offer beside it as long as both are within ten', async () => {
    const { ask, store } = scene();
    const { question } = await ask(silent);
    const show = async (times: number) => {
      for (let time = 0; time < times; time += 1) await store.show(question.id, at(0));
    };
    await show(8);
    const first = await ask(asking, request(), offered());
    expect(ids(first.asked)).toEqual([question.id, first.offer?.id]);
    const other = scene();
    const { question: again } = await other.ask(silent);
    for (let time = 0; time < 9; time += 1) await other.store.show(again.id, at(0));
    expect(ids((await other.ask(asking, request(), offered())).asked)).toEqual([again.id]);
    await other.store.show(again.id, at(0));
    expect((await other.ask(asking, request(), offered())).asked).toEqual([]);
  });
});

describe('what a host brings back', () => {
  const named = { plan: planOf({ typedName: 'Harbour' }) };
  const accept = (content?: unknown) => ({ action: 'accept', content });
  test.each<[string, unknown, Partial<Request>, 'go' | 'declined' | 'ask']>([
    ['a yes', YES, {}, 'go'],
    ['a no', accept({ approve: 'no' }), {}, 'declined'],
    ['a decline', { action: 'decline' }, {}, 'declined'],
    ['a cancel', { action: 'cancel' }, {}, 'ask'],
    ['a cancel with a yes', { ...YES, action: 'cancel' }, {}, 'ask'],
    ['a yes without an action', { content: YES.content }, {}, 'ask'],
    ['another spelling', accept({ approve: 'Yes' }), {}, 'ask'],
    ['true', accept({ approve: true }), {}, 'ask'],
    ['a field too many', accept({ approve: 'yes', note: '' }), {}, 'ask'],
    ['another field', accept({ switchOff: 'yes' }), {}, 'ask'],
    ['no content', accept(), {}, 'ask'],
    ['content that is null', accept(null), {}, 'ask'],
    ['content that is a list', accept(['yes']), {}, 'ask'],
    ['content that is a text', accept('yes'), {}, 'ask'],
    ['null', null, {}, 'ask'],
    ['nothing', undefined, {}, 'ask'],
    ['a text', 'accept', {}, 'ask'],
    ['the name', accept({ name: 'Harbour' }), named, 'go'],
    ['another name', accept({ name: 'harbour' }), named, 'ask'],
    ['a yes where a name is asked for', YES, named, 'ask'],
    ['a yes as the name', accept({ name: 'yes' }), named, 'ask'],
    ['a no as the name', accept({ name: 'no' }), named, 'ask'],
    ['a decline where a name is asked for', { action: 'decline' }, named, 'declined'],
  ])('%s', async (_, response, more, kind) => {
    const { ask, settle, store } = scene();
    const { question } = await ask(asking, request(more));
    expect((await settle(request(more), answering(question.id, response))).kind).toBe(kind);
    const decision = { go: 'approved', declined: 'declined', ask: undefined }[kind];
    expect((await store.get(question.id))?.decision).toEqual(
      decision && { decision, channel: 'host', approver: 'Editor 9', at: at(0) },
    );
  });

  test('is named after a host that has no name', async () => {
    const { ask, settle } = scene();
    const { question } = await ask(asking);
    const verdict = await settle(request(), answering(question.id, YES, { canAsk: true }));
    expect(verdict).toMatchObject({ kind: 'go', question, decision: { approver: 'unnamed host' } });
  });

  test.each<[string, number, boolean]>([
    ['24 hours', DAY, true],
    ['24 hours and a moment', DAY + 1, false],
    ['a moment before it was asked', -1, false],
  ])('counts %s later', async (_, later, counts) => {
    const { ask, settle, advance } = scene();
    const { question } = await ask(asking);
    advance(later);
    expect((await settle(request(), answering(question.id, YES))).kind).toBe(counts ? 'go' : 'ask');
  });

  test('counts for its own question and person alone', async () => {
    const { ask, settle, store } = scene();
    const { question } = await ask(asking);
    for (const more of [{ digest: 'd9' }, { principal: 'ben#2' }]) {
      expect((await settle(request(more), answering(question.id, YES))).kind).toBe('ask');
    }
    expect((await settle(request(), answering('f'.repeat(32), YES))).kind).toBe('ask');
    expect(await store.get(question.id)).not.toHaveProperty('decision.decision');
  });

  test('is nothing where a person must say it elsewhere', async () => {
    const { ask, settle, store } = scene({ approval: 'person' });
    const { question } = await ask(asking);
    expect((await settle(request(), answering(question.id, YES))).kind).toBe('ask');
    expect(await store.get(question.id)).not.toHaveProperty('decision.decision');
  });
});

describe('a yes', () => {
  test('is taken once', async () => {
    const { ask, settle, decide, store } = scene();
    const { question } = await ask(silent);
    const decision = await decide(question.id);
    expect(await settle(request(), silent)).toEqual({ kind: 'go', question, decision });
    expect((await store.get(question.id))?.claimedAt).toBe(at(0));
    expect(await settle(request(), silent)).toEqual({ kind: 'spent', question });
  });

  test('is spent when another process was quicker', async () => {
    const { ask, settle, decide } = scene({
      wrap: (store, other) => ({
        ...store,
        claim: async (id, time) => (await other.claim(id, time)) && store.claim(id, time),
      }),
    });
    const { question } = await ask(silent);
    await decide(question.id);
    expect(await settle(request(), silent)).toEqual({ kind: 'spent', question });
  });

  test('is found behind a question that nobody answered', async () => {
    const { ask, settle, decide, advance } = scene();
    const { question } = await ask(silent);
    advance(DAY + 1);
    await ask(silent);
    await decide(question.id);
    expect(await settle(request(), silent)).toMatchObject({ kind: 'go', question });
  });

  test.each<[string, number, boolean]>([
    ['ten minutes', 10 * MINUTE, true],
    ['ten minutes and a moment', 10 * MINUTE + 1, false],
    ['a moment before', -1, false],
  ])('holds %s later', async (_, later, holds) => {
    const { ask, settle, decide, advance } = scene();
    advance(HOUR);
    const { question } = await ask(silent);
    await decide(question.id);
    advance(later);
    const verdict = await settle(request(), silent);
    expect(verdict.kind).toBe(holds ? 'go' : 'ask');
    if (!holds) expect('question' in verdict && verdict.question.id).not.toBe(question.id);
  });

  test('through a host is none where a person must say it elsewhere', async () => {
    const { ask, settle, decide } = scene({ approval: 'person' });
    const { question } = await ask(silent);
    await decide(question.id, 'approved', 'host');
    const { question: second } = await ask(silent);
    expect(second.id).not.toBe(question.id);
    await decide(second.id, 'approved', 'page');
    expect(await settle(request(), silent)).toMatchObject({ kind: 'go', question: second });
  });

  test.each<[string, number, boolean]>([
    ['ten minutes', 10 * MINUTE, true],
    ['ten minutes and a moment', 10 * MINUTE + 1, false],
    ['a moment before', -1, false],
  ])('that was used is spent %s after that', async (_, later, spent) => {
    const { ask, settle, decide, advance, finish } = scene();
    const taken = await ask(silent);
    await decide(taken.question.id);
    advance(9 * MINUTE);
    await settle(request(), silent);
    const other = request({ digest: 'd9' });
    const done = await ask(silent, other);
    await decide(done.question.id);
    await settle(other, silent);
    await finish(done.question.id, 'unknown');
    advance(later);
    const outcome = { at: at(9 * MINUTE), result: 'unknown', answer: null };
    const verdicts = [await settle(request(), silent), await settle(other, silent)];
    if (!spent) return expect(verdicts).toMatchObject([{ kind: 'ask' }, { kind: 'ask' }]);
    expect(verdicts).toEqual([
      { kind: 'spent', question: taken.question },
      { kind: 'spent', question: done.question, outcome },
    ]);
  });

  test.each(['failed', 'drifted'] as const)('whose call %s did nothing, so a person is asked anew', async (result) => {
    const { ask, settle, decide, finish } = scene();
    const { question } = await ask(silent);
    await decide(question.id);
    await settle(request(), silent);
    await finish(question.id, result);
    expect((await ask(silent)).question.id).not.toBe(question.id);
  });
});

test.each<[string, number, boolean]>([
  ['ten minutes', 10 * MINUTE, true],
  ['ten minutes and a moment', 10 * MINUTE + 1, false],
])('a no holds for %s', async (_, later, holds) => {
  const { ask, settle, decide, advance } = scene();
  const { question } = await ask(asking);
  const decision = await decide(question.id, 'declined');
  advance(later);
  const verdict = await settle(request(), asking);
  if (holds) return expect(verdict).toEqual({ kind: 'declined', question, decision });
  expect(verdict.kind).toBe('ask');
  expect(verdict).not.toMatchObject({ question });
});

describe('an offer', () => {
  test('is a question of its own, asked beside the request that names it', async () => {
    const { ask, told } = scene();
    const { question, offer, asked } = await ask(asking, request(), offered());
    expect(question.offer).toBe(offer?.id);
    expect(offer).toMatchObject({ digest: 'd2', plan: { offer: true } });
    expect(asked).toEqual([question, offer]);
    expect(told.map(([id]) => id)).toEqual([offer?.id, question.id]);
  });

  test('is put to the host once, the request itself with every call', async () => {
    const { ask } = scene();
    const first = await ask(asking, request(), offered());
    const second = await ask(asking, request(), offered());
    expect(second.offer).toEqual(first.offer);
    expect(ids(second.asked)).toEqual([first.question.id]);
  });

  test('is put to the host though its request was shown before, or it was asked where nobody was shown it', async () => {
    const { ask } = scene();
    await ask(asking);
    const { asked, question, offer } = await ask(silent, request(), offered());
    expect(asked).toEqual([]);
    expect(ids((await ask(asking, request(), offered())).asked)).toEqual([question.id, offer?.id]);
  });

  test('is not put to the host without its request, nor is the request kept back for it', async () => {
    const fits = ({ notes }: Plan) => notes.length === 0;
    const long = planOf({ notes: ['x'] });
    expect((await scene({ fits }).ask(asking, request({ plan: long }), offered())).asked).toEqual([]);
    const { asked, question, offer } = await scene({ fits }).ask(asking, request(), offered({ notes: ['x'] }));
    expect(ids(asked)).toEqual([question.id]);
    expect(offer).toBeDefined();
  });

  test('that a person took comes first, and a yes to the request goes with it', async () => {
    const { ask, settle, decide } = scene();
    const { question, offer } = await ask(silent, request(), offered());
    const own = await decide(question.id);
    const decision = await decide(String(offer?.id));
    expect(await settle(request(), silent, offered())).toEqual({
      kind: 'offered',
      question: offer,
      decision,
      own: { kind: 'go', question, decision: own },
    });
  });

  test('that a person took through the host, with nothing said of the request', async () => {
    const { ask, settle } = scene();
    const { offer } = await ask(asking, request(), offered());
    const verdict = await settle(request(), answering(String(offer?.id), OFF), offered());
    expect(verdict).toMatchObject({ kind: 'offered', question: offer, decision: { decision: 'approved' } });
    expect(verdict).toHaveProperty('own', undefined);
  });

  test('that somebody is at holds the yes to the request back until that has ended', async () => {
    const { ask, settle, decide, finish } = scene();
    const { question, offer } = await ask(silent, request(), offered());
    await decide(String(offer?.id));
    await settle(request(), silent, offered());
    const decision = await decide(question.id);
    expect(await settle(request(), silent, offered())).toEqual({ kind: 'spent', question: offer });
    await finish(String(offer?.id), 'done');
    expect(await settle(request(), silent, offered())).toEqual({ kind: 'go', question, decision });
  });

  test.each(['declined', 'done'])('that is %s is not made again', async (fate) => {
    const { ask, settle, decide, finish } = scene();
    const { question, offer } = await ask(silent, request(), offered());
    await decide(String(offer?.id), fate === 'done' ? 'approved' : 'declined');
    if (fate === 'done') {
      await settle(request(), silent, offered());
      await finish(String(offer?.id), 'done');
    }
    const again = await ask(asking, request(), offered());
    expect(again).toMatchObject({ question, offer: undefined, asked: [question] });
    const decision = await decide(question.id);
    expect(await settle(request(), silent, offered())).toEqual({ kind: 'go', question, decision });
  });

  test('is not made to who said yes to the request', async () => {
    const { ask, settle, decide, store } = scene();
    const { question } = await ask(silent);
    await decide(question.id);
    expect((await settle(request(), silent, offered())).kind).toBe('go');
    expect(await store.list()).toHaveLength(1);
  });
});
