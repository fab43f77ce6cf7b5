import { describe, expect, test } from 'vitest';
import { connect, type Fields, type Harness } from '../harness.js';

interface State extends Fields {
  readonly route?: { readonly id: string; readonly name: string };
  readonly rules?: readonly (Fields & { readonly policy: string })[];
  readonly others?: { readonly items: readonly Fields[]; readonly total: number };
}
interface Answer extends Fields {
  readonly items: readonly { readonly cluster: string; readonly saved: State; readonly live: State | 'as saved' }[];
}

const OUTSIDE = '203.0.113.9';

/** A read-only server before the sandbox's organization, and its routes by name. */
async function scene() {
  const { ok, fails, sandbox } = await connect({ mode: 'read-only' });
  const routes = await byName(ok);
  const check = async (input: Fields) => (await ok('check_access', input)) as Answer;
  const one = async (input: Fields) => {
    const [item] = (await check({ ip: OUTSIDE, ...input })).items;
    if (!item) throw new Error('no cluster answered');
    return item;
  };
  return { ok, fails, sandbox, routes, check, one };
}

async function byName(ok: Harness['ok']): Promise<(name: string) => { readonly id: string; readonly from: string }> {
  const { items } = (await ok('list_access', { limit: 100 })) as {
    items: readonly { id: string; name: string; from: string }[];
  };
  return (name) => {
    const found = items.find((route) => route.name === name);
    if (!found) throw new Error(`no route ${name}`);
    return found;
  };
}

