import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { optionTable } from '../../src/config/options.js';
import { describeConfig } from '../../src/config.js';
import { home, load } from './load.js';

describe('precedence', () => {
  test('without anything said the defaults hold', async () => {
    const { directory } = home();
    const { settings, ...config } = await load({ home: directory });
    expect(config).toEqual({
      sandbox: false,
      baseUrl: 'https://console.pomerium.app/api/v0',
      mode: 'guarded',
      approval: 'any',
      confirm: 'live',
      maxChanges: 200,
      maxDeletes: 50,
      organizationReads: false,
      rules: { acceptedRisks: [] },
      stateDir: join(directory, '.local/state/zero-mcp'),
      secretsDir: join(directory, '.local/state/zero-mcp/secrets'),
      allowSecretInput: [],
      connectTimeoutMs: 10_000,
      timeoutMs: 60_000,
      maxResponseBytes: 16_777_216,
      maxResultTokens: 10_000,
      logLevel: 'info',
    });
    expect(new Set(settings.map(({ source }) => source))).toEqual(new Set(['default', 'POMERIUM_ZERO_API_TOKEN']));
  });

  test('a flag goes over a variable, which goes over the file', async () => {
    const { directory, path } = home('timeout: 3s\nlogLevel: error\nmode: read-only\n');
    const env = { ZERO_MCP_TIMEOUT: '2s', ZERO_MCP_LOG_LEVEL: 'warn' };
    const { settings, ...config } = await load({ argv: ['--timeout', '1s'], env, home: directory });
    expect(config).toMatchObject({ timeoutMs: 1_000, logLevel: 'warn', mode: 'read-only' });
    const source = Object.fromEntries(settings.map((setting) => [setting.name, setting.source]));
    expect(source).toMatchObject({
      timeout: '--timeout',
      logLevel: 'ZERO_MCP_LOG_LEVEL',
      mode: path,
      baseUrl: 'default',
    });
  });

  test('every option can be given in each of its sources', async () => {
    const { path: rules } = home('acceptedRisks: []\n');
    const values: Record<string, string> = {
      sandbox: 'true',
      mode: 'unattended',
      approval: 'person',
      confirm: 'drafts',
      maxChanges: '0',
      maxDeletes: '7',
      toolsets: 'core,routes',
      organization: 'bHdKsLwPzQxRvTnMcJfGbYtWkXq',
      cluster: 'bRtYpWqXvNcMzLkJhGfDsQwBnMt',
      organizationReads: 'true',
      apiTokenFile: '/run/token',
      baseUrl: 'http://127.0.0.1:8787/api/v0',
      rules,
      stateDir: '/run/state',
      secretsDir: '/run/secrets',
      allowSecretInput: 'env:IDP_SECRET,file:/etc/keys/',
      connectTimeout: '500ms',
      timeout: '2m',
      maxResponseBytes: '1KiB',
      maxResultTokens: '2000',
      logLevel: 'debug',
    };
    const inFile = optionTable.filter(({ name }) => name !== 'config');
    expect(inFile.map(({ name }) => name)).toEqual(Object.keys(values));
    const given = (key: (option: (typeof inFile)[number]) => string) =>
      Object.fromEntries(inFile.map((option) => [key(option), values[option.name]]));
    const { settings, ...fromFlags } = await load({
      argv: Object.entries(given(({ flag }) => flag)).map(([flag, value]) => `${flag}=${value}`),
    });
    expect(fromFlags).toMatchObject({
      maxChanges: 0,
      maxDeletes: 7,
      toolsets: ['core', 'routes'],
      allowSecretInput: ['env:IDP_SECRET', 'file:/etc/keys/'],
      connectTimeoutMs: 500,
      timeoutMs: 120_000,
      maxResponseBytes: 1_024,
      maxResultTokens: 2_000,
    });
    expect(settings.map(({ name }) => name)).toEqual(expect.arrayContaining(['mode', 'toolsets', 'cluster']));
    expect(await load({ env: given(({ env }) => env) })).toMatchObject(fromFlags);
    expect(await load({ file: JSON.stringify(given(({ name }) => name)) })).toMatchObject(fromFlags);
  });

  test('the file also takes lists, switches and sizes in their own type', async () => {
    const file = 'toolsets: [routes, policies]\nsandbox: true\nmaxResponseBytes: 2048\n';
    expect(await load({ file })).toMatchObject({
      toolsets: ['routes', 'policies'],
      sandbox: true,
      maxResponseBytes: 2_048,
    });
  });

  test('a switch can be turned off again, and a list flag repeated', async () => {
    const argv = ['--sandbox=false', '--toolsets', 'core', '--toolsets=billing'];
    expect(await load({ argv, file: 'sandbox: true\n' })).toMatchObject({
      sandbox: false,
      toolsets: ['core', 'billing'],
    });
  });

  test.each([
    ['linux', {}, '.local/state/zero-mcp/secrets'],
    ['darwin', {}, 'Library/Application Support/zero-mcp/secrets'],
    ['win32', {}, 'AppData/Local/zero-mcp/secrets'],
    ['linux', { XDG_STATE_HOME: '/srv/state' }, '/srv/state/zero-mcp/secrets'],
  ] as const)('on %s with %j secrets go to %s', async (platform, env, expected) => {
    const { directory } = home();
    const { secretsDir } = await load({ platform, env, home: directory });
    expect(secretsDir).toBe(expected.startsWith('/') ? expected : join(directory, expected));
  });
});

