import { describe, expect, test } from 'vitest';
import { liveState, writes } from '../scene.js';
import { rollbackScene } from '../tools/procedures/rollback-scene.js';
import { asked, confirmationOf, DECLINE, type guardScene, journalOf, routeOf, YES } from './guard-scene.js';

type Scene = Awaited<ReturnType<typeof automaticScene>>;

/** A changeset of the cluster that auto-applies, with two records that a rollback would change at once. */
async function automaticScene(options: Parameters<typeof guardScene>[0] = {}) {
  const scene = await rollbackScene(options);
  const { id: clusterId, namespaceId } = scene.scene.automatic;
  const { owner } = scene;
  const switchTo = (value: boolean) =>
    owner('patch_settings', { clusterId, patch: [{ op: 'add', path: '/autoApplyChangesets', value }] });
  const { id: changed } = owner('create_route', routeOf(namespaceId, 'Changed', { description: 'before' }));
  switchTo(false);
  owner('patch_route', { routeId: changed, patch: [{ op: 'add', path: '/description', value: 'after' }] });
  const { id: created } = owner('create_route', routeOf(namespaceId, 'Created'));
  const pending = owner('list_changesets', { clusterId, status: 'pending' }) as unknown as { id: string }[];
  const changesetId = pending[0]?.id ?? '';
  owner('apply_changeset', { changesetId });
  for (let looks = 0; looks < 5; looks += 1) owner('list_changesets', { clusterId });
  switchTo(true);
  return { ...scene, changesetId, changed, created, clusterId };
}

/** Lines of a kind, without what differs each time. */
const linesOf = ({ stateDirectory }: Pick<Scene, 'stateDirectory'>, kind: string) =>
  journalOf(stateDirectory).filter((line) => line.kind === kind);

