import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seal } from '../../src/record/line.js';
import { verifyJournal } from '../../src/record/verify.js';
import { emptyDirectory, linesOf, open, outcome, rewrite, story, tell } from './scene.js';

/** A journal of one chain with eight lines. */
async function written() {
  const directory = emptyDirectory();
  const head = await tell(open(directory));
  const file = join(directory, head.chain);
  return { directory, head, file, bytes: readFileSync(file), lines: linesOf(directory, head.chain) };
}

const COUNT = story.length + 1;
const someLine = fc.nat({ max: COUNT - 1 });

describe('verify finds, by file and line,', () => {
  test('any byte that was changed', async () => {
    const { directory, head, file, bytes } = await written();
    const change = fc.record({ at: fc.nat({ max: bytes.length - 1 }), by: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, by }) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ by;
        writeFileSync(file, changed);
        const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
        expect((await verifyJournal(directory)).problems[0]).toMatchObject({ chain: head.chain, line });
      }),
      { numRuns: 300 },
    );
  });

  test('any byte that was removed or added', async () => {
    const { directory, head, file, bytes } = await written();
    const change = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      instead: fc.option(fc.nat({ max: 255 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, instead }) => {
        const middle = instead === undefined ? [] : [bytes.subarray(at, at + 1), Buffer.of(instead)];
        writeFileSync(file, Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(at + 1)]));
        const { problems } = await verifyJournal(directory);
        const line = bytes.subarray(0, at).filter((byte) => byte === 10).length + 1;
        // A byte put behind a newline stands in the next line.
        const isNext = instead !== undefined && bytes[at] === 10;
        expect(problems[0]).toMatchObject({ chain: head.chain, line: isNext ? line + 1 : line });
      }),
      { numRuns: 300 },
    );
  });

  test('any line that was deleted but the last', async () => {
    const { directory, head, lines } = await written();
    for (let index = 0; index < COUNT - 1; index++) {
      rewrite(directory, head.chain, lines.toSpliced(index, 1));
      const { problems } = await verifyJournal(directory);
      expect(problems).toContainEqual({
        chain: head.chain,
        line: index + 1,
        problem: `it has number ${index + 2} where ${index + 1} belongs`,
      });
    }
  });

  test('lines that were swapped', async () => {
    const { directory, head, lines } = await written();
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(someLine, { minLength: 2, maxLength: 2 }), async ([one = 0, other = 0]) => {
        const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
        rewrite(directory, head.chain, swapped);
        const { problems } = await verifyJournal(directory);
        expect(problems[0]).toMatchObject({ chain: head.chain, line: Math.min(one, other) + 1 });
      }),
    );
  });

  test('a line that was repeated', async () => {
    const { directory, head, lines } = await written();
    await fc.assert(
      fc.asyncProperty(someLine, fc.nat({ max: COUNT }), async (from, to) => {
        rewrite(directory, head.chain, lines.toSpliced(to, 0, lines[from] ?? ''));
        const { problems } = await verifyJournal(directory);
        // Put right before itself, it is its second copy that is wrong.
        expect(problems[0]).toMatchObject({ chain: head.chain, line: to === from ? to + 2 : to + 1 });
      }),
    );
  });

  test('a line that was put in, even one that follows the line before', async () => {
    const { directory, head, lines } = await written();
    for (let index = 1; index < COUNT; index++) {
      const { at, hash: prev } = JSON.parse(lines[index - 1] ?? '');
      const forged = seal(outcome('i1'), { n: index + 1, at, prev }).text;
      rewrite(directory, head.chain, lines.toSpliced(index, 0, forged));
      const { problems } = await verifyJournal(directory);
      expect(problems.slice(0, 2)).toEqual([
        { chain: head.chain, line: index + 2, problem: `it has number ${index + 1} where ${index + 2} belongs` },
        { chain: head.chain, line: index + 2, problem: 'it does not follow the line before' },
      ]);
    }
  });

  test('a line that was replaced by another with a right hash', async () => {
    const { directory, head, lines } = await written();
    const { n, at, prev } = JSON.parse(lines[4] ?? '');
    rewrite(directory, head.chain, lines.with(4, seal(outcome('forged'), { n, at, prev }).text));
    expect((await verifyJournal(directory)).problems).toEqual([
      { chain: head.chain, line: 6, problem: 'it does not follow the line before' },
    ]);
  });

  test.each([
    ['blanks', (line: string) => line.replace(':', ': ')],
    ['escapes', (line: string) => line.replace('é', '\\u00e9')],
    ['a key said twice', (line: string) => line.replace('{', '{"kind":"outcome",')],
    ['a byte order mark', (line: string) => `\ufeff${line}`],
    ['nothing', () => ''],
    ['other JSON', () => '[]'],
    ['an unknown kind', (line: string) => line.replace('"intent"', '"intention"')],
    ['more depth than can be read', () => '['.repeat(100_000)],
  ])('other spelling: %s', async (_, spell) => {
    const { directory, head, lines } = await written();
    rewrite(directory, head.chain, lines.with(3, spell(lines[3] ?? '')));
    expect((await verifyJournal(directory)).problems).toEqual([
      { chain: head.chain, line: 4, problem: 'it is no line of a journal' },
    ]);
  });

  test('a line that was cut within', async () => {
    const { directory, head, file, bytes } = await written();
    truncateSync(file, bytes.length - 1);
    expect((await verifyJournal(directory)).problems).toEqual([
      { chain: head.chain, line: 8, problem: 'the file ends within this line' },
    ]);
    truncateSync(file, 0);
    expect((await verifyJournal(directory)).problems).toEqual([
      { chain: head.chain, line: 1, problem: 'it is missing' },
    ]);
  });

  test('a word that was changed, and a first line that is gone, in these words', async () => {
    const { directory, head, lines } = await written();
    const problems = async () => (await verifyJournal(directory)).problems.map(({ line, problem }) => [line, problem]);
    rewrite(directory, head.chain, lines.with(4, (lines[4] ?? '').replace('done', 'gone')));
    expect(await problems()).toEqual([[5, 'its hash is another: it was changed']]);
    rewrite(directory, head.chain, lines.slice(1));
    expect(await problems()).toEqual([
      [1, 'the chain begins elsewhere'],
      [1, 'it has number 2 where 1 belongs'],
      [1, 'it does not follow the line before'],
    ]);
  });

  test('a chain under another name, and one within another', async () => {
    const { directory, head, file, lines } = await written();
    renameSync(file, join(directory, 'other.jsonl'));
    expect((await verifyJournal(directory)).problems).toEqual([
      { chain: 'other.jsonl', line: 1, problem: `it belongs to ${head.chain}` },
    ]);
    rewrite(directory, 'other.jsonl', [lines[1] ?? '', ...lines]);
    const problems = (await verifyJournal(directory)).problems.map(({ line, problem }) => `${line}: ${problem}`);
    expect(problems).toContain('1: the chain begins elsewhere');
    expect(problems).toContain('2: a chain begins here');
  });
});

