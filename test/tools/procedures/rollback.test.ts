import { describe, expect, test } from 'vitest';
import { HIDDEN } from '../../../src/secret.js';
import { confirmationOf, routeOf } from '../../guard/guard-scene.js';
import { writes } from '../../scene.js';
import { policyOf, rollbackScene } from './rollback-scene.js';

const SECRET = 'harbour-master-51';

describe('one call', () => {
  test('an update is put back field by field, and what others changed beside it stays', async () => {
    const { ok, namespaceId, plan, rollBack, last, record, ownerSets, sandbox } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId, 'Tide tables', { to: ['http://a:80'] }));
    await ok('update_route', { routeId, to: ['http://b:80'], description: 'Twice a day' });
    const journalId = last();
    ownerSets(routeId, 'showErrorDetails', true);
    const proposal = await plan({ journalId });
    expect(proposal.steps).toEqual([
      {
        operation: 'patch_route',
        arguments: {
          organizationId: expect.any(String),
          routeId,
          patch: [
            { op: 'test', path: '/to', value: ['http://b:80'] },
            { op: 'add', path: '/to', value: ['http://a:80'] },
            { op: 'test', path: '/description', value: 'Twice a day' },
            { op: 'remove', path: '/description' },
          ],
        },
      },
    ]);
    expect(proposal.text).toContain('to: ["http://b:80"] → ["http://a:80"]');
    const sent = writes(sandbox).length;
    await rollBack({ journalId });
    expect(writes(sandbox).slice(sent)).toEqual(['PATCH patch_route']);
    expect(record('get_route', { routeId })).toMatchObject({ to: ['http://a:80'], showErrorDetails: true });
    expect(record('get_route', { routeId })).not.toHaveProperty('description');
  });

  test('where it stands in the journal names it as well as its id', async () => {
    const { ok, call, namespaceId, plan } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId));
    const { meta } = await call('update_route', { routeId, description: 'Twice a day' });
    const { chain, line } = meta.journal as { chain: string; line: number };
    const [step] = (await plan({ chain, line })).steps;
    expect(step).toMatchObject({ operation: 'patch_route', arguments: { routeId } });
  });

  test('a second rollback finds it as it was, and sends nothing', async () => {
    const { ok, namespaceId, rollBack, plan, last, sandbox } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId));
    await ok('update_route', { routeId, description: 'Twice a day' });
    const journalId = last();
    await rollBack({ journalId });
    const sent = writes(sandbox).length;
    expect((await plan({ journalId })).already).toEqual(['route "Tide tables" is as it was.']);
    expect(await rollBack({ journalId })).toEqual({ steps: [], notes: [], notices: ['Nothing had to be changed.'] });
    expect(writes(sandbox)).toHaveLength(sent);
  });

  test('a field that was changed again stays as it is, and the answer says so', async () => {
    const { ok, namespaceId, rollBack, last, record, ownerSets } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId, 'Tide tables', { description: 'Old' }));
    await ok('update_route', { routeId, description: 'Ours', to: ['http://b:80'] });
    const journalId = last();
    ownerSets(routeId, 'description', 'Theirs');
    expect((await rollBack({ journalId })).notes).toEqual([
      'route "Tide tables": description has been changed again since, and stays as it is.',
    ]);
    expect(record('get_route', { routeId })).toMatchObject({ description: 'Theirs', to: ['http://tides:80'] });
  });

  test('what was created is deleted, unless it has been changed since', async () => {
    const { ok, namespaceId, plan, rollBack, last, record, ownerSets } = await rollbackScene();
    const { id: kept } = await ok('create_route', routeOf(namespaceId, 'Kept'));
    const first = last();
    const { id: dropped } = await ok('create_route', routeOf(namespaceId, 'Dropped'));
    const second = last();
    ownerSets(kept, 'description', 'In use');
    expect(await plan({ journalId: first })).toMatchObject({
      steps: [],
      conflicts: ['route "Kept" has been changed since it was created (description): it is not deleted.'],
    });
    await rollBack({ journalId: second });
    expect(record('get_route', { routeId: dropped })).toBeUndefined();
    expect((await plan({ journalId: second })).already).toEqual(['route "Dropped" is gone already.']);
  });

  test.each([
    [
      'that Zero shows',
      true,
      ['route "Tide tables" is made again without setRequestHeaders.X-Station, a secret: set it by hand.'],
    ],
    ['that Zero withholds', false, []],
  ])('what was deleted is made again without its secrets, %s', async (_, echoSecrets, named) => {
    const { ok, namespaceId, rollBack, plan, last, record } = await rollbackScene({ switches: { echoSecrets } });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Pomerium's own placeholder
    const headers = { 'X-Station': SECRET, 'X-User': '${pomerium.id_token}' };
    const { id: routeId } = await ok(
      'create_route',
      routeOf(namespaceId, 'Tide tables', { setRequestHeaders: headers }),
    );
    await ok('delete_route', { routeId });
    const journalId = last();
    const proposal = await plan({ journalId });
    expect(proposal.cannot).toEqual([
      ...named,
      'route "Tide tables" is made again without secrets: Zero may not have shown all that it had in setRequestHeaders, ' +
        'kubernetesServiceAccountToken, identityProviderClientSecret, mcp.',
    ]);
    expect(JSON.stringify(proposal)).not.toContain(SECRET);
    const { steps } = await rollBack({ journalId });
    const id = steps[0]?.answer?.id;
    expect(id).not.toBe(routeId);
    const made = record('get_route', { routeId: id });
    const { 'X-User': user } = headers;
    expect(made).toMatchObject({ name: 'Tide tables', to: ['http://tides:80'], setRequestHeaders: { 'X-User': user } });
    expect(JSON.stringify(made)).not.toContain(SECRET);
    expect(JSON.stringify(made)).not.toContain(HIDDEN);
  });

  test('a secret that was changed is listed and not touched; the rest beside it is put back', async () => {
    const { ok, namespaceId, rollBack, last, sandbox } = await rollbackScene();
    const { id: routeId } = await ok(
      'create_route',
      routeOf(namespaceId, 'Tide tables', { identityProviderClientSecret: 'one' }),
    );
    await ok('update_route', { routeId, identityProviderClientSecret: 'two', description: 'Twice a day' });
    const journalId = last();
    const { notes, steps } = await rollBack({ journalId });
    expect(notes).toEqual([
      'route "Tide tables": identityProviderClientSecret holds a secret that was changed; set the old one by hand.',
    ]);
    expect(steps).toHaveLength(1);
    expect(sandbox.requests.findLast(({ method }) => method === 'PATCH')?.body).not.toContain('Secret');
    expect(JSON.stringify(sandbox.snapshot())).toContain('"identityProviderClientSecret":"two"');
  });

  test('settings are put back, and switching auto-apply on again takes a person', async () => {
    const { ok, call, scene, last, rollBack, record, decide } = await rollbackScene();
    const clusterId = scene.automatic.id;
    const off = await call('update_settings', { clusterId, autoApplyChangesets: false, logLevel: 'debug' });
    if (off.content.confirmation_required) {
      await decide(confirmationOf(off).code);
      await ok('update_settings', { clusterId, autoApplyChangesets: false, logLevel: 'debug' });
    }
    const journalId = last();
    const { code, plan } = confirmationOf(await call('rollback', { journalId }));
    expect(plan.reason).toContain('go live by themselves');
    await decide(code);
    await rollBack({ journalId });
    expect(record('get_settings', { clusterId })).toMatchObject({ autoApplyChangesets: true });
  });

  test.each([
    ['rotate_cluster_token', 'the old token is dead: give the new one to the cluster'],
    ['create_organization_invite', 'delete_organization_invite withdraws what nobody has accepted yet'],
    ['create_api_access_user', 'the user and its token work until remove_user_from_organization takes them away'],
  ])('%s is beyond it, with what to do', async (name, advice) => {
    const { ok, scene, last, plan } = await rollbackScene({ mode: 'unattended' });
    const inputs: Readonly<Record<string, object>> = {
      rotate_cluster_token: { clusterId: scene.waiting.id },
      create_organization_invite: { emails: ['newcomer@example.com'], role: 'member' },
      create_api_access_user: { name: 'Nightly audit', role: 'auditor' },
    };
    await ok(name, { ...inputs[name] });
    expect(await plan({ journalId: last() })).toEqual({
      steps: [],
      conflicts: [],
      cannot: [`${name} can't be undone: ${advice}.`],
      already: [],
    });
  });

  test('a cluster that was renamed gets its name back by a PUT of all its fields, after a yes', async () => {
    const { ok, call, scene, last, rollBack, record, decide } = await rollbackScene();
    const clusterId = scene.waiting.id;
    const before = record('get_cluster', { clusterId });
    const renamed = { clusterId, name: 'Elsewhere' };
    await decide(confirmationOf(await call('update_cluster', renamed)).code);
    await ok('update_cluster', renamed);
    const journalId = last();
    await decide(confirmationOf(await call('rollback', { journalId })).code);
    await rollBack({ journalId });
    const { updatedAt, ...after } = record('get_cluster', { clusterId }) ?? {};
    expect({ ...before, ...after }).toEqual(before);
  });

  test('a call that failed, or that nobody knows the end of, is not guessed at', async () => {
    const { ok, fails, call, namespaceId, plan, last, sandbox } = await rollbackScene();
    const { id: routeId } = await ok('create_route', routeOf(namespaceId));
    sandbox.faults.add({ fault: { kind: 'status', status: 409 }, operation: 'patch_route' });
    await fails('update_route', { routeId, description: 'x' });
    expect((await plan({ journalId: last() })).cannot).toEqual([
      'patch_route was not carried out: there is nothing to take back.',
    ]);
    sandbox.faults.add({ fault: { kind: 'reset', when: 'after' }, operation: 'patch_route', times: 9 });
    await call('update_route', { routeId, description: 'x' });
    sandbox.faults.clear();
    expect((await plan({ journalId: last() })).cannot).toEqual([
      'Nobody knows how patch_route ended: read the record and decide by hand.',
    ]);
  });

  test('a record too long for the journal is said to be', async () => {
    const { ok, namespaceId, plan, last } = await rollbackScene();
    const description = 'tide '.repeat(80_000);
    const { id: routeId } = await ok('create_route', routeOf(namespaceId, 'Tide tables', { description }));
    await ok('update_route', { routeId, description: 'short' });
    expect((await plan({ journalId: last() })).cannot).toEqual([
      "patch_route can't be undone: its record was too long for the journal to keep whole. Decide by hand.",
    ]);
  });

  test('asks for exactly one way to name it, and says when there is no such call', async () => {
    const { fails } = await rollbackScene();
    const one = 'Expected one of changesetId, journalId, or chain with line.';
    expect(await fails('plan_rollback', {})).toContain(one);
    expect(await fails('rollback', { journalId: 'a', changesetId: 'b' })).toContain(one);
    expect(await fails('plan_rollback', { chain: 'x.jsonl' })).toContain(one);
    expect(await fails('plan_rollback', { journalId: 'none' })).toContain(
      'The journal of this server has no such call.',
    );
  });
});

