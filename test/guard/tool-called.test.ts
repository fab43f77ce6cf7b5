import { expect, test } from 'vitest';
import type { Fields } from '../harness.js';
import { asked, guardScene, journalOf, YES } from './guard-scene.js';

test('who is asked, who is refused and the journal read of the tool that was called, beside what is sent', async () => {
  const scene = await guardScene();
  const { id, name }: Fields = scene.scene.routesOf(scene.scene.automatic)[0] ?? { id: '' };
  const change = { routeId: id, description: 'Tides' };
  const { plan, code } = await asked(scene, 'update_route', change);
  expect(plan).toMatchObject({
    headline: expect.stringContaining(`Update a route on cluster "staging": "${name}" (1 field).`),
    operation: 'patch_route',
    tool: 'update_route',
    effect: 'live',
  });
  await scene.decide(code);
  await scene.ok('update_route', change);
  const both = { operation: 'patch_route', tool: 'update_route' };
  const lines = journalOf(scene.stateDirectory);
  expect(lines.find(({ kind, operation }) => kind === 'question' && operation !== 'patch_settings')).toMatchObject(
    both,
  );
  expect(lines.find(({ kind }) => kind === 'intent')).toMatchObject({ ...both, effect: 'live' });
});

test('of an operation that is sent as it was called nothing more is said', async () => {
  const scene = await guardScene({ answer: () => YES });
  await scene.apply();
  for (const line of journalOf(scene.stateDirectory)) expect(line).not.toHaveProperty('tool');
});