describe('check_access', () => {
  test('says who gets to a URL, by which rule, saved and live', async () => {
    const { one, routes } = await scene();
    const url = `${routes('Grafana').from}/d/1`;
    const staff = await one({ url, email: 'nils.berg@tidewrack.example' });
    expect(staff).toMatchObject({ cluster: 'production', live: 'as saved' });
    expect(staff.saved).toMatchObject({
      answeredBy: 'route',
      route: { name: 'Grafana' },
      decision: 'allow',
      outcome: 'allowed',
      why: 'gets in by "Company staff"',
      path: '/d/1',
    });
    expect(staff.saved.rules).toEqual([
      {
        policyId: expect.any(String),
        policy: 'Company staff',
        rule: 'rules[0].allow.and',
        says: 'Lets in anyone whose e-mail domain is exactly "tidewrack.example".',
        holds: true,
      },
    ]);
    expect((await one({ url })).saved).toMatchObject({ decision: 'login', outcome: 'login-redirect' });
    expect((await one({ url, email: 'eve@elsewhere.example' })).saved).toMatchObject({
      outcome: 'denied:403',
      why: 'is refused (403): no allow rule fits, of "Company staff"',
    });
    expect((await one({ url, email: 'nils.berg@tidewrack.example', ip: '192.0.2.7' })).saved).toMatchObject({
      outcome: 'denied:403',
      why: 'is refused (403) by "Blocked networks"',
    });
  });

  test('gives the reason of a refusal that is certain, whatever the address', async () => {
    const { check, routes } = await scene();
    const { items } = await check({ routeId: routes('Grafana').id, email: 'dario.conti@bellwether.example' });
    expect(items[0]?.saved).toMatchObject({
      outcome: 'denied:403',
      why: 'is refused (403): no allow rule fits, of "Company staff"',
      rules: [{ policy: 'Company staff', holds: false }],
    });
  });

  test('of a rule with several conditions names those that decide', async () => {
    const { one, routes, sandbox } = await scene();
    const visit = { url: routes('EDI gateway').from, email: 'kim@bellwether.example' };
    const office = async (input: Fields) =>
      (await one({ ...visit, ...input })).saved.rules?.find(({ policy }) => policy === 'Contractors, office hours');
    const weekend = await office({ at: '2026-03-01T10:00:00Z' });
    expect(weekend).toMatchObject({ holds: false, fails: ['who comes on one of the days mon-fri, by UTC'] });
    expect(weekend).not.toHaveProperty('fits');
    const stranger = await office({ email: 'eve@elsewhere.example', at: '2026-03-04T10:00:00Z' });
    expect(stranger?.fails).toEqual([expect.stringContaining('bellwether.example')]);
    expect(await office({ at: '2026-03-04T10:00:00Z' })).not.toHaveProperty('fails');

    const { ok } = await connect({ sandbox });
    const { id } = routes('Grafana');
    const { policyIds } = (await ok('get_route', { routeId: id })) as { policyIds: readonly string[] };
    const admin = sandbox.as('admin');
    const ppl = [
      { deny: { or: [{ email: 'nils.berg@tidewrack.example' }, { 'claim/team': 'sales' }] } },
      { allow: { and: [{ domain: 'tidewrack.example' }, { 'claim/team': 'ops' }] } },
    ];
    admin('patch_policy', { policyId: policyIds[0], patch: [{ op: 'replace', path: '/ppl', value: ppl }] });
    const grafana = async (email: string) => (await one({ url: routes('Grafana').from, email })).saved.rules;
    expect(await grafana('nils.berg@tidewrack.example')).toMatchObject([
      { holds: true, fits: ['whose e-mail address is exactly "nils.berg@tidewrack.example"'] },
    ]);
    expect(await grafana('anna@tidewrack.example')).toMatchObject([
      { holds: 'unknown', open: ['whose claim "team" has the value "sales"'] },
      { holds: 'unknown', open: ['whose claim "team" has the value "ops"'] },
    ]);
  });

  test('names what it cannot know, and what would decide', async () => {
    const { one, routes } = await scene();
    const url = routes('Prometheus').from;
    const email = 'tomas.beltran@tidewrack.example';
    expect((await one({ url, email })).saved).toMatchObject({
      decision: 'unknown',
      possible: ['allowed', 'denied:403'],
      unknown: [`the claims of ${email}`],
    });
    expect((await one({ url, email, claims: { groups: ['platform-oncall'] } })).saved.decision).toBe('allow');
    expect((await one({ url, email, claims: { groups: ['sales'] } })).saved.decision).toBe('deny');
  });

  test('tells which route answers, and why the others do not', async () => {
    const { one, routes, check } = await scene();
    const { from } = routes('Web shop');
    const { saved } = await one({ url: `${from}//v2/../v2/orders`, email: 'nils.berg@tidewrack.example' });
    expect(saved).toMatchObject({ route: { name: 'Shop API' }, path: '/v2/orders' });
    expect(saved.others?.items).toEqual([
      expect.objectContaining({
        name: 'Web shop',
        why: expect.stringContaining('it fits too, but Shop API is tried first'),
      }),
    ]);
    expect((await one({ url: `${routes('Stock API').from}/v2/` })).saved).toMatchObject({ answeredBy: 'nobody' });
    expect((await one({ url: `${from}/.pomerium/` })).saved).toMatchObject({ answeredBy: 'proxy' });
    expect(await check({ url: 'https://nowhere.example' })).toMatchObject({
      items: [],
      total: 0,
      notices: ['No route of any cluster has this host.'],
    });
  });

  test('offers the host that was meant', async () => {
    const { check, routes } = await scene();
    const host = new URL(routes('Grafana').from).host;
    expect(await check({ url: `https://${host.replace('grafana', 'grafanna')}/d/1` })).toMatchObject({
      items: [],
      notices: [`No route of any cluster has this host. Did you mean ${host}?`],
    });
  });

  test('shows the live state where something waits', async () => {
    const { one, routes } = await scene();
    const carrier = await one({ url: routes('Carrier API').from, email: 'nils.berg@tidewrack.example' });
    expect(carrier.saved).toMatchObject({ decision: 'allow' });
    expect(carrier.live).toMatchObject({ answeredBy: 'nobody' });
    const shell = {
      routeId: routes('Bastion').id,
      email: 'a@tidewrack.example',
      claims: { groups: ['platform-oncall'] },
      sshUsername: 'ops',
    };
    const bastion = await one(shell);
    expect([bastion.saved.decision, bastion.live]).toEqual(['deny', expect.objectContaining({ decision: 'allow' })]);
  });

  test('minds the time', async () => {
    const { one, routes } = await scene();
    const visit = { url: routes('EDI gateway').from, email: 'kim@bellwether.example' };
    expect((await one({ ...visit, at: '2026-03-04T10:00:00Z' })).saved.decision).toBe('allow');
    expect((await one({ ...visit, at: '2026-03-04T20:00:00Z' })).saved.decision).toBe('deny');
  });

  test('refuses what it cannot look for', async () => {
    const { fails } = await scene();
    expect(await fails('check_access', {})).toContain('Give either url or routeId.');
    expect(await fails('check_access', { url: 'https:///x' })).toContain('url: "https:///x" names no host.');
    expect(await fails('check_access', { url: 'https://x.example', email: 'nonsense' })).toContain(
      'email: expected a whole e-mail address, such as anna@corp.example',
    );
    expect(await fails('check_access', { routeId: 'nope' })).toContain('routeId: no route is called "nope".');
  });
});
