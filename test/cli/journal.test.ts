import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runJournal } from '../../src/cli/journal.js';
import { caller, chains, emptyDirectory, intent, linesOf, open, outcome, rewrite, tell } from '../record/scene.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs `zero-mcp journal` over the state directory that holds the journal; no token is set. */
async function run(directory: string, ...args: readonly string[]) {
  const home = dirname(directory);
  const env = { HOME: home, TZ: 'Asia/Tokyo', ZERO_MCP_STATE_DIR: home };
  const child = spawn(process.execPath, [cli, 'journal', ...args], { cwd: home, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

/** A journal written a second per line from eight o'clock on, with hostile text in it. */
async function written() {
  const directory = emptyDirectory();
  let clock = Date.parse('2026-01-31T08:00:00Z');
  const now = () => {
    clock += 1_000;
    return new Date(clock);
  };
  const head = await tell(open(directory, now), [
    {
      kind: 'question',
      id: 'q1',
      digest: 'd1',
      operation: 'delete_route',
      headline: 'Deletes \u202eevil\u001b[2J',
      ...caller,
    },
    { kind: 'decision', id: 'q1', decision: 'approved', channel: 'terminal', approver: 'ada' },
    intent('i1', { operation: 'delete_route', effect: 'live', question: 'q1', channel: 'terminal', approver: 'ada' }),
    outcome('i1'),
    intent('i2'),
    { kind: 'refusal', operation: 'delete_cluster', reason: 'It lies outside the pinned cluster.', ...caller },
  ]);
  return { directory, head };
}

describe('zero-mcp journal show', () => {
  test('prints plain rows in local time, outcomes beside their intents, and no control character', async () => {
    const { directory } = await written();
    expect(await run(directory, 'show')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'time (Asia/Tokyo)    kind      operation       record  effect  channel   approver  outcome',
        '2026-01-31 17:00:02  opened    -               -       -       -         -         zero-mcp 1.2.3, guarded',
        '2026-01-31 17:00:03  question  delete_route    -       -       -         -         Deletes \\u{202e}evil\\u{1b}[2J',
        '2026-01-31 17:00:04  decision  delete_route    -       -       terminal  ada       approved',
        '2026-01-31 17:00:05  intent    delete_route    é       live    terminal  ada       done',
        '2026-01-31 17:00:07  intent    update_route    é       draft   -         -         unfinished',
        '2026-01-31 17:00:08  refusal   delete_cluster  -       -       -         -         It lies outside the pinned cluster.',
        '',
      ].join('\n'),
    });
  });

  test.each([
    [
      ['--operation', 'delete_route'],
      ['question', 'decision', 'intent', 'outcome'],
    ],
    [
      ['--kind', 'intent'],
      ['intent', 'intent'],
    ],
    [
      ['--since', '2026-01-31T08:00:06Z'],
      ['outcome', 'intent', 'refusal'],
    ],
    [['--since', '1m'], []],
    [
      ['--limit', '2'],
      ['intent', 'refusal'],
    ],
    [['--operation', 'delete_route', '--kind', 'intent', '--limit', '9'], ['intent']],
  ])('%j chooses lines', async (args, kinds) => {
    const { directory } = await written();
    const { code, stdout } = await run(directory, 'show', '--json', ...args);
    expect(code).toBe(0);
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(kinds);
  });

  test('names the record, and a call by the tool as well as by what is sent for it', async () => {
    const directory = emptyDirectory();
    const given = { organizationId: 'o1', routeId: 'r1', patch: [] };
    const both = { operation: 'patch_route', tool: 'update_route' };
    await tell(open(directory), [
      { kind: 'question', id: 'q1', digest: 'd1', ...both, headline: 'Updates', ...caller },
      { kind: 'decision', id: 'q1', decision: 'approved', channel: 'terminal', approver: 'ada' },
      intent('i1', { ...both, arguments: given, before: { name: 'Gra\u202efana' } }),
      outcome('i1'),
      intent('i2', { operation: 'delete_key_pair', arguments: { organizationId: 'o1', keyPairId: 'k1' } }),
      outcome('i2'),
    ]);
    for (const name of ['update_route', 'patch_route']) {
      const { stdout } = await run(directory, 'show', '--operation', name);
      const rows = stdout.split('\n').slice(1, -1);
      expect(rows.map((row) => row.slice('2026-01-31 17:00:03  '.length).split(/ {2,}/).slice(0, 3))).toEqual([
        ['question', 'update_route (patch_route)', '-'],
        ['decision', 'update_route (patch_route)', '-'],
        ['intent', 'update_route (patch_route)', 'Gra\\u{202e}fana'],
      ]);
    }
    const { stdout } = await run(directory, 'show', '--operation', 'delete_key_pair');
    expect(stdout).toContain('  intent  delete_key_pair  k1      draft');
  });

  test('--json gives whole lines with their chain, without control characters', async () => {
    const { directory, head } = await written();
    const { stdout } = await run(directory, 'show', '--json', '--kind', 'question');
    const [, line] = linesOf(directory, head.chain);
    expect(JSON.parse(stdout)).toEqual({ ...JSON.parse(line ?? ''), chain: head.chain });
    expect(stdout.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('names what it could not read', async () => {
    const { directory, head } = await written();
    rewrite(directory, head.chain, linesOf(directory, head.chain).with(3, '{}'));
    const { stdout } = await run(directory, 'show', '--operation', 'delete_cluster');
    expect(stdout).toMatch(/ delete_cluster [^\n]*\n.*\.jsonl:4 is damaged; run: node [^\n]*cli\.js journal verify\n$/);
  });

  test('on a terminal what went wrong is red, unless NO_COLOR says otherwise', async () => {
    const { directory } = await written();
    const home = dirname(directory);
    const show = async (more: Readonly<Record<string, string>> = {}) => {
      const context = { env: { XDG_CONFIG_HOME: home, ...more }, stdout: { isTTY: true } };
      const { text } = await runJournal(['show', '--kind', 'intent', '--state-dir', home], context);
      return text
        .trimEnd()
        .split('\n')
        .map((row) => [row.startsWith('\u001b['), row.replaceAll('\u001b', '').slice(0, 4)]);
    };
    expect(await show()).toEqual([
      [true, '[2mt'],
      [false, '2026'],
      [true, '[31m'],
    ]);
    expect(await show({ NO_COLOR: '1' })).toEqual([
      [false, 'time'],
      [false, '2026'],
      [false, '2026'],
    ]);
  });

  test('says so when there is nothing', async () => {
    expect(await run(emptyDirectory(), 'show')).toEqual({ code: 0, stdout: 'No such lines.\n', stderr: '' });
  });
});

describe('zero-mcp journal verify', () => {
  test('ends with 0 and the heads to keep when all holds together, telling what is unfinished', async () => {
    const { directory, head } = await written();
    expect(await run(directory, 'verify')).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        `${join(directory, head.chain)}:6: unfinished: update_route was about to be sent at 2026-01-31T08:00:07.000Z; how it ended was never written.`,
        `head ${head.chain}:7:${head.hash}`,
        `7 lines in 1 chain of ${directory} hold together.`,
        '',
      ].join('\n'),
    });
  });

  test('ends with 1 and names file and line when a line was changed', async () => {
    const { directory, head } = await written();
    const lines = linesOf(directory, head.chain);
    rewrite(directory, head.chain, lines.with(2, (lines[2] ?? '').replace('approved', 'declined')));
    const { code, stdout } = await run(directory, 'verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`${join(directory, head.chain)}:3: its hash is another: it was changed.\n`);
    expect(stdout).toContain(`1 problem in 7 lines of ${directory}.\n`);
  });

  test('holds it against heads that were kept', async () => {
    const { directory, head } = await written();
    const later = await tell(open(directory), [intent('i3')]);
    const kept = [head, later].flatMap(({ chain, line, hash }) => ['--head', `${chain}:${line}:${hash}`]);
    expect(await run(directory, 'verify', ...kept)).toMatchObject({ code: 0 });
    for (const chain of chains(directory)) rmSync(join(directory, chain));
    const { code, stdout } = await run(directory, 'verify', ...kept);
    expect(code).toBe(1);
    for (const { chain, line } of [head, later]) {
      expect(stdout).toContain(`${chain}:${line}: the given head names it, but the file is missing.\n`);
    }
  });

  test('a state directory that cannot be read ends it with 1', async () => {
    const { directory } = await written();
    const { code, stdout, stderr } = await run(
      directory,
      'verify',
      '--state-dir',
      join(directory, chains(directory)[0] ?? ''),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('ENOTDIR');
  });
});

test.each([
  [[], 'zero-mcp journal takes verify or show.'],
  [['verfy'], 'zero-mcp journal takes verify or show. Did you mean verify?'],
  [['toString'], 'zero-mcp journal takes verify or show.'],
  [['show', '--sinc', '1d'], 'Unknown flag --sinc. Did you mean --since?'],
  [
    ['show', '--since', 'soon'],
    '--since: expected a time of the past such as 2026-01-31, 2026-01-31T08:00 or 90m, 24h, 7d.',
  ],
  [
    ['show', '--since', '2999-01-01'],
    '--since: expected a time of the past such as 2026-01-31, 2026-01-31T08:00 or 90m, 24h, 7d.',
  ],
  [
    ['show', '--kind', 'intnt'],
    '--kind: expected one of opened, question, decision, refusal, intent, outcome. Did you mean intent?',
  ],
  [['show', '--limit', '0'], '--limit: expected a number from 1 on.'],
  [['verify', '--head', 'x:1'], '--head: expected CHAIN:LINE:HASH, as `_meta.journal` of a result gives them.'],
  [['verify', '--state-dir', 'here'], '--state-dir: expected an absolute path.'],
])('journal %j is wrong usage', async (args, message) => {
  expect(await run(emptyDirectory(), ...args)).toEqual({ code: 2, stdout: '', stderr: `zero-mcp: ${message}\n` });
});
