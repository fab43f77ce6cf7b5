import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

interface Told extends Fields {
  readonly summary: string;
  readonly gains: readonly Fields[];
}
interface Answer extends Told {
  readonly items: readonly (Told & { readonly name: string })[];
}

async function scene() {
  const { ok, fails, sandbox } = await connect({ mode: 'read-only' });
  const { items: namespaces } = (await ok('list_namespaces')) as {
    items: readonly { id: string; parentId?: string }[];
  };
  const namespaceId = namespaces.find(({ parentId }) => parentId === undefined)?.id;
  const ids = async (operation: string) => {
    const { items } = (await ok(operation, { namespaceId, includeDescendants: true, limit: 100 })) as {
      items: readonly { id: string; name: string }[];
    };
    return (name: string) => items.find((item) => item.name === name)?.id ?? `no ${name}`;
  };
  const compare = async (input: Fields) => (await ok('compare_access', input)) as Answer;
  return { compare, fails, sandbox, route: await ids('list_routes'), policy: await ids('list_policies') };
}

const ALLOW_CONTRACTORS = 'allow:\n  and:\n    - domain: {is: contractors.example}\n';

describe('compare_access', () => {
  test('compares two policies, by id or written down', async () => {
    const { compare, policy } = await scene();
    const answer = await compare({ policy: policy('Company staff'), other: ALLOW_CONTRACTORS });
    expect(answer.summary).toBe('everyone at contractors.example gains; everyone at tidewrack.example loses');
    expect(answer.gains).toEqual([
      {
        who: 'everyone at contractors.example',
        kind: 'domain',
        before: 'denied:403',
        after: 'allowed',
        example: expect.objectContaining({ email: 'someone@contractors.example', method: 'GET', path: '/' }),
      },
    ]);
  });

  test('takes names, and asks which policy is meant where several have one', async () => {
    const { compare, policy, fails, sandbox } = await scene();
    const byName = await compare({ policy: 'Company staff', other: 'payroll' });
    const byId = await compare({ policy: policy('Company staff'), other: policy('Payroll') });
    expect(byName.summary).toBe(byId.summary);
    expect(byName.gains.map(({ who }) => who)).toEqual(['tidewrack.bookkeeping@gmail.com']);
    const twin = {
      namespaceId: sceneOf(sandbox).automatic.id,
      name: 'Payroll',
      enforced: false,
      ppl: [],
      description: '',
      explanation: '',
      remediation: '',
    };
    sandbox.as('admin')('create_policy', twin);
    expect(await fails('compare_access', { policy: 'Payroll', other: 'Company staff' })).toMatch(
      /^policy: "Payroll" means 2 policies: b\w+ \("Payroll"\), b\w+ \("Payroll"\)\.\nNext: Give the id of one of them\./,
    );
  });

  test('says what attaching and detaching a policy does to a route', async () => {
    const { compare, policy, route } = await scene();
    const routeId = route('Grafana');
    const attached = await compare({ change: 'attach', policy: ALLOW_CONTRACTORS, routeId });
    expect(attached.items.map(({ name, summary }) => [name, summary])).toEqual([
      [
        'Grafana',
        'everyone at contractors.example, from anywhere but 192.0.2.0/24 or 2001:db8:bad::/48 gains; nobody loses',
      ],
    ]);
    const detached = await compare({ change: 'detach', policy: policy('Company staff'), routeId });
    expect(detached.items.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^nobody gains; everyone at tidewrack\.example, .* loses/),
    ]);
  });

  test('goes through every route that enforcing or replacing a policy reaches', async () => {
    const { compare, policy } = await scene();
    const enforced = await compare({ change: 'enforce', policy: 'allow: {or: [{accept: true}]}' });
    expect(enforced.items.length).toBeGreaterThan(5);
    expect(enforced.items.map(({ name }) => name)).not.toContain('Status page');
    const replaced = await compare({ change: 'replace', policy: policy('Company staff'), other: ALLOW_CONTRACTORS });
    expect(replaced.items.map(({ name }) => name)).toContain('Grafana');
    expect(replaced.items.map(({ name }) => name)).not.toContain('Status page');
    const same = await compare({ change: 'replace', policy: policy('Company staff'), other: policy('Company staff') });
    expect(same).toMatchObject({ items: [], total: 0, unchanged: expect.any(Number) });
  });

  test('refuses what it cannot compare, with the reason', async () => {
    const { fails, policy, route } = await scene();
    const staff = policy('Company staff');
    expect(await fails('compare_access', { policy: staff })).toContain('compare needs other.');
    expect(await fails('compare_access', { policy: staff, other: 'permit: {}' })).toContain('other: this is no policy');
    expect(await fails('compare_access', { policy: 'pNowhere', other: staff })).toContain(
      'policy: no policy is called "pNowhere".',
    );
    expect(await fails('compare_access', { policy: staff, other: 'Compagny staff' })).toContain(
      `other: no policy is called "Compagny staff". Did you mean ${staff} ("Company staff")?`,
    );
    const detach = { change: 'detach', policy: staff, routeId: route('Status page') };
    expect(await fails('compare_access', detach)).toContain("The route doesn't have this policy.");
    expect(await fails('compare_access', { change: 'attach', policy: staff, routeId: 'rNowhere' })).toContain(
      'routeId: no route is called "rNowhere".',
    );
  });
});
