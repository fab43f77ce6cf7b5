import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/canonical.js';
import { isCut, isGenuine, parseLine, seal } from '../../src/record/line.js';
import { intent, story } from './scene.js';

const place = { n: 2, at: '2026-01-31T08:00:00.000Z', prev: 'p' };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const line = { ...intent('i1'), ...place, hash: 'h' };

describe('a line', () => {
  test('is read as it was written', () => {
    const { text, hash } = seal(intent('i1'), place);
    const read = parseLine(bytesOf(text));
    expect(read).toEqual({ ...intent('i1'), ...place, hash });
    expect(read && isGenuine(read)).toBe(true);
    expect(read && isGenuine({ ...read, n: 3 })).toBe(false);
    expect(parseLine(bytesOf(canonical(line)))).toEqual(line);
  });

  test('is read, whatever kind it is of', () => {
    const opened = { kind: 'opened', chain: 'c.jsonl', heads: [], version: '1', mode: 'guarded' } as const;
    const kinds = [opened, ...story].map((entry) => parseLine(bytesOf(seal(entry, place).text))?.kind);
    expect(kinds).toEqual([opened, ...story].map(({ kind }) => kind));
  });

  test.each<[string, object]>([
    ['a number that is a text', { n: '2' }],
    ['a number that is none', { n: 1.5 }],
    ['no number', { n: undefined }],
    ['a time that is no text', { at: 7 }],
    ['no hash of the line before', { prev: undefined }],
    ['no hash', { hash: null }],
    ['a kind that nobody knows', { kind: 'rumour' }],
    ['a first line without heads', { kind: 'opened' }],
    ['a first line whose heads are no list', { kind: 'opened', heads: {} }],
    ['a head that is a text', { kind: 'opened', heads: [{}, 'x'] }],
    ['a head that is null', { kind: 'opened', heads: [{}, null] }],
  ])('is none with %s', (_, wrong) => {
    expect(parseLine(bytesOf(canonical({ ...line, ...wrong })))).toBeUndefined();
  });

  test.each(['null', '7', '"x"', '[]', '{}', '', '{"half'])('is none: %s', (text) => {
    expect(parseLine(bytesOf(text))).toBeUndefined();
  });

  test('is none in bytes that are no text, even where they would be read as what stands there', () => {
    const text = canonical({ ...line, id: '\ufffd' });
    const broken = Buffer.from(text.replace('\ufffd', '\u0000'));
    broken[broken.indexOf(0)] = 0xff;
    expect(parseLine(bytesOf(text))).toMatchObject({ id: '\ufffd' });
    expect(parseLine(broken)).toBeUndefined();
  });

  test.each<[string, (text: string) => string]>([
    ['a blank too many', (text) => `${text} `],
    [
      'its fields in another order',
      (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
    ],
    ['a byte order mark', (text) => `\ufeff${text}`],
  ])('is none with %s', (_, rewritten) => {
    const { text } = seal(intent('i1'), place);
    expect(parseLine(bytesOf(rewritten(text)))).toBeUndefined();
  });

  test('leaves out what is undefined', () => {
    expect(seal(intent('i1', { digest: undefined }), place)).toEqual(seal(intent('i1'), place));
  });

  test('that opens a chain keeps all heads, however many', () => {
    const heads = Array.from({ length: 10_000 }, (_, index) => ({ chain: `${index}.jsonl`, line: 1, hash: 'h' }));
    const { text } = seal({ kind: 'opened', chain: 'c.jsonl', heads, version: '1', mode: 'guarded' }, place);
    expect(text.length).toBeGreaterThan(256 * 1024);
    expect(JSON.parse(text).heads).toEqual(heads);
  });
});

describe('a field stands for a longer one', () => {
  const cut = { cut: '{"a', bytes: 300_000, sha256: 'x' };
  test.each<[string, unknown, boolean]>([
    ['with all three', cut, true],
    ['without its beginning', { ...cut, cut: undefined }, false],
    ['without its length', { ...cut, bytes: '300000' }, false],
    ['without its hash', { ...cut, sha256: undefined }, false],
    ['null', null, false],
    ['nothing', undefined, false],
    ['a text', 'cut', false],
  ])('%s', (_, field, is) => {
    expect(isCut(field)).toBe(is);
  });
});
