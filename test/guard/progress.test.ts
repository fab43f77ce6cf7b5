import { describe, expect, test } from 'vitest';
import type { Fields } from '../harness.js';
import { writes } from '../scene.js';
import { confirmationOf, guardScene, MINUTE, YES } from './guard-scene.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;

/** A timer that ticks when it is told to. */
function createTimer() {
  const running = new Map<() => void, number>();
  return {
    every(ms: number, tick: () => void) {
      running.set(tick, ms);
      return () => void running.delete(tick);
    },
    running,
    tick() {
      for (const each of running.keys()) each();
    },
  };
}

/** Applies what waits, and hears how far that has come. */
async function applyHearing({ client, pending }: Scene) {
  const heard: Fields[] = [];
  const result = await client.callTool(
    { name: 'apply_changeset', arguments: { changesetId: pending() } },
    {
      onprogress: (progress) => {
        // The client counts its own round trips among them.
        if (!progress.message?.startsWith('Fulfilling')) heard.push({ ...progress });
      },
    },
  );
  return {
    heard,
    result: { content: result.structuredContent as Fields, isError: result.isError === true, text: '', meta: {} },
  };
}

describe('while an older host asks', () => {
  test('every ten seconds a sign of life, until the person has answered', async () => {
    const timer = createTimer();
    const scene = await guardScene({
      era: 'legacy',
      every: timer.every,
      answer: () => {
        expect([...timer.running.values()]).toEqual([10_000]);
        timer.tick();
        timer.tick();
        return YES;
      },
    });
    const { heard, result } = await applyHearing(scene);
    expect(result.content).toMatchObject({ status: 'applied' });
    expect(heard.slice(0, 2)).toEqual([
      { progress: 1, message: 'waiting for a person to answer' },
      { progress: 2, message: 'waiting for a person to answer' },
    ]);
    expect(timer.running.size).toBe(0);
  });

  test('nobody is told who has not asked to be', async () => {
    const timer = createTimer();
    const scene = await guardScene({
      era: 'legacy',
      every: timer.every,
      answer: () => {
        timer.tick();
        return YES;
      },
    });
    const told: unknown[] = [];
    scene.client.setNotificationHandler('notifications/progress', (notification) => void told.push(notification));
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
    expect(told).toEqual([]);
  });

  test.each<[string, () => unknown]>([
    [
      'fails',
      () => {
        throw new Error('the window was closed');
      },
    ],
    ['answers nonsense', () => ({ action: 'approve' })],
  ])('the host %s: nothing is sent, the question waits out of band, and the answer says so', async (_, answer) => {
    const timer = createTimer();
    const scene = await guardScene({ era: 'legacy', every: timer.every, answer });
    const { code, message } = confirmationOf(await scene.apply());
    expect(message).toMatch(/^Nothing was sent: a person must confirm this first/);
    expect(timer.running.size).toBe(0);
    expect(writes(scene.sandbox)).toEqual([]);
    scene.clock.advance(MINUTE);
    await scene.decide(code);
    expect((await scene.apply()).content).toMatchObject({ status: 'applied' });
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });
});

describe.each(['modern', 'legacy'] as const)('an apply under way, %s protocol', (era) => {
  test('its state is told when it changes', async () => {
    const scene = await guardScene({ era, answer: () => YES });
    const { heard, result } = await applyHearing(scene);
    expect(result.content).toMatchObject({ status: 'applied' });
    expect(heard).toEqual([{ progress: 1, message: 'the changeset is applying' }]);
  });

  test('and every ten seconds while it does not, for half a minute', async () => {
    const scene = await guardScene({ era, answer: () => YES, tick: 100 });
    scene.sandbox.onArrival(({ method, url }) => {
      if (method !== 'POST' || !url.endsWith('/apply')) return;
      // From here on nothing that is being applied comes to an end.
      scene.sandbox.onArrival(() => {
        const state = scene.sandbox.snapshot();
        for (const changeset of Object.values(state.changesets)) changeset.polls = 2;
        scene.sandbox.restore(state);
        scene.clock.advance(900);
      });
    });
    const { heard, result } = await applyHearing(scene);
    expect(result.content.notices).toEqual(['The changeset is "applying" after 30 s; nothing more was sent.']);
    expect(heard.map(({ message }) => message)).toEqual(Array(3).fill('the changeset is applying'));
    expect(writes(scene.sandbox)).toEqual(['POST apply_changeset']);
  });
});
