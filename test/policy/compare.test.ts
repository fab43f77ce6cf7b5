import { describe, expect, test } from 'vitest';
import { whoGainsWhoLoses } from '../../src/policy/compare/compare.js';
import { parsePolicy } from '../../src/policy/parse.js';
import type { Json, Policy } from '../../src/policy/ppl.js';

function policy(ppl: Json): Policy {
  const result = parsePolicy(ppl);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.policy;
}

const allow = (...criteria: Json[]): Json => ({ allow: { or: criteria } });
const both = (...criteria: Json[]): Json => ({ allow: { and: criteria } });
const deny = (...criteria: Json[]): Json => ({ deny: { or: criteria } });
const staff = allow({ domain: 'corp.example' });
const everybody = allow({ accept: true });
const signedIn = allow({ authenticated_user: true });
const WORKDAYS = { day_of_week: 'mon-fri' };
const HOURS = { time_of_day: { timezone: 'Europe/Oslo', after: '8:00 AM', before: '6:00 PM' } };

function compare(before: readonly Json[], after: readonly Json[], options = {}) {
  return whoGainsWhoLoses(before.map(policy), after.map(policy), options);
}

const summaries: readonly [title: string, before: readonly Json[], after: readonly Json[], summary: string][] = [
  ['another domain', [staff], [staff, allow({ domain: 'b.example' })], 'everyone at b.example gains; nobody loses'],
  ['nothing', [staff], [staff], 'nobody gains or loses'],
  ['the same in other words', [staff], [allow({ domain: { in: ['corp.example'] } })], 'nobody gains or loses'],
  [
    'a public route',
    [staff],
    [everybody],
    'everyone on the internet except everyone at corp.example gains; nobody loses',
  ],
  [
    'an enforced deny',
    [signedIn],
    [signedIn, { deny: { not: [{ domain: 'corp.example' }] } }],
    'nobody gains; any signed-in user except everyone at corp.example loses',
  ],
  ['an exception', [staff], [staff, deny({ email: 'bob@corp.example' })], 'nobody gains; bob@corp.example loses'],
  [
    'a network',
    [staff],
    [both({ domain: 'corp.example' }, { source_ip: '10.0.0.0/8' })],
    'nobody gains; everyone at corp.example, from anywhere but 10.0.0.0/8 loses',
  ],
  [
    'two names of a certificate, where one would not do',
    [],
    [allow({ client_certificate: { san_dns: { starts_with: 'a', ends_with: '.b' } } })],
    'everyone on the internet, with an invalid client certificate or a valid client certificate, with a certificate for the DNS name that starts with a, with a certificate for the DNS name that ends with .b gains; nobody loses',
  ],
  [
    'many names of certificates, in pairs',
    [everybody],
    [
      everybody,
      ...Array.from({ length: 30 }, (_, index) =>
        both(
          { reject: true },
          { client_certificate: { san_dns: { starts_with: `a${index}`, ends_with: `.b${index}` } } },
        ),
      ),
    ],
    'nobody gains or loses',
  ],
  [
    'a long list',
    [allow({ email: { in: Array.from({ length: 2000 }, (_, index) => `u${index}@a.example`) } })],
    [allow({ email: { in: Array.from({ length: 1999 }, (_, index) => `u${index}@a.example`) } })],
    'nobody gains; u1999@a.example loses',
  ],
  [
    'a claim',
    [staff],
    [staff, allow({ 'claim/groups': 'admins' })],
    'any signed-in user except everyone at corp.example, with admins in the claim groups gains; nobody loses',
  ],
  [
    'an SSH user name',
    [staff],
    [staff, deny({ ssh_username: 'root' })],
    'nobody gains; everyone at corp.example, over SSH as root loses',
  ],
  [
    'all SSH user names but one',
    [staff],
    [both({ domain: 'corp.example' }, { ssh_username: 'ops' })],
    'nobody gains; everyone at corp.example, over SSH as anyone but ops loses',
  ],
  [
    'a method',
    [staff],
    [staff, deny({ http_method: 'DELETE' })],
    'nobody gains; everyone at corp.example, by DELETE loses',
  ],
  [
    'the accident of a negated e-mail',
    [],
    [allow({ email: { not: 'bob@corp.example' } })],
    'everyone on the internet except bob@corp.example gains; nobody loses',
  ],
  [
    'addresses with two @',
    [staff],
    [allow({ email: { ends_with: '@corp.example' } })],
    'everyone whose e-mail address ends with @corp.example except everyone at corp.example gains; everyone at corp.example except everyone whose e-mail address ends with @corp.example loses',
  ],
  [
    'a certificate',
    [staff],
    [both({ domain: 'corp.example' }, { client_certificate: { fingerprint: 'a'.repeat(64) } })],
    `nobody gains; 2 classes lose: (1) everyone at corp.example, with no readable client certificate (2) everyone at corp.example, without a certificate of fingerprint ${'a'.repeat(64)}`,
  ],
  [
    'a date',
    [staff],
    [both({ domain: 'corp.example' }, { date: { before: '2027-01-01' } })],
    'nobody gains; everyone at corp.example, from 2027-01-01 on loses',
  ],
  [
    'an end',
    [signedIn],
    [signedIn, allow({ date: { before: '2026-11-27T23:00:00Z' } })],
    'visitors who are not signed in, until 2026-11-27T23:00:00Z gain; nobody loses',
  ],
  [
    'a period',
    [staff],
    [both({ domain: 'corp.example' }, { date: { after: '2026-03-01', before: '2026-11-27T23:00:00Z' } })],
    'nobody gains; everyone at corp.example, until 2026-03-01 or from 2026-11-27T23:00:00Z on loses',
  ],
  [
    'days and hours that are gained',
    [signedIn],
    [signedIn, both({ accept: true }, WORKDAYS, HOURS)],
    'visitors who are not signed in, on mon-fri (UTC) from 8:00 AM to 6:00 PM in Europe/Oslo gain; nobody loses',
  ],
  [
    'days and hours that are lost',
    [staff],
    [both({ domain: 'corp.example' }, WORKDAYS, HOURS)],
    'nobody gains; everyone at corp.example, not from 8:00 AM to 6:00 PM in Europe/Oslo or not on mon-fri (UTC) loses',
  ],
  [
    'days instead of hours',
    [both({ domain: 'corp.example' }, HOURS)],
    [both({ domain: 'corp.example' }, WORKDAYS)],
    'everyone at corp.example, on mon-fri (UTC) but not from 8:00 AM to 6:00 PM in Europe/Oslo gains; everyone at corp.example, from 8:00 AM to 6:00 PM in Europe/Oslo but not on mon-fri (UTC) loses',
  ],
  [
    'a closing time',
    [staff],
    [both({ domain: 'corp.example' }, { time_of_day: { timezone: 'UTC', before: '18:00' } })],
    'nobody gains; everyone at corp.example, not before 18:00 in UTC loses',
  ],
  [
    'two conditions on one address',
    [signedIn],
    [signedIn, deny({ email: { starts_with: 'ext-', ends_with: '@corp.example' } })],
    'nobody gains; everyone whose e-mail address ends with @corp.example also among everyone whose e-mail address starts with ext- loses',
  ],
];

