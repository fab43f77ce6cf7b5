import { describe, expect, test } from 'vitest';
import { readRules } from '../../src/rails/rules-file.js';

const problemsOf = (content: Readonly<Record<string, unknown>>) => readRules(content, ['SET-14']).problems;
const sound = { who: 'ada@corp.example', url: 'https://app.corp.example/', expect: 'allow' };

describe('what is wrong is told by its place', () => {
  test.each([
    [{ me: 'ada@corp.example' }, 'me: expected a list.'],
    [{ me: ['ada'] }, 'me: entry 1: expected an e-mail address.'],
    [{ self: 'corp.example' }, 'self: expected a URL.'],
    [{ invariant: [] }, 'unknown key invariant. Did you mean invariants?'],
    [{ acceptedrisk: [] }, 'unknown key acceptedrisk. Did you mean acceptedRisks?'],
    [{ tests: sound }, 'tests: expected a list.'],
  ])('%j', (content, problem) => {
    expect(problemsOf(content)).toEqual([problem]);
  });

  test.each([
    [{ from: '1.2.3' }, 'from: expected an IP address.'],
    [
      { who: 'ada' },
      'who: expected an e-mail address, anonymous, stranger, or a person with email, claims and groups.',
    ],
    [{ who: { email: 'ada@corp.example', group: ['x'] } }, 'who: unknown key group. Did you mean groups?'],
    [{ who: { groups: ['x'] } }, 'who: email: expected text.'],
    [{ when: '2026-03-02' }, 'when: expected a time with its zone, such as 2026-03-02T09:00:00Z.'],
    [{ expect: 'allowed' }, 'expect: expected allow or deny.'],
    [{ method: 'FOO' }, 'method: expected an HTTP method, such as GET.'],
    [{ method: 'post' }, 'method: expected an HTTP method, such as GET. Did you mean POST?'],
    [{ methd: 'GET' }, 'unknown key methd. Did you mean method?'],
    [{ url: '/app' }, 'url: expected a URL with a scheme.'],
  ])('a test with %j', (wrong, problem) => {
    expect(problemsOf({ tests: [sound, { ...sound, ...wrong }] })).toEqual([`tests: entry 2: ${problem}`]);
  });

  test('every fault of a test at once', () => {
    expect(problemsOf({ tests: [{ ...sound, from: '1.2.3', method: 'FOO', expect: 'no' }] })).toEqual([
      'tests: entry 1: method: expected an HTTP method, such as GET.',
      'tests: entry 1: from: expected an IP address.',
      'tests: entry 1: expect: expected allow or deny.',
    ]);
  });

  const place = 'expected a network such as 10.0.0.0/8, or a host such as *.svc.cluster.local.';
  test.each([
    [{ toOnlyIn: ['10.0.0.0/8', '10.0.0.0/99'] }, `toOnlyIn: entry 2: ${place}`],
    [{ toOnlyIn: ['http://10.0.0.1'] }, `toOnlyIn: entry 1: ${place}`],
    [{ toOnlyIn: [] }, 'toOnlyIn: expected at least one entry.'],
    [{ neverPublic: '*.corp.example' }, 'neverPublic: expected a list.'],
    [{ neverPublic: ['https://corp.example'] }, 'neverPublic: entry 1: expected a host, such as *.corp.example.'],
    [
      { onlyDomains: { domains: ['@corp.example'] } },
      'onlyDomains: domains: entry 1: expected a domain, such as corp.example.',
    ],
    [{ onlyDomains: { domains: ['corp.example'], host: ['x'] } }, 'onlyDomains: unknown key host. Did you mean hosts?'],
    [{ noTlsSkipVerify: false }, 'noTlsSkipVerify: expected true.'],
    [
      { neverPublik: ['x'] },
      'expected one of neverPublic, onlyDomains, noTlsSkipVerify, toOnlyIn, onlyAdmins with its value. Did you mean neverPublic?',
    ],
    [
      { neverPublic: ['x'], noTlsSkipVerify: true },
      'neverPublic and noTlsSkipVerify stand in one entry: make one of each.',
    ],
    ['neverPublic', 'expected keys and values.'],
  ])('the invariant %j', (invariant, problem) => {
    expect(problemsOf({ invariants: [invariant] })).toEqual([`invariants: entry 1: ${problem}`]);
  });
});

test('networks, addresses and hosts are places to lead to', () => {
  const toOnlyIn = ['10.0.0.0/8', 'fd00::/8', '192.0.2.7', '*.svc.cluster.local', 'localhost:8080'];
  expect(problemsOf({ invariants: [{ toOnlyIn }] })).toEqual([]);
});
