import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Plan } from '../../src/guard/plan.js';
import type { Decision, QuestionStore } from '../../src/guard/question.js';
import { createQuestionStore } from '../../src/guard/questions.js';
import { createJournal } from '../../src/record/journal.js';
import { readJournal } from '../../src/record/read.js';
import { accessPlan, applyPlan, asked, deletePlan, offerPlan } from '../approval-page/plans.js';
import { cli, follow, onTerminal } from '../terminal.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface State {
  readonly directory: string;
  readonly store: QuestionStore;
}

function state(): State {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'zero-mcp-approve-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const journal = createJournal({ directory: join(directory, 'journal'), version: '0', mode: 'guarded' });
  return { directory, store: createQuestionStore(join(directory, 'questions'), journal) };
}

/** What the journal notes of decisions. */
async function decisionsIn({ directory }: State) {
  return (await readJournal(join(directory, 'journal'))).lines.filter(({ kind }) => kind === 'decision');
}

/** Asks as a server would, `ago` milliseconds before now. */
const ask = ({ store }: State, plan: Plan, ago = 3 * MINUTE) => store.ask(asked(plan, Date.now() - ago));

const decided = (decision: Decision['decision'], ago = MINUTE): Decision => ({
  decision,
  channel: 'host',
  approver: 'some host',
  at: new Date(Date.now() - ago).toISOString(),
});

const environment = ({ directory }: State) => ({
  PATH: process.env.PATH,
  HOME: directory,
  ZERO_MCP_STATE_DIR: directory,
  // Neither is looked at: the commands need no token.
  POMERIUM_ZERO_API_TOKEN: '',
  TZ: 'UTC',
});

/** A command on a terminal. */
const terminal = (from: State, ...args: readonly string[]) => onTerminal(args, environment(from));

/** A command with pipes, as an agent's shell runs one. */
function piped(from: State, ...args: readonly string[]) {
  const child = spawn(process.execPath, [cli, ...args], { env: environment(from) });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.end('yes\n');
  return follow(child).ended.then((ending) => ({ ...ending, stderr }));
}

const me = userInfo().username;

describe('pending', () => {
  test('lists what is open, newest first, with its cluster, and needs no terminal', async () => {
    const at = state();
    const older = await ask(at, applyPlan, 2 * HOUR);
    const newer = await ask(at, accessPlan);
    const gone = await ask(at, applyPlan, 25 * HOUR);
    const answered = await ask(at, applyPlan);
    await at.store.decide(answered.id, decided('declined'));
    const { code, printed } = await piped(at, 'pending');
    expect({ code, printed }).toEqual({
      code: 0,
      printed: [
        `${newer.code}  asked 3 minutes ago, open for 23 hours more`,
        `  ${accessPlan.access?.headline}`,
        `  ${accessPlan.headline}`,
        '  "production"',
        `${older.code}  asked 2 hours ago, open for 21 hours more`,
        `  ${applyPlan.headline}`,
        '  "production"',
        '',
      ].join('\n'),
    });
    expect(printed).not.toContain(gone.code);
  });

  test('makes no directory where there is none', async () => {
    const at = state();
    const missing = join(at.directory, 'none');
    const { code, printed } = await piped(at, 'pending', '--state-dir', missing);
    expect({ code, printed }).toEqual({ code: 0, printed: `No question is open in ${missing}.\n` });
    expect(existsSync(missing)).toBe(false);
  });

  test.each([
    ['others can read or write it', (path: string) => mkdirSync(path, { mode: 0o750 })],
    ['it is a link or no directory', (path: string) => symlinkSync(tmpdir(), path)],
  ])('does not believe a directory when %s', async (why, make) => {
    const at = state();
    make(join(at.directory, 'questions'));
    const { code, printed, stderr } = await piped(at, 'pending');
    expect({ code, printed }).toEqual({ code: 1, printed: '' });
    expect(stderr).toContain(`can't be trusted: ${why}`);
  });
});

describe('without a terminal', () => {
  test.each([['approve'], ['reject'], ['approve', '--web']])('%s %s refuses', async (...args) => {
    const at = state();
    const { id } = await ask(at, applyPlan);
    const { code, printed, stderr } = await piped(at, ...args);
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(stderr).toBe(`zero-mcp: zero-mcp ${args[0]} asks a person, so it must run on a terminal.\n`);
    expect((await at.store.get(id))?.decision).toBeUndefined();
  });

  test('a terminal for the output alone is none', async () => {
    const at = state();
    const { id, code } = await ask(at, applyPlan);
    const command = `echo yes | '${process.execPath}' '${cli}' approve ${code}`;
    const { ended } = follow(spawn('script', ['-qec', command, '/dev/null'], { env: environment(at) }));
    expect((await ended).code).toBe(2);
    expect((await at.store.get(id))?.decision).toBeUndefined();
  });
});

