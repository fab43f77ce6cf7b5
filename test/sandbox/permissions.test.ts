import { describe, expect, test } from 'vitest';
import type { Role } from '../../src/sandbox/store.js';
import { zero } from '../../src/tools/zero/index.js';
import { signIn, speak } from './api.js';
import { ids, smallSandbox } from './small-world.js';

const inOrganization = (path = '') => `/organizations/${ids.organization}${path}`;
const settings = inOrganization(`/clusters/${ids.manual}/settings`);
const renamed = { name: 'Example Bakery 2' };

describe('roles', () => {
  test.each<{ role: Role; reads: number; writes: number; deletes: number }>([
    { role: 'owner', reads: 200, writes: 200, deletes: 204 },
    { role: 'admin', reads: 200, writes: 200, deletes: 403 },
    { role: 'auditor', reads: 200, writes: 403, deletes: 403 },
    { role: 'member', reads: 403, writes: 403, deletes: 403 },
  ])(
    '$role: reads $reads, writes $writes, deletes the organization $deletes',
    async ({ role, reads, writes, deletes }) => {
      const sandbox = smallSandbox();
      const call = await signIn(sandbox, sandbox.tokenOf(role));
      expect((await call('GET', settings)).status).toBe(reads);
      const patch = [{ op: 'add', path: '/logLevel', value: 'debug' }];
      expect((await call('PATCH', settings, patch)).status).toBe(writes);
      expect((await call('DELETE', inOrganization())).status).toBe(deletes);
    },
  );

  test('say who would be allowed', async () => {
    const sandbox = smallSandbox();
    const errorOf = async (role: Role) => {
      const call = await signIn(sandbox, sandbox.tokenOf(role));
      return (await call('DELETE', inOrganization())).body;
    };
    expect(await errorOf('admin')).toEqual({ error: 'owner user required' });
    expect(await errorOf('auditor')).toEqual({ error: 'manager user required' });
    expect(await errorOf('member')).toEqual({ error: 'viewer user required' });
  });

  const changing = zero.operations.filter(
    ({ name, path, effect }) => path.includes('{organizationId}') && effect !== 'read' && name !== 'leave_organization',
  );
  test.each(changing)('an auditor may not $name', (operation) => {
    const sandbox = smallSandbox();
    const before = sandbox.snapshot();
    const own = { organizationId: ids.organization, clusterId: ids.manual };
    expect(() => sandbox.as('auditor')(operation.name, { ...operation.example, ...own })).toThrow(
      'manager user required',
    );
    expect(sandbox.snapshot()).toEqual(before);
  });

  test('a read-only organization refuses changes and still reads', async () => {
    const sandbox = smallSandbox();
    const snapshot = sandbox.snapshot();
    Object.assign(snapshot.organizations[ids.organization] ?? {}, { readOnly: true });
    sandbox.restore(snapshot);
    const call = await signIn(sandbox, sandbox.token);
    expect((await call('GET', settings)).status).toBe(200);
    expect(await call('PUT', inOrganization(), renamed)).toEqual({
      status: 403,
      body: { error: 'organization is read-only' },
    });
  });
});

describe('an id that is not shown to the caller', () => {
  test.each([
    ['a foreign organization', `/organizations/${ids.foreignOrganization}`],
    ['no organization', '/organizations/bNnNnNnNnNnNnNnNnNnNnNnNnNn'],
    ['a foreign cluster', inOrganization(`/clusters/${ids.foreignCluster}`)],
    ['no cluster', inOrganization('/clusters/bNnNnNnNnNnNnNnNnNnNnNnNnNn')],
    ['a name every object has', inOrganization('/clusters/constructor')],
    ['no route', inOrganization('/routes/bNnNnNnNnNnNnNnNnNnNnNnNnNn')],
    ['a foreign namespace', inOrganization(`/routes?namespaceId=${ids.foreignCluster}`)],
  ])('%s: answers the same 403', async (_, path) => {
    const sandbox = smallSandbox();
    const call = await signIn(sandbox, sandbox.token);
    expect(await call('GET', path)).toEqual({ status: 403, body: { error: 'viewer user required' } });
  });
});

describe('id tokens', () => {
  test('end after the time they say', async () => {
    let now = Date.parse('2026-03-02T09:00:00Z');
    const sandbox = smallSandbox({ now: () => now });
    const call = await signIn(sandbox, sandbox.token);
    now += 3_599_000;
    expect((await call('GET', '/organizations')).status).toBe(200);
    now += 1000;
    expect(await call('GET', '/organizations')).toEqual({ status: 401, body: { error: 'id token expired' } });
  });

  test('can be exchanged again and again, until the refresh token is renewed', async () => {
    const sandbox = smallSandbox();
    const old = sandbox.token;
    await signIn(sandbox, old);
    const call = await signIn(sandbox, old);
    const users = (await call('GET', inOrganization('/users'))).body;
    const { id } = users.find((user: { type: string }) => user.type === 'user_type_api_access');
    const renewal = await call('POST', inOrganization(`/users/${id}/refreshToken`));
    expect(renewal.status).toBe(200);
    expect((await speak(sandbox)('POST', '/token', { refreshToken: old })).status).toBe(401);
    expect((await speak(sandbox)('POST', '/token', { refreshToken: renewal.body.refreshToken })).status).toBe(200);
  });

  test('are refused when they were tampered with', async () => {
    const sandbox = smallSandbox();
    const { body } = await speak(sandbox)('POST', '/token', { refreshToken: sandbox.tokenOf('auditor') });
    const [header, payload, signature] = body.idToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9999 })).toString('base64url');
    const call = speak(sandbox, { Authorization: `Bearer ${header}.${forged}.${signature}` });
    expect(await call('GET', '/organizations')).toEqual({ status: 401, body: { error: 'invalid id token' } });
  });
});
