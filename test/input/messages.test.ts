import { describe, expect, test } from 'vitest';
import { connect } from '../harness.js';

const MOMENT = 'expected a moment with its offset, such as 2026-11-27T18:00:00Z or 2026-11-27T19:00:00+01:00';

describe('a wrong moment is answered with the form and an example', () => {
  test.each([
    ['check_access', 'at', { url: 'https://x.example' }],
    ['list_access', 'at', {}],
    ['draft_policy', 'until', { who: { signedIn: true } }],
    ['draft_policy', 'from', { who: { signedIn: true } }],
    ['recent_changes', 'since', {}],
    ['recent_changes', 'until', {}],
    ['get_time_series', 'startTime', { clusterId: 'c', metricId: 'authz_denied', endTime: '2026-11-27T18:00:00Z' }],
    ['get_time_series', 'endTime', { clusterId: 'c', metricId: 'authz_denied', startTime: '2026-11-27T18:00:00Z' }],
    ['create_service_account', 'expiresAt', { clusterId: 'c', description: 'x', userId: 'u' }],
  ])('%s %s', async (tool, field, rest) => {
    const { fails } = await connect({ mode: 'unattended' });
    for (const moment of ['2026-11-27', 'Friday', '2026-11-27T18:00:00']) {
      expect(await fails(tool, { ...rest, [field]: moment })).toContain(`${field}: ${MOMENT}.`);
    }
  });
});

test('rules that are no JSON name the tools that write and read them', async () => {
  const { fails } = await connect({ mode: 'unattended' });
  const words =
    'ppl: expected rules as JSON, such as [{"allow":{"and":[{"domain":{"is":"corp.example"}}]}}].\n' +
    'Next: Nothing was sent. draft_policy writes rules. check_policy takes them as YAML too, and creates nothing.';
  const ppl = 'allow:\n  and:\n    - domain: {is: corp.example}\n';
  expect(await fails('create_policy', { namespaceId: 'n', name: 'Staff', ppl })).toContain(words);
  expect(await fails('update_policy', { policyId: 'p', ppl })).toContain(words);
  const core = await connect({ mode: 'unattended', toolsets: ['core'] });
  expect(await core.fails('create_policy', { namespaceId: 'n', name: 'Staff', ppl })).not.toMatch(
    /(draft|check)_policy /,
  );
  expect(await fails('update_policy', { policyId: 'p', ppl: [{ permit: {} }] })).toContain(
    'unknown field "permit" in ppl[0]',
  );
  expect(await fails('create_policy', { namespaceId: 'n', name: 'Staff' })).toContain('ppl: missing, expected');
});

test("a route's values that stand beside fields are told to go into it", async () => {
  const { fails } = await connect({ mode: 'read-only' });
  expect(await fails('validate_route', { name: 'X', from: 'https://x.example', to: ['http://x'] })).toContain(
    'Wrong arguments for validate_route: unknown fields "name", "from", "to": put them in the argument fields.',
  );
  expect(await fails('validate_route', { prefix: '/x', routeid: 'y' })).toContain(
    'unknown field "prefix": put it in the argument fields; unknown field "routeid", did you mean routeId?',
  );
  const list = await fails('list_routes', { from: 'https://x.example' });
  expect(list).toContain('unknown field "from"');
  expect(list).not.toContain('argument fields');
});

test('a cluster where a namespace is asked for is led there', async () => {
  const { fails, ok } = await connect({ mode: 'read-only' });
  expect(await fails('list_routes', { clusterId: 'staging' })).toContain(
    'unknown field "clusterId", give the cluster\'s id or name as namespaceId.',
  );
  const { items } = (await ok('list_routes', { namespaceId: 'staging' })) as { items: readonly unknown[] };
  expect(items.length).toBeGreaterThan(0);
});