describe('an offer beside a question', () => {
  async function withOffer() {
    const at = state();
    const offer = await ask(at, offerPlan);
    const { id } = await at.store.ask({ ...asked(applyPlan, Date.now() - MINUTE), offer: offer.id });
    const decisions = async () => [
      (await at.store.get(id))?.decision?.decision,
      (await at.store.get(offer.id))?.decision?.decision,
    ];
    return { at, offer, decisions };
  }
  const prompts = ['Approve? Type yes:', 'Switch auto-apply off first? Type yes:'] as const;

  test.each([
    ['yes', 'yes', ['approved', 'approved']],
    ['no', 'yes', ['approved', 'declined']],
    ['', 'yes', ['approved', undefined]],
    ['yes', 'no', ['declined', 'approved']],
    ['yes', '', [undefined, 'approved']],
  ])('is asked before it, and answered for itself: %j, %j', async (offered, own, expected) => {
    const { at, offer, decisions } = await withOffer();
    const { type, ended } = terminal(at, 'approve');
    await type(prompts[1], `${offered}\n`);
    await type(prompts[0], `${own}\n`);
    const { printed } = await ended;
    expect(await decisions()).toEqual(expected);
    const unwrapped = printed.replaceAll('\n    │ ', '');
    for (const note of offerPlan.notes) expect(unwrapped.split(prompts[1])[0]).toContain(note);
    expect(printed).toContain(`${offer.code}: ${offered === '' ? 'Nobody has decided it.' : 'It was'}`);
  });

  test('whoever leaves at the second question has answered the first', async () => {
    const { at, decisions } = await withOffer();
    const { type, ended } = terminal(at, 'approve');
    await type(prompts[1], 'yes\n');
    await type(prompts[0], '\u0003');
    expect((await ended).printed).toContain('Nothing was decided.');
    expect(await decisions()).toEqual([undefined, 'approved']);
  });

  test('it can be answered alone, by its code', async () => {
    const { at, offer, decisions } = await withOffer();
    const { type, ended } = terminal(at, 'approve', offer.code);
    await type(prompts[1], 'yes\n');
    await ended;
    expect(await decisions()).toEqual([undefined, 'approved']);
  });
});