describe('what a chain alone cannot show', () => {
  test('lines cut from its end, or put there, hold together', async () => {
    const { directory, head, lines } = await written();
    rewrite(directory, head.chain, lines.slice(0, 5));
    expect(await verifyJournal(directory)).toMatchObject({ lines: 5, problems: [] });
    const { n, at, hash: prev } = JSON.parse(lines[7] ?? '');
    rewrite(directory, head.chain, [...lines, seal(outcome('forged'), { n: n + 1, at, prev }).text]);
    expect(await verifyJournal(directory)).toMatchObject({ lines: 9, problems: [] });
  });

  describe.each(['a later chain', 'a head kept elsewhere'])('%s shows', (witness) => {
    async function witnessed() {
      const scene = await written();
      const kept = witness === 'a later chain' ? [] : [scene.head];
      const later = witness === 'a later chain' ? await tell(open(scene.directory)) : undefined;
      const says = `${later?.chain ?? 'the given head'} names it, but`;
      const problems = async () => (await verifyJournal(scene.directory, kept)).problems;
      expect(await problems()).toEqual([]);
      return { ...scene, problems, says };
    }

    test('a cut tail', async () => {
      const { directory, head, lines, problems, says } = await witnessed();
      rewrite(directory, head.chain, lines.slice(0, 5));
      expect(await problems()).toEqual([{ chain: head.chain, line: 8, problem: `${says} the chain has 5 lines` }]);
    });

    test('a chain that is gone', async () => {
      const { head, file, problems, says } = await witnessed();
      rmSync(file);
      expect(await problems()).toEqual([{ chain: head.chain, line: 8, problem: `${says} the file is missing` }]);
    });

    test('a chain written anew', async () => {
      const { directory, head, lines, problems, says } = await witnessed();
      const { n, at, prev } = JSON.parse(lines[7] ?? '');
      rewrite(directory, head.chain, lines.with(7, seal(outcome('forged'), { n, at, prev }).text));
      expect(await problems()).toEqual([{ chain: head.chain, line: 8, problem: `${says} its hash is another` }]);
    });
  });

  test('a chain that grew after it was named is no problem', async () => {
    const directory = emptyDirectory();
    const journal = open(directory);
    await tell(journal);
    await tell(open(directory));
    await tell(journal);
    expect(await verifyJournal(directory)).toMatchObject({ chains: 2, lines: 23, problems: [] });
  });
});

test.each([[[null]], [{}], [undefined]])('heads that are %j are no line of a journal', async (heads) => {
  const { directory, head, lines } = await written();
  const { n, at, prev, hash, ...opened } = JSON.parse(lines[0] ?? '');
  rewrite(directory, head.chain, [seal({ ...opened, heads }, { n, at, prev }).text]);
  expect((await verifyJournal(directory)).problems).toEqual([
    { chain: head.chain, line: 1, problem: 'it is no line of a journal' },
  ]);
});

test('no journal, or other files beside it, is no problem', async () => {
  const directory = emptyDirectory();
  expect(await verifyJournal(directory)).toEqual({ heads: [], chains: 0, lines: 0, problems: [] });
  await tell(open(directory));
  appendFileSync(join(directory, 'notes.txt'), 'mine');
  expect(await verifyJournal(directory)).toMatchObject({ chains: 1, problems: [] });
});
