import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/audit/snapshot.js';
import type { Input, Operation } from '../../src/operation.js';
import { afterWrites } from '../../src/rails/after-call.js';
import { runPolicyTests } from '../../src/rails/policy-tests.js';
import { review } from '../../src/rails/review.js';
import { Rules } from '../../src/rails/rules.js';
import { standing } from '../../src/rails/standing.js';
import { zero } from '../../src/tools/zero/index.js';
import { build, cluster, type Organization, PRODUCTION, type Row } from '../audit/build.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

const allow = (...or: readonly Row[]) => [{ allow: { or } }];
const organization: Organization = {
  policies: [
    { name: 'Staff', ppl: allow({ domain: { is: 'corp.example' } }) },
    { name: 'Partners', ppl: allow({ domain: { is: 'corp.example' } }, { domain: { is: 'partner.example' } }) },
    { name: 'Signed in', ppl: allow({ authenticated_user: true }) },
    { name: 'Public from one place', ppl: [{ allow: { and: [{ accept: true }, { source_ip: '198.51.100.0/24' }] } }] },
    { name: 'Public', ppl: allow({ accept: true }) },
    { name: 'Broken', ppl: [{ allow: { or: [{ acept: true }] } }] },
  ],
};

/** An organization with one route, under the named policies. */
const withRoute = (policyIds: readonly string[], fields: Row = {}): Snapshot =>
  build({
    ...organization,
    routes: [{ name: 'App', from: 'https://app.corp.example', to: ['https://10.0.0.1'], policyIds, ...fields }],
  });

function reviewed(before: Snapshot, name: string, input: Input, rules: unknown = {}, doubtful?: ReadonlySet<string>) {
  const writes = [{ operation: operations.get(name) as Operation, input }];
  return review(before, afterWrites(before, writes), writes, Rules.parse(rules), doubtful);
}

const govern = (before: Snapshot, policyIds: readonly string[], rules: unknown, doubtful?: ReadonlySet<string>) =>
  reviewed(
    before,
    'patch_route',
    { routeId: 'App', patch: [{ op: 'replace', path: '/policyIds', value: policyIds }] },
    rules,
    doubtful,
  ).blocked;

describe('a route that breaks a rule already', () => {
  const onlyDomains = { invariants: [{ onlyDomains: { domains: ['corp.example'] } }] };
  const neverPublic = { invariants: [{ neverPublic: ['*'] }] };

  test('may let in fewer, not more', () => {
    const before = withRoute(['Partners']);
    expect(govern(before, ['Staff'], onlyDomains)).toEqual([]);
    expect(govern(before, ['Partners', 'Staff'], onlyDomains)).toEqual([]);
    expect(govern(before, ['Signed in'], onlyDomains)).toEqual([
      expect.stringContaining('"only domains: corp.example" would be broken by route "App"'),
    ]);
  });

  test('may be public for fewer, not for more; what those who sign in get is another matter', () => {
    const before = withRoute(['Public from one place']);
    expect(govern(before, ['Public from one place', 'Staff'], neverPublic)).toEqual([]);
    expect(govern(before, ['Public'], neverPublic)).toHaveLength(1);
    expect(govern(withRoute(['Public']), ['Public from one place'], neverPublic)).toEqual([]);
  });

  test('may not lead to yet another place', () => {
    const rules = { invariants: [{ toOnlyIn: ['10.0.0.0/8'] }] };
    const before = withRoute(['Staff'], { to: ['https://203.0.113.1', 'https://10.0.0.1'] });
    const lead = (to: readonly string[]) => {
      const patch = [{ op: 'replace', path: '/to', value: to }];
      return reviewed(before, 'patch_route', { routeId: 'App', patch }, rules).blocked;
    };
    expect(lead(['https://203.0.113.1'])).toEqual([]);
    expect(lead(['https://203.0.113.1', 'https://203.0.113.2'])).toHaveLength(1);
  });

  test('counts as new where it is not known how it was', () => {
    const described = (doubtful?: ReadonlySet<string>) => {
      const patch = [{ op: 'add', path: '/description', value: 'x' }];
      return reviewed(withRoute(['Public']), 'patch_route', { routeId: 'App', patch }, neverPublic, doubtful).blocked;
    };
    expect(described()).toEqual([]);
    expect(described(new Set(['App']))).toHaveLength(1);
  });
});