describe('approve', () => {
  test('shows the only open question whole, and records a typed yes', async () => {
    const at = state();
    const { id, code } = await ask(at, applyPlan);
    const { type, ended } = terminal(at, 'approve');
    await type('Approve? Type yes:', 'yes\n');
    const { code: exit, printed } = await ended;
    expect(exit).toBe(0);
    expect(printed).toContain(`${code}  asked 3 minutes ago, open for 23 hours more`);
    const unwrapped = printed.replaceAll('\n    │ ', '');
    for (const text of [applyPlan.headline, ...applyPlan.notes]) expect(unwrapped).toContain(text);
    for (const { name, fields } of applyPlan.entities) {
      for (const text of [name, ...fields.flatMap((field) => [field.name, field.before ?? '', field.after ?? ''])]) {
        expect(unwrapped).toContain(text);
      }
    }
    expect(printed).toContain(`${code}: It was approved by "${me}" on a terminal, `);
    expect(await at.store.get(id)).toMatchObject({
      decision: { decision: 'approved', channel: 'terminal', approver: me },
    });
  });

  test.each([
    ['y', undefined],
    ['Yes', undefined],
    [' yes', undefined],
    ['', undefined],
    ['no', 'declined'],
  ])('%j is no yes', async (line, decision) => {
    const at = state();
    const { id } = await ask(at, applyPlan);
    const { type, ended } = terminal(at, 'approve');
    await type('Approve? Type yes:', `${line}\n`);
    const { code, printed } = await ended;
    expect(code).toBe(decision ? 0 : 1);
    expect(printed).toContain(decision ? 'It was declined' : 'Nothing was decided.');
    expect((await at.store.get(id))?.decision?.decision).toBe(decision);
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s decides nothing', async (_, key) => {
    const at = state();
    const { id } = await ask(at, applyPlan);
    const { type, ended } = terminal(at, 'approve');
    await type('Approve? Type yes:', key);
    const { code, printed } = await ended;
    expect(code).toBe(1);
    expect(printed).toContain('Nothing was decided.');
    expect((await at.store.get(id))?.decision).toBeUndefined();
  });

  test('an answer pasted along with the command is none', async () => {
    const at = state();
    const { id } = await ask(at, applyPlan);
    const { type, ended } = terminal(at, 'approve');
    await type('', 'yes\n');
    await type('Approve? Type yes:', '\n');
    expect((await ended).printed).toContain('Nothing was decided.');
    expect((await at.store.get(id))?.decision).toBeUndefined();
  });

  test.each([
    ['staging', 'approved'],
    ['Staging', undefined],
    ['yes', undefined],
    ['no', 'declined'],
  ])('a plan with a name to type takes %j as %s', async (line, decision) => {
    const at = state();
    const { id, code } = await ask(at, deletePlan);
    const { type, ended } = terminal(at, 'approve', code.toLowerCase().replace('-', ''));
    await type('Approve? Type staging:', `${line}\n`);
    const { code: exit, printed } = await ended;
    expect(exit).toBe(decision ? 0 : 1);
    if (!decision) expect(printed).toContain('That is not "staging". Nothing was decided.');
    expect((await at.store.get(id))?.decision?.decision).toBe(decision);
  });

  test('reopens a declined question', async () => {
    const at = state();
    const { id, code } = await ask(at, applyPlan);
    await at.store.decide(id, decided('declined'));
    const { type, ended } = terminal(at, 'approve', code);
    await type('Approve? Type yes:', 'yes\n');
    const { code: exit, printed } = await ended;
    expect(exit).toBe(0);
    expect(printed).toContain('It was declined by "some host" through its host, ');
    expect((await at.store.get(id))?.decision?.decision).toBe('approved');
  });

  test('without a code it lists several questions and asks none', async () => {
    const at = state();
    const codes = [(await ask(at, applyPlan)).code, (await ask(at, deletePlan)).code];
    const { code, printed } = await terminal(at, 'approve').ended;
    expect(code).toBe(1);
    for (const one of codes) expect(printed).toContain(one);
    expect(printed).toContain(`Say which: node ${cli} approve CODE\n`);
  });

  test('an unknown code is said with where it was looked for, the nearest, and all that are open', async () => {
    const at = state();
    const { code } = await ask(at, applyPlan);
    const wrong = `${code.slice(0, -1)}0`;
    const { code: exit, printed } = await terminal(at, 'approve', wrong, '--state-dir', at.directory).ended;
    expect(exit).toBe(1);
    expect(printed).toContain(`No question ${wrong} in ${at.directory}. Did you mean ${code}?`);
    expect(printed).toContain(`${code}  asked 3 minutes ago`);
    expect(printed).toContain(`Say which: node ${cli} approve CODE --state-dir=${at.directory}\n`);
  });

  test('of two terminals one wins, and the other is told who did', async () => {
    const at = state();
    const { id, code } = await ask(at, applyPlan);
    const both = [terminal(at, 'approve', code), terminal(at, 'reject', code)];
    await Promise.all(both.map(({ type }) => type('Type yes:', '')));
    const [yes, no] = both;
    await yes?.type('Type yes:', 'yes\n');
    expect((await yes?.ended)?.code).toBe(0);
    await no?.type('Type yes:', 'yes\n');
    const late = await no?.ended;
    expect(late?.code).toBe(1);
    expect(late?.printed).toContain(`${code}: It was approved by "${me}" on a terminal, `);
    expect((await at.store.get(id))?.decision?.decision).toBe('approved');
  });

  test('two yeses at the same moment are one decision', async () => {
    const at = state();
    const { id, code } = await ask(at, applyPlan);
    const both = [terminal(at, 'approve', code), terminal(at, 'approve', code)];
    await Promise.all(both.map(({ type }) => type('Type yes:', '')));
    await Promise.all(both.map(({ type }) => type('Type yes:', 'yes\n')));
    const codes = await Promise.all(both.map(async ({ ended }) => (await ended).code));
    expect(codes.toSorted()).toEqual([0, 1]);
    expect(await decisionsIn(at)).toMatchObject([{ id, decision: 'approved', channel: 'terminal', approver: me }]);
    expect(readdirSync(join(at.directory, 'questions', id)).toSorted()).toEqual(['decision.json', 'question.json']);
  });
});

describe('reject', () => {
  test('records a typed yes as a no', async () => {
    const at = state();
    const { id, code } = await ask(at, deletePlan);
    const { type, ended } = terminal(at, 'reject', code);
    await type('Reject? Type yes:', 'yes\n');
    expect((await ended).code).toBe(0);
    expect(await at.store.get(id)).toMatchObject({
      decision: { decision: 'declined', channel: 'terminal', approver: me },
    });
    expect(await decisionsIn(at)).toMatchObject([{ id, decision: 'declined', channel: 'terminal', approver: me }]);
  });

  test('a decision that the journal can not note is told to the person, with what follows', async () => {
    const at = state();
    const { code } = await ask(at, deletePlan);
    writeFileSync(join(at.directory, 'journal'), '');
    const { type, ended } = terminal(at, 'reject', code);
    await type('Reject? Type yes:', 'yes\n');
    const { code: exit, printed } = await ended;
    expect(exit).toBe(1);
    expect(printed).toMatch(/This was decided, but the journal could not note it: .*journal/);
  });

  test('takes a code, even where one question is open', async () => {
    const at = state();
    await ask(at, deletePlan);
    const { code, printed } = await terminal(at, 'reject').ended;
    expect(code).toBe(1);
    expect(printed).toContain(`Say which: node ${cli} reject CODE\n`);
  });
});

