import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate, judge } from '../../src/policy/evaluate.js';
import type { Facts } from '../../src/policy/facts.js';
import { type DatabrokerRecord, factsOf, readLeaf } from '../../src/policy/input-facts.js';
import { anonymousFacts, personFacts, type Request, strangerFacts } from '../../src/policy/known-facts.js';
import type { Json } from '../../src/policy/ppl.js';

const ANNA = {
  email: 'anna@example.com',
  userId: 'u-1',
  claims: { groups: ['admins', 'staff'], verified: [true], level: [5], one: ['x'], none: [] },
  allClaims: true,
  groups: ['g-1'],
  devices: [],
};
const anna = (request?: Request) => personFacts(0, ANNA, request);
const value = (name: string, data: Json, facts: Facts, subPath = '') => judge({ name, subPath, data }, facts).value;

describe('conditions on a text', () => {
  test.each<[Json, boolean]>([
    ['anna@example.com', true],
    ['Anna@example.com', false],
    [null, false],
    [['anna@example.com'], false],
    [{ is: 'anna@example.com' }, true],
    [{ is: 5 }, false],
    [{ not: 'bob@example.com' }, true],
    [{ not: 'anna@example.com' }, false],
    [{ not: 5 }, true],
    [{ contains: '@exam' }, true],
    [{ starts_with: 'anna' }, true],
    [{ starts_with: 'nna' }, false],
    [{ ends_with: '.com' }, true],
    [{ in: [] }, false],
    [{ in: [5, 'anna@example.com'] }, true],
    [{ not_in: [] }, true],
    [{ not_in: ['anna@example.com'] }, false],
    [{ starts_with: 'anna', ends_with: '.org' }, false],
    [{}, true],
  ])('email %j', (data, expected) => {
    expect(value('email', data, anna())).toBe(expected);
  });

  test.each<[Json]>([[{ not: 'a' }], [{ not_in: ['a'] }], [{ contains: '' }], [{}]])(
    'of an undefined domain, %j is false',
    (data) => {
      expect(judge({ name: 'domain', subPath: '', data }, anonymousFacts(0))).toEqual({
        value: false,
        reasons: ['user-unauthenticated'],
      });
      const noAt = personFacts(0, { ...ANNA, email: 'anna' });
      expect(judge({ name: 'domain', subPath: '', data }, noAt).reasons).toEqual(['domain-unauthorized']);
    },
  );

  test('the domain is what stands between the first @ and the next', () => {
    const facts = personFacts(0, { ...ANNA, email: 'anna@example.com@evil.example' });
    expect(value('domain', 'example.com', facts)).toBe(true);
  });
});

