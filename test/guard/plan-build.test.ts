import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/guard/plan.js';
import { buildPlan, type PlannedBatch } from '../../src/guard/plan-build.js';
import type { ActivityEntry } from '../../src/guard/plan-entry.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

const at = (minute: number) => `2026-01-31T08:${String(minute).padStart(2, '0')}:00Z`;

/** An edit of a route that waits; those of ada are ours. */
const edit = (id: string, more: Fields = {}): ActivityEntry => ({
  id,
  createdAt: at(21),
  updatedAt: at(21),
  activityType: 'create',
  entity: { type: 'route', id: `r-${id}`, data: { name: id } },
  user: { email: 'ada' },
  ...more,
});
const byBo = { user: { email: 'bo' } };

interface World {
  readonly clusters?: readonly Fields[];
  readonly namespaces?: readonly Fields[];
  /** Of each cluster; where there is none the settings can't be read. */
  readonly autoApply?: Readonly<Record<string, unknown>>;
  /** Edits that wait, by their namespace. */
  readonly waiting?: Readonly<Record<string, readonly ActivityEntry[]>>;
  /** Edits that only the log has: they are in doubt. */
  readonly doubtful?: Readonly<Record<string, readonly ActivityEntry[]>>;
  readonly status?: string;
  readonly records?: Readonly<Record<string, Fields>>;
}

/** Two clusters, `Harbour` and `Quay`, below one namespace. */
function worldOf({ waiting = {}, doubtful = {}, autoApply = {}, status = 'pending', ...world }: World) {
  const clusters = world.clusters ?? [
    { id: 'c1', name: 'Harbour', namespaceId: 'n1' },
    { id: 'c2', name: 'Quay', namespaceId: 'n2' },
  ];
  const namespaces = world.namespaces ?? [
    { id: 'n0', name: 'Port' },
    { id: 'n1', name: 'Harbour', parentId: 'n0', type: 'cluster' },
    { id: 'n2', name: 'Quay', parentId: 'n0', type: 'cluster' },
  ];
  const namespaceOf = (clusterId: unknown) => String(clusters.find(({ id }) => id === clusterId)?.namespaceId);
  const once = (rows: readonly unknown[], offset: unknown) => (offset === 0 ? rows : []);
  const records = Object.entries(world.records ?? {}).map(([name, record]) => [name, () => record] as const);
  return readsOf({
    list_clusters: () => clusters,
    list_namespaces: () => namespaces,
    get_settings: ({ clusterId }) => ({ id: clusterId, autoApplyChangesets: autoApply[String(clusterId)] }),
    list_changesets: ({ clusterId, status: asked, offset }) => {
      const own = (id: unknown) => [
        { id: `${id}-applied`, createdAt: at(10), namespaceId: namespaceOf(id), status: 'applied' },
        ...(['n0', namespaceOf(id)].some((where) => where in waiting || where in doubtful)
          ? [{ id: `${id}-pending`, createdAt: at(20), namespaceId: namespaceOf(id), status }]
          : []),
      ];
      const all = (clusterId === undefined ? clusters.map(({ id }) => id) : [clusterId]).flatMap(own);
      return once(
        all.filter((one) => asked === undefined || asked === one.status),
        offset,
      );
    },
    compare_changesets: ({ clusterId, secondId }) => ({
      endChangeset: { id: secondId },
      entities: [waiting[namespaceOf(clusterId)] ?? [], waiting.n0 ?? []],
    }),
    list_activity_logs: ({ namespaceId, entityId, offset }) =>
      entityId ? [] : once([...(waiting[String(namespaceId)] ?? []), ...(doubtful[String(namespaceId)] ?? [])], offset),
    ...Object.fromEntries(records),
  });
}

const callOf = (name: string, input: Fields = {}, reason?: string): PlannedBatch['calls'][number] => ({
  operation: operationOf(name),
  input: { organizationId: 'o1', ...input },
  ...(reason !== undefined && { reason }),
});

