import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/guard/plan.js';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { confirmationOf, guardScene, routeOf } from '../../guard/guard-scene.js';
import { connect, type Fields } from '../../harness.js';
import { liveState, writes } from '../../scene.js';

const SECRET = { Authorization: 'Bearer harbour-master-51' };

type Planned = Fields & { readonly plan: Plan; readonly text: string };

describe('plan_changeset', () => {
  test('is the plan that apply_changeset would ask about, and changes nothing', async () => {
    const { ok, call, scene, sandbox, pending, strangerEdits, store } = await guardScene();
    await ok('create_route', routeOf(scene.waiting.namespaceId));
    strangerEdits('Lighthouse');
    const changesetId = pending();
    const before = [liveState(sandbox, scene), writes(sandbox).length];

    const { plan, text } = (await ok('plan_changeset', { changesetId })) as Planned;
    expect([liveState(sandbox, scene), writes(sandbox).length]).toEqual(before);
    expect(await store.list()).toEqual([]);
    expect(plan.entities.find(({ name }) => name === '"Tide tables"')).toMatchObject({ ours: true });
    expect(plan.entities.find(({ name }) => name === '"Lighthouse"')).toMatchObject({ ours: false });
    expect(text).toContain('\nNot made through this server (4):\n');
    expect(text).toContain('\nMade through this server (1):\n+ create route "Tide tables"');

    expect(confirmationOf(await call('apply_changeset', { changesetId })).plan).toEqual(plan);
  });

  test('shows no secret that the log has', async () => {
    const real = createSandbox();
    const fetch: typeof real.fetch = async (url, init) => {
      const { status, headers, body } = await real.fetch(url, init);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body ?? []) chunks.push(chunk);
      const text = Buffer.concat(chunks)
        .toString()
        .replaceAll('"name":"Carrier API"', `"name":"Carrier API","setRequestHeaders":${JSON.stringify(SECRET)}`);
      return { status, headers, body: body && new Response(text).body };
    };
    const { ok } = await connect({ sandbox: { ...real, fetch } });
    const [changeset] = real.as('admin')('list_changesets', { status: 'pending' }) as readonly Fields[];
    const { text } = (await ok('plan_changeset', { changesetId: changeset?.id })) as Planned;
    expect(text).toContain('setRequestHeaders: {"Authorization":(secret)}');
    expect(JSON.stringify(await ok('plan_changeset', { changesetId: changeset?.id }))).not.toContain('harbour-master');
  });

  test('says that there is no such changeset', async () => {
    const { fails } = await guardScene();
    expect(await fails('plan_changeset', { changesetId: 'bNone' })).toBe(
      'Zero lists no changeset "bNone" of a cluster.\nNext: Nothing was sent. Find the changeset with list_changesets.',
    );
  });

  test('refuses other arguments as every tool does', async () => {
    const { fails } = await guardScene();
    expect(await fails('plan_changeset', { changeset: 'b' })).toBe(
      'Wrong arguments for plan_changeset: changesetId: missing, expected string; unknown field "changeset", ' +
        'did you mean changesetId?\nNext: Nothing was sent. Arguments: organizationId, changesetId.',
    );
  });

  test('a read-only server offers it', async () => {
    const { client, ok, pending } = await guardScene({ mode: 'read-only' });
    const { tools } = await client.listTools();
    const tool = tools.find(({ name }) => name === 'plan_changeset');
    expect(tool?.annotations).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    expect(((await ok('plan_changeset', { changesetId: pending() })) as Planned).plan.entities).toHaveLength(3);
  });

  test('stays in the pinned cluster', async () => {
    const { scene, pending, sandbox, another } = await guardScene();
    const changesetId = pending();
    const inside = await another({ pin: { cluster: scene.waiting.id } });
    expect(((await inside.ok('plan_changeset', { changesetId })) as Planned).plan.entities).toHaveLength(3);

    const outside = await another({ pin: { cluster: scene.automatic.id } });
    const from = sandbox.requests.length;
    expect(await outside.fails('plan_changeset', { changesetId })).toContain(
      `changesetId "${changesetId}" is not in cluster ${scene.automatic.id}.`,
    );
    const seen = sandbox.requests.slice(from).map(({ operation }) => operation);
    expect(seen).not.toContain('compare_changesets');
    expect(seen).not.toContain('list_activity_logs');
  });
});
