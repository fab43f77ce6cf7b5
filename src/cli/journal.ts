import { join } from 'node:path';
import { ConfigError, type Sources } from '../config.js';
import { printable } from '../log.js';
import { didYouMean } from '../nearest.js';
import { count } from '../plain-text.js';
import { type ChainHead, KINDS } from '../record/entry.js';
import { readJournal, unfinishedIn } from '../record/read.js';
import { verifyJournal } from '../record/verify.js';
import { type Choice, linesAsJson, linesAsTable } from './journal-lines.js';
import { readPlace } from './state-directory.js';

const commands: Readonly<Record<string, (argv: readonly string[], context: Context) => Promise<Printed>>> = {
  verify,
  show,
};

interface Context extends Pick<Sources, 'env'> {
  readonly stdout: { readonly isTTY?: boolean };
}

interface Printed {
  readonly text: string;
  /** False when the journal isn't what was written. */
  readonly isSound: boolean;
}

/** `zero-mcp journal`: reads the state directory alone. Throws {@link ConfigError} for what it doesn't understand. */
export async function runJournal([command = '', ...argv]: readonly string[], context: Context): Promise<Printed> {
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (run) return run(argv, context);
  const names = Object.keys(commands);
  throw new ConfigError([`zero-mcp journal takes ${names.join(' or ')}.${didYouMean(command, names)}`]);
}

async function verify(argv: readonly string[], { env }: Context): Promise<Printed> {
  const { stateDir, values } = await readPlace(argv, env, [{ name: 'head', flag: '--head', isList: true }]);
  const directory = join(stateDir, 'journal');
  const { heads, chains, lines, problems } = await verifyJournal(directory, values.head?.split(',').map(readHead));
  const unfinished = unfinishedIn(await readJournal(directory));
  const found = [
    ...problems.map(({ chain, line, problem }) => `${join(directory, chain)}:${line}: ${problem}.`),
    ...unfinished.map(
      ({ chain, n, operation, at }) =>
        `${join(directory, chain)}:${n}: unfinished: ${operation} was about to be sent at ${at}; how it ended was never written.`,
    ),
    ...heads.map(({ chain, line, hash }) => `head ${chain}:${line}:${hash}`),
    problems.length > 0
      ? `${count(problems.length, 'problem')} in ${count(lines, 'line')} of ${directory}.`
      : `${count(lines, 'line')} in ${count(chains, 'chain')} of ${directory} hold together.`,
  ];
  return { text: found.map((line) => `${printable(line)}\n`).join(''), isSound: problems.length === 0 };
}

async function show(argv: readonly string[], { env, stdout }: Context): Promise<Printed> {
  const { stateDir, values } = await readPlace(argv, env, [
    { name: 'operation', flag: '--operation' },
    { name: 'since', flag: '--since' },
    { name: 'kind', flag: '--kind' },
    { name: 'limit', flag: '--limit' },
    { name: 'json', flag: '--json', isSwitch: true },
  ]);
  const choice: Choice = {
    operation: values.operation,
    since: values.since === undefined ? undefined : readSince(values.since),
    kind: values.kind === undefined ? undefined : readKind(values.kind),
    limit: values.limit === undefined ? undefined : readLimit(values.limit),
  };
  const reading = await readJournal(join(stateDir, 'journal'));
  const isColored = stdout.isTTY === true && !env.NO_COLOR;
  const text = values.json === 'true' ? linesAsJson(reading, choice) : linesAsTable(reading, choice, isColored);
  return { text, isSound: true };
}

function readHead(text: string): ChainHead {
  const [, chain, line, hash] = /^([\w.-]+):(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!chain || !hash)
    throw new ConfigError(['--head: expected CHAIN:LINE:HASH, as `_meta.journal` of a result gives them.']);
  return { chain, line: Number(line), hash };
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment, or how long ago. Answers RFC 3339 in UTC. */
function readSince(text: string): string {
  const [, amount, unit = ''] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const time = amount ? Date.now() - Number(amount) * (UNITS_MS[unit] ?? Number.NaN) : Date.parse(text);
  if (Math.abs(time) <= Date.now()) return new Date(time).toISOString();
  throw new ConfigError(['--since: expected a time of the past such as 2026-01-31, 2026-01-31T08:00 or 90m, 24h, 7d.']);
}

function readKind(text: string): NonNullable<Choice['kind']> {
  const kind = KINDS.find((known) => known === text);
  if (!kind) throw new ConfigError([`--kind: expected one of ${KINDS.join(', ')}.${didYouMean(text, KINDS)}`]);
  return kind;
}

function readLimit(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new ConfigError(['--limit: expected a number from 1 on.']);
  return Number(text);
}
