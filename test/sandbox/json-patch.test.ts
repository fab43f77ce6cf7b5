import { describe, expect, test } from 'vitest';
import { applyPatch, type Patch } from '../../src/sandbox/json-patch.js';

const document = { a: 1, list: ['x', 'y'], nested: { 'a/b': 1, 'm~n': 2 }, empty: null };

test.each<[string, Patch, unknown]>([
  ['adds a field', [{ op: 'add', path: '/b', value: 2 }], { ...document, b: 2 }],
  ['replaces by add', [{ op: 'add', path: '/a', value: 2 }], { ...document, a: 2 }],
  ['inserts into a list', [{ op: 'add', path: '/list/1', value: 'n' }], { ...document, list: ['x', 'n', 'y'] }],
  ['appends to a list', [{ op: 'add', path: '/list/-', value: 'z' }], { ...document, list: ['x', 'y', 'z'] }],
  ['appends by the length', [{ op: 'add', path: '/list/2', value: 'z' }], { ...document, list: ['x', 'y', 'z'] }],
  ['removes from a list', [{ op: 'remove', path: '/list/0' }], { ...document, list: ['y'] }],
  ['replaces in a list', [{ op: 'replace', path: '/list/0', value: 'n' }], { ...document, list: ['n', 'y'] }],
  ['unescapes ~1', [{ op: 'remove', path: '/nested/a~1b' }], { ...document, nested: { 'm~n': 2 } }],
  ['unescapes ~0', [{ op: 'remove', path: '/nested/m~0n' }], { ...document, nested: { 'a/b': 1 } }],
  [
    'moves',
    [{ op: 'move', from: '/a', path: '/nested/a' }],
    { list: ['x', 'y'], nested: { ...document.nested, a: 1 }, empty: null },
  ],
  ['copies', [{ op: 'copy', from: '/list', path: '/copy' }], { ...document, copy: ['x', 'y'] }],
  ['replaces the whole', [{ op: 'replace', path: '', value: 7 }], 7],
  ['passes a test of any depth', [{ op: 'test', path: '/nested', value: { 'm~n': 2, 'a/b': 1 } }], document],
  ['passes a test of null', [{ op: 'test', path: '/empty', value: null }], document],
  [
    'sees its own steps',
    [
      { op: 'add', path: '/b', value: 1 },
      { op: 'test', path: '/b', value: 1 },
    ],
    { ...document, b: 1 },
  ],
])('%s', (_, patch, expected) => {
  expect(applyPatch(document, patch)).toEqual(expected);
});

describe('refuses', () => {
  test.each<[string, Patch[number], number, string]>([
    ['to remove what is not there', { op: 'remove', path: '/b' }, 400, 'invalid patch: "/b" does not exist'],
    [
      'to replace what is not there',
      { op: 'replace', path: '/b', value: 1 },
      400,
      'invalid patch: "/b" does not exist',
    ],
    [
      'to add below what is not there',
      { op: 'add', path: '/b/c', value: 1 },
      400,
      'invalid patch: "/b/c" does not exist',
    ],
    ['to add below text', { op: 'add', path: '/list/0/c', value: 1 }, 400, 'invalid patch: "/list/0/c" does not exist'],
    [
      'an index beyond the end',
      { op: 'add', path: '/list/3', value: 1 },
      400,
      'invalid patch: "/list/3" does not exist',
    ],
    [
      'an index with zeros before it',
      { op: 'remove', path: '/list/01' },
      400,
      'invalid patch: "/list/01" does not exist',
    ],
    ['to remove the end of a list', { op: 'remove', path: '/list/-' }, 400, 'invalid patch: "/list/-" does not exist'],
    [
      'fields every object inherits',
      { op: 'remove', path: '/constructor' },
      400,
      'invalid patch: "/constructor" does not exist',
    ],
    ['pointers that are none', { op: 'remove', path: 'a' }, 400, 'invalid patch: "a" is not a JSON pointer'],
    ['bad escapes', { op: 'remove', path: '/~2' }, 400, 'invalid patch: "/~2" has a bad escape'],
    ['add without a value', { op: 'add', path: '/b' }, 400, 'invalid patch: add "/b" has no value'],
    ['copy without from', { op: 'copy', path: '/b' }, 400, 'invalid patch: copy "/b" has no from'],
    [
      'to move into itself',
      { op: 'move', from: '/nested', path: '/nested/a' },
      400,
      'invalid patch: cannot move "/nested" into itself',
    ],
    ['a test that fails', { op: 'test', path: '/a', value: '1' }, 409, 'patch test failed at "/a"'],
    ['a test of what is not there', { op: 'test', path: '/b', value: 1 }, 400, 'invalid patch: "/b" does not exist'],
  ])('%s', (_, step, status, message) => {
    expect(() => applyPatch(document, [step])).toThrow(expect.objectContaining({ status, message }));
  });
});

test('is all or nothing', () => {
  const before = structuredClone(document);
  const patch: Patch = [
    { op: 'remove', path: '/a' },
    { op: 'add', path: '/list/-', value: 1 },
    { op: 'remove', path: '/b' },
  ];
  expect(() => applyPatch(document, patch)).toThrow('"/b" does not exist');
  expect(document).toEqual(before);
});

test('takes __proto__ for a name', () => {
  const patched = applyPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
  expect(Object.keys(patched as object)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
});
