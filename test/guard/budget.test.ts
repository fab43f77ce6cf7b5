import { describe, expect, test } from 'vitest';
import { liveState, writes } from '../scene.js';
import { asked, confirmationOf, guardScene, HOUR, journalOf, MINUTE, routeOf } from './guard-scene.js';

const SPENT =
  'it would go live at once: auto-apply is on for "staging" (CLUSTER), and the operator\'s hourly budget for what nobody is asked about is spent';

describe('unattended, within an hour', () => {
  test('what exceeds the changes is asked about as in guarded mode', async () => {
    const { ok, call, scene, sandbox, clock } = await guardScene({
      mode: 'unattended',
      budget: { records: 2, deletes: 2 },
    });
    const create = (name: string) => ['create_route', routeOf(scene.automatic.namespaceId, name)] as const;
    await ok(...create('One'));
    clock.advance(MINUTE);
    await ok(...create('Two'));
    const live = liveState(sandbox, scene);
    const { plan } = await asked({ call }, ...create('Three'));
    expect(plan.reason).toBe(
      SPENT.replace('CLUSTER', scene.automatic.id).replace('staging', String(scene.automatic.name)),
    );
    expect(liveState(sandbox, scene)).toBe(live);

    clock.advance(HOUR - MINUTE + 1);
    await ok(...create('Three'));
    expect((await call(...create('Four'))).content).toHaveProperty('confirmation_required');
  });

  test("a person's yes lets it through and spends nothing", async () => {
    const guard = await guardScene({ mode: 'unattended', budget: { records: 1, deletes: 1 } });
    const { ok, call, scene, clock } = guard;
    const create = (name: string) => ['create_route', routeOf(scene.automatic.namespaceId, name)] as const;
    await ok(...create('One'));
    clock.advance(30 * MINUTE);
    const { code } = await asked({ call }, ...create('Two'));
    await guard.decide(code);
    expect((await call(...create('Two'))).content).toMatchObject({ name: 'Two' });
    clock.advance(30 * MINUTE + 1);
    await ok(...create('Three'));
  });

  test('deletes have their own', async () => {
    const { ok, call, scene } = await guardScene({ mode: 'unattended', budget: { records: 100, deletes: 1 } });
    const [first, second] = scene.routesOf(scene.automatic);
    await ok('delete_route', { routeId: first?.id });
    await asked({ call }, 'delete_route', { routeId: second?.id });
    await ok('create_route', routeOf(scene.automatic.namespaceId));
  });

  test('drafts that wait go on, as in guarded mode', async () => {
    const { ok, scene } = await guardScene({ mode: 'unattended', budget: { records: 0, deletes: 0 } });
    await ok('create_route', routeOf(scene.waiting.namespaceId));
  });

  test('an apply counts what its plan holds', async () => {
    const { apply, stateDirectory, ok, call, scene } = await guardScene({
      mode: 'unattended',
      budget: { records: 4, deletes: 1 },
    });
    expect((await apply()).isError).toBe(false);
    expect(journalOf(stateDirectory).find(({ kind }) => kind === 'intent')).toMatchObject({
      size: { records: 3, deletes: 0 },
    });
    await ok('create_route', routeOf(scene.automatic.namespaceId, 'One'));
    await asked({ call }, 'create_route', routeOf(scene.automatic.namespaceId, 'Two'));
  });

  test('calls made at once do not each see the whole budget', async () => {
    const { call, scene, sandbox } = await guardScene({ mode: 'unattended', budget: { records: 3, deletes: 0 } });
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        call('create_route', routeOf(scene.automatic.namespaceId, `Buoy ${index}`)),
      ),
    );
    expect(results.filter(({ content }) => 'confirmation_required' in content)).toHaveLength(7);
    expect(writes(sandbox)).toHaveLength(3);
  });

  test('another server on the same state directory shares it; what failed spends nothing', async () => {
    const { ok, call, scene, another } = await guardScene({ mode: 'unattended', budget: { records: 1, deletes: 0 } });
    const create = (name: string) => ['create_route', routeOf(scene.automatic.namespaceId, name)] as const;
    const wrong = routeOf(scene.automatic.namespaceId, 'Wrong', { from: 'nonsense' });
    expect((await call('create_route', wrong)).isError).toBe(true);
    await ok(...create('One'));
    await asked(await another(), ...create('Two'));
  });
});

describe('one approval', () => {
  test('covers no more than the budget', async () => {
    const { apply, scene, sandbox, store, stateDirectory } = await guardScene({ budget: { records: 2, deletes: 0 } });
    const live = liveState(sandbox, scene);
    const { isError, content } = await apply();
    expect(isError).toBe(true);
    expect((content.error as { message: string }).message).toBe(
      'apply_changeset: this covers 3 records, 0 of them deleted; one approval may cover 2 records, 0 of them deleted.\n' +
        'Next: Nothing was sent. Make it smaller, or tell the person that the operator can raise --max-changes and --max-deletes.',
    );
    expect(liveState(sandbox, scene)).toBe(live);
    expect(await store.list()).toEqual([]);
    expect(journalOf(stateDirectory).at(-1)).toMatchObject({
      kind: 'refusal',
      operation: 'apply_changeset',
      principal: expect.stringMatching(/\S/),
      client: { name: expect.stringMatching(/\S/), version: expect.stringMatching(/\S/) },
    });
  });

  test('that was given does not cover what has grown beyond it', async () => {
    const guard = await guardScene({ budget: { records: 3, deletes: 0 } });
    const { apply, scene, sandbox, strangerEdits } = guard;
    await guard.decide(confirmationOf(await apply()).code);
    strangerEdits('Lighthouse');
    const live = liveState(sandbox, scene);
    expect((await apply()).text).toContain('this covers 4 records');
    expect(liveState(sandbox, scene)).toBe(live);
  });
});
