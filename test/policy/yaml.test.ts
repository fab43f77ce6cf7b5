import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/policy/parse.js';
import { readYaml } from '../../src/policy/yaml.js';

/** What a text is read as, or what is said against it. */
function read(text: string): unknown {
  const document = readYaml(text);
  return 'json' in document ? document.json : document.message;
}

describe('YAML is read as Go does', () => {
  test.each([
    ['yes', 'yes'],
    ['on', 'on'],
    ['TRUE', true],
    ['False', false],
    ['tRUE', 'tRUE'],
    ['~', null],
    ['Null', null],
    ['12', 12],
    ['+12', 12],
    ['-12', -12],
    ['1_000', 1000],
    ['010', 8],
    ['0o10', 8],
    ['08', 8],
    ['0x1F', 31],
    ['-0x1F', -31],
    ['0b101', 5],
    ['0xZZ', '0xZZ'],
    ['1.50', 1.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1.2.3', '1.2.3'],
    ['-', [null]],
    ['12:30', '12:30'],
    // time.Time, as encoding/json writes it.
    ['2026-01-02', '2026-01-02T00:00:00Z'],
    ['2026-1-2', '2026-01-02T00:00:00Z'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02t3:4:5.120+02:00', '2026-01-02T03:04:05.12+02:00'],
    ['2026-01-02  3:04:05.5', '2026-01-02T03:04:05.5Z'],
    ['2026-01-02T03:04:05-00:00', '2026-01-02T03:04:05Z'],
    ['2026-02-30', '2026-02-30'],
    ['2026-01-02T24:00:00Z', '2026-01-02T24:00:00Z'],
    ['2026-01-02T03:04:05', '2026-01-02T03:04:05'],
    ['!!timestamp "2026-01-02"', '2026-01-02T00:00:00Z'],
    ['!!timestamp x', 'yaml: cannot decode !!str `x` as a !!timestamp'],
    ['0xFFFFFFFFFFFFFFFF', 2 ** 64],
    ['-0x8000000000000000', -(2 ** 63)],
    ['-0x8000000000000001', '-0x8000000000000001'],
    ['0x10000000000000000', '0x10000000000000000'],
    ['99999999999999999999', 1e20],
    ['1e400', '1e400'],
    ['1e-400', 0],
    ['.5_0', '.5_0'],
    ['0o-7', -7],
    ['+.5', 0.5],
    ['-.nan', '-.nan'],
    ['0b2', '0b2'],
    ['!!float 0x10', 16],
    ['!!null ""', null],
    ['!!set {a}', { a: null }],
    ['!!omap [a: 1]', [{ a: 1 }]],
    ['! 12', 12],
    ['! "12"', '12'],
    ['!!binary "aG k="', 'yaml: !!binary value contains invalid base64 data'],
    ["'12'", '12'],
    ['"true"', 'true'],
    ['|\n  12\n', '12\n'],
    ['!!str 12', '12'],
    ['!!int "12"', 12],
    ['!!float 12', 12],
    ['!!int x', 'yaml: cannot decode !!str `x` as a !!int'],
    ['!!bool 1', 'yaml: cannot decode !!int `1` as a !!bool'],
    ['!!binary aGk=', 'hi'],
    ['!!binary a', 'yaml: !!binary value contains invalid base64 data'],
    ['!mine 12', '12'],
    ['.nan', 'json: unsupported value: NaN'],
    ['.inf', 'json: unsupported value: +Inf'],
    ['[-.Inf]', 'json: unsupported value: -Inf'],
  ])('%s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['{a: 1, b: [2, "x",],}', { a: 1, b: [2, 'x'] }],
    ['{"a": 1} {"a": 2}', { a: 1 }],
    ['{"a": 1}\n]', { a: 1 }],
    ['a: 1\n---\n]', { a: 1 }],
    ['a: 1\n...\n}', { a: 1 }],
    ['%YAML 1.1\n---\na: 1', { a: 1 }],
    ['%YAML 1.2\n---\na: 1', 'yaml: found incompatible YAML document'],
    ['---\n', null],
    ['', 'EOF'],
    [' \n# nothing\n', 'EOF'],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['a: *x', "yaml: unknown anchor 'x' referenced"],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['<<: {a: 1, b: 2}\na: 3', { a: 3, b: 2 }],
    ['a: 3\n<<: [{a: 1}, {a: 2, b: 2}]', { a: 3, b: 2 }],
    ['"<<": {a: 1}', { '<<': { a: 1 } }],
    ['<<: 5', 'yaml: map merge requires map or sequence of maps as the value'],
    ['__proto__: {a: 1}', JSON.parse('{"__proto__": {"a": 1}}')],
    ['5: a', 'json: unsupported type: map[interface {}]interface {}'],
    ['true: a', 'json: unsupported type: map[interface {}]interface {}'],
    ['2026-01-02: a', 'json: unsupported type: map[interface {}]interface {}'],
    ['? [a]\n: b', 'json: unsupported type: map[interface {}]interface {}'],
    ['"5": a', { 5: 'a' }],
    ['yes: a', { yes: 'a' }],
    ['a: 1\nb: 2\na: 3', 'yaml: unmarshal errors:\n  line 3: mapping key "a" already defined at line 1'],
    ['{"a": 1, "a": 2}', 'yaml: unmarshal errors:\n  line 1: mapping key "a" already defined at line 1'],
    ['a:\n\tb: 1', 'yaml: line 2: found character that cannot start any token'],
    ['a: b: c', 'yaml: line 1: mapping values are not allowed in this context'],
    ['a: "x', 'yaml: line 1: found unexpected end of stream'],
    ['a: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: {', 'yaml: line 1: did not find expected node content'],
    ['a: @x', 'yaml: line 1: found character that cannot start any token'],
    ['a: \u0007', 'yaml: control characters are not allowed'],
    ['!!str 5: a', { 5: 'a' }],
    ['&k a: *k', { a: 'a' }],
    ['a: &k b\n*k : c', { a: 'b', b: 'c' }],
    ['<<:', 'yaml: map merge requires map or sequence of maps as the value'],
    ['a: \u009f', 'yaml: control characters are not allowed'],
    ['a: \ufffe', 'yaml: control characters are not allowed'],
    ['\ufeff- a\n- b', ['a', 'b']],
    ['{"a": "\\/"}', 'yaml: found unknown escape character'],
    ['{"a": "\\ud83d\\ude00"}', 'yaml: found invalid Unicode character escape code'],
    ['{"a": "\\\\/ \\U0001F600\\x41\\e"}', { a: '\\/ \u{1f600}A\u001b' }],
    ['\t{"a": 1}', 'yaml: found character that cannot start any token'],
    ['{\n\t"a":\t1\n}\t', { a: 1 }],
    ['{"a": 1} @', 'yaml: found character that cannot start any token'],
    ['{"a": 1} b c @', { a: 1 }],
    ['{"a": 1}\n # b\n\t', 'yaml: line 3: found character that cannot start any token'],
    ['"a": {"b": 1}}', 'yaml: did not find expected node content'],
    ['a:\n- ]b', 'yaml: did not find expected node content'],
    ['a: b]}', { a: 'b]}' }],
    ['-\ta', 'yaml: found character that cannot start any token'],
    ['a:\tb\tc # d', { a: 'b\tc' }],
    ['? a\n: b\n? c', { a: 'b', c: null }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });
});

describe('what is wrong is said with its place and a fix', () => {
  const problem = (source: string) => {
    const parsed = parsePolicy(source);
    return 'problem' in parsed ? parsed.problem : undefined;
  };

  test.each([
    [
      'allow:\n  and:\n    - email: x\n      domain: y\n',
      'rules[0].allow.and[0]',
      3,
      'Make each of email, domain an element of its own',
    ],
    ['allow:\n  and:\n    - email:\n      is: x\n', 'rules[0].allow.and[0]', 3, 'Indent is deeper than email'],
    ['- allow:\n    and: []\n- deny:\n    nand: []\n', 'rules[1].deny.nand', 4, 'Did you mean and?'],
    ['alow:\n  and: []\n', 'rules[0].alow', 1, 'Did you mean allow?'],
    ['and:\n  - accept: true\n', 'rules[0].and', 1, 'Put and below allow or deny.'],
    ['allow:\n  and:\n    - accept\n', 'rules[0].allow.and[0]', 3, 'in YAML `- accept: true`'],
    ['allow:\n  and:\n    accept: true\n', 'rules[0].allow.and', 2, 'Give and a list'],
    ['allow:\n', 'rules[0].allow', 1, 'Give allow an object'],
    ['- allow', 'rules[0]', 1, 'a rule is an object'],
    ['allow:\n\tand: []', '', 2, 'Indent by spaces, not tabs'],
    ['a: 1\na: 2', '', undefined, 'Give each key once'],
  ])('%j', (source, place, line, fix) => {
    expect(problem(source)).toMatchObject({ place, severity: 'error' });
    expect(problem(source)?.line).toBe(line);
    expect(problem(source)?.fix).toContain(fix);
  });
});
