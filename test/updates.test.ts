import { describe, expect, test } from 'vitest';
import { createSandbox } from '../src/sandbox/sandbox.js';
import { connect, type Fields } from './harness.js';
import { type Scene, sceneOf, writes } from './scene.js';

/** Both possible Zeros: one that gives secrets back on reads, one that doesn't (nobody knows which it is). */
describe.each([false, true])('with secrets echoed: %s', (echoSecrets) => {
  async function setUp() {
    const sandbox = createSandbox({ switches: { echoSecrets } });
    const harness = await connect({ sandbox, mode: 'unattended' });
    const scene = sceneOf(sandbox);
    /** A record as stored, secrets included. */
    const stored = (
      table: 'routes' | 'policies' | 'keyPairs' | 'settings' | 'clusters' | 'organizations',
      id: unknown,
    ) => {
      const rows = Object.values(sandbox.snapshot()[table]) as readonly Fields[];
      return rows.find((row) => row.id === id) ?? {};
    };
    return { ...harness, sandbox, scene, stored };
  }

  test('update_settings changes one field and keeps every secret', async () => {
    const { ok, sandbox, scene, stored } = await setUp();
    const { id } = await ok('get_settings', { clusterId: scene.waiting.id });
    const before = stored('settings', id);
    expect(before.identityProviderClientSecret).toMatch(/./);
    const answer = await ok('update_settings', { clusterId: scene.waiting.id, logLevel: 'debug' });
    expect(answer.logLevel).toBe('debug');
    expect(stored('settings', id)).toEqual({ ...before, logLevel: 'debug', updatedAt: answer.updatedAt });
    const sent = sandbox.requests.filter(({ method }) => method === 'PATCH');
    expect(sent.map(({ body }) => JSON.parse(body))).toEqual([[{ op: 'add', path: '/logLevel', value: 'debug' }]]);
    expect(writes(sandbox)).toEqual(['PATCH patch_settings']);
  });

  test('update_settings clears a secret, whether or not it can be read', async () => {
    const { ok, scene, stored } = await setUp();
    const { id } = await ok('get_settings', { clusterId: scene.waiting.id });
    await ok('update_settings', { clusterId: scene.waiting.id, clear: ['databrokerStorageConnection'] });
    expect(stored('settings', id)).not.toHaveProperty('databrokerStorageConnection');
  });

  test('update_route keeps what it was not told to change', async () => {
    const { ok, scene, stored } = await setUp();
    const route = scene.routesOf(scene.waiting)[0];
    const before = stored('routes', route?.id);
    const { updatedAt } = await ok('update_route', { routeId: route?.id, description: 'Changed', timeout: '5s' });
    expect(stored('routes', route?.id)).toEqual({ ...before, description: 'Changed', timeout: '5s', updatedAt });
  });

  test('update_route clears fields that are there and skips those that are not', async () => {
    const { ok, sandbox, scene } = await setUp();
    const routeId = scene.routesOf(scene.waiting)[0]?.id;
    await ok('update_route', { routeId, description: 'There' });
    await ok('update_route', { routeId, clear: ['description', 'hostRewrite'] });
    expect(JSON.parse(sandbox.requests.findLast(({ method }) => method === 'PATCH')?.body ?? '')).toEqual([
      { op: 'remove', path: '/description' },
    ]);
    expect(await ok('get_route', { routeId })).not.toHaveProperty('description');
    const again = await ok('update_route', { routeId, clear: ['description'] });
    expect(again.notices).toEqual(['Nothing had to be changed.']);
    expect(writes(sandbox)).toHaveLength(2);
  });

  test('update_policy and update_key_pair are sent as PATCH too', async () => {
    const { ok, sandbox, scene, items } = await setUp();
    const policyId = scene.policiesOf(scene.waiting)[0]?.id;
    await ok('update_policy', { policyId, remediation: 'Ask in #access.' });
    const keyPairs = await items('list_key_pairs', { namespaceId: scene.waiting.namespaceId });
    const uploaded = keyPairs.find(({ origin }) => origin === 'user');
    await ok('update_key_pair', { keyPairId: uploaded?.id, name: 'Renamed' });
    expect(writes(sandbox)).toEqual(['PATCH patch_policy', 'PATCH patch_key_pair']);
  });

  test('an expected version guards each changed field, and secrets are never tested', async () => {
    const { ok, sandbox, scene } = await setUp();
    const { id: routeId, updatedAt } = firstRoute(scene);
    await ok('update_route', {
      routeId,
      expectedUpdatedAt: updatedAt,
      name: 'Renamed',
      setRequestHeaders: { 'X-Team': 'harbour-crew-token' },
    });
    const steps = JSON.parse(sandbox.requests.findLast(({ method }) => method === 'PATCH')?.body ?? '[]') as Fields[];
    expect(steps.map(({ op, path }) => `${op} ${path}`)).toEqual(['test /name', 'add /name', 'add /setRequestHeaders']);
  });

  test('a changed record is refused with what changed and by whom', async () => {
    const { ok, fails, sandbox, scene } = await setUp();
    const { id: routeId, updatedAt } = firstRoute(scene);
    sandbox.as('owner')('patch_route', { routeId, patch: [{ op: 'add', path: '/description', value: 'Mine now' }] });
    const { updatedAt: now } = await ok('get_route', { routeId });
    const message = await fails('update_route', { routeId, expectedUpdatedAt: updatedAt, description: 'No, mine' });
    expect(message).toContain(`The record changed: updatedAt is ${now}, expected ${updatedAt}.`);
    expect(message).toMatch(/Edited by \S+@\S+ at \S+ \(description\)\. Now description is "Mine now"\./);
    expect(writes(sandbox)).toEqual([]);
  });

  test('what a conflict shows of a record holds no half of a secret', async () => {
    const { ok, fails, sandbox, scene } = await setUp();
    const secret = 'harbour-master-secret-0815';
    const { id: routeId, updatedAt } = firstRoute(scene);
    const headers = { op: 'add', path: '/setRequestHeaders', value: { Authorization: secret } };
    sandbox.as('owner')('patch_route', { routeId, patch: [headers] });
    const across = { op: 'add', path: '/description', value: `${'x'.repeat(290)}${secret}` };
    sandbox.as('owner')('patch_route', { routeId, patch: [across] });
    // The server has met the secret: it was an argument once.
    await ok('update_route', { routeId, setRequestHeaders: { Authorization: secret } });
    const message = await fails('update_route', { routeId, expectedUpdatedAt: updatedAt, description: 'Mine' });
    expect(message).toContain('Now description is "xxx');
    expect(message).not.toContain('harbour');
  });

  test('an edit between the read and the PATCH fails its test and changes nothing', async () => {
    const { fails, sandbox, scene, stored } = await setUp();
    const { id: routeId, updatedAt } = firstRoute(scene);
    sandbox.onArrival(({ method }) => {
      if (method !== 'PATCH') return;
      sandbox.as('owner')('patch_route', { routeId, patch: [{ op: 'add', path: '/name', value: 'Theirs' }] });
    });
    const message = await fails('update_route', { routeId, expectedUpdatedAt: updatedAt, name: 'Ours' });
    expect(message).toContain('The API answered 409 to patch_route.');
    expect(stored('routes', routeId).name).toBe('Theirs');
  });

  test('a refused PATCH never becomes a PUT', async () => {
    const { fails, sandbox, scene } = await setUp();
    const routeId = scene.routesOf(scene.waiting)[0]?.id;
    sandbox.faults.add({ fault: { kind: 'status', status: 405 }, operation: 'patch_route' });
    expect(await fails('update_route', { routeId, description: 'x' })).toContain(
      'The API answered 405 to patch_route.',
    );
    expect(writes(sandbox)).toEqual(['PATCH patch_route']);
  });

  test('update_cluster lays the change over the record as read', async () => {
    const { ok, sandbox, scene, stored } = await setUp();
    await ok('update_cluster', { clusterId: scene.waiting.id, manualOverrideIpAddress: '192.0.2.7' });
    await ok('update_cluster', { clusterId: scene.waiting.id, name: 'harbour' });
    const { flavor } = scene.waiting;
    expect(JSON.parse(sandbox.requests.findLast(({ method }) => method === 'PUT')?.body ?? '')).toEqual({
      name: 'harbour',
      manualOverrideIpAddress: '192.0.2.7',
      ...(flavor !== undefined && { flavor }),
    });
    await ok('update_cluster', { clusterId: scene.waiting.id, clear: ['manualOverrideIpAddress'] });
    expect(stored('clusters', scene.waiting.id)).toMatchObject({ name: 'harbour' });
    expect(stored('clusters', scene.waiting.id).manualOverrideIpAddress).toBeUndefined();
  });

  test('update_organization keeps the owner', async () => {
    const { ok, sandbox, scene, stored } = await setUp();
    const before = stored('organizations', scene.organizationId);
    await ok('update_organization', { name: 'Tidewrack Lines' });
    expect(stored('organizations', scene.organizationId)).toMatchObject({
      name: 'Tidewrack Lines',
      ownerUserId: before.ownerUserId,
    });
    expect(writes(sandbox)).toEqual(['PUT update_organization']);
  });

  test('replace: true sends the bare PUT and needs the complete record', async () => {
    const { ok, fails, sandbox, scene } = await setUp();
    const policyId = scene.policiesOf(scene.waiting)[0]?.id;
    expect(await fails('update_policy', { policyId, replace: true, name: 'Short' })).toContain(
      'replace needs the complete record; missing: namespaceId, enforced, ppl, description, explanation, remediation',
    );
    expect(writes(sandbox)).toEqual([]);
    const record = {
      namespaceId: scene.waiting.namespaceId,
      name: 'Replaced',
      enforced: false,
      ppl: [{ allow: { and: [{ email: { is: 'user@example.com' } }] } }],
      description: '',
      explanation: '',
      remediation: '',
    };
    await ok('update_policy', { policyId, replace: true, ...record });
    expect(sandbox.requests.findLast(({ method }) => method === 'PUT')?.body).toBe(JSON.stringify(record));
  });
});

