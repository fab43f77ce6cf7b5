import { describe, expect, test } from 'vitest';
import { type Plan, planFacts } from '../../src/guard/plan.js';
import { fitsHost, renderPlan } from '../../src/guard/plan-render.js';
import type { Fields } from '../harness.js';
import { planScene, route, type Twist } from './plan-scene.js';

const named = (plan: Plan, name: string) => {
  const found = [...plan.entities, ...plan.waiting].find((entity) => entity.name === JSON.stringify(name));
  if (!found) throw new Error(`the plan has no ${name}`);
  return found;
};

type Compared = { entities: Fields[][]; endChangeset: Fields };

/** Changes the comparison, nothing else. */
const compared =
  (change: (answer: Compared) => unknown): Twist =>
  (name, answer) =>
    name === 'compare_changesets' ? change(answer as Compared) : answer;

describe('a changeset', () => {
  test('is shown record by record, with who edited it and when', async () => {
    const plan = await planScene().apply();
    expect(plan).toMatchObject({
      headline:
        'Makes 3 records on cluster "production" go live: 1 created, 2 updated, 0 deleted. ' +
        '3 of 3 hold edits that were not made through this server.',
      operation: 'apply_changeset',
      effect: 'apply',
      reason: 'it is a test',
      clusters: [{ name: '"production"' }],
      waiting: [],
      complete: true,
      notes: [],
    });
    expect(plan).not.toHaveProperty('typedName');
    expect(named(plan, 'Grafana')).toMatchObject({
      type: 'route',
      action: 'update',
      before: 'known',
      fields: [{ name: 'idleTimeout', after: '"15m"' }],
      editedBy: [{ who: '"priya.raman@tidewrack.example"', at: expect.stringMatching(/T10:06:00/), ours: false }],
      ours: false,
    });
    expect(named(plan, 'Carrier API')).toMatchObject({ action: 'create', before: 'none' });
    expect(named(plan, 'Carrier API').fields).toContainEqual({
      name: 'from',
      after: '"https://carriers.apps.tidewrack.example"',
    });
    expect(named(plan, 'Platform shell').fields.map(({ name }) => name)).toEqual(['description', 'ppl']);
  });

  test('sets apart what this server did itself', async () => {
    const { admin, apply, scene } = planScene();
    admin('create_route', route(scene.waiting.namespaceId));
    const plan = await apply();
    expect(plan.headline).toContain('3 of 4 hold edits that were not made through this server.');
    expect(named(plan, 'Tide tables')).toMatchObject({ ours: true, editedBy: [{ ours: true }] });
    const text = renderPlan(plan);
    expect(text).toContain('\nNot made through this server (3):\n');
    expect(text).toContain('\nMade through this server (1):\n+ create route "Tide tables" (');
  });

  test('a record that others edited too is not our own', async () => {
    const { admin, owner, apply, scene } = planScene();
    const { id } = admin('create_route', route(scene.waiting.namespaceId));
    owner('patch_route', { routeId: id, patch: [{ op: 'add', path: '/timeout', value: '5s' }] });
    const tides = named(await apply(), 'Tide tables');
    expect(tides).toMatchObject({ action: 'create', before: 'none', ours: false });
    expect(tides.editedBy.map(({ ours }) => ours)).toEqual([true, false]);
    expect(tides.fields).toContainEqual({ name: 'timeout', after: '"5s"' });
  });

  test('goes from what is live to what was edited last', async () => {
    const { owner, admin, apply, scene } = planScene();
    const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Grafana');
    const set = (value: string) => [{ op: 'add', path: '/idleTimeout', value }];
    owner('patch_route', { routeId: grafana?.id, patch: set('20m') });
    admin('patch_route', { routeId: grafana?.id, patch: set('25m') });
    const shown = named(await apply(), 'Grafana');
    expect(shown.fields).toEqual([{ name: 'idleTimeout', after: '"25m"' }]);
    expect(shown.editedBy).toHaveLength(3);
  });

  test('shows a deleted record whole', async () => {
    const { owner, apply, scene } = planScene();
    const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Grafana');
    owner('delete_route', { routeId: grafana?.id });
    const plan = await apply();
    expect(plan.headline).toContain('1 created, 1 updated, 1 deleted');
    const shown = named(plan, 'Grafana');
    expect(shown).toMatchObject({ action: 'delete', before: 'known' });
    expect(shown.fields).toContainEqual({ name: 'timeout', before: '"60s"' });
    expect(shown.fields.every(({ after }) => after === undefined)).toBe(true);
  });

  test('tells what was created and deleted again', async () => {
    const { owner, apply, scene } = planScene();
    const { id } = owner('create_route', route(scene.waiting.namespaceId));
    owner('delete_route', { routeId: id });
    const plan = await apply();
    expect(named(plan, 'Tide tables')).toMatchObject({ action: 'delete', before: 'none', fields: [] });
    expect(plan.headline).toContain(
      '4 records on cluster "production" go live: 1 created, 2 updated, 0 deleted, 1 created and deleted again.',
    );
    expect(renderPlan(plan)).toContain('created and deleted again: it was never live');
  });

  test('shows the whole record where nobody knows how it was', async () => {
    const forgets: Twist = (name, answer) =>
      name === 'list_activity_logs'
        ? (answer as { applied: Fields }[]).filter(({ applied }) => applied.at === undefined)
        : answer;
    const plan = await planScene({ twist: forgets }).apply();
    const shown = named(plan, 'Grafana');
    expect(shown).toMatchObject({ action: 'update', before: 'unknown' });
    expect(shown.fields).toContainEqual({ name: 'timeout', after: '"60s"' });
    expect(renderPlan(plan)).toContain('    before: not known\n');
    expect(plan.complete).toBe(true);
  });

  test('names a move and its ends', async () => {
    const { owner, apply, pending, plan, scene } = planScene();
    const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Grafana');
    const patch = [
      { op: 'replace', path: '/namespaceId', value: scene.automatic.namespaceId },
      { op: 'replace', path: '/policyIds', value: [] },
    ];
    owner('patch_route', { routeId: grafana?.id, patch });
    expect(pending(scene.automatic)).toBeUndefined();
    const shown = await apply();
    expect(shown).toMatchObject({ complete: true });
    expect(shown.notes).toContain('route "Grafana" moves from namespace "production" to "staging".');
    expect(named(shown, 'Grafana').fields).toContainEqual({
      name: 'namespaceId',
      before: `"production" (${scene.waiting.namespaceId})`,
      after: `"staging" (${scene.automatic.namespaceId})`,
    });
    expect((await plan('apply_changeset', { changesetId: pending() })).entities).toEqual(shown.entities);
  });

  test('holds what is edited above the cluster, although it is live elsewhere already', async () => {
    const { owner, apply, scene } = planScene();
    const { id } = owner('create_policy', {
      namespaceId: scene.rootNamespaceId,
      name: 'All hands',
      enforced: true,
      ppl: [{ allow: { or: [{ accept: true }] } }],
      description: '',
      explanation: '',
      remediation: '',
    });
    const [entry] = owner('list_activity_logs', { entityId: id }) as unknown as { applied: Fields }[];
    expect(entry?.applied.at).toBeDefined();
    const plan = await apply();
    expect(plan.complete).toBe(true);
    expect(named(plan, 'All hands')).toMatchObject({ type: 'policy', action: 'create' });
  });

  test('warns of records that a tool manages', async () => {
    const { owner, apply, scene } = planScene();
    const managed = scene.routesOf(scene.waiting).find(({ originatorId }) => originatorId === 'terraform');
    owner('patch_route', { routeId: managed?.id, patch: [{ op: 'add', path: '/timeout', value: '9s' }] });
    expect((await apply()).notes).toEqual([
      `route ${JSON.stringify(managed?.name)} is managed by "terraform", which may undo the change or depend on the record.`,
    ]);
  });

  test('is read with one request for each fact', async () => {
    const { apply, reads } = planScene();
    await apply();
    expect(reads.toSorted()).toEqual([
      'compare_changesets',
      ...Array(2).fill('get_policy'), // those that a route names
      ...Array(4).fill('list_activity_logs'), // two namespaces, two records that were live before
      'list_changesets',
      'list_changesets',
      'list_clusters',
      'list_namespaces',
    ]);
  });

  test('a change of nothing that Zero shows says so', async () => {
    const { owner, apply, scene } = planScene({ switches: { echoSecrets: false } });
    const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Stock API');
    const patch = [{ op: 'add', path: '/identityProviderClientSecret', value: 'canary-4711' }];
    owner('patch_route', { routeId: grafana?.id, patch });
    const plan = await apply();
    expect(named(plan, 'Stock API').fields).toEqual([]);
    expect(renderPlan(plan)).toContain('no field that Zero shows differs; a stored secret may');
  });
});

