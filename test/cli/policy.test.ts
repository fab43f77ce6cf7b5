import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, 'policy', ...args], { env: {} });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function run(args: readonly string[], lines: readonly string[]) {
  const child = start(args);
  child.stdin.end(lines.join('\n'));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { code, stderr, answers };
}

const PUBLIC = { allow: { or: [{ accept: true }] } };

describe('policy check', () => {
  test('answers each line with verdicts, errors and warnings', async () => {
    const policies = [
      JSON.stringify(PUBLIC),
      'allow:\n  and:\n    - emial: anna@example.com\n',
      'allow:\n  and:\n    - email:\n      is: anna@example.com\n',
      '{"deny": {"or": [{"http_method": {"not_in": ["GET"]}}]}}',
      '{"allow": {"and": [{"day_of_week": "mon-fri"}, {"authenticated_user": true}]}}',
    ];
    const { code, stderr, answers } = await run(
      ['check'],
      policies.map((policy) => JSON.stringify({ policy })),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(answers).toEqual([
      { grammar: 'valid', full: 'valid', compiles: true, errors: [], warnings: [] },
      {
        grammar: 'valid',
        full: 'invalid',
        compiles: false,
        errors: [
          {
            code: 'unknown-criterion',
            severity: 'error',
            place: 'rules[0].allow.and[0].emial',
            line: 3,
            column: 7,
            message: 'unknown policy criterion: emial',
            fix: 'Names are in lower case and singular. Did you mean email?',
          },
        ],
        warnings: [],
      },
      {
        grammar: 'invalid',
        full: 'invalid',
        compiles: false,
        errors: [
          {
            code: 'invalid-keys',
            severity: 'error',
            place: 'rules[0].allow.and[0]',
            line: 3,
            column: 7,
            message:
              'invalid rules in policy: invalid criteria in "and"): each criteria may only contain a single key and value',
            fix: "Indent is deeper than email: what is compared belongs below the condition's name.",
          },
        ],
        warnings: [],
      },
      {
        grammar: 'valid',
        full: 'valid',
        compiles: false,
        errors: [expect.objectContaining({ code: 'does-not-compile', place: 'rules[0].deny.or[0].http_method' })],
        warnings: [],
      },
      {
        grammar: 'valid',
        full: 'invalid',
        compiles: true,
        errors: [],
        warnings: [
          expect.objectContaining({ code: 'edition-needed', message: 'unknown policy criterion: day_of_week' }),
        ],
      },
    ]);
  });
});

describe('policy eval', () => {
  test("answers Pomerium's own cases as Pomerium does", async () => {
    const { records, contexts, policies, several_policies } = JSON.parse(
      readFileSync(new URL('../policy/cases/cases.json', import.meta.url), 'utf8'),
    );
    const lines = several_policies.map((one: { policies: readonly string[]; context: string }) =>
      JSON.stringify({
        policies: one.policies.map((name) => policies[name]),
        input: contexts[one.context],
        records,
      }),
    );
    const { code, answers } = await run(['eval'], lines);
    expect(code).toBe(0);
    expect(answers).toEqual(
      several_policies.map(
        ({ expect: { allow, deny }, outcome }: { expect: object & Record<string, unknown>; outcome: string }) => ({
          allow,
          deny,
          outcome,
        }),
      ),
    );
  });

  test('takes the instant from the line', async () => {
    const policies = [{ allow: { and: [{ date: { after: '2026-03-01', before: '2026-04-01T00:00:00+02:00' } }] } }];
    const { answers } = await run(
      ['eval'],
      ['2026-03-15T12:00:00Z', '2026-03-31T23:00:00Z'].map((at) => JSON.stringify({ policies, input: {}, at })),
    );
    expect(answers).toEqual([
      expect.objectContaining({ outcome: 'allowed' }),
      expect.objectContaining({ outcome: 'denied:403' }),
    ]);
  });
});

test('policy explain says what a policy does', async () => {
  const { code, answers } = await run(['explain'], [JSON.stringify({ policy: PUBLIC })]);
  expect(code).toBe(0);
  expect(JSON.stringify(answers)).toContain('"outcome":"allowed"');
});

describe('lines and exit codes', () => {
  test('a line that it cannot answer is answered with an error, the others as ever, and the code is 1', async () => {
    const good = JSON.stringify({ policies: [PUBLIC], input: {} });
    const { code, stderr, answers } = await run(
      ['eval'],
      [
        good,
        '{',
        '{"policies": [], "input": 5}',
        '{"policies": []}',
        '',
        '{"policies": ["permit: x"], "input": {}}',
        good,
      ],
    );
    const allowed = {
      allow: { value: true, reasons: ['accept'] },
      deny: { value: false, reasons: [] },
      outcome: 'allowed',
    };
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(answers).toEqual([
      allowed,
      { error: expect.stringContaining('JSON') },
      { error: expect.stringMatching(/^input: .*expected record/) },
      { error: expect.stringMatching(/^input: .*expected record/) },
      { error: 'invalid rules in policy: invalid action in rule: unsupported action: "permit"' },
      allowed,
    ]);
  });

  test('lines end with a line feed only: a text may hold what Unicode or old Macs end lines with', async () => {
    const child = start(['eval']);
    const answers = text(child.stdout);
    const allow = { or: [{ ssh_username: 'a\u2028b\u{1f600}' }] };
    const line = JSON.stringify({ policies: [{ allow }], input: { ssh: { username: 'a\u2028b\u{1f600}' } } });
    const bytes = Buffer.from(`\ufeff${line}\r\n{"policies": [],\r"input": {}}\n{"policies": ["\ud83d`);
    for (const byte of bytes.subarray(0, 80)) child.stdin.write(Buffer.from([byte]));
    child.stdin.end(bytes.subarray(80));
    expect((await answers).split('\n').map((answer) => answer && JSON.parse(answer))).toEqual([
      {
        allow: { value: true, reasons: ['ssh-username-ok'] },
        deny: { value: false, reasons: [] },
        outcome: 'allowed',
      },
      { allow: { value: false, reasons: [] }, deny: { value: false, reasons: [] }, outcome: 'denied:403' },
      { error: expect.stringContaining('Unterminated string') },
      '',
    ]);
  });

  test('answers come as the lines do', async () => {
    const child = start(['check']);
    const answers = child.stdout[Symbol.asyncIterator]();
    for (const policy of ['{}', '5']) {
      child.stdin.write(`${JSON.stringify({ policy })}\n`);
      const { value } = await answers.next();
      expect(String(value)).toMatch(policy === '{}' ? /"grammar":"valid"/ : /parser\.Number/);
    }
    child.stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  test('an unknown command is wrong usage', async () => {
    expect(await run(['evel'], [])).toEqual({
      code: 2,
      stderr: 'zero-mcp: zero-mcp policy takes check, eval, explain. Did you mean eval?\n',
      answers: [],
    });
  });
});
