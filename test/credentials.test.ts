import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { connect } from './harness.js';
import { sceneOf, writes } from './scene.js';

describe('a credential that an operation mints', () => {
  test('goes to a file of mode 0600 and not to the model', async () => {
    const { call, sandbox, secretsDirectory } = await connect({ mode: 'unattended' });
    const { content, text, meta } = await call('create_api_access_user', { name: 'robot', role: 'auditor' });
    const [file = ''] = readdirSync(secretsDirectory);
    const path = join(secretsDirectory, file);
    const token = readFileSync(path, 'utf8');
    expect(content.refreshToken).toBe(`[redacted by zero-mcp; saved in ${path}]`);
    expect(meta.redacted).toEqual(['refreshToken']);
    expect(text).not.toContain(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(secretsDirectory).mode & 0o777).toBe(0o700);
    // It works: the sandbox trades it for an id token of that very user.
    const { body } = await sandbox.fetch(`${sandbox.baseUrl}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: token }),
      redirect: 'manual',
    });
    const chunks = [];
    for await (const chunk of body ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toContain('idToken');
  });

  test('is not minted when it could not be kept', async () => {
    const { fails, sandbox, secretsDirectory } = await connect({ mode: 'unattended' });
    writeFileSync(secretsDirectory, 'a file in the way');
    const { waiting } = sceneOf(sandbox);
    const message = await fails('rotate_cluster_token', { clusterId: waiting.id });
    expect(message).toContain(`The directory ${secretsDirectory} can't be trusted`);
    expect(writes(sandbox)).toEqual([]);
  });

  test('is not minted into a directory that others can read, which stays as it is', async () => {
    const { fails, sandbox, secretsDirectory } = await connect({ mode: 'unattended' });
    mkdirSync(secretsDirectory, { mode: 0o755 });
    expect(await fails('create_api_access_user', { name: 'robot' })).toContain('others can read or write it');
    expect(statSync(secretsDirectory).mode & 0o777).toBe(0o755);
    expect(writes(sandbox)).toEqual([]);
  });

  test('makes no file where a person must be asked first', async () => {
    const { call, secretsDirectory } = await connect({ mode: 'guarded' });
    await call('create_api_access_user', { name: 'robot' });
    expect(existsSync(secretsDirectory)).toBe(false);
  });

  test('leaves no file behind when the API refuses', async () => {
    const { fails, sandbox, secretsDirectory } = await connect({ mode: 'unattended' });
    sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'create_api_access_user' });
    await fails('create_api_access_user', { name: 'robot' });
    expect(readdirSync(secretsDirectory)).toEqual([]);
  });
});

describe('a secret given by reference', () => {
  afterEach(() => void vi.unstubAllEnvs());

  /** A server that may read NAME and everything in one directory. */
  async function setUp() {
    const options = { mode: 'unattended', allowSecretInput: [] as string[] } as const;
    const harness = await connect(options);
    const directory = join(dirname(harness.secretsDirectory), 'given');
    mkdirSync(directory);
    options.allowSecretInput.push('env:TIDE_SECRET', `file:${directory}/`);
    const { waiting } = sceneOf(harness.sandbox);
    const { id } = harness.sandbox.as('admin')('get_settings', { clusterId: waiting.id }) as { id: string };
    const stored = () => Object.values(harness.sandbox.snapshot().settings).find((row) => row.id === id);
    return { ...harness, directory, clusterId: waiting.id, stored };
  }

  test('is read from an allowed variable or file', async () => {
    const { ok, directory, clusterId, stored } = await setUp();
    vi.stubEnv('TIDE_SECRET', 'from-the-environment');
    writeFileSync(join(directory, 'client'), 'from-a-file\n');
    const answer = await ok('update_settings', {
      clusterId,
      sshUserCaKey: 'env:TIDE_SECRET',
      databrokerStorageConnection: `file:${directory}/client`,
    });
    expect(stored()).toMatchObject({
      sshUserCaKey: 'from-the-environment',
      databrokerStorageConnection: 'from-a-file',
    });
    expect(JSON.stringify(answer)).not.toMatch(/from-the-environment|from-a-file/);
  });

  test('is read in a JSON Patch, at any depth', async () => {
    const { ok, clusterId, stored } = await setUp();
    vi.stubEnv('TIDE_SECRET', 'from-the-environment');
    const patch = [
      { op: 'add', path: '/identityProviderRequestParams', value: { prompt: 'login' } },
      { op: 'add', path: '/identityProviderRequestParams/login_hint', value: 'env:TIDE_SECRET' },
    ];
    await ok('patch_settings', { clusterId, patch });
    expect(stored()?.identityProviderRequestParams).toEqual({ prompt: 'login', login_hint: 'from-the-environment' });
  });

  test('is only a text where the field is no secret', async () => {
    const { ok, sandbox, clusterId } = await setUp();
    vi.stubEnv('TIDE_SECRET', 'from-the-environment');
    await ok('update_settings', { clusterId, cookieName: 'env:TIDE_SECRET', cookieSecret: 'env:TIDE_SECRET' });
    expect(JSON.parse(sandbox.requests.findLast(({ method }) => method === 'PATCH')?.body ?? '')).toEqual([
      { op: 'add', path: '/cookieName', value: 'env:TIDE_SECRET' },
      { op: 'add', path: '/cookieSecret', value: 'from-the-environment' },
    ]);
  });

  test('is refused outside the list, alike whether it exists or not', async () => {
    const { fails, sandbox, directory, clusterId, secretsDirectory } = await setUp();
    const outside = join(dirname(secretsDirectory), 'outside');
    writeFileSync(outside, 'secret');
    symlinkSync(outside, join(directory, 'link'));
    const references = ['env:HOME', `file:${outside}`, `file:${directory}/../outside`, `file:${directory}/link`];
    for (const reference of [...references, `file:${directory}/missing`]) {
      const message = await fails('update_settings', { clusterId, cookieSecret: reference });
      expect(message).toContain(`cookieSecret: ${JSON.stringify(reference)} is not on the operator's list`);
    }
    expect(writes(sandbox)).toEqual([]);
  });

  test('is refused when it is empty or too large', async () => {
    const { fails, sandbox, directory, clusterId } = await setUp();
    vi.stubEnv('TIDE_SECRET', '');
    writeFileSync(join(directory, 'empty'), '\n');
    writeFileSync(join(directory, 'large'), 'x'.repeat(70_000));
    const refused = async (reference: string) => fails('update_settings', { clusterId, cookieSecret: reference });
    expect(await refused('env:TIDE_SECRET')).toContain('it is not set');
    expect(await refused(`file:${directory}/empty`)).toContain('it is empty');
    expect(await refused(`file:${directory}/large`)).toContain('70000 bytes');
    expect(writes(sandbox)).toEqual([]);
  });
});

test('a hidden value that comes back is refused', async () => {
  const { fails, sandbox } = await connect({ mode: 'unattended' });
  const { waiting } = sceneOf(sandbox);
  const message = await fails('update_settings', {
    clusterId: waiting.id,
    otelExporterOtlpHeaders: ['[redacted by zero-mcp]'],
  });
  expect(message).toContain('otelExporterOtlpHeaders[0] holds a value that this server has hidden.');
  expect(writes(sandbox)).toEqual([]);
});