describe('whatever Zero means by it', () => {
  test.each([
    [{ compareFrom: 'beginning' }],
    [{ compareTo: 'newest' }],
    [{ newestApplied: 'current' }],
    [{ defaultLimit: 3 }],
    [{ autoApplyShipsWaiting: false }],
  ] as const)('the plan is the same under %j', async (switches) => {
    const now = () => Date.parse('2026-11-22T09:00:00Z');
    const usual = planScene({ now });
    const other = planScene({ now, switches });
    expect(planFacts(await other.apply())).toEqual(planFacts(await usual.apply()));
  });

  test('the plan is the same in pages of any size', async () => {
    const lists = ['list_changesets', 'list_activity_logs'];
    const short: Twist = (name, answer) => (lists.includes(name) ? (answer as unknown[]).slice(0, 1) : answer);
    const usual = planScene();
    const other = planScene({ state: usual.sandbox.snapshot(), twist: short });
    expect(planFacts(await other.apply())).toEqual(planFacts(await usual.apply()));
  });

  test('a change applied alone past the changeset stays out of it', async () => {
    const { owner, apply, scene } = planScene({ switches: { autoApplyShipsWaiting: false } });
    const patch = [{ op: 'replace', path: '/autoApplyChangesets', value: true }];
    owner('patch_settings', { clusterId: scene.waiting.id, patch });
    const plan = await apply();
    expect(plan.complete).toBe(true);
    expect(plan.entities.map(({ name }) => name).toSorted()).toEqual([
      '"Carrier API"',
      '"Grafana"',
      '"Platform shell"',
    ]);
  });

  test('a failed changeset is part of the next one', async () => {
    const { sandbox, owner, apply, scene, pending } = planScene({ switches: { applyingPolls: 0 } });
    const poison = { namespaceId: scene.waiting.namespaceId, name: 'Poison', enforced: true };
    const texts = { description: '', explanation: '', remediation: '' };
    const ppl = [{ deny: { or: [{ http_method: { not_in: ['GET'] } }] } }];
    owner('create_policy', { ...poison, ...texts, ppl });
    sandbox.as('owner')('apply_changeset', { changesetId: pending() });
    expect(pending()).toBeUndefined();
    owner('create_route', route(scene.waiting.namespaceId));
    const plan = await apply();
    expect(plan.complete).toBe(true);
    expect(plan.entities.map(({ name }) => name).toSorted()).toEqual([
      '"Carrier API"',
      '"Grafana"',
      '"Platform shell"',
      '"Poison"',
      '"Tide tables"',
    ]);
  });

  test('two edits at the same moment cast doubt on which came last', async () => {
    const { owner, apply, scene } = planScene({ now: () => Date.parse('2026-03-02T09:00:00Z') });
    const [first] = scene.routesOf(scene.waiting);
    const set = (value: string) => ({ routeId: first?.id, patch: [{ op: 'add', path: '/timeout', value }] });
    owner('patch_route', set('1s'));
    owner('patch_route', set('2s'));
    const { complete, notes } = await apply();
    expect(complete).toBe(false);
    expect(notes[0]).toBe(`In doubt: two edits of route ${JSON.stringify(first?.name)} were made at the same moment.`);
  });

  test('an edit that went live alone past the changeset casts doubt on it', async () => {
    const { owner, apply, scene, pending } = planScene({
      switches: { autoApplyShipsWaiting: false, applyingPolls: 0 },
    });
    const { id } = owner('create_route', route(scene.waiting.namespaceId));
    owner('apply_changeset', { changesetId: pending() });
    const timeout = (value: string) => ({ routeId: id, patch: [{ op: 'add', path: '/timeout', value }] });
    owner('patch_route', timeout('1s'));
    const turn = (value: boolean) => [{ op: 'replace', path: '/autoApplyChangesets', value }];
    owner('patch_settings', { clusterId: scene.waiting.id, patch: turn(true) });
    owner('patch_route', timeout('2s'));
    const plan = await apply();
    expect(plan).toMatchObject({ complete: false, typedName: 'production' });
    expect(named(plan, 'Tide tables').fields).toEqual([]);
    expect(plan.notes).toContain('In doubt: a later edit of route "Tide tables" is already live.');
  });
});

