import { cpSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Decision, Outcome } from '../../src/guard/question.js';
import { readJournal } from '../../src/record/read.js';
import { at, contentOf, questionScene } from './store-scene.js';

const WEEK = 7 * 24 * 3_600_000;

const made = (decision: Decision['decision'], channel: Decision['channel'] = 'terminal', ms = 1): Decision => ({
  decision,
  channel,
  approver: 'ada',
  at: at(ms),
});
const done: Outcome = { at: at(3), result: 'done', answer: { id: 'r1' } };

/** The decisions that the journal notes, in order. */
async function journalled(directory: string) {
  const { lines } = await readJournal(directory);
  return lines.flatMap((line) =>
    line.kind === 'decision' ? [[line.id, line.decision, line.channel, line.approver]] : [],
  );
}

describe('a question', () => {
  test('is kept as it was asked, with an id of 128 bits and a code that can be typed', async () => {
    const { store, other, directory } = questionScene();
    expect(await store.list()).toEqual([]);
    const question = await store.ask(contentOf());
    const { id, code, ...content } = question;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/);
    expect(content).toEqual(contentOf());
    expect(await other.get(id)).toEqual({ question, shown: [] });
    expect(await other.list()).toEqual([{ question, shown: [] }]);
    expect((await store.ask(contentOf())).code).not.toBe(code);
    for (const path of [directory, join(directory, id)]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, id, 'question.json')).mode & 0o777).toBe(0o600);
  });

  test('tells all that has happened to it, and leaves no drafts of that behind', async () => {
    const { store, other, directory } = questionScene();
    const question = await store.ask(contentOf());
    const { id } = question;
    await store.show(id, at(1));
    await other.show(id, at(2));
    expect(await store.decide(id, made('approved'))).toBe(true);
    expect(await store.claim(id, at(2))).toBe(true);
    await store.finish(id, done);
    const record = await other.get(id);
    expect({ ...record, shown: record?.shown.toSorted() }).toEqual({
      question,
      decision: made('approved'),
      claimedAt: at(2),
      outcome: done,
      shown: [at(1), at(2)],
    });
    expect(readdirSync(join(directory, id)).toSorted()).toEqual([
      'claim.json',
      'decision.json',
      'outcome.json',
      'question.json',
      expect.stringMatching(/^shown-[0-9a-f]{12}\.json$/),
      expect.stringMatching(/^shown-[0-9a-f]{12}\.json$/),
    ]);
  });

  test('is found by its id alone, in its own spelling', async () => {
    const { store, directory } = questionScene();
    const { id } = await store.ask(contentOf());
    cpSync(join(directory, id), join(directory, 'a'), { recursive: true });
    cpSync(join(directory, id), join(dirname(directory), id), { recursive: true });
    for (const wrong of ['a', `./${id}`, `${id}/.`, `../${id}`, '', 'f'.repeat(32)]) {
      expect(await store.get(wrong), wrong).toBeUndefined();
    }
    expect(await store.list()).toHaveLength(1);
  });

  test('that cannot be read is not taken for none', async () => {
    const { store, directory } = questionScene();
    const { id } = await store.ask(contentOf());
    writeFileSync(join(directory, id, 'decision.json'), '{"half');
    await expect(store.get(id)).rejects.toThrow(SyntaxError);
    await expect(store.list()).rejects.toThrow(SyntaxError);
  });

  test('that was half written, by a process that died, is none', async () => {
    const { store, directory } = questionScene();
    const { id } = await store.ask(contentOf());
    renameSync(join(directory, id, 'question.json'), join(directory, id, '.question-0'));
    expect(await store.get(id)).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });
});

