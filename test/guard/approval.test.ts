import { describe, expect, test } from 'vitest';
import { headlinesOf, type Plan } from '../../src/guard/plan.js';
import type { Fields } from '../harness.js';
import { liveState, writes } from '../scene.js';
import {
  asked,
  CANCEL,
  confirmationOf,
  DECLINE,
  guardScene,
  HOUR,
  journalOf,
  MINUTE,
  NO,
  routeOf,
  YES,
} from './guard-scene.js';
import { rawHost } from './wire.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;
type Example = readonly [name: string, input: (scene: Scene) => Fields, sent: string];

const serviceAccountOf = ({ sandbox, scene }: Scene) =>
  (sandbox.as('admin')('list_service_accounts', { clusterId: scene.waiting.id }) as readonly { id: string }[])[0]?.id;

/** One call of each kind that needs a person: applied, live, drafts that don't wait, and settings that end the waiting. */
const calls = {
  'an apply': ['apply_changeset', ({ pending }) => ({ changesetId: pending() }), 'POST apply_changeset'],
  'a live write': [
    'create_service_account',
    ({ scene }) => ({ clusterId: scene.waiting.id, userId: 'night-batch', description: 'Night batch' }),
    'POST create_service_account',
  ],
  'a draft that goes live': ['create_route', ({ scene }) => routeOf(scene.automatic.namespaceId), 'POST create_route'],
  'auto-apply turned on': [
    'update_settings',
    ({ scene }) => ({ clusterId: scene.waiting.id, autoApplyChangesets: true }),
    'PATCH patch_settings',
  ],
} satisfies Readonly<Record<string, Example>>;
const kinds = Object.keys(calls) as (keyof typeof calls)[];

const eras = ['modern', 'legacy'] as const;

const contentOf = (result: Fields = {}) => (result.structuredContent ?? {}) as Fields;

/** The token of another API user with the same rights. */
function otherToken({ sandbox }: Scene): string {
  const { refreshToken } = sandbox.as('owner')('create_api_access_user', { name: 'Another', role: 'admin' }) as Fields;
  return String(refreshToken);
}

/** What must hold of a call that nothing was sent for. */
function untouched({ sandbox, scene }: Scene) {
  const before = JSON.stringify([sandbox.snapshot(), liveState(sandbox, scene)]);
  return () => {
    expect(writes(sandbox)).toEqual([]);
    // A read of changesets makes time pass in the sandbox; none is being applied here.
    expect(JSON.stringify([sandbox.snapshot(), liveState(sandbox, scene)])).toBe(before);
  };
}