/** The plan of calls, and what was read for it. */
async function planned(batch: PlannedBatch, world: World = {}) {
  const { read, asked } = worldOf(world);
  const deps = { operations, read, ours: ({ user }: ActivityEntry) => user?.email === 'ada' };
  return { plan: await buildPlan(batch, deps), asked };
}
const planOf = async (name: string, input: Fields = {}, world: World = {}, reason?: string): Promise<Plan> =>
  (await planned({ calls: [callOf(name, input, reason)] }, world)).plan;

const off = { c1: false, c2: false };
const on = { c1: true, c2: true };
const INCOMPLETE = 'Zero did not say what else goes live with this.';
const entities = (plan: Plan) => plan.entities.map(({ name }) => name);
const waitingIn = (plan: Plan) => plan.waiting.map(({ name }) => name);

describe('an apply', () => {
  const apply = (world: World, reason?: string) =>
    planOf('apply_changeset', { changesetId: 'c1-pending' }, world, reason);

  test('is what waits, by who edited it', async () => {
    const gone = edit('c', { activityType: 'delete', ...byBo });
    expect(await apply({ waiting: { n1: [edit('a'), edit('b', byBo), gone] } }, 'why\u200b')).toStrictEqual({
      headline:
        'Makes 3 records on cluster "Harbour" go live: 2 created, 0 updated, 1 deleted. ' +
        '2 of 3 hold edits that were not made through this server.',
      operation: 'apply_changeset',
      effect: 'apply',
      reason: 'why\\u200b',
      clusters: [{ id: 'c1', name: '"Harbour"' }],
      entities: [
        expect.objectContaining({ name: '"a"' }),
        expect.objectContaining({ name: '"b"' }),
        expect.objectContaining({ name: '"c"' }),
      ],
      waiting: [],
      complete: true,
      notes: [],
    });
  });

  test('counts what holds edits of others', async () => {
    const last = async (...edits: ActivityEntry[]) =>
      (await apply({ waiting: { n1: edits } })).headline.split('deleted. ')[1];
    expect(await last(edit('a'))).toBe('All edits were made through this server.');
    expect(await last(edit('a', byBo))).toBe('1 of 1 holds edits that were not made through this server.');
    expect(await last(edit('a'), edit('b', byBo))).toBe('1 of 2 holds edits that were not made through this server.');
    expect(await last()).toBe('No edit is known.');
  });

  test('counts for itself what came and went', async () => {
    const entity = { type: 'route', id: 'r1', data: { name: 'a' } };
    const gone = edit('b', { activityType: 'delete', entity });
    const { headline } = await apply({ waiting: { n1: [gone, edit('a', { entity }), edit('c')] } });
    expect(headline).toContain(': 1 created, 0 updated, 0 deleted, 1 created and deleted again. ');
  });

  test('counts updates', async () => {
    const updated = edit('a', { activityType: 'update' });
    expect((await apply({ waiting: { n1: [updated] } })).headline).toContain('0 created, 1 updated, 0 deleted');
    expect((await apply({ waiting: { n1: [edit('a')] } })).headline).toContain('Makes 1 record on');
  });

  test('needs the name of its cluster, typed, where it is in doubt', async () => {
    const owned = edit('a', { entity: { type: 'route', id: 'r1', data: { name: 'a', originatorId: 'terraform' } } });
    const plan = await apply({ doubtful: { n1: [owned] } });
    expect(plan).toMatchObject({
      headline:
        'Zero did not say what is in this changeset of cluster "Harbour". ' +
        'As far as it shows: 1 created, 0 updated, 0 deleted. All edits were made through this server.',
      reason: '',
      complete: false,
      typedName: 'Harbour',
      notes: [
        'In doubt: its comparison and its log differ about route "a".',
        'route "a" is managed by "terraform", which may undo the change or depend on the record.',
      ],
    });
    const clusters = [{ id: 'c1', name: 'Har\u202ebour', namespaceId: 'n1' }];
    expect((await apply({ clusters, doubtful: { n1: [owned] } })).typedName).toBe('c1');
  });

  test('is in doubt where the changeset is not pending', async () => {
    const { notes, complete } = await apply({ waiting: { n1: [edit('a')] }, status: 'half done' });
    expect([notes, complete]).toEqual([['In doubt: the changeset is "half done", not pending.'], false]);
  });
});

