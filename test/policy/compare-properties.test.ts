import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Comparison, whoGainsWhoLoses } from '../../src/policy/compare/compare.js';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Facts, Identity } from '../../src/policy/facts.js';
import { ANONYMOUS } from '../../src/policy/known-facts.js';
import type { Criterion, Json, Policy } from '../../src/policy/ppl.js';

// Texts that overlap in many ways, so that conditions imply, exclude and just miss each other.
const EMAILS = [
  '',
  'ann@corp.example',
  'bob@corp.example',
  'ann@sub.corp.example',
  'ann@x@corp.example',
  'ann',
  'corp.example',
  'Ann@Corp.example',
  '@',
  'ann@corp.example ',
];
const PIECES = [
  'ann',
  'ann@',
  'ann@corp',
  'corp.example',
  '@corp.example',
  'sub.corp',
  'example',
  'x@corp',
  'le',
  'a',
  '',
  '@',
  'A',
  'n@c',
  'example@',
  'ann@corp.example',
];
const DOMAINS = ['corp.example', 'sub.corp.example', 'x', '', 'Corp.example', 'a@b'];
const USERS = ['u-ann', 'u-bob', 'svc', 'U-ann', ''];
const ELEMENTS: Json[] = ['ann', 'admins', 'Admins', 'dev', 5, '5', 0, true, null, '', ['ann'], { a: 1 }];
const GROUPS = ['g-1', 'g-2'];
const METHODS = ['GET', 'POST', 'OPTIONS', 'DELETE', 'get', ''];
const PATHS = ['/', '/admin', '/admin/x', '/api'];
const NETWORKS = [
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.3',
  '::/0',
  '2001:db8::/32',
  '0.0.0.0/0',
  '::ffff:10.0.0.0/104',
  '10.0.0.0/9',
  '10.128.0.0/9',
  '10.1.2.99/24',
  '::ffff:0:0/90',
  '255.255.255.255',
];
const ADDRESSES = [
  '10.1.2.3',
  '10.1.2.4',
  '10.2.0.1',
  '192.0.2.7',
  '2001:db8::7',
  '2001:db9::',
  '255.255.255.255',
  '10.127.255.255',
  '10.128.0.0',
  '0.0.0.0',
  '::',
  '::ffff:10.1.2.3',
];
const HASHES = ['a', 'b'].map((digit) => digit.repeat(64));
const NAMES = ['a.corp.example', 'b.corp.example', 'corp.example'];
const TOOLS = ['echo', 'drop', 'drop_all'];
const SSH = ['', 'ann', 'root', 'bob', 'x'];
const DATES = [
  '2026-01-01',
  '2026-06-01T12:00:00Z',
  '2027-01-01',
  '2026-06-01T14:00:00+02:00',
  '2026-06-01T12:00:00.001Z',
];
const CLAIMS = ['groups', 'team', 'pomerium.io/x'];
const DEVICES = ['any', 'enclave_only'];

const from = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
const some = <Value>(values: readonly Value[]) => fc.array(from(values), { maxLength: 3 });

function matcher(values: readonly string[], pieces: readonly string[] = values): fc.Arbitrary<Json> {
  const one = from(values);
  const piece = from(pieces);
  return fc.oneof(
    one,
    fc
      .record(
        {
          is: one,
          not: one,
          in: some(values),
          not_in: some(values),
          starts_with: piece,
          ends_with: piece,
          contains: piece,
        },
        { requiredKeys: [] },
      )
      .map((operators) => Object.fromEntries(Object.entries(operators).slice(0, 2))),
  );
}

const listMatcher = (values: readonly Json[]): fc.Arbitrary<Json> =>
  fc.oneof(
    from(values),
    fc.record({ has: from(values), is: from(values), exclude: from(values) }, { requiredKeys: [] }),
  );

const criterion = (name: string, data: fc.Arbitrary<Json>) =>
  data.map((value) => {
    const [head = '', ...rest] = name.split('/');
    return { name: head, subPath: rest.join('/'), data: value };
  });

const names = matcher(NAMES, ['a.', 'corp.example', '.example']);