describe('a list of calls', () => {
  test('is one question, with one plan of all that it changes', async () => {
    const scene = await automaticScene();
    const { plan } = await asked(scene, 'rollback', { changesetId: scene.changesetId });
    expect(plan).toMatchObject({
      headline: `Roll back on cluster ${JSON.stringify(scene.scene.automatic.name)}: 2 records, 0 created, 1 updated, 1 deleted.`,
      operation: 'rollback',
      effect: 'live',
      complete: true,
    });
    expect(plan.reason).toContain('it would go live at once: auto-apply is on for');
    expect(plan.entities.map(({ action, name }) => `${action} ${name}`)).toEqual([
      'delete "Created"',
      'update "Changed"',
    ]);
    expect(plan.entities[1]?.fields).toEqual([{ name: 'description', before: '"after"', after: '"before"' }]);
    expect(writes(scene.sandbox)).toEqual([]);
  });

  test('goes out in order after one yes, each call in the journal with that question; a replay sends nothing', async () => {
    const scene = await automaticScene();
    const { changesetId, sandbox } = scene;
    const { code } = await asked(scene, 'rollback', { changesetId });
    await scene.decide(code);
    const { meta, content } = await scene.call('rollback', { changesetId });
    expect(writes(sandbox)).toEqual(['DELETE delete_route', 'PATCH patch_route']);
    expect(content.steps).toHaveLength(2);
    expect(meta.journal).toHaveLength(2);
    expect(scene.record('get_route', { routeId: scene.created })).toBeUndefined();
    expect(scene.record('get_route', { routeId: scene.changed })).toMatchObject({ description: 'before' });

    const { question, outcome } = await scene.recordOf(code);
    const intents = linesOf(scene, 'intent');
    expect(intents.map(({ operation, question: of }) => [operation, of])).toEqual([
      ['delete_route', question.id],
      ['patch_route', question.id],
    ]);
    expect(linesOf(scene, 'outcome').map(({ id, result }) => [id, result])).toEqual(
      intents.map(({ id }) => [id, 'done']),
    );
    expect(outcome).toMatchObject({ result: 'done', answer: [{}, {}] });
  });

  test('made twice at once with one yes: every request leaves once', async () => {
    const scene = await automaticScene();
    const { changesetId } = scene;
    await scene.decide((await asked(scene, 'rollback', { changesetId })).code);
    const other = await scene.another();
    await Promise.all([scene.call('rollback', { changesetId }), other.call('rollback', { changesetId })]);
    expect(writes(scene.sandbox)).toEqual(['DELETE delete_route', 'PATCH patch_route']);
  });

  describe.each(['modern', 'legacy'] as const)('%s protocol', (era) => {
    test('the host asks once', async () => {
      const scene = await automaticScene({ era, answer: () => YES });
      await scene.rollBack({ changesetId: scene.changesetId });
      expect(scene.forms).toHaveLength(1);
      expect(scene.forms[0]?.message).toContain('- delete route "Created"');
      expect(scene.forms[0]?.message).toContain('~ update route "Changed"');
      expect(writes(scene.sandbox)).toEqual(['DELETE delete_route', 'PATCH patch_route']);
    });

    test('a no is a no to all', async () => {
      const scene = await automaticScene({ era, answer: () => DECLINE });
      expect(await scene.fails('rollback', { changesetId: scene.changesetId })).toContain('A person declined this');
      expect(writes(scene.sandbox)).toEqual([]);
    });

    test('what changes while the host asks stops all of it', async () => {
      const scene: Scene = await automaticScene({
        era,
        answer: () => {
          if (scene.forms.length === 1) scene.ownerSets(scene.changed, 'to', ['http://elsewhere:80']);
          return YES;
        },
      });
      const live = liveState(scene.sandbox, scene.scene);
      confirmationOf(await scene.call('rollback', { changesetId: scene.changesetId }));
      expect(liveState(scene.sandbox, scene.scene)).not.toBe(live);
      expect(writes(scene.sandbox)).toEqual([]);
    });
  });

  test('a record that changes at the last look: nothing is sent, and the journal says that it drifted', async () => {
    const scene = await automaticScene();
    const { changesetId, sandbox } = scene;
    const { code } = await asked(scene, 'rollback', { changesetId });
    await scene.decide(code);
    let edits = 0;
    sandbox.onArrival(({ url }) => {
      const isClaimed = linesOf(scene, 'intent').length > 0;
      if (edits > 0 || !isClaimed || !url.includes(`/routes/${scene.changed}`)) return;
      edits += 1;
      scene.ownerSets(scene.changed, 'description', 'theirs');
    });
    confirmationOf(await scene.call('rollback', { changesetId }));
    expect(edits).toBe(1);
    expect(writes(sandbox)).toEqual([]);
    expect(linesOf(scene, 'outcome').at(-1)).toMatchObject({ result: 'drifted' });
  });

  test('stops at the first failure and says what was done and what not', async () => {
    const scene = await automaticScene();
    const { changesetId, sandbox, owner, namespaceId } = scene;
    const { id } = owner('create_route', routeOf(namespaceId, 'Old'));
    scene.ship();
    owner('patch_route', { routeId: id, patch: [{ op: 'add', path: '/description', value: 'x' }] });
    owner('create_route', routeOf(namespaceId, 'New'));
    const { id: doomed } = owner('create_route', routeOf(namespaceId, 'Newer'));
    const mine = scene.ship();
    sandbox.faults.add({ fault: { kind: 'status', status: 409, error: 'route in use' }, operation: 'patch_route' });
    const { content, isError } = await scene.call('rollback', { changesetId: mine });
    expect(isError).toBe(true);
    expect(content).toMatchObject({
      steps: [{ operation: 'delete_route' }, { operation: 'delete_route' }],
      failed: { operation: 'patch_route', kind: 'conflict', message: expect.stringContaining('route in use') },
      notSent: [],
    });
    expect(scene.record('get_route', { routeId: doomed })).toBeUndefined();
    expect(linesOf(scene, 'outcome').map(({ result }) => result)).toEqual(['done', 'done', 'failed']);
    expect(changesetId).not.toBe(mine);
  });

  test('a first call that fails is an error as of any call, and the rest stays', async () => {
    const scene = await automaticScene();
    const { changesetId, sandbox } = scene;
    await scene.decide((await asked(scene, 'rollback', { changesetId })).code);
    sandbox.faults.add({ fault: { kind: 'status', status: 409, error: 'route in use' }, operation: 'delete_route' });
    expect(await scene.fails('rollback', { changesetId })).toContain('route in use');
    expect(writes(sandbox)).toEqual(['DELETE delete_route']);
    expect(scene.record('get_route', { routeId: scene.changed })).toMatchObject({ description: 'after' });
  });

  test('as drafts it needs nobody, until auto-apply is switched on half-way: the next call is not sent', async () => {
    const scene = await rollbackScene();
    const { owner, namespaceId, sandbox } = scene;
    const { id: routeId } = owner('create_route', routeOf(namespaceId, 'Old'));
    scene.ship();
    owner('patch_route', { routeId, patch: [{ op: 'add', path: '/description', value: 'x' }] });
    owner('create_route', routeOf(namespaceId, 'New'));
    const changesetId = scene.ship();
    sandbox.onArrival(({ method }) => {
      if (method !== 'DELETE') return;
      const patch = [{ op: 'add', path: '/autoApplyChangesets', value: true }];
      owner('patch_settings', { clusterId: scene.scene.waiting.id, patch });
    });
    const { content, isError } = await scene.call('rollback', { changesetId });
    expect(isError).toBe(true);
    expect(content).toMatchObject({
      steps: [{ operation: 'delete_route' }],
      failed: {
        operation: 'patch_route',
        kind: 'refused',
        message: expect.stringContaining('patch_route needs a person now, because it would go live at once'),
      },
    });
    expect(writes(sandbox)).toEqual(['DELETE delete_route']);
    expect(linesOf(scene, 'outcome').at(-1)).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining('Nothing was sent.'),
    });
  });

  test('counts as all its calls against the hourly budget', async () => {
    const tight = await automaticScene({ mode: 'unattended', budget: { records: 2, deletes: 0 } });
    const refused = await tight.fails('rollback', { changesetId: tight.changesetId });
    expect(refused).toContain(
      'rollback: this covers 2 records, 1 of them deleted; one approval may cover 2 records, 0',
    );
    expect(writes(tight.sandbox)).toEqual([]);

    const enough = await automaticScene({ mode: 'unattended', budget: { records: 2, deletes: 1 } });
    await enough.rollBack({ changesetId: enough.changesetId });
    expect(linesOf(enough, 'intent').map(({ size }) => size)).toEqual([{ records: 2, deletes: 1 }, undefined]);
  });

  test('is absent from a read-only server, which has its report', async () => {
    const { client, fails } = await rollbackScene({ mode: 'read-only' });
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toContain('plan_rollback');
    expect(names).not.toContain('rollback');
    expect(await fails('rollback', { changesetId: 'b' })).toContain('rollback is not offered here');
  });

  test('tells hosts that it may destroy', async () => {
    const { client } = await rollbackScene();
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'rollback')?.annotations).toEqual({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    });
  });
});

