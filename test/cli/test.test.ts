import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runTestCommand } from '../../src/cli/test.js';

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'zero-mcp-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs the command on a sandbox of its own, with a file of rules. */
async function run(rules: string | undefined, args: readonly string[] = []) {
  const home = directory();
  const file = join(home, 'rules.yaml');
  if (rules !== undefined) writeFileSync(file, rules);
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const printed = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const env = { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, APPDATA: home, LOCALAPPDATA: home };
  const given = ['--sandbox', ...(rules === undefined ? [] : ['--rules', file]), ...args];
  const code = await runTestCommand(given, { env, ...streams });
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await printed;
  return { code, stdout, stderr };
}

const holding = `
invariants:
  - neverPublic: ['wiki.*']
tests:
  - who: ole.hauge@tidewrack.example
    url: https://wiki.apps.tidewrack.example/
    from: 203.0.113.7
    expect: allow
  - who: anonymous
    url: https://wiki.apps.tidewrack.example/
    expect: deny
`;

/** A route that waits to go live. */
const waiting = `
tests:
  - who: ole.hauge@tidewrack.example
    url: https://carriers.apps.tidewrack.example/
    from: 203.0.113.7
    expect: allow
`;

describe('zero-mcp test', () => {
  test('says that all hold, and ends with 0', async () => {
    expect(await run(holding)).toEqual({
      code: 0,
      stderr: '',
      stdout: `✓ never public: wiki.*
✓ ole.hauge@tidewrack.example opens https://wiki.apps.tidewrack.example/ from 203.0.113.7 → allow
✓ anonymous opens https://wiki.apps.tidewrack.example/ → deny

3 passed, 0 failed
`,
    });
  });

  test('says what fails and how, and ends with 1', async () => {
    const rules = `
invariants:
  - noTlsSkipVerify: true
tests:
  - who: stranger
    url: https://wiki.apps.tidewrack.example/
    from: 203.0.113.7
    expect: allow
`;
    expect(await run(rules)).toEqual({
      code: 1,
      stderr: '',
      stdout: `✗ no tlsSkipVerify
    route "Transport management": it has tlsSkipVerify on
✗ stranger opens https://wiki.apps.tidewrack.example/ from 203.0.113.7 → allow
    route "Wiki": denied:403

0 passed, 2 failed
`,
    });
  });

  test('says what meets nothing', async () => {
    const rules = `
me: [ole.hauge@tidewrack.example, nobody@elsewhere.example]
self: https://mcp.tidewrack.exampel
invariants:
  - neverPublic: ['*.tidewrack.exampel', 'wiki.*']
  - onlyDomains: { domains: [tidewrack.example], hosts: [wiki.apps.tidewrack.example], except: [gone.tidewrack.example] }
tests:
  - who: stranger
    url: https://wiki.apps.tidewrack.exampel/
    expect: deny
`;
    expect(await run(rules)).toEqual({
      code: 0,
      stderr: '',
      stdout: `✓ never public: *.tidewrack.exampel, wiki.*
    matches no route: *.tidewrack.exampel
✓ only domains: tidewrack.example on wiki.apps.tidewrack.example except gone.tidewrack.example
    matches no route: gone.tidewrack.example
✓ stranger opens https://wiki.apps.tidewrack.exampel/ → deny
    no route answers: 404
me: nobody@elsewhere.example is no user here, and no policy of a route names them or their domain.
self: no route answers https://mcp.tidewrack.exampel.

3 passed, 0 failed
`,
    });
  });

  test('takes a relative --rules from where it was typed', async () => {
    const home = directory();
    writeFileSync(join(home, 'rules.yaml'), holding);
    const file = relative(process.cwd(), join(home, 'rules.yaml'));
    expect(await run(undefined, ['--rules', file])).toMatchObject({ code: 0, stderr: '' });
  });

  test('looks at what is saved, or with --state live at what runs', async () => {
    expect((await run(waiting)).code).toBe(0);
    const { code, stdout } = await run(waiting, ['--state', 'live']);
    expect(code).toBe(1);
    expect(stdout).toContain('    no route answers: 404\n');
  });
});

describe('what it cannot do ends it with 2', () => {
  test.each([
    [undefined, [], 'There is nothing to test: name a file that has invariants or tests with --rules.'],
    ['me: [ada@corp.example]', [], 'There is nothing to test: name a file that has invariants or tests with --rules.'],
    [holding, ['--state', 'lvie'], '--state: expected one of saved, live. Did you mean live?'],
    [holding, ['--sate', 'live'], 'Unknown flag --sate. Did you mean --state?'],
    [
      holding,
      ['--organization', 'bNoSuchGnZtNpSdWhRndfNGJsMn'],
      '--organization: this API user sees no bNoSuchGnZtNpSdWhRndfNGJsMn.',
    ],
  ])('%j %j', async (rules, args, message) => {
    const { code, stdout, stderr } = await run(rules, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`zero-mcp: ${message}`);
  });
});