describe('a changeset', () => {
  test('of strangers is taken back from the log: created, changed and deleted records, secrets never', async () => {
    const scene = await rollbackScene();
    const { owner, ownerSets, namespaceId, rollBack, record, plan } = scene;
    const { id: routeId } = owner('create_route', routeOf(namespaceId, 'Old', { description: 'before' }));
    const { id: doomed } = owner(
      'create_route',
      routeOf(namespaceId, 'Doomed', { setRequestHeaders: { 'X-Key': SECRET } }),
    );
    scene.ship();
    ownerSets(routeId, 'description', 'after');
    owner('delete_route', { routeId: doomed });
    const { id: created } = owner('create_route', routeOf(namespaceId, 'New'));
    const changesetId = scene.ship();

    const proposal = await plan({ changesetId });
    expect(proposal.steps.map(({ operation }) => operation)).toEqual(['delete_route', 'create_route', 'patch_route']);
    expect(JSON.stringify(proposal)).not.toContain(SECRET);
    const { steps } = await rollBack({ changesetId });
    expect(record('get_route', { routeId })).toMatchObject({ description: 'before' });
    expect(record('get_route', { routeId: created })).toBeUndefined();
    expect(record('get_route', { routeId: steps[1]?.answer?.id })).toMatchObject({ name: 'Doomed' });
  });

  test('references to a record that is made again follow it to its new id', async () => {
    const scene = await rollbackScene();
    const { ok, namespaceId, rollBack, record, plan } = scene;
    const { id: policyId } = await ok('create_policy', policyOf(namespaceId, 'Crew'));
    const { id: routeId } = await ok('create_route', routeOf(namespaceId, 'Bridge', { policyIds: [policyId] }));
    scene.ship();
    await ok('update_route', { routeId, policyIds: [] });
    await ok('delete_policy', { policyId });
    const changesetId = scene.ship();

    const { text } = await plan({ changesetId });
    expect(text).toContain(`policyIds: [] → ["new id of ${policyId}"]`);
    expect(text).toMatch(/^Everyone at tidewrack\.example gains "bridge\.example\.com"; nobody loses\.\nRoll back/);
    const { steps } = await rollBack({ changesetId });
    expect(steps.map(({ operation }) => operation)).toEqual(['create_policy', 'patch_route']);
    const renewed = steps[0]?.answer?.id;
    expect(renewed).not.toBe(policyId);
    expect(record('get_route', { routeId })).toMatchObject({ policyIds: [renewed] });
  });

  test('a policy that a route will still name is left, one that is taken off goes', async () => {
    const { ok, owner, ownerSets, namespaceId, ship, plan } = await rollbackScene();
    const { id: before } = owner('create_route', routeOf(namespaceId, 'Bridge'));
    ship();
    const { id: kept } = await ok('create_policy', policyOf(namespaceId, 'Crew'));
    const { id: freed } = await ok('create_policy', policyOf(namespaceId, 'Pilots'));
    await ok('create_route', routeOf(namespaceId, 'Quay', { policyIds: [freed] }));
    await ok('update_route', { routeId: before, policyIds: [freed] });
    const changesetId = ship();
    const { id: later } = owner('create_route', routeOf(namespaceId, 'Later', { policyIds: [kept] }));

    const { steps, cannot } = await plan({ changesetId });
    expect(cannot).toEqual(['policy "Crew" can\'t be deleted while routes name it: "Later". Take it off them first.']);
    expect(steps.map(({ operation, arguments: { policyId } }) => [operation, policyId])).toEqual([
      ['delete_route', undefined],
      ['patch_route', undefined],
      ['delete_policy', freed],
    ]);
    ownerSets(before, 'policyIds', [freed, kept]);
    ownerSets(later, 'policyIds', []);
    // Made at one moment: which is told first, their ids decide.
    expect(((await plan({ changesetId })).cannot as readonly string[]).toSorted()).toEqual([
      expect.stringContaining('policy "Crew" can\'t be deleted while routes name it: "Bridge".'),
      expect.stringContaining('policy "Pilots" can\'t be deleted while routes name it: "Bridge".'),
    ]);
  });

  test('that was applied through this server is found by the journal of the apply', async () => {
    const scene = await rollbackScene();
    const { ok, call, namespaceId, decide, last, plan, pending } = scene;
    scene.ship();
    await ok('create_route', routeOf(namespaceId));
    const changesetId = pending();
    await decide(confirmationOf(await call('apply_changeset', { changesetId })).code);
    await ok('apply_changeset', { changesetId });
    const [step] = (await plan({ journalId: last() })).steps;
    expect(step?.operation).toBe('delete_route');
  });

  test('a deleted key pair, and what named it, is left to the person', async () => {
    const scene = await rollbackScene();
    const { owner, namespaceId, plan } = scene;
    const certificate = (owner('list_key_pairs', { namespaceId }) as unknown as { certificate: string }[])[0]
      ?.certificate;
    const { id: keyPairId } = owner('create_key_pair', { namespaceId, name: 'Old CA', certificate });
    const { id: routeId } = owner('create_route', routeOf(namespaceId, 'Bridge', { tlsCustomCaKeyPairId: keyPairId }));
    scene.ship();
    owner('patch_route', { routeId, patch: [{ op: 'remove', path: '/tlsCustomCaKeyPairId' }] });
    owner('delete_key_pair', { keyPairId });
    const changesetId = scene.ship();
    const { steps, cannot } = await plan({ changesetId });
    expect(steps).toEqual([]);
    expect(cannot).toEqual([
      expect.stringContaining('key_pair "Old CA" can\'t be made again: Zero never gives a private key out'),
      'route "Bridge": tlsCustomCaKeyPairId named a record that is gone; set it by hand.',
    ]);
  });

  test('says when there is no such changeset', async () => {
    const { fails } = await rollbackScene();
    expect(await fails('plan_rollback', { changesetId: 'bNone' })).toContain(
      'Zero lists no changeset "bNone" of a cluster.',
    );
  });
});

