import { activityChecks } from '../../../src/audit/checks/activity.js';
import { cluster, inDays, NOW, type Organization, PRODUCTION, ROOT, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const anna = { id: 'anna', email: 'anna@corp.example' };
const bert = { id: 'bert', email: 'bert@corp.example' };
const HOUR = 1 / 24;

/** An entry of the log, so many days from now. Entries are given newest first. */
function entry(days: number, activityType: string, type: string, id: string, data?: Row, fields: Row = {}): Row {
  return {
    id: `${activityType} ${id} ${days}`,
    createdAt: inDays(days),
    activityType,
    applied: { at: inDays(days), by: bert, changesetId: 'changeset' },
    entity: { type, id, ...(data && { data: { name: id, ...data } }) },
    namespace: { id: PRODUCTION, name: 'production' },
    user: anna,
    ...fields,
  };
}

function log(...activity: readonly Row[]): Organization {
  return { activity };
}

const by = { by: anna.email, at: inDays(-1) };

const blocked = [{ deny: { or: [{ source_ip: '198.51.100.0/24' }, { source_ip: '203.0.113.0/24' }] } }];
const blockedOne = [{ deny: { or: [{ source_ip: '198.51.100.0/24' }] } }];
const blockedApart = blocked[0]?.deny.or.map((criterion) => ({ deny: { and: [criterion] } }));
const staff = [{ allow: { and: [{ domain: 'corp.example' }] } }];
const open = [{ allow: { or: [{ accept: true }] } }];
const office = [{ allow: { or: [{ source_ip: '198.51.100.0/24' }] } }];

/** How a policy was made ten days ago, and how it was changed yesterday. */
function policyEdit(before: Row, after: Row | undefined): Organization {
  return log(
    after ? entry(-1, 'update', 'policy', 'Wall', after) : entry(-1, 'delete', 'policy', 'Wall', before),
    entry(-10, 'create', 'policy', 'Wall', before),
  );
}

function routeEdit(before: Row, after: Row): Organization {
  return {
    ...log(
      entry(-1, 'update', 'route', 'Wiki', { from: 'https://wiki.corp.example', ...after }),
      entry(-10, 'create', 'route', 'Wiki', { from: 'https://wiki.corp.example', ...before }),
    ),
    policies: [
      { name: 'Open', ppl: open },
      { name: 'Staff', ppl: staff },
      { name: 'Outsiders', ppl: [{ deny: { not: [{ domain: 'corp.example' }] } }], enforced: true },
    ],
  };
}

function settingsEdit(before: Row | undefined, after: Row, createdAt = inDays(-20)): Organization {
  return log(
    entry(-1, 'update', 'settings', 'production-settings', { createdAt, ...after }),
    ...(before ? [entry(-10, 'update', 'settings', 'production-settings', { createdAt, ...before })] : []),
  );
}

/** Changes on thirty working days in a row of weeks, always at noon. */
const habit = Array.from({ length: 40 }, (_, day) => -day)
  .filter((day) => ![0, 6].includes(new Date(NOW + day * 86_400_000).getUTCDay()))
  .map((day) => entry(day, 'update', 'route', `R${day}`));

function deletes(count: number, minutes: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) =>
    entry(-1 - (index * minutes * HOUR) / 60 / (count - 1), 'delete', 'route', `R${index}`),
  );
}

function denied(values: readonly (number | null)[]): Organization {
  const points = values.map((value, index) => ({ value, timestamp: inDays(index - values.length) }));
  return { clusters: [{ ...cluster('production'), metrics: { authz_denied: [{ labels: {}, unit: '1', points }] } }] };
}

const own = { applied: { at: inDays(-1), by: anna, changesetId: 'changeset' } };

