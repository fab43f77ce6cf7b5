import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/audit/snapshot.js';
import type { Input, Operation } from '../../src/operation.js';
import { afterWrites } from '../../src/rails/after-call.js';
import { review } from '../../src/rails/review.js';
import { Rules } from '../../src/rails/rules.js';
import { zero } from '../../src/tools/zero/index.js';
import { build, type Organization, PRODUCTION, ROOT } from '../audit/build.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

const staff = [{ allow: { and: [{ domain: { is: 'corp.example' } }] } }];
const organization: Organization = {
  policies: [
    { name: 'Staff', ppl: staff },
    { name: 'Contractors', ppl: [{ allow: { and: [{ domain: { is: 'contractors.example' } }] } }] },
    { name: 'Public', ppl: [{ allow: { and: [{ accept: true }] } }] },
  ],
  routes: [
    { name: 'Grafana', from: 'https://grafana.corp.example', to: ['https://10.1.2.3:3000'], policyIds: ['Staff'] },
    { name: 'MCP', from: 'https://mcp.corp.example', to: ['https://10.1.2.4'], policyIds: ['Staff'] },
  ],
  users: [
    { email: 'anna@corp.example', organizationRole: 'owner', type: 'user_type_interactive' },
    { email: 'bob@corp.example', organizationRole: 'admin', type: 'user_type_interactive' },
  ],
};

/** What a call means for an organization under some rules. */
function reviewed(name: string, input: Input, rules: unknown = {}, before: Snapshot = build(organization)) {
  const operation = operations.get(name) as Operation;
  const writes = [{ operation, input }];
  return review(before, afterWrites(before, writes), writes, Rules.parse(rules));
}

const patchRoute = (routeId: string, path: string, value: unknown) =>
  ['patch_route', { routeId, patch: [{ op: 'replace', path, value }] }] as const;

const patchPolicy = (policyId: string, path: string, value: unknown) =>
  ['patch_policy', { policyId, patch: [{ op: 'replace', path, value }] }] as const;

describe('who gains and who loses', () => {
  test('by another policy on a route', () => {
    const { headline, routes } = reviewed(...patchRoute('Grafana', '/policyIds', ['Staff', 'Contractors']));
    expect(headline).toBe('Everyone at contractors.example gains "grafana.corp.example"; nobody loses.');
    expect(routes).toMatchObject([
      { route: 'grafana.corp.example', gains: ['everyone at contractors.example'], loses: [] },
    ]);
  });

  test('by an edit of a policy, on each route it governs', () => {
    const { headline, routes } = reviewed(
      ...patchPolicy('Staff', '/ppl', [{ allow: { and: [{ email: 'anna@corp.example' }] } }]),
    );
    expect(headline).toBe('Nobody gains; everyone at corp.example except anna@corp.example loses 2 routes.');
    expect(routes).toHaveLength(2);
  });

  test('by an enforced allow, which opens every route', () => {
    const { headline } = reviewed('create_policy', {
      namespaceId: ROOT,
      name: 'Oops',
      enforced: true,
      ppl: [{ allow: { and: [{ authenticated_user: true }] } }],
    });
    expect(headline).toBe('Any signed-in user except everyone at corp.example gains 2 routes; nobody loses.');
  });

  test('by another address: one door closes, another opens', () => {
    const { routes } = reviewed(...patchRoute('Grafana', '/from', 'https://metrics.corp.example'));
    expect(routes).toMatchObject([
      {
        route: 'grafana.corp.example',
        gains: [],
        loses: ['everyone at corp.example'],
        notes: ['gone: it answers 404 from then on, unless another route takes its address'],
      },
      {
        route: 'metrics.corp.example',
        gains: ['everyone at corp.example'],
        loses: [],
        notes: ['new: it answered 404 until now, unless another route takes its address'],
      },
    ]);
  });

  test('by a route that goes', () => {
    expect(reviewed('delete_route', { routeId: 'Grafana' }).headline).toBe(
      'Nobody gains; everyone at corp.example loses "grafana.corp.example".',
    );
  });

  test('nobody, by a new description', () => {
    expect(reviewed(...patchRoute('Grafana', '/description', 'Charts'))).toMatchObject({
      headline: 'Nobody gains or loses access.',
      changesAccess: false,
    });
  });
});

