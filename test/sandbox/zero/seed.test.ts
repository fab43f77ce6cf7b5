import { describe, expect, test } from 'vitest';
import { buildFailure } from '../../../src/sandbox/build.js';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { valid } from '../../../src/sandbox/validation.js';
import { parseCertificate } from '../../../src/sandbox/zero/certificates.js';
import { planted } from '../../../src/sandbox/zero/planted.js';
import { Organization } from '../../../src/tools/zero/entities/organization.js';
import { PolicyProperties } from '../../../src/tools/zero/entities/policy.js';
import { RouteProperties } from '../../../src/tools/zero/entities/route.js';
import { SettingsProperties } from '../../../src/tools/zero/entities/settings.js';
import { zero } from '../../../src/tools/zero/index.js';
import { caller } from './calls.js';

const START = '2026-03-04T15:20:00Z';
const now = () => Date.parse(START);
const DAY = 86_400_000;

const sandbox = createSandbox({ now });
const state = sandbox.snapshot();
const admin = caller(sandbox, 'admin');

const rows = {
  routes: Object.values(state.routes),
  policies: Object.values(state.policies),
  keyPairs: Object.values(state.keyPairs),
  settings: Object.values(state.settings),
  customDomains: Object.values(state.customDomains),
  serviceAccounts: Object.values(state.serviceAccounts),
  clusters: Object.values(state.clusters),
  activity: Object.values(state.activity),
  changesets: Object.values(state.changesets),
  users: Object.values(state.users),
};

const clusterNamed = (name: string) => {
  const found = rows.clusters.find((row) => row.name === name);
  if (!found) throw new Error(`no cluster ${name}`);
  return found;
};
const production = clusterNamed('production');
const staging = clusterNamed('staging');

test('the same seed and clock make the same organization, another clock the same with other times', () => {
  expect(createSandbox({ now }).snapshot()).toEqual(state);
  const later = createSandbox({ now: () => now() + 400 * DAY }).snapshot();
  expect(later).not.toEqual(state);
  expect(Object.keys(later.routes)).toEqual(Object.keys(state.routes));
  expect(rows.clusters.map(({ fqdn }) => fqdn)).toEqual(Object.values(later.clusters).map(({ fqdn }) => fqdn));
});

describe('the organization', () => {
  test('has about the size that was asked for', () => {
    expect({
      routes: rows.routes.length,
      policies: rows.policies.length,
      clusters: rows.clusters.length,
    }).toEqual({ routes: 31, policies: 15, clusters: 2 });
  });

  test('is the only one of the API user, who is an administrator', () => {
    const organizations = admin('list_organizations');
    expect(organizations).toHaveLength(1);
    Organization.parse(organizations[0]);
    expect(organizations[0]).toMatchObject({
      name: 'Tidewrack Freight',
      role: 'admin',
      organizationType: 'professional',
    });
  });

  test('has users of every role, API users, and an invitation nobody answered', () => {
    const users = admin('list_users_in_organization');
    const count = (field: string, value: string) =>
      users.filter((user: Record<string, string>) => user[field] === value).length;
    expect(['owner', 'admin', 'auditor', 'member'].map((role) => count('organizationRole', role))).toEqual([
      1, 3, 2, 5,
    ]);
    expect(count('type', 'user_type_api_access')).toBe(3);
    const [oldest] = admin('list_organization_invites');
    expect(now() - Date.parse(oldest.createdAt)).toBeGreaterThan(14 * DAY);
  });

  test('stays within its quotas', () => {
    const { counts, limits } = admin('get_quotas');
    for (const [kind, limit] of Object.entries(limits)) expect(counts[kind], kind).toBeLessThanOrEqual(Number(limit));
  });

  test('applies by itself in staging; in production changes of two people wait', () => {
    expect(state.settings[staging.id]?.autoApplyChangesets).toBe(true);
    expect(state.settings[production.id]?.autoApplyChangesets).toBe(false);
    const pending = rows.changesets.filter(({ status }) => status === 'pending');
    expect(pending.map(({ clusterId }) => clusterId)).toEqual([production.id]);
    const waiting = rows.activity.filter(({ changesetIds }) => changesetIds.includes(pending[0]?.id ?? ''));
    expect(new Set(waiting.map(({ user }) => user.displayName)).size).toBe(2);
    expect(sandbox.live(production.id)).not.toEqual(sandbox.saved(production.id));
    expect(sandbox.live(staging.id)).toEqual(sandbox.saved(staging.id));
  });

  test('can be built as it is saved, so that what waits can be applied', () => {
    expect(rows.clusters.map(({ id }) => buildFailure(sandbox.saved(id)))).toEqual([undefined, undefined]);
  });

  test('has certificates that are fine, near their end and past it', () => {
    const left = rows.keyPairs.map(
      ({ certificate = '' }) => Date.parse(parseCertificate(certificate)[0]?.notAfter ?? '') - now(),
    );
    expect(left.some((time) => time < 0)).toBe(true);
    expect(left.some((time) => time > 0 && time < 21 * DAY)).toBe(true);
    expect(left.some((time) => time > 60 * DAY)).toBe(true);
    expect(new Set(rows.keyPairs.map(({ origin }) => origin))).toEqual(new Set(['user', 'system']));
  });

  test('has the starter domain in Zero’s form', () => {
    for (const { fqdn } of rows.clusters) expect(fqdn).toMatch(/^[a-z]+-[a-z]+-\d{4}\.pomerium\.app$/);
  });
});

