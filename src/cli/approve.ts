import { userInfo } from 'node:os';
import { ConfigError } from '../config.js';
import { answerQuestion, describeStanding, duration, isAnswerable, standingOf } from '../guard/out-of-band.js';
import { headlinesOf, type Plan } from '../guard/plan.js';
import { renderPlan } from '../guard/plan-render.js';
import type { Decision, QuestionRecord, QuestionStore } from '../guard/question.js';
import { printable } from '../log.js';
import { didYouMean } from '../nearest.js';
import { label } from '../plain-text.js';
import { ownCommand, quoted } from './own-command.js';
import { readPort } from './port.js';
import { openQuestions, readPlace } from './state-directory.js';
import { ask, say, type Terminal } from './terminal.js';

interface Context extends Terminal {
  readonly env: NodeJS.ProcessEnv;
}

type Command = 'approve' | 'reject';

/** `zero-mcp pending`: the open questions, newest first. */
export async function runPending(argv: readonly string[], { env, stdout }: Context): Promise<void> {
  const { stateDir } = await readPlace(argv, env);
  say(stdout, ...list(openOf(await (await openQuestions(stateDir, 'pending')).list()), stateDir));
}

/**
 * `zero-mcp approve [CODE]` and `zero-mcp reject CODE`: show a question to the person at this terminal and record what
 * they say, which the journal notes too.
 *
 * @returns whether a decision was recorded
 * @throws ConfigError when there is no terminal: a pipe is no person
 */
export async function runAnswer(command: Command, argv: readonly string[], context: Context): Promise<boolean> {
  const { stdin, stdout, env } = context;
  const hasCode = argv[0] !== undefined && !argv[0].startsWith('-');
  const code = hasCode ? argv[0] : undefined;
  const own = command === 'approve' ? web : [];
  const { stateDir, given, values } = await readPlace(hasCode ? argv.slice(1) : argv, env, own);
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new ConfigError([`zero-mcp ${command} asks a person, so it must run on a terminal.`]);
  }
  const store = await openQuestions(stateDir, command);
  if (values.web || values.port) {
    if (hasCode || !values.web) throw new ConfigError(['--port is for --web, which shows all questions: no code.']);
    const { runPage } = await import('./approve-page.js');
    await runPage(store, readPort(values.port ?? '0'), stdout);
    return true;
  }
  const records = await store.list();
  const open = openOf(records);
  // An offer comes along with the question it stands beside.
  const alone = open.filter(({ question: { id } }) => !open.some(({ question }) => question.offer === id));
  const record = code === undefined && command === 'approve' && alone.length === 1 ? alone[0] : byCode(records, code);
  if (record) return decide(store, record, command, context);
  if (code !== undefined) {
    const codes = open.map(({ question }) => question.code);
    say(stdout, `No question ${code} in ${stateDir}.${didYouMean(code, codes)}`);
  }
  if (code === undefined || open.length > 0) say(stdout, ...list(open, stateDir));
  if (open.length > 0)
    say(stdout, `Say which: ${[ownCommand(), command, 'CODE', ...given.map((flag) => quoted(flag))].join(' ')}`);
  return false;
}

async function decide(
  store: QuestionStore,
  record: QuestionRecord,
  command: Command,
  terminal: Terminal,
): Promise<boolean> {
  const { stdout } = terminal;
  const { id, code, plan } = record.question;
  const standing = standingOf(record, Date.now());
  if (!isAnswerable(standing, command === 'approve' ? 'approved' : 'declined')) {
    say(stdout, `${code}: ${describeStanding(record, Date.now())}`);
    return false;
  }
  say(stdout, headingOf(record), '', ...renderPlan(seen(plan), { width: stdout.columns || undefined }).split('\n'), '');
  if (standing === 'declined') say(stdout, describeStanding(record, Date.now()));

  const by = { channel: 'terminal', approver: userInfo().username } as const;
  const offer = command === 'approve' ? await openOffer(store, record) : undefined;
  if (offer) {
    // First, and kept at once: the call may be made as soon as its own answer is there.
    const offered = await askOffer(terminal, offer);
    if (offered) await answerQuestion(store, offer.question.id, { ...offered, ...by }, Date.now());
    await sayStanding(terminal, store, offer);
    say(stdout, '', `Now ${code}, shown first above:`);
  }
  const answer = command === 'approve' ? await askToApprove(terminal, plan) : await askToReject(terminal);
  if (!answer) {
    say(stdout, 'Nothing was decided.');
    return false;
  }
  const result = await answerQuestion(store, id, { ...answer, ...by }, Date.now());
  const now = await store.get(id);
  if (result === 'wrong name') say(stdout, `That is not ${label(plan.typedName ?? '')}. Nothing was decided.`);
  else say(stdout, `${code}: ${now ? describeStanding(now, Date.now()) : 'This question is gone.'}`);
  return result === 'recorded';
}