describe('the headline', () => {
  const everywhere = Array.from({ length: 17 }, (_, index) => ({
    name: `Service ${index}`,
    from: `https://service-${index}.a-rather-long-name.corp.example`,
    to: ['https://10.1.2.3'],
    policyIds: ['Staff', `Only ${index % 4}`],
  }));
  const denied = { name: 'Bad networks', enforced: true, ppl: [{ deny: { or: [{ source_ip: ['192.0.2.0/24'] }] } }] };
  const many = build({
    ...organization,
    policies: [
      ...(organization.policies ?? []),
      denied,
      ...[0, 1, 2, 3].map((index) => ({
        name: `Only ${index}`,
        ppl: [{ allow: { or: [{ email: `${index}@b.example` }] } }],
      })),
    ],
    routes: everywhere,
  });
  const isShort = (headline = '') => expect(headline.length).toBeLessThan(200);

  test('says first what becomes public, and once', () => {
    const { headline, changesAccess } = reviewed(
      ...patchPolicy('Staff', '/ppl', [{ allow: { and: [{ accept: true }] } }]),
      {},
      many,
    );
    expect(headline).toBe('17 routes become open to the internet; nobody loses.');
    expect(changesAccess).toBe(true);
    expect(reviewed(...patchRoute('Grafana', '/policyIds', ['Public'])).headline).toBe(
      '"grafana.corp.example" becomes open to the internet; nobody loses.',
    );
  });

  test('does not call public what asks for a network or a sign-in', () => {
    const open = (criterion: unknown) =>
      reviewed(...patchPolicy('Staff', '/ppl', [{ allow: { and: [criterion, { source_ip: '198.51.100.0/24' }] } }]))
        .headline;
    expect(open({ accept: true })).toMatch(/^Everyone on the internet.*, from 198\.51\.100\.0\/24 gains 2 routes; /);
    expect(open({ authenticated_user: true })).not.toContain('open to the internet');
  });

  test('leaves out networks that are denied before and after, and counts where names would be too many', () => {
    const { headline, routes } = reviewed('delete_policy', { policyId: 'Staff' }, {}, many);
    expect(routes[0]?.loses[0]).toContain(', from anywhere but 192.0.2.0/24');
    expect(headline).toBe('Nobody gains; everyone at corp.example loses 17 routes.');
    const swapped = everywhere.map(({ name }, index) => ({
      operation: operations.get('patch_route') as Operation,
      input: { routeId: name, patch: [{ op: 'replace', path: '/policyIds', value: [`Only ${(index + 1) % 4}`] }] },
    }));
    const other = review(many, afterWrites(many, swapped), swapped, {});
    expect(other.headline).toBe('More people get through 17 routes; some people no longer get through 17 routes.');
    isShort(other.headline);
  });

  test('a network that is denied by the change itself stays in it', () => {
    const { headline } = reviewed('create_policy', { namespaceId: ROOT, ...denied });
    expect(headline).toBe('Nobody gains; everyone at corp.example, from 192.0.2.0/24 loses 2 routes.');
  });

  test('says a lock-out before all else, and nothing reassuring beside it', () => {
    const patch = [{ op: 'replace', path: '/authenticateServiceUrl', value: 'https://login.corp.example' }];
    expect(reviewed('patch_settings', { clusterId: PRODUCTION, patch })).toMatchObject({
      headline: 'Nobody may be able to sign in on cluster "production": the address where people sign in changes.',
      changesAccess: true,
    });
    expect(reviewed(...patchPolicy('Staff', '/ppl', [{ allow: { and: [{ reject: true }] } }])).headline).toBe(
      'Nobody can open "Grafana" any more. And 1 more lock-out. Nobody gains; everyone at corp.example loses 2 routes.',
    );
  });

  test('says that the rules forbid it', () => {
    const rules = { invariants: [{ neverPublic: ['*'] }] };
    expect(reviewed(...patchRoute('Grafana', '/policyIds', ['Public']), rules).headline).toBe(
      'Your rules forbid this. "grafana.corp.example" becomes open to the internet; nobody loses.',
    );
  });

  test('says nothing of visitors where a call is not about them', () => {
    const calls: readonly [string, Input][] = [
      ['create_organization_invite', { emails: ['eve@other.example'], role: 'admin' }],
      ['create_service_account', { clusterId: PRODUCTION, userId: 'x' }],
      ['patch_settings', { clusterId: PRODUCTION, patch: [{ op: 'replace', path: '/logLevel', value: 'warn' }] }],
    ];
    for (const [name, input] of calls) {
      const found = reviewed(name, input);
      expect(found.headline, name).toBeUndefined();
      expect(found.changesAccess, name).toBe(false);
    }
  });

  test('says what is not decided, and what could not be read', () => {
    const doubtful = reviewed(...patchRoute('Grafana', '/policyIds', ['Staff', 'Elsewhere']));
    expect(doubtful).toMatchObject({
      headline: 'Who gains or loses access: not decided for 1 route.',
      changesAccess: true,
    });
    const unread = build({ ...organization, missing: [{ part: 'policies', reason: 'forbidden' }] });
    expect(reviewed(...patchRoute('Grafana', '/description', 'Charts'), {}, unread)).toMatchObject({
      headline: 'Who gains or loses access: not all of it could be read.',
      changesAccess: true,
    });
  });
});