describe('a question that is over asks nothing and says why', () => {
  const yes = decided('approved');
  test.each<[string, string, number, string, (at: State, id: string) => Promise<unknown>]>([
    ['approve', 'expired', 25 * HOUR, 'It expired ', async () => {}],
    ['approve', 'approved before', MINUTE, 'It was approved by "some host"', ({ store }, id) => store.decide(id, yes)],
    ['reject', 'approved before', MINUTE, 'It was approved by "some host"', ({ store }, id) => store.decide(id, yes)],
    ['reject', 'declined before', MINUTE, 'It was declined', ({ store }, id) => store.decide(id, decided('declined'))],
    [
      'approve',
      'approved and not used in time',
      HOUR,
      'not used within 10 minutes. Let the agent make its call again: it will ask anew.',
      ({ store }, id) => store.decide(id, decided('approved', 11 * MINUTE)),
    ],
    [
      'approve',
      'taken by a process that has not come back',
      MINUTE,
      'how the call ended is not known.',
      async ({ store }, id) => {
        await store.decide(id, yes);
        await store.claim(id, yes.at);
      },
    ],
    [
      'approve',
      'used',
      MINUTE,
      'the call was made.',
      async ({ store }, id) => {
        await store.decide(id, yes);
        await store.claim(id, yes.at);
        await store.finish(id, { at: yes.at, result: 'done', answer: {} });
      },
    ],
  ])('%s: %s', async (command, _, ago, says, prepare) => {
    const at = state();
    const { id, code } = await ask(at, applyPlan, ago);
    await prepare(at, id);
    const before = await at.store.get(id);
    const { code: exit, printed } = await terminal(at, command, code).ended;
    expect(exit).toBe(1);
    expect(printed).toContain(`${code}: `);
    expect(printed).toContain(says);
    expect(printed).not.toContain('Type yes');
    expect(await at.store.get(id)).toEqual(before);
  });
});

test('hostile texts reach the terminal as escapes, and begin no line', async () => {
  const hostile = '\u001b[2J\u001b]0;x\u0007\u202e\u200b\r\nEVIL\n\u009b1m';
  const spoil = (value: unknown): unknown => (typeof value === 'string' ? value + hostile : value);
  const { typedName, operation, ...rest } = deletePlan;
  const plan = { ...JSON.parse(JSON.stringify(rest), (_, value) => spoil(value)), operation, typedName };
  const at = state();
  const question = await ask(at, plan);
  for (const args of [['pending'], ['approve'], ['approve', `${hostile}X`]]) {
    const running = terminal(at, ...args);
    if (args.length === 1 && args[0] === 'approve') await running.type('Approve? Type staging:', 'not the name\n');
    const { printed } = await running.ended;
    // What readline itself sends to place the cursor.
    const ours = printed.replaceAll(/\p{Cc}\[(?:\d+G|0J)/gu, '').replaceAll('\r', '');
    expect(ours).not.toMatch(/[\p{Cc}\p{Cf}](?<!\n)/u);
    expect(ours).not.toMatch(/^EVIL/m);
    expect(ours).toContain('EVIL');
  }
  expect((await at.store.get(question.id))?.decision).toBeUndefined();
});

describe('the approval page', () => {
  test('prints its link, and Ctrl-C ends it', async () => {
    const at = state();
    const { type, ended } = terminal(at, 'approve', '--web');
    await type('Ctrl-C ends the page', '\u0003');
    const { code, printed } = await ended;
    expect(code).toBe(0);
    expect(printed).toMatch(/ {2}http:\/\/127\.0\.0\.1:\d+\/link\/[\w-]{43}\n/);
    expect(printed).toContain('The approval page has ended.');
  });

  test.each([
    [['approve', 'K7QM-4X2P', '--web']],
    [['approve', '--port', '80']],
    [['approve', '--web', '--port', 'x']],
  ])('%j is refused', async (args) => {
    const { code, printed } = await terminal(state(), ...args).ended;
    expect(code).toBe(2);
    expect(printed).toContain('zero-mcp: --port');
  });
});
