import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/policy/check.js';
import type { Json } from '../../src/policy/ppl.js';

const allow = (...and: Json[]) => ({ allow: { and } });
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIIeAQ7VbiYJdPaxsMYTW/q5QpqtyHMtHHRBUJOcQMaLE';
const signedIn = { authenticated_user: true };

describe('errors say what to do', () => {
  test.each<[Json, string, string]>([
    [{ emails: 'a@b.c' }, 'unknown policy criterion: emails', 'Did you mean email?'],
    [{ Email: 'a@b.c' }, 'unknown policy criterion: Email', 'Did you mean email?'],
    [{ public: true }, 'unknown policy criterion: public', 'Did you mean accept?'],
    [{ authenticated: true }, 'unknown policy criterion: authenticated', 'Did you mean authenticated_user?'],
    [{ pomerium_routes: true }, 'unknown policy criterion: pomerium_routes', 'no longer has it'],
    [{ record: {} }, 'unknown policy criterion: record', 'only Enterprise'],
    [{ email: { regex: '.*' } }, 'unknown string matcher operator: regex', 'There are no patterns'],
    [{ email: { startswith: 'a' } }, 'unknown string matcher operator: startswith', 'Did you mean starts_with?'],
    [{ email: { has: 'a' } }, 'unknown string matcher operator: has', 'Did you mean is?'],
    [{ 'claim/groups': { in: ['a'] } }, 'unknown string list matcher operator: in', 'Use has with one value'],
    [{ email: { in: 'a' } }, 'in matcher requires an array of strings', '{in: [a, b]}'],
    [{ email: { not_in: 'a' } }, 'not_in matcher requires an array of strings', '{not_in: [a, b]}'],
    [
      { source_ip: { in: ['10.0.0.1'] } },
      'expected string or array of strings, got: parser.Object',
      'source_ip: [a, b]',
    ],
    [{ source_ip: '10.0.0.1/33' }, 'expected IP or CIDR range, got: "10.0.0.1/33"', '10.0.0.0/8'],
    [{ source_ip: 'fe80::1%eth0/64' }, 'expected IP or CIDR range, got: "fe80::1%eth0/64"', '10.0.0.0/8'],
    [{ source_ip: 'fe80::1%eth0' }, 'expected IP or CIDR range, got: "fe80::1%eth0"', '10.0.0.0/8'],
    [{ ssh_ca: `a b c ${KEY}` }, 'ssh: no key found', 'Paste the line'],
    [{ ssh_ca: 'x' }, 'ssh: no key found', 'Paste the line'],
    [{ device: 'x' }, 'expected object for device criterion, got: parser.String', '{approved: true}'],
    [{ device: { type: 1 } }, 'expected string for device criterion type operator, got parser.Number', 'Give'],
    [{ device: { is: null } }, 'expected string for device criterion is operator, got parser.Null', 'Give'],
    [{ client_certificate: { san: 'x' } }, 'unsupported certificate matcher condition: san', 'san_dns'],
    [{ client_certificate: { fingerprint: '' } }, 'certificate fingerprint must not be empty', '64 lower-case hex'],
    [{ client_certificate: { fingerprint: 'x' } }, 'unsupported certificate fingerprint format (x)', '64 lower-case'],
    [
      { client_certificate: { spki_hash: 5 } },
      'certificate SPKI hash condition expects a string or array of strings',
      '44 characters',
    ],
    [{ client_certificate: { san_dns: { has: 'x' } } }, 'unknown string matcher operator: has', 'Did you mean is?'],
    [{ ssh_username_matches_claim: 5 }, 'expected string value, got: parser.Number', 'one text'],
    [
      { time_of_day: { timezone: 'Mars/North' } },
      'expected an IANA time zone for timezone, got: "Mars/North"',
      'Europe/Berlin',
    ],
    [{ day_of_week: 'x' }, 'expected *, days or ranges of days, got: "x"', 'as the message says'],
    [{ date: { after: 'soon' } }, 'expected an ISO 8601 date for after, got: "soon"', 'as the message says'],
  ])('%j', (criterion, message, fix) => {
    const [error, ...more] = checkPolicy(allow(criterion)).errors;
    expect(more).toEqual([]);
    expect(error?.message).toContain(message);
    expect(error?.fix).toContain(fix);
    expect(error?.place).toBe(`rules[0].allow.and[0].${Object.keys(criterion ?? {})[0]}`);
  });

  test.each<[Json]>([
    [{ email: { contains: 5 } }],
    [{ user: { starts_with: null } }],
    [{ mcp_tool: { ends_with: [] } }],
    [{ ssh_username: { contains: true } }],
    [{ domain: 5 }],
    [{ domain: { is: ['a'] } }],
    [{ http_method: { not_in: ['GET'] } }],
    [{ http_path: { not_in: [] } }],
    [{ client_certificate: { san_uri: { not_in: ['a'] } } }],
    [{ client_certificate: { san_dns: { contains: 5 } } }],
    // What Go quotes by \\x, \\a, \\v or \\U is no escape in Rego.
    [{ email: 'a\u0007' }],
    [{ email: { in: ['\u007f'] } }],
    [{ 'claim/x': [{ '\u0001': 1 }] }],
    [{ groups: '\v' }],
    [{ device: { is: '\u{e0001}' } }],
    [{ ssh_username_matches_claim: '\0' }],
  ])('%j is taken and does not compile', (criterion) => {
    const { grammar, full, compiles, errors } = checkPolicy(allow(criterion));
    expect({ grammar, full, compiles }).toEqual({ grammar: 'valid', full: 'valid', compiles: false });
    expect(errors).toEqual([
      expect.objectContaining({ code: 'does-not-compile', fix: expect.stringContaining('all routes') }),
    ]);
  });

  test.each<[Json]>([
    [{ domain: { not: 5 } }],
    [{ domain: { in: [5] } }],
    [{ email: 5 }],
    [{ email: { not_in: [5] } }],
    [{ mcp_tool: { not_in: ['a'] } }],
    [{ 'claim/x': { is: { a: 1 } } }],
    [{ client_certificate: { san_dns: { is: 5 } } }],
    [{ email: 'a\b\f\n\r\t\u0080\u2028\ud83d\ude00' }],
    [{ accept: '\u0007' }],
    [{ source_ip: '10.0.0.0/08' }],
  ])('%j compiles', (criterion) => {
    expect(checkPolicy(allow(criterion))).toMatchObject({ full: 'valid', compiles: true, errors: [] });
  });
});