describe('a draft', () => {
  const route = { namespaceId: 'n1', name: 'Tides' };
  const record = { get_route: { id: 'r1', name: 'Tides', namespaceId: 'n1', originatorId: 'terraform' } };

  test('says where it waits', async () => {
    expect(await planOf('create_route', route, { autoApply: off }, 'why\u200b')).toStrictEqual({
      headline: 'Create a route on cluster "Harbour": "Tides".',
      operation: 'create_route',
      effect: 'draft',
      reason: 'why\\u200b',
      clusters: [{ id: 'c1', name: '"Harbour"' }],
      entities: [expect.objectContaining({ action: 'create', name: '"Tides"' })],
      waiting: [],
      complete: true,
      notes: [],
    });
    const above = await planOf('create_route', { ...route, namespaceId: 'n0' }, { autoApply: off });
    expect(above.headline).toBe('Create a route on clusters "Harbour", "Quay": "Tides".');
    expect((await planOf('create_route', { namespaceId: 'n1' }, { autoApply: off })).headline).toBe(
      'Create a route on cluster "Harbour".',
    );
    expect(above.reason).toBe('');
  });

  test('is live where a cluster applies it by itself', async () => {
    const effect = async (autoApply: Fields) =>
      (await planOf('create_route', { ...route, namespaceId: 'n0' }, { autoApply })).effect;
    expect(await effect(off)).toBe('draft');
    expect(await effect({ c1: false, c2: true })).toBe('live');
    expect(await effect({})).toBe('live');
  });

  test('goes by the tool that was called, where another operation is sent', async () => {
    const patch = [{ op: 'replace', path: '/name', value: 'Quay' }];
    const call = { ...callOf('patch_route', { routeId: 'r1', patch }), tool: operationOf('update_route') };
    const { plan } = await planned({ calls: [call] }, { autoApply: off, records: record });
    expect(plan).toMatchObject({
      headline: `${operationOf('update_route').title} on cluster "Harbour": "Tides" (1 field).`,
      operation: 'patch_route',
      tool: 'update_route',
    });
    const own = { ...call, tool: call.operation };
    expect((await planned({ calls: [own] }, { autoApply: off, records: record })).plan).not.toHaveProperty('tool');
  });

  test('says what its ids stand for', async () => {
    const records = { get_policy: { id: 'policy-1', name: 'Sailors' } };
    const plan = await planOf('create_route', { ...route, policyIds: ['policy-1'] }, { autoApply: off, records });
    expect(plan.entities[0]?.fields).toContainEqual({ name: 'policyIds', after: '["Sailors" (policy-1)]' });
  });

  test('names three clusters and counts the others', async () => {
    const clusters = [1, 2, 3, 4, 5].map((n) => ({ id: `c${n}`, name: `C${n}`, namespaceId: 'n1' }));
    const autoApply = Object.fromEntries(clusters.map(({ id }) => [id, false]));
    const headline = async (number: number) =>
      (await planOf('create_route', route, { clusters: clusters.slice(0, number), autoApply })).headline;
    expect(await headline(3)).toBe('Create a route on clusters "C1", "C2", "C3": "Tides".');
    expect(await headline(5)).toBe('Create a route on clusters "C1", "C2", "C3" and 2 more: "Tides".');
  });

  test('counts the fields that it changes', async () => {
    const patch = [{ op: 'replace', path: '/name', value: 'Quay' }];
    const plan = await planOf('patch_route', { routeId: 'r1', patch }, { autoApply: off, records: record });
    expect(plan.headline).toBe('Patch a route on cluster "Harbour": "Tides" (1 field).');
    expect(plan.notes).toEqual([
      'route "Tides" is managed by "terraform", which may undo the change or depend on the record.',
    ]);
    const gone = await planOf('delete_route', { routeId: 'r1' }, { autoApply: off, records: record });
    expect(gone.headline).toBe('Delete a route on cluster "Harbour": "Tides".');
  });

  test('looks at what waits only where it would go live', async () => {
    const waiting = { n1: [edit('a')], n2: [edit('b', byBo)], n0: [edit('c')] };
    const both = (autoApply: Fields) => planOf('create_route', { ...route, namespaceId: 'n0' }, { waiting, autoApply });
    expect(waitingIn(await both(off))).toEqual([]);
    expect(waitingIn(await both({ c1: true, c2: false }))).toEqual(['"a"', '"c"']);
    // What can't be read counts as on; what waits above both is shown once.
    const plan = await both({ c1: true });
    expect(waitingIn(plan)).toEqual(['"a"', '"c"', '"b"']);
    expect(plan.headline).toBe(
      'Create a route on clusters "Harbour", "Quay": "Tides". 3 waiting changes may go live with it. ' +
        '1 of 3 holds edits that were not made through this server.',
    );
    const one = await planOf('create_route', route, { waiting: { n1: [edit('a')] }, autoApply: on });
    expect(one.headline).toContain('1 waiting change may go live with it. All edits were made');
  });

  test('takes a typed name where what waits is in doubt', async () => {
    const doubtful = { n2: [edit('b')] };
    const world = { doubtful, autoApply: on, waiting: { n1: [edit('a')] } };
    const plan = await planOf('create_route', { ...route, namespaceId: 'n0' }, world);
    expect(plan).toMatchObject({
      headline: expect.stringMatching(`^${INCOMPLETE} Create a route on clusters "Harbour", "Quay": "Tides"\\.`),
      complete: false,
      notes: ['In doubt, of what waits in cluster "Quay": its comparison and its log differ about route "b".'],
      typedName: 'Quay',
    });
    const clusters = [{ id: 'c1', name: '\u202e', namespaceId: 'n1' }];
    const nameless = await planOf('create_route', route, { clusters, autoApply: on, doubtful: { n1: [edit('b')] } });
    expect(nameless.typedName).toBe('c1');
  });

  test('tells the notes of what waits once, after its own', async () => {
    const owned = edit('c', { entity: { type: 'route', id: 'r9', data: { name: 'c', originatorId: 'ingress' } } });
    const patch = [{ op: 'replace', path: '/namespaceId', value: 'n0' }];
    const world = { waiting: { n0: [owned] }, autoApply: on, records: record };
    const { notes } = await planOf('patch_route', { routeId: 'r1', patch }, world);
    expect(notes).toEqual([
      'route "Tides" is managed by "terraform", which may undo the change or depend on the record.',
      'route "c" is managed by "ingress", which may undo the change or depend on the record.',
    ]);
  });

  test('that reaches no cluster is in doubt', async () => {
    const plan = await planOf('create_route', route, { clusters: [], namespaces: [] });
    expect(plan).toMatchObject({
      headline: `${INCOMPLETE} Create a route: "Tides".`,
      clusters: [],
      complete: false,
      notes: ['In doubt: no cluster could be found that this would wait in.'],
      typedName: 'create_route',
    });
  });

  test('that reaches a cluster which Zero does not list is in doubt', async () => {
    const clusters = [{ id: 'c1', name: 'Harbour', namespaceId: 'n1' }];
    const plan = await planOf('create_route', { ...route, namespaceId: 'n0' }, { clusters, autoApply: on });
    expect(plan).toMatchObject({
      clusters: [{ name: '"Harbour"' }, { id: 'n2', name: '"Quay"' }],
      complete: false,
      notes: ['In doubt, of what waits in cluster "Quay": Zero does not list this cluster.'],
      waiting: [],
      typedName: 'Quay',
    });
  });
});

