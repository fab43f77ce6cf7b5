import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { routeSwitches } from '../../src/sandbox/zero/route-switches.js';
import { connect, type Fields } from '../harness.js';
import { sceneOf, writes } from '../scene.js';

interface Cluster extends Fields {
  readonly name: string;
  readonly pending: Fields & { readonly records: number };
}
interface Overview extends Fields {
  readonly clusters: readonly [Cluster, Cluster];
  readonly audit: Fields & { readonly findings: Readonly<Record<string, number>> };
}

const MOST_LINES = 40;

async function scene(options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect({ mode: 'read-only', ...options });
  const look = async (input: Fields = {}) => (await harness.ok('overview', input)) as Overview;
  return { ...harness, look, place: sceneOf(harness.sandbox) };
}

describe('overview', () => {
  test('shows the organization on one screen, and writes nothing', async () => {
    const { look, sandbox, place } = await scene();
    const seen = await look();
    expect(encode(JSON.stringify(seen)).length).toBeLessThan(1500);
    expect(seen).toMatchObject({
      organization: {
        id: place.organizationId,
        name: 'Tidewrack Freight',
        plan: 'professional',
        users: 8,
        apiUsers: 3,
        invitations: 2,
      },
      clusters: [
        {
          id: place.waiting.id,
          name: 'production',
          domain: place.waiting.fqdn,
          health: ['warning: certificates_current: Expired: EDI gateway client'],
          replicas: 2,
          versions: ['0.33.1'],
          autoApply: false,
          routes: 24,
          pending: {
            records: 3,
            by: { 'priya.raman@tidewrack.example': 2, 'tomas.beltran@tidewrack.example': 1 },
            oldest: expect.stringMatching(/T09:18:00.000Z$/),
          },
        },
        { name: 'staging', versions: ['0.26.1', '0.33.1'], autoApply: true, routes: 7, pending: 'nothing' },
      ],
      used: { routes: '31/100', clusters: '2/5', policies: '15/100' },
      warnings: ['staging: its replicas run different versions.'],
    });
    expect(writes(sandbox)).toEqual([]);
  });

  test('counts the findings of the audit, and names the critical and high ones', async () => {
    const { look, ok } = await scene();
    const { audit } = await look();
    const { items } = (await ok('audit', { severity: 'high' })) as {
      items: readonly { check: string; severity: string; title: string; records: readonly unknown[] }[];
    };
    for (const severity of ['critical', 'high']) {
      const lines = items
        .filter((group) => group.severity === severity)
        .map(({ check, title, records }) => `${check} ${title}: ${records.length}`);
      expect(audit[severity]).toEqual(lines.slice(0, MOST_LINES));
      const count = lines.reduce((sum, line) => sum + Number(line.split(': ').at(-1)), 0);
      expect(audit.findings[severity]).toBe(count);
    }
    expect(audit.critical).toContain('RTE-02 Route open to the internet: 2');
    expect(audit.omitted).toBe(items.filter(({ severity }) => severity === 'high').length - MOST_LINES);
  });

  test('leaves out the findings that the operator lives with', async () => {
    const [before, after] = await Promise.all([
      scene(),
      scene({
        rules: {
          acceptedRisks: [
            { check: 'RTE-02', subject: 'Status page', reason: 'It is for everybody.', expires: '2999-01-01' },
          ],
        },
      }),
    ]);
    const [all, fewer] = [await before.look(), await after.look()];
    expect(fewer.audit.findings.critical).toBe(Number(all.audit.findings.critical) - 1);
    expect(fewer.audit.critical).toContain('RTE-02 Route open to the internet: 1');
  });

  test('counts what waits by record, whoever edits it how often', async () => {
    const { look, sandbox, place } = await scene();
    const admin = sandbox.as('admin');
    const fields = { ...routeSwitches, namespaceId: place.waiting.id, policyIds: [], to: ['https://lamp'] };
    const from = 'https://lamp.tidewrack.example';
    const { id: routeId } = admin('create_route', { ...fields, name: 'Lamp', from }) as { id: string };
    admin('patch_route', { routeId, patch: [{ op: 'add', path: '/description', value: 'Bright.' }] });
    const [{ pending }] = (await look()).clusters;
    expect(pending.records).toBe(4);
    expect(Object.values(pending.by as object)).toEqual(expect.arrayContaining([1, 2]));
  });

  test('tells of an apply that is under way and of one that failed', async () => {
    const { look, sandbox, place } = await scene({ sandbox: { switches: { applyingPolls: 99 } } });
    const admin = sandbox.as('admin');
    const pending = admin('list_changesets', { status: 'pending' }) as readonly [{ id: string }];
    admin('apply_changeset', { changesetId: pending[0].id });
    const from = 'https://lamp.tidewrack.example';
    const fields = { ...routeSwitches, namespaceId: place.automatic.id, policyIds: [], to: ['https://lamp'], from };
    admin('create_route', { ...fields, name: 'Lamp', regex: '(' });
    expect((await look()).clusters).toMatchObject([
      { deploy: { status: 'applying', changesetId: pending[0].id } },
      {
        pending: { records: 1 },
        deploy: { status: 'failed', message: expect.stringMatching(/^route "Lamp": invalid regex/) },
      },
    ]);
  });

  test('looks at one cluster without what is of the organization', async () => {
    const { look, sandbox, place } = await scene();
    const seen = await look({ clusterId: place.automatic.id });
    expect(seen.clusters.map(({ name }) => name)).toEqual(['staging']);
    expect(seen).not.toHaveProperty('organization');
    expect(seen).not.toHaveProperty('used');
    expect(seen.warnings).toEqual(['staging: its replicas run different versions.']);
    expect(sandbox.requests.map(({ operation }) => operation)).not.toContain('get_quotas');
  });

  test('says what it could not read, and guesses nothing in its place', async () => {
    const { look, sandbox } = await scene();
    for (const operation of ['get_quotas', 'list_activity_logs', 'get_cluster_health', 'list_cluster_replicas'])
      sandbox.faults.add({ operation, fault: { kind: 'status', status: 403 }, times: 2 });
    const seen = await look();
    expect(seen.clusters.map(({ health, replicas, pending }) => ({ health, replicas, pending }))).toEqual([
      { health: 'unknown', replicas: 'unknown', pending: 'unknown' },
      { health: 'unknown', replicas: 'unknown', pending: expect.anything() },
    ]);
    expect(seen).not.toHaveProperty('used');
    expect(seen.audit.checksNotRun).toBeGreaterThan(0);
    expect(seen.warnings).toEqual(
      expect.arrayContaining([
        'quotas could not be read.',
        expect.stringMatching(/^activity could not be read: /),
        expect.stringMatching(/^health of production could not be read: /),
        expect.stringMatching(/^replicas of staging could not be read: /),
      ]),
    );
    expect(seen.warnings).not.toContainEqual(expect.stringContaining('no replica was connected'));
  });
});