describe('the records', () => {
  const only = (row: object, fields: object) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => Object.hasOwn(fields, name)));

  test('fit the API’s own schemas', () => {
    for (const row of rows.routes) valid(RouteProperties, only(row, RouteProperties.shape));
    for (const row of rows.policies) valid(PolicyProperties, only(row, PolicyProperties.shape));
    for (const row of rows.settings) valid(SettingsProperties, only(row, SettingsProperties.shape));
  });

  test('name only records that exist', () => {
    const fields = [...rows.routes, ...rows.settings, ...rows.customDomains].flatMap((row) => Object.entries(row));
    const keyPairIds = fields.filter(([name]) => /KeyPairId$|^keyPairId$/.test(name)).map(([, id]) => id);
    expect(keyPairIds.length).toBeGreaterThan(5);
    for (const id of keyPairIds) expect(state.keyPairs).toHaveProperty(String(id));
    for (const id of rows.routes.flatMap(({ policyIds }) => policyIds)) expect(state.policies).toHaveProperty(id);
  });

  test.each(['routes', 'policies', 'keyPairs', 'settings', 'customDomains', 'serviceAccounts'] as const)(
    'every one of the %s has its create entry, at its own time, and its last entry is its state',
    (table) => {
      for (const { id, createdAt, updatedAt } of rows[table]) {
        const entries = rows.activity.filter(({ entity }) => entity.id === id);
        expect(entries[0]).toMatchObject({ activityType: 'create', createdAt });
        expect(entries.slice(1).every(({ activityType }) => activityType === 'update')).toBe(true);
        expect(entries.at(-1)?.entity.data?.updatedAt).toBe(updatedAt);
      }
    },
  );

  test('that are gone were created and deleted', () => {
    const deleted = rows.activity.filter(({ activityType }) => activityType === 'delete');
    expect(deleted.length).toBeGreaterThan(2);
    for (const { entity } of deleted) {
      expect(rows.activity.find((entry) => entry.entity.id === entity.id)?.activityType).toBe('create');
      expect([state.routes, state.policies].some((table) => Object.hasOwn(table, entity.id))).toBe(false);
    }
  });

  test('have an activity log in the order of time, from before the sandbox started', () => {
    const times = rows.activity.map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort());
    expect(Date.parse(times.at(-1) ?? '')).toBeLessThan(now());
    expect(now() - Date.parse(times[0] ?? '')).toBeGreaterThan(21 * DAY);
    expect(rows.activity.some(({ user }) => user.displayName === 'Automatic System Update')).toBe(true);
    expect(JSON.stringify(rows.activity)).not.toContain('"token"');
  });

  test('were made and changed by people who may', () => {
    const writers = new Set(rows.activity.flatMap(({ user }) => user.id ?? []));
    const roles = Object.values(state.memberships).filter(({ userId }) => writers.has(userId));
    expect(new Set(roles.map(({ role }) => role))).toEqual(new Set(['owner', 'admin']));
  });
});