describe('a settings write', () => {
  const patch = (value: unknown, path = '/autoApplyChangesets') => [{ op: 'replace', path, value }];
  const settings = async (autoApply: unknown, steps: readonly Fields[]) => {
    const records = { get_settings: { id: 'c1', autoApplyChangesets: autoApply } };
    const world = { waiting: { n1: [edit('a')] }, records };
    return waitingIn(await planOf('patch_settings', { clusterId: 'c1', patch: steps }, world));
  };

  test('ships what waits where auto-apply is on, or is on after it', async () => {
    expect(await settings(true, patch('debug', '/logLevel'))).toEqual(['"a"']);
    expect(await settings(true, patch(false))).toEqual(['"a"']);
    expect(await settings(false, patch(true))).toEqual(['"a"']);
    expect(await settings(false, patch('debug', '/logLevel'))).toEqual([]);
    expect(await settings(false, patch(false))).toEqual([]);
  });
});

describe('what is live by itself', () => {
  const waiting = { n1: [edit('a')] };

  test('ships nothing that waits', async () => {
    const records = { get_cluster: { id: 'c1', name: 'Harbour' } };
    const plan = await planOf('rotate_cluster_token', { clusterId: 'c1' }, { waiting, autoApply: on, records });
    expect(plan).toMatchObject({
      headline:
        'This mints a key that works without this server and its approvals. Rotate a cluster\'s token on cluster "Harbour": "Harbour".',
      clusters: [{ id: 'c1', name: '"Harbour"' }],
      waiting: [],
      complete: true,
      notes: ['The old token dies and the running cluster shuts down until someone gives it the new one.'],
      typedName: 'Harbour',
    });
  });

  test('is on the cluster of its record', async () => {
    const records = { list_custom_domains: [{ id: 'd1', clusterId: 'c2' }] as unknown as Fields };
    const plan = await planOf('delete_custom_domain', { customDomainId: 'd1' }, { records });
    expect(plan.clusters).toEqual([{ id: 'c2', name: '"Quay"' }]);
  });

  test('may be on none', async () => {
    const { plan, asked } = await planned({ calls: [callOf('complete_onboarding')] });
    expect(plan).toMatchObject({
      headline: `${operationOf('complete_onboarding').title}.`,
      clusters: [],
      complete: true,
    });
    expect(asked).toEqual([]);
    expect((await planOf('create_service_account', {}, { clusters: [], namespaces: [] })).complete).toBe(true);
  });

  test('ships what waits where it may wait for a changeset itself', async () => {
    const plan = await planOf('create_service_account', { clusterId: 'c1' }, { waiting, autoApply: on });
    expect(waitingIn(plan)).toEqual(['"a"']);
    const quiet = await planOf('create_service_account', { clusterId: 'c1' }, { waiting, autoApply: off });
    expect(waitingIn(quiet)).toEqual([]);
    const account = { clusterId: 'c1', serviceAccountId: 's1' };
    const records = { get_service_account: { id: 's1' }, get_service_account_token: { token: 'x' } };
    const fetched = await planOf('get_service_account_token', account, { waiting, autoApply: on, records });
    expect(fetched).toMatchObject({ clusters: [{ id: 'c1' }], waiting: [], complete: true });
  });

  test('asks for the name of what goes rather than of what is in doubt', async () => {
    const records = { get_service_account: { id: 's1', description: 'Batch' } };
    const world = { doubtful: { n1: [edit('b')] }, autoApply: on, records };
    const plan = await planOf('delete_service_account', { clusterId: 'c1', serviceAccountId: 's1' }, world);
    expect(plan).toMatchObject({ complete: false, typedName: 'Batch' });
    expect(plan.notes).toEqual([
      expect.stringMatching(/^In doubt, of what waits/),
      'Its token stops working for good; a new service account has another one.',
    ]);
  });

  test.each([
    ['owner', true],
    [undefined, true],
    ['auditor', false],
    ['member', false],
  ])('warns of an invitation as %s: %s', async (role, warned) => {
    const { headline } = await planOf('create_organization_invite', { emails: ['a@example.com'], role });
    const says = 'This lets someone in who can do everything without this server and its approvals. ';
    expect(headline).toBe(`${warned ? says : ''}${operationOf('create_organization_invite').title}.`);
  });
});

