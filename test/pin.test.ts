import { describe, expect, test } from 'vitest';
import { createSandbox } from '../src/sandbox/sandbox.js';
import { connect } from './harness.js';
import { sceneOf } from './scene.js';

describe('a pin that leads nowhere', () => {
  test.each([
    ['--cluster', { cluster: 'production' }],
    ['--organization', { organization: 'nope' }],
  ])('says so: %s', async (flag, pin) => {
    const { fails, log } = await connect({ pin });
    const message = await fails('list_routes', 'cluster' in pin ? {} : { namespaceId: 'x' });
    expect(message).toContain(`What the operator has pinned with ${flag} can't be read.`);
    expect(message).toContain(`The operator must give ${flag} an id that this API user can read.`);
    await fails('list_policies');
    const warning = new RegExp(`warn ${flag} is no id that this API user can read: no call can succeed \\w+=`);
    expect(log.filter((line) => warning.test(line))).toHaveLength(1);
  });
});

describe('what a pinned cluster inherits', () => {
  const inherited = () => {
    const sandbox = createSandbox();
    const scene = sceneOf(sandbox);
    const [policy] = scene.policiesOf({ namespaceId: scene.rootNamespaceId });
    return { sandbox, pin: { cluster: scene.waiting.id }, policyId: policy?.id };
  };

  test('is outside the boundary', async () => {
    const { policyId, ...options } = inherited();
    const { fails } = await connect(options);
    expect(await fails('get_policy', { policyId })).toContain(`is not in cluster ${options.pin.cluster}`);
  });

  test('can be read where the operator allows reads of the organization, and not changed', async () => {
    const { policyId, ...options } = inherited();
    const { ok, fails } = await connect({ ...options, organizationReads: true, mode: 'unattended' });
    expect(await ok('get_policy', { policyId })).toMatchObject({ id: policyId });
    expect(await fails('update_policy', { policyId, name: 'Mine' })).toContain('is not in cluster');
  });
});

test('an argument that a pin has fixed is named as such', async () => {
  const sandbox = createSandbox();
  const { fails, client } = await connect({ sandbox, pin: { cluster: sceneOf(sandbox).waiting.id } });
  expect(await fails('list_routes', { namespaceId: 'x' })).toContain(
    'namespaceId is fixed by the operator: leave it out',
  );
  expect(client.getInstructions()).toContain('no tool takes an organization, cluster or namespace');
});
