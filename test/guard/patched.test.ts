import { describe, expect, test } from 'vitest';
import { patched } from '../../src/guard/plan-patch.js';
import type { PatchOperation } from '../../src/patch.js';

const record = () => ({
  name: 'Tides',
  list: ['a', 'b', 'c'],
  nested: { inner: { deep: 1 }, 'a/b': 2, 'c~d': 3, '~1': 4 },
  nothing: null,
});

const applying = (...patch: PatchOperation[]) => patched(record(), patch);
const all = record();

describe('a step that fits', () => {
  test.each<[string, PatchOperation, unknown]>([
    ['adds a field', { op: 'add', path: '/new', value: { x: 1 } }, { ...all, new: { x: 1 } }],
    ['adds over a field', { op: 'add', path: '/name', value: 'x' }, { ...all, name: 'x' }],
    ['adds into a list', { op: 'add', path: '/list/1', value: 'x' }, { ...all, list: ['a', 'x', 'b', 'c'] }],
    ['adds before a list', { op: 'add', path: '/list/0', value: 'x' }, { ...all, list: ['x', 'a', 'b', 'c'] }],
    ['adds at the end by number', { op: 'add', path: '/list/3', value: 'x' }, { ...all, list: ['a', 'b', 'c', 'x'] }],
    ['adds at the end', { op: 'add', path: '/list/-', value: 'x' }, { ...all, list: ['a', 'b', 'c', 'x'] }],
    ['adds an empty name', { op: 'add', path: '/', value: 1 }, { ...all, '': 1 }],
    ['replaces a field', { op: 'replace', path: '/nothing', value: 1 }, { ...all, nothing: 1 }],
    ['replaces in a list', { op: 'replace', path: '/list/2', value: 'x' }, { ...all, list: ['a', 'b', 'x'] }],
    [
      'replaces deep inside',
      { op: 'replace', path: '/nested/inner/deep', value: 9 },
      { ...all, nested: { ...all.nested, inner: { deep: 9 } } },
    ],
    [
      'reads an escaped slash',
      { op: 'replace', path: '/nested/a~1b', value: 9 },
      { ...all, nested: { ...all.nested, 'a/b': 9 } },
    ],
    [
      'reads an escaped tilde',
      { op: 'replace', path: '/nested/c~0d', value: 9 },
      { ...all, nested: { ...all.nested, 'c~d': 9 } },
    ],
    [
      'reads an escaped tilde before a 1',
      { op: 'replace', path: '/nested/~01', value: 9 },
      { ...all, nested: { ...all.nested, '~1': 9 } },
    ],
    ['removes from a list', { op: 'remove', path: '/list/1' }, { ...all, list: ['a', 'c'] }],
    [
      'removes what is null',
      { op: 'remove', path: '/nothing' },
      { name: all.name, list: all.list, nested: all.nested },
    ],
    ['tests a field', { op: 'test', path: '/list', value: ['a', 'b', 'c'] }, all],
    ['tests the whole', { op: 'test', path: '', value: record() }, all],
    ['copies', { op: 'copy', path: '/list/0', from: '/name' }, { ...all, list: ['Tides', 'a', 'b', 'c'] }],
    ['copies over', { op: 'copy', path: '/nothing', from: '/name' }, { ...all, nothing: 'Tides' }],
    ['copies the whole', { op: 'copy', path: '/nothing', from: '' }, { ...all, nothing: all }],
    ['moves within a list', { op: 'move', path: '/list/2', from: '/list/0' }, { ...all, list: ['b', 'c', 'a'] }],
  ])('%s', (_, step, expected) => {
    expect(applying(step)).toEqual(expected);
  });

  test('leaves the record that was given as it was, and what was put in too', () => {
    const given = record();
    const value: unknown[] = [1];
    const result = patched(given, [
      { op: 'add', path: '/new', value },
      { op: 'add', path: '/new/-', value: 2 },
      { op: 'copy', path: '/twin', from: '/new' },
      { op: 'add', path: '/twin/-', value: 3 },
      { op: 'replace', path: '/name', value },
      { op: 'add', path: '/name/-', value: 4 },
    ]);
    expect(result).toMatchObject({ new: [1, 2], twin: [1, 2, 3], name: [1, 4] });
    expect(given).toEqual(record());
    expect(value).toEqual([1]);
  });

  test('moves a field, and it is gone where it was', () => {
    expect(applying({ op: 'move', path: '/nested', from: '/name' })).toEqual({
      list: all.list,
      nested: 'Tides',
      nothing: null,
    });
  });

  test('puts __proto__ as a field like any other', () => {
    const result = applying({ op: 'add', path: '/__proto__', value: { admin: true } });
    expect(Object.hasOwn(Object(result), '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    const again = patched({}, [
      { op: 'add', path: '/a', value: 1 },
      { op: 'add', path: '/a', value: 2 },
      { op: 'remove', path: '/a' },
    ]);
    expect(again).toEqual({});
  });

  test('what was added can be seen, changed and taken away', () => {
    const result = Object(applying({ op: 'add', path: '/new', value: 1 }));
    expect(Object.getOwnPropertyDescriptor(result, 'new')).toEqual({
      value: 1,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  });
});

describe('a step that does not fit', () => {
  test.each<[string, PatchOperation]>([
    ['add into nothing', { op: 'add', path: '/absent/x', value: 1 }],
    ['add into null', { op: 'add', path: '/nothing/x', value: 1 }],
    ['add into a text', { op: 'add', path: '/name/x', value: 1 }],
    ['add the whole', { op: 'add', path: '', value: {} }],
    ['add behind the end', { op: 'add', path: '/list/4', value: 1 }],
    ['add at a name in a list', { op: 'add', path: '/list/x', value: 1 }],
    ['add at no number', { op: 'add', path: '/list/1x', value: 1 }],
    ['add at no number either', { op: 'add', path: '/list/x1', value: 1 }],
    ['add at a number with a zero before', { op: 'add', path: '/list/01', value: 1 }],
    ['add before the first', { op: 'add', path: '/list/-1', value: 1 }],
    ['replace what is not there', { op: 'replace', path: '/absent', value: 1 }],
    ['replace behind the end', { op: 'replace', path: '/list/3', value: 1 }],
    ['replace the end itself', { op: 'replace', path: '/list/-', value: 1 }],
    ['replace the whole', { op: 'replace', path: '', value: {} }],
    ['replace what every object has', { op: 'replace', path: '/toString', value: 1 }],
    ['replace a list’s own field', { op: 'replace', path: '/list/length', value: 0 }],
    ['remove what is not there', { op: 'remove', path: '/absent' }],
    ['remove from nothing', { op: 'remove', path: '/absent/x' }],
    ['remove from null', { op: 'remove', path: '/nothing/x' }],
    ['remove behind the end', { op: 'remove', path: '/list/3' }],
    ['remove the whole', { op: 'remove', path: '' }],
    ['test another value', { op: 'test', path: '/name', value: 'tides' }],
    ['test what is not there', { op: 'test', path: '/absent/x', value: 1 }],
    ['test in a text', { op: 'test', path: '/name/length', value: 5 }],
    ['copy what is not there', { op: 'copy', path: '/name', from: '/absent' }],
    ['copy to nowhere', { op: 'copy', path: '/absent/x', from: '/name' }],
    ['move what is not there', { op: 'move', path: '/name', from: '/absent' }],
    ['move the whole', { op: 'move', path: '/name', from: '' }],
    ['move to nowhere', { op: 'move', path: '/absent/x', from: '/name' }],
  ])('%s', (_, step) => {
    expect(applying(step)).toBeUndefined();
    expect(applying({ op: 'replace', path: '/name', value: 'x' }, step)).toBeUndefined();
  });

  test('nor does the whole, where a field has no name', () => {
    expect(patched({ '': 1 }, [{ op: 'remove', path: '' }])).toBeUndefined();
    expect(patched({ '': 1 }, [{ op: 'replace', path: '', value: 2 }])).toBeUndefined();
  });

  test('nor does any to what is no record', () => {
    expect(['text', null, 7, undefined].map((value) => patched(value, []))).toEqual(Array(4).fill(undefined));
  });
});