describe('a procedure', () => {
  const procedure = { name: 'rollback', title: 'Take it back', notes: ['Once only.'] };
  const create = (name: string, namespaceId = 'n1', reason?: string) =>
    callOf('create_route', { namespaceId, name }, reason);

  test('is one plan of all its calls', async () => {
    const owned = { n1: [edit('a', { entity: { type: 'route', id: 'r9', data: { originatorId: 'ingress' } } })] };
    const calls = [create('One', 'n1', 'why'), create('Two', 'n1', 'why'), create('Two', 'n2', 'more')];
    const { plan } = await planned({ calls, procedure }, { waiting: owned, autoApply: on });
    const note = 'route r9 is managed by "ingress", which may undo the change or depend on the record.';
    expect(plan).toStrictEqual({
      headline:
        'Take it back on clusters "Harbour", "Quay": 3 records, 3 created, 0 updated, 0 deleted. ' +
        '1 waiting change may go live with it. All edits were made through this server.',
      operation: 'rollback',
      effect: 'live',
      reason: 'why; more',
      clusters: [
        { id: 'c1', name: '"Harbour"' },
        { id: 'c2', name: '"Quay"' },
      ],
      entities: expect.anything(),
      waiting: [expect.objectContaining({ id: 'r9' })],
      complete: true,
      notes: ['Once only.', note],
    });
    expect(entities(plan)).toEqual(['"One"', '"Two"', '"Two"']);
  });

  test('has the gravest effect of its calls', async () => {
    const records = { get_cluster: { id: 'c1', name: 'Harbour' }, list_routes: {} };
    const rotate = callOf('rotate_cluster_token', { clusterId: 'c1' });
    const apply = callOf('apply_changeset', { changesetId: 'c1-pending' });
    const effect = async (...calls: PlannedBatch['calls']) =>
      (await planned({ calls, procedure }, { records, autoApply: off, waiting: { n1: [edit('a')] } })).plan.effect;
    expect(await effect(create('One'), rotate, apply)).toBe('apply');
    expect(await effect(create('One'), rotate)).toBe('live');
    expect(await effect(create('One'))).toBe('draft');
    expect(await effect()).toBe('read');
  });

  test('is in doubt where one of its calls is, and asks for the name of what goes', async () => {
    const doubtful = { n1: [edit('b')] };
    const { plan } = await planned(
      { calls: [create('One', 'n2'), create('Two')], procedure },
      { doubtful, autoApply: { c1: true, c2: false } },
    );
    expect(plan.headline).toMatch(
      new RegExp(`^${INCOMPLETE} Take it back on clusters "Quay", "Harbour": 2 records, 2 created, `),
    );
    expect(plan).toMatchObject({ complete: false, typedName: 'Harbour', reason: '' });
  });
});

test('each read is made once for all of a plan', async () => {
  const calls = [1, 2].map((n) => callOf('create_route', { namespaceId: 'n1', name: `R${n}` }));
  const { asked } = await planned({ calls, procedure: { name: 'x', title: 'X', notes: [] } }, { autoApply: on });
  const questions = asked.map((question) => JSON.stringify(question));
  expect(new Set(questions).size).toBe(questions.length);
});

test('no call at all cannot be planned', async () => {
  await expect(planned({ calls: [] })).rejects.toMatchObject({
    kind: 'internal',
    message: 'There is nothing to plan.',
  });
});
