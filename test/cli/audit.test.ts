import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runAuditCommand } from '../../src/cli/audit.js';
import type { Fields } from '../harness.js';

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'zero-mcp-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs the command on a sandbox of its own. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, sandbox = ['--sandbox']) {
  const home = directory();
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const printed = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const places = { XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, APPDATA: home, LOCALAPPDATA: home };
  const code = await runAuditCommand([...sandbox, ...args], { env: { ...places, ...env }, ...streams });
  streams.stdout.end();
  streams.stderr.end();
  const [stdout, stderr] = await printed;
  return { code, stdout, stderr };
}

describe('zero-mcp audit', () => {
  test('prints findings, and ends with 0 when nothing was said about failing', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Tidewrack Freight: \d+ findings /);
    expect(stdout).toMatch(/^CRITICAL RTE-02 /m);
    expect(stdout).toMatch(/^ {2}route Status page \(b\w+\)$/m);
  });

  test('prints JSON, SARIF and Markdown', async () => {
    const filter = ['--severity', 'high'];
    const json = JSON.parse((await run([...filter, '--format', 'json'])).stdout) as { findings: readonly Fields[] };
    expect(json.findings[0]).toMatchObject({ severity: 'critical', evidence: expect.any(Object) });
    const sarif = JSON.parse((await run([...filter, '--format=sarif'])).stdout);
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'zero-mcp' } } }] });
    expect(sarif.runs[0].results).toHaveLength(json.findings.length);
    expect((await run([...filter, '--format', 'markdown'])).stdout).toMatch(/^# Audit of Tidewrack Freight\n/);
  });

  test('ends with 1 when something is as grave as --fail-on', async () => {
    expect((await run(['--fail-on', 'high'])).code).toBe(1);
    expect((await run(['--ids', 'RTE-44', '--fail-on', 'low'])).code).toBe(0);
    expect((await run(['--ids', 'RTE-04,RTE-44', '--fail-on', 'high'])).code).toBe(1);
    expect((await run(['--ids', 'RTE-04', '--fail-on', 'critical'])).code).toBe(0);
  });

  test('--severity says what is shown, not what counts', async () => {
    const { code, stdout } = await run(['--severity', 'critical', '--ids', 'RTE-04', '--fail-on', 'high']);
    expect(code).toBe(1);
    expect(stdout).toContain('Tidewrack Freight: 0 findings');
    expect((await run(['--severity', 'critical', '--ids', 'RTE-04', '--fail-on', 'critical'])).code).toBe(0);
  });

  test('many records that break a rule are one line', async () => {
    const file = join(directory(), 'rules.yaml');
    writeFileSync(file, 'invariants:\n  - toOnlyIn: [192.0.2.0/24]\n  - neverPublic: ["*"]\n');
    const { stdout } = await run(['--ids', 'RTE-04', '--rules', file]);
    expect(stdout).toMatch(
      /\n {2}to only in: 192\.0\.2\.0\/24: broken by route "Grafana": it leads to [^;]+; route [^;]+; route [^;]+; and \d+ more, which zero-mcp test lists\.\n {2}never public/,
    );
    expect(stdout).toMatch(
      /\n {2}never public: \*: broken by route "Status page": [^;]+; route "Partner portal": [^;]+\.\n$/,
    );
  });

  test('evidence is in words', async () => {
    const { stdout } = await run(['--ids', 'RTE-02,RTE-04,RTE-21,RTE-23']);
    expect(stdout).toContain('    to: https://10.20.4.31:8443\n');
    expect(stdout).toContain("    upstreams: to http://127.0.0.1:9901 is the proxy's own admin interface\n");
    expect(stdout).toContain('    idpAccessTokenAllowedAudiences: none\n');
    expect(stdout).toContain('    policies: Public pages, Blocked networks\n');
  });

  test('an accepted risk is no failure until it ends', async () => {
    const file = join(directory(), 'risks.yaml');
    const write = (expires: string) =>
      writeFileSync(
        file,
        `acceptedRisks:\n  - check: RTE-04\n    subject: Transport management\n    reason: Old box.\n    expires: ${expires}\n`,
      );
    const args = ['--ids', 'RTE-04', '--fail-on', 'high', '--rules', file];
    write('2999-12-31');
    const accepted = await run(args);
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).toContain('1 finding left out as accepted risks.');
    write('2020-12-31');
    const ended = await run(args);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('ended at 2020-12-31 and counts no longer.');
  });
});