test('findings that a change introduces and fixes', () => {
  const opened = reviewed(...patchRoute('Grafana', '/policyIds', ['Public']));
  expect(opened.findings.introduced).toContainEqual(expect.stringMatching(/^critical RTE-02 .*: route "Grafana"$/));
  const before = build({
    ...organization,
    routes: [
      { name: 'Grafana', from: 'https://grafana.corp.example', to: ['https://10.1.2.3'], policyIds: ['Public'] },
    ],
  });
  const closed = reviewed(...patchRoute('Grafana', '/policyIds', ['Staff']), {}, before);
  expect(closed.findings.fixed).toContainEqual(expect.stringMatching(/^critical RTE-02 .*: route "Grafana"$/));
  expect(closed.findings.introduced).toEqual([]);
});

describe('invariants stop what would break them', () => {
  const cases: readonly [string, unknown, readonly [string, Input], string][] = [
    [
      'never public',
      { neverPublic: ['*.corp.example'] },
      patchRoute('Grafana', '/policyIds', ['Public']),
      'The rule "never public: *.corp.example" would be broken by route "Grafana": everyone on the internet can open it without signing in.',
    ],
    [
      'only domains',
      { onlyDomains: { domains: ['corp.example'] } },
      patchRoute('Grafana', '/policyIds', ['Staff', 'Contractors']),
      'The rule "only domains: corp.example" would be broken by route "Grafana": everyone at contractors.example can open it.',
    ],
    [
      'no tlsSkipVerify',
      { noTlsSkipVerify: true },
      ['patch_route', { routeId: 'Grafana', patch: [{ op: 'add', path: '/tlsSkipVerify', value: true }] }],
      'The rule "no tlsSkipVerify" would be broken by route "Grafana": it has tlsSkipVerify on.',
    ],
    [
      'to only in',
      { toOnlyIn: ['10.0.0.0/8', '*.svc.cluster.local'] },
      patchRoute('Grafana', '/to', ['https://grafana.monitoring.svc.cluster.local', 'https://203.0.113.9']),
      'The rule "to only in: 10.0.0.0/8, *.svc.cluster.local" would be broken by route "Grafana": it leads to https://203.0.113.9.',
    ],
  ];
  for (const [name, invariant, [operation, input], message] of cases) {
    test(name, () => {
      expect(reviewed(operation, input, { invariants: [invariant] }).blocked).toEqual([message]);
      expect(reviewed(...patchRoute('Grafana', '/description', 'x'), { invariants: [invariant] }).blocked).toEqual([]);
    });
  }

  test('what is broken already is shown, and does not stop the repair or anything else', () => {
    const rules = { invariants: [{ onlyAdmins: ['anna@corp.example'] }] };
    const { blocked, brokenBefore } = reviewed(...patchRoute('Grafana', '/description', 'x'), rules);
    expect(blocked).toEqual([]);
    expect(brokenBefore).toEqual(['The rule "only admins: anna@corp.example" is broken already.']);
  });

  test('making it worse is stopped', () => {
    const before = build({
      ...organization,
      routes: [
        { name: 'Old', from: 'https://old.corp.example', to: ['https://10.1.1.1'], policyIds: ['Public'] },
        { name: 'Grafana', from: 'https://grafana.corp.example', to: ['https://10.1.2.3'], policyIds: ['Staff'] },
      ],
    });
    const rules = { invariants: [{ neverPublic: ['*.corp.example'] }] };
    const { blocked } = reviewed(...patchRoute('Grafana', '/policyIds', ['Public']), rules, before);
    expect(blocked).toHaveLength(1);
    expect(blocked[0]).toContain('route "Grafana"');
  });
});

