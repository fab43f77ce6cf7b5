import { appendFileSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { chainNames, readChain, unnamedHeads } from '../../src/record/chain.js';
import { readJournal } from '../../src/record/read.js';
import { emptyDirectory, intent, linesOf, open, outcome, rewrite, tell } from './scene.js';

const at = (seconds: number) => () => new Date(Date.parse('2026-01-31T08:00:00Z') + seconds * 1_000);

/** Two chains that don't name one another, the older first. */
async function twoChains() {
  const directory = emptyDirectory();
  const older = await tell(open(directory, at(0)), [intent('a')]);
  const elsewhere = emptyDirectory();
  const newer = await tell(open(elsewhere, at(1)), [intent('b')]);
  rewrite(directory, newer.chain, linesOf(elsewhere, newer.chain));
  return { directory, older, newer };
}

test('chains and their heads come newest first', async () => {
  const { directory, older, newer } = await twoChains();
  writeFileSync(join(directory, 'notes.txt'), '');
  expect(await chainNames(directory)).toEqual([newer.chain, older.chain]);
  expect(await unnamedHeads(directory)).toEqual([newer, older]);
});

test('a directory that is none is no empty journal', async () => {
  const directory = emptyDirectory();
  expect(await chainNames(directory)).toEqual([]);
  writeFileSync(directory, '');
  await expect(chainNames(directory)).rejects.toThrow('ENOTDIR');
});

test('the head of a chain is its last line that can be read; a chain without one has none', async () => {
  const directory = emptyDirectory();
  const { chain } = await tell(open(directory), [intent('a'), outcome('a')]);
  const lines = linesOf(directory, chain);
  rewrite(directory, chain, lines.with(2, '{"half'));
  const { hash } = JSON.parse(lines[1] ?? '');
  expect(await unnamedHeads(directory)).toEqual([{ chain, line: 2, hash }]);
  rewrite(directory, chain, ['{"half']);
  expect(await unnamedHeads(directory)).toEqual([]);
  writeFileSync(join(directory, chain), '');
  expect(await unnamedHeads(directory)).toEqual([]);
});

test('a chain whose first line is gone names nobody', async () => {
  const directory = emptyDirectory();
  const first = await tell(open(directory, at(0)), [intent('a')]);
  const second = await tell(open(directory, at(1)), [intent('b')]);
  expect(await unnamedHeads(directory)).toEqual([second]);
  rewrite(directory, second.chain, linesOf(directory, second.chain).slice(1));
  expect(await unnamedHeads(directory)).toEqual([{ ...second, line: 1 }, first]);
});

test('what follows the last newline is no line', async () => {
  const directory = emptyDirectory();
  mkdirSync(directory);
  const text = async (content: string) => {
    writeFileSync(join(directory, 'c.jsonl'), content);
    const { name, lines, rest } = await readChain(directory, 'c.jsonl');
    return { name, lines: lines.map((line) => Buffer.from(line).toString()), rest: Buffer.from(rest).toString() };
  };
  expect(await text('')).toEqual({ name: 'c.jsonl', lines: [], rest: '' });
  expect(await text('a')).toEqual({ name: 'c.jsonl', lines: [], rest: 'a' });
  expect(await text('\na\n\nb')).toEqual({ name: 'c.jsonl', lines: ['', 'a', ''], rest: 'b' });
  expect(await text('a\n')).toEqual({ name: 'c.jsonl', lines: ['a'], rest: '' });
});

test('lines of the same moment come by their number', async () => {
  const { directory, newer } = await twoChains();
  const again = emptyDirectory();
  const same = await tell(open(again, at(0)), [intent('c')]);
  rewrite(directory, same.chain, linesOf(again, same.chain));
  const found = (await readJournal(directory)).lines.map(({ chain, n }) => [chain === newer.chain, n]);
  expect(found).toEqual([
    [false, 1],
    [false, 1],
    [false, 2],
    [false, 2],
    [true, 1],
    [true, 2],
  ]);
});

test('a file that changed is read again, whatever of it changed', async () => {
  const directory = emptyDirectory();
  const { chain } = await tell(open(directory), [intent('a')]);
  const file = join(directory, chain);
  const damaged = async () => (await readJournal(directory)).damaged.map(({ line }) => line);
  expect(await damaged()).toEqual([]);

  const [first = '', second = ''] = linesOf(directory, chain);
  const { mtime } = statSync(file);
  // The same length, another time.
  rewrite(directory, chain, [first, second.replace('update_route', 'delete_route')]);
  utimesSync(file, mtime, new Date(mtime.getTime() + 1_000));
  expect(await damaged()).toEqual([2]);

  // Another length, the same time.
  appendFileSync(file, 'x');
  utimesSync(file, mtime, new Date(mtime.getTime() + 1_000));
  expect(await damaged()).toEqual([2, 3]);

  // Another file of the same name, length and time.
  const other = join(dirname(directory), 'other');
  writeFileSync(other, `${first}\n${second}\nx`);
  utimesSync(other, mtime, new Date(mtime.getTime() + 1_000));
  renameSync(other, file);
  expect(await damaged()).toEqual([3]);
});
