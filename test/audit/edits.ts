import fc from 'fast-check';
import type { Records } from '../../src/audit/assemble.js';

/** Values that an API may answer in place of what it should. */
const ODD: readonly unknown[] = [
  undefined,
  null,
  'null',
  '',
  'unheard-of',
  0,
  -1,
  1e308,
  true,
  false,
  [],
  [null],
  {},
  { id: 7 },
  [[{ and: null }]],
  'https://[::1',
  '2026-13-45T99:99:99Z',
  '((',
];

/** One to five small edits of an organization's records: at any place in them something odd, or nothing. */
export function edited(value: Records): fc.Arbitrary<Records> {
  // The clock and the list of clusters are the reader's own.
  const places = pathsIn(value).filter(([first, , third]) => first !== 'now' && (first !== 'clusters' || third));
  const edit = fc.record({ place: fc.constantFrom(...places), odd: fc.constantFrom(...ODD) });
  return fc
    .array(edit, { minLength: 1, maxLength: 5 })
    .map((edits) => edits.reduce((now, { place, odd }) => put(now, place, odd) as Records, structuredClone(value)));
}

function pathsIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]));
  return path.length === 0 ? inside : [path, ...inside];
}

function put(value: unknown, [key, ...rest]: readonly string[], odd: unknown): unknown {
  if (key === undefined) return structuredClone(odd);
  if (typeof value !== 'object' || value === null) return value;
  const inner = put(Reflect.get(value, key), rest, odd);
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      String(index) !== key ? [item] : inner === undefined ? [] : [inner],
    );
  }
  return { ...value, [key]: inner };
}