describe('conditions on a list', () => {
  test.each<[string, Json, boolean]>([
    ['groups', 'admins', true],
    ['groups', { has: 'Admins' }, false],
    ['groups', { is: 'admins' }, false],
    ['one', { is: 'x' }, true],
    ['groups', { exclude: 'guests' }, true],
    ['groups', { exclude: 'staff' }, false],
    ['groups', { has: 'admins', exclude: 'staff' }, false],
    ['groups', ['admins', 'staff'], false],
    ['verified', true, true],
    ['verified', 'true', false],
    ['level', 5, true],
    ['level', '5', false],
    ['none', { exclude: 'x' }, true],
    ['none', {}, true],
    ['absent', 'x', false],
    ['absent', { exclude: 'x' }, true],
    ['toString', {}, true],
    ['toString', { has: 'x' }, false],
  ])('claim/%s %j', (claim, data, expected) => {
    expect(value('claim', data, anna(), claim)).toBe(expected);
  });

  test('groups are undefined without a directory record, and a list with one', () => {
    const record = (type: string, data: Json) => ({ type, id: 'u', data });
    const session = { ...record('type.googleapis.com/session.Session', { id: 's', user_id: 'u' }), id: 's' };
    const input = { session: { id: 's' } };
    const without = factsOf(input, [session], 0);
    const empty = factsOf(input, [session, record('pomerium.io/DirectoryUser', { id: 'u' })], 0);
    expect(value('groups', { exclude: 'g-1' }, without)).toBe(false);
    expect(value('groups', { exclude: 'g-1' }, empty)).toBe(true);
    expect(value('groups', 'g-1', anna())).toBe(true);
  });

  test('nested claims are found by slash and by dot, a flattened name only as it is written', () => {
    const claims = { realm: { roles: ['ops'] }, 'a.b': ['c'] };
    const session = { type: 'type.googleapis.com/session.Session', id: 's', data: { id: 's', user_id: 'u', claims } };
    const facts = factsOf({ session: { id: 's' } }, [session], 0);
    expect(['realm/roles', 'realm.roles'].map((path) => value('claim', 'ops', facts, path))).toEqual([true, true]);
    expect(['a.b', 'a/b'].map((path) => value('claim', 'c', facts, path))).toEqual([true, false]);
  });

  // rules.ObjectGet splits the path at every dot and slash; Rego goes through the values of an object, too.
  test.each<[Json, string, Json, boolean]>([
    [{ 'a.b': { c: ['x'] } }, 'a.b/c', 'x', false],
    [{ a: { 'b.c': ['x'] } }, 'a/b.c', 'x', false],
    [{ a: { b: ['nested'] }, 'a.b': ['x'] }, 'a.b', 'x', true],
    [{ a: { b: ['nested'] }, 'a.b': {} }, 'a.b', 'nested', false],
    [{ a: { b: { c: { d: { e: ['x'] } } } } }, 'a/b/c/d/e', 'x', true],
    [{ a: { b: { c: { d: { e: { f: ['x'] } } } } } }, 'a/b/c/d/e/f', 'x', false],
    [{ a: { one: 'x', two: 'y' } }, 'a', 'x', true],
    [{ a: { one: 'x' } }, 'a', { is: 'x' }, true],
    [{ a: { one: 'x' } }, 'a', { exclude: 'x' }, false],
    [{ a: 'x' }, 'a', 'x', false],
    [{ a: 'x' }, 'a', { exclude: 'x' }, true],
  ])('claims %j, claim/%s %j: %s', (claims, path, data, expected) => {
    const session = { type: 'type.googleapis.com/session.Session', id: 's', data: { id: 's', user_id: 'u', claims } };
    expect(value('claim', data, factsOf({ session: { id: 's' } }, [session], 0), path)).toBe(expected);
  });

  test('claims of session and user are united down to nested ones, and the user record wins', () => {
    const records: readonly DatabrokerRecord[] = [
      {
        type: 'type.googleapis.com/session.Session',
        id: 's',
        data: { id: 's', user_id: 'u', claims: { a: { b: ['session'], c: ['kept'] } } },
      },
      { type: 'type.googleapis.com/user.User', id: 'u', data: { id: 'u', claims: { a: { b: ['user'] } } } },
    ];
    const facts = factsOf({ session: { id: 's' } }, records, 0);
    expect(value('claim', { is: 'user' }, facts, 'a/b')).toBe(true);
    expect(value('claim', 'kept', facts, 'a/c')).toBe(true);
  });
});

// NewCriterionSessionRule and the body of authenticated_user.
test.each<[Json, string, string]>([
  [{ id: 's', user_id: 'u' }, 'user-ok', 'domain-unauthorized'],
  [{ id: 's' }, 'user-unauthorized', 'domain-unauthorized'],
  [{ id: 's', user_id: '' }, 'user-unauthorized', 'domain-unauthorized'],
  [{ user_id: 'u' }, 'user-ok', 'user-unauthenticated'],
  [{}, 'user-unauthenticated', 'user-unauthenticated'],
])('the session %j is a sign-in or asks for one by its own id and its user id', (data, signIn, domain) => {
  const session = { type: 'type.googleapis.com/session.Session', id: 's', data };
  const facts = factsOf({ session: { id: 's' } }, [session], 0);
  const reasons = (name: string) => judge({ name, subPath: '', data: 'x' }, facts).reasons;
  expect([reasons('authenticated_user'), reasons('domain')]).toEqual([[signIn], [domain]]);
});