test('secrets go below a state directory that was given', async () => {
  expect(await load({ argv: ['--state-dir', '/srv/zero'] })).toMatchObject({
    stateDir: '/srv/zero',
    secretsDir: '/srv/zero/secrets',
  });
});

describe('the token', () => {
  test('comes from its variable or its file', async () => {
    const env = { POMERIUM_ZERO_API_TOKEN: 'zt-1' };
    expect((await load({ env })).token).toEqual({ kind: 'env', value: 'zt-1' });
    expect((await load({ env: { POMERIUM_ZERO_API_TOKEN_FILE: '/run/t' } })).token).toEqual({
      kind: 'file',
      path: '/run/t',
    });
  });

  test('is not handed to the sandbox', async () => {
    const config = await load({ argv: ['--sandbox'], env: { POMERIUM_ZERO_API_TOKEN: 'zt-1' } });
    expect(config).not.toHaveProperty('token');
    expect(describeConfig(config)).not.toMatch(/apiToken|baseUrl/);
  });

  test.each([
    [{ env: { POMERIUM_ZERO_API_TOKEN: 'zt-1', POMERIUM_ZERO_API_TOKEN_FILE: '/run/t' } }, 'are both set; keep one.'],
    [{ env: { POMERIUM_ZERO_API_TOKEN: '' } }, 'POMERIUM_ZERO_API_TOKEN is empty or contains blanks.'],
    [{ env: { POMERIUM_ZERO_API_TOKEN: 'zt-1\n' } }, 'POMERIUM_ZERO_API_TOKEN is empty or contains blanks.'],
    [{ env: { POMERIUM_ZERO_API_TOKEN_FILE: 'zt-1' } }, 'POMERIUM_ZERO_API_TOKEN_FILE: expected an absolute path.'],
    [{ file: 'allowSecretInput: zt-1\n' }, 'expected env:NAME, file:/absolute/path or file:/absolute/directory/.'],
    [{ argv: ['--api-token', 'zt-1'] }, 'Unknown flag --api-token. Did you mean --api-token-file?'],
    [{ argv: ['--token=zt-1'] }, 'Unknown flag --token.'],
    [{ file: 'apiToken: zt-1\n' }, 'Did you mean apiTokenFile?'],
    [{ env: { ZERO_MCP_API_TOKEN: 'zt-1' } }, 'Unknown variable ZERO_MCP_API_TOKEN.'],
  ])('%j stops the start without showing it', async (given, message) => {
    const error = await load(given).catch((caught: unknown) => caught);
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain('zt-1');
  });

  test('is in no description of the configuration', async () => {
    const config = await load({ env: { POMERIUM_ZERO_API_TOKEN: 'zt-1' } });
    expect(describeConfig(config)).toMatch(/^apiToken +set +POMERIUM_ZERO_API_TOKEN$/m);
    expect(describeConfig(config)).not.toContain('zt-1');
  });
});

