import { describe, expect, test } from 'vitest';
import { liveSnapshot } from '../../src/audit/live.js';
import { build, cluster, inDays, PRODUCTION, type Row } from './build.js';

const STAFF = { id: 'staff', name: 'Staff', ppl: { allow: { and: [{ domain: { is: 'corp.example' } }] } } };
const OPEN = { allow: { and: [{ accept: true }] } };

/** An entry of the log, so many days ago; live unless it waits. */
function edit(
  type: string,
  data: Row,
  { days = 1, action = 'update', waits = false, namespaceId = PRODUCTION } = {},
): Row {
  return {
    id: `${type} ${data.id} ${days}`,
    createdAt: inDays(-days),
    updatedAt: inDays(-days),
    activityType: action,
    applied: waits ? { by: {} } : { at: inDays(-days), by: {} },
    entity: { type, id: data.id, data },
    namespace: { id: namespaceId },
    user: {},
  };
}

const grafana: Row = {
  id: 'grafana',
  name: 'Grafana',
  from: 'https://grafana.corp.example',
  policyIds: ['staff'],
  namespaceId: PRODUCTION,
};

describe('the live state', () => {
  test('is the saved one where nothing waits', () => {
    const snapshot = build({ routes: [grafana], policies: [STAFF], activity: [edit('route', grafana)] });
    expect(liveSnapshot(snapshot)).toEqual({ snapshot, incomplete: [], doubtful: new Set() });
  });

  test('has an edited record as its newest live edit left it', () => {
    const { snapshot, incomplete } = liveSnapshot(
      build({
        routes: [{ ...grafana, from: 'https://g.corp.example' }],
        policies: [{ ...STAFF, ppl: OPEN }],
        activity: [
          edit('route', { ...grafana, from: 'https://g.corp.example' }, { waits: true }),
          edit('policy', { ...STAFF, ppl: OPEN }, { waits: true }),
          edit('route', grafana, { days: 2 }),
          edit('route', { ...grafana, from: 'https://old.corp.example' }, { days: 3 }),
          edit('policy', STAFF, { days: 4, action: 'create' }),
        ],
      }),
    );
    expect(incomplete).toEqual([]);
    expect(snapshot.routes.map(({ route, policies }) => [route.from, policies.map(({ parsed }) => parsed)])).toEqual([
      ['https://grafana.corp.example', [snapshot.policies[0]?.parsed]],
    ]);
    expect(snapshot.policies[0]?.policy.ppl).toEqual(STAFF.ppl);
  });

  test('lacks what was created and has what was deleted since', () => {
    const wiki = { ...grafana, id: 'wiki', name: 'Wiki' };
    const { snapshot, incomplete } = liveSnapshot(
      build({
        routes: [wiki],
        policies: [STAFF],
        activity: [
          edit('route', grafana, { action: 'delete', waits: true }),
          edit('route', wiki, { waits: true }),
          edit('route', wiki, { days: 2, action: 'create', waits: true }),
        ],
      }),
    );
    expect(incomplete).toEqual([]);
    expect(snapshot.routes.map(({ route, policies }) => [route.name, policies.length])).toEqual([['Grafana', 1]]);
  });

  test('lacks what was deleted, and is only going to be back', () => {
    const activity = [
      edit('route', grafana, { action: 'create', waits: true }),
      edit('route', grafana, { days: 2, action: 'delete' }),
      edit('route', grafana, { days: 3, action: 'create' }),
    ];
    expect(liveSnapshot(build({ routes: [grafana], activity }))).toMatchObject({
      snapshot: { routes: [] },
      incomplete: [],
    });
  });

  test('has settings and key pairs turned back, too', () => {
    const pair = { id: 'pair', name: 'CA', namespaceId: PRODUCTION };
    const saved = build({ keyPairs: [{ ...pair, name: 'New CA' }], settings: { cookieHttpOnly: false } });
    const [production] = saved.clusters;
    const { snapshot } = liveSnapshot({
      ...saved,
      activity: build({
        activity: [
          edit('key_pair', { ...pair, name: 'New CA' }, { waits: true }),
          edit('key_pair', pair, { days: 2 }),
          edit('settings', { id: 'production-settings', cookieHttpOnly: false }, { waits: true }),
          edit('settings', { id: 'production-settings', cookieHttpOnly: true }, { days: 2 }),
        ],
      }).activity,
    });
    expect(production?.settings?.cookieHttpOnly).toBe(false);
    expect(snapshot.clusters[0]?.settings?.cookieHttpOnly).toBe(true);
    expect(snapshot.keyPairs.map(({ name }) => name)).toEqual(['CA']);
  });

  test('enforces what was enforced before, and not what is only going to be', () => {
    const guard = {
      id: 'guard',
      name: 'Guard',
      ppl: { deny: { or: [{ accept: true }] } },
      namespaceId: 'root-namespace',
    };
    const enforced = (saved: boolean) =>
      liveSnapshot(
        build({
          routes: [grafana],
          policies: [STAFF, { ...guard, enforced: saved }],
          activity: [
            edit('policy', { ...guard, enforced: saved }, { waits: true }),
            edit('policy', { ...guard, enforced: !saved }, { days: 2 }),
          ],
        }),
      ).snapshot.routes.map(({ policies }) => policies.map(({ policy }) => policy.name));
    expect(enforced(true)).toEqual([['Staff']]);
    expect(enforced(false)).toEqual([['Staff', 'Guard']]);
  });

  test('says where the log does not tell', () => {
    const { snapshot, incomplete } = liveSnapshot(
      build({ routes: [grafana], policies: [STAFF], activity: [edit('route', grafana, { waits: true })] }),
    );
    expect(snapshot.routes[0]?.route.name).toBe('Grafana');
    expect(incomplete).toEqual([
      'route Grafana has edits that wait, and how it was before is older than the log that was read.',
    ]);

    const overtaken = [edit('route', grafana), edit('route', grafana, { days: 2, waits: true })];
    expect(liveSnapshot(build({ routes: [grafana], activity: overtaken })).incomplete).toEqual([
      'route Grafana has an edit that waits and is older than one that is live, which may have taken it along.',
    ]);

    const missing = [{ part: 'activity' as const, reason: 'forbidden' }];
    expect(liveSnapshot(build({ missing })).incomplete).toEqual([
      'The activity log could not be read (forbidden): what is saved is shown.',
    ]);
  });

  test('says which cluster may lack an edit that was applied in another', () => {
    const changesets = [{ id: 'open', status: 'pending', namespaceId: 'staging-cluster', createdAt: inDays(-5) }];
    const clusters = [cluster('production'), cluster('staging')];
    const policies = [{ ...STAFF, namespaceId: 'root-namespace' }];
    const activity = [edit('policy', STAFF)];
    expect(liveSnapshot(build({ clusters, changesets, policies, activity })).incomplete).toEqual([
      'policy Staff was applied elsewhere; whether staging runs it is not known.',
    ]);
  });
});