describe('Zero did not say what is in it', () => {
  test.each<[string, Twist, string]>([
    [
      'another end changeset',
      compared((answer) => ({ ...answer, endChangeset: { ...answer.endChangeset, id: 'bOther' } })),
      'the comparison ends with another changeset',
    ],
    [
      'an empty comparison',
      compared((answer) => ({ ...answer, entities: [] })),
      'its comparison and its log differ about route "Grafana"',
    ],
    [
      'nothing left',
      (name, answer) =>
        name === 'list_activity_logs'
          ? []
          : name === 'compare_changesets'
            ? { ...(answer as Compared), entities: [] }
            : answer,
      'nothing in it still waits',
    ],
    [
      'a log without the edits',
      (name, answer) => (name === 'list_activity_logs' ? [] : answer),
      'its comparison and its log differ about route "Carrier API"',
    ],
    [
      'an edit without its data',
      (_name, answer) => JSON.parse(JSON.stringify(answer), (key, value) => (key === 'data' ? undefined : value)),
      'the log has no data of route bfxZpRbwmpPMGTjlndPhCzwmNYk',
    ],
    ['an edit without its record', compared((a) => ({ ...a, entities: [[{ id: 'x' }]] })), 'an edit lacks data'],
    [
      'a namespace without its place',
      (name, answer) => (name === 'list_namespaces' ? [] : answer),
      "the cluster's namespace has no place among the others",
    ],
    [
      'a changeset that is on its way',
      (name, answer) =>
        name === 'list_changesets'
          ? (answer as Fields[]).map((one) => (one.status === 'pending' ? { ...one, status: 'applying' } : one))
          : answer,
      'the changeset is applying, not pending',
    ],
  ])('%s', async (_, twist, doubt) => {
    const plan = await planScene({ twist }).apply();
    expect(plan.headline).toMatch(/^Zero did not say what is in this changeset of cluster "production"\. /);
    expect(plan).toMatchObject({ complete: false, typedName: 'production' });
    expect(plan.notes).toContain(`In doubt: ${doubt}.`);
    expect(fitsHost(plan)).toBe(false);
    expect(renderPlan(plan)).toMatch(/\nTo approve, type "production"\.$/);
  });

  test('a changeset that Zero does not list cannot be planned', async () => {
    const { plan } = planScene();
    await expect(plan('apply_changeset', { changesetId: 'bNone' })).rejects.toThrow(
      'Zero lists no changeset "bNone" of a cluster.',
    );
  });
});

