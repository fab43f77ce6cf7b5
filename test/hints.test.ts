import { expect, test } from 'vitest';
import { connect } from './harness.js';

test.each([
  [undefined, 'get_route', { routeId: 'Nowhere at all' }, 'Next: Nothing was sent. Look for it with find.'],
  [['core'], 'get_route', { routeId: 'Nowhere at all' }, 'Next: Nothing was sent. Look for it with list_routes.'],
  [['core'], 'get_policy', { policyId: 'Nowhere at all' }, 'Next: Nothing was sent. Look for it with list_policies.'],
  [['settings'], 'get_settings', { clusterId: 'Nowhere at all' }, 'Next: Nothing was sent.'],
  [['routes'], 'describe_route', { route: 'Nowhere at all' }, 'Next: Look for it with list_routes.'],
  [['policies'], 'compare_access', { policy: 'Nowhere at all', other: '{}' }, 'Next: Find it with list_policies.'],
  [undefined, 'plan_rollback', {}, 'Find the changeset with recent_changes or list_changesets; '],
  [['changesets'], 'plan_rollback', {}, 'Find the changeset with list_changesets; '],
])('with toolsets %j, the hint of %s %j names tools that are offered', async (toolsets, tool, input, hint) => {
  const { fails, client } = await connect({ toolsets, mode: 'unattended' });
  const message = await fails(tool, input);
  expect(message).toContain(hint);
  const offered = (await client.listTools()).tools.map(({ name }) => name);
  const named = message.match(/\b(find|(list|get|recent|plan)_\w+)\b/g) ?? [];
  expect(named.filter((name) => !offered.includes(name))).toEqual([]);
});
