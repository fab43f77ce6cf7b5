import { didYouMean } from '../nearest.js';
import { kinds } from './criteria/index.js';
import { LIST_OPERATORS, STRING_OPERATORS } from './matchers.js';
import type { Criterion } from './ppl.js';
import type { Problem } from './problem.js';

type Fix = Pick<Problem, 'code' | 'fix'>;

/** What people write for a criterion or an operator whose name isn't like it. */
const MEANT: Readonly<Record<string, string>> = {
  anyone: 'accept',
  everyone: 'accept',
  public: 'accept',
  everybody: 'accept',
  ip: 'source_ip',
  method: 'http_method',
  path: 'http_path',
  login: 'authenticated_user',
  role: 'claim',
  equals: 'is',
  eq: 'is',
  prefix: 'starts_with',
  suffix: 'ends_with',
};

/** Criteria that Zero doesn't have. */
const GONE: Readonly<Record<string, string>> = {
  pomerium_routes: 'Remove it: Pomerium no longer has it.',
  record: 'Remove it: only Enterprise has it.',
};

function meant(name: string, candidates: readonly string[]): string {
  const known = MEANT[name.toLowerCase()];
  return known !== undefined && candidates.includes(known) ? ` Did you mean ${known}?` : didYouMean(name, candidates);
}

/** What to do about each of the generator's complaints. */
const FIXES: readonly (readonly [
  complaint: RegExp,
  code: string,
  fix: (text: string, criterion: Criterion) => string,
])[] = [
  [
    /^unknown policy criterion: (.*)/s,
    'unknown-criterion',
    (name) => GONE[name] ?? `Names are in lower case and singular.${meant(name, Object.keys(kinds))}`,
  ],
  [
    /unknown string matcher operator: (.*)/s,
    'unknown-operator',
    (name) =>
      name === 'regex' || name === 'matches'
        ? 'There are no patterns: use starts_with, ends_with, contains, or in with a list.'
        : `Operators for a text are ${STRING_OPERATORS.join(', ')}.${name === 'has' ? ' Did you mean is?' : meant(name, STRING_OPERATORS)}`,
  ],
  [
    /unknown string list matcher operator: (.*)/s,
    'unknown-operator',
    (name) =>
      name === 'in' || name === 'contains'
        ? 'Use has with one value, and one condition for each value, in an or block.'
        : `Operators for a list are ${LIST_OPERATORS.join(', ')}.${meant(name, LIST_OPERATORS)}`,
  ],
  [/(not_in|in) matcher requires/, 'wrong-operand', (operator) => `Give ${operator} a list: {${operator}: [a, b]}.`],
  [
    /expected IP or CIDR range/,
    'wrong-operand',
    () => 'Write an address or a network, such as 192.0.2.7 or 10.0.0.0/8; names are not looked up.',
  ],
  [
    /expected string or array of strings, got: parser\.Object/,
    'wrong-operand',
    (_, { name }) => `${name} has no operators: give it a value or a list of them, ${name}: [a, b].`,
  ],
  [/expected string or array of strings/, 'wrong-operand', () => 'Give it a text, or a list of texts.'],
  [/ssh: no key found/, 'wrong-operand', () => 'Paste the line of the public key: its type, the key, a comment.'],
  [/expected object for device/, 'wrong-operand', () => 'Write an object, such as {approved: true}.'],
  [/unexpected field in device/, 'unknown-operator', () => 'It has is, approved and type.'],
  [/expected object for certificate/, 'wrong-operand', () => 'Write an object, such as {fingerprint: ...}.'],
  [
    /unsupported certificate matcher condition: (.*)/s,
    'unknown-operator',
    (name) =>
      `It has fingerprint, spki_hash, san_email, san_dns and san_uri.${didYouMean(name, ['fingerprint', 'spki_hash', 'san_email', 'san_dns', 'san_uri'])}`,
  ],
  [
    /certificate fingerprint/,
    'wrong-operand',
    () => 'Write the SHA-256 as 64 lower-case hex digits, or as 32 upper-case pairs with colons.',
  ],
  [/SPKI hash/, 'wrong-operand', () => 'Write the SHA-256 of the public key in base64: 44 characters.'],
  [
    /rego_unsafe_var_error/,
    'does-not-compile',
    () => 'Use in under not, or list what is meant with in: not_in breaks the build of all routes here.',
  ],
  [
    /rego_parse_error/,
    'does-not-compile',
    () => 'Remove the control character: it breaks the build of all routes here.',
  ],
  [
    /rego_type_error/,
    'does-not-compile',
    () => 'Put the value into quotes: anything but a text breaks the build of all routes here.',
  ],
  [
    /expected string (value|for device)/,
    'wrong-operand',
    () => 'Give it one text, in quotes if it looks like a number.',
  ],
  [/IANA time zone/, 'wrong-operand', () => 'Name a zone such as Europe/Berlin or UTC.'],
  [/expected|unexpected/, 'wrong-operand', () => 'Write it as the message says.'],
];

/** The kind of a mistake and what to do about it, by what the generator says. */
export function fixFor(message: string, criterion: Criterion): Fix {
  for (const [complaint, code, fix] of FIXES) {
    const match = complaint.exec(message);
    if (match) return { code, fix: fix(match[1] ?? '', criterion) };
  }
  return { code: 'wrong-operand', fix: `See what ${criterion.name} takes.` };
}
