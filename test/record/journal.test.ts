import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/canonical.js';
import type { ToolError } from '../../src/errors.js';
import { readJournal } from '../../src/record/read.js';
import { verifyJournal } from '../../src/record/verify.js';
import { chains, emptyDirectory, intent, linesOf, open, otherProcess, outcome, story, tell } from './scene.js';

/** The refusal of an append. */
async function refusal(append: Promise<unknown>): Promise<Pick<ToolError, 'kind' | 'message' | 'next' | 'cause'>> {
  const error = await append.then(
    () => new Error('It was not refused.'),
    (caught: unknown) => caught,
  );
  return error as ToolError;
}

describe('a chain', () => {
  test('is made at the first append, for its owner alone', async () => {
    const directory = emptyDirectory();
    const journal = open(directory);
    expect(existsSync(directory)).toBe(false);
    const { chain } = await journal.append(intent('i1'));
    expect(chains(directory)).toEqual([chain]);
    expect(chain).toMatch(new RegExp(`^\\d{8}T\\d{9}Z-${process.pid}-[0-9a-f]{8}\\.jsonl$`));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, chain)).mode & 0o777).toBe(0o600);
  });

  test('holds what was appended, in order, each line with time, number and hashes', async () => {
    const directory = emptyDirectory();
    const at = new Date('2026-01-31T08:00:00.000Z');
    const place = await tell(open(directory, () => at));
    const lines = linesOf(directory, place.chain).map((line) => JSON.parse(line));
    const opened = { kind: 'opened', chain: place.chain, heads: [], version: '1.2.3', mode: 'guarded' };
    expect(lines).toEqual(
      [opened, ...story].map((entry, index) => ({
        ...JSON.parse(JSON.stringify(entry)),
        n: index + 1,
        at: at.toISOString(),
        prev: lines[index - 1]?.hash ?? '',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      })),
    );
    const { hash, ...rest } = lines[3];
    expect(createHash('sha256').update(canonical(rest)).digest('hex')).toBe(hash);
    expect(place).toEqual({ chain: place.chain, line: 8, hash: lines[7].hash });
    expect(await verifyJournal(directory)).toEqual({ heads: [place], chains: 1, lines: 8, problems: [] });
  });

  test('names the heads of the chains found that no other names', async () => {
    const directory = emptyDirectory();
    const first = await tell(open(directory));
    const second = await tell(open(directory));
    const third = await tell(open(directory));
    const heads = (chain: string) => JSON.parse(linesOf(directory, chain)[0] ?? '').heads;
    expect([first, second, third].map(({ chain }) => heads(chain))).toEqual([[], [first], [second]]);
    expect((await verifyJournal(directory)).heads).toEqual([third]);
  });

  test('cuts a field that is too long, and says how much and what it was', async () => {
    const directory = emptyDirectory();
    const long = { text: '\u{1f600}'.repeat(100_000) };
    const fits = 'x'.repeat(256 * 1024 - 2);
    await tell(open(directory), [intent('i1', { arguments: long, before: fits })]);
    const [, line] = (await readJournal(directory)).lines;
    expect(line).toMatchObject({
      arguments: {
        cut: canonical(long).slice(0, 1_000),
        bytes: Buffer.byteLength(canonical(long)),
        sha256: createHash('sha256').update(canonical(long)).digest('hex'),
      },
      before: fits,
    });
    expect((await verifyJournal(directory)).problems).toEqual([]);
  });
});

test.skipIf(process.platform !== 'linux')('no file stays open, whether a line was written or not', async () => {
  const directory = emptyDirectory();
  const isOpen = (descriptor: string) => {
    const path = join('/proc/self/fd', descriptor);
    return existsSync(path) && readlinkSync(path).startsWith(directory);
  };
  const journal = open(directory);
  const { chain } = await tell(journal);
  expect(readdirSync('/proc/self/fd').filter(isOpen)).toEqual([]);
  appendFileSync(join(directory, chain), '{}');
  await refusal(journal.append(outcome('i1')));
  expect(readdirSync('/proc/self/fd').filter(isOpen)).toEqual([]);
});

test('processes that write at once have a chain each, and the journal holds together', async () => {
  const directory = emptyDirectory();
  const ids = Array.from({ length: 25 }, (_, index) => `i${index}`);
  const others = [otherProcess(directory, ids, 'a'), otherProcess(directory, ids, 'b')];
  await tell(
    open(directory),
    ids.map((id) => intent(id)),
  );
  await Promise.all(others.map(({ written }) => written));
  expect(await verifyJournal(directory)).toMatchObject({ chains: 3, lines: 26 + 52 + 52, problems: [] });
});

