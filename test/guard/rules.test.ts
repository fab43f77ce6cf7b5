import { describe, expect, test } from 'vitest';
import { answerQuestion } from '../../src/guard/out-of-band.js';
import { Rules } from '../../src/rails/rules.js';
import type { OperatorRules } from '../../src/rails/rules-file.js';
import type { Fields } from '../harness.js';
import { writes } from '../scene.js';
import { asked, confirmationOf, guardScene, journalOf, routeOf, YES } from './guard-scene.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;

const rulesOf = (rules: unknown): OperatorRules => ({ acceptedRisks: [], ...Rules.parse(rules) });

const INGRID = 'ingrid.solvang@tidewrack.example';
const WIKI = 'https://wiki.apps.tidewrack.example';
const CONTRACTORS = 'Contractors, office hours';
/** Of no network that the seed denies. */
const OFFICE = '203.0.113.7';
const STAFF = [{ allow: { and: [{ domain: { is: 'tidewrack.example' } }] } }];
const PUBLIC = [{ allow: { and: [{ accept: true }] } }];

/** Broken by the seed's status page, and by nothing else that runs. */
const neverPublic = { invariants: [{ neverPublic: ['*'] }] };

/** A route of the cluster that waits. */
function routeNamed({ scene }: Scene, name: string) {
  return found(scene.routesOf(scene.waiting), name);
}

/** The id of a policy of that cluster, or of the namespace above all. */
function policyNamed({ scene }: Scene, name: string): string {
  return found([...scene.policiesOf(scene.waiting), ...scene.policiesOf({ namespaceId: scene.rootNamespaceId })], name)
    .id;
}

function found<Record extends Fields>(records: readonly Record[], name: string): Record {
  const record = records.find((one) => one.name === name);
  if (!record) throw new Error(`the seed has no ${name}`);
  return record;
}

/** Makes a route of the cluster that waits public: the policy for public pages on it. */
const open = (scene: Scene, route: string) => ({
  routeId: routeNamed(scene, route).id,
  policyIds: [policyNamed(scene, 'Public pages')],
});

const isRefused = (message: string, operation: string) =>
  expect(message).toMatch(new RegExp(`^${operation}: the operator's rules forbid this\\. `));

function refusalsIn({ stateDirectory }: Scene): readonly unknown[] {
  return journalOf(stateDirectory).flatMap(({ kind, operation, reason }) =>
    kind === 'refusal' ? [{ operation, reason }] : [],
  );
}