test('every read of the catalogue that needs no id answers in shape', () => {
  const ids = { clusterId: production.id, namespaceId: production.id };
  const reads = zero.operations.filter(
    ({ effect, path, name }) =>
      effect === 'read' && !/\{(?!organizationId|clusterId)/.test(path) && name !== 'get_id_token',
  );
  expect(reads.length).toBeGreaterThan(15);
  for (const { name } of reads) {
    const range = { startTime: '2026-03-01T00:00:00Z', endTime: '2026-03-02T00:00:00Z' };
    expect(() => admin(name, { ...ids, ...range }), name).not.toThrow();
  }
});

/** Finds a planted mistake's record by hand, and looks whether it shows what the check is about. */
describe('planted mistakes', () => {
  const route = (name: string) => rows.routes.find((row) => row.name === name);
  const policy = (name: string) => rows.policies.find((row) => row.name === name);
  const policyText = (name: string) => JSON.stringify(policy(name)?.ppl);
  const keyPair = (name: string) => rows.keyPairs.find((row) => row.name === name);
  const leafOf = (name: string) => {
    const { certificate } = keyPair(name) ?? {};
    return certificate === undefined ? undefined : parseCertificate(certificate)[0];
  };
  const notAfter = (name: string) => Date.parse(leafOf(name)?.notAfter ?? '');
  const account = (name: string) => rows.serviceAccounts.find((row) => row.description === name);
  const domain = (name: string) => rows.customDomains.find((row) => row.domainName === name);
  const settings = (name: string) => state.settings[clusterNamed(name).id];
  const policiesOf = (name: string) => (route(name)?.policyIds ?? []).map((id) => state.policies[id]?.name);
  const activity = (name: string) =>
    rows.activity.filter(
      ({ activityType, entity, namespace }) =>
        `${activityType} ${entity.type} ${entity.data?.name ?? namespace.name}` === name,
    );

  const shows: Readonly<Record<string, (name: string) => boolean>> = {
    'POL-01': (name) => /"allow".*"accept"/.test(policyText(name)),
    'POL-02': (name) => /\{"email":\{"not":|"allow":.*"0\.0\.0\.0\/0"/.test(policyText(name)),
    'POL-03': (name) => policyText(name) === '{"allow":{"and":[{"authenticated_user":true}]}}',
    'POL-04': (name) => policy(name)?.enforced === true && /"allow"/.test(policyText(name)),
    'POL-05': (name) => /"not":/.test(policyText(name)),
    'POL-06': (name) => /"and":\[[^\]]*\],"or":/.test(policyText(name)),
    'POL-10': (name) => /"email":\{"ends_with":"[^@"]+"/.test(policyText(name)),
    'POL-11': (name) => /"domain":\{"ends_with":"[^."]/.test(policyText(name)),
    'POL-12': (name) => /@gmail\.com"/.test(policyText(name)),
    'POL-16': (name) => /"groups":/.test(policyText(name)),
    'POL-19': (name) => /"http_method":\{"not_in":/.test(policyText(name)),
    'POL-20': (name) => /"http_(path|method)":/.test(policyText(name)),
    'POL-23': (name) => /\{"allow":\{"or":\[\{"source_ip":/.test(policyText(name)),
    'POL-24': (name) => /"0\.0\.0\.0\/0"/.test(policyText(name)),
    'POL-27': (name) => /"allow":.*"invalid_client_certificate":/.test(policyText(name)),
    'POL-32': (name) => /"deny":\{"or":\[\{"accept":true/.test(policyText(name)),
    'POL-38': (name) =>
      rows.routes.some(
        ({ from, policyIds }) => from.startsWith('ssh://') && policyIds.includes(policy(name)?.id ?? ''),
      ) && !/ssh_username/.test(policyText(name)),
    'RTE-02': (name) => policiesOf(name).some((found) => found === 'Public pages' || found === 'Partner portal'),
    'RTE-03': (name) => policiesOf(name).includes('Any signed-in user'),
    'RTE-04': (name) => route(name)?.tlsSkipVerify === true,
    'RTE-06': (name) => route(name)?.passIdentityHeaders === true && /^http:\/\/10\./.test(route(name)?.to?.[0] ?? ''),
    'RTE-10': (name) =>
      policiesOf(name).includes('Public pages') &&
      rows.routes.some(
        ({ from, prefix, regexPriorityOrder = 0 }) =>
          from === route(name)?.from && prefix && regexPriorityOrder < Number(route(name)?.regexPriorityOrder),
      ),
    'RTE-17': (name) => 'X-Api-Key' in (route(name)?.setRequestHeaders ?? {}),
    'RTE-18': (name) => /pomerium\.id_token/.test(JSON.stringify(route(name)?.setRequestHeaders)),
    'RTE-19': (name) =>
      route(name)?.kubernetesServiceAccountToken !== undefined && policiesOf(name).includes('Any signed-in user'),
    'RTE-21': (name) => /127\.0\.0\.1:9901/.test(route(name)?.to?.[0] ?? ''),
    'RTE-23': (name) =>
      route(name)?.bearerTokenFormat === 'idp_access_token' && !route(name)?.idpAccessTokenAllowedAudiences,
    'RTE-39': (name) => {
      const pair = state.keyPairs[route(name)?.tlsClientKeyPairId ?? ''];
      return pair !== undefined && (pair.key === undefined || notAfter(pair.name ?? '') < now());
    },
    'RTE-40': (name) => /^tcp\+https:/.test(route(name)?.from ?? '') && policiesOf(name).includes('Any signed-in user'),
    'SET-01': (name) => settings(name)?.cookieHttpOnly === false,
    'SET-06': (name) => settings(name)?.proxyLogLevel === 'error',
    'SET-10': (name) => settings(name)?.timeoutRead === '0s',
    'SET-16': (name) => settings(name)?.identityProvider !== undefined && !settings(name)?.identityProviderClientId,
    'SET-17': (name) => /^http:/.test(settings(name)?.authenticateServiceUrl ?? ''),
    'SET-19': (name) =>
      settings(name)?.identityProvider === 'google' &&
      rows.routes.some(
        (row) => row.namespaceId === clusterNamed(name).id && policiesOf(row.name).includes('Any signed-in user'),
      ),
    'SET-22': (name) =>
      settings(name)?.bearerTokenFormat === 'idp_access_token' && !settings(name)?.idpAccessTokenAllowedAudiences,
    'KEY-01': (name) =>
      notAfter(name) < now() && rows.routes.some((row) => row.tlsClientKeyPairId === keyPair(name)?.id),
    'KEY-02': (name) => notAfter(name) > now() && notAfter(name) - now() < 30 * DAY && keyPair(name)?.origin === 'user',
    'KEY-04': (name) =>
      keyPair(name)?.key === undefined && rows.routes.some((row) => row.tlsClientKeyPairId === keyPair(name)?.id),
    'KEY-05': (name) => leafOf(name)?.keyUsage.certSign === true && keyPair(name)?.key !== undefined,
    'SVC-01': (name) => account(name) !== undefined && account(name)?.expiresAt === undefined,
    'SVC-05': (name) => account(name)?.userId.includes('@') === true,
    'USR-02': (name) =>
      admin('list_users_in_organization', { userType: 'user_type_api_access' }).some(
        (user: Record<string, string>) => user.displayName === name && user.organizationRole === 'admin',
      ),
    'DOM-01': (name) => domain(name)?.lastError !== undefined,
    'DOM-02': (name) => Date.parse(domain(name)?.expiresAt ?? '') - now() < 21 * DAY,
    'CLU-01': (name) => admin('get_cluster', { clusterId: clusterNamed(name).id }).hasFailingHealthChecks,
    'CLU-03': (name) => admin('get_cluster', { clusterId: clusterNamed(name).id }).minReplicaVersion === '0.26.1',
    'CHG-02': (name) =>
      rows.changesets.some(({ status, clusterId }) => status === 'failed' && clusterId === clusterNamed(name).id),
    'ACT-01': (name) => activity(name).length === 1 && activity(name)[0]?.entity.data?.enforced === true,
    'ACT-02': (name) =>
      activity(name).length === 1 && /"not"/.test(JSON.stringify(activity(name)[0]?.entity.data?.ppl)),
    'ACT-03': (name) => activity(name).length === 1 && activity(name)[0]?.entity.data?.cookieHttpOnly === false,
  };

  test.each(planted.map(({ check, record }) => [check, record.type, record.name] as const))(
    '%s: %s %s',
    (check, _type, name) => {
      expect(shows[check]?.(name)).toBe(true);
    },
  );

  test('are listed once each, and no other record shows them', () => {
    const listed = planted.map(({ check, record }) => `${check} ${record.name}`);
    expect(new Set(listed).size).toBe(listed.length);
    const names: Readonly<Record<string, readonly string[]>> = {
      POL: rows.policies.map(({ name }) => name),
      RTE: rows.routes.map(({ name }) => name),
      SET: rows.clusters.map(({ name }) => name),
      KEY: rows.keyPairs.map(({ name = '' }) => name),
      SVC: rows.serviceAccounts.map(({ description }) => description),
      USR: rows.users.map(({ displayName = '' }) => displayName),
      DOM: rows.customDomains
        .filter(({ expiresAt, lastError }) => expiresAt ?? lastError)
        .map(({ domainName }) => domainName),
      CLU: rows.clusters.map(({ name }) => name),
      CHG: rows.clusters.map(({ name }) => name),
      ACT: rows.activity.map(
        ({ activityType, entity, namespace }) =>
          `${activityType} ${entity.type} ${entity.data?.name ?? namespace.name}`,
      ),
    };
    const found = Object.entries(shows).flatMap(([check, shown]) =>
      [...new Set(names[check.slice(0, 3)])].filter((name) => shown(name)).map((name) => `${check} ${name}`),
    );
    // An entry before a deletion looks like the deletion; what these three checks are about is the change.
    const changes = found.filter((line) => !/^ACT-\d\d create/.test(line));
    expect(changes.sort()).toEqual(listed.sort());
  });
});