describe('all questions', () => {
  test('come newest first', async () => {
    const { store } = questionScene();
    for (const ms of [30, 10, 50, 20, 60, 40]) await store.ask(contentOf(ms));
    const times = (await store.list()).map(({ question }) => question.askedAt);
    expect(times).toEqual([60, 50, 40, 30, 20, 10].map(at));
  });

  test('are forgotten a week later, when another is asked', async () => {
    const { store, directory } = questionScene();
    const old = await store.ask(contentOf());
    const younger = await store.ask(contentOf(1));
    const last = await store.ask(contentOf(WEEK));
    expect((await store.list()).map(({ question }) => question.id)).toEqual([last.id, younger.id, old.id]);
    const newest = await store.ask(contentOf(WEEK + 1));
    expect((await store.list()).map(({ question }) => question.id)).toEqual([newest.id, last.id, younger.id]);
    expect(readdirSync(directory)).not.toContain(old.id);
  });

  test('are none where there is no directory, and cannot be read in a file', async () => {
    const { store, directory } = questionScene();
    expect(await store.list()).toEqual([]);
    writeFileSync(directory, '');
    await expect(store.list()).rejects.toThrow('ENOTDIR');
  });

  test('are asked in no directory that others can read', async () => {
    const { store, directory } = questionScene();
    mkdirSync(directory, { mode: 0o755 });
    await expect(store.ask(contentOf())).rejects.toMatchObject({
      kind: 'refused',
      message: `The directory ${directory} can't be trusted: others can read or write it.`,
    });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a decision', () => {
  test('is made once, and journalled by whoever makes it', async () => {
    const { store, other, journalDirectory } = questionScene();
    const { id } = await store.ask(contentOf());
    const won = await Promise.all([store, other, store, other].map((each) => each.decide(id, made('approved'))));
    expect(won.filter(Boolean)).toEqual([true]);
    expect(await journalled(journalDirectory)).toEqual([[id, 'approved', 'terminal', 'ada']]);
  });

  test.each<[string, Decision, Decision, boolean]>([
    ['a no can become a yes at a terminal', made('declined', 'host'), made('approved', 'terminal', 2), true],
    ['a no can become a yes on the page', made('declined', 'terminal'), made('approved', 'page', 2), true],
    ['a host turns no no into a yes', made('declined', 'terminal'), made('approved', 'host', 2), false],
    ['a no stays a no', made('declined'), made('declined', 'terminal', 2), false],
    ['a yes stays a yes', made('approved'), made('approved', 'terminal', 2), false],
    ['a yes never becomes a no', made('approved'), made('declined', 'terminal', 2), false],
  ])('%s', async (_, first, second, changes) => {
    const { store, other, journalDirectory } = questionScene();
    const { id } = await store.ask(contentOf());
    expect(await store.decide(id, first)).toBe(true);
    expect(await other.decide(id, second)).toBe(changes);
    expect((await store.get(id))?.decision).toEqual(changes ? second : first);
    const lines = [first, ...(changes ? [second] : [])];
    expect(await journalled(journalDirectory)).toEqual(
      lines.map(({ decision, channel, approver }) => [id, decision, channel, approver]),
    );
  });

  test('is reopened once', async () => {
    const { store, other } = questionScene();
    const { id } = await store.ask(contentOf());
    await store.decide(id, made('declined'));
    expect(await store.decide(id, made('approved', 'page', 2))).toBe(true);
    expect(await other.decide(id, made('approved', 'terminal', 3))).toBe(false);
    expect((await store.get(id))?.decision).toEqual(made('approved', 'page', 2));
  });

  test('that the journal cannot note is refused, and stands', async () => {
    const { store, journalDirectory } = questionScene();
    const { id } = await store.ask(contentOf());
    writeFileSync(journalDirectory, '');
    const refusal = await store.decide(id, made('approved')).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      kind: 'refused',
      message: `This was decided, but the journal could not note it: The directory ${journalDirectory} can't be trusted: it can't be made.`,
      cause: { kind: 'refused' },
    });
    expect((await store.get(id))?.decision).toEqual(made('approved'));
  });

  test('needs its question', async () => {
    const { store } = questionScene();
    await expect(store.decide('f'.repeat(32), made('approved'))).rejects.toThrow('ENOENT');
  });
});

test('an approval is taken by one process', async () => {
  const { store, other } = questionScene();
  const { id } = await store.ask(contentOf());
  const won = await Promise.all([store, other, store, other].map((each, index) => each.claim(id, at(index))));
  expect(won.filter(Boolean)).toEqual([true]);
  expect((await store.get(id))?.claimedAt).toBe(at(won.indexOf(true)));
});

test('how it ended is said once, and what JSON cannot say is no end', async () => {
  const { store, directory } = questionScene();
  const { id } = await store.ask(contentOf());
  await expect(store.finish(id, { ...done, answer: 1n })).rejects.toThrow('BigInt');
  expect(readdirSync(join(directory, id))).toEqual(['question.json']);
  await store.finish(id, done);
  await store.finish(id, { ...done, result: 'failed' });
  expect((await store.get(id))?.outcome).toEqual(done);
});