describe.each(['guarded', 'unattended'] as const)('what the rules forbid is not sent, %s', (mode) => {
  test('a draft that would break an invariant', async () => {
    const scene = await guardScene({ mode, rules: rulesOf(neverPublic) });
    const message = await scene.fails('update_route', open(scene, 'Wiki'));
    isRefused(message, 'update_route');
    expect(message).toContain('The rule "never public: *" would be broken by route "Wiki": everyone on the internet');
    expect(message).toContain('Nothing was sent, and no approval changes that.');
    expect(writes(scene.sandbox)).toEqual([]);
    expect(refusalsIn(scene)).toEqual([
      { operation: 'patch_route', reason: expect.stringContaining('The rule "never public: *" would be broken') },
    ]);
    expect(await scene.store.list()).toEqual([]);
  });

  test('a draft that a policy test fails with', async () => {
    const tests = [{ who: INGRID, url: WIKI, from: OFFICE, expect: 'allow' }];
    const scene = await guardScene({ mode, rules: rulesOf({ tests }) });
    const wiki = routeNamed(scene, 'Wiki').id;
    const message = await scene.fails('update_route', {
      routeId: wiki,
      policyIds: [policyNamed(scene, CONTRACTORS)],
    });
    isRefused(message, 'update_route');
    expect(message).toContain(
      `The test "${INGRID} opens ${WIKI} from ${OFFICE} → allow" would fail: route "Wiki": denied:403.`,
    );
    expect(writes(scene.sandbox)).toEqual([]);
    await scene.ok('update_route', { routeId: wiki, description: 'Owner: Ole.' });
    expect(writes(scene.sandbox)).toEqual(['PATCH patch_route']);
  });

  test('what is broken already stops nothing, its repair least of all; making it worse is stopped', async () => {
    const rules = { invariants: [{ onlyDomains: { domains: ['tidewrack.example'], hosts: ['partners.*'] } }] };
    const scene = await guardScene({ mode, rules: rulesOf(rules) });
    const portal = routeNamed(scene, 'Partner portal');
    const set = (ppl: unknown) => ({ policyId: policyNamed(scene, 'Partner portal'), ppl });
    isRefused(await scene.fails('update_policy', set(PUBLIC)), 'update_policy');
    expect(writes(scene.sandbox)).toEqual([]);
    await scene.ok('update_route', { routeId: portal.id, description: 'Pilot.' });
    await scene.ok('update_policy', set(STAFF));
    expect(writes(scene.sandbox)).toEqual(['PATCH patch_route', 'PATCH patch_policy']);
  });

  test('an apply that would ship a violating edit of a colleague', async () => {
    const scene = await guardScene({ mode, rules: rulesOf(neverPublic) });
    const { routeId, policyIds } = open(scene, 'Wiki');
    const patch = [{ op: 'replace', path: '/policyIds', value: policyIds }];
    scene.sandbox.as('owner')('patch_route', { routeId, patch });
    const message = await scene.fails('apply_changeset', { changesetId: scene.pending() });
    isRefused(message, 'apply_changeset');
    expect(message).toContain('The rule "never public: *" would be broken by route "Wiki"');
    expect(writes(scene.sandbox)).toEqual([]);
    expect(refusalsIn(scene)).toMatchObject([{ operation: 'apply_changeset' }]);

    // The way out: a draft that repairs it passes, and then the rest can go.
    await scene.ok('update_route', { routeId, policyIds: [policyNamed(scene, 'Company staff')] });
    const { isError: stillRefused } = await scene.apply();
    expect(stillRefused).toBe(false);
  });

  test('rules that cannot be checked', async () => {
    const scene = await guardScene({ mode, rules: rulesOf(neverPublic) });
    const { id } = routeNamed(scene, 'Wiki');
    scene.sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'list_policies', times: 99 });
    const message = await scene.fails('update_route', { routeId: id, description: 'Owner: Ole.' });
    isRefused(message, 'update_route');
    expect(message).toContain("The rules can't be checked: policies could not be read");
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('an admin beside those who may be one: a person, an API user', async () => {
    const rules = { invariants: [{ onlyAdmins: [INGRID] }] };
    const scene = await guardScene({ mode, rules: rulesOf(rules) });
    const invited = await scene.fails('create_organization_invite', { emails: ['eve@other.example'], role: 'admin' });
    expect(invited).toContain('broken by invitation "eve@other.example": an invitation to the role admin.');
    const made = await scene.fails('create_api_access_user', { name: 'Robot', role: 'admin' });
    expect(made).toContain('broken by user "Robot": an API user with the role admin.');
    expect(writes(scene.sandbox)).toEqual([]);
  });
});

test('the several calls of a rollback are held to the rules together', async () => {
  const url = 'https://tide-tables.example.com';
  const tests = [{ who: INGRID, url, from: OFFICE, expect: 'allow' }];
  const scene = await guardScene({ rules: rulesOf({ tests }) });
  const staff = policyNamed(scene, 'Company staff');
  const { meta } = await scene.call(
    'create_route',
    routeOf(scene.scene.waiting.namespaceId, undefined, { policyIds: [staff] }),
  );
  const { line, chain } = meta.journal as { line: number; chain: string };
  const sent = writes(scene.sandbox);
  const message = await scene.fails('rollback', { chain, line });
  isRefused(message, 'rollback');
  expect(message).toContain(
    `The test "${INGRID} opens ${url} from ${OFFICE} → allow" would fail: no route answers: 404.`,
  );
  expect(writes(scene.sandbox)).toEqual(sent);
});

