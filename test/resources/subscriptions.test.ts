import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, test, vi } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { connect } from '../harness.js';
import { sceneOf } from '../scene.js';

/** A clock of the test's: what is pending runs when it says so. */
function hand() {
  const pauses: number[] = [];
  let pending: (() => void) | undefined;
  return {
    pauses,
    isPending: () => pending !== undefined,
    pace: {
      random: () => 0.5,
      after: (ms: number, run: () => void) => {
        pauses.push(ms);
        pending = run;
        return () => {
          if (pending === run) pending = undefined;
        };
      },
    },
    /** Runs what is pending, and waits until the look it takes has ended. */
    async tick() {
      const run = pending;
      const before = pauses.length;
      pending = undefined;
      run?.();
      await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(before));
    },
  };
}

/** What a client has been told, and the two ways to ask for it. */
function told(client: Client, era: 'modern' | 'legacy') {
  const updated: string[] = [];
  let lists = 0;
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    updated.push(params.uri);
  });
  client.setNotificationHandler('notifications/resources/list_changed', () => {
    lists += 1;
  });
  return {
    updated,
    lists: () => lists,
    async subscribe(uris: readonly string[]): Promise<() => Promise<unknown>> {
      if (era === 'modern') {
        const open = await client.listen({ resourceSubscriptions: [...uris], resourcesListChanged: true });
        expect(open.honoredFilter).toEqual({ resourceSubscriptions: uris, resourcesListChanged: true });
        return () => open.close();
      }
      for (const uri of uris) await client.subscribeResource({ uri });
      return () => Promise.all(uris.map((uri) => client.unsubscribeResource({ uri })));
    },
  };
}

function placesOf(sandbox: Sandbox) {
  const scene = sceneOf(sandbox);
  const base = `zero://organizations/${scene.organizationId}`;
  const [route, other] = scene.routesOf(scene.waiting);
  const [policy] = scene.policiesOf(scene.waiting);
  if (!route || !other || !policy) throw new Error('the sandbox lacks what the tests need');
  return { ...scene, base, route, other, policy, routeUri: `${base}/routes/${route.id}`, admin: sandbox.as('admin') };
}

const looks = (sandbox: Sandbox) =>
  sandbox.requests.filter(({ operation }) => operation === 'list_activity_logs').length;

describe.each(['modern', 'legacy'] as const)('a %s client', (era) => {
  test('is told when a route, a policy or a changeset changes, and of nothing else', async () => {
    const clock = hand();
    const { client, sandbox } = await connect({ era, pace: clock.pace });
    const { base, route, other, policy, waiting, routeUri, admin } = placesOf(sandbox);
    const policyUri = `${base}/policies/${policy.id}`;
    const changesetsUri = `${base}/changesets?clusterId=${waiting.id}`;
    const notes = told(client, era);
    await notes.subscribe([routeUri, policyUri, changesetsUri]);
    await vi.waitFor(() => expect(clock.isPending()).toBe(true));
    const before = looks(sandbox);

    await clock.tick();
    expect(looks(sandbox)).toBe(before + 1);
    expect(notes.updated).toEqual([]);

    const edit = (id: string) =>
      admin('patch_route', { routeId: id, patch: [{ op: 'add', path: '/description', value: 'x' }] });
    edit(route.id);
    await clock.tick();
    await vi.waitFor(() => expect(notes.updated.toSorted()).toEqual([changesetsUri, routeUri].toSorted()));

    notes.updated.length = 0;
    edit(other.id);
    await clock.tick();
    await vi.waitFor(() => expect(notes.updated).toEqual([changesetsUri]));
    expect(notes.lists()).toBe(0);

    notes.updated.length = 0;
    admin('patch_policy', { policyId: policy.id, patch: [{ op: 'add', path: '/description', value: 'x' }] });
    await clock.tick();
    await vi.waitFor(() => expect(notes.updated.toSorted()).toEqual([changesetsUri, policyUri].toSorted()));
  });

  test('is told when records come and go', async () => {
    const clock = hand();
    const { client, sandbox } = await connect({ era, pace: clock.pace });
    const { routeUri, other, admin } = placesOf(sandbox);
    const notes = told(client, era);
    await notes.subscribe([routeUri]);
    await vi.waitFor(() => expect(clock.isPending()).toBe(true));
    admin('delete_route', { routeId: other.id });
    await clock.tick();
    await vi.waitFor(() => expect(notes.lists()).toBe(1));
    expect(notes.updated).toEqual([]);
  });

  test('ends the looking with the last subscription', async () => {
    const clock = hand();
    const { client, sandbox } = await connect({ era, pace: clock.pace });
    const { routeUri, base, policy } = placesOf(sandbox);
    const notes = told(client, era);
    const endRoute = await notes.subscribe([routeUri]);
    const endPolicy = await notes.subscribe([`${base}/policies/${policy.id}`]);
    await vi.waitFor(() => expect(clock.isPending()).toBe(true));
    await endRoute();
    await clock.tick();
    await endPolicy();
    await vi.waitFor(() => expect(clock.isPending()).toBe(false));
  });

  test('ends the looking with the connection', async () => {
    const clock = hand();
    const { client, sandbox } = await connect({ era, pace: clock.pace });
    await told(client, era).subscribe([placesOf(sandbox).routeUri]);
    await vi.waitFor(() => expect(clock.isPending()).toBe(true));
    await client.close();
    await vi.waitFor(() => expect(clock.isPending()).toBe(false));
  });
});

test('looks less often while nothing happens or nothing can be read, and soon again after news', async () => {
  const clock = hand();
  const sandbox = createSandbox();
  const { client } = await connect({ sandbox, era: 'legacy', pace: clock.pace });
  const { routeUri, route, admin } = placesOf(sandbox);
  await told(client, 'legacy').subscribe([routeUri]);
  for (let look = 0; look < 5; look += 1) await clock.tick();
  admin('patch_route', { routeId: route.id, patch: [{ op: 'add', path: '/description', value: 'x' }] });
  await clock.tick();
  expect(clock.pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 5_000]);
});

test('a subscription to what is not there is refused in words', async () => {
  const { client } = await connect({ era: 'legacy' });
  await expect(client.subscribeResource({ uri: 'zero://nowhere' })).rejects.toThrow(
    'Nothing here has the address "zero://nowhere". List the templates.',
  );
});