describe.each(eras)('a host that asks, %s protocol', (era) => {
  test.each(kinds)('a yes sends %s, once, and the journal tells all of it', async (kind) => {
    const [name, inputOf, sent] = calls[kind];
    const scene = await guardScene({ era, answer: () => YES });
    const before = JSON.stringify(scene.sandbox.snapshot());
    const input = inputOf(scene);
    const { isError, content, text, meta } = await scene.call(name, input);
    expect(isError, text).toBe(false);
    expect(content).not.toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([sent]);
    expect(JSON.stringify(scene.sandbox.snapshot())).not.toBe(before);
    expect(scene.forms).toHaveLength(1);

    // What was offered beside it has a line of its own.
    const all = journalOf(scene.stateDirectory);
    const lines = all.filter(({ headline }) => !String(headline).startsWith('An offer'));
    const [question] = (await scene.store.list()).filter(({ question }) => !question.plan.offer);
    const { id, digest } = question?.question ?? {};
    expect(lines.map(({ kind }) => kind)).toEqual(['opened', 'question', 'decision', 'intent', 'outcome']);
    expect(lines[1]).toMatchObject({ id, digest, headline: question?.question.plan.headline });
    const client = { name: 'harness', version: '1.0.0' };
    for (const line of [lines[1], lines[3]]) expect(line).toMatchObject({ client });
    expect(lines[2]).toMatchObject({ id, decision: 'approved', channel: 'host', approver: 'harness 1.0.0' });
    expect(lines[3]).toMatchObject({ digest, question: id, channel: 'host', operation: sent.split(' ')[1] });
    expect(lines[4]).toMatchObject({ id: lines[3]?.id, result: 'done' });
    expect(meta.journal).toMatchObject({ line: all.length, hash: lines[4]?.hash });
  });

  test('an apply after a yes changes what runs', async () => {
    const scene = await guardScene({ era, answer: () => YES });
    const before = scene.sandbox.live(scene.scene.waiting.id);
    const { content } = await scene.apply();
    expect(content).toMatchObject({ status: 'applied', notices: ['Live now: 3 records, exactly as approved.'] });
    expect(scene.sandbox.live(scene.scene.waiting.id)).not.toEqual(before);
    expect(scene.sandbox.live(scene.scene.waiting.id)).toEqual(scene.sandbox.saved(scene.scene.waiting.id));
  });

  test('the form shows the plan and has nothing filled in', async () => {
    const { apply, forms } = await guardScene({ era, answer: () => CANCEL });
    const { plan, code } = confirmationOf(await apply());
    expect(forms).toHaveLength(1);
    const [form] = forms;
    const first = [...headlinesOf(plan), 'Asked because it makes pending changes go live.', ''];
    expect(form?.message.startsWith(first.join('\n'))).toBe(true);
    expect(form?.message).toContain(`Question ${code}. Saying nothing changes nothing.`);
    expect(form?.requestedSchema).toEqual({
      type: 'object',
      properties: { approve: { type: 'string', title: 'Do this?', enum: ['no', 'yes'] } },
      required: ['approve'],
    });
  });

  const unclear: Readonly<Record<string, Fields>> = {
    cancel: CANCEL,
    'accept without content': { action: 'accept' },
    'accept with empty content': { action: 'accept', content: {} },
    'accept with true': { action: 'accept', content: { approve: true } },
    'accept with another spelling': { action: 'accept', content: { approve: 'Yes' } },
    'accept with another field': { action: 'accept', content: { confirm: 'yes' } },
    'accept with a field too many': { action: 'accept', content: { approve: 'yes', note: 'go' } },
    'accept with a name that was not asked for': { action: 'accept', content: { approve: 'yes', name: 'production' } },
    'accept with a list': { action: 'accept', content: { approve: ['yes'] } },
    'accept by its prototype': { action: 'accept', content: { ['__proto__']: { approve: 'yes' } } },
  };
  test.each(Object.keys(unclear))('%s is no answer: nothing is sent, and the question waits', async (kind) => {
    const scene = await guardScene({ era, answer: () => YES });
    const check = untouched(scene);
    const host = rawHost(scene.client, era);
    const { result } = await host.callAnswering('apply_changeset', { changesetId: scene.pending() }, unclear[kind]);
    const { confirmation_required: confirmation } = contentOf(result) as { confirmation_required: Fields };
    const { code, message } = confirmation;
    expect(message).toContain(`run: zero-mcp approve ${code}`);
    check();
    expect(await scene.recordOf(String(code))).not.toHaveProperty('decision.decision');
    expect(journalOf(scene.stateDirectory).map(({ kind }) => kind)).toEqual(['opened', 'question']);
  });

  const malformed: Readonly<Record<string, Fields>> = {
    'no action': { content: { approve: 'yes' } },
    'another action': { action: 'approve', content: { approve: 'yes' } },
    'content that is a list': { action: 'accept', content: ['yes'] },
    'content that is a text': { action: 'accept', content: 'yes' },
    'an empty answer': {},
  };
  test.each(Object.keys(malformed))('%s is malformed: nothing is sent', async (kind) => {
    const scene = await guardScene({ era, answer: () => YES });
    const check = untouched(scene);
    const host = rawHost(scene.client, era);
    const answer = await host.callAnswering('apply_changeset', { changesetId: scene.pending() }, malformed[kind]);
    expect(JSON.stringify(answer)).toMatch(/confirmation_required|Invalid result for elicitation\/create/);
    check();
    expect((await scene.store.list()).map(({ decision }) => decision)).toEqual([undefined]);
  });

  test.each([
    ['decline', DECLINE],
    ['no', NO],
  ])('%s: nothing is sent, and for ten minutes nobody is asked again', async (_, answer) => {
    const scene = await guardScene({ era, answer: () => answer });
    const check = untouched(scene);
    const at = new Date(scene.clock.now()).toISOString();
    const until = new Date(Date.parse(String(at)) + 10 * MINUTE).toISOString();
    const refusal = `A person declined this at ${at}.\nNext: Nothing was sent. Don't retry: until ${until} the same call is refused unasked. Ask what to change.`;
    for (const minutes of [0, 5, 5]) {
      scene.clock.advance(minutes * MINUTE);
      const { isError, content } = await scene.apply();
      expect(isError).toBe(true);
      expect(content).toEqual({ error: { kind: 'refused', message: refusal } });
    }
    expect(scene.forms).toHaveLength(1);
    scene.clock.advance(1);
    await scene.apply();
    expect(scene.forms).toHaveLength(2);
    check();
    expect(journalOf(scene.stateDirectory)[2]).toMatchObject({ kind: 'decision', decision: 'declined' });
  });

  test('a host that fails while it asks: nothing is sent, and the question can be answered out of band', async () => {
    const scene = await guardScene({
      era,
      answer: () => {
        throw new Error('the window was closed');
      },
    });
    const check = untouched(scene);
    if (era === 'modern') await expect(scene.apply()).rejects.toThrow('the window was closed');
    else confirmationOf(await scene.apply());
    check();
    const [record] = await scene.store.list();
    expect(await scene.decide(String(record?.question.code))).toBe(true);
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });

  describe('what cannot be got back', () => {
    const remove = (scene: Scene) =>
      [
        'delete_service_account',
        { clusterId: scene.scene.waiting.id, serviceAccountId: serviceAccountOf(scene) },
      ] as const;
    const typed = async (answerOf: (plan: Plan) => unknown) => {
      let plan: Plan | undefined;
      const scene = await guardScene({ era, answer: () => plan && answerOf(plan) });
      const { call } = await scene.another({ era, answer: undefined });
      plan = (await asked({ call }, ...remove(scene))).plan;
      return { scene, plan, name: String(plan.typedName) };
    };

    test('the name, typed, sends it once', async () => {
      const { scene, name } = await typed((plan) => ({ action: 'accept', content: { name: plan.typedName } }));
      await scene.ok(...remove({ ...scene }));
      expect(scene.forms[0]?.requestedSchema).toEqual({
        type: 'object',
        properties: {
          name: { type: 'string', title: `Type ${name} to do this`, description: `Exactly: ${name}` },
        },
        required: ['name'],
      });
      expect(writes(scene.sandbox)).toEqual(['DELETE delete_service_account']);
    });

    test.each<[string, (name: string) => Fields]>([
      ['a yes without the name', () => ({ approve: 'yes' })],
      ['another name', (name) => ({ name: `${name}x` })],
      ['another case', (name) => ({ name: name.toUpperCase() === name ? name.toLowerCase() : name.toUpperCase() })],
      ['a space too many', (name) => ({ name: `${name} ` })],
      ['the name and a yes', (name) => ({ name, approve: 'yes' })],
      ['nothing', () => ({})],
    ])('%s sends nothing', async (_, content) => {
      const { scene } = await typed((plan) => ({ action: 'accept', content: content(String(plan.typedName)) }));
      const check = untouched(scene);
      await asked(scene, ...remove(scene));
      expect(scene.forms).toHaveLength(1);
      check();
    });
  });

  test('--approval person never asks the host', async () => {
    const scene = await guardScene({ era, approval: 'person', answer: () => YES });
    const check = untouched(scene);
    const { code } = confirmationOf(await scene.apply());
    await asked(scene, 'create_route', routeOf(scene.scene.automatic.namespaceId));
    expect(scene.forms).toEqual([]);
    check();
    await scene.decide(code);
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
    expect(journalOf(scene.stateDirectory).find(({ kind }) => kind === 'intent')).toMatchObject({
      channel: 'terminal',
      approver: 'ada',
    });
  });

  test('a plan that is too long for the host goes out of band', async () => {
    const scene = await guardScene({ era, answer: () => YES });
    for (let index = 0; index < 26; index += 1) scene.strangerEdits(`Berth ${index}`);
    const check = untouched(scene);
    const { plan } = confirmationOf(await scene.apply());
    expect(plan.entities.length).toBeGreaterThan(25);
    expect(plan.complete).toBe(true);
    expect(scene.forms).toEqual([]);
    check();
  });

  test('a plan that is not complete goes out of band', async () => {
    const scene = await guardScene({ era, answer: () => YES });
    const changesetId = scene.pending();
    await scene.apply();
    const { plan } = await asked(scene, 'apply_changeset', { changesetId });
    expect(plan.headline).toMatch(/^Zero did not say what is in this changeset of cluster /);
    expect(plan.typedName).toBe(scene.scene.waiting.name);
    expect(scene.forms).toHaveLength(1);
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });

  test('ten questions an hour go to the host, the rest out of band', async () => {
    const scene = await guardScene({ era, answer: () => CANCEL });
    const ask = (number: number) =>
      asked(scene, 'create_service_account', {
        clusterId: scene.scene.waiting.id,
        userId: `quay-${number}`,
        description: '',
      });
    for (let number = 1; number <= 12; number += 1) await ask(number);
    expect(scene.forms).toHaveLength(10);
    const other = await scene.another({ token: otherToken(scene) });
    await asked(other, 'create_service_account', {
      clusterId: scene.scene.waiting.id,
      userId: 'quay-1',
      description: '',
    });
    expect(scene.forms).toHaveLength(11);
    scene.clock.advance(HOUR + 1);
    await ask(13);
    expect(scene.forms).toHaveLength(12);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('the same question ten times an hour, not more', async () => {
    const scene = await guardScene({ era, answer: () => CANCEL });
    for (let number = 1; number <= 12; number += 1) confirmationOf(await scene.apply());
    expect(scene.forms).toHaveLength(10);
    expect(await scene.store.list()).toHaveLength(1);
    scene.clock.advance(HOUR + 1);
    confirmationOf(await scene.apply());
    expect(scene.forms).toHaveLength(11);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('--confirm drafts asks about drafts that would wait', async () => {
    const scene = await guardScene({ era, confirmDrafts: true, answer: () => YES });
    const before = liveState(scene.sandbox, scene.scene);
    await scene.ok('create_route', routeOf(scene.scene.waiting.namespaceId));
    expect(scene.forms[0]?.message).toContain('Asked because this server asks about drafts too.');
    expect(writes(scene.sandbox)).toEqual(['POST create_route']);
    expect(liveState(scene.sandbox, scene.scene)).toBe(before);
  });
});

describe.each(eras)('a host that cannot ask, %s protocol', (era) => {
  test.each(kinds)('%s waits for a person, goes once after their yes, and never again', async (kind) => {
    const [name, inputOf, sent] = calls[kind];
    const scene = await guardScene({ era });
    const input = inputOf(scene);
    const check = untouched(scene);
    const { code, message, expiresAt } = await asked(scene, name, input);
    expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/);
    expect(message).toContain(`Nothing was sent: a person must confirm this first, because `);
    expect(message).toContain(`Tell the person: "To see and decide it, run: zero-mcp approve ${code}".`);
    expect(Date.parse(expiresAt)).toBe(scene.clock.now() + 24 * HOUR);
    expect((await asked(scene, name, input)).code).toBe(code);
    check();

    expect(await scene.decide(code)).toBe(true);
    const done = await scene.ok(name, input);
    expect(done).not.toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([sent]);

    const { outcome } = await scene.recordOf(code);
    expect(outcome?.result).toBe('done');
    const again = await scene.call(name, input);
    if (kind === 'an apply' || kind === 'auto-apply turned on') {
      // The world isn't the same any more: it is another question, or there is nothing left to do.
      expect(again.content).not.toHaveProperty('status');
    } else {
      expect(again.isError).toBe(false);
      const said = `Nothing was sent: this approval was used at ${outcome?.at}. The answer then is repeated here.`;
      expect(again.content).toEqual({ already_done: { code, message: said, outcome } });
    }
    expect(writes(scene.sandbox)).toEqual([sent]);
  });

  test('changed arguments are another question', async () => {
    const scene = await guardScene({ era });
    const input = routeOf(scene.scene.automatic.namespaceId);
    const { code } = await asked(scene, 'create_route', input);
    await scene.decide(code);
    const check = untouched(scene);
    for (const change of [{ to: ['http://elsewhere:80'] }, { name: 'Tide Tables' }, { showErrorDetails: true }]) {
      const other = await asked(scene, 'create_route', { ...input, ...change });
      expect(other.code).not.toBe(code);
    }
    check();
    await scene.ok('create_route', input);
    expect(writes(scene.sandbox)).toEqual(['POST create_route']);
  });

  test('another API token is another principal: one approval covers one of them', async () => {
    const scene = await guardScene({ era });
    const input = { clusterId: scene.scene.waiting.id, userId: 'night-batch', description: 'Night batch' };
    const other = await scene.another({ token: otherToken(scene) });
    const { code } = await asked(scene, 'create_service_account', input);
    await scene.decide(code);
    expect((await asked(other, 'create_service_account', input)).code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual([]);
    await scene.ok('create_service_account', input);
    expect(writes(scene.sandbox)).toEqual(['POST create_service_account']);
  });
});

describe('time', () => {
  test.each([
    ['ten minutes', 10 * MINUTE, true],
    ['ten minutes and a moment', 10 * MINUTE + 1, false],
    ['a clock moved back a moment', -1, false],
    ['a clock moved back a day', -24 * HOUR, false],
  ])('a yes, %s later', async (_, later, holds) => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    scene.clock.advance(later);
    const result = await scene.apply();
    expect(writes(scene.sandbox)).toEqual(holds ? ['POST apply_changeset'] : []);
    if (!holds) expect(confirmationOf(result).code).not.toBe(code);
  });

  test.each([
    ['24 hours', 24 * HOUR, true],
    ['24 hours and a moment', 24 * HOUR + 1, false],
    ['a clock moved back', -HOUR, false],
  ])('a question that nobody answers, %s later', async (_, later, holds) => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    scene.clock.advance(later);
    expect(confirmationOf(await scene.apply()).code === code).toBe(holds);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('an answer that a host brings too late is none', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const args = { changesetId: scene.pending() };
    const { result } = await host.request({ name: 'apply_changeset', arguments: args });
    scene.clock.advance(24 * HOUR + 1);
    const late = await host.request({
      name: 'apply_changeset',
      arguments: args,
      requestState: result?.requestState,
      inputResponses: { approval: YES },
    });
    expect(JSON.stringify(late)).toContain('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
    expect((await scene.store.list()).map(({ decision }) => decision)).toEqual([undefined, undefined]);
  });

  test('what was done is repeated for ten minutes, then it is a new question', async () => {
    const scene = await guardScene();
    const input = { clusterId: scene.scene.waiting.id, userId: 'night-batch', description: 'Night batch' };
    const { code } = await asked(scene, 'create_service_account', input);
    await scene.decide(code);
    await scene.ok('create_service_account', input);
    scene.clock.advance(10 * MINUTE);
    expect(await scene.ok('create_service_account', input)).toHaveProperty('already_done');
    scene.clock.advance(1);
    expect((await asked(scene, 'create_service_account', input)).code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual(['POST create_service_account']);
  });
});

describe('no', () => {
  test('a person at a terminal declines: refused, and the host is not asked', async () => {
    const scene = await guardScene({ answer: () => YES });
    const { call } = await scene.another({ answer: undefined });
    const { code } = confirmationOf(await scene.apply({ call }));
    await scene.decide(code, 'declined');
    const { isError, text } = await scene.apply();
    expect(isError).toBe(true);
    expect(text).toContain("Nothing was sent. Don't retry: until ");
    expect(scene.forms).toEqual([]);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('a terminal turns a no into a yes, once; the host that declined cannot', async () => {
    const scene = await guardScene({ answer: () => DECLINE });
    expect((await scene.apply()).isError).toBe(true);
    const [declined] = await scene.store.list();
    const { id, code } = declined?.question ?? { id: '', code: '' };
    const at = new Date(scene.clock.now()).toISOString();
    expect(await scene.store.decide(id, { decision: 'approved', channel: 'host', approver: 'harness', at })).toBe(
      false,
    );
    expect((await scene.apply()).isError).toBe(true);
    expect(writes(scene.sandbox)).toEqual([]);
    expect(await scene.decide(code)).toBe(true);
    expect(await scene.decide(code)).toBe(false);
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });

  test('a yes is not turned into a no, nor into another yes', async () => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    expect(await scene.decide(code)).toBe(true);
    expect(await scene.decide(code, 'declined')).toBe(false);
    expect(await scene.decide(code)).toBe(false);
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
  });
});