describe('facts', () => {
  test('are the same in whatever order Zero answers', async () => {
    const reversed: Twist = (name, answer) => {
      if (Array.isArray(answer)) return answer.toReversed();
      const { entities, ...others } = answer as Compared;
      return name === 'compare_changesets' ? { ...others, entities: entities.toReversed() } : answer;
    };
    const { plan, ...usual } = planScene();
    const state = usual.sandbox.snapshot();
    const other = planScene({ state, twist: reversed });
    expect(planFacts(await other.apply())).toEqual(planFacts(await usual.apply()));
    expect(planFacts(await usual.apply())).toEqual(planFacts(await usual.apply()));
  });

  test.each<[string, (scene: ReturnType<typeof planScene>) => void]>([
    ['a new record', ({ owner, scene }) => owner('create_route', route(scene.waiting.namespaceId))],
    [
      'one more edit of the same field to the same value',
      ({ owner, scene }) => {
        const grafana = scene.routesOf(scene.waiting).find(({ name }) => name === 'Grafana');
        owner('patch_route', { routeId: grafana?.id, patch: [{ op: 'add', path: '/idleTimeout', value: '15m' }] });
      },
    ],
    [
      'a secret',
      ({ owner, scene }) => {
        const patch = [{ op: 'add', path: '/identityProviderClientSecret', value: 'another' }];
        owner('patch_route', { routeId: scene.routesOf(scene.waiting)[0]?.id, patch });
      },
    ],
  ])('differ by %s', async (_, edit) => {
    const one = planScene();
    const before = planFacts(await one.apply());
    edit(one);
    expect(planFacts(await one.apply())).not.toEqual(before);
  });
});