/** An answer as it was typed; a name isn't checked yet. */
interface Typed {
  readonly decision: Decision['decision'];
  readonly typedName?: string;
}

async function askToApprove(terminal: Terminal, { typedName: name, offer }: Plan): Promise<Typed | undefined> {
  say(terminal.stdout, 'Enter alone decides nothing; "no" rejects.');
  const what = offer ? 'Switch auto-apply off first?' : 'Approve?';
  const line = await ask(terminal, `${what} Type ${name ?? 'yes'}:`);
  if (name !== undefined && line && (line === name || line !== 'no')) return { decision: 'approved', typedName: line };
  if (line === 'yes') return { decision: 'approved' };
  return line === 'no' ? { decision: 'declined' } : undefined;
}

/** The question beside another, while it can be answered. */
async function openOffer(store: QuestionStore, { question }: QuestionRecord): Promise<QuestionRecord | undefined> {
  const offer = question.offer === undefined ? undefined : await store.get(question.offer);
  return offer && isAnswerable(standingOf(offer, Date.now()), 'approved') ? offer : undefined;
}

async function askOffer(terminal: Terminal, offer: QuestionRecord): Promise<Typed | undefined> {
  const { stdout } = terminal;
  const { plan } = offer.question;
  say(stdout, 'Beside it, a question of its own, to be answered first:', headingOf(offer), '');
  say(stdout, ...renderPlan(seen(plan), { width: stdout.columns || undefined }).split('\n'), '');
  return askToApprove(terminal, plan);
}

async function sayStanding({ stdout }: Terminal, store: QuestionStore, { question }: QuestionRecord): Promise<void> {
  const now = await store.get(question.id);
  if (now) say(stdout, `${question.code}: ${describeStanding(now, Date.now())}`);
}

async function askToReject(terminal: Terminal): Promise<Typed | undefined> {
  return (await ask(terminal, 'Reject? Type yes:')) === 'yes' ? { decision: 'declined' } : undefined;
}

/** A plan's texts are ready to show; should one not be, it still begins no line of its own. */
function seen(plan: Plan): Plan {
  return JSON.parse(JSON.stringify(plan), (_, value) => (typeof value === 'string' ? printable(value) : value)) as Plan;
}

function openOf(records: readonly QuestionRecord[]): readonly QuestionRecord[] {
  return records.filter((record) => standingOf(record, Date.now()) === 'open');
}

/** Codes are read as people write them: without the dash, in small letters. */
function byCode(records: readonly QuestionRecord[], code = ''): QuestionRecord | undefined {
  const plain = (text: string) => text.replaceAll('-', '').toUpperCase();
  return records.find(({ question }) => plain(question.code) === plain(code));
}

function list(open: readonly QuestionRecord[], stateDir: string): readonly string[] {
  if (open.length === 0) return [`No question is open in ${stateDir}.`];
  return open.flatMap((record) => [
    headingOf(record),
    ...headlinesOf(record.question.plan).map((line) => `  ${line}`),
    `  ${record.question.plan.clusters.map(({ name }) => name).join(', ') || 'no cluster'}`,
  ]);
}

function headingOf({ question }: QuestionRecord): string {
  const age = duration(Date.now() - Date.parse(question.askedAt));
  const left = duration(Date.parse(question.expiresAt) - Date.now());
  return `${question.code}  asked ${age} ago, open for ${left} more`;
}

const web = [
  { name: 'web', flag: '--web', isSwitch: true },
  { name: 'port', flag: '--port' },
] as const;
