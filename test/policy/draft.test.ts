import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftPolicy } from '../../src/policy/draft/draft.js';
import { DAYS, Intent } from '../../src/policy/draft/intent.js';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Facts } from '../../src/policy/facts.js';
import { anonymousFacts, personFacts } from '../../src/policy/known-facts.js';

const AT = Date.parse('2026-03-18T12:00:00Z');

const write = (intent: unknown) => draftPolicy(Intent.parse(intent), AT);
const pplOf = (intent: unknown) => write(intent).ppl;

describe('what is written', () => {
  test('people alone are one rule of alternatives', () => {
    expect(
      pplOf({
        who: {
          emails: ['anna@corp.example'],
          domains: ['corp.example', 'corp.test'],
          groups: ['admins'],
          claims: [{ name: 'level', value: 5 }],
          userIds: ['svc-1'],
        },
      }),
    ).toEqual([
      {
        allow: {
          or: [
            { email: { is: 'anna@corp.example' } },
            { domain: { in: ['corp.example', 'corp.test'] } },
            { 'claim/groups': { has: 'admins' } },
            { 'claim/level': { has: 5 } },
            { user: { is: 'svc-1' } },
          ],
        },
      },
    ]);
  });

  test('with conditions each alternative is a rule of its own', () => {
    const networks = ['10.0.0.0/8', '2001:db8::/32'];
    expect(pplOf({ who: { domains: ['corp.example'], groups: ['staff'] }, networks, days: ['fri', 'mon'] })).toEqual([
      { allow: { and: [{ domain: { is: 'corp.example' } }, { source_ip: networks }, { day_of_week: 'mon,fri' }] } },
      { allow: { and: [{ 'claim/groups': { has: 'staff' } }, { source_ip: networks }, { day_of_week: 'mon,fri' }] } },
    ]);
  });

  test('exceptions are a deny rule', () => {
    const unless = { emails: ['eve@corp.example'], networks: ['192.0.2.0/24'] };
    expect(pplOf({ who: { signedIn: true }, unless })).toEqual([
      { allow: { or: [{ authenticated_user: true }] } },
      { deny: { or: [{ email: { is: 'eve@corp.example' } }, { source_ip: ['192.0.2.0/24'] }] } },
    ]);
  });

  test('everyone with a condition is the condition', () => {
    expect(pplOf({ who: { everyone: true } })).toEqual([{ allow: { or: [{ accept: true }] } }]);
    expect(pplOf({ who: { everyone: true }, networks: ['10.0.0.1'] })).toEqual([
      { allow: { and: [{ source_ip: ['10.0.0.1'] }] } },
    ]);
  });

  test('hours over midnight are two windows', () => {
    const hours = { timezone: 'Europe/Oslo', after: '22:00', before: '06:00' };
    const windows = pplOf({ who: { signedIn: true }, hours }).map((rule) => JSON.stringify(rule));
    expect(windows).toEqual([
      '{"allow":{"and":[{"authenticated_user":true},{"time_of_day":{"timezone":"Europe/Oslo","after":"22:00"}}]}}',
      '{"allow":{"and":[{"authenticated_user":true},{"time_of_day":{"timezone":"Europe/Oslo","before":"06:00"}}]}}',
    ]);
  });

  test('a certificate must also be good', () => {
    expect(pplOf({ who: { signedIn: true }, certificate: { emailEndsWith: '@corp.example' } })).toEqual([
      {
        allow: {
          and: [{ authenticated_user: true }, { client_certificate: { san_email: { ends_with: '@corp.example' } } }],
        },
      },
      { deny: { or: [{ invalid_client_certificate: true }] } },
    ]);
  });
});

test('says what must be set up', () => {
  expect(write({ who: { groups: ['admins'] } }).needs).toEqual([
    'Claims come from an identity provider of your own, with the scope that yields them; Hosted Authenticate sends none.',
  ]);
  expect(write({ who: { domains: ['corp.example'] } }).needs).toEqual([]);
  const all = { who: { signedIn: true }, device: 'any', certificate: {}, days: ['mon'] };
  expect(write(all).needs.map((need) => need.split(' ')[0])).toEqual(['Devices', 'A', 'Days']);
});

