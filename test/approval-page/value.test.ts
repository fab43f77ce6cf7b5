import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLines, linesOf, linesOfBoth } from '../../src/approval-page/value.js';

test('a short value stays on its line, a long one gets a line for each part', () => {
  expect(linesOf('{"is":"acme.example"}')).toEqual(['{"is":"acme.example"}']);
  expect(
    linesOf('[{"domain":{"is":"acme.example"}},{"groups":{"has":["engineering","operations, all of it"]}}]'),
  ).toEqual([
    '[',
    '  {',
    '    "domain": {"is":"acme.example"}',
    '  },',
    '  {',
    '    "groups": {',
    '      "has": [',
    '        "engineering",',
    '        "operations, all of it"',
    '      ]',
    '    }',
    '  }',
    ']',
  ]);
});

test('two values are laid out alike, so that a small change looks small', () => {
  const domain = (name: string) => `{"domain":{"is":"${name}.example"}}`;
  const [was = [], is = []] = linesOfBoth(
    `{"allow":{"or":[${domain('acme')}]}}`,
    `[{"allow":{"or":[${domain('acme')},${domain('partner')}]}}]`,
  );
  expect(was).toEqual(['{', '  "allow": {', '    "or": [', `      ${domain('acme')}`, '    ]', '  }', '}']);
  expect(is).toEqual([
    '[',
    '  {',
    '    "allow": {',
    '      "or": [',
    `        ${domain('acme')},`,
    `        ${domain('partner')}`,
    '      ]',
    '    }',
    '  }',
    ']',
  ]);
  const changed = compareLines(was, is).filter((row) => row.changed);
  expect(changed.map(({ before, after }) => [before?.trim(), after?.trim()])).toEqual([
    [undefined, '['],
    [undefined, domain('partner')],
    [undefined, ']'],
  ]);
});

test('a hidden value, which is no JSON, is one part', () => {
  const value = '{"one":(secret),"two":(changed),"three":"a rather long text, with a comma"}';
  expect(linesOf(value)).toEqual([
    '{',
    '  "one": (secret),',
    '  "two": (changed),',
    '  "three": "a rather long text, with a comma"',
    '}',
  ]);
});

test('laying out adds blanks between parts and changes nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(linesOf(JSON.stringify(value)).join('\n')))).toBe(JSON.stringify(value));
    }),
  );
});

test('of a text that is no JSON at all every character is shown in its order', () => {
  const text = fc.array(fc.constantFrom(...'{}[]",:\\a ')).map((signs) => signs.join(''));
  const seen = (shown: string) => shown.replaceAll(' ', '');
  fc.assert(
    fc.property(text, fc.boolean(), (middle, isLong) => {
      const given = isLong ? `{${middle}${'"long",'.repeat(10)}${middle}}` : middle;
      expect(seen(linesOf(given).join(''))).toBe(seen(given));
    }),
  );
});

test('comparing shows each side whole, and marks exactly what only one has', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', '  b,', 'c'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const rows = compareLines(before, after);
      expect(rows.flatMap((row) => row.before ?? [])).toEqual(before);
      expect(rows.flatMap((row) => row.after ?? [])).toEqual(after);
      for (const row of rows)
        if (!row.changed) expect(row.before?.trim().replace(',', '')).toBe(row.after?.trim().replace(',', ''));
    }),
  );
  expect(compareLines(['a', 'b', 'c'], ['a', 'x', 'y', 'c'])).toEqual([
    { before: 'a', after: 'a', changed: false },
    { before: 'b', after: 'x', changed: true },
    { before: undefined, after: 'y', changed: true },
    { before: 'c', after: 'c', changed: false },
  ]);
});

test('what is too long to compare counts as changed', () => {
  const long = Array.from({ length: 1_001 }, () => 'same');
  expect(compareLines(long, long).every(({ changed }) => changed)).toBe(true);
});
