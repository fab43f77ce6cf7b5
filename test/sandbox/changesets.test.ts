import { describe, expect, test } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.js';
import { ids, smallSandbox } from './small-world.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field.
type Body = any;

/** A sandbox with calls that answer bodies, by owner and admin. */
function start(options?: SandboxOptions) {
  const sandbox = smallSandbox(options);
  const as = (user: string) => (operation: string, input?: Record<string, unknown>) =>
    sandbox.as(user)(operation, input) as Body;
  const owner = as('owner');
  const changesets = (clusterId: string): Body[] => owner('list_changesets', { clusterId });
  const pending = (clusterId: string): Body => owner('list_changesets', { clusterId, status: 'pending' })[0];
  return { sandbox, owner, admin: as('admin'), changesets, pending };
}

const route = (name: string, fields: object = {}) => ({
  namespaceId: ids.manual,
  name,
  from: `https://${name}.sample-cluster-1000.pomerium.app`,
  to: ['http://app:80'],
  policyIds: [],
  ...fields,
});

const liveNames = (sandbox: Sandbox, clusterId: string) =>
  Object.values(sandbox.live(clusterId).routes).map(({ name }) => name);

describe('a cluster that does not auto-apply', () => {
  test("gathers every user's changes in one pending changeset", () => {
    let now = Date.parse('2026-03-02T09:00:00Z');
    const { owner, admin, changesets } = start({ now: () => now });
    owner('create_route', route('one'));
    now += 60_000;
    admin('create_route', route('two'));
    expect(changesets(ids.manual)).toEqual([
      expect.objectContaining({
        status: 'pending',
        namespaceId: ids.manual,
        createdAt: '2026-03-02T09:00:00.000Z',
        updatedAt: '2026-03-02T09:01:00.000Z',
      }),
    ]);
  });

  test('runs nothing of it until the changeset is applied, then all of it', () => {
    const { sandbox, owner, admin, pending, changesets } = start();
    owner('create_route', route('one'));
    admin('create_route', route('two'));
    expect(liveNames(sandbox, ids.manual)).toEqual([]);
    expect(Object.keys(sandbox.saved(ids.manual).routes)).toHaveLength(2);

    const applying = admin('apply_changeset', { changesetId: pending(ids.manual).id });
    expect(applying.status).toBe('applying');
    expect(liveNames(sandbox, ids.manual)).toEqual([]);
    expect(changesets(ids.manual)[0].status).toBe('applying');
    expect(changesets(ids.manual)[0].status).toBe('applied');
    expect(liveNames(sandbox, ids.manual)).toEqual(['one', 'two']);
  });

  test('says in the activity log when, by whom and with what a change was applied', () => {
    const { owner, admin, pending } = start({ switches: { applyingPolls: 0 } });
    const { id } = owner('create_route', route('one'));
    const before = owner('list_activity_logs', { entityId: id });
    expect(before).toEqual([
      expect.objectContaining({
        activityType: 'create',
        applied: { by: {} },
        namespace: expect.objectContaining({ id: ids.manual }),
      }),
    ]);
    expect(before[0].user.email).toMatch(/^owner\./);
    expect(before[0].entity).toMatchObject({ type: 'route', id, data: { name: 'one' } });

    const changeset = admin('apply_changeset', { changesetId: pending(ids.manual).id });
    const [after] = owner('list_activity_logs', { entityId: id });
    expect(after.applied).toMatchObject({ at: '2026-03-02T09:00:00.000Z', changesetId: changeset.id });
    expect(after.applied.by.email).toMatch(/^admin\./);
  });

  test('puts edits made while a changeset is applied into the next one', () => {
    const { sandbox, owner, pending, changesets } = start();
    owner('create_route', route('one'));
    owner('apply_changeset', { changesetId: pending(ids.manual).id });
    owner('create_route', route('late'));
    changesets(ids.manual);
    expect(changesets(ids.manual).map(({ status }) => status)).toEqual(['pending', 'applied']);
    expect(liveNames(sandbox, ids.manual)).toEqual(['one']);
  });

  test('compares what waits with what was applied last, entity by entity', () => {
    const { owner, admin, pending } = start({ switches: { applyingPolls: 0 } });
    owner('create_route', route('one'));
    const first = owner('apply_changeset', { changesetId: pending(ids.manual).id });
    const { id } = owner('create_route', route('two'));
    admin('patch_route', { routeId: id, patch: [{ op: 'add', path: '/description', value: 'second' }] });
    const policy = admin('create_policy', {
      namespaceId: ids.manual,
      name: 'Staff',
      enforced: false,
      ppl: [],
      description: '',
      explanation: '',
      remediation: '',
    });

    const compared = owner('compare_changesets', { clusterId: ids.manual });
    expect(compared.startChangeset.id).toBe(first.id);
    expect(compared.endChangeset.status).toBe('pending');
    expect(
      compared.entities.map((entries: Body[]) => entries.map((entry) => [entry.activityType, entry.entity.id])),
    ).toEqual([
      [
        ['create', id],
        ['update', id],
      ],
      [['create', policy.id]],
    ]);
  });

  test('can start a comparison at the beginning instead', () => {
    const { owner, pending } = start({ switches: { applyingPolls: 0, compareFrom: 'beginning' } });
    owner('create_route', route('one'));
    owner('apply_changeset', { changesetId: pending(ids.manual).id });
    owner('create_route', route('two'));
    const compared = owner('compare_changesets', { clusterId: ids.manual });
    expect(compared).not.toHaveProperty('startChangeset');
    expect(compared.entities).toHaveLength(2);
  });

  test('ends a comparison at the newest changeset, or at one that is named', () => {
    const { owner, pending } = start({ switches: { applyingPolls: 0, compareTo: 'newest' } });
    owner('create_route', route('one'));
    const { id } = owner('apply_changeset', { changesetId: pending(ids.manual).id });
    const compare = (input: object = {}) => owner('compare_changesets', { clusterId: ids.manual, ...input });
    expect(compare().endChangeset.id).toBe(id);
    owner('create_route', route('two'));
    expect(compare().endChangeset.status).toBe('pending');
    expect(compare({ secondId: id })).toMatchObject({
      endChangeset: { id },
      entities: [[{ entity: { data: { name: 'one' } } }]],
    });
    expect(compare({ firstId: pending(ids.manual).id }).entities).toEqual([]);
  });

  test('compares changesets of its own only', () => {
    const { owner, changesets } = start();
    owner('create_route', route('shared', { namespaceId: ids.root }));
    const secondId = changesets(ids.automatic)[0].id;
    expect(() => owner('compare_changesets', { clusterId: ids.manual, secondId })).toThrow(
      'secondId: changeset is of another cluster',
    );
    expect(() => owner('compare_changesets', { clusterId: ids.foreignCluster })).toThrow('viewer user required');
  });

  test("fails to apply what can't be built, keeps running what ran, and ships the rest once repaired", () => {
    const { sandbox, owner, pending, changesets } = start({ switches: { applyingPolls: 0 } });
    const { id } = owner('create_route', route('broken', { regex: '(?=look)' }));
    const failed = owner('apply_changeset', { changesetId: pending(ids.manual).id });
    expect(failed.status).toBe('failed');
    expect(failed.failureMessage).toMatch(/^route "broken": invalid regex "\(\?=look\)"/);
    expect(liveNames(sandbox, ids.manual)).toEqual([]);

    owner('patch_route', { routeId: id, patch: [{ op: 'replace', path: '/regex', value: '/look.*' }] });
    expect(owner('compare_changesets', { clusterId: ids.manual }).entities[0]).toHaveLength(2);
    owner('apply_changeset', { changesetId: pending(ids.manual).id });
    expect(changesets(ids.manual).map(({ status }) => status)).toEqual(['applied', 'failed']);
    expect(liveNames(sandbox, ids.manual)).toEqual(['broken']);
    expect(owner('list_activity_logs', { entityId: id }).map((entry: Body) => entry.applied.at)).toEqual([
      '2026-03-02T09:00:00.000Z',
      '2026-03-02T09:00:00.000Z',
    ]);
  });

  test('fails on a policy that parses and does not compile, once a route uses it', () => {
    const { owner, pending } = start({ switches: { applyingPolls: 0 } });
    const policy = owner('create_policy', {
      namespaceId: ids.manual,
      name: 'Read only',
      enforced: false,
      ppl: { deny: { or: [{ http_method: { not_in: ['GET', 'HEAD'] } }] } },
      description: '',
      explanation: '',
      remediation: '',
    });
    expect(owner('apply_changeset', { changesetId: pending(ids.manual).id }).status).toBe('applied');
    owner('create_route', route('one', { policyIds: [policy.id] }));
    expect(owner('apply_changeset', { changesetId: pending(ids.manual).id }).failureMessage).toBe(
      'route "one": error building policy evaluators: policy "Read only": rego_unsafe_var_error: var _ is unsafe',
    );
  });

  test.each([
    { applyNotPending: 409 as const, refused: /^changeset is applied, not pending$/ },
    { applyNotPending: 400 as const, refused: /^changeset is applied, not pending$/ },
    { applyNotPending: 200 as const, refused: undefined },
  ])('applies a changeset once (switch $applyNotPending)', ({ applyNotPending, refused }) => {
    const { owner, pending } = start({ switches: { applyingPolls: 0, applyNotPending } });
    owner('create_route', route('one'));
    const { id } = owner('apply_changeset', { changesetId: pending(ids.manual).id });
    const again = () => owner('apply_changeset', { changesetId: id });
    if (refused)
      expect(again).toThrow(
        expect.objectContaining({ status: applyNotPending, message: expect.stringMatching(refused) }),
      );
    else expect(again().status).toBe('applied');
  });

  test.each([
    { switches: { newestApplied: 'current' as const }, statuses: ['current', 'applied'] },
    { switches: { newestApplied: 'applied' as const }, statuses: ['applied', 'applied'] },
  ])('ends changesets as $statuses', ({ switches, statuses }) => {
    const { owner, pending, changesets } = start({ switches: { applyingPolls: 0, ...switches } });
    for (const name of ['one', 'two']) {
      owner('create_route', route(name));
      owner('apply_changeset', { changesetId: pending(ids.manual).id });
    }
    expect(changesets(ids.manual).map(({ status }) => status)).toEqual(statuses);
  });

  test('can call what was not built rejected', () => {
    const { owner, pending } = start({ switches: { applyingPolls: 0, unbuildable: 'rejected' } });
    owner('create_route', route('broken', { regex: '(' }));
    expect(owner('apply_changeset', { changesetId: pending(ids.manual).id }).status).toBe('rejected');
  });
});