describe("the operator's rules have a section", () => {
  const formats = ['text', 'markdown', 'json', 'sarif'] as const;

  test.each(formats)('in %s', async (format) => {
    const file = join(directory(), 'rules.yaml');
    writeFileSync(
      file,
      'invariants:\n  - noTlsSkipVerify: true\n  - neverPublic: ["wiki.*"]\ntests:\n  - who: anonymous\n    url: https://wiki.apps.tidewrack.example\n    expect: allow\n',
    );
    const args = ['--ids', 'RTE-44', '--format', format];
    const { code, stdout } = await run([...args, '--rules', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('no tlsSkipVerify');
    const says: Record<(typeof formats)[number], readonly unknown[]> = {
      text: ['\nYour rules\n  1 of 3 hold.\n', 'no tlsSkipVerify: broken by route "Transport management"'],
      markdown: ['\n## Your rules\n\n- 1 of 3 hold.\n'],
      json: ['"passed": 1', '"failed": 2'],
      sarif: ['"ruleId": "operator"', '"name": "Transport management"'],
    };
    for (const words of says[format]) expect(stdout).toContain(words);
    const without = (await run(args)).stdout;
    for (const words of says[format]) expect(without).not.toContain(words);
  });
});

describe('what it cannot do ends it with 2', () => {
  test.each([
    [['--format', 'xml'], '--format: expected one of text, json, sarif, markdown.'],
    [['--fail-on', 'hihg'], '--fail-on: expected one of critical, high, medium, low, info. Did you mean high?'],
    [['--ids', 'RTE-02,RTE-004'], '--ids: expected the id of a check, such as RTE-02. Did you mean RTE-04?'],
    [['--sevrity', 'high'], 'Unknown flag --sevrity. Did you mean --severity?'],
    [['now'], 'Unexpected argument after the command.'],
    [['--scope', 'Nowhere'], 'scope: nothing is called "Nowhere".'],
    [['--rules', '/nowhere/risks.yaml'], "/nowhere/risks.yaml doesn't exist."],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`zero-mcp: ${message}`);
  });

  test('a wrong entry among the accepted risks', async () => {
    const file = join(directory(), 'risks.yaml');
    writeFileSync(file, 'acceptedRisks:\n  - check: RTE-004\n    subject: x\n    reason: y\n    expires: 2999-12-31\n');
    const { code, stderr } = await run([], { ZERO_MCP_RULES: file });
    expect(code).toBe(2);
    expect(stderr).toBe(`zero-mcp: ${file}: acceptedRisks: entry 1: check: no check RTE-004. Did you mean RTE-04?\n`);
  });

  test('no token and no sandbox', async () => {
    const { code, stderr } = await run([], {}, []);
    expect(code).toBe(2);
    expect(stderr).toContain('No API token');
  });

  test('an organization that cannot be read', async () => {
    const { code, stderr } = await run(['--organization', 'bNoSuchGnZtNpSdWhRndfNGJsMn']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^zero-mcp: --organization: this API user sees no bNoSuchGnZtNpSdWhRndfNGJsMn\.\nzero-mcp: Next: Give one of b\w+ \("[^"]+"\)\.\n$/,
    );
  });

  test('a cluster that is not there, with those that are', async () => {
    const { code, stderr } = await run(['--cluster', 'bNoSuchGnZtNpSdWhRndfNGJsMn']);
    expect(code).toBe(2);
    expect(stderr).toContain('zero-mcp: --cluster: this API user sees no bNoSuchGnZtNpSdWhRndfNGJsMn.\n');
    expect(stderr).toMatch(/Next: Give one of b\w+ \("production"\), b\w+ \("staging"\)\./);
  });
});