test.each([
  [{ who: {} }, 'expected somebody'],
  [{ who: { everyone: false } }, 'expected somebody'],
  [{ who: { emails: ['corp.example'] } }, 'expected a whole e-mail address'],
  [{ who: { domains: ['@corp.example'] } }, 'expected a domain, without @'],
  [{ who: { userIds: ['anna@corp.example'] } }, 'e-mail addresses go to emails'],
  [{ who: { signedIn: true }, networks: ['10.0.0.0/99'] }, 'expected an IP address or CIDR range'],
  [{ who: { signedIn: true }, hours: { timezone: 'Mars/Base' } }, 'expected a time zone'],
  [{ who: { signedIn: true }, hours: { timezone: 'UTC' } }, 'expected after or before'],
  [{ who: { signedIn: true }, hours: { timezone: 'UTC', after: '8:00 AM' } }, 'expected HH:MM'],
])('refuses %j', (intent, message) => {
  expect(Intent.safeParse(intent).error?.message).toContain(message);
});

// A small world, so that intents and requests meet often.
const EMAILS = ['anna@corp.example', 'bo@corp.example', 'cy@other.example'];
const DOMAINS = ['corp.example', 'other.example', 'example'];
const NETWORKS = ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.7', '2001:db8::/32'];
/** Each address with the networks it is in. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  '10.1.2.3': ['10.0.0.0/8', '10.1.0.0/16'],
  '10.2.2.3': ['10.0.0.0/8'],
  '192.0.2.7': ['192.0.2.7'],
  '192.0.2.8': [],
  '2001:db8::9': ['2001:db8::/32'],
};
const CLAIMS = [
  { name: 'level', value: 5 },
  { name: 'level', value: '5' },
  { name: 'realm_access.roles', value: 'ops' },
] as const;
const FINGERPRINTS = ['a'.repeat(64), 'b'.repeat(64)];

const several = <Value>(values: readonly Value[]) => fc.subarray([...values], { minLength: 1 });
const people = {
  emails: several(EMAILS),
  domains: several(DOMAINS),
  groups: several(['admins', 'staff']),
  claims: several(CLAIMS),
  userIds: several(['u-1', 'svc-1']),
};
const minutes = fc.nat(24 * 60 - 1).map((minute) => new Date(minute * 60_000).toISOString().slice(11, 16));
const moments = fc
  .integer({ min: AT - 9 * 86_400_000, max: AT + 9 * 86_400_000 })
  .map((ms) => new Date(ms).toISOString().replace('.000', ''));

/** Now and then: all conditions at once would let in nobody. */
const rarely = <Value>(condition: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: condition });

const intents = fc
  .record({
    who: fc.record({ ...people, everyone: fc.boolean(), signedIn: fc.boolean() }, { requiredKeys: [] }),
    unless: rarely(fc.record({ ...people, networks: several(NETWORKS) }, { requiredKeys: [] })),
    from: rarely(moments),
    until: rarely(moments),
    days: rarely(several(DAYS)),
    hours: rarely(
      fc.record({ timezone: fc.constant('UTC'), after: minutes, before: minutes }, { requiredKeys: ['timezone'] }),
    ),
    networks: rarely(several(NETWORKS)),
    device: rarely(fc.constantFrom('any', 'enclave_only')),
    certificate: rarely(
      fc.record(
        { fingerprints: several(FINGERPRINTS), emailEndsWith: fc.constant('@corp.example') },
        { requiredKeys: [] },
      ),
    ),
  })
  .map((intent) => Intent.safeParse(intent))
  .filter(({ success }) => success)
  .map(({ data }) => data as Intent);

const certificates = fc.record({
  presented: fc.boolean(),
  valid: fc.boolean(),
  leaf: fc.option(
    fc.record({
      fingerprint: fc.constantFrom(...FINGERPRINTS, 'c'.repeat(64)),
      spkiHash: fc.constant('FsDbM0rUYIiL3V339eIKqiz6HPSB+Pz2WeAWhqlqh8U='),
      emails: fc.subarray(['anna@corp.example', 'cy@other.example']),
      dnsNames: fc.constant([]),
      uris: fc.constant([]),
    }),
    { nil: undefined },
  ),
});

const requests = fc.record({
  ip: fc.constantFrom(...Object.keys(ADDRESSES)),
  method: fc.constant('GET'),
  path: fc.constant('/'),
  certificate: certificates,
});