describe('a pin', () => {
  test('holds for calls of the journal too', async () => {
    const scene = await rollbackScene();
    const { ok, another, last } = scene;
    const { id: routeId } = await ok('create_route', routeOf(scene.namespaceId));
    await ok('update_route', { routeId, description: 'x' });
    const inside = await another({ pin: { cluster: scene.scene.waiting.id } });
    expect((await scene.plan({ journalId: last() }, inside)).steps).toHaveLength(1);
    const outside = await another({ pin: { cluster: scene.scene.automatic.id } });
    const sent = writes(scene.sandbox).length;
    for (const tool of ['plan_rollback', 'rollback']) {
      expect(await outside.fails(tool, { journalId: last() })).toContain('patch_route was made in another cluster.');
    }
    expect(writes(scene.sandbox)).toHaveLength(sent);
  });

  test('keeps a record that came from elsewhere from going back there', async () => {
    const scene = await rollbackScene();
    const { owner, ownerSets, another, namespaceId } = scene;
    const { id: routeId } = owner('create_route', routeOf(scene.scene.automatic.namespaceId));
    ownerSets(routeId, 'namespaceId', namespaceId);
    owner('delete_route', { routeId });
    const changesetId = scene.ship();
    const inside = await another({ pin: { cluster: scene.scene.waiting.id } });
    const { steps } = await scene.plan({ changesetId }, inside);
    expect(steps).toContainEqual(expect.objectContaining({ operation: 'create_route' }));
    expect(await inside.fails('rollback', { changesetId })).toContain(
      `namespaceId "${scene.scene.automatic.namespaceId}" is not in cluster ${scene.scene.waiting.id}.`,
    );
    expect(writes(scene.sandbox)).toEqual([]);
  });
});
