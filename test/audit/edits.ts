import fc from 'fast-check';

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

/** One to five small edits of a value: at any place something odd, or nothing. */
export function edited<Value>(value: Value): fc.Arbitrary<Value> {
  const places = pathsIn(value);
  const edit = fc.record({ place: fc.constantFrom(...places), odd: fc.constantFrom(...ODD) });
  return fc
    .array(edit, { minLength: 1, maxLength: 5 })
    .map((edits) => edits.reduce((now, { place, odd }) => put(now, place, odd) as Value, structuredClone(value)));
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