describe('policy tests', () => {
  const tests = [
    { who: 'anna@corp.example', url: 'https://grafana.corp.example/', expect: 'allow' },
    { who: 'anonymous', url: 'https://grafana.corp.example/', expect: 'deny' },
    { who: 'stranger', url: 'https://grafana.corp.example/', expect: 'deny' },
    { who: 'anna@corp.example', url: 'https://nowhere.corp.example/', expect: 'deny' },
  ];

  test('one that would fail stops the change and says how', () => {
    const { blocked } = reviewed(...patchRoute('Grafana', '/policyIds', ['Contractors']), { tests });
    expect(blocked).toEqual([
      'The test "anna@corp.example opens https://grafana.corp.example/ → allow" would fail: route "Grafana": denied:403.',
    ]);
    expect(reviewed(...patchRoute('Grafana', '/description', 'x'), { tests }).blocked).toEqual([]);
  });

  test('what cannot be known from here does not pass', () => {
    const groups = [{ allow: { and: [{ 'claim/team': 'ops' }] } }];
    const { blocked } = reviewed(...patchPolicy('Staff', '/ppl', groups), { tests: tests.slice(0, 1) });
    expect(blocked[0]).toContain('it depends on the claims of anna@corp.example: say it in the test');
    const said = [{ ...tests[0], who: { email: 'anna@corp.example', claims: { team: ['ops'] } } }];
    expect(reviewed(...patchPolicy('Staff', '/ppl', groups), { tests: said }).blocked).toEqual([]);
  });
});