const times = fc.integer({ min: AT - 10 * 86_400_000, max: AT + 10 * 86_400_000 });

const persons = fc.record({
  email: fc.constantFrom(...EMAILS),
  userId: fc.constantFrom('u-1', 'svc-1', 'u-2'),
  claims: fc.record(
    {
      groups: fc.subarray(['admins', 'staff', 'guests']),
      level: several([5, '5', 6]),
      'realm_access.roles': several(['ops', 'dev']),
    },
    { requiredKeys: [] },
  ),
  allClaims: fc.constant(true),
  groups: fc.constant([]),
  devices: fc.subarray([
    { id: 'd-1', type: 'any', enrolled: true, approved: true },
    { id: 'd-2', type: 'enclave_only', enrolled: true, approved: false },
  ]),
});

const facts: fc.Arbitrary<Facts> = fc
  .tuple(times, requests, fc.option(persons, { freq: 6 }))
  .map(([at, request, person]) =>
    person ? personFacts(at, person as Parameters<typeof personFacts>[1], request) : anonymousFacts(at, request),
  );

/** The intent read as it is meant, with nothing of ours but the facts. */
function meant(intent: Intent, { at, who, ip, certificate }: Facts): boolean {
  const claims = who.claims as Readonly<Record<string, readonly unknown[]>>;
  const email = who.email as string;
  const isOneOf = ({ emails, domains, groups, claims: wanted, userIds }: NonNullable<Intent['unless']>) =>
    Boolean(
      emails?.includes(email) ||
        domains?.some((domain) => email.endsWith(`@${domain}`)) ||
        groups?.some((group) => claims.groups?.includes(group)) ||
        wanted?.some(({ name, value }) => claims[name]?.includes(value)) ||
        userIds?.includes(who.userId as string),
    );
  const within = (networks: readonly string[]) =>
    networks.some((network) => ADDRESSES[ip as string]?.includes(network));
  const time = new Date(at);
  const day = (['sun', ...DAYS] as const)[time.getUTCDay()] ?? 'sun';
  const clock = at % 86_400_000;
  const ofDay = (text: string) => Date.parse(`1970-01-01T${text}:00Z`);
  const { after, before } = intent.hours ?? {};
  const lateEnough = after === undefined || clock > ofDay(after);
  const earlyEnough = before === undefined || clock < ofDay(before);
  const overMidnight = after !== undefined && before !== undefined && after > before;
  const devices = who.devices as readonly { readonly type: string; readonly approved: boolean }[];
  const leaf = 'unknown' in certificate || !certificate.valid ? undefined : certificate.leaf;
  const { fingerprints, emailEndsWith } = intent.certificate ?? {};
  return [
    intent.who.everyone || (intent.who.signedIn && who.signedIn === true) || isOneOf(intent.who),
    !(intent.unless && (isOneOf(intent.unless) || within(intent.unless.networks ?? []))),
    intent.from === undefined || at > Date.parse(intent.from),
    intent.until === undefined || at < Date.parse(intent.until),
    intent.days === undefined || intent.days.includes(day),
    overMidnight ? lateEnough || earlyEnough : lateEnough && earlyEnough,
    intent.networks === undefined || within(intent.networks),
    intent.device === undefined || devices.some(({ type, approved }) => type === intent.device && approved),
    intent.certificate === undefined ||
      (leaf !== undefined &&
        (fingerprints === undefined || fingerprints.includes(leaf.fingerprint)) &&
        (emailEndsWith === undefined || leaf.emails.some((name) => name.endsWith(emailEndsWith)))),
  ].every(Boolean);
}

test('every draft lets in exactly whom the intent means', () => {
  let letIn = 0;
  fc.assert(
    fc.property(intents, fc.array(facts, { minLength: 20, maxLength: 20 }), (intent, list) => {
      const { policy } = draftPolicy(intent, AT);
      for (const each of list) {
        const { allow, deny } = evaluate([policy], each);
        const expected = meant(intent, each);
        if (expected) letIn++;
        expect(allow.value === true && deny.value === false).toBe(expected);
      }
    }),
    { numRuns: 200, seed: 20260318 },
  );
  expect(letIn).toBeGreaterThan(100);
});