describe('grammar', () => {
  // fillConditionalsFromObject goes through the blocks first; %s of parser.String is JSON as Go writes it, of a key the text.
  test.each<[Json, string]>([
    [{ allow: { nand: [], or: {} } }, 'invalid criteria in "or"): unsupported type for criteria: parser.Object'],
    [{ allow: { or: 5, and: null } }, 'invalid criteria in "and"): unsupported type for criteria: parser.Null'],
    [{ allow: { 'a"b': [] } }, 'unsupported conditional "a"b", only and, or, not, nor and action are allowed'],
    [{ 'a<"b"&\u2028': {} }, 'invalid action in rule: unsupported action: "a\\u003c\\"b\\"\\u0026\\u2028"'],
    [{ allow: { action: { and: 5 }, and: [] } }, ''],
  ])('%j', (policy, message) => {
    const messages = checkPolicy(policy).errors.map((error) => error.message);
    expect(messages).toEqual(message === '' ? [] : [`invalid rules in policy: ${message}`]);
  });
});

describe('warnings', () => {
  const codes = (policy: Json) => checkPolicy(policy).warnings.map(({ code, place }) => `${code} ${place}`);
  const [block, first] = ['rules[0].allow.and', 'rules[0].allow.and[1]'];

  test.each<[string, Json, string]>([
    ['a user that is an e-mail address', allow(signedIn, { user: 'a@b.c' }), `never-matches ${first}.user`],
    ['an e-mail address without @', allow(signedIn, { email: { in: ['anna'] } }), `never-matches ${first}.email`],
    ['a number for a text', allow(signedIn, { email: 5 }), `never-matches ${first}.email`],
    ['a domain with @', allow(signedIn, { domain: '@b.c' }), `never-matches ${first}.domain`],
    ['an empty list', allow(signedIn, { domain: { in: [] } }), `never-matches ${first}.domain`],
    ['a method in small letters', allow(signedIn, { http_method: 'get' }), `never-matches ${first}.http_method`],
    ['a path without /', allow(signedIn, { http_path: 'admin' }), `never-matches ${first}.http_path`],
    ['a list as a claim', allow(signedIn, { 'claim/x': ['a'] }), `never-matches ${first}.claim/x`],
    ['no address', allow(signedIn, { source_ip: [] }), `never-matches ${first}.source_ip`],
    [
      'no fingerprint',
      allow(signedIn, { client_certificate: { fingerprint: [] } }),
      `never-matches ${first}.client_certificate`,
    ],
    ['a reject', allow({ reject: true }, signedIn), `never-matches ${block}`],
    ['no condition', allow(signedIn, { email: {} }), `always-matches ${first}.email`],
    ['an empty part', allow(signedIn, { email: { contains: '' } }), `always-matches ${first}.email`],
    ['nothing kept out', allow(signedIn, { email: { not_in: [] } }), `always-matches ${first}.email`],
    ['no claim', allow(signedIn, { claim: 'a' }), `no-name ${first}.claim`],
    ['a useless sub-path', allow({ 'email/x': 'a@b.c' }), `sub-path-ignored ${block}[0].email/x`],
    ['false', allow({ authenticated_user: false }), `without-effect ${block}[0].authenticated_user`],
    ['no rules', [], 'without-effect '],
    ['no conditions', { deny: { or: [] } }, 'without-effect rules[0].deny'],
    [
      'dates that exclude each other',
      allow(signedIn, { date: { after: '2027-01-01', before: '2026-01-01' } }),
      `never-matches ${first}.date`,
    ],
    ['a date', allow(signedIn, { date: { after: '2026-01-01' } }), `edition-needed ${first}.date`],
    ['a directory group', allow({ groups: 'g-1' }), `needs-directory ${block}[0].groups`],
    ['blocks', { allow: { and: [{ domain: 'b.c' }], or: [{ email: 'a@b.c' }] } }, 'blocks-are-ored rules[0].allow'],
    ['nor', { deny: { nor: [{ domain: 'b.c' }, { domain: 'd.e' }] } }, 'nor-is-nand rules[0].deny.nor'],
    ['a tool in allow', allow(signedIn, { mcp_tool: 'x' }), `blocks-handshake ${block}`],
    ['a tool in deny not', { deny: { not: [{ mcp_tool: 'x' }] } }, 'blocks-handshake rules[0].deny.not'],
    [
      'a deny on people of a public route',
      [{ allow: { or: [{ accept: true }] } }, { deny: { or: [{ domain: 'b.c' }] } }],
      'login-despite-allow ',
    ],
  ])('%s', (_, policy, expected) => {
    expect(codes(policy)).toContain(expected);
  });

  test.each<[Json]>([
    [allow({ email: { not: 'a@b.c' } })],
    [allow({ email: { not_in: ['a@b.c'] } })],
    [allow({ email: {} })],
    [allow({ 'claim/x': { exclude: 'y' } })],
    [allow({ device: {} })],
    [allow({ device: { approved: 0 } })],
    [allow({ ssh_username_matches_email: true })],
    [allow({ ssh_username: { not: 'root' } })],
    [allow({ source_ip: '10.0.0.0/8' })],
    [allow({ mcp_tool: 'x' })],
    [allow({ invalid_client_certificate: true })],
    [{ allow: { not: [{ reject: true }] } }],
    [{ allow: { or: [{ domain: 'b.c' }, { source_ip: '10.0.0.0/8' }] } }],
    [allow({ day_of_week: 'mon-fri' })],
  ])('%j lets visitors in who are not signed in', (policy) => {
    expect(codes(policy)).toContainEqual(expect.stringMatching(/^anonymous-access rules\[0\]\.allow\.\w+$/));
    const { and = [] } = Object.values(policy ?? {})[0] as { readonly and?: readonly Json[] };
    expect(codes(allow(signedIn, ...and)).join()).not.toContain('anonymous-access');
  });

  test.each<[Json]>([[allow({ http_path: '/a' })], [{ allow: { or: [{ http_method: 'GET' }, { http_path: '/a' }] } }]])(
    '%j is no boundary',
    (policy) => {
      expect(codes(policy)).toContainEqual(expect.stringMatching(/^path-or-method-alone /));
    },
  );

  test.each<[Json]>([
    [{ allow: { or: [{ accept: true }] } }],
    [{ allow: { or: [{ accept: true }, { email: { not: 'a@b.c' } }] } }],
    [allow({ domain: 'b.c' })],
    [allow({ domain: { not: 'b.c' } })],
    [allow({ email: { in: ['a@b.c', 'd@e.f'] } })],
    [{ allow: { not: [{ email: 'a@b.c' }, { user: 'u-1' }] } }],
    [{ allow: { or: [{ cors_preflight: true }, signedIn] } }],
    [{ deny: { or: [{ email: { not: 'a@b.c' } }, { source_ip: '10.0.0.0/8' }] } }],
    [{ deny: { or: [{ mcp_tool: { not_in: ['x'] } }] } }],
    [{ allow: { and: [signedIn] }, deny: { not: [{ domain: 'b.c' }] } }],
  ])('nothing is said against %j', (policy) => {
    expect(checkPolicy(policy)).toMatchObject({ errors: [], warnings: [] });
  });
});
