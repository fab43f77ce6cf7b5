import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical } from '../src/canonical.js';

test.each([
  [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
  [{ b: undefined, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1}}'],
  // The example of RFC 8785, section 3.2.3, which sorts by UTF-16 code units.
  [
    { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 },
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  ],
  [[1e21, 0.000001, 1e-7, -0], '[1e+21,0.000001,1e-7,0]'],
  [JSON.parse('{"__proto__":1,"a":2}'), '{"__proto__":1,"a":2}'],
])('%j', (value, text) => {
  expect(canonical(value)).toBe(text);
});

test.each([
  [undefined, 'undefined'],
  [() => 1, 'function'],
  [Number.NaN, 'number'],
  [[Number.POSITIVE_INFINITY], 'number'],
  [{ at: new Date(0) }, 'object'],
  [{ amount: 1n }, 'bigint'],
  [[undefined], 'undefined'],
  [new Array(1), 'undefined'],
])('%o is refused, not left out', (value, type) => {
  expect(() => canonical(value)).toThrow(`JSON can't say this ${type}.`);
});

test('it says the same whatever the order of keys, and is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(reversed(value))).toBe(text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, reversed(field)]);
  return Object.fromEntries(fields.reverse());
}