describe('what decides on a route and is not known', () => {
  const rules = {
    invariants: [{ neverPublic: ['*'] }],
    tests: [{ who: 'anonymous', url: 'https://app.corp.example', expect: 'deny' }],
  };

  test('a policy that cannot be read breaks rules and fails tests', () => {
    expect(govern(withRoute(['Staff']), ['Staff', 'Elsewhere'], rules)).toEqual([
      'The rule "never public: *" would be broken by route "App": it can\'t be decided who can open it: policy Elsewhere could not be read.',
      'The test "anonymous opens https://app.corp.example → deny" would fail: route "App": policy Elsewhere could not be read.',
    ]);
  });

  test('a policy that cannot be parsed contributes nothing, and a route under it alone is open to nobody', () => {
    expect(govern(withRoute(['Staff']), ['Staff', 'Broken'], rules)).toEqual([]);
    const input = { routeId: 'App', patch: [{ op: 'replace', path: '/policyIds', value: ['Broken'] }] };
    expect(reviewed(withRoute(['Staff']), 'patch_route', input).lockOuts).toEqual(['Nobody can open "App" any more.']);
  });

  test('a deleted policy governs nothing', () => {
    const { headline } = reviewed(withRoute(['Staff', 'Public']), 'delete_policy', { policyId: 'Public' });
    expect(headline).toMatch(/^Nobody gains; .* loses "app\.corp\.example"\.$/);
  });
});

test('hosts with wildcards: a pattern takes a route whose own wildcard reaches into it', () => {
  const rules = (host: string) => ({ invariants: [{ neverPublic: [host] }] });
  const before = withRoute(['Staff'], { from: 'https://*.corp.example' });
  expect(govern(before, ['Public'], rules('admin.corp.example'))).toHaveLength(1);
  expect(govern(before, ['Public'], rules('*.other.example'))).toEqual([]);
});

test('a route that redirects leads nowhere outside', () => {
  const rules = { invariants: [{ toOnlyIn: ['10.0.0.0/8'] }] };
  const moved = { to: undefined, redirect: { hostRedirect: 'elsewhere.example' } };
  expect(standing(withRoute(['Staff'], moved), Rules.parse(rules)).invariants[0]?.holds).toBe(true);
});

describe('policy tests and several clusters', () => {
  const clusters = [cluster('production'), cluster('staging')];
  const from = 'https://app.corp.example';
  const route = (name: string, namespaceId: string, policyIds: readonly string[]) => ({
    name,
    namespaceId,
    from,
    to: ['https://10.0.0.1'],
    policyIds,
  });
  const results = (routes: readonly Row[], test: Row) =>
    runPolicyTests(
      build({ ...organization, clusters, routes }),
      Rules.parse({ tests: [{ who: 'ada@corp.example', url: from, expect: 'allow', ...test }] }).tests ?? [],
    ).map(({ passed, detail }) => [passed, detail]);
  const both = [route('App', PRODUCTION, ['Staff']), route('Staging app', 'staging-cluster', [])];

  test('one has to be named where two answer', () => {
    expect(results(both, {})).toEqual([[false, 'several clusters have a route for it: name one with cluster']]);
    expect(results(both, { cluster: 'production' })).toEqual([[true, 'route "App": allowed']]);
    expect(results(both, { cluster: 'staging', expect: 'deny' })).toEqual([[true, 'route "Staging app": denied:403']]);
    expect(results(both, { cluster: 'nowhere', expect: 'deny' })).toEqual([[false, 'there is no cluster "nowhere"']]);
  });

  test("the proxy's own pages are nobody's to allow or deny", () => {
    const [own] = results(both.slice(0, 1), { url: `${from}/ping`, expect: 'deny' });
    expect(own).toEqual([false, expect.stringContaining('the proxy itself answers')]);
  });

  test('a cluster that goes takes its routes along, the way to this server too', () => {
    const { headline, lockOuts } = reviewed(
      build({ ...organization, clusters, routes: both }),
      'delete_cluster',
      { clusterId: PRODUCTION },
      { self: from },
    );
    expect(headline).toBe(
      'This server can\'t be reached any more: its route "App" no longer answers. ' +
        'Nobody gains; everyone at corp.example loses "app.corp.example".',
    );
    expect(lockOuts).toEqual(['This server can\'t be reached any more: its route "App" no longer answers.']);
  });
});

test('a self that no route answers is listed as not checked', () => {
  const { notChecked } = reviewed(
    withRoute(['Staff']),
    'delete_route',
    { routeId: 'App' },
    { me: ['ada@corp.example'], self: 'https://nowhere.example' },
  );
  expect(notChecked).toContain('the route to this server (no route answers self)');
});

test('somebody of the own people who can no longer manage the organization', () => {
  const before = build({
    users: ['ada', 'grace'].map((name) => ({ email: `${name}@corp.example`, organizationRole: 'owner' })),
  });
  const input = { userId: 'ada@corp.example' };
  expect(reviewed(before, 'remove_user_from_organization', input, { me: ['Ada@corp.example'] }).lockOuts).toEqual([
    "Ada@corp.example can't manage the organization any more.",
  ]);
});

test('what could not be read holds nothing', () => {
  const missing = [{ part: 'users' as const, reason: 'forbidden' }];
  const rules = Rules.parse({ invariants: [{ onlyAdmins: ['ada@corp.example'] }, { noTlsSkipVerify: true }] });
  expect(standing(build({ missing }), rules)).toMatchObject({
    invariants: [{ holds: false, notChecked: 'users: forbidden' }, { holds: true }],
    passed: 1,
    failed: 1,
  });
});
