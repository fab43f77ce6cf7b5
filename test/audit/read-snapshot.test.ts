import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readSnapshot } from '../../src/audit/read-snapshot.js';
import { ToolError } from '../../src/errors.js';
import type { Input } from '../../src/operation.js';
import type { Sources } from '../../src/report.js';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import { HIDDEN, secretsIn } from '../../src/secret.js';
import { zero } from '../../src/tools/zero/index.js';
import { connect } from '../harness.js';
import { sceneOf } from '../scene.js';

async function scene(options: SandboxOptions = {}) {
  const sandbox = createSandbox(options);
  const { sources } = await connect({ sandbox });
  const { organizationId, waiting, automatic, rootNamespaceId } = sceneOf(sandbox);
  return { sandbox, sources, organizationId, waiting, automatic, rootNamespaceId, admin: sandbox.as('admin') };
}

describe('a whole organization', () => {
  test('is read with every kind of record, each list in one pass', async () => {
    const { sandbox, sources, organizationId } = await scene();
    const snapshot = await readSnapshot({ organizationId }, sources);
    const state = sandbox.snapshot();
    const counted = (rows: object) => Object.values(rows).length;
    expect(snapshot.missing).toEqual([]);
    expect(snapshot.organization.name).toBe('Tidewrack Freight');
    expect({
      clusters: snapshot.clusters.length,
      routes: snapshot.routes.length,
      policies: snapshot.policies.length,
      keyPairs: snapshot.keyPairs.length,
      customDomains: snapshot.customDomains.length,
      serviceAccounts: snapshot.serviceAccounts.length,
      changesets: snapshot.changesets.length,
    }).toEqual({
      clusters: counted(state.clusters),
      routes: counted(state.routes),
      policies: counted(state.policies),
      keyPairs: counted(state.keyPairs),
      customDomains: counted(state.customDomains),
      serviceAccounts: counted(state.serviceAccounts),
      changesets: counted(state.changesets),
    });
    for (const part of [snapshot.users, snapshot.invites, snapshot.activity]) expect(part.length).toBeGreaterThan(0);
    for (const { settings, health, replicas, metrics } of snapshot.clusters) {
      expect(settings?.id).toBeDefined();
      expect(Math.min(health.length, replicas.length)).toBeGreaterThan(0);
      expect(Object.keys(metrics)).toEqual(['authz_denied', 'authz_err']);
    }
    const reads = sandbox.requests.filter(({ operation }) => operation === 'list_routes');
    // The second asks whether there is more.
    expect(reads.map(({ url }) => new URL(url, 'http://x').searchParams.get('offset'))).toEqual([
      '0',
      String(snapshot.routes.length),
    ]);
    expect(sandbox.requests.filter(({ operation }) => operation === 'get_route')).toEqual([]);
  });

  test('comes without secrets, which leaves what a header takes from the session', async () => {
    const { sources, organizationId, admin, rootNamespaceId } = await scene({ switches: { echoSecrets: true } });
    const snapshot = await readSnapshot({ organizationId }, sources);
    const text = JSON.stringify(snapshot);
    const schema = sources.operations.get('list_routes')?.output;
    const answer = admin('list_routes', { namespaceId: rootNamespaceId, includeDescendants: true });
    const plain = secretsIn(schema ?? z.unknown(), answer).filter(
      ({ value }) => !String(value).includes('${pomerium.'),
    );
    expect(plain.length).toBeGreaterThan(1);
    for (const { value } of plain) expect(text).not.toContain(value);
    const headersOf = (name: string) =>
      snapshot.routes.find(({ route }) => route.name === name)?.route.setRequestHeaders;
    expect(headersOf('Stock API')).toEqual({ 'X-Api-Key': HIDDEN });
    expect(headersOf('Reporting')).toEqual({ Authorization: `${HIDDEN} \${pomerium.id_token}` });
  });

  test('shows edits newest first', async () => {
    const { sources, organizationId } = await scene();
    const { activity } = await readSnapshot({ organizationId }, sources);
    const times = activity.map(({ createdAt }) => createdAt ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('is read to the end, page by page', async () => {
    const routes = Array.from({ length: 250 }, (_, index) => ({ id: `r${index}`, name: `Route ${index}` }));
    const answers: Readonly<Record<string, readonly object[]>> = {
      list_namespaces: [{ id: 'root', type: 'root' }],
      list_clusters: [],
      list_routes: routes,
    };
    const read = async (name: string, { offset, limit }: Input) =>
      answers[name]?.slice(Number(offset ?? 0), Number(offset ?? 0) + Number(limit ?? 1000));
    const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));
    const sources = { read, operations, now: () => 0 } as unknown as Sources;
    const snapshot = await readSnapshot({ organizationId: 'o', parts: ['routes'] }, sources);
    expect(snapshot.routes.map(({ route }) => route.id)).toEqual(routes.map(({ id }) => id));
  });
});

describe('what cannot be read', () => {
  test('is missing with its reason, and the rest is there', async () => {
    const { sandbox, sources, organizationId } = await scene();
    sandbox.faults.add({ operation: 'list_users_in_organization', fault: { kind: 'status', status: 403 } });
    sandbox.faults.add({ operation: 'get_settings', fault: { kind: 'status', status: 403 } });
    const { missing, users, clusters, routes } = await readSnapshot({ organizationId }, sources);
    expect(missing).toEqual([
      { part: 'users', reason: expect.stringContaining('list_users_in_organization') },
      { part: 'settings', clusterId: clusters[0]?.cluster.id, reason: expect.stringContaining('get_settings') },
    ]);
    expect(users).toEqual([]);
    expect(clusters.map(({ settings }) => settings !== undefined)).toEqual([false, true]);
    expect(routes.length).toBeGreaterThan(0);
  });

  test('ends the reading where nothing could be placed without it', async () => {
    const { sandbox, sources, organizationId } = await scene();
    sandbox.faults.add({ operation: 'list_namespaces', fault: { kind: 'status', status: 403 } });
    await expect(readSnapshot({ organizationId }, sources)).rejects.toThrow(ToolError);
  });

  test('is nothing that was not asked for', async () => {
    const { sandbox, sources, organizationId } = await scene();
    const { missing, users, settings } = await readSnapshot(
      { organizationId, parts: ['routes', 'policies'] },
      sources,
    ).then((snapshot) => ({ ...snapshot, settings: snapshot.clusters[0]?.settings }));
    expect({ missing, users, settings }).toEqual({ missing: [], users: [], settings: undefined });
    const read = new Set(sandbox.requests.map(({ operation }) => operation));
    expect([...read].toSorted()).toEqual([
      'get_id_token',
      'list_clusters',
      'list_namespaces',
      'list_policies',
      'list_routes',
    ]);
  });
});

describe('one cluster', () => {
  test('is read alone, with the policies above it that its routes name', async () => {
    const { sandbox, sources, organizationId, waiting, automatic, rootNamespaceId, admin } = await scene();
    const shared = admin('create_policy', {
      namespaceId: rootNamespaceId,
      name: 'From above',
      enforced: false,
      ppl: [{ allow: { or: [{ email: { is: 'anna@tidewrack.example' } }] } }],
      description: '',
      explanation: '',
      remediation: '',
    }) as { readonly id: string };
    const [route] = admin('list_routes', { namespaceId: waiting.namespaceId }) as readonly { readonly id: string }[];
    const routeId = route?.id ?? '';
    admin('patch_route', { routeId, patch: [{ op: 'replace', path: '/policyIds', value: [shared.id] }] });

    const snapshot = await readSnapshot({ organizationId, clusterId: waiting.id }, sources);
    expect(snapshot.clusters.map(({ cluster }) => cluster.id)).toEqual([waiting.id]);
    expect(new Set(snapshot.routes.map((view) => view.route.namespaceId))).toEqual(new Set([waiting.namespaceId]));
    const view = snapshot.routes.find((candidate) => candidate.route.id === routeId);
    expect(view).toMatchObject({ unreadPolicyIds: [], clusterIds: [waiting.id] });
    expect(view?.policies[0]?.policy.name).toBe('From above');
    expect(snapshot.namespaces.map(({ id }) => id).toSorted()).toEqual(
      [rootNamespaceId, waiting.namespaceId].toSorted(),
    );
    expect(snapshot.users).toEqual([]);
    expect(snapshot.missing).toEqual(
      (['organization', 'users', 'invites'] as const).map((part) => ({
        part,
        reason: 'only one cluster is looked at',
      })),
    );
    expect(sandbox.requests.filter(({ url }) => url.includes(automatic.id))).toEqual([]);
  });
});