describe('a journal that cannot be written refuses', () => {
  test.each<[string, (directory: string) => void, string]>([
    ['a file in its place', (directory) => writeFileSync(directory, ''), "it can't be made"],
    ['a linked directory', (directory) => symlinkSync(dirname(directory), directory), 'it is a link or no directory'],
    [
      'a linked state directory',
      (directory) => {
        const state = dirname(directory);
        renameSync(state, `${state}-moved`);
        symlinkSync(`${state}-moved`, state);
      },
      'it is a link or no directory',
    ],
    [
      'a directory others can write',
      (directory) => {
        mkdirSync(directory);
        chmodSync(directory, 0o770);
      },
      'others can read or write it',
    ],
    [
      'a state directory others can write',
      (directory) => chmodSync(dirname(directory), 0o702),
      'others can read or write it',
    ],
  ])('%s', async (_, spoil, reason) => {
    const directory = emptyDirectory();
    spoil(directory);
    const { kind, message } = await refusal(open(directory).append(intent('i1')));
    expect(kind).toBe('refused');
    expect(message).toContain(reason);
    const moved = `${dirname(directory)}-moved`;
    if (existsSync(moved)) {
      expect(existsSync(join(moved, 'journal'))).toBe(false);
      rmSync(moved, { recursive: true });
    }
  });

  test.skipIf(process.getuid?.() !== 0)("another user's directory", async () => {
    const directory = emptyDirectory();
    mkdirSync(directory, { mode: 0o700 });
    chownSync(directory, 65_534, 65_534);
    const { message } = await refusal(open(directory).append(intent('i1')));
    expect(message).toContain('it belongs to another user');
  });

  test('until the directory is mended', async () => {
    const directory = emptyDirectory();
    chmodSync(dirname(directory), 0o777);
    const journal = open(directory);
    await refusal(journal.append(intent('i1')));
    chmodSync(dirname(directory), 0o700);
    expect(await journal.append(intent('i1'))).toMatchObject({ line: 2 });
  });
});

describe('after a line that failed, every append is refused', () => {
  test.each<[string, (file: string) => void, (file: string) => void, RegExp]>([
    ['someone appended', (file) => appendFileSync(file, '{}\n'), () => {}, /something else changed .*\.jsonl\.$/],
    ['someone cut', (file) => truncateSync(file, 10), () => {}, /something else changed .*\.jsonl\.$/],
    ['it was moved', (file) => renameSync(file, `${file}.1`), (file) => renameSync(`${file}.1`, file), /ENOENT/],
    [
      'another file took its place',
      (file) => {
        renameSync(file, `${file}.1`);
        writeFileSync(file, 'x'.repeat(statSync(`${file}.1`).size));
      },
      (file) => renameSync(`${file}.1`, file),
      /something else changed .*\.jsonl\.$/,
    ],
  ])('%s', async (_, spoil, mend, reason) => {
    const directory = emptyDirectory();
    const journal = open(directory);
    const { chain } = await journal.append(intent('i1'));
    const file = join(directory, chain);
    spoil(file);
    const size = existsSync(file) ? statSync(file).size : 0;
    const first = await refusal(journal.append(outcome('i1')));
    expect(first).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(reason),
      next: 'Nothing more is sent; reads go on. The operator sees to the directory and the disk, then restarts this server.',
      cause: expect.any(Error),
    });
    if (existsSync(file)) expect(statSync(file).size).toBe(size);
    mend(file);
    expect(await refusal(journal.append(outcome('i1')))).toMatchObject({ kind: 'refused', message: first.message });
  });

  test.skipIf(spawnSync('prlimit', ['--version']).status !== 0)('the disk took only a part of it', async () => {
    const directory = emptyDirectory();
    const journal = open(directory);
    const { chain } = await journal.append(intent('i1'));
    const file = join(directory, chain);
    const room = statSync(file).size + 10;
    const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}`]);
    limit(`${room}:`);
    const { kind, message } = await refusal(journal.append(outcome('i1'))).finally(() => limit('unlimited:'));
    expect({ kind, message }).toEqual({
      kind: 'refused',
      message: `The journal in ${directory} can't be written: the disk is full.`,
    });
    expect(statSync(file).size).toBe(room);
    expect((await refusal(journal.append(outcome('i1')))).message).toBe(message);
    expect(statSync(file).size).toBe(room);
  });

  test('what JSON cannot say is refused alone: nothing of it was written', async () => {
    const directory = emptyDirectory();
    const journal = open(directory);
    const { kind, message } = await refusal(journal.append(intent('i1', { arguments: [1n] })));
    expect({ kind, message }).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining("can't say this bigint"),
    });
    await tell(journal);
    expect(await verifyJournal(directory)).toMatchObject({ lines: 8, problems: [] });
  });
});
