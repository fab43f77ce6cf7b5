import { describe, expect, test } from 'vitest';
import type { Fields } from '../harness.js';
import { writes } from '../scene.js';
import { guardScene, routeOf, YES } from './guard-scene.js';

type Scene = Awaited<ReturnType<typeof guardScene>>;

function setAutoApply({ sandbox, scene }: Scene, value: boolean): void {
  const patch = [{ op: 'add', path: '/autoApplyChangesets', value }];
  sandbox.as('owner')('patch_settings', { clusterId: scene.waiting.id, patch });
}

/** What others do as a call's bytes arrive, and when it then first looks what became of them. */
function meanwhile({ sandbox }: Scene, method: string, onSend: () => void, onLook: () => void): void {
  let sent = false;
  let looked = false;
  sandbox.onArrival((request) => {
    if (!sent && request.method === method && request.url !== '/token') {
      sent = true;
      onSend();
    } else if (sent && !looked && request.url.includes('entityId=')) {
      looked = true;
      onLook();
    }
  });
}

/** The owner applies what waits, and it is live. */
function ownerApplies(scene: Scene): void {
  const owner = scene.sandbox.as('owner');
  owner('apply_changeset', { changesetId: scene.pending() });
  owner('list_changesets');
  owner('list_changesets');
}

const noticesOf = async (scene: Scene, name: string, input: Fields) =>
  (await scene.ok(name, input)).notices as readonly string[];

describe('a draft that did not wait', () => {
  test("a colleague's later edit of the same record does not hide it", async () => {
    const scene = await guardScene();
    const { sandbox } = scene;
    meanwhile(
      scene,
      'POST',
      () => setAutoApply(scene, true),
      () => {
        setAutoApply(scene, false);
        scene.clock.advance(1);
        const route = scene.scene.routesOf(scene.scene.waiting).find(({ name }) => name === 'Tide tables');
        const patch = [{ op: 'add', path: '/description', value: 'theirs' }];
        sandbox.as('owner')('patch_route', { routeId: route?.id, patch });
      },
    );
    const notices = await noticesOf(scene, 'create_route', routeOf(scene.scene.waiting.namespaceId));
    expect(notices).toEqual([expect.stringMatching(/^went_live: This change is already live: it was applied at /)]);
    expect(writes(sandbox)).toEqual(['POST create_route']);
  });

  test('what went with it is listed, with who made it and how to undo it', async () => {
    const scene = await guardScene();
    const own = await scene.ok('create_route', routeOf(scene.scene.waiting.namespaceId, 'Quay'));
    const theirs = scene.strangerEdits('Stowaway') as { id: string };
    meanwhile(
      scene,
      'POST',
      () => {},
      () => ownerApplies(scene),
    );
    const [notice = '', ...others] = await noticesOf(scene, 'create_route', routeOf(scene.scene.waiting.namespaceId));
    expect(others).toEqual([]);
    expect(notice).toMatch(
      /^went_live: This change is already live: it was applied at \S+\. With it went what nobody approved: /,
    );
    expect(notice).toMatch(new RegExp(`route ${own.id} by ".*?" at \\S+, through this server`));
    expect(notice).toMatch(new RegExp(`route ${theirs.id} by ".*?" at \\S+, not through this server`));
    expect(notice).toContain('plan_rollback');
  });

  test('a delete is found by its own entry', async () => {
    const scene = await guardScene();
    const [route] = scene.scene.routesOf(scene.scene.waiting);
    meanwhile(
      scene,
      'DELETE',
      () => {},
      () => ownerApplies(scene),
    );
    const [notice] = await noticesOf(scene, 'delete_route', { routeId: route?.id });
    expect(notice).toMatch(/^went_live: /);
  });
});

describe('a draft that waits', () => {
  test('it says so, although an earlier edit of the record is live', async () => {
    const scene = await guardScene();
    const [route] = scene.scene.routesOf(scene.scene.waiting);
    const notices = await noticesOf(scene, 'update_route', { routeId: route?.id, description: 'ours' });
    expect(notices).toEqual([expect.stringMatching(/^Saved as a draft: it waits/)]);
  });

  test('an edit that the log does not show is not taken for another', async () => {
    const scene = await guardScene();
    const [route] = scene.scene.routesOf(scene.scene.waiting);
    meanwhile(
      scene,
      'PATCH',
      () => {},
      () => {
        const state = scene.sandbox.snapshot();
        for (const [id, { entity, applied }] of Object.entries(state.activity)) {
          if (entity.id === route?.id && !applied.at) delete state.activity[id];
        }
        scene.sandbox.restore(state);
      },
    );
    const notices = await noticesOf(scene, 'update_route', { routeId: route?.id, description: 'ours' });
    expect(notices).toEqual(['What is live now could not be checked: read it before you go on.']);
  });
});

test('what a person approved to go live is no alarm', async () => {
  const scene = await guardScene({ answer: () => YES });
  const notices = await noticesOf(scene, 'create_route', routeOf(scene.scene.automatic.namespaceId));
  expect(notices).toEqual([expect.stringMatching(/^This change is already live: it was applied at \S+\.$/)]);
});