describe('lock-outs', () => {
  const rules = { me: ['anna@corp.example'], self: 'https://mcp.corp.example' };

  test('of the operator, from a route and from this server', () => {
    const { lockOuts } = reviewed(
      ...patchPolicy('Staff', '/ppl', [{ allow: { and: [{ email: 'bob@corp.example' }] } }]),
      rules,
    );
    expect(lockOuts).toEqual([
      'anna@corp.example can\'t open "Grafana" any more.',
      'anna@corp.example can\'t open "MCP" any more.',
      'anna@corp.example can\'t reach this server any more through "MCP".',
    ]);
  });

  test('of everybody', () => {
    const { lockOuts } = reviewed(...patchRoute('Grafana', '/policyIds', []));
    expect(lockOuts).toEqual(['Nobody can open "Grafana" any more.']);
  });

  test('by the route of this server going, or leading elsewhere', () => {
    expect(reviewed('delete_route', { routeId: 'MCP' }, rules).lockOuts).toEqual([
      'This server can\'t be reached any more: its route "MCP" no longer answers.',
    ]);
    expect(reviewed(...patchRoute('MCP', '/to', ['https://10.9.9.9']), rules).lockOuts).toEqual([
      'This server may not be reached any more: its route "MCP" leads elsewhere.',
    ]);
  });

  test('by the settings of sign-in', () => {
    const patch = (path: string, value: unknown) =>
      reviewed('patch_settings', { clusterId: PRODUCTION, patch: [{ op: 'add', path, value }] }).lockOuts;
    expect(patch('/authenticateServiceUrl', 'https://login.corp.example')).toEqual([
      'Nobody may be able to sign in on cluster "production": the address where people sign in changes.',
    ]);
    expect(patch('/identityProvider', 'google')).toEqual([
      'Nobody may be able to sign in on cluster "production": the identity provider changes.',
    ]);
    expect(patch('/identityProviderClientSecret', 'new')).toEqual([
      'Nobody may be able to sign in: the client secret at the identity provider changes.',
    ]);
    expect(patch('/downstreamMtlsCaKeyPairId', 'CA')).toEqual([
      'Nobody without a client certificate may get in on cluster "production": a CA for them is set.',
    ]);
    expect(patch('/logLevel', 'warn')).toEqual([]);
  });

  test('by leaving the hosted sign-in', () => {
    const hosted = build({
      ...organization,
      settings: { identityProvider: undefined, identityProviderUrl: undefined, downstreamMtlsCaKeyPairId: 'CA' },
    });
    const input = (path: string, value: unknown) => ({
      clusterId: PRODUCTION,
      patch: [{ op: 'add', path, value }],
    });
    expect(reviewed('patch_settings', input('/identityProvider', 'oidc'), {}, hosted).lockOuts).toEqual([
      'Nobody may be able to sign in on cluster "production": the identity provider changes.',
    ]);
    const others = [
      ['/identityProviderUrl', 'https://login.corp.example'],
      ['/downstreamMtlsCaKeyPairId', 'Other CA'],
    ] as const;
    for (const [path, value] of others)
      expect(reviewed('patch_settings', input(path, value), {}, hosted).lockOuts).toEqual([]);
  });

  test('of the last owner', () => {
    expect(reviewed('remove_user_from_organization', { userId: 'anna@corp.example' }).lockOuts).toEqual([
      'Nobody is left who owns the organization.',
    ]);
    expect(reviewed('remove_user_from_organization', { userId: 'bob@corp.example' }).lockOuts).toEqual([]);
    expect(reviewed('update_organization', { name: 'Corp', ownerUserId: 'bob@corp.example' }).lockOuts).toEqual([
      'The owner hands the organization over; only the new owner can undo that.',
    ]);
    expect(reviewed('leave_organization', {}).lockOuts).toEqual([
      'The account that this server works with loses the organization.',
    ]);
  });

  test('what is not configured is listed as not checked', () => {
    expect(reviewed(...patchRoute('Grafana', '/description', 'x')).notChecked).toEqual([
      'the access of your own people (me)',
      'the route to this server (self)',
      'rules and tests (none)',
    ]);
  });
});

test('texts of others cannot pose as ours', () => {
  const before = build({
    ...organization,
    routes: [
      {
        name: 'x"\n! All is well\u202e',
        from: 'https://a.corp.example',
        to: ['https://10.0.0.1'],
        policyIds: ['Staff'],
        id: 'R',
      },
    ],
  });
  const { lockOuts } = reviewed(...patchRoute('R', '/policyIds', []), {}, before);
  expect(lockOuts).toEqual(['Nobody can open "x\\"\\n! All is well\\u202e" any more.']);
});
