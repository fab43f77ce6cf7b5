import { describe, expect, test } from 'vitest';
import type { Fields } from '../harness.js';
import { writes } from '../scene.js';
import {
  asked,
  CANCEL,
  type Confirmation,
  DECLINE,
  guardScene,
  journalOf,
  MINUTE,
  NO,
  routeOf,
  YES,
} from './guard-scene.js';
import { rawHost } from './wire.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;

const SWITCH = 'PATCH patch_settings';
const WRITE = 'POST create_route';
const OFF = { action: 'accept', content: { switchOff: 'yes' } };
const KEEP = { action: 'accept', content: { switchOff: 'no' } };

/** A write that auto-apply stops. */
const draftOf = ({ scene }: Scene) => routeOf(scene.automatic.namespaceId);
const write = (scene: Scene) => scene.call('create_route', draftOf(scene));

/** What a confirmation says of its offer. */
const offerOf = (confirmation: Confirmation) =>
  (confirmation as unknown as { offer?: { code: string; headline: string; notes: readonly string[] } }).offer;

const settingOf = ({ sandbox, scene }: Scene) =>
  (sandbox.as('admin')('get_settings', { clusterId: scene.automatic.id }) as Fields).autoApplyChangesets;

const isLive = ({ sandbox, scene }: Scene) => JSON.stringify(sandbox.live(scene.automatic.id)).includes('Tide tables');

