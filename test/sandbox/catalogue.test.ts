import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Operation } from '../../src/operation.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import type { State } from '../../src/sandbox/store.js';
import { behaviours } from '../../src/sandbox/zero/index.js';
import { PolicyProperties } from '../../src/tools/zero/entities/policy.js';
import { RouteProperties } from '../../src/tools/zero/entities/route.js';
import { zero } from '../../src/tools/zero/index.js';

type Fields = Record<string, unknown>;

const sandbox: Sandbox = createSandbox({
  now: () => Date.parse('2026-03-02T09:00:00Z'),
  switches: { applyingPolls: 0 },
});
/** Auto-apply is off. */
let clusterId: string;
let start: State;
/** Ids of records made for these tests, by the name of the parameter. */
let made: Fields;
let records: { route: Fields; policy: Fields };

const owner = (name: string, input: Fields = {}) => sandbox.as('owner')(name, input) as Fields;
const GUEST = 'guest@example.com';

beforeAll(() => {
  const state = sandbox.snapshot();
  clusterId = Object.keys(state.clusters).find((id) => state.settings[id]?.autoApplyChangesets === false) ?? '';
  const example = (name: string) => {
    const operation = zero.operations.find((candidate) => candidate.name === name);
    return { ...operation?.defaults, ...operation?.example };
  };
  const inCluster = { clusterId, namespaceId: clusterId };
  const make = (name: string, input: Fields = {}) => owner(name, { ...example(name), ...inCluster, ...input });
  const changesetOf = () => (owner('list_changesets', { clusterId, status: 'pending' }) as unknown as Fields[])[0]?.id;

  const policy = make('create_policy', { namespaceId: clusterId, name: 'Made for this test' });
  const route = make('create_route', { name: 'Made for this test', policyIds: [] });
  made = {
    ...inCluster,
    routeId: route.id,
    policyId: policy.id,
    keyPairId: make('create_key_pair').id,
    serviceAccountId: make('create_service_account').id,
    customDomainId: make('add_custom_domain', { domainName: 'made.example.com' }).id,
    userId: make('create_api_access_user').id,
    changesetId: changesetOf(),
  };
  records = { route: writable(RouteProperties, route), policy: writable(PolicyProperties, policy) };
  owner('create_organization_invite', { emails: [GUEST], role: 'member' });
  start = sandbox.snapshot();
  const guest = {
    id: 'bGstGstGstGstGstGstGstGstGs',
    email: GUEST,
    needsOnboarding: true,
    createdAt: '',
    updatedAt: '',
  };
  start.users[guest.id] = { ...guest, type: 'user_type_interactive' };
  made.invitationId = Object.values(start.invitations).find(({ email }) => email === GUEST)?.id;
});

beforeEach(() => sandbox.restore(start));

const writable = (schema: z.ZodObject, record: Fields): Fields =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name in schema.shape));

/** A call that succeeds in the seeded organization. */
function inputOf({ name, params, query, body, defaults, example, sparse }: Operation): Fields {
  const known = new Set(
    [params, query, body].flatMap((part) => Object.keys(part && 'shape' in part ? part.shape : {})),
  );
  const ids = Object.fromEntries(Object.entries(made).filter(([field]) => known.has(field)));
  const record = sparse
    ? { ...(name === 'update_route' ? records.route : name === 'update_policy' ? records.policy : {}) }
    : {};
  const special: Record<string, Fields> = {
    get_id_token: { refreshToken: sandbox.token },
    create_cluster: { domain: owner('generate_subdomain_name').name },
    // Left out of a PUT, it would fall to its default, which is on.
    update_settings: { autoApplyChangesets: false },
    create_route: { policyIds: [made.policyId] },
    compare_changesets: { secondId: made.changesetId },
  };
  const needed = Object.fromEntries(Object.entries(example).filter(([field]) => known.has(field)));
  const patch = example.patch ? { patch: example.patch } : {};
  return { ...defaults, ...record, ...needed, ...ids, ...patch, ...special[name] };
}

const callers: Record<string, string> = {
  accept_invitation: GUEST,
  reject_invitation: GUEST,
  leave_organization: 'auditor',
  delete_current_user: 'auditor',
};

const run = (operation: Operation) =>
  sandbox.as(callers[operation.name] ?? 'owner')(operation.name, inputOf(operation));

/** All but the count of ids made so far, and when health checks last ran. */
const stateNow = (): State => ({ ...sandbox.snapshot(), counter: 0, extra: {} });

describe.each(zero.operations)('$name', (operation) => {
  test('answers in the declared shape, and nothing besides', () => {
    const answer = run(operation);
    if (operation.output) expect(operation.output.safeParse(answer).error).toBeUndefined();
    else expect(answer).toBeUndefined();
  });

  test(`does what a ${operation.effect} may do`, () => {
    const before = stateNow();
    run(operation);
    const after = stateNow();
    if (operation.effect === 'read') expect(after).toEqual(before);
    if (operation.effect === 'draft') expect(after.live).toEqual(before.live);
  });
});

test('every operation of the catalogue has a behaviour, and there is no other', () => {
  expect(Object.keys(behaviours).sort()).toEqual(zero.operations.map(({ name }) => name).sort());
});

test('apply_changeset makes what was saved run', () => {
  expect(sandbox.live(clusterId)).not.toEqual(sandbox.saved(clusterId));
  expect(owner('apply_changeset', made)).toMatchObject({ status: 'applied' });
  expect(sandbox.live(clusterId)).toEqual(sandbox.saved(clusterId));
});
