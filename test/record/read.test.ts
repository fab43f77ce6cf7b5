import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readJournal, unfinished } from '../../src/record/read.js';
import { emptyDirectory, intent, linesOf, open, otherProcess, outcome, rewrite, tell } from './scene.js';

test('lines of all chains come by time; damaged ones are left out and named', async () => {
  const directory = emptyDirectory();
  let clock = Date.parse('2026-01-31T08:00:00Z');
  const now = () => new Date(clock++);
  const [one, other] = [open(directory, now), open(directory, now)];
  await tell(one, [intent('a')]);
  await tell(other, [intent('b')]);
  const { chain } = await tell(one, [outcome('a')]);
  const ids = async () => (await readJournal(directory)).lines.map((line) => ('id' in line ? line.id : line.kind));
  expect(await ids()).toEqual(['opened', 'a', 'opened', 'b', 'a']);

  const lines = linesOf(directory, chain);
  rewrite(directory, chain, lines.with(1, (lines[1] ?? '').replace('update_route', 'delete_route')));
  appendFileSync(join(directory, chain), '{"half');
  expect(await ids()).toEqual(['opened', 'opened', 'b', 'a']);
  expect((await readJournal(directory)).damaged).toEqual([
    { chain, line: 2 },
    { chain, line: 4 },
  ]);
});

test('an intent without an outcome is unfinished once its process is gone, until someone writes how it ended', async () => {
  const directory = emptyDirectory();
  const crashing = otherProcess(directory, ['fine'], 'left');
  await crashing.written;
  expect(await unfinished(directory)).toEqual([]);
  await crashing.killed();
  expect(await unfinished(directory)).toMatchObject([{ kind: 'intent', id: 'left', operation: 'update_route', n: 4 }]);
  await tell(open(directory), [{ kind: 'outcome', id: 'left', result: 'unknown', detail: 'The server ended.' }]);
  expect(await unfinished(directory)).toEqual([]);
});

test('our own intents are under way; those of an earlier process with our number, or a day old, are not', async () => {
  const directory = emptyDirectory();
  await tell(open(directory), [intent('now')]);
  const before = Date.now() - process.uptime() * 1_000 - 60_000;
  await tell(
    open(directory, () => new Date(before)),
    [intent('earlier')],
  );
  const yesterday = Date.now() - 25 * 3_600_000;
  const { chain } = await tell(
    open(directory, () => new Date(yesterday)),
    [intent('old')],
  );
  // As if another process that still lives had written it.
  rewrite(directory, chain.replace(`-${process.pid}-`, `-${process.ppid}-`), linesOf(directory, chain));
  expect((await unfinished(directory)).map(({ id }) => id)).toEqual(['old', 'old', 'earlier']);
});

test('a chain of an earlier process with our number is known by its first line; one that names no process is gone', async () => {
  const directory = emptyDirectory();
  const before = Date.now() - process.uptime() * 1_000 - 60_000;
  const times = [before, before];
  await tell(
    open(directory, () => new Date(times.shift() ?? Date.now())),
    [intent('left')],
  );
  expect((await unfinished(directory)).map(({ id }) => id)).toEqual(['left']);

  const now = emptyDirectory();
  const ours = await tell(open(now), [intent('ours')]);
  expect(await unfinished(now)).toEqual([]);
  rewrite(now, 'other.jsonl', linesOf(now, ours.chain));
  expect((await unfinished(now)).map((line) => line.chain)).toEqual(['other.jsonl']);
});
