import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.js';
import { type Chain, chainNames, readChain } from './chain.js';
import { isGenuine, type Line, parseLine } from './line.js';

/** A line with the chain it stands in. */
export type Recorded = Line & { readonly chain: string };

/** Longer than any call can last. */
const LONGEST_CALL_MS = 24 * 3_600_000;

/** What can be read of the journal. */
export interface Reading {
  /** By time. */
  readonly lines: readonly Recorded[];
  /** Lines that aren't as they were written, left out above. */
  readonly damaged: readonly { readonly chain: string; readonly line: number }[];
}

/** Chains as they were read, by path, each with what tells that its file is still the same. */
const known = new Map<string, { readonly stamp: string; readonly reading: Reading }>();

/** Reads all chains, leniently; `verify` is the strict reader. A file that looks untouched isn't read again. */
export async function readJournal(directory: string): Promise<Reading> {
  const readings: Reading[] = [];
  for (const name of await chainNames(directory)) {
    const path = join(directory, name);
    // Before the file is read: what is written meanwhile is seen the next time.
    const { ino, size, mtimeMs } = await stat(path);
    const stamp = `${ino} ${size} ${mtimeMs}`;
    const found = known.get(path);
    const reading = found?.stamp === stamp ? found.reading : readingOf(await readChain(directory, name));
    known.set(path, { stamp, reading });
    readings.push(reading);
  }
  const lines = readings.flatMap((reading) => reading.lines);
  return {
    lines: lines.sort((one, other) => one.at.localeCompare(other.at) || one.n - other.n),
    damaged: readings.flatMap((reading) => reading.damaged),
  };
}

function readingOf(chain: Chain): Reading {
  const lines: Recorded[] = [];
  const damaged: { chain: string; line: number }[] = [];
  for (const [index, bytes] of chain.lines.entries()) {
    const line = parseLine(bytes);
    if (line && isGenuine(line)) lines.push({ ...line, chain: chain.name });
    else damaged.push({ chain: chain.name, line: index + 1 });
  }
  if (chain.rest.length > 0) damaged.push({ chain: chain.name, line: chain.lines.length + 1 });
  return { lines, damaged };
}

/** An intent without an outcome, by a process that is gone: whether the request left, nobody knows. */
export type Unfinished = Extract<Recorded, { readonly kind: 'intent' }>;

/** The unfinished intents, oldest first. An outcome in any chain ends an intent. */
export async function unfinished(directory: string): Promise<readonly Unfinished[]> {
  return unfinishedIn(await readJournal(directory));
}

/** {@link unfinished} of what was read. */
export function unfinishedIn({ lines }: Reading): readonly Unfinished[] {
  const ended = new Set(lines.flatMap((line) => (line.kind === 'outcome' ? [line.id] : [])));
  const opened = new Map(lines.flatMap((line) => (line.kind === 'opened' ? [[line.chain, line.at]] : [])));
  return lines.flatMap((line) =>
    line.kind === 'intent' && !ended.has(line.id) && isGone(line, opened.get(line.chain)) ? [line] : [],
  );
}

/** Whether the process that wrote the intent can't be at it any more. */
function isGone({ chain, at }: Unfinished, opened = ''): boolean {
  const pid = Number(/^\w+-(\d+)-/.exec(chain)?.[1]);
  if (Date.now() - Date.parse(at) > LONGEST_CALL_MS) return true;
  // Our number was another's before us: a chain that is older than this process isn't ours.
  if (pid === process.pid) return Date.parse(opened) < Date.now() - process.uptime() * 1_000;
  try {
    return !process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'EPERM');
  }
}