describe.each(['modern', 'legacy'] as const)('the host asks twice, %s protocol', (era) => {
  const answers = {
    'yes, and switch off': [YES, OFF, [SWITCH, WRITE]],
    'yes, and leave it on': [YES, KEEP, [WRITE]],
    'yes, and the offer is closed': [YES, CANCEL, [WRITE]],
    'no, but switch off': [NO, OFF, era === 'modern' ? [SWITCH] : []],
    'declined, but switch off': [DECLINE, OFF, era === 'modern' ? [SWITCH] : []],
    'no to both': [NO, KEEP, []],
  } as const;
  // An older host asks one after the other: after a no to the call nothing is offered beside it.
  const offersTo = (own: unknown) => (era === 'legacy' && own !== YES ? 0 : 1);
  test.each(Object.keys(answers) as (keyof typeof answers)[])('%s', async (kind) => {
    const [own, offered, sent] = answers[kind];
    const scene = await guardScene({ era, answer: () => own, answerOffer: () => offered });
    const { isError, content } = await write(scene);
    expect(writes(scene.sandbox)).toEqual(sent);
    expect([scene.forms.length, scene.offers.length]).toEqual([1, offersTo(own)]);
    expect(settingOf(scene)).toBe(!(sent as readonly string[]).includes(SWITCH));
    expect(isLive(scene)).toBe(sent[0] === WRITE);
    expect(isError).toBe(!(sent as readonly string[]).includes(WRITE));
    const said = `Auto-apply of cluster ${JSON.stringify(scene.scene.automatic.name)} was switched off, as a person said.`;
    expect(JSON.stringify(content).includes(JSON.stringify(said).slice(1, -1).replaceAll('"', '"'))).toBe(
      sent[0] === SWITCH,
    );
  });

  test('the offer is a question of its own, with its price and nothing filled in', async () => {
    const scene = await guardScene({ era, answer: () => YES });
    await write(scene);
    const [form] = scene.offers;
    expect(form?.requestedSchema).toEqual({
      type: 'object',
      properties: { switchOff: { type: 'string', title: 'Switch auto-apply off first?', enum: ['no', 'yes'] } },
      required: ['switchOff'],
    });
    expect(form?.message).toMatch(/^An offer, to be done first: auto-apply is switched off\. /);
    expect(form?.message).toContain(
      "! From then on everyone's changes in this cluster, those of Terraform, the ingress controller and scripts included, wait until someone applies them; revocations too.",
    );
    expect(form?.message).toMatch(/! Seen making changes here in the last 30 days: /);
    expect(form?.message).toContain('autoApplyChangesets: true → false');
    expect(scene.forms[0]?.requestedSchema).not.toHaveProperty('properties.switchOff');
  });

  test.each<[string, unknown]>([
    ['the answer to the first question', YES],
    ['both fields', { action: 'accept', content: { approve: 'yes', switchOff: 'yes' } }],
    ['an accept without content', { action: 'accept' }],
    ['true', { action: 'accept', content: { switchOff: true } }],
    ['a name', { action: 'accept', content: { name: 'yes' } }],
  ])('%s is no yes to the offer', async (_, answer) => {
    const scene = await guardScene({ era, answer: () => CANCEL, answerOffer: () => answer });
    await write(scene);
    expect(writes(scene.sandbox)).toEqual([]);
    expect((await scene.store.list()).map(({ decision }) => decision)).toEqual([undefined, undefined]);
  });

  test('a yes to the offer is none to the call', async () => {
    const scene = await guardScene({ era, answer: () => OFF });
    await write(scene);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('an offer that is declined is not made again for ten minutes, a closed one not to the host again', async () => {
    let answer: unknown = KEEP;
    const scene = await guardScene({ era, answer: () => YES, answerOffer: () => answer });
    await write(scene);
    const again = (name: string) => scene.call('create_route', routeOf(scene.scene.automatic.namespaceId, name));
    await again('Quay 1');
    expect(scene.offers).toHaveLength(1);
    scene.clock.advance(10 * MINUTE + 1);
    answer = CANCEL;
    await again('Quay 2');
    await again('Quay 3');
    expect(scene.offers).toHaveLength(2);
    expect(writes(scene.sandbox)).toEqual([WRITE, WRITE, WRITE, WRITE]);
  });
});

describe('out of band', () => {
  test('each question is answered for itself, and the call then does what was said', async () => {
    const scene = await guardScene();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    const offer = offerOf(confirmation);
    expect(confirmation.message).toContain(
      `There they can also answer, for itself, whether auto-apply is switched off first (${offer?.code}).`,
    );
    const { question } = await scene.recordOf(confirmation.code);
    expect((await scene.store.get(String(question.offer)))?.question.code).toBe(offer?.code);

    await scene.decide(String(offer?.code));
    await scene.decide(confirmation.code);
    const { notices } = await scene.ok('create_route', draftOf(scene));
    expect(writes(scene.sandbox)).toEqual([SWITCH, WRITE]);
    expect(notices).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/was switched off, as a person said\.$/),
        expect.stringMatching(/^Saved as a draft/),
      ]),
    );
    expect(isLive(scene)).toBe(false);
    // Both are spent.
    expect((await scene.recordOf(confirmation.code)).outcome?.result).toBe('done');
    expect((await scene.recordOf(String(offer?.code))).outcome?.result).toBe('done');
    const intents = journalOf(scene.stateDirectory).filter(({ kind }) => kind === 'intent');
    expect(intents.map(({ operation, approver }) => [operation, approver])).toEqual([
      ['patch_settings', 'ada'],
      ['create_route', 'ada'],
    ]);
  });

  test('a yes to the offer alone: the call waits as a draft, and nobody has to approve it', async () => {
    const scene = await guardScene();
    const offer = offerOf(await asked(scene, 'create_route', draftOf(scene)));
    await scene.decide(String(offer?.code));
    await scene.ok('create_route', draftOf(scene));
    expect(writes(scene.sandbox)).toEqual([SWITCH, WRITE]);
    expect(isLive(scene)).toBe(false);
  });

  test('with --confirm drafts the call is a new question then, and the answer says what was done', async () => {
    const scene = await guardScene({ confirmDrafts: true });
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    await scene.decide(confirmation.code);
    await scene.decide(String(offerOf(confirmation)?.code));
    const again = await asked(scene, 'create_route', draftOf(scene));
    expect(again.message).toMatch(
      /^Auto-apply of cluster .* was switched off, as a person said\. .*Nothing else was sent: /,
    );
    expect(again.plan.reason).toBe('this server asks about drafts too');
    expect(writes(scene.sandbox)).toEqual([SWITCH]);
    await scene.decide(again.code);
    await scene.ok('create_route', draftOf(scene));
    expect(writes(scene.sandbox)).toEqual([SWITCH, WRITE]);
  });

  test('a yes about drafts that was used before sends nothing again, and the answer says what was done', async () => {
    const scene = await guardScene({ confirmDrafts: true });
    const turn = (value: boolean) => {
      const patch = [{ op: 'replace', path: '/autoApplyChangesets', value }];
      scene.sandbox.as('owner')('patch_settings', { clusterId: scene.scene.automatic.id, patch });
    };
    turn(false);
    await scene.decide((await asked(scene, 'create_route', draftOf(scene))).code);
    await scene.ok('create_route', draftOf(scene));
    turn(true);
    await scene.decide(String(offerOf(await asked(scene, 'create_route', draftOf(scene)))?.code));
    const { content } = await write(scene);
    expect(content).toHaveProperty(
      'already_done.message',
      expect.stringMatching(/^Auto-apply of cluster .* was switched off, as a person said\. .*Nothing else was sent: /),
    );
    expect(writes(scene.sandbox)).toEqual([WRITE, SWITCH]);
  });
});

