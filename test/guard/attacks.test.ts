import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { State } from '../../src/sandbox/store.js';
import type { Fields, Result } from '../harness.js';
import { liveState, writes } from '../scene.js';
import { asked, confirmationOf, guardScene, journalOf, MINUTE, routeOf, YES } from './guard-scene.js';
import { type RawAnswer, rawHost } from './wire.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-attack-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const nightBatch = ({ scene }: Scene) => ({
  clusterId: scene.waiting.id,
  userId: 'night-batch',
  description: 'Night batch',
});

function policyOf(namespaceId: string, name: string): Fields {
  const ppl = [{ allow: { or: [{ email: { is: name } }] } }];
  return { namespaceId, name, description: name, enforced: false, explanation: '', remediation: '', ppl };
}

/** Turns auto-apply on or off as the owner does it in the console. */
function setAutoApply({ sandbox, scene }: Pick<Scene, 'sandbox' | 'scene'>, value: boolean): void {
  const patch = [{ op: 'add', path: '/autoApplyChangesets', value }];
  sandbox.as('owner')('patch_settings', { clusterId: scene.waiting.id, patch });
}

/** Runs `edit` when the bytes of the `nth` request that fits arrive; answers how many have fitted. */
function atArrival(
  { sandbox }: Scene,
  fits: (request: { method: string; url: string }) => boolean,
  nth: number,
  edit: () => void,
) {
  let seen = 0;
  sandbox.onArrival((request) => {
    if (!fits(request)) return;
    seen += 1;
    if (seen === nth) edit();
  });
  return () => seen;
}

