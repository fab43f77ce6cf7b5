import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guardScene, MINUTE, routeOf } from '../../guard/guard-scene.js';
import type { Fields } from '../../harness.js';

interface Changes extends Fields {
  readonly items: readonly (Fields & { readonly name?: string; readonly edits: readonly Fields[] })[];
  readonly reconciliation: { readonly notInZero: readonly Fields[]; readonly notInJournal: readonly Fields[] } & Fields;
}

/** A scene in which nothing but the given calls lies in the last hour. */
async function quietScene(options: Parameters<typeof guardScene>[0] = {}) {
  const scene = await guardScene(options);
  scene.clock.advance(48 * 60 * MINUTE);
  const since = new Date(scene.clock.now() - 1).toISOString();
  const recent = async (input: Fields = {}, { ok }: Pick<typeof scene, 'ok'> = scene) =>
    (await ok('recent_changes', { since, ...input })) as Changes;
  return { ...scene, since, recent };
}

describe('recent_changes', () => {
  test('tells who changed what, newest first, live or waiting, through this server or not', async () => {
    const { ok, scene, clock, recent, strangerEdits, sandbox } = await quietScene();
    const { id: routeId } = await ok('create_route', routeOf(scene.waiting.namespaceId));
    clock.advance(MINUTE);
    strangerEdits('Lighthouse');
    clock.advance(MINUTE);
    await ok('update_route', { routeId, description: 'Twice a day' });
    clock.advance(MINUTE);
    sandbox.as('owner')('create_route', routeOf(scene.automatic.namespaceId, 'Foghorn'));

    const { items, total } = await recent();
    expect(total).toBe(3);
    expect(items.map(({ name, edits }) => [name, edits.map(({ action }) => action)])).toEqual([
      ['Foghorn', ['create']],
      ['Tide tables', ['update', 'create']],
      ['Lighthouse', ['create']],
    ]);
    const states = items.map(({ edits: [edit] }) => [edit?.state, edit?.ours]);
    expect(states).toEqual([
      ['live', false],
      ['waiting', true],
      ['waiting', false],
    ]);
    expect(items[0]?.edits[0]).toHaveProperty('liveSince');
    expect(items[1]?.edits.map(({ fields }) => fields)).toEqual([['description'], undefined]);
    expect(items[2]?.edits[0]?.by).toMatch(/@tidewrack\.example$/);
  });

  test('names the call of each edit of this server, as plan_rollback takes it', async () => {
    const { ok, scene, strangerEdits, recent, clock } = await quietScene();
    const { id: routeId } = await ok('create_route', routeOf(scene.waiting.namespaceId));
    clock.advance(MINUTE);
    await ok('update_route', { routeId, description: 'Twice a day' });
    strangerEdits('Lighthouse');
    const { items } = await recent();
    const edits = items.find(({ id }) => id === routeId)?.edits ?? [];
    expect(edits).toHaveLength(2);
    expect(new Set(edits.map(({ journalId }) => journalId)).size).toBe(2);
    expect(items.find(({ name }) => name === 'Lighthouse')?.edits[0]).not.toHaveProperty('journalId');
    const [update] = edits;
    const proposed = JSON.stringify(await ok('plan_rollback', { journalId: update?.journalId }));
    expect(proposed).toContain(String(routeId));
    expect(proposed).toContain('description');
  });

  test('keeps to the time and the number asked for', async () => {
    const { scene, clock, recent, since, sandbox } = await quietScene();
    const owner = sandbox.as('owner');
    owner('create_route', routeOf(scene.waiting.namespaceId, 'First'));
    clock.advance(MINUTE);
    const until = new Date(clock.now()).toISOString();
    owner('create_route', routeOf(scene.waiting.namespaceId, 'Second'));
    clock.advance(MINUTE);
    owner('create_route', routeOf(scene.waiting.namespaceId, 'Third'));

    const names = ({ items }: Changes) => items.map(({ name }) => name);
    expect(await recent({ until })).toMatchObject({ since, until, total: 2 });
    expect(names(await recent({ until }))).toEqual(['Second', 'First']);
    const limited = await recent({ limit: 1 });
    expect(names(limited)).toEqual(['Third']);
    expect(limited).toMatchObject({ total: 3, omitted: 2 });
    expect(names(await recent({ since: new Date(clock.now()).toISOString() }))).toEqual(['Third']);
  });

  test('reads as many pages as the time asks for', async () => {
    const { scene, clock, recent, sandbox } = await quietScene();
    const owner = sandbox.as('owner');
    for (let index = 0; index < 130; index++) {
      const { id: routeId } = owner('create_route', routeOf(scene.waiting.namespaceId, `Buoy ${index}`)) as Fields;
      owner('delete_route', { routeId });
      clock.advance(1000);
    }
    expect(await recent()).toMatchObject({ total: 130, omitted: 80 });
  });

  test('holds no snapshot and no secret', async () => {
    const { ok, scene, recent } = await quietScene();
    const setRequestHeaders = { Authorization: 'Bearer harbour-master-51' };
    await ok('create_route', routeOf(scene.waiting.namespaceId, 'Tide tables', { setRequestHeaders }));
    const text = JSON.stringify(await recent());
    expect(text).toContain('Tide tables');
    expect(text).not.toMatch(/harbour-master|setRequestHeaders/);
  });

  test('of one cluster; a pin needs none to be named and shows no other', async () => {
    const { scene, recent, another, sandbox } = await quietScene();
    const owner = sandbox.as('owner');
    owner('create_route', routeOf(scene.waiting.namespaceId, 'Here'));
    owner('create_route', routeOf(scene.automatic.namespaceId, 'There'));
    const names = ({ items }: Changes) => items.map(({ name }) => name);
    expect(names(await recent({ clusterId: scene.automatic.id }))).toEqual(['There']);
    const pinned = await another({ pin: { cluster: scene.waiting.id }, mode: 'read-only' });
    expect(names(await recent({}, pinned))).toEqual(['Here']);
    expect(await pinned.fails('recent_changes', { clusterId: scene.automatic.id })).toContain(
      'clusterId is fixed by the operator: leave it out',
    );
  });

  test('agrees with the journal after ordinary work', async () => {
    const { ok, scene, recent, strangerEdits } = await quietScene();
    const { id: routeId } = await ok('create_route', routeOf(scene.waiting.namespaceId));
    await ok('update_route', { routeId, description: 'Twice a day' });
    await ok('delete_route', { routeId });
    strangerEdits('Lighthouse');
    const { reconciliation } = await recent({ reconcile: true });
    expect(reconciliation).toEqual({ notInZero: [], notInJournal: [] });
  });

  test('finds what the journal has and the log lacks', async () => {
    const { ok, scene, recent, sandbox } = await quietScene();
    await ok('create_route', routeOf(scene.waiting.namespaceId, 'Kept'));
    const { id } = await ok('create_route', routeOf(scene.waiting.namespaceId, 'Lost'));
    const state = sandbox.snapshot();
    const activity = Object.entries(state.activity).filter(([, { entity }]) => entity.id !== id);
    sandbox.restore({ ...state, activity: Object.fromEntries(activity) });
    const { reconciliation } = await recent({ reconcile: true });
    expect(reconciliation.notInJournal).toEqual([]);
    expect(reconciliation.notInZero).toMatchObject([{ operation: 'create_route', entityId: id }]);
    const elsewhere = await recent({ reconcile: true, clusterId: scene.automatic.id });
    expect(elsewhere.reconciliation.notInZero).toEqual([]);
  });

  test("finds edits under this server's API user that the journal lacks", async () => {
    const { ok, scene, recent, sandbox, strangerEdits } = await quietScene();
    await ok('create_route', routeOf(scene.waiting.namespaceId));
    sandbox.as('admin')('create_route', routeOf(scene.waiting.namespaceId, 'By a script with the same token'));
    strangerEdits('Lighthouse');
    const { reconciliation } = await recent({ reconcile: true });
    expect(reconciliation.notInZero).toEqual([]);
    expect(reconciliation.notInJournal).toMatchObject([{ type: 'route', action: 'create' }]);
  });

  test('knows its API user by older work too, and says when it does not', async () => {
    const { ok, scene, clock, recent, sandbox, stateDirectory } = await quietScene();
    await ok('create_route', routeOf(scene.waiting.namespaceId));
    clock.advance(MINUTE);
    const since = new Date(clock.now()).toISOString();
    sandbox.as('admin')('create_route', routeOf(scene.waiting.namespaceId, 'By a script with the same token'));
    const { reconciliation } = await recent({ since, reconcile: true });
    expect(reconciliation.notInJournal).toHaveLength(1);

    rmSync(join(stateDirectory, 'journal'), { recursive: true });
    expect((await recent({ since, reconcile: true })).reconciliation).toEqual({
      notInZero: [],
      notInJournal: [],
      notices: ['No edit of the journal is in the log, so nobody can tell which edits are of this server’s API user.'],
    });
  });
});