describe('attacks', () => {
  test('a yes to the call that was given along with one to the offer is not used without it', async () => {
    const scene = await guardScene();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    await scene.decide(confirmation.code);
    await scene.decide(String(offerOf(confirmation)?.code));
    scene.sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'patch_settings' });
    expect((await write(scene)).isError).toBe(true);
    expect((await asked(scene, 'create_route', draftOf(scene))).code).not.toBe(confirmation.code);
    expect(writes(scene.sandbox)).toEqual([SWITCH]);
    expect((await scene.recordOf(confirmation.code)).outcome?.result).toBe('failed');
  });

  test('a process that died with the offer in hand: the yes to the call waits with it', async () => {
    const scene = await guardScene();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    const offer = await scene.recordOf(String(offerOf(confirmation)?.code));
    await scene.decide(confirmation.code);
    await scene.decide(offer.question.code);
    expect(await scene.store.claim(offer.question.id, new Date(scene.clock.now()).toISOString())).toBe(true);
    expect((await write(scene)).content).toHaveProperty('already_done.code', offer.question.code);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('two servers at once: each request leaves once, and the write never goes live', async () => {
    const scene = await guardScene();
    const other = await scene.another();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    await scene.decide(String(offerOf(confirmation)?.code));
    await scene.decide(confirmation.code);
    await Promise.all([scene, other, scene].map(({ call }) => call('create_route', draftOf(scene))));
    expect(writes(scene.sandbox)).toEqual([SWITCH, WRITE]);
    expect(isLive(scene)).toBe(false);
  });

  test('the offer is spent once: auto-apply switched on again is not switched off by it', async () => {
    const scene = await guardScene();
    const offer = offerOf(await asked(scene, 'create_route', draftOf(scene)));
    await scene.decide(String(offer?.code));
    await scene.ok('create_route', draftOf(scene));
    const patch = [{ op: 'replace', path: '/autoApplyChangesets', value: true }];
    scene.sandbox.as('owner')('patch_settings', { clusterId: scene.scene.automatic.id, patch });
    await asked(scene, 'create_route', draftOf(scene));
    await asked(scene, 'create_route', routeOf(scene.scene.automatic.namespaceId, 'Quay'));
    expect(writes(scene.sandbox)).toEqual([SWITCH, WRITE]);
  });

  test('the agent making the offered change itself needs a yes of its own', async () => {
    const scene = await guardScene();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    await scene.decide(String(offerOf(confirmation)?.code));
    const patch = [{ op: 'replace', path: '/autoApplyChangesets', value: false }];
    const own = await asked(scene, 'patch_settings', { clusterId: scene.scene.automatic.id, patch });
    expect(own).not.toHaveProperty('offer');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('answers brought under each other’s keys decide nothing', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const call = { name: 'create_route', arguments: draftOf(scene) };
    const { result } = await host.request(call);
    expect(Object.keys(result?.inputRequests as Fields)).toEqual(['approval', 'offer']);
    const { requestState } = result ?? {};
    const answer = await host.request({ ...call, requestState, inputResponses: { approval: OFF, offer: YES } });
    expect(answer.result?.structuredContent).toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('auto-apply switched on again while the offer is carried out: the call is asked about anew', async () => {
    const scene = await guardScene();
    const confirmation = await asked(scene, 'create_route', draftOf(scene));
    await scene.decide(String(offerOf(confirmation)?.code));
    await scene.decide(confirmation.code);
    let done = false;
    scene.sandbox.onArrival(({ url, method }) => {
      if (done || method !== 'GET' || settingOf(scene) !== false || !url.includes('/settings')) return;
      done = true;
      const patch = [{ op: 'replace', path: '/autoApplyChangesets', value: true }];
      scene.sandbox.as('owner')('patch_settings', { clusterId: scene.scene.automatic.id, patch });
    });
    const again = await asked(scene, 'create_route', draftOf(scene));
    expect(done).toBe(true);
    expect(again.code).not.toBe(confirmation.code);
    expect(writes(scene.sandbox)).toEqual([SWITCH]);
    await asked(scene, 'create_route', draftOf(scene));
    expect(writes(scene.sandbox)).toEqual([SWITCH]);
  });
});

describe('nothing is offered', () => {
  const cases: Readonly<Record<string, (scene: Scene) => readonly [string, Fields]>> = {
    'for an apply': (scene) => ['apply_changeset', { changesetId: scene.pending() }],
    'for what is live by itself': ({ scene }) => [
      'create_service_account',
      { clusterId: scene.automatic.id, userId: 'night-batch', description: 'Night batch' },
    ],
    'for switching auto-apply on': ({ scene }) => [
      'update_settings',
      { clusterId: scene.waiting.id, autoApplyChangesets: true },
    ],
    'for switching it off': ({ scene }) => [
      'update_settings',
      { clusterId: scene.automatic.id, autoApplyChangesets: false },
    ],
    'where the settings cannot be read': (scene) => {
      scene.sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'get_settings', times: 99 });
      return ['create_route', draftOf(scene)];
    },
  };
  test.each(Object.keys(cases))('%s', async (kind) => {
    const scene = await guardScene();
    const [name, input] = cases[kind]?.(scene) ?? ['', {}];
    expect(await asked(scene, name, input)).not.toHaveProperty('offer');
    expect(await scene.store.list()).toHaveLength(1);
  });

  test('it is offered for another setting of a cluster that auto-applies', async () => {
    const scene = await guardScene();
    const change = { clusterId: scene.scene.automatic.id, logLevel: 'debug' };
    const offer = offerOf(await asked(scene, 'update_settings', change));
    await scene.decide(String(offer?.code));
    await scene.ok('update_settings', change);
    expect(writes(scene.sandbox)).toEqual([SWITCH, SWITCH]);
    expect(settingOf(scene)).toBe(false);
  });
});
