import { expect, test } from 'vitest';
import { asked, guardScene } from './guard-scene.js';

const REFUSAL = 'Zero refuses to delete a policy that routes name in policyIds: ';

async function withPolicies() {
  const scene = await guardScene({ confirmDrafts: true });
  const { sandbox, scene: place } = scene;
  const all = place.policiesOf({ namespaceId: place.rootNamespaceId });
  const named = (name: string) => all.find((policy) => policy.name === name)?.id ?? '';
  return { ...scene, named, admin: sandbox.as('admin') };
}

test('a policy that routes name is not asked about: Zero would refuse it', async () => {
  const { fails, named, store, sandbox } = await withPolicies();
  const message = await fails('delete_policy', { policyId: named('Company staff') });
  expect(message).toContain(REFUSAL);
  expect(message).toMatch(/: "[^"]+"(, "[^"]+")+\.\nNext: Nothing was sent, and nobody was asked\. /);
  expect(message).toContain('"Grafana"');
  expect(await store.list()).toEqual([]);
  expect(sandbox.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test('one that no route names, or that is enforced, is asked about', async () => {
  const { call, admin, scene } = await withPolicies();
  const policy = { namespaceId: scene.waiting.namespaceId, ppl: [], description: '', explanation: '', remediation: '' };
  const made = (name: string, enforced: boolean) =>
    (admin('create_policy', { ...policy, name, enforced }) as { id: string }).id;
  await asked({ call }, 'delete_policy', { policyId: made('Unused', false) });
  const enforced = made('Enforced', true);
  const [route] = scene.routesOf(scene.waiting);
  admin('patch_route', { routeId: route?.id, patch: [{ op: 'replace', path: '/policyIds', value: [enforced] }] });
  await asked({ call }, 'delete_policy', { policyId: enforced });
});

test('where it cannot be read which routes name it, nothing is sent', async () => {
  const { fails, named, sandbox, store } = await withPolicies();
  const policyId = named('Company staff');
  sandbox.faults.add({ fault: { kind: 'status', status: 500 }, operation: 'get_policy', times: 99 });
  expect(await fails('delete_policy', { policyId })).toContain('500');
  expect(await store.list()).toEqual([]);
  expect(sandbox.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
});
