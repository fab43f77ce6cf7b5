import { describe, expect, test } from 'vitest';
import { ToolError } from '../../src/errors.js';
import type { Batch } from '../../src/guard/judge.js';
import { newId } from '../../src/guard/new-id.js';
import { UNVERIFIED } from '../../src/guard/verify.js';
import {
  AT,
  apply,
  callOf,
  create,
  gateAlone,
  hostWith,
  LIVE,
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

/** A gate in front of a cluster that waits: drafts pass. */
const waiting = (world: World = {}) => gateAlone({ autoApply: false, ...world });

/** Makes a call, has a person say yes, and answers how to make it again. */
async function approved(batch: Batch, world: World = {}) {
  const gate = gateAlone(world);
  const { question } = questionOf(await gate.send(batch));
  await gate.decide(question);
  gate.asked.length = 0;
  return { ...gate, question, again: (options = {}) => gate.send(batch, options) };
}

const UNJOURNALLED =
  'The journal could not note how this ended: tell the operator. Nothing more will be changed until it can.';

const failure = (message: string, facts = {}) => new ToolError('server_error', message, facts);

describe('a call that needs nobody', () => {
  test('is journalled before it leaves and after it was answered, secrets hidden', async () => {
    const gate = waiting();
    const result = await gate.send(one(create), { host: hostWith() });
    const place = { chain: 'chain', line: 2, hash: 'hash' };
    const data = { id: 'r9', name: 'Tides', updatedAt: AT, identityProviderClientSecret: 'canary' };
    expect(result).toStrictEqual({
      state: 'sent',
      done: [
        {
          answer: { status: 200, data, drift: [], requestId: 'req-7' },
          notices: [WAITS],
          journal: place,
          effect: 'draft',
        },
      ],
    });
    const [intent, outcome, ...others] = gate.entries as readonly { id?: string }[];
    expect(others).toEqual([]);
    expect(intent).toStrictEqual({
      kind: 'intent',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      operation: 'create_route',
      effect: 'draft',
      principal: 'ada#1',
      client: { name: 'host', version: '1' },
      arguments: { redacted: ['organizationId', 'namespaceId', 'name'] },
    });
    expect(outcome).toStrictEqual({
      kind: 'outcome',
      id: intent?.id,
      result: 'done',
      detail: { answer: { ...data, identityProviderClientSecret: '[redacted by zero-mcp]' }, notices: [WAITS] },
      requestId: 'req-7',
    });
  });

  test('has its record in the journal as it was, secrets hidden, and no host where there is none', async () => {
    const gate = waiting();
    await gate.send(one(rename));
    expect(gate.journal()[0]).toStrictEqual({
      kind: 'intent',
      id: expect.any(String),
      operation: 'patch_route',
      effect: 'draft',
      arguments: { redacted: ['organizationId', 'routeId', 'patch'] },
      before: { id: 'r1', name: 'Tides', namespaceId: 'n1', identityProviderClientSecret: '[redacted by zero-mcp]' },
    });
    // Once, by the guard: it looks at the record anyway.
    expect(gate.asked.filter((name) => name === 'get_route')).toHaveLength(1);
  });

  test('says so where its record could not be read', async () => {
    const gate = gateAlone({
      mode: 'unattended',
      answers: { get_cluster: () => failure('no') },
    });
    const result = await gate.send(one(callOf('delete_cluster', { clusterId: 'c1' })));
    expect(result).toMatchObject({
      done: [
        { notices: ['The record could not be read before the change, so this server cannot take the change back.'] },
      ],
    });
    expect(gate.journal()[0]).not.toHaveProperty('before');
  });

  test('answers null to the journal where nothing is answered', async () => {
    const gate = waiting();
    await gate.send(one(remove));
    expect(gate.journal()[1]).toMatchObject({ detail: { answer: null, notices: [WAITS] } });
  });

  test('counts all calls in the first line of the journal', async () => {
    const gate = waiting({ mode: 'unattended' });
    await gate.send({ calls: [create, remove], procedure });
    const sizes = gate.journal().flatMap((entry) => (entry.kind === 'intent' ? [entry.size] : []));
    expect(sizes).toEqual([{ records: 2, deletes: 1 }, undefined]);
  });

  test('can be called back by whoever made it', async () => {
    const { signal } = new AbortController();
    const gate = waiting();
    await gate.send(one(create), { signal });
    expect(gate.sent).toMatchObject([{ name: 'create_route', request: { method: 'POST' } }]);
    expect(gate.sent[0]?.options).toStrictEqual({ signal });
  });

  test('waits for what must come before it', async () => {
    const gate = waiting();
    const stop = failure('not now');
    const sent = gate.send(one(create), {
      beforeSend: async () => {
        throw stop;
      },
    });
    await expect(sent).rejects.toBe(stop);
    expect([gate.sent, gate.entries]).toEqual([[], []]);
  });

  test('does not leave when the journal cannot be written', async () => {
    const gate = waiting({ unwritable: ({ kind }) => kind === 'intent' });
    await expect(gate.send(one(create))).rejects.toThrow('the disk is full');
    expect(gate.sent).toEqual([]);
  });

  test('says that the journal could not note how it ended', async () => {
    const gate = waiting({ unwritable: ({ kind }) => kind === 'outcome' });
    const result = await gate.send(one(create));
    expect(result).toMatchObject({ done: [{ notices: [WAITS, UNJOURNALLED], journal: undefined }] });
  });
});

describe('a call that fails', () => {
  const kinds: readonly (readonly [string, Error, string])[] = [
    ['was refused', failure('Zero said no.', { requestId: 'req-9' }), 'failed'],
    ['may have arrived', failure('Zero said nothing.', { maybeSent: true }), 'unknown'],
    ['broke', new TypeError('it broke'), 'unknown'],
  ];
  test.each(kinds)('and %s is thrown and journalled', async (_, error, result) => {
    const gate = waiting({ answers: { create_route: () => error } });
    await expect(gate.send(one(create))).rejects.toBe(error);
    const requestId = result === 'failed' ? 'req-9' : undefined;
    expect(gate.journal()[1]).toMatchObject({ kind: 'outcome', result, detail: error.message, requestId });
  });

  test('with something that is no error is told as it is', async () => {
    const gate = waiting({ answers: { create_route: () => Promise.reject('odd') } });
    await expect(gate.send(one(create))).rejects.toBe('odd');
    expect(gate.journal()[1]).toMatchObject({ result: 'unknown', detail: 'odd' });
  });

  test.each(kinds)('and %s after a yes spends it accordingly', async (_, error, result) => {
    const { again, store, question } = await approved(one(create), { answers: { create_route: () => error } });
    await expect(again()).rejects.toBe(error);
    expect((await store.get(question.id))?.outcome).toEqual({ at: AT, result, answer: error.message });
  });

  test('before it left says so in the journal', async () => {
    let looks = 0;
    const error = failure('Zero is away.');
    const { again, store, question, journal, sent } = await approved(one(create), {
      // The last look: the call is journalled, the request hasn't left.
      answers: {
        get_organization: () => {
          looks += 1;
          return looks < 3 ? { name: 'Pilots' } : error;
        },
      },
    });
    await expect(again()).rejects.toBe(error);
    expect(sent).toEqual([]);
    const detail = 'Zero is away. Nothing was sent.';
    expect(journal().at(-1)).toMatchObject({ kind: 'outcome', result: 'failed', detail });
    expect((await store.get(question.id))?.outcome).toEqual({ at: AT, result: 'failed', answer: detail });
  });
});

describe('a call that a person has approved', () => {
  test('leaves once, with its question in the journal, and its answer is kept', async () => {
    const { again, sent, journal, store, question } = await approved(one(create));
    const { signal } = new AbortController();
    const result = await again({ signal });
    expect(result).toMatchObject({ state: 'sent', done: [{ notices: [WAITS] }] });
    expect(sent[0]?.options).toStrictEqual({ once: true });
    const { digest, id } = question;
    expect(journal()[0]).toMatchObject({ kind: 'intent', digest, question: id, channel: 'terminal', approver: 'ada' });
    const answer = { id: 'r9', name: 'Tides', updatedAt: AT, identityProviderClientSecret: '[redacted by zero-mcp]' };
    const outcome = { at: AT, result: 'done', answer: { answer, notices: [WAITS] } };
    expect((await store.get(id))?.outcome).toStrictEqual(outcome);
    expect(await again()).toEqual({ state: 'spent', question, outcome });
    expect(sent).toHaveLength(1);
  });

  test('is done all the same when its outcome cannot be kept', async () => {
    const { again, store, question } = await approved(one(create));
    store.finish = async () => {
      throw new Error('the disk is full');
    };
    expect(await again()).toMatchObject({ state: 'sent' });
    expect(await again()).toEqual({ state: 'spent', question, outcome: undefined });
  });

  test('is asked about anew when the facts change at the last look', async () => {
    let looks = 0;
    const { again, store, question, journal, sent } = await approved(one(create), {
      answers: {
        get_organization: () => {
          looks += 1;
          return { name: looks < 3 ? 'Pilots' : 'Harbour masters' };
        },
      },
    });
    const result = questionOf(await again());
    expect(result.question.plan.notes).toEqual(['In Harbour masters.']);
    expect(sent).toEqual([]);
    const answer = 'what was approved changed before it was sent; nothing was sent';
    expect(journal().map(({ kind, result, detail }) => [kind, result, detail])).toEqual([
      ['intent', undefined, undefined],
      ['outcome', 'drifted', answer],
    ]);
    expect((await store.get(question.id))?.outcome).toEqual({ at: AT, result: 'drifted', answer });
  });
});

describe('the effect', () => {
  const effects = ({ journal }: Pick<ReturnType<typeof gateAlone>, 'journal'>) =>
    journal().flatMap(({ kind, effect, tool }) => (kind === 'intent' ? [[effect, tool]] : []));

  test('of a draft that was approved is what its plan says', async () => {
    const gate = await approved(one({ ...rename, tool: operationOf('update_route') }));
    expect(await gate.again()).toMatchObject({ done: [{ effect: 'live' }] });
    expect(effects(gate)).toEqual([['live', 'update_route']]);
  });

  test('of each call of a procedure is its own', async () => {
    const gate = await approved({ calls: [create, rotate], procedure });
    expect(await gate.again()).toMatchObject({ done: [{ effect: 'draft' }, { effect: 'live' }] });
    expect(effects(gate)).toEqual([
      ['draft', undefined],
      ['live', undefined],
    ]);
    expect(gate.journal()[0]).not.toHaveProperty('tool');
  });

  test('of what needs nobody is its own', async () => {
    const gate = waiting();
    expect(await gate.send(one(create))).toMatchObject({ done: [{ effect: 'draft' }] });
    expect(effects(gate)).toEqual([['draft', undefined]]);
  });
});

describe('calls that belong together', () => {
  const policy = callOf('create_policy', { namespaceId: 'n1', name: 'Sailors' });
  const second = callOf('patch_route', {
    routeId: 'r1',
    patch: [{ op: 'replace', path: '/policyIds', value: [newId('Sailors')] }],
  });
  const batch: Batch = { calls: [{ ...policy, creates: 'Sailors' }, second], procedure };

  test('go in order, each with the ids that came before it', async () => {
    const gate = waiting({ answers: { create_policy: () => ({ id: 'p9', updatedAt: AT }) } });
    const result = await gate.send(batch);
    expect(result).toMatchObject({ state: 'sent', done: [{ notices: [WAITS] }, { notices: [WAITS] }] });
    expect(result).not.toHaveProperty('failure');
    expect(gate.names()).toEqual(['create_policy', 'patch_route']);
    const patch = [{ op: 'replace', path: '/policyIds', value: ['p9'] }];
    expect(gate.sent[1]).toMatchObject({ input: { patch }, request: { body: patch } });
  });

  test.each([{ name: 'no id' }, { id: 7 }, null])('stop where the answer has no id: %j', async (answer) => {
    const gate = waiting({ answers: { create_policy: () => answer } });
    const result = await gate.send(batch);
    expect(gate.names()).toEqual(['create_policy']);
    expect(result).toMatchObject({
      state: 'sent',
      failure: { message: 'Zero did not answer the id of the record that was made in the place of Sailors.' },
    });
  });

  test('have no id of what was made under no name', async () => {
    const gate = waiting({ answers: { create_policy: () => ({ id: 'p9', updatedAt: AT }) } });
    await gate.send({ calls: [policy, second], procedure });
    expect(gate.names()).toEqual(['create_policy']);
  });

  test('are one approval, and its outcome is all their answers', async () => {
    const { again, store, question, journal } = await approved({ calls: [create, rename], procedure });
    await again();
    const outcome = (await store.get(question.id))?.outcome;
    expect(outcome).toMatchObject({ result: 'done', answer: [{ answer: { id: 'r9' } }, { answer: { id: 'r1' } }] });
    const intents = journal().filter(({ kind }) => kind === 'intent');
    expect(intents.map((entry) => entry.question)).toEqual([question.id, question.id]);
  });

  test('are read anew once something was sent', async () => {
    let name = 'Tides';
    const gate = waiting({
      answers: {
        get_route: () => ({ id: 'r1', name, namespaceId: 'n1' }),
        patch_route: () => {
          name = 'Quay';
          return { id: 'r1', name, updatedAt: AT };
        },
      },
    });
    await gate.send({ calls: [rename, remove], procedure });
    const before = gate.journal().flatMap(({ kind, before }) => (kind === 'intent' ? [before] : []));
    expect(before).toMatchObject([{ name: 'Tides' }, { name: 'Quay' }]);
  });

  test('stop at the first that fails, and what was done is told', async () => {
    const error = failure('Zero said no.');
    const { again, store, question } = await approved(
      { calls: [create, rename, remove], procedure },
      { answers: { patch_route: () => error } },
    );
    const result = await again();
    expect(result).toMatchObject({ state: 'sent', done: [{ answer: { data: { id: 'r9' } } }], failure: error });
    const done = [
      { answer: { id: 'r9', name: 'Tides', updatedAt: AT, identityProviderClientSecret: '[redacted by zero-mcp]' } },
    ];
    expect((await store.get(question.id))?.outcome).toMatchObject({
      result: 'failed',
      answer: { done, failed: 'Zero said no.' },
    });
  });

  test('stop where the next one would go live by now', async () => {
    const gate = waiting({
      answers: {
        create_route: () => {
          gate.remote.autoApply = true;
          return { id: 'r9', updatedAt: AT };
        },
      },
    });
    const result = await gate.send({ calls: [create, rename], procedure });
    expect(gate.names()).toEqual(['create_route']);
    expect(result).toMatchObject({ failure: { message: `patch_route needs a person now, because ${LIVE}.` } });
    expect(gate.journal().at(-1)).toMatchObject({
      result: 'failed',
      detail: `patch_route needs a person now, because ${LIVE}. Nothing was sent.`,
    });
  });
});

describe('what came of it', () => {
  test('is not looked for where it is live by itself', async () => {
    const { again, asked } = await approved(one(rotate));
    expect(await again()).toMatchObject({ done: [{ notices: [] }] });
    expect(asked).not.toContain('list_activity_logs');
    expect(asked).not.toContain('list_changesets');
  });

  test('of an apply is the changeset as it ended', async () => {
    const told: string[] = [];
    let looks = 0;
    const { again } = await approved(one(apply), {
      plan: (plan) => ({ ...plan, entities: [] }),
      answers: {
        list_changesets: () => {
          looks += 1;
          return [{ id: 's1', status: looks < 2 ? 'applying' : 'applied' }];
        },
      },
    });
    const result = await again({ onProgress: (text: string) => told.push(text) });
    expect(result).toMatchObject({
      done: [
        {
          answer: { status: 200, data: { id: 's1', status: 'applied' } },
          notices: ['Live now: 0 records, exactly as approved.'],
        },
      ],
    });
    expect(told).toEqual(['the changeset is applying']);
  });

  test('of an apply that Zero does not list is what it answered', async () => {
    const { again } = await approved(one(apply), { answers: { list_changesets: () => [] } });
    expect(await again()).toMatchObject({
      done: [
        {
          answer: { data: { id: 's1', status: 'applying' } },
          notices: ['The changeset is "not listed" after 30 s; nothing more was sent.'],
        },
      ],
    });
  });

  test.each([
    ['an apply', apply, 'list_changesets'],
    ['a draft', create, 'list_activity_logs'],
  ])('of %s that cannot be read is said, and nothing is thrown', async (_, call, read) => {
    const { again } = await approved(one(call), { answers: { [read]: () => failure('no') } });
    expect(await again()).toMatchObject({
      state: 'sent',
      done: [{ notices: [`${call.operation.name} was sent. ${UNVERIFIED}`] }],
    });
  });
});
