import { describe, expect, test } from 'vitest';
import { parseInput, toolInput } from '../../../src/input.js';
import { routeSwitches } from '../../../src/sandbox/zero/route-switches.js';
import { auditOrganization } from '../../../src/tools/reports/audit.js';
import { connect, type Fields } from '../../harness.js';
import { sceneOf, writes } from '../../scene.js';

interface Group extends Fields {
  readonly check: string;
  readonly severity: string;
  readonly records: readonly (string & Fields)[];
}

async function audit(input: Fields = {}, options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect(options);
  const content = await harness.ok('audit', input);
  return { ...harness, content, items: content.items as readonly Group[] };
}

describe('audit', () => {
  test('answers the findings by check, gravest first, and writes nothing', async () => {
    const { content, items, sandbox } = await audit();
    expect(content.headline).toMatch(/^Tidewrack Freight: \d+ findings \(\d+ critical, \d+ high, /);
    expect(content.worst).toHaveLength(3);
    const order = ['critical', 'high', 'medium', 'low', 'info'];
    const ranks = items.map(({ severity }) => order.indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
    const open = items.find(({ check }) => check === 'RTE-02');
    expect(open).toMatchObject({ severity: 'critical', title: expect.any(String) });
    expect(open?.records.toSorted()).toEqual([
      expect.stringMatching(/^route "Partner portal" b\w+$/),
      expect.stringMatching(/^route "Status page" b\w+$/),
    ]);
    expect(writes(sandbox)).toEqual([]);
  });

  test('full shows evidence, reason and a call that mends it', async () => {
    const { items } = await audit({ ids: ['RTE-04'], format: 'full' });
    expect(items).toMatchObject([
      {
        check: 'RTE-04',
        why: expect.any(String),
        remedy: expect.any(String),
        records: [
          {
            type: 'route',
            name: 'Transport management',
            evidence: { tlsSkipVerify: true },
            fix: { tool: 'update_route', arguments: expect.objectContaining({ tlsSkipVerify: false }) },
          },
        ],
      },
    ]);
  });

  test('is filtered by severity, scope and check', async () => {
    const { items } = await audit({ severity: 'critical' });
    expect(new Set(items.map(({ severity }) => severity))).toEqual(new Set(['critical']));
    const ofUsers = await audit({ scope: 'user' });
    expect(ofUsers.items.flatMap(({ records }) => records).every((record) => record.startsWith('user '))).toBe(true);
    const ofRoute = await audit({ scope: 'Storybook', severity: 'high' });
    expect(ofRoute.items.map(({ check }) => check)).toContain('RTE-03');
    expect(ofRoute.items.map(({ check }) => check)).not.toContain('RTE-02');
  });

  test('says what it leaves out', async () => {
    const { sandbox, ok } = await connect();
    const { waiting } = sceneOf(sandbox);
    const admin = sandbox.as('admin');
    for (let index = 0; index < 45; index++) {
      const name = `Lamp ${index}`;
      const from = `https://lamp${index}.tidewrack.example`;
      const shape = { ...routeSwitches, namespaceId: waiting.namespaceId, policyIds: [], tlsSkipVerify: true };
      admin('create_route', { ...shape, name, from, to: ['https://lamp'] });
    }
    const { items, total, omitted } = await ok('audit', { ids: ['RTE-04'], format: 'full' });
    expect((items as readonly Group[])[0]?.records).toHaveLength(40);
    expect({ total, omitted }).toEqual({
      total: 46,
      omitted: { high: 6, message: 'Not shown. Ask for less with severity, scope or ids.' },
    });
    const brief = await ok('audit', { ids: ['RTE-04'] });
    expect(brief.items).toMatchObject([{ check: 'RTE-04', records: { length: 5 }, more: 41 }]);
    expect(brief.omitted).toBeUndefined();
  });

  test('every fix is a call that a tool takes', async () => {
    const { sandbox, sources } = await connect({ sandbox: { switches: { echoSecrets: true } } });
    const { organizationId } = sceneOf(sandbox);
    const { findings } = await auditOrganization({ organizationId }, {}, sources);
    const fixes = findings.flatMap(({ fix }) => fix ?? []);
    expect(fixes.length).toBeGreaterThan(3);
    for (const { tool, arguments: given } of fixes) {
      const operation = sources.operations.get(tool);
      if (!operation) throw new Error(`no tool ${tool}`);
      expect(() => parseInput(operation, toolInput(operation), given)).not.toThrow();
    }
  });

  test('is short enough for a model', async () => {
    const { content } = await audit();
    expect(JSON.stringify(content).length).toBeLessThan(30_000);
  });

  test.each([
    [{ ids: ['RTE-002'] }, 'ids: no check "RTE-002". Did you mean RTE-02?'],
    [{ scope: 'Storybok' }, 'scope: nothing is called "Storybok".'],
  ])('%j is refused', async (input, message) => {
    const { fails } = await connect();
    expect(await fails('audit', input)).toContain(message);
  });

  test('leaves out what the operator accepts, and says so', async () => {
    const risk = { check: 'RTE-04', subject: 'Transport management', reason: 'Old box.', expires: '2999-01-01' };
    const { content, items } = await audit({ ids: ['RTE-04'] }, { rules: { acceptedRisks: [risk] } });
    expect(items).toEqual([]);
    expect(content.accepted).toEqual(['1 finding left out as accepted risks.']);
  });

  test('of one cluster is about nothing else', async () => {
    const { sandbox } = await connect();
    const { automatic, waiting } = sceneOf(sandbox);
    const { content, items } = await audit({ clusterId: waiting.id, format: 'full' }, { sandbox });
    expect(items.length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain(automatic.id);
    expect(content.unchecked).toContainEqual(expect.stringContaining('users: only one cluster is looked at'));
  });

  test('of a pinned cluster needs no argument', async () => {
    const { sandbox } = await connect();
    const { waiting, automatic } = sceneOf(sandbox);
    const { items, content } = await audit({ format: 'full' }, { sandbox, pin: { cluster: waiting.id } });
    expect(content.headline).toMatch(new RegExp(`^cluster ${waiting.name}: \\d+ findings `));
    expect(items.length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain(automatic.id);
  });

  test('is offered in read-only mode', async () => {
    const { client } = await connect({ mode: 'read-only', toolsets: ['core'] });
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('audit');
  });

  test('what could not be read is said', async () => {
    const harness = await connect();
    harness.sandbox.faults.add({ operation: 'list_key_pairs', fault: { kind: 'status', status: 403 } });
    const { unchecked } = await harness.ok('audit', { severity: 'critical' });
    expect(unchecked).toContainEqual(expect.stringMatching(/checks not run, .*list_key_pairs.*KEY-01/));
  });
});
