import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.js';
import type { ChainHead } from './entry.js';
import { parseLine } from './line.js';

/** What is in the file of one chain. */
export interface Chain {
  /** The file's name: `<start>-<pid>-<random>.jsonl`. */
  readonly name: string;
  /** Without their newlines. */
  readonly lines: readonly Uint8Array[];
  /** What follows the last newline: empty unless a line was cut. */
  readonly rest: Uint8Array;
}

/**
 * The names of the chains of a directory, newest first; none when it doesn't exist. They are to be read in this order
 * because others may be growing: a chain names only what stood in older ones before it was made, so whatever it names is
 * there when they are read.
 */
export async function chainNames(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  return names
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .reverse();
}

export async function readChain(directory: string, name: string): Promise<Chain> {
  return { name, ...split(await readFile(join(directory, name))) };
}

/** The chains of a directory, in the order of {@link chainNames}. */
export async function* readChains(directory: string): AsyncGenerator<Chain> {
  for (const name of await chainNames(directory)) yield readChain(directory, name);
}

/** The heads of all chains but those that another chain names: whoever names these vouches for all. */
export async function unnamedHeads(directory: string): Promise<readonly ChainHead[]> {
  const heads: ChainHead[] = [];
  const named = new Set<string>();
  for await (const chain of readChains(directory)) {
    const [first] = chain.lines;
    const opened = first && parseLine(first);
    if (opened?.kind === 'opened') for (const { chain, line } of opened.heads) named.add(`${chain}:${line}`);
    const head = headOf(chain);
    if (head) heads.push(head);
  }
  return heads.filter(({ chain, line }) => !named.has(`${chain}:${line}`));
}

/** The last line that can be read. */
function headOf({ name, lines }: Chain): ChainHead | undefined {
  for (const [index, bytes] of [...lines.entries()].reverse()) {
    const parsed = parseLine(bytes);
    if (parsed) return { chain: name, line: index + 1, hash: parsed.hash };
  }
  return undefined;
}

function split(bytes: Uint8Array): Pick<Chain, 'lines' | 'rest'> {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: bytes.subarray(start) };
}