const examples: readonly Example[] = [
  {
    id: 'ACT-01',
    fires: policyEdit({ ppl: blocked, enforced: true }, undefined),
    on: 'delete policy Wall',
    evidence: { ...by, enforced: false, denials: [2, 0] },
    innocent: policyEdit({ ppl: blocked, enforced: false }, undefined),
  },
  {
    id: 'ACT-01',
    fires: policyEdit({ ppl: blocked, enforced: true }, { ppl: blocked, enforced: false }),
    on: 'update policy Wall',
    evidence: { ...by, enforced: false, denials: [2, 0] },
    innocent: policyEdit({ ppl: open, enforced: true }, { ppl: open, enforced: false }),
  },
  {
    id: 'ACT-01',
    fires: policyEdit({ ppl: blocked, enforced: true }, { ppl: blockedOne, enforced: true }),
    on: 'update policy Wall',
    evidence: { ...by, enforced: true, denials: [2, 1] },
    innocent: policyEdit({ ppl: blocked, enforced: true }, { ppl: blockedApart, enforced: true }),
  },
  {
    id: 'ACT-02',
    fires: policyEdit({ ppl: staff }, { ppl: open }),
    on: 'update policy Wall',
    evidence: { ...by, anonymous: 'allowed' },
    innocent: policyEdit({ ppl: open }, { ppl: open, description: 'Everybody.' }),
  },
  {
    id: 'ACT-02',
    fires: policyEdit({ ppl: staff }, { ppl: office }),
    on: 'update policy Wall',
    evidence: { ...by, anonymous: 'allowed', dependsOn: ["the visitor's address"] },
    severity: 'medium',
    innocent: policyEdit({ ppl: open }, { ppl: office }),
  },
  {
    id: 'ACT-02',
    fires: routeEdit({ policyIds: ['Staff'] }, { policyIds: ['Staff', 'Open'] }),
    on: 'update route Wiki',
    evidence: { ...by, anonymous: 'allowed' },
    innocent: routeEdit({ policyIds: ['Staff'] }, { policyIds: ['Staff', 'Open'], enforcedPolicyIds: ['Outsiders'] }),
  },
  {
    // The policy was still closed when the route got it.
    id: 'ACT-02',
    fires: log(
      entry(-1, 'update', 'policy', 'Wall', { ppl: open }),
      entry(-2, 'update', 'route', 'Wiki', { policyIds: ['Wall'] }),
      entry(-3, 'create', 'policy', 'Wall', { ppl: staff }),
      entry(-4, 'create', 'route', 'Wiki', { policyIds: [] }),
    ),
    on: 'update policy Wall',
    evidence: { ...by, anonymous: 'allowed' },
    innocent: log(entry(-1, 'create', 'policy', 'Wall', { ppl: open })),
  },
  {
    id: 'ACT-03',
    fires: routeEdit({ tlsSkipVerify: false }, { tlsSkipVerify: true }),
    on: 'update route Wiki',
    evidence: { ...by, tlsSkipVerify: true },
    innocent: routeEdit({ tlsSkipVerify: true }, { tlsSkipVerify: true, description: 'Owner: office.' }),
  },
  {
    id: 'ACT-03',
    fires: settingsEdit(
      { identityProvider: 'oidc', downstreamMtlsCaKeyPairId: 'ca', logLevel: 'info' },
      { identityProvider: 'google', logLevel: 'Off' },
    ),
    on: 'update settings production',
    evidence: { ...by, logLevel: 'Off', identityProvider: 'google', downstreamMtlsCaKeyPairId: 'not set' },
    innocent: settingsEdit({ logLevel: 'error' }, { logLevel: 'off', identityProvider: 'oidc' }, inDays(-91)),
  },
  {
    // Settings whose making isn't older than the log were fresh before their first edit.
    id: 'ACT-03',
    fires: settingsEdit(undefined, { cookieHttpOnly: false }),
    on: 'update settings production',
    evidence: { ...by, cookieHttpOnly: false },
    innocent: settingsEdit(undefined, { cookieHttpOnly: false }, inDays(-91)),
  },
  {
    id: 'ACT-04',
    fires: log(entry(-1, 'update', 'route', 'Wiki', {}, own), entry(-2, 'create', 'route', 'Wiki', {}, own)),
    on: 'update route Wiki',
    evidence: { ...by, changes: 2, changesetId: 'changeset' },
    innocent: log(
      entry(-1, 'update', 'route', 'Wiki'),
      entry(-1, 'create', 'service_account', 'CI', {}, own),
      entry(-1, 'create', 'settings', 'production-settings', {}, own),
      entry(-1, 'update', 'route', 'Waits', {}, { applied: { by: anna } }),
      entry(
        -1,
        'update',
        'route',
        'System',
        {},
        { applied: { at: inDays(-1), by: {} }, user: { displayName: 'System' } },
      ),
    ),
  },
  {
    id: 'ACT-04',
    fires: log(entry(-1, 'update', 'policy', 'Wall', {}, { ...own, namespace: { id: ROOT } })),
    on: 'update policy Wall',
    evidence: { ...by, changes: 1, changesetId: 'changeset' },
    innocent: {
      ...log(entry(-1, 'update', 'policy', 'Wall', {}, { ...own, namespace: { id: ROOT } })),
      clusters: [cluster('production'), cluster('staging', {}, { autoApplyChangesets: true })],
    },
  },
  {
    id: 'ACT-05',
    fires: log(...deletes(21, 10)),
    on: 'delete route R0',
    evidence: { ...by, deletes: 21, since: inDays(-1 - HOUR / 6) },
    innocent: log(...deletes(21, 11)),
  },
  {
    id: 'ACT-05',
    fires: log(...habit, entry(-41 - 9 * HOUR, 'update', 'route', 'Night'), entry(-41.4, 'delete', 'route', 'Night')),
    on: 'update route Night',
    evidence: { by: anna.email, at: inDays(-41 - 9 * HOUR), changes: 2, otherDaysAtThatHour: 0 },
    innocent: log(...habit, entry(-40.5 - 11 * HOUR, 'update', 'route', 'Early')),
  },
  {
    id: 'ACT-06',
    fires: log(entry(-1, 'create', 'service_account', 'CI', { name: undefined, description: 'Deploys' })),
    on: 'create service account Deploys',
    evidence: { ...by, expiresAt: 'not set' },
    innocent: log(entry(-1, 'create', 'service_account', 'CI', { expiresAt: inDays(30) })),
  },
  {
    id: 'ACT-07',
    fires: denied([4, 5, null, 3, 6, 4, 60]),
    on: 'production',
    evidence: { authz_denied: { value: 60, timestamp: inDays(-1), usual: 4.4 } },
    innocent: denied([4, 5, null, 3, 6, 4, 10]),
  },
  {
    id: 'ACT-07',
    fires: denied([0, 0, 0, 0, 4, 0]),
    on: 'production',
    evidence: { authz_denied: { value: 4, timestamp: inDays(-2), usual: 0 } },
    innocent: denied([0, 0, 0, 0, 1, 0]),
  },
];

testChecks(activityChecks, examples);