describe('a cluster that auto-applies', () => {
  const automatic = (name: string) => route(name, { namespaceId: ids.automatic });

  test('runs a change as soon as it is saved', () => {
    const { sandbox, owner, changesets } = start();
    const { id } = owner('create_route', automatic('one'));
    expect(liveNames(sandbox, ids.automatic)).toEqual(['one']);
    expect(changesets(ids.automatic).map(({ status }) => status)).toEqual(['applied']);
    expect(owner('list_activity_logs', { entityId: id })[0].applied.at).toBe('2026-03-02T09:00:00.000Z');
  });

  test("takes the write although the configuration can't be built, and keeps running what ran", () => {
    const { sandbox, owner, changesets } = start();
    owner('create_route', { ...automatic('broken'), regex: '(' });
    expect(changesets(ids.automatic)[0]).toMatchObject({
      status: 'failed',
      failureMessage: expect.stringContaining('invalid regex'),
    });
    expect(liveNames(sandbox, ids.automatic)).toEqual([]);
  });

  test('a record above it goes live here and waits there', () => {
    const { sandbox, owner, pending } = start();
    owner('create_route', route('shared', { namespaceId: ids.organization }));
    expect(liveNames(sandbox, ids.automatic)).toEqual(['shared']);
    expect(liveNames(sandbox, ids.manual)).toEqual([]);
    expect(pending(ids.manual)).toMatchObject({ status: 'pending' });
    expect(pending(ids.automatic)).toBeUndefined();
  });

  test('a record that is moved out of it is gone from it at once, and waits where it goes', () => {
    const { sandbox, owner, pending } = start();
    const { id } = owner('create_route', automatic('one'));
    owner('patch_route', { routeId: id, patch: [{ op: 'replace', path: '/namespaceId', value: ids.manual }] });
    expect(liveNames(sandbox, ids.automatic)).toEqual([]);
    expect(liveNames(sandbox, ids.manual)).toEqual([]);
    expect(Object.keys(sandbox.saved(ids.manual).routes)).toEqual([id]);
    expect(pending(ids.manual)).toMatchObject({ status: 'pending' });
  });

  const switchOn = { clusterId: ids.manual, patch: [{ op: 'replace', path: '/autoApplyChangesets', value: true }] };

  test('ships what waited when it is switched on', () => {
    const { sandbox, owner, pending } = start();
    owner('create_route', route('waiting'));
    owner('patch_settings', switchOn);
    expect(liveNames(sandbox, ids.manual)).toEqual(['waiting']);
    expect(pending(ids.manual)).toBeUndefined();
  });

  test('can leave what waited where it is, and ship only later changes', () => {
    const { sandbox, owner, pending } = start({ switches: { autoApplyShipsWaiting: false } });
    owner('create_route', route('waiting'));
    owner('patch_settings', switchOn);
    owner('create_route', route('later'));
    expect(liveNames(sandbox, ids.manual)).toEqual(['later']);
    expect(sandbox.live(ids.manual).settings.autoApplyChangesets).toBe(true);
    expect(owner('list_activity_logs', { changesetId: pending(ids.manual).id })).toHaveLength(1);
  });
});
