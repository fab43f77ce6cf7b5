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
    expect(headline).toBe(
      '1 route changes; everyone at contractors.example gains "grafana.corp.example"; nobody loses.',
    );
    expect(routes).toMatchObject([
      { route: 'grafana.corp.example', gains: ['everyone at contractors.example'], loses: [] },
    ]);
  });

  test('by an edit of a policy, on each route it governs', () => {
    const { headline, routes } = reviewed(...patchPolicy('Staff', '/ppl', [{ allow: { and: [{ reject: true }] } }]));
    expect(headline).toBe(
      '2 routes change; nobody gains; everyone at corp.example loses "grafana.corp.example"; ' +
        'everyone at corp.example loses "mcp.corp.example".',
    );
    expect(routes).toHaveLength(2);
  });

  test('by an enforced allow, which opens every route', () => {
    const { headline } = reviewed('create_policy', {
      namespaceId: ROOT,
      name: 'Oops',
      enforced: true,
      ppl: [{ allow: { and: [{ authenticated_user: true }] } }],
    });
    expect(headline).toContain('2 routes change; ');
    expect(headline).toContain('nobody loses');
  });

  test('by another address: one door closes, another opens', () => {
    const { routes } = reviewed(...patchRoute('Grafana', '/from', 'https://metrics.corp.example'));
    expect(routes).toMatchObject([
      { route: 'grafana.corp.example', gains: [], loses: ['everyone at corp.example'] },
      { route: 'metrics.corp.example', gains: ['everyone at corp.example'], loses: [] },
    ]);
  });

  test('by a route that goes', () => {
    expect(reviewed('delete_route', { routeId: 'Grafana' }).headline).toBe(
      '1 route changes; nobody gains; everyone at corp.example loses "grafana.corp.example".',
    );
  });

  test('nobody, by a new description', () => {
    expect(reviewed(...patchRoute('Grafana', '/description', 'Charts')).headline).toBe('Nobody gains or loses access.');
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
      reviewed('patch_settings', { clusterId: PRODUCTION, patch: [{ op: 'replace', path, value }] }).lockOuts;
    expect(patch('/authenticateServiceUrl', 'https://login.corp.example')).toEqual([
      'Nobody may be able to sign in on cluster "production": the address where people sign in changes.',
    ]);
    expect(patch('/identityProvider', 'google')).toEqual([
      'Nobody may be able to sign in on cluster "production": the identity provider changes.',
    ]);
    expect(patch('/identityProviderClientSecret', 'new')).toEqual([
      'Nobody may be able to sign in: the client secret at the identity provider changes.',
    ]);
    expect(patch('/logLevel', 'warn')).toEqual([]);
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