test('the first credential of a type that has an id counts', () => {
  const data = {
    id: 's',
    user_id: 'u',
    device_credentials: [
      { type_id: 'any', Credential: { Unavailable: {} } },
      { Credential: { Id: 'd-0' } },
      { type_id: 'any', Credential: { Id: 'd-1' } },
      { type_id: 'any', Credential: { Id: 'd-2' } },
    ],
  };
  const records = [
    { type: 'type.googleapis.com/session.Session', id: 's', data },
    ...['d-0', 'd-1', 'd-2'].map((id) => ({
      type: 'type.googleapis.com/pomerium.device.Credential',
      id,
      data: { id },
    })),
  ];
  const facts = factsOf({ session: { id: 's' } }, records, 0);
  expect(['d-0', 'd-1', 'd-2'].map((is) => value('device', { is }, facts))).toEqual([false, true, false]);
  expect(value('device', { type: '' }, facts)).toBe(false);
});

test.each<[Json]>([['2026-01-01T00:00:00Z'], [{ seconds: 1_767_225_600 }], [{ seconds: '1767225600', nanos: 5 }]])(
  'a session that expires at %j counts as absent afterwards',
  (expires_at) => {
    const data = { id: 's', user_id: 'u', expires_at };
    const records: readonly DatabrokerRecord[] = [{ type: 'type.googleapis.com/session.Session', id: 's', data }];
    const signedIn = (at: string) => factsOf({ session: { id: 's' } }, records, Date.parse(at)).who.signedIn;
    expect([signedIn('2025-12-31T23:59:59Z'), signedIn('2026-01-01T00:00:01Z')]).toEqual([true, false]);
  },
);

