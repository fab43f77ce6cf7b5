import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { optionTable } from '../../src/config/options.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A directory that is the home of nobody's configuration, gone after the test. */
function emptyDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'zero-mcp-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function start(args: readonly string[], { env = {}, cwd = emptyDirectory() }: Given = {}): ChildProcess {
  const child = spawn(process.execPath, [cli, ...args], { cwd, env: { HOME: emptyDirectory(), ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What a running process prints until `end` is in it. */
async function printedUntil(child: ChildProcess, end: string): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    if (printed.includes(end)) return printed;
  }
  throw new Error(`It ended without printing ${end}.`);
}

/** Runs to the end with a closed stdin. */
async function run(args: readonly string[], given?: Given) {
  const child = start(args, given);
  child.stdin?.end();
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = '';
  for await (const chunk of stream ?? []) all += chunk;
  return all;
}

describe('without a token and without --sandbox', () => {
  test('it ends with 2 and three lines that say what to do', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [missing, where, sandbox, ...more] = stderr.trimEnd().split('\n');
    expect(missing).toContain('POMERIUM_ZERO_API_TOKEN');
    expect(where).toContain('Account, API Tokens, Add API User');
    expect(sandbox).toContain('zero-mcp --sandbox');
    expect(more).toEqual([]);
  });
});

describe('help and version', () => {
  test('--help names every flag, variable and command', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { flag, env, description } of optionTable) {
      for (const part of [flag, env, description]) expect(stdout).toContain(part);
    }
    for (const command of ['sandbox', 'config', 'openapi']) expect(stdout).toContain(`zero-mcp ${command}`);
  });

  test.each([
    [
      ['audit', '--help'],
      ['zero-mcp audit [--severity', '  --fail-on LEVEL\n', '  --cluster ID\n'],
      ['--max-changes', 'zero-mcp test'],
    ],
    [
      ['test', '-h'],
      ['zero-mcp test --rules FILE', '  --state STATE\n', '  --rules FILE\n'],
      ['--fail-on', '--toolsets'],
    ],
    [
      ['journal', 'show', '--help'],
      ['  --since TIME\n', '  --state-dir DIR\n'],
      ['--mode', 'zero-mcp audit'],
    ],
    [
      ['sandbox', '--help'],
      ['  --port N\n', '  --state FILE\n'],
      ['Options', '--mode'],
    ],
    [['help', 'policy'], ['zero-mcp policy check | eval | explain\n'], ['Options', 'Flags']],
    [['help'], ['zero-mcp audit', 'zero-mcp help [COMMAND]', '--mode MODE\n'], ['Flags']],
  ])('%j prints its own part', async (args, parts, others) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const part of parts) expect(stdout).toContain(part);
    for (const other of others) expect(stdout).not.toContain(other);
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what it does not understand ends it with 2', () => {
  test.each([
    [['sandbx'], 'zero-mcp: Unknown command sandbx. Did you mean sandbox?\n'],
    [['frobnicate'], 'zero-mcp: Unknown command frobnicate. zero-mcp help lists them.\n'],
    [['help', 'adit'], 'zero-mcp: Unknown command adit. Did you mean audit?\n'],
    [['--sandbx'], 'zero-mcp: Unknown flag --sandbx. Did you mean --sandbox?\n'],
    [['config', 'mode'], 'zero-mcp: Unexpected argument after the command.\n'],
    [['sandbox', '--prot', '1'], 'zero-mcp: Unknown flag --prot. Did you mean --port?\n'],
    [['sandbox', '--port', '65536'], 'zero-mcp: --port: expected a port number, 0 for any free one.\n'],
    [['--\u001b[31mmode'], 'zero-mcp: Unknown flag --\\u{1b}[31mmode.\n'],
  ])('%j', async (args, stderr) => {
    expect(await run(args)).toEqual({ code: 2, stdout: '', stderr });
  });

  test('in the environment too, even when the flags are right', async () => {
    const { code, stderr } = await run(['--sandbox'], { env: { ZERO_MCP_MOD: 'read-only' } });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'zero-mcp: Unknown variable ZERO_MCP_MOD. Did you mean ZERO_MCP_MODE?\n',
    });
  });
});