/** What compare promises always to decide. */
const PROMISED = [
  criterion('accept', fc.constant(true)),
  criterion('reject', fc.constant(true)),
  criterion('authenticated_user', fc.constant(true)),
  criterion('email', matcher(EMAILS, PIECES)),
  criterion('email', matcher(EMAILS, PIECES)),
  criterion('domain', matcher(DOMAINS, PIECES)),
  criterion('domain', matcher(DOMAINS, PIECES)),
  criterion('user', matcher(USERS, ['u-', 'n', 'svc'])),
  ...CLAIMS.map((name) => criterion(`claim/${name}`, listMatcher(ELEMENTS))),
  criterion('source_ip', fc.oneof(from(NETWORKS), some(NETWORKS))),
  criterion('http_method', matcher(METHODS, ['O', 'T', 'S'])),
  criterion(
    'client_certificate',
    fc.record({ fingerprint: from(HASHES), san_dns: names, san_email: names }, { requiredKeys: [] }),
  ),
  criterion('date', fc.record({ after: from(DATES), before: from(DATES) }, { requiredKeys: [] })),
];

const ALL = [
  ...PROMISED,
  criterion('groups', listMatcher(GROUPS)),
  criterion(
    'device',
    fc.record({ approved: fc.boolean(), type: from(DEVICES), is: from(['d-1']) }, { requiredKeys: [] }),
  ),
  criterion('http_path', matcher(PATHS, ['/', '/admin', 'x', 'api'])),
  criterion('cors_preflight', fc.constant(true)),
  criterion('invalid_client_certificate', fc.constant(true)),
  criterion('mcp_tool', matcher(TOOLS, ['drop', 'o'])),
  criterion('ssh_username', matcher(SSH, ['r', 'n', 'oot'])),
  criterion('ssh_username_matches_email', fc.constant(true)),
  criterion('ssh_username_matches_claim', from(CLAIMS)),
  criterion('day_of_week', from(['mon-fri', 'sat,sun', 'monday', '*'])),
  criterion(
    'time_of_day',
    from<Json>([
      { timezone: 'Europe/Berlin', after: '9:00 AM', before: '17:00' },
      { timezone: 'America/New_York', after: '16:30', before: '11 PM' },
      { timezone: 'UTC', before: '12:00' },
    ]),
  ),
];

function policyOf(criteria: readonly fc.Arbitrary<Policy[number]['and'][number]>[]): fc.Arbitrary<Policy> {
  const block = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.oneof(...criteria), { maxLength: 3 }) },
  );
  const rule = fc.record({
    action: from(['allow', 'allow', 'deny'] as const),
    and: block,
    or: block,
    not: block,
    nor: block,
  });
  return fc.array(rule, { minLength: 1, maxLength: 3 });
}

const who: fc.Arbitrary<Identity> = fc.oneof(
  fc.constant(ANONYMOUS),
  ...Array.from({ length: 4 }, () =>
    fc.record({
      signedIn: fc.constant(true),
      userId: from([...USERS.filter((id) => id !== ''), 'u-eve']),
      email: from([
        ...EMAILS,
        'eve@evil.example',
        'ann@corp.example@corp.example',
        '@corp.example',
        'x@',
        'ann@ann@corp',
      ]),
      claims: fc.dictionary(from(CLAIMS), fc.array(from([...ELEMENTS, 'other']), { maxLength: 3 })),
      otherClaims: fc.constant([] as const),
      groups: fc.option(fc.array(from([...GROUPS, 'g-3']), { maxLength: 2 }), { nil: undefined }),
      devices: fc.uniqueArray(
        fc
          .record({ id: from(['d-1', 'd-2']), type: from(DEVICES), approved: fc.boolean() })
          .map((device) => ({ ...device, enrolled: device.approved })),
        { selector: ({ type }) => type, maxLength: 2 },
      ),
    }),
  ),
);

const certificate = fc.oneof(
  from([true, false].map((valid) => ({ presented: false, valid, leaf: undefined }))),
  fc.record({
    presented: fc.constant(true),
    valid: fc.boolean(),
    leaf: fc.record({
      fingerprint: from([...HASHES, 'c'.repeat(64)]),
      spkiHash: fc.constant('x'),
      emails: some(NAMES),
      dnsNames: some([...NAMES, 'other']),
      uris: fc.constant([]),
    }),
  }),
);

