import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolError } from '../errors.js';
import { privateDirectory } from '../private-directory.js';
import { unnamedHeads } from './chain.js';
import type { Entry, Journal, JournalPlace } from './entry.js';
import { seal } from './line.js';

export interface JournalOptions {
  /** Holds the chains of all processes. It and the one above it are made, and must be, the user's alone. */
  readonly directory: string;
  /** The version and mode that the chain's first line names. */
  readonly version: string;
  readonly mode: string;
  readonly now?: () => Date;
}

/** The chain that this process writes, as it must be found before the next line. */
interface OwnChain {
  readonly name: string;
  readonly path: string;
  readonly lines: number;
  /** In bytes. */
  readonly size: number;
  /** Of the file, once it is made. */
  readonly inode?: number;
  /** Of the last line. */
  readonly hash: string;
}

/**
 * The journal of this process: a chain of its own, made at the first append. Each line is one write, synced before
 * `append` answers. After a line that may have been written in part nothing can follow, so every later append is refused.
 */
export function createJournal({ directory, version, mode, now = () => new Date() }: JournalOptions): Journal {
  let own: OwnChain | undefined;
  let failure: unknown;
  let last: Promise<unknown> = Promise.resolve();

  async function append(entry: Entry): Promise<JournalPlace> {
    if (failure) throw failure;
    own ??= await openChain();
    own = await write(own, entry);
    return { chain: own.name, line: own.lines, hash: own.hash };
  }

  async function openChain(): Promise<OwnChain> {
    await privateDirectory(dirname(directory));
    await privateDirectory(directory);
    // Before the file is made: see readChains.
    const heads = await unnamedHeads(directory);
    const start = now().toISOString().replace(/[-:.]/g, '');
    const name = `${start}-${process.pid}-${randomBytes(4).toString('hex')}.jsonl`;
    const chain = { name, path: join(directory, name), lines: 0, size: 0, hash: '' };
    return write(chain, { kind: 'opened', chain: name, heads, version, mode });
  }

  async function write(chain: OwnChain, entry: Entry): Promise<OwnChain> {
    const n = chain.lines + 1;
    const { text, hash } = seal(entry, { n, at: now().toISOString(), prev: chain.hash });
    const bytes = Buffer.from(`${text}\n`);
    try {
      const inode = await appendTo(chain, bytes);
      return { ...chain, inode, lines: n, size: chain.size + bytes.length, hash };
    } catch (error) {
      failure = error;
      throw error;
    }
  }

  return {
    append(entry) {
      const place = last.then(() => append(entry));
      last = place.catch(() => {});
      return place.catch((error: unknown) => {
        throw error instanceof ToolError ? error : refusal(directory, error);
      });
    },
  };
}

/** Writes and syncs, making the file for the first line; answers its inode. */
async function appendTo({ path, size, inode }: OwnChain, bytes: Buffer): Promise<number> {
  const file = await open(path, inode === undefined ? 'ax' : constants.O_WRONLY | constants.O_APPEND, 0o600);
  try {
    const found = await file.stat();
    // What follows would vouch for lines that aren't ours, or be lost with a file that was moved away.
    if (found.size !== size || found.ino !== (inode ?? found.ino)) throw new Error(`something else changed ${path}`);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw new Error('the disk is full');
    await file.sync();
    if (inode === undefined) await syncDirectory(dirname(path));
    return found.ino;
  } finally {
    await file.close();
  }
}

/** Makes the name of a new file durable. Windows can't open a directory. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function refusal(directory: string, cause: unknown): ToolError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ToolError('refused', `The journal in ${directory} can't be written: ${reason}.`, {
    next: 'Nothing more is sent; reads go on. The operator sees to the directory and the disk, then restarts this server.',
    cause,
  });
}
