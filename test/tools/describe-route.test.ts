import { describe, expect, test } from 'vitest';
import { routeSwitches } from '../../src/sandbox/zero/route-switches.js';
import { connect, type Fields } from '../harness.js';
import { sceneOf, writes } from '../scene.js';

interface Rows {
  readonly items: readonly Fields[];
  readonly total: number;
}
interface Description extends Fields {
  readonly route: Fields & { readonly id: string; readonly name: string };
  readonly live: string | Fields;
  readonly policies: readonly (Fields & { readonly name: string })[];
  readonly whoGetsIn: Rows;
  readonly certificates: readonly Fields[] | Fields;
  readonly traffic: Rows;
  readonly problems: Rows;
  readonly findings: Rows;
}

async function scene(options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect({ mode: 'read-only', ...options });
  const look = async (route: string, input: Fields = {}) =>
    (await harness.ok('describe_route', { route, ...input })) as Description;
  return { ...harness, look, place: sceneOf(harness.sandbox) };
}

describe('describe_route', () => {
  test('tells all about a route, and writes nothing', async () => {
    const { look, sandbox, place } = await scene();
    const seen = await look('Payroll');
    expect(seen).toMatchObject({
      route: {
        name: 'Payroll',
        from: 'https://payroll.apps.tidewrack.example',
        to: ['https://payroll.tidewrack.internal'],
      },
      link: `https://console.pomerium.app/app/management/routes/${seen.route.id}/edit?cid=${place.waiting.id}`,
      clusters: ['production'],
      live: 'as saved',
      policies: [
        {
          name: 'Payroll',
          does: [
            'Lets in anyone whose e-mail domain is exactly "tidewrack.example".',
            expect.stringContaining('"tidewrack.bookkeeping@gmail.com"'),
          ],
          warnings: ['and and or of one rule are joined by OR: either is enough to allow'],
        },
        { name: 'Blocked networks', enforced: true },
      ],
      certificates: [{ name: '*.apps.tidewrack.example', origin: 'system', expires: expect.any(String) }],
      traffic: {
        days: 7,
        items: [{ cluster: 'production', requests: expect.any(Number), meanTime: expect.stringMatching(/^\d+ ms$/) }],
      },
      health: {
        items: [
          {
            cluster: 'production',
            status: 'warning',
            description: 'certificates_current: Expired: EDI gateway client',
          },
        ],
        total: 1,
      },
    });
    expect(seen.route).not.toHaveProperty('tlsSkipVerify');
    expect(seen.traffic.items[0]?.requests).toBeGreaterThan(1000);
    expect(seen.findings.items).toContainEqual({
      check: 'POL-12',
      severity: 'high',
      title: 'Consumer mail domain',
      type: 'policy',
      name: 'Payroll',
    });
    expect(writes(sandbox)).toEqual([]);
  });

  test('says who gets in by all policies together', async () => {
    const { look } = await scene();
    const { whoGetsIn } = await look('Payroll');
    expect(whoGetsIn.items).toEqual(
      expect.arrayContaining([
        { who: 'An anonymous visitor', outcome: 'login-redirect' },
        { who: 'Any signed-in stranger', outcome: 'denied:403' },
        {
          who: 'tidewrack.bookkeeping@gmail.com',
          outcome: 'allowed|denied:403',
          dependsOn: ["the visitor's address"],
        },
        { who: 'somebody@tidewrack.example from 192.0.2.0/24', outcome: 'denied:403' },
      ]),
    );
    expect((await look('Bastion')).whoGetsIn.items).toContainEqual({
      who: 'Anyone signed in, with "platform-oncall" in the claim "groups" over SSH as deploy',
      outcome: 'allowed|denied:403',
      dependsOn: ["the visitor's address"],
    });
    expect((await look('EDI gateway')).whoGetsIn.items).toContainEqual({
      who: 'somebody@bellwether.example',
      outcome: 'allowed|denied:403',
      dependsOn: ["the visitor's address", 'the time of the visit'],
    });
    expect((await look('Status page')).whoGetsIn.items[0]).toEqual({
      who: 'An anonymous visitor',
      outcome: 'allowed|denied:403',
      dependsOn: ["the visitor's address"],
    });
  });

  test('takes an id, a name, a host or a URL', async () => {
    const { look, place } = await scene();
    const { id, name } = (await look('Grafana')).route;
    const host = `grafana.${place.waiting.fqdn}`;
    for (const text of [id, ' GRAFANA ', host]) expect((await look(text)).route).toMatchObject({ id, name });
    const shop = `https://shop.${place.automatic.fqdn}`;
    expect((await look(`${shop}/v2/orders`)).route.name).toBe('Shop API');
    expect((await look('pr-7.preview.apps.tidewrack.example')).route.name).toBe('Customer previews');
  });

  test('asks which where several are meant, and offers what is near', async () => {
    const { call, fails, place } = await scene();
    const several = await call('describe_route', { route: `shop.${place.automatic.fqdn}` });
    expect(several.text).toMatch(/means 2 routes: b\w+ .*Shop API.* in staging, b\w+ .*Web shop.* in staging\./);
    expect(several.text).toContain('Give the id of one of them.');
    expect(await fails('describe_route', { route: 'promethues' })).toMatch(
      /^route: no route is called "promethues"\. Did you mean "Prometheus" \(b\w+\)\?/,
    );
    expect(await fails('describe_route', { route: 'https://nowhere.example' })).toMatch(
      /no route is called "https:\/\/nowhere\.example"\.\nNext: Look for it with find\./,
    );
  });

  test('shows how what runs differs from what is saved', async () => {
    const { look, sandbox } = await scene();
    expect((await look('Carrier API')).live).toBe('not live yet: the route waits');
    expect((await look('Bastion')).live).toEqual({
      policies: [
        expect.objectContaining({
          name: 'Platform shell',
          does: [expect.stringContaining('SSH user name is exactly "deploy" or "ops"')],
        }),
      ],
    });
    const admin = sandbox.as('admin');
    const { route, policies } = await look('Grafana');
    admin('patch_route', {
      routeId: route.id,
      patch: [
        { op: 'replace', path: '/timeout', value: '90s' },
        { op: 'replace', path: '/policyIds', value: [] },
      ],
    });
    const staff = policies.find(({ name }) => name === 'Company staff');
    expect((await look('Grafana')).live).toMatchObject({
      fields: { timeout: { live: '60s', saved: '90s' } },
      policies: [staff],
      whoGetsIn: { items: expect.arrayContaining([{ who: 'An anonymous visitor', outcome: 'login-redirect' }]) },
    });
    admin('delete_route', { routeId: route.id });
    const gone = await look('Grafana');
    expect(gone).toMatchObject({ live: 'deleted, but still live: the deletion waits', route: { timeout: '60s' } });
    expect(gone).not.toHaveProperty('certificates');
  });

  test('shows what is wrong with the route by itself and beside others', async () => {
    const { look, sandbox, place } = await scene();
    const from = `https://grafana.${place.waiting.fqdn}`;
    const fields = { ...routeSwitches, namespaceId: place.waiting.id, policyIds: [], from };
    sandbox.as('admin')('create_route', { ...fields, name: 'Twin', to: ['http://elsewhere:1'] });
    const { problems, whoGetsIn } = await look('Twin');
    expect(problems.items).toContainEqual(
      expect.objectContaining({ place: 'duplicate', message: expect.stringMatching(/^(The other|This) route /) }),
    );
    expect(whoGetsIn.items).toEqual([
      { who: 'An anonymous visitor', outcome: expect.any(String) },
      { who: 'Any signed-in stranger', outcome: 'denied:403' },
      expect.anything(),
      expect.anything(),
    ]);
  });

  test('never shows a secret', async () => {
    const { look, sandbox, place, call } = await scene({ sandbox: { switches: { echoSecrets: true } } });
    const secret = 'Basic c2VjcmV0LW9mLWxhbXA=';
    sandbox.as('admin')('create_route', {
      ...routeSwitches,
      namespaceId: place.waiting.id,
      policyIds: [],
      name: 'Lamp',
      from: 'https://lamp.tidewrack.example',
      to: ['https://lamp'],
      setRequestHeaders: { Authorization: secret },
    });
    expect((await look('Lamp')).route.setRequestHeaders).toEqual({ Authorization: '[redacted by zero-mcp]' });
    expect((await call('describe_route', { route: 'Lamp' })).text).not.toContain(secret);
  });

  test('stays inside the cluster that the server is pinned to', async () => {
    const first = await scene();
    const { sandbox, place } = first;
    const { look, fails } = await scene({ sandbox, pin: { cluster: place.automatic.id } });
    expect(await look('Storybook')).toMatchObject({
      clusters: ['staging'],
      traffic: { items: [{ cluster: 'staging' }] },
    });
    expect(await fails('describe_route', { route: 'Grafana' })).toContain('no route is called "Grafana"');
  });

  test('says what it could not read', async () => {
    const { look, sandbox } = await scene();
    for (const operation of ['get_route_certificates', 'get_distribution_sum'])
      sandbox.faults.add({ operation, fault: { kind: 'status', status: 403 } });
    sandbox.faults.add({ operation: 'get_cluster_health', fault: { kind: 'status', status: 403 }, times: 2 });
    const { certificates, traffic, health, notices } = await look('Grafana');
    expect(certificates).toEqual({ unknown: expect.stringContaining('get_route_certificates') });
    expect(traffic.items).toEqual([{ unknown: expect.stringContaining('get_distribution_sum') }]);
    expect(health).toBe('unknown');
    expect(notices).toEqual([expect.stringMatching(/^health could not be read: /)]);
  });
});