describe('whoGainsWhoLoses', () => {
  test.each(summaries)('tells of %s', (_, before, after, summary) => {
    const comparison = compare(before, after);
    expect(comparison.summary).toBe(summary);
    expect(comparison.undecided).toEqual([]);
  });

  test('counts a login page instead of a refusal as neither gain nor loss', () => {
    expect(compare([], [staff])).toMatchObject({
      loses: [],
      gains: [{ who: 'everyone at corp.example', kind: 'domain', before: 'denied:403', after: 'allowed' }],
      otherChanges: [{ who: 'visitors who are not signed in', before: 'denied:403', after: 'login-redirect' }],
    });
  });

  test('leaves out what lies in the past', () => {
    const until = [both({ domain: 'corp.example' }, { date: { after: '2026-01-01' } })];
    expect(compare([staff], until).loses).toHaveLength(1);
    expect(compare([staff], until, { since: Date.UTC(2026, 5, 1) }).loses).toEqual([]);
  });

  test('counts what would be too long to tell', () => {
    const some = Array.from({ length: 12 }, (_, index) => ({
      email: { starts_with: `team${index}-`, ends_with: `@site${index}.example` },
    }));
    const [gain] = compare([], [allow(...some)]).gains;
    expect(gain?.who).toMatch(/^everyone whose .*@site0\.example also among .*, .* and 2 further cases$/);
  });

  test('shows an anonymous visitor where one gets in', () => {
    const [gain] = compare([staff], [everybody]).gains;
    expect(gain?.witness.who).toMatchObject({ signedIn: false, email: '' });
  });

  test('names what no witness can show', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIeAQ7VbiYJdPaxsMYTW/q5QpqtyHMtHHRBUJOcQMaLE';
    const { gains, undecided } = compare([], [allow({ ssh_ca: key })]);
    expect(gains).toEqual([]);
    expect(undecided).toEqual([expect.stringContaining('where ssh_ca holds')]);
  });

  test('gives up, and says so, where there are too many cases', () => {
    const parts = Array.from({ length: 20 }, (_, index) => ({ email: { contains: `part-${index}` } }));
    const { gains, undecided, summary } = compare([], [allow(...parts)]);
    expect(gains).toEqual([]);
    expect(undecided).toEqual([expect.stringContaining('too complex to compare: 20 texts to contain')]);
    expect(summary).toContain('not all could be decided');
  });

  test('gives up rather than hang on policies of a megabyte', () => {
    const people = Array.from({ length: 20_000 }, (_, index) => ({ email: `person-${index}@corp.example` }));
    const claims = Array.from({ length: 20_000 }, (_, index) => ({ [`claim/c${index}`]: 'x' }));
    for (const criteria of [people, claims]) {
      expect(compare([], [allow(...criteria)]).undecided).toEqual([expect.stringContaining('too complex to compare')]);
    }
  });

  test('decides long lists and many claims', () => {
    const claims = Array.from({ length: 40 }, (_, index) => ({ [`claim/c${index % 8}`]: `v${index}` }));
    const people = Array.from({ length: 300 }, (_, index) => `p${index}@corp.example`);
    const before = [allow(...claims, { email: { in: people } })];
    const after = [allow(...claims.slice(1), { email: { in: people.slice(0, -1) } })];
    const { gains, loses, undecided } = compare(before, after);
    expect([gains, undecided]).toEqual([[], []]);
    expect(loses).toHaveLength(2);
  });
});