describe('what is refused before anything is sent', () => {
  const routeId = 'bKLmNpQrStVwXzBcDfGhJkLmNpQ';

  test.each([
    ['no field', {}, 'no field to change was given'],
    ['an unknown field', { descripton: 'x' }, 'unknown field "descripton", did you mean description?'],
    ['null', { description: null }, 'description: expected string, not null'],
    ['null, with the way out', { description: null }, 'To remove a field, name it in clear.'],
    [
      'an unknown cleared field',
      { clear: ['descripton'] },
      'clear: unknown field "descripton", did you mean description?\n',
    ],
    ['a required field', { clear: ['name'] }, "clear: name is required and can't be cleared"],
    ['given and cleared', { description: 'x', clear: ['description'] }, 'description is both given and cleared'],
    ['clear with replace', { replace: true, clear: ['description'] }, 'clear does not go with replace'],
  ])('update_route with %s', async (_, change, message) => {
    const { fails, sandbox } = await connect({ mode: 'unattended' });
    const { organizationId } = sceneOf(sandbox);
    const said = await fails('update_route', { organizationId, routeId, ...change });
    expect(said).toContain(message);
    expect(said).not.toContain('?.');
    expect(sandbox.requests).toEqual([]);
  });

  test.each([
    ['nothing', [], 'expected at least one operation'],
    ['the whole document', [{ op: 'add', path: '', value: {} }], 'patch[0].path: expected a pointer to a field'],
    ['a near miss', [{ op: 'add', path: '/Description', value: 'x' }], 'like /description'],
    ['no slash', [{ op: 'add', path: 'description', value: 'x' }], 'like /description'],
    ['a computed field', [{ op: 'add', path: '/enforcedPolicies', value: [] }], 'expected a pointer to a field'],
    ['no value', [{ op: 'add', path: '/description' }], 'value is required with op add'],
    ['a value to remove', [{ op: 'remove', path: '/description', value: 1 }], 'value does not go with op remove'],
    ['no from', [{ op: 'copy', path: '/description' }], 'from is required with op copy'],
    ['a wrong value', [{ op: 'replace', path: '/allowSpdy', value: 'yes' }], 'patch[0].value for allowSpdy'],
    ['an unknown op', [{ op: 'upsert', path: '/name', value: 'x' }], 'patch[0].op'],
    [
      'a secret read by from',
      [{ op: 'copy', from: '/identityProviderClientSecret', path: '/description' }],
      'from on identityProviderClientSecret would read a secret back',
    ],
    [
      'a secret guessed by test',
      [{ op: 'test', path: '/setRequestHeaders/Authorization', value: 'x' }],
      'test on setRequestHeaders would read a secret back',
    ],
  ])('patch_route with %s', async (_, patch, message) => {
    const { fails, sandbox } = await connect({ mode: 'unattended' });
    const { organizationId } = sceneOf(sandbox);
    expect(await fails('patch_route', { organizationId, routeId, patch })).toContain(message);
    expect(sandbox.requests).toEqual([]);
  });
});

function firstRoute(scene: Scene): Fields {
  return scene.routesOf(scene.waiting)[0] ?? {};
}