describe('zero-mcp config', () => {
  test('prints what is in force and where it comes from, without the token', async () => {
    const env = { POMERIUM_ZERO_API_TOKEN: 'zt-very-secret', ZERO_MCP_TIMEOUT: '30s' };
    const { code, stdout, stderr } = await run(['config', '--mode', 'read-only'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^mode +read-only +--mode$/m);
    expect(stdout).toMatch(/^timeout +30s +ZERO_MCP_TIMEOUT$/m);
    expect(stdout).toMatch(/^logLevel +info +default$/m);
    expect(stdout).toMatch(/^apiToken +set +POMERIUM_ZERO_API_TOKEN$/m);
    expect(stdout).not.toContain('zt-very-secret');
  });

  test('takes nothing from the working directory', async () => {
    const cwd = emptyDirectory();
    writeFileSync(join(cwd, '.env'), 'ZERO_MCP_MODE=unattended\nPOMERIUM_ZERO_API_TOKEN=zt-planted\n');
    writeFileSync(join(cwd, 'zero-mcp.yaml'), 'mode: unattended\nbaseUrl: https://evil.example\n');
    const { stdout } = await run(['config'], { cwd });
    expect(stdout).toMatch(/^mode +guarded +default$/m);
    expect(stdout).toMatch(/^baseUrl +https:\/\/console\.pomerium\.app\/api\/v0 +default$/m);
    expect(stdout).toMatch(/^apiToken +not set/m);
  });
});

describe('zero-mcp over stdio', () => {
  test('its first log line shows the configuration, and a closed stdin ends it with 0', async () => {
    const { code, stdout, stderr } = await run(['--sandbox', '--mode', 'read-only']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr.split('\n', 1)[0]).toMatch(
      /^\S+ info zero-mcp \S+ sandbox=true\(--sandbox\) mode=read-only\(--mode\) /,
    );
  });

  test('unattended is loud, even when only warnings are logged', async () => {
    const { stderr } = await run(['--sandbox', '--mode', 'unattended', '--log-level', 'warn']);
    expect(stderr).toMatch(/^\S+ warn UNATTENDED: .* without asking anyone\.\n$/);
  });

  test('the token is in no log line', async () => {
    const env = { POMERIUM_ZERO_API_TOKEN: 'zt-very-secret', ZERO_MCP_LOG_LEVEL: 'debug' };
    const { code, stderr } = await run([], { env });
    expect(code).toBe(0);
    expect(stderr).toContain('apiToken=set(POMERIUM_ZERO_API_TOKEN)');
    expect(stderr).not.toContain('zt-very-secret');
  });
});

describe('zero-mcp openapi', () => {
  test('prints an OpenAPI 3.1 document, without a token', async () => {
    const { code, stdout } = await run(['openapi']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), paths: expect.any(Object) });
  });

  test('a reader that stops early is no error', async () => {
    const child = start(['openapi']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('zero-mcp sandbox', () => {
  test('prints a base URL and a token that work, and ends cleanly on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const child = start(['sandbox', '--port', '0']);
      const ended = once(child, 'close');
      const printed = await printedUntil(child, 'zero-mcp --base-url');
      const baseUrl = /^Base URL: +(http:\/\/127\.0\.0\.1:\d+\/api\/v0)$/m.exec(printed)?.[1];
      const refreshToken = /^API token: +(\S+)$/m.exec(printed)?.[1];
      const exchanged = await fetch(`${baseUrl}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken }),
      });
      const { idToken } = (await exchanged.json()) as { idToken: string };
      const organizations = await fetch(`${baseUrl}/organizations`, {
        headers: { authorization: `Bearer ${idToken}` },
      });
      expect(organizations.status).toBe(200);
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
    }
  });

  test('says why it cannot keep its state', async () => {
    const state = join(emptyDirectory(), 'none', 'state.json');
    expect(await run(['sandbox', '--port', '0', '--state', state])).toEqual({
      code: 2,
      stdout: '',
      stderr: `zero-mcp: --state: ${state} can't be kept: its directory doesn't exist.\n`,
    });
  });

  test('keeps its state in a file of the person alone', async () => {
    const cwd = emptyDirectory();
    const child = start(['sandbox', '--port', '0', '--state', 'state.json'], { cwd });
    const ended = once(child, 'close');
    await printedUntil(child, 'API token:');
    child.kill('SIGTERM');
    await ended;
    expect(JSON.parse(readFileSync(join(cwd, 'state.json'), 'utf8'))).toHaveProperty('organizations');
    expect(statSync(join(cwd, 'state.json')).mode & 0o777).toBe(0o600);
  });
});