const facts: fc.Arbitrary<Facts> = fc.record({
  at: fc.oneof(
    from(DATES.map((text) => Date.parse(text))),
    fc.integer({ min: Date.UTC(2025, 11, 20), max: Date.UTC(2027, 1, 10) }),
  ),
  who,
  method: from([...METHODS.filter((method) => method !== ''), 'PATCH', 'TOS']),
  path: from([...PATHS, '/other', '/admin/api', '/x']),
  ip: fc.option(from(ADDRESSES), { nil: undefined }),
  headers: from<Facts['headers']>([
    {},
    { Origin: ['https://a.example'] },
    { Origin: ['https://a.example'], 'Access-Control-Request-Method': ['PUT'] },
  ]),
  certificate,
  ssh: fc.record({ username: from([...SSH, 'ops']), publicKey: fc.constant(undefined) }),
  mcp: fc.oneof(
    from([
      { method: undefined, tool: undefined },
      { method: 'initialize', tool: undefined },
    ]),
    fc.record({ method: fc.constant('tools/call'), tool: fc.option(from([...TOOLS, 'other']), { nil: undefined }) }),
  ),
});

function all({ gains, loses, otherChanges }: Comparison) {
  return [...gains, ...loses, ...otherChanges];
}

/** Fails where a difference that the evaluator sees isn't stated, or a stated one isn't confirmed. */
function check(before: readonly Policy[], after: readonly Policy[], contexts: readonly Facts[]): Comparison {
  const comparison = whoGainsWhoLoses(before, after);
  for (const { witness, before: was, after: is } of all(comparison)) {
    expect([evaluate(before, witness).outcome, evaluate(after, witness).outcome]).toEqual([was, is]);
    expect(was).not.toBe(is);
  }
  for (const context of contexts) {
    const [was, is] = [evaluate(before, context).outcome, evaluate(after, context).outcome];
    if (was === is || comparison.undecided.length > 0) continue;
    const stated = is === 'allowed' ? comparison.gains : was === 'allowed' ? comparison.loses : comparison.otherChanges;
    expect(stated, `${was} → ${is} is not stated`).not.toEqual([]);
  }
  return comparison;
}

// The same pairs each time: about one in ten thousand differs in more classes than compare lists, and says so.
const RUNS = { numRuns: 50, seed: 2026 };

test('never leaves a difference unsaid and always decides, over the criteria that it promises to decide', () => {
  const policies = fc.array(policyOf(PROMISED), { maxLength: 2 });
  fc.assert(
    fc.property(policies, policies, fc.array(facts, { minLength: 60, maxLength: 60 }), (before, after, contexts) => {
      expect(check(before, after, contexts).undecided).toEqual([]);
    }),
    RUNS,
  );
});

test('never leaves a difference unsaid over all criteria', () => {
  const policies = fc.array(policyOf(ALL), { maxLength: 2 });
  fc.assert(
    fc.property(policies, policies, fc.array(facts, { minLength: 60, maxLength: 60 }), (before, after, contexts) => {
      check(before, after, contexts);
    }),
    RUNS,
  );
});

test('finds the requests that meet exactly the conditions that one request meets', () => {
  const criteria = fc.array(fc.oneof(...ALL), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(criteria, facts, (all, context) => {
      const holds = (one: Criterion) => evaluate([[ruleOf('allow', [one])]], context).allow.value === true;
      const policy = [
        ruleOf('allow', [{ name: 'accept', subPath: '', data: true }, ...all.filter(holds)]),
        ruleOf(
          'deny',
          [],
          all.filter((one) => !holds(one)),
        ),
      ];
      if (evaluate([policy], context).outcome !== 'allowed') return;
      expect(check([], [policy], [context]).gains).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

function ruleOf(action: 'allow' | 'deny', and: readonly Criterion[], or: readonly Criterion[] = []) {
  return { action, and, or, not: [], nor: [] };
}

test('finds no difference between a policy and itself, and the opposite for the opposite change', () => {
  const policy = policyOf(ALL);
  fc.assert(
    fc.property(policy, policy, (one, other) => {
      expect(whoGainsWhoLoses([one], [one]).summary).toBe('nobody gains or loses');
      const there = whoGainsWhoLoses([one], [other]);
      const back = whoGainsWhoLoses([other], [one]);
      const said = (changes: Comparison['gains']) => changes.map(({ who: name }) => name);
      expect(said(back.loses)).toEqual(said(there.gains));
      expect(said(back.gains)).toEqual(said(there.loses));
    }),
    RUNS,
  );
});
