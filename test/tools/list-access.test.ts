import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';

interface Row extends Fields {
  readonly name: string;
  readonly access: Readonly<Record<string, string>>;
}

async function scene() {
  const { ok, fails } = await connect({ mode: 'read-only' });
  const list = async (input: Fields = {}) =>
    (await ok('list_access', { limit: 100, ip: '203.0.113.9', ...input })) as Fields & {
      readonly items: readonly Row[];
    };
  const names = async (input: Fields) => (await list(input)).items.map(({ name }) => name).sort();
  return { list, names, fails };
}

describe('list_access', () => {
  test('is routes by visitors', async () => {
    const { list } = await scene();
    const { items, total } = await list({
      emails: ['ingrid.solvang@tidewrack.example'],
      domains: ['@saltmarsh.example'],
    });
    expect(items).toHaveLength(total as number);
    const row = (name: string) => items.find((item) => item.name === name);
    expect(row('Storybook')).toMatchObject({
      clusters: ['staging'],
      access: {
        anonymous: 'login',
        anySignedIn: 'allow',
        '@saltmarsh.example': 'allow',
        'ingrid.solvang@tidewrack.example': 'allow',
      },
    });
    expect(row('Status page')?.access.anonymous).toBe('allow');
    expect(row('Prometheus')).toMatchObject({
      access: { anonymous: 'login', anySignedIn: 'deny', 'ingrid.solvang@tidewrack.example': 'allow|deny' },
      dependsOn: expect.arrayContaining(['the claims of ingrid.solvang@tidewrack.example']),
    });
  });

  test('finds the public routes, and what one person can reach', async () => {
    const { names, list } = await scene();
    expect(await names({ only: 'public' })).toEqual(['Partner portal', 'Status page']);
    expect(await names({ only: 'reachable', emails: ['eve@elsewhere.example'], state: 'live' })).toEqual(
      expect.arrayContaining(['Kubernetes staging', 'Storybook', 'Status page']),
    );
    expect(await names({ only: 'reachable', domains: ['elsewhere.example'] })).not.toContain('Grafana');
    const [first] = (await list()).items;
    expect((await list({ routeId: first?.id })).items).toMatchObject([{ ...first }]);
  });

  test('of one route says who gets in', async () => {
    const { list, fails } = await scene();
    const whoGetsIn = async (input: Fields) => {
      const [row, ...others] = (await list(input)).items;
      expect(others).toEqual([]);
      return row;
    };
    expect(await whoGetsIn({ routeId: 'Grafana' })).toMatchObject({
      access: { anonymous: 'login', anySignedIn: 'deny' },
      whoGetsIn: { items: [{ who: 'somebody@tidewrack.example', access: 'allow' }], total: 1 },
    });
    const office = await whoGetsIn({ routeId: 'EDI gateway' });
    expect(office).toMatchObject({
      whoGetsIn: {
        items: expect.arrayContaining([
          { who: 'somebody@tidewrack.example', access: 'allow' },
          { who: 'somebody@bellwether.example', access: 'allow|deny' },
        ]),
      },
      dependsOn: ['the time of the visit'],
    });
    expect(await whoGetsIn({ routeId: 'EDI gateway', at: '2026-03-01T10:00:00Z' })).toMatchObject({
      whoGetsIn: { items: [{ who: 'somebody@tidewrack.example', access: 'allow' }] },
    });
    expect(await whoGetsIn({ routeId: 'Grafana', ip: '192.0.2.7' })).toMatchObject({
      whoGetsIn: { items: [], total: 0 },
    });
    const [grafana] = (await list()).items;
    expect(grafana).not.toHaveProperty('whoGetsIn');
    expect(await fails('list_access', { emails: ['nonsense'] })).toContain(
      'emails[0]: expected a whole e-mail address, such as anna@corp.example',
    );
    expect(await fails('list_access', { domains: ['a@b@c'] })).toContain(
      'domains[0]: expected a domain, such as corp.example',
    );
  });

  test('goes page by page, and through one cluster', async () => {
    const { list } = await scene();
    const { items, total, nextOffset, omitted } = await list({ limit: 3 });
    expect([items.length, nextOffset, omitted]).toEqual([3, 3, (total as number) - 3]);
    const rest = await list({ offset: 3 });
    expect(rest.items).toHaveLength((total as number) - 3);
    expect(rest).not.toHaveProperty('nextOffset');
  });

  test('asks who is meant', async () => {
    const { fails } = await scene();
    expect(await fails('list_access', { only: 'reachable' })).toContain('only: reachable needs emails or domains.');
  });
});