describe('the record before', () => {
  const imageOf = (scene: Pick<Scene, 'intents'>) => scene.intents().at(-1)?.before;

  test('is in the journal of each change of a record, secrets hidden, and of no creation', async () => {
    const scene = await rollbackScene({ switches: { echoSecrets: true } });
    const { ok, namespaceId } = scene;
    const secret = { identityProviderClientSecret: 'harbour-master-51' };
    const { id: routeId } = await ok('create_route', routeOf(namespaceId, 'Tide tables', secret));
    expect(imageOf(scene)).toBeUndefined();
    await ok('update_route', { routeId, description: 'x' });
    expect(imageOf(scene)).toMatchObject({
      id: routeId,
      name: 'Tide tables',
      identityProviderClientSecret: '[redacted by zero-mcp]',
    });
    await ok('delete_route', { routeId });
    expect(imageOf(scene)).toMatchObject({ id: routeId, description: 'x' });
    await ok('update_settings', { clusterId: scene.scene.waiting.id, logLevel: 'debug' });
    expect(imageOf(scene)).toHaveProperty('logLevel');
    expect(JSON.stringify(journalOf(scene.stateDirectory))).not.toContain('harbour-master');
  });

  test('is that of records which only a list shows, too', async () => {
    const scene = await rollbackScene({ mode: 'unattended' });
    const { ok } = scene;
    const clusterId = scene.scene.waiting.id;
    const [account] = scene.owner('list_service_accounts', { clusterId }) as unknown as { id: string }[];
    const patch = [{ op: 'replace', path: '/description', value: 'Other' }];
    await ok('patch_service_account', { clusterId, serviceAccountId: account?.id, patch });
    expect(imageOf(scene)).toMatchObject({ id: account?.id });
    const domain = await ok('add_custom_domain', { clusterId, domainName: 'tides.example.com' });
    await ok('delete_custom_domain', { customDomainId: domain.id });
    expect(imageOf(scene)).toMatchObject({ id: domain.id, domainName: 'tides.example.com' });
    await ok('update_organization', { name: 'Other' });
    expect(imageOf(scene)).toHaveProperty('ownerUserId');
  });

  test('costs no read of its own where the guard looks at the record anyway', async () => {
    const { ok, namespaceId, sandbox } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId));
    const from = sandbox.requests.length;
    await ok('update_route', { routeId, description: 'x' });
    expect(sandbox.requests.slice(from).filter(({ operation }) => operation === 'get_route')).toHaveLength(1);
  });

  test('that cannot be read is missing, and the answer says what that means', async () => {
    const scene = await rollbackScene({ mode: 'unattended' });
    const { ok, namespaceId, sandbox } = scene;
    const { id: routeId } = await ok('create_route', routeOf(namespaceId));
    sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'get_route' });
    const { notices } = await ok('update_route', { routeId, description: 'x' });
    expect(notices).toContain(
      'The record could not be read before the change, so this server cannot take the change back.',
    );
    expect(imageOf(scene)).toBeUndefined();
    expect((await scene.plan({ journalId: scene.last() })).cannot).toEqual([
      'route "Tide tables": nothing says how it was before; compare its activity and decide by hand.',
    ]);
  });
});