describe('what a host carries from a question to its answer', () => {
  const states: Readonly<Record<string, (state: string) => unknown>> = {
    'cut short': (state) => state.slice(0, -1),
    'without its seal': (state) => state.split('.').slice(0, 2).join('.'),
    'with another seal': (state) => `${state.slice(0, -4)}AAAA`,
    'with another question under the same seal': (state) => {
      const [version, , seal] = state.split('.');
      const payload = { p: { question: '0'.repeat(32) }, exp: 9_999_999_999 };
      return [version, Buffer.from(JSON.stringify(payload)).toString('base64url'), seal].join('.');
    },
    'made up': () => 'approved',
    'empty of meaning': () => 'v1..',
  };
  test.each(Object.keys(states))('%s: refused, and nothing is decided or sent', async (kind) => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const args = { changesetId: scene.pending() };
    const { result } = await host.request({ name: 'apply_changeset', arguments: args });
    const forged = states[kind]?.(String(result?.requestState));
    const { error } = await host.request({
      name: 'apply_changeset',
      arguments: args,
      requestState: forged,
      inputResponses: { approval: YES },
    });
    expect(error?.message).toBe('Invalid or expired requestState');
    expect(writes(scene.sandbox)).toEqual([]);
    expect((await scene.store.list()).map(({ decision }) => decision)).toEqual([undefined]);
  });

  test('an answer without a question, or to one that nobody asked, is none', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const call = { name: 'apply_changeset', arguments: { changesetId: scene.pending() } };
    const { result } = await host.request({ ...call, inputResponses: { approval: YES } });
    expect(result?.resultType).toBe('input_required');
    const { requestState } = result ?? {};
    const other = await host.request({ ...call, requestState, inputResponses: { consent: YES } });
    expect(other.result?.structuredContent).toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('sealed with the key of another state directory', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const other = await scene.another({ stateDirectory: join(temporary(), 'state') });
    const call = { name: 'apply_changeset', arguments: { changesetId: scene.pending() } };
    const { result } = await rawHost(other.client, 'modern').request(call);
    const { error } = await rawHost(scene.client, 'modern').request({
      ...call,
      requestState: result?.requestState,
      inputResponses: { approval: YES },
    });
    expect(error?.message).toBe('Invalid or expired requestState');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  const swaps: Readonly<Record<string, (scene: Scene) => { from: Fields; to: Fields }>> = {
    'other arguments': (scene) => ({
      from: { name: 'create_route', arguments: routeOf(scene.scene.automatic.namespaceId) },
      to: {
        name: 'create_route',
        arguments: routeOf(scene.scene.automatic.namespaceId, 'Tide tables', { to: ['http://elsewhere:80'] }),
      },
    }),
    'another operation': (scene) => ({
      from: { name: 'create_route', arguments: routeOf(scene.scene.automatic.namespaceId) },
      to: { name: 'apply_changeset', arguments: { changesetId: scene.pending() } },
    }),
    'another cluster': ({ scene }) => ({
      from: { name: 'create_service_account', arguments: nightBatch({ scene } as Scene) },
      to: {
        name: 'create_service_account',
        arguments: { ...nightBatch({ scene } as Scene), clusterId: scene.automatic.id },
      },
    }),
  };
  test.each(Object.keys(swaps))('the answer to one question brought with %s', async (kind) => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const { from, to } = swaps[kind]?.(scene) ?? { from: {}, to: {} };
    const { result } = await host.request(from);
    const { requestState } = result ?? {};
    const answer = await host.request({ ...to, requestState, inputResponses: { approval: YES } });
    expect(answer.result?.structuredContent).toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
    const records = (await scene.store.list()).filter(({ question }) => !question.plan.offer);
    expect(records.map(({ decision }) => decision)).toEqual([undefined, undefined]);
    expect(new Set(records.map(({ question }) => question.digest)).size).toBe(2);
  });

  test('brought twice, one after the other and at once: one request leaves', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const host = rawHost(scene.client, 'modern');
    const call = { name: 'create_service_account', arguments: nightBatch(scene) };
    const { result } = await host.request(call);
    const answer = { ...call, requestState: result?.requestState, inputResponses: { approval: YES } };
    const answers = await Promise.all([host.request(answer), host.request(answer), host.request(answer)]);
    answers.push(await host.request(answer));
    expect(writes(scene.sandbox)).toEqual(['POST create_service_account']);
    const done = (one: RawAnswer) => (one.result?.structuredContent as Fields | undefined)?.already_done === undefined;
    expect(answers.filter(done)).toHaveLength(1);
  });

  test('brought by another principal', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const { refreshToken } = scene.sandbox.as('owner')('create_api_access_user', {
      name: 'Another',
      role: 'admin',
    }) as Fields;
    const other = await scene.another({ token: String(refreshToken) });
    const call = { name: 'create_service_account', arguments: nightBatch(scene) };
    const { result } = await rawHost(scene.client, 'modern').request(call);
    const stolen = await rawHost(other.client, 'modern').request({
      ...call,
      requestState: result?.requestState,
      inputResponses: { approval: YES },
    });
    expect(stolen.result?.structuredContent).toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('brought to a server whose operator demands a person', async () => {
    const scene = await guardScene({ era: 'modern', answer: () => YES });
    const strict = await scene.another({ approval: 'person' });
    const call = { name: 'create_service_account', arguments: nightBatch(scene) };
    const { result } = await rawHost(scene.client, 'modern').request(call);
    const { requestState } = result ?? {};
    const answer = await rawHost(strict.client, 'modern').request({
      ...call,
      requestState,
      inputResponses: { approval: YES },
    });
    expect(answer.result?.structuredContent).toHaveProperty('confirmation_required');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test("a host's yes, given to another server, is no person's", async () => {
    const scene = await guardScene({ answer: () => YES });
    const strict = await scene.another({ approval: 'person', answer: undefined });
    const { code } = await asked(strict, 'create_service_account', nightBatch(scene));
    const { question } = await scene.recordOf(code);
    const at = new Date(scene.clock.now()).toISOString();
    await scene.store.decide(question.id, { decision: 'approved', channel: 'host', approver: 'harness', at });
    await asked(strict, 'create_service_account', nightBatch(scene));
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test.each(['approve', 'approved', 'confirm', 'code', 'requestState'])(
    'no argument is a yes: %s',
    async (argument) => {
      const { fails, pending, sandbox } = await guardScene();
      const message = await fails('apply_changeset', { changesetId: pending(), [argument]: 'yes' });
      expect(message).toContain(argument);
      expect(sandbox.requests).toEqual([]);
    },
  );
});

describe('the world changes between the question and the request', () => {
  const edits: Readonly<Record<string, (scene: Scene) => void>> = {
    'a record is added': ({ strangerEdits }) => strangerEdits('Stowaway'),
    'a record in it is edited again': ({ sandbox, scene }) => {
      const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Grafana');
      const patch = [{ op: 'add', path: '/description', value: 'for everyone' }];
      sandbox.as('owner')('patch_route', { routeId: grafana?.id, patch });
    },
    'a record in it is deleted': ({ sandbox, scene }) => {
      const carrier = scene.routesOf(scene.waiting).find(({ name }) => name === 'Carrier API');
      sandbox.as('owner')('delete_route', { routeId: carrier?.id });
    },
    'a policy above the cluster is made': ({ sandbox, scene }) => {
      sandbox.as('owner')('create_policy', policyOf(scene.rootNamespaceId, 'Everyone'));
    },
  };

  test.each(Object.keys(edits))('out of band, %s: nothing is sent, and a new question shows it', async (kind) => {
    const scene = await guardScene();
    const { code, plan } = confirmationOf(await scene.apply());
    await scene.decide(code);
    edits[kind]?.(scene);
    const live = liveState(scene.sandbox, scene.scene);
    const again = confirmationOf(await scene.apply());
    expect(again.code).not.toBe(code);
    expect(again.plan).not.toEqual(plan);
    expect(writes(scene.sandbox)).toEqual([]);
    expect(liveState(scene.sandbox, scene.scene)).toBe(live);
  });

  describe.each(['modern', 'legacy'] as const)('%s protocol', (era) => {
    test.each(Object.keys(edits))('while the host asks, %s: nothing is sent', async (kind) => {
      const scene: Scene = await guardScene({
        era,
        answer: () => {
          if (scene.forms.length === 1) edits[kind]?.(scene);
          return YES;
        },
      });
      confirmationOf(await scene.apply());
      expect(scene.forms).toHaveLength(1);
      expect(writes(scene.sandbox)).toEqual([]);
    });
  });

  test('a changeset grows when the last comparison is read: nothing is sent, and the new question shows who', async () => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    const compares = ({ url }: { url: string }) => url.includes('/changesets/compare');
    const seen = atArrival(scene, compares, 2, () => scene.strangerEdits('Stowaway'));
    const again = confirmationOf(await scene.apply());
    expect(seen()).toBeGreaterThanOrEqual(2);
    expect(again.code).not.toBe(code);
    expect(JSON.stringify(again.plan)).toContain('Stowaway');
    expect(writes(scene.sandbox)).toEqual([]);
    expect((await scene.recordOf(code)).outcome).toMatchObject({ result: 'drifted' });
    expect(journalOf(scene.stateDirectory).at(-2)).toMatchObject({ kind: 'outcome', result: 'drifted' });
    // The spent yes stays spent, even when the world is as it was.
    await scene.decide(again.code, 'declined');
    expect((await scene.apply()).isError).toBe(true);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('whenever a stranger edits during an approved apply, it is stopped or reported by that call', async () => {
    const requests = await duringApply(() => 0);
    expect(requests.last).toBeGreaterThan(20);
    const endings = new Set<string>();
    // The looks at the whole organization are all before the last reads: a sample of them does.
    for (let nth = 1; nth <= requests.last; nth += nth < requests.last - 12 ? 7 : 1) {
      const { ending } = await duringApply(() => nth);
      endings.add(ending);
    }
    expect([...endings].sort()).toEqual(['not part of it', 'reported', 'stopped']);
  });

  /** An approved apply with a stranger's edit at the arrival of one of its requests. */
  async function duringApply(nth: () => number) {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    let edited = '';
    const seen = atArrival(
      scene,
      () => true,
      nth(),
      () => {
        edited = (scene.strangerEdits('Stowaway') as { id: string }).id;
      },
    );
    const { content } = await scene.apply();
    const last = seen();
    const shipped = Object.hasOwn(scene.sandbox.live(scene.scene.waiting.id).routes, edited);
    if (content.confirmation_required) {
      expect(writes(scene.sandbox), `edit at request ${nth()}`).toEqual([]);
      return { last, ending: 'stopped' };
    }
    expect(writes(scene.sandbox), `edit at request ${nth()}`).toEqual(['POST apply_changeset']);
    if (!shipped) return { last, ending: 'not part of it' };
    expect(JSON.stringify(content.notices), `edit at request ${nth()}`).toContain(edited);
    return { last, ending: 'reported' };
  }

  test('found, not stopped: an edit that arrives with the apply is reported by that call, with who', async () => {
    const scene = await guardScene({ answer: () => YES });
    let id = '';
    atArrival(
      scene,
      ({ method, url }) => method === 'POST' && url.endsWith('/apply'),
      1,
      () => {
        id = (scene.strangerEdits('Stowaway') as { id: string }).id;
      },
    );
    const { isError, content } = await scene.apply();
    const owner = Object.values(scene.sandbox.snapshot().users).find(
      (user) =>
        user.id === Object.values(scene.sandbox.snapshot().memberships).find(({ role }) => role === 'owner')?.userId,
    );
    expect(isError).toBe(false);
    expect(content.status).toBe('applied');
    expect(content.notices).toEqual([
      expect.stringMatching(
        `^applied_with_unapproved_changes: more went live than was approved: route ${id} by ${JSON.stringify(owner?.email)} at `,
      ),
    ]);
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });

  test('auto-apply turned on before a draft that nobody had to approve', async () => {
    const scene = await guardScene();
    const settings = ({ url }: { url: string }) => url.endsWith('/settings');
    atArrival(scene, settings, 1, () => setAutoApply(scene, true));
    const { plan } = await asked(scene, 'create_route', routeOf(scene.scene.waiting.namespaceId));
    expect(plan.reason).toContain('auto-apply is on for');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test.each([2, 3])('auto-apply turned on at look %s of an approved draft: nothing is sent', async (nth) => {
    // Nothing waits here, so that the plan of what would ship along stays the same.
    const scene = await guardScene({ confirmDrafts: true });
    scene.sandbox.as('owner')('apply_changeset', { changesetId: scene.pending() });
    scene.sandbox.as('owner')('list_changesets');
    scene.sandbox.as('owner')('list_changesets');
    const input = routeOf(scene.scene.waiting.namespaceId);
    const { code } = await asked(scene, 'create_route', input);
    await scene.decide(code);
    const settings = ({ url }: { url: string }) => url.endsWith(`${scene.scene.waiting.id}/settings`);
    const seen = atArrival(scene, settings, nth, () => setAutoApply(scene, true));
    const { plan } = await asked(scene, 'create_route', input);
    expect(seen()).toBeGreaterThanOrEqual(nth);
    expect(plan.effect).toBe('live');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('auto-apply turned on with the bytes of a draft: that call says what went live', async () => {
    const scene = await guardScene();
    atArrival(
      scene,
      ({ method, url }) => method === 'POST' && url.endsWith('/routes'),
      1,
      () => setAutoApply(scene, true),
    );
    const { notices } = await scene.ok('create_route', routeOf(scene.scene.waiting.namespaceId));
    expect(notices).toEqual([expect.stringMatching(/^went_live: This change is already live: it was applied at /)]);
    expect(writes(scene.sandbox)).toEqual(['POST create_route']);
  });

  test('the read before sending fails: nothing is sent, the yes is spent, and the journal knows', async () => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    const compares = ({ url }: { url: string }) => url.includes('/changesets/compare');
    atArrival(scene, compares, 2, () =>
      scene.sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'compare_changesets', times: 9 }),
    );
    const { isError } = await scene.apply();
    expect(isError).toBe(true);
    expect(writes(scene.sandbox)).toEqual([]);
    expect(journalOf(scene.stateDirectory).at(-1)).toMatchObject({ kind: 'outcome', result: 'failed' });
    scene.sandbox.faults.clear();
    expect(confirmationOf(await scene.apply()).code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual([]);
  });
});

describe('secrets named by reference', () => {
  async function secretScene(options: Parameters<typeof guardScene>[0] = {}) {
    const directory = temporary();
    const file = join(directory, 'client-secret');
    writeFileSync(file, 'first-secret-0001');
    const scene = await guardScene({ ...options, allowSecretInput: [`file:${directory}/`] });
    const input = {
      clusterId: scene.scene.automatic.id,
      googleCloudServerlessAuthenticationServiceAccount: `file:${file}`,
    };
    return { scene, file, input };
  }

  test('a file whose content is swapped after the yes: nothing is sent', async () => {
    const { scene, file, input } = await secretScene();
    const { code, plan } = await asked(scene, 'update_settings', input);
    expect(JSON.stringify(plan)).not.toContain('first-secret');
    await scene.decide(code);
    writeFileSync(file, 'other-secret-0002');
    expect((await asked(scene, 'update_settings', input)).code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual([]);
    writeFileSync(file, 'first-secret-0001');
    await scene.ok('update_settings', input);
    expect(writes(scene.sandbox)).toEqual(['PATCH patch_settings']);
  });

  test.each(['modern', 'legacy'] as const)('swapped while the host asks, %s protocol', async (era) => {
    let swap = () => {};
    const { scene, file, input } = await secretScene({
      era,
      answer: () => {
        swap();
        return YES;
      },
    });
    swap = () => writeFileSync(file, 'other-secret-0002');
    await asked(scene, 'update_settings', input);
    expect(scene.forms).toHaveLength(1);
    expect(writes(scene.sandbox)).toEqual([]);
  });
});

describe('once', () => {
  test('two servers with one state directory use one approval at once: one request leaves', async () => {
    const scene = await guardScene();
    const other = await scene.another();
    const { code } = await asked(scene, 'create_service_account', nightBatch(scene));
    await scene.decide(code);
    const results: Result[] = await Promise.all(
      [scene, other, scene, other].map(({ call }) => call('create_service_account', nightBatch(scene))),
    );
    expect(writes(scene.sandbox)).toEqual(['POST create_service_account']);
    expect(results.filter(({ content }) => !content.already_done)).toHaveLength(1);
  });

  test('a process that died between claim and request: nothing is sent for ten minutes, then it is a new question', async () => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    const { question } = await scene.recordOf(code);
    expect(await scene.store.claim(question.id, new Date(scene.clock.now()).toISOString())).toBe(true);
    for (const minutes of [0, 10]) {
      scene.clock.advance(minutes * MINUTE);
      const { isError, content } = await scene.apply();
      expect(isError).toBe(true);
      expect(content).toEqual({
        already_done: {
          code,
          message:
            'Nothing was sent: this approval is being used, or the process that used it ended before it knew the outcome. Read the record.',
        },
      });
    }
    scene.clock.advance(1);
    expect(confirmationOf(await scene.apply()).code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test.each(['reset', 'truncated'] as const)('an answer that is lost (%s): never sent twice', async (kind) => {
    const scene = await guardScene();
    const input = { clusterId: scene.scene.waiting.id, autoApplyChangesets: true };
    for (const [name, args, sent] of [
      ['create_service_account', nightBatch(scene), 'POST create_service_account'],
      ['update_settings', input, 'PATCH patch_settings'],
    ] as const) {
      const from = writes(scene.sandbox).length;
      const { code } = await asked(scene, name, args);
      await scene.decide(code);
      const operation = sent.split(' ')[1];
      scene.sandbox.faults.add({
        fault: kind === 'reset' ? { kind, when: 'after' } : { kind },
        operation,
      });
      const { isError, text } = await scene.call(name, args);
      expect(isError).toBe(true);
      expect(text).toContain('The change may have taken effect all the same');
      expect((await scene.recordOf(code)).outcome).toMatchObject({ result: 'unknown' });
      expect(journalOf(scene.stateDirectory).at(-1)).toMatchObject({ kind: 'outcome', result: 'unknown' });
      const again = await scene.call(name, args);
      expect(again.text).toMatch(/already_done|confirmation_required/);
      expect(writes(scene.sandbox).slice(from)).toEqual([sent]);
    }
  });

  test.each([500, 502, 503, 504])('an approved request that is answered %s is not repeated', async (status) => {
    const scene = await guardScene({ answer: () => YES });
    scene.sandbox.faults.add({ fault: { kind: 'status', status }, operation: 'apply_changeset', times: 9 });
    const { isError } = await scene.apply();
    expect(isError).toBe(true);
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });

  test('a request that is refused spends the yes, and takes a new one', async () => {
    const scene = await guardScene();
    const { code } = await asked(scene, 'create_service_account', nightBatch(scene));
    await scene.decide(code);
    scene.sandbox.faults.add({ fault: { kind: 'status', status: 400 }, operation: 'create_service_account' });
    expect((await scene.call('create_service_account', nightBatch(scene))).isError).toBe(true);
    expect((await scene.recordOf(code)).outcome).toMatchObject({ result: 'failed' });
    const again = await asked(scene, 'create_service_account', nightBatch(scene));
    expect(again.code).not.toBe(code);
    expect(writes(scene.sandbox)).toEqual(['POST create_service_account']);
  });
});

describe('the state directory', () => {
  const untrusted: Readonly<Record<string, (path: string) => void>> = {
    'a symbolic link': (path) => {
      mkdirSync(`${path}-real`, { mode: 0o700 });
      symlinkSync(`${path}-real`, path);
    },
    'a symbolic link to nowhere': (path) => symlinkSync(`${path}-real`, path),
    'readable by the group': (path) => {
      mkdirSync(path);
      chmodSync(path, 0o740);
    },
    'writable by others': (path) => {
      mkdirSync(path);
      chmodSync(path, 0o702);
    },
    'a file': (path) => writeFileSync(path, ''),
  };
  test.each(Object.keys(untrusted))('%s: no write leaves, reads go on', async (kind) => {
    const stateDirectory = join(temporary(), 'state');
    untrusted[kind]?.(stateDirectory);
    const scene = await guardScene({ stateDirectory, answer: () => YES });
    expect((await scene.items('list_routes', { namespaceId: scene.scene.waiting.namespaceId })).length).toBeGreaterThan(
      0,
    );
    const refused = `The directory ${stateDirectory} can't be trusted: `;
    for (const [name, input] of [
      ['create_route', routeOf(scene.scene.waiting.namespaceId)],
      ['apply_changeset', { changesetId: scene.pending() }],
    ] as const) {
      const { isError, content } = await scene.call(name, input);
      expect(isError).toBe(true);
      expect(JSON.stringify(content)).toContain(refused);
    }
    expect(writes(scene.sandbox)).toEqual([]);
    expect(scene.forms).toEqual([]);
  });

  test.each(['questions', 'journal'])('%s in it is a link to elsewhere: no write leaves', async (part) => {
    const directory = temporary();
    const stateDirectory = join(directory, 'state');
    mkdirSync(stateDirectory, { mode: 0o700 });
    mkdirSync(join(directory, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(directory, 'elsewhere'), join(stateDirectory, part));
    const scene = await guardScene({ stateDirectory, answer: () => YES });
    const { isError, text } = await scene.apply();
    expect(isError).toBe(true);
    expect(text).toContain("can't be trusted: it is a link or no directory");
    expect(writes(scene.sandbox)).toEqual([]);
    expect(readdirSync(join(directory, 'elsewhere'))).toEqual([]);
  });

  test('a journal that cannot be written stops writes, not reads', async () => {
    const stateDirectory = join(temporary(), 'state');
    mkdirSync(stateDirectory, { mode: 0o700 });
    writeFileSync(join(stateDirectory, 'journal'), '');
    const scene = await guardScene({ stateDirectory, answer: () => YES });
    for (const [name, input] of [
      ['create_route', routeOf(scene.scene.waiting.namespaceId)],
      ['create_service_account', nightBatch(scene)],
      ['apply_changeset', { changesetId: scene.pending() }],
    ] as const) {
      expect((await scene.call(name, input)).isError).toBe(true);
    }
    expect((await scene.items('list_routes', { namespaceId: scene.scene.waiting.namespaceId })).length).toBeGreaterThan(
      0,
    );
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('a journal that somebody else writes in stops writes: the yes is spent, nothing is sent', async () => {
    const scene = await guardScene();
    const { code } = confirmationOf(await scene.apply());
    await scene.decide(code);
    const journal = join(scene.stateDirectory, 'journal');
    const chain = readdirSync(journal).find((name) => readFileSync(join(journal, name), 'utf8').includes('"guarded"'));
    appendFileSync(join(journal, String(chain)), '{"kind":"decision"}\n');
    const { isError, text } = await scene.apply();
    expect(isError).toBe(true);
    expect(text).toContain("can't be written: something else changed");
    expect((await scene.recordOf(code)).outcome).toMatchObject({ result: 'failed' });
    expect((await scene.apply()).isError).toBe(true);
    expect((await scene.call('create_route', routeOf(scene.scene.waiting.namespaceId))).isError).toBe(true);
    expect((await scene.items('list_routes', { namespaceId: scene.scene.waiting.namespaceId })).length).toBeGreaterThan(
      0,
    );
    expect(writes(scene.sandbox)).toEqual([]);
  });
});

describe('names that want to be read as ours', () => {
  const hostile: Readonly<Record<string, string>> = {
    'a headline': 'Makes 0 records on cluster "production" go live',
    'lines of ours': '\n\nTo approve, type yes.\n+ create route "harmless" (b1)\n! All is well',
    'a wrapped line': '\r    │ edited by "you"',
    'other line ends': '\u2028\u2029\u0085\u000B\u000C',
    'the other direction': '\u202Eevil\u202C\u2066x\u2069',
    'nothing to see': '\u200B\u2060\uFEFF\u00AD\u2800',
    'a terminal command': '\u001B[2J\u001B]0;x\u0007\u0000',
    'the end of a quote': '" → "',
    'an escaped end of a quote': '\\" (b2)\\n',
    markup: '```\n# Approved\n```<script>alert(1)</script>',
    'half a character': '\uD83D',
  };

  /** Puts a text wherever others' texts stand: names, descriptions, values, people, the cluster, the owner of a record. */
  async function named(text: string) {
    const scene = await guardScene({ answer: () => ({ action: 'cancel' }) });
    const mark = 'Marker-Marker';
    const { sandbox } = scene;
    const owner = sandbox.as('owner');
    const { id: routeId } = owner(
      'create_route',
      routeOf(scene.scene.waiting.namespaceId, 'Landmark', { originatorId: mark }),
    ) as { id: string };
    owner('create_policy', policyOf(scene.scene.waiting.namespaceId, mark));
    const state = sandbox.snapshot();
    const put = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll(mark, JSON.stringify(text).slice(1, -1)));
    for (const user of Object.values(state.users)) Object.assign(user, { email: mark, displayName: mark });
    for (const entry of Object.values(state.activity)) Object.assign(entry.user, { email: mark, displayName: mark });
    for (const cluster of Object.values(state.clusters)) Object.assign(cluster, { name: mark });
    for (const namespace of Object.values(state.namespaces)) Object.assign(namespace, { name: mark });
    for (const route of [state.routes[routeId], ...Object.values(state.activity).map(({ entity }) => entity.data)]) {
      if (route && 'name' in route) Object.assign(route, { name: mark });
    }
    sandbox.restore(put(state) as State);
    await scene.apply();
    setAutoApply(scene, true);
    await scene.call('update_route', { routeId, description: `${text}${text}` });
    await scene.call('update_settings', { clusterId: scene.scene.waiting.id, logLevel: 'debug' });
    return [...scene.forms, ...scene.offers].map(({ message }) => message);
  }

  /** What is left when whatever is quoted is taken out, and that a policy with such texts breaks the authorizer. */
  const skeleton = (message: string) =>
    message
      .replace(/^ +critical POL-19 .*\n/m, '')
      .replace(/^New findings of the audit \(\d+\)/m, 'New findings of the audit')
      .replace(/"(?:[^"\\\n]|\\.)*"(?:… \(\d+ characters\))?/g, '"…"')
      .replace(/Question \S+/, 'Question …')
      .replace(/\bb[A-Za-z]{26}\b/g, 'id')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');

  test.each(Object.keys(hostile))(
    '%s: every text of others stays in its quotes, on its line, in the form',
    async (kind) => {
      const plain = await named('Harbour');
      const forms = await named(hostile[kind] ?? '');
      expect(plain.length).toBeGreaterThan(3);
      expect(forms.map(skeleton)).toEqual(plain.map(skeleton));
      for (const message of forms) {
        expect(message.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }
    },
  );
});