describe('what would lock people out', () => {
  const me = { me: [INGRID] };
  type Case = readonly [name: string, rules: unknown, call: (scene: Scene) => readonly [string, Fields], says: string];

  const cases: readonly Case[] = [
    [
      'the own people',
      me,
      (scene) => [
        'update_route',
        { routeId: routeNamed(scene, 'Wiki').id, policyIds: [policyNamed(scene, CONTRACTORS)] },
      ],
      `${INGRID} can't open "Wiki" any more.`,
    ],
    [
      'this server',
      { self: WIKI },
      (scene) => ['delete_route', { routeId: routeNamed(scene, 'Wiki').id }],
      'This server can\'t be reached any more: its route "Wiki" no longer answers.',
    ],
    [
      'everybody from a route',
      {},
      (scene) => ['update_route', { routeId: routeNamed(scene, 'Wiki').id, policyIds: [] }],
      'Nobody can open "Wiki" any more.',
    ],
    [
      'by the address where people sign in',
      {},
      ({ scene }) => [
        'update_settings',
        { clusterId: scene.waiting.id, authenticateServiceUrl: 'https://login.tidewrack.example' },
      ],
      'Nobody may be able to sign in on cluster "production": the address where people sign in changes.',
    ],
    [
      'by the identity provider',
      {},
      ({ scene }) => ['update_settings', { clusterId: scene.waiting.id, identityProvider: 'google' }],
      'Nobody may be able to sign in on cluster "production": the identity provider changes.',
    ],
    [
      'the last owner, who hands the organization over',
      {},
      (scene) => [
        'update_organization',
        { organizationId: scene.scene.organizationId, ownerUserId: userOf(scene, 'tomas') },
      ],
      'The owner hands the organization over; only the new owner can undo that.',
    ],
    [
      'the account of this server, which leaves',
      {},
      () => ['leave_organization', {}],
      'The account that this server works with loses the organization.',
    ],
    [
      'the last owner, who is removed',
      me,
      (scene) => ['remove_user_from_organization', { userId: userOf(scene, 'ingrid') }],
      'Nobody is left who owns the organization.',
    ],
  ];

  const sceneOf = (rules: unknown, options: Parameters<typeof guardScene>[0] = {}) =>
    guardScene({ rules: rulesOf(rules), answer: () => YES, ...options });

  test.each(cases)('%s: the host is not asked, and a yes takes typed words', async (_, rules, call, says) => {
    const scene = await sceneOf(rules, { confirmDrafts: true });
    const { plan, code } = await asked(scene, ...call(scene));
    expect(scene.forms).toEqual([]);
    expect(plan.access?.lockOuts).toContain(says);
    expect(writes(scene.sandbox)).toEqual([]);
    expect(plan.typedName).toBeDefined();
    expect((await scene.recordOf(code)).question.plan.typedName).toBe(plan.typedName);
  });

  test.each(cases.slice(0, 3))('%s: unattended mode asks too', async (_, rules, call, says) => {
    const scene = await sceneOf(rules, { mode: 'unattended' });
    const { plan } = await asked(scene, ...call(scene));
    expect(plan.access?.lockOuts).toContain(says);
    expect(plan.reason).toBe('it would lock people out');
    expect(plan.typedName).toBe('lock out');
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('the words, typed out of band, let the call go once', async () => {
    const scene = await sceneOf(me, { mode: 'unattended' });
    const input = { routeId: routeNamed(scene, 'Wiki').id, policyIds: [policyNamed(scene, CONTRACTORS)] };
    const { code } = await asked(scene, 'update_route', input);
    const { id } = (await scene.recordOf(code)).question;
    const yes = { decision: 'approved', channel: 'terminal', approver: 'ada' } as const;
    const type = (typedName: string) => answerQuestion(scene.store, id, { ...yes, typedName }, scene.clock.now());
    expect(await type('yes')).toBe('wrong name');
    await asked(scene, 'update_route', input);
    expect(writes(scene.sandbox)).toEqual([]);
    expect(await type('lock out')).toBe('recorded');
    await scene.ok('update_route', input);
    expect(writes(scene.sandbox)).toEqual(['PATCH patch_route']);
  });

  test('a draft that waits is not asked about in guarded mode, whatever other rules there are; its apply is', async () => {
    const scene = await sceneOf({ ...me, ...neverPublic });
    await scene.ok('update_route', {
      routeId: routeNamed(scene, 'Wiki').id,
      policyIds: [policyNamed(scene, CONTRACTORS)],
    });
    const { plan } = confirmationOf(await scene.apply());
    expect(plan.access?.lockOuts).toEqual([`${INGRID} can't open "Wiki" any more.`]);
  });

  test('an apply that ships a lock-out of a colleague', async () => {
    const scene = await sceneOf(me);
    const { id } = routeNamed(scene, 'Wiki');
    const patch = [{ op: 'replace', path: '/policyIds', value: [policyNamed(scene, CONTRACTORS)] }];
    scene.sandbox.as('owner')('patch_route', { routeId: id, patch });
    const { plan } = confirmationOf(await scene.apply());
    expect(plan.access?.lockOuts).toEqual([`${INGRID} can't open "Wiki" any more.`]);
    expect(plan.typedName).toBe('lock out');
    expect(scene.forms).toEqual([]);
  });
});

function userOf({ sandbox }: Scene, name: string): string {
  const users = sandbox.as('admin')('list_users_in_organization', {}) as readonly { id: string; email: string }[];
  return users.find(({ email }) => email.startsWith(name))?.id ?? '';
}

describe.each(['modern', 'legacy'] as const)('the form, %s protocol', (era) => {
  test('begins with what the change means for access', async () => {
    const scene = await guardScene({ era, answer: () => YES, confirmDrafts: true });
    const { routeId, policyIds } = open(scene, 'Wiki');
    await scene.ok('update_route', { routeId, policyIds: [...policyIds, policyNamed(scene, 'Company staff')] });
    const [first, second] = scene.forms[0]?.message.split('\n') ?? [];
    expect(first).toBe('"wiki.apps.tidewrack.example" becomes open to the internet; nobody loses.');
    expect(second).toBe('Update a route on cluster "production": "Wiki" (1 field).');
  });

  test('never comes for a lock-out', async () => {
    const scene = await guardScene({ era, answer: () => YES, confirmDrafts: true });
    const { plan } = await asked(scene, 'update_route', { routeId: routeNamed(scene, 'Wiki').id, policyIds: [] });
    expect(plan.access?.lockOuts).toEqual(['Nobody can open "Wiki" any more.']);
    expect(scene.forms).toEqual([]);
  });
});

test('only the cluster that an apply goes to counts: what waits in another is not its doing', async () => {
  const scene = await guardScene({ rules: rulesOf(neverPublic), answer: () => YES });
  const owner = scene.sandbox.as('owner');
  const { automatic, routesOf } = scene.scene;
  const replace = (path: string, value: unknown) => ({ patch: [{ op: 'replace', path, value }] });
  owner('patch_settings', { clusterId: automatic.id, ...replace('/autoApplyChangesets', false) });
  const { id: policyId } = owner('create_policy', {
    namespaceId: automatic.namespaceId,
    name: 'Open house',
    enforced: false,
    ppl: PUBLIC,
    description: '',
    explanation: '',
    remediation: '',
  }) as { id: string };
  owner('patch_route', { routeId: routesOf(automatic)[0]?.id, ...replace('/policyIds', [policyId]) });
  const { isError, text } = await scene.apply();
  expect(isError, text).toBe(false);
  expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
});