describe('mistakes stop the start', () => {
  test.each([
    [
      ['--mode', 'readonly'],
      '--mode: expected one of read-only, guarded, unattended, got "readonly". Did you mean read-only?',
    ],
    [['--mode', 'Guarded'], 'Did you mean guarded?'],
    [['--moed', 'read-only'], 'Unknown flag --moed. Did you mean --mode?'],
    [['--Mode', 'read-only'], 'Unknown flag --Mode. Did you mean --mode?'],
    [['-mode', 'read-only'], 'Unknown flag -m.'],
    [['--mode'], '--mode needs a value.'],
    [['--mode='], '--mode needs a value.'],
    [['--mode', '--sandbox'], '--mode needs a value.'],
    [['--mode', 'read-only', '--mode', 'unattended'], '--mode is given twice, with different values.'],
    [['--organization-reads=maybe'], '--organization-reads: expected true or false, got "maybe".'],
    [['--organization-reads='], '--organization-reads needs a value.'],
    [['--no-sandbox'], 'Unknown flag --no-sandbox. Did you mean --sandbox?'],
    [['--sandbox', 'false'], 'Unexpected argument'],
    [['--', '--mode', 'read-only'], 'Unexpected argument'],
    [['--toolsets', 'core,rutes'], 'got "rutes". Did you mean routes?'],
    [['--toolsets', ','], 'got "".'],
    [['--organization', ' '], '--organization: expected a name without blanks, got " ".'],
    [['--cluster', 'a\u0000b'], '--cluster: expected a name without blanks'],
    [['--cluster', 'production'], '--cluster: expected an id, as list_clusters answers it'],
    [['--cluster', 'production-of-tidewrack.example'], 'got "production-of-tidewrack.example".'],
    [
      ['--organization', 'Tidewrack'],
      '--organization: expected an id, as list_organizations answers it, got "Tidewrack".',
    ],
    [['--max-changes', '-1'], '--max-changes: expected a number from 0 to 999999, got "-1".'],
    [['--timeout', '60'], '--timeout: expected a duration'],
    [['--timeout', '0s'], '--timeout: expected a duration'],
    [['--timeout', '25h'], '--timeout: expected a duration of at most 24h'],
    [['--timeout=-1s'], '--timeout: expected a duration'],
    [['--max-response-bytes', '16MB'], '--max-response-bytes: expected a size'],
    [['--secrets-dir', 'secrets'], '--secrets-dir: expected an absolute path.'],
    [['--allow-secret-input', 'env:'], '--allow-secret-input: expected env:NAME'],
    [['--allow-secret-input', 'file:keys/'], '--allow-secret-input: expected env:NAME'],
    [['--allow-secret-input', 'IDP_SECRET'], '--allow-secret-input: expected env:NAME'],
    [['--log-level', 'verbose'], '--log-level: expected one of error, warn, info, debug, got "verbose".'],
    [['--base-url', 'http://console.pomerium.app'], '--base-url: The base URL must start with https://'],
    [['--base-url', 'https://u:p@console.pomerium.app'], 'must not contain a user name or password.'],
    [['--base-url', 'console'], '--base-url: The base URL is not a URL.'],
    [['--config', '/nowhere/zero-mcp.yaml'], "/nowhere/zero-mcp.yaml doesn't exist."],
  ])('flags %j', async (argv, message) => {
    await expect(load({ argv })).rejects.toThrow(message);
  });

  test.each([
    [{ ZERO_MCP_MDOE: 'read-only' }, 'Unknown variable ZERO_MCP_MDOE. Did you mean ZERO_MCP_MODE?'],
    [{ zero_mcp_mode: 'read-only' }, 'Unknown variable zero_mcp_mode. Did you mean ZERO_MCP_MODE?'],
    [{ ZEROMCP_MODE: 'read-only' }, 'Unknown variable ZEROMCP_MODE. Did you mean ZERO_MCP_MODE?'],
    [{ ZERO_MCP_MODE: '' }, 'ZERO_MCP_MODE: expected one of'],
    [{ ZERO_MCP_ORGANIZATION_READS: '1' }, 'ZERO_MCP_ORGANIZATION_READS: expected true or false, got "1".'],
    [{ ZERO_MCP_CONFIG: 'zero-mcp.yaml' }, 'ZERO_MCP_CONFIG: expected an absolute path'],
    [{ XDG_CONFIG_HOME: 'config' }, 'XDG_CONFIG_HOME must be an absolute path.'],
  ])('variables %j', async (env, message) => {
    await expect(load({ env })).rejects.toThrow(message);
  });

  test.each([
    ['mdoe: read-only', 'Unknown key mdoe in'],
    ['mdoe: read-only', 'Did you mean mode?'],
    ['mode: readonly', 'got "readonly". Did you mean read-only?'],
    ['mode:', 'mode in'],
    ['mode: read-only\nmode: unattended', 'Map keys must be unique'],
    ['organizationReads: yes', 'expected true or false, got "yes".'],
    ['toolsets: []', 'expected at least one value.'],
    ['toolsets: {core: true}', 'expected a list'],
    ['config: /etc/zero-mcp.yaml', 'Unknown key config'],
    ['__proto__: {mode: unattended}', 'Unknown key __proto__'],
    ['- mode: read-only', 'isn\'t a list of "key: value" lines.'],
    ['mode', 'isn\'t a list of "key: value" lines.'],
    ['mode: "read-only', 'Missing closing "quote'],
    ['mode: guarded\n---\nmode: unattended', 'multiple documents'],
  ])('file %j', async (file, message) => {
    await expect(load({ file })).rejects.toThrow(message);
  });

  test('any misspelling of a safety option, in any source', async () => {
    const safety = optionTable.filter(({ name }) =>
      ['mode', 'organization', 'cluster', 'organizationReads', 'toolsets', 'sandbox', 'allowSecretInput'].includes(
        name,
      ),
    );
    const known = new Set<string>(optionTable.flatMap(({ name, flag, env }) => [name, flag, env]));
    const misspelt = (prefix: string) => (name: string) =>
      fc
        .tuple(fc.nat(name.length - prefix.length - 1), fc.constantFrom('drop', 'double', 'swap', 'case'))
        .map(([offset, kind]) => {
          const at = prefix.length + offset;
          const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
          if (kind === 'drop') return before + after;
          if (kind === 'double') return before + letter + letter + after;
          if (kind === 'swap') return before + after.slice(0, 1) + letter + after.slice(1);
          return before + (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()) + after;
        })
        .filter((typo) => !known.has(typo) && typo.length > prefix.length);
    const { directory } = home();
    const typos = fc.constantFrom(...safety).chain(({ name, flag, env }) =>
      fc.oneof(
        misspelt('--')(flag).map((typo) => ({ argv: [`${typo}=true`], home: directory })),
        misspelt('ZERO_MCP_')(env).map((typo) => ({ env: { [typo]: 'true' }, home: directory })),
        misspelt('')(name).map((typo) => ({ file: `${typo}: true\n` })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(typos, async (given) => {
        await expect(load(given)).rejects.toThrow(/^Unknown (flag|variable|key) .*\. Did you mean/);
      }),
    );
  });

  test('any misspelling of a mode', async () => {
    const text = fc.string().filter((word) => !['read-only', 'guarded', 'unattended'].includes(word));
    const { directory } = home();
    await fc.assert(
      fc.asyncProperty(text, async (mode) => {
        await expect(load({ argv: [`--mode=${mode}`], home: directory })).rejects.toThrow(/^--mode(:| needs)/);
        await expect(load({ env: { ZERO_MCP_MODE: mode }, home: directory })).rejects.toThrow(/^ZERO_MCP_MODE:/);
      }),
    );
  });

  test('all problems of a source are told at once', async () => {
    const error = await load({ argv: ['--mode', 'x', '--timeout', 'y'] }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      problems: [expect.stringContaining('--mode'), expect.stringContaining('--timeout')],
    });
  });
});