describe('source_ip', () => {
  test.each<[string, Json, boolean]>([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.99/24', true],
    ['192.0.3.7', '192.0.2.0/24', false],
    ['192.0.2.7', ['10.0.0.0/8', '192.0.2.0/28'], true],
    ['192.0.2.7', [], false],
    ['192.0.2.7', '0.0.0.0/0', true],
    ['192.0.2.7', '::/0', false],
    ['::ffff:192.0.2.7', '192.0.2.0/24', true],
    ['192.0.2.7', '::ffff:192.0.2.0/120', true],
    ['2001:db8::1', '2001:db8:ffff::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['', '0.0.0.0/0', false],
    ['nonsense', '0.0.0.0/0', false],
    // net.ParseCIDR reads the bits as a plain number, and no address has a zone.
    ['192.0.2.7', '192.0.2.0/024', true],
    ['fe80::1%eth0', 'fe80::/10', false],
    // A network is in another when all of it is.
    ['192.0.2.0/24', '192.0.0.0/16', true],
    ['192.0.2.0/24', '192.0.2.0/28', false],
  ])('%s in %j: %s', (ip, data, expected) => {
    expect(value('source_ip', data, anonymousFacts(0, { ip }))).toBe(expected);
  });
});

describe('client_certificate', () => {
  const pem = readFileSync(new URL('./fixtures/client.pem', import.meta.url), 'utf8');
  const fingerprint = '677482c31c85c5d092a1c5ee86fc81918763e8c4a9b1547f7d7865cf60e3d283';
  const colons = (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
  const spki_hash = 'eyKQnj2GQwfVYBszsxdoEIIa/Ko9cReUmc4msm0LhaM=';
  const withLeaf = (leaf: string) =>
    factsOf(
      { http: { client_certificate: { presented: leaf !== '', leaf } }, is_valid_client_certificate: true },
      [],
      0,
    );

  test.each<[Json, boolean]>([
    [{ fingerprint }, true],
    [{ fingerprint: colons }, true],
    [{ fingerprint: [fingerprint.replace('6', '7'), fingerprint] }, true],
    [{ fingerprint: fingerprint.replace('6', '7') }, false],
    [{ fingerprint: [] }, false],
    [{ spki_hash }, true],
    [{ fingerprint, spki_hash: [] }, false],
    [{ san_email: 'anna@example.com' }, true],
    [{ san_email: { not: 'anna@example.com' } }, true],
    // Each operator has a variable of its own in the Rego: another name may meet it.
    [{ san_email: { starts_with: 'anna', ends_with: 'example.org' } }, true],
    [{ san_email: { starts_with: 'anna', ends_with: 'example.net' } }, false],
    [{ spki_hash: `${spki_hash}\n` }, false],
    [{ san_dns: { in: ['laptop.example.com'] } }, true],
    [{ san_dns: { not: 'laptop.example.com' } }, false],
    [{ san_uri: { starts_with: 'spiffe://example.com/' } }, true],
    [{}, true],
  ])('%j', (data, expected) => {
    expect(value('client_certificate', data, withLeaf(`\n${pem}\n`))).toBe(expected);
    expect(value('client_certificate', data, withLeaf(''))).toBe(false);
  });

  test('a leaf that is none is as good as none', () => {
    expect(readLeaf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toBeUndefined();
    expect(readLeaf(pem)).toMatchObject({ emails: ['anna@example.com', 'a.n@example.org'], fingerprint });
  });
});

describe('device', () => {
  const approved = { id: 'd-1', type: 'any', enrolled: true, approved: true };
  test.each<[Json, typeof approved | undefined, string]>([
    [{}, undefined, 'device-ok'],
    [{ approved: null }, undefined, 'device-ok'],
    [{ approved: 'no' }, approved, 'device-ok'],
    [{ approved: 'no' }, undefined, 'device-unauthenticated'],
    [{ approved: [] }, approved, 'device-ok'],
    [{ approved: false }, approved, 'device-unauthorized'],
    [{ is: 'd-1' }, approved, 'device-ok'],
    [{ is: 'd-2' }, approved, 'device-unauthorized'],
    [{ is: 'd-2' }, { ...approved, enrolled: false }, 'device-unauthenticated'],
    [{ type: 'any' }, approved, 'device-ok'],
    [{ type: 'any' }, undefined, 'device-unauthenticated'],
    [{ type: 'enclave_only' }, approved, 'device-unauthenticated'],
    [{ approved: true, is: 'd-1', type: 'any' }, approved, 'device-ok'],
  ])('%j of %j: %s', (data, device, reason) => {
    const facts = personFacts(0, { ...ANNA, devices: device ? [device] : [] });
    expect(judge({ name: 'device', subPath: '', data }, facts).reasons).toEqual([reason]);
  });

  test('a device that is asked for is asked of those who signed in', () => {
    const facts = anonymousFacts(0);
    const wanted: readonly Json[] = [{ approved: true }, { is: 'd-1' }, { type: 'any' }];
    const asked = wanted.map((data) => judge({ name: 'device', subPath: '', data }, facts).reasons);
    expect(asked).toEqual([['user-unauthenticated'], ['user-unauthenticated'], ['user-unauthenticated']]);
  });
});

describe('SSH', () => {
  const wire = 'AAAAC3NzaC1lZDI1NTE5AAAAIIeAQ7VbiYJdPaxsMYTW/q5QpqtyHMtHHRBUJOcQMaLE';
  const as = (username: string, publicKey?: string) => anna({ ssh: { username, publicKey } });

  test.each<[string, Json, Facts, boolean]>([
    ['ssh_publickey', `ssh-ed25519 ${wire} key-1`, as('anna', wire), true],
    ['ssh_publickey', [`# mine\nno-pty,from="*.example.com" ssh-ed25519 ${wire}`], as('anna', wire), true],
    ['ssh_publickey', `a="\\" b",c="d e" ssh-ed25519 ${wire}\r`, as('anna', wire), true],
    ['ssh_publickey', `ssh-ed25519 ${wire}`, as('anna', 'AAAA'), false],
    ['ssh_publickey', `ssh-ed25519 ${wire}`, as('anna'), false],
    ['ssh_publickey', [], as('anna', wire), false],
    ['ssh_ca', `ssh-ed25519 ${wire}`, as('anna', wire), false],
    ['ssh_ca', `ssh-ed25519 ${wire}`, as('anna'), false],
    ['ssh_username', 'anna', as('anna'), true],
    ['ssh_username', { not_in: ['root'] }, as('root'), false],
    ['ssh_username_matches_email', true, as('anna'), true],
    ['ssh_username_matches_email', true, as('root'), false],
    ['ssh_username_matches_email', true, anonymousFacts(0), true],
    ['ssh_username_matches_claim', 'groups', as('staff'), true],
    ['ssh_username_matches_claim', 'groups', as('root'), false],
    ['ssh_username_matches_claim', 'absent', as(''), false],
  ])('%s %j', (name, data, facts, expected) => {
    expect(value(name, data, facts)).toBe(expected);
  });
});

describe('time', () => {
  const at = (instant: string) => anonymousFacts(Date.parse(instant));

  test.each<[Json, string, boolean]>([
    [{ after: '2026-03-01' }, '2026-03-01T00:00:00Z', true],
    [{ after: '2026-03-01' }, '2026-02-28T23:59:59Z', false],
    [{ before: '2026-03-01T12:00:00+02:00' }, '2026-03-01T09:59:59Z', true],
    [{ before: '2026-03-01T12:00:00+02:00' }, '2026-03-01T10:00:00Z', false],
    [{ after: '2026-03-01T12:00:00' }, '2026-03-01T11:59:59Z', false],
    [{}, '2026-03-01T10:00:00Z', true],
  ])('date %j at %s: %s', (data, instant, expected) => {
    expect(value('date', data, at(instant))).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['*', '2026-03-01T10:00:00Z', true],
    ['sunday', '2026-03-01T10:00:00Z', true],
    ['Mon-Fri', '2026-03-01T10:00:00Z', false],
    ['fri-mon', '2026-03-01T10:00:00Z', true],
    ['tue, sun', '2026-03-01T10:00:00Z', true],
    ['tue-thu,sat', '2026-03-04T10:00:00Z', true],
    ['tue-thu,sat', '2026-03-06T10:00:00Z', false],
  ])('day_of_week %s at %s: %s', (data, instant, expected) => {
    expect(value('day_of_week', data, at(instant))).toBe(expected);
  });

  test.each<[string, Json, boolean | 'unknown']>([
    ['date', { after: '2026-02-01' }, true],
    ['date', {}, true],
    ['date', { after: '2026-04-01' }, 'unknown'],
    ['date', { before: '2026-04-01' }, 'unknown'],
    ['date', { before: '2026-03-01' }, false],
    ['date', { after: '2026-05-01', before: '2026-04-01' }, false],
    ['day_of_week', 'sun', 'unknown'],
    ['day_of_week', 'sun-sat', true],
    ['time_of_day', { timezone: 'UTC', before: '12:00' }, 'unknown'],
    ['time_of_day', { timezone: 'UTC', after: '12:00', before: '12:00' }, false],
    ['time_of_day', { timezone: 'UTC' }, true],
  ])('%s %j at any moment from 2026-03-01 on: %s', (name, data, expected) => {
    expect(value(name, data, { ...at('2026-03-01T00:00:00Z'), orLater: true })).toBe(expected);
  });

  const office = { timezone: 'Europe/Berlin', after: '9:00 AM', before: '17:30' };
  test.each<[Json, string, boolean | 'unknown']>([
    [office, '2026-01-15T08:00:00Z', true],
    [office, '2026-07-15T07:00:00Z', true],
    [office, '2026-07-15T15:29:59Z', true],
    [office, '2026-07-15T15:30:00Z', false],
    [{ timezone: 'UTC', before: '12AM' }, '2026-01-15T00:00:00Z', false],
    [{ timezone: 'UTC', after: '12 PM' }, '2026-01-15T12:00:00Z', true],
    [{ timezone: 'Asia/Kolkata', after: '15:04:05.5' }, '2026-01-15T09:34:05Z', false],
    [{ timezone: 'Asia/Kolkata', after: '15:04:05.5' }, '2026-01-15T09:34:05.5Z', true],
    [{ timezone: 'UTC', after: '10 PM', before: '6 AM' }, '2026-01-15T12:00:00Z', false],
    [{ timezone: 'UTC', after: '10 PM', before: '6 AM' }, '2026-01-15T23:00:00Z', 'unknown'],
  ])('time_of_day %j at %s: %s', (data, instant, expected) => {
    expect(value('time_of_day', data, at(instant))).toBe(expected);
  });
});

describe('what is not known', () => {
  const bob = personFacts(0, { email: 'bob@example.com' });
  const allow = (...and: Json[]) =>
    evaluate([[{ action: 'allow', and: and.map(criterion), or: [], not: [], nor: [] }]], bob).outcome;

  test('is named, with the outcomes that it leaves open', () => {
    expect(allow({ groups: 'g-1' })).toEqual({
      unknown: ['the directory groups of bob@example.com'],
      possible: ['allowed', 'denied:403'],
    });
    expect(allow({ device: { approved: true } })).toEqual({
      unknown: ['the devices of bob@example.com'],
      possible: ['allowed', 'denied:450-device', 'device-registration-redirect'],
    });
  });

  test('does not matter where the rest decides', () => {
    expect(allow({ groups: 'g-1' }, { email: 'anna@example.com' })).toBe('denied:403');
    expect(allow({ email: 'bob@example.com' })).toBe('allowed');
  });

  test('whether somebody is signed in: each way is looked at for itself', () => {
    const facts = { ...bob, who: { ...bob.who, signedIn: { unknown: 'whether bob is signed in' } } };
    const rule = { or: [], not: [], nor: [] };
    const policy = [{ ...rule, action: 'allow' as const, and: [criterion({ email: 'bob@example.com' })] }];
    expect(evaluate([policy], facts).outcome).toEqual({
      unknown: ['whether bob is signed in'],
      possible: ['allowed', 'login-redirect'],
    });
  });

  test('a stranger is somebody whom nothing names', () => {
    const stranger = strangerFacts(0);
    expect(value('authenticated_user', true, stranger)).toBe(true);
    expect(value('groups', { exclude: 'g-1' }, stranger)).toBe(true);
    expect(value('claim', 'x', stranger, 'groups')).toBe(false);
  });
});

function criterion(json: Json) {
  const [[name, data] = ['', null]] = Object.entries(json as Readonly<Record<string, Json>>);
  return { name, subPath: '', data };
}

test('a policy that the generator refuses contributes nothing', () => {
  const rule = { or: [], not: [], nor: [] };
  const open = [{ ...rule, action: 'allow' as const, and: [criterion({ accept: true })] }];
  const broken = [
    { ...rule, action: 'deny' as const, and: [criterion({ accept: true })] },
    { ...rule, action: 'deny' as const, and: [criterion({ emails: 'x' })] },
  ];
  expect(evaluate([open, broken], anna())).toMatchObject({ outcome: 'allowed', trace: [{ policy: 0, value: true }] });
});

test('the trace says which block of which rule of which policy came to what', () => {
  const rule = { and: [], or: [], not: [], nor: [] };
  const first = [
    { ...rule, action: 'allow' as const, or: [criterion({ domain: 'example.org' })], not: [criterion({ reject: 1 })] },
  ];
  const second = [{ ...rule, action: 'deny' as const, nor: [criterion({ accept: 1 })] }];
  expect(evaluate([first, second], anna()).trace).toEqual([
    { policy: 0, rule: 0, action: 'allow', block: 'or', value: false, reasons: ['domain-unauthorized'] },
    { policy: 0, rule: 0, action: 'allow', block: 'not', value: true, reasons: ['reject'] },
    { policy: 1, rule: 0, action: 'deny', block: 'nor', value: false, reasons: ['accept'] },
  ]);
});
