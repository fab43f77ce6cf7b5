import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../../src/sandbox/behaviour.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { ids, smallSandbox } from './small-world.js';

const clusters = [ids.manual, ids.automatic];

interface Step {
  readonly user: 'owner' | 'admin';
  readonly operation: string;
  /** Picks the record to change among those there are. */
  readonly pick: number;
  readonly namespaceId: string;
  readonly flag: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  user: fc.constantFrom('owner', 'admin'),
  operation: fc.constantFrom(
    'create_route',
    'patch_route',
    'delete_route',
    'create_policy',
    'delete_policy',
    'patch_settings',
    'apply_changeset',
    'list_changesets',
  ),
  pick: fc.nat(),
  namespaceId: fc.constantFrom(ids.root, ...clusters),
  flag: fc.boolean(),
});

const switches = fc.record({
  applyingPolls: fc.constantFrom(0, 1),
  autoApplyShipsWaiting: fc.boolean(),
  newestApplied: fc.constantFrom('applied', 'current'),
});

/** The arguments of a step in the sandbox as it is; undefined when there is nothing to do it to. */
function inputOf({ operation, pick, namespaceId, flag }: Step, sandbox: Sandbox, count: number): object | undefined {
  const state = sandbox.snapshot();
  const some = (table: object) => Object.keys(table)[pick % Object.keys(table).length];
  const regex = flag ? '/.*' : '(broken';
  switch (operation) {
    case 'create_route': {
      const route = {
        namespaceId,
        name: `route ${count}`,
        from: 'https://a.example.com',
        to: ['http://a'],
        policyIds: [],
      };
      return flag ? route : { ...route, regex };
    }
    case 'patch_route': {
      const routeId = some(state.routes);
      return routeId ? { routeId, patch: [{ op: 'add', path: '/regex', value: regex }] } : undefined;
    }
    case 'delete_route': {
      const routeId = some(state.routes);
      return routeId ? { routeId } : undefined;
    }
    case 'create_policy': {
      const texts = { description: '', explanation: '', remediation: '' };
      return { namespaceId, name: `policy ${count}`, enforced: flag, ppl: {}, ...texts };
    }
    case 'delete_policy': {
      const policyId = some(state.policies);
      return policyId ? { policyId } : undefined;
    }
    case 'patch_settings': {
      const clusterId = clusters[pick % 2];
      return { clusterId, patch: [{ op: 'add', path: '/autoApplyChangesets', value: flag }] };
    }
    case 'apply_changeset': {
      const changesetId = some(state.changesets);
      return changesetId ? { changesetId } : undefined;
    }
    default:
      return {};
  }
}

test('whatever two users do, in whatever order', () => {
  fc.assert(
    fc.property(switches, fc.array(step, { maxLength: 25 }), (chosen, steps) => {
      const sandbox = smallSandbox({ switches: chosen });
      for (const [index, current] of steps.entries()) {
        const input = inputOf(current, sandbox, index);
        if (input) take(sandbox, current, input);
      }
    }),
    { numRuns: 150 },
  );
});

function take(sandbox: Sandbox, { user, operation }: Step, input: object): void {
  const before = sandbox.snapshot();
  let refused = false;
  try {
    sandbox.as(user)(operation, { ...input });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refused = true;
  }
  const after = sandbox.snapshot();
  const isChange = !['apply_changeset', 'list_changesets'].includes(operation);

  if (refused) expect(after, 'a refusal changes nothing').toEqual(before);

  const entries = Object.values(after.activity).slice(Object.keys(before.activity).length);
  expect(entries, 'every change, and nothing else, has one entry').toHaveLength(isChange && !refused ? 1 : 0);
  for (const entry of entries) expect(entry.user.email).toMatch(new RegExp(`^${user}\\.`));

  for (const clusterId of clusters) {
    const changesets = Object.values(after.changesets).filter((row) => row.clusterId === clusterId);
    const having = (status: string) => changesets.filter((row) => row.status === status);
    expect(having('pending').length, 'one pending changeset').toBeLessThanOrEqual(1);
    expect(having('applying').length, 'one applying changeset').toBeLessThanOrEqual(1);
    expect(having('current').length, 'one current changeset').toBeLessThanOrEqual(1);

    const autoApplied = after.settings[clusterId]?.autoApplyChangesets;
    if (isChange && !autoApplied && Object.keys(before.applying).length === 0)
      expect(after.live[clusterId], 'a draft changes nothing that runs').toEqual(before.live[clusterId]);

    const unsettled = ['pending', 'applying', 'failed'].some((status) => having(status).length > 0);
    if (!unsettled) expect(sandbox.live(clusterId), 'all that is saved runs').toEqual(sandbox.saved(clusterId));
  }

  for (const entry of Object.values(after.activity)) {
    const statuses = entry.changesetIds.map((id) => after.changesets[id]?.status);
    const done = statuses.some((status) => status === 'applied' || status === 'current');
    if (done) expect(entry.applied.at, 'an applied change says so').toBeDefined();
    else if (!entry.applied.changesetId) expect(entry.applied.at, 'a waiting change says so').toBeUndefined();
  }
}
