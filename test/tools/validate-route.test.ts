import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf, writes } from '../scene.js';

interface Answer extends Fields {
  readonly valid: boolean;
  readonly problems: { readonly items: readonly Fields[] };
  readonly overlaps: { readonly items: readonly Fields[] };
  readonly access: { readonly policies: readonly Fields[]; readonly items: readonly Fields[] };
}

async function scene() {
  const { ok, fails, sandbox } = await connect({ mode: 'read-only' });
  const { items } = (await ok('list_access', { limit: 100 })) as {
    items: readonly { id: string; name: string; from: string }[];
  };
  const route = (name: string) => items.find((item) => item.name === name) ?? { id: '', from: '' };
  const { namespaceId, policyIds } = await ok('get_route', { routeId: route('Grafana').id });
  const staging = (await ok('get_route', { routeId: route('Web shop').id })).namespaceId;
  const fields = {
    name: 'Tides',
    from: 'https://tides.apps.tidewrack.example',
    to: ['http://tides'],
    namespaceId,
    policyIds,
  };
  const validate = async (input: Fields) => (await ok('validate_route', input)) as Answer;
  return { ok, fails, sandbox, route, fields, staging, validate };
}

describe('validate_route', () => {
  test('finds nothing wrong with a good route, says whom it lets in, and saves nothing', async () => {
    const { validate, fields, sandbox } = await scene();
    const answer = await validate({ fields });
    expect(answer).toMatchObject({ valid: true, problems: { items: [], total: 0 }, overlaps: { items: [], total: 0 } });
    expect(answer.access.policies.map(({ name }) => name)).toEqual(['Company staff', 'Blocked networks']);
    expect(answer.access.items).toMatchObject([
      { who: 'an anonymous visitor', outcome: 'login-redirect' },
      {
        who: 'any signed-in account',
        outcome: 'denied:403',
        why: 'is refused (403): no allow rule fits, of "Company staff"',
      },
    ]);
    expect(writes(sandbox)).toEqual([]);
  });

  test('tells what is wrong, and how to mend it', async () => {
    const { validate, fields } = await scene();
    const { valid, problems } = await validate({
      fields: {
        ...fields,
        name: 'Grafana',
        from: 'https://tides.apps.tidewrack.example/x',
        policyIds: ['bGoneGoneGoneGoneGoneGone27'],
        port: 3,
        path: 7,
      },
    });
    expect(valid).toBe(false);
    expect(problems.items.map(({ code, place }) => [code, place])).toEqual(
      expect.arrayContaining([
        ['not-a-field', 'path'],
        ['not-a-field', ''],
        ['from-path', 'from'],
        ['dangling', 'policyIds[0]'],
        ['name-taken', 'name'],
      ]),
    );
    for (const problem of problems.items)
      expect(problem).toMatchObject({ message: expect.any(String), fix: expect.stringMatching(/\.$/) });
  });

  test('takes names where create_route does', async () => {
    const { validate, fails, fields, route } = await scene();
    const byId = await validate({ fields });
    const named = { ...fields, namespaceId: 'production', policyIds: ['company staff'] };
    expect(await validate({ fields: named })).toEqual(byId);
    expect(await validate({ routeId: route('Payroll').id, fields: { policyIds: ['Company staff'] } })).toMatchObject({
      valid: true,
      access: { policies: [{ name: 'Company staff' }, { name: 'Blocked networks' }] },
    });
    expect(await fails('validate_route', { fields: { ...named, policyIds: ['Compagny staff'] } })).toMatch(
      /^fields\.policyIds\[0\]: no policy is called "Compagny staff"\. Did you mean b\w+ \("Company staff"\)\?/,
    );
    expect(await fails('validate_route', { fields: { ...named, namespaceId: 'nowhere' } })).toContain(
      'fields.namespaceId: no namespace is called "nowhere".',
    );
    const id = 'bGoneGoneGoneGoneGoneGone27';
    expect(await fails('validate_route', { fields: { ...fields, namespaceId: id } })).toContain(
      `fields.namespaceId: there is no namespace "${id}".`,
    );
    const { problems } = await validate({ fields: { ...fields, namespaceId: 7 } });
    expect(problems.items).toMatchObject([{ code: 'not-a-field', place: 'namespaceId' }]);
  });

  test('of policies of one name means the one that the route can have', async () => {
    const { validate, fields, sandbox, staging } = await scene();
    const texts = { enforced: false, ppl: [], description: '', explanation: '', remediation: '' };
    const create = (namespaceId: unknown) =>
      sandbox.as('admin')('create_policy', { ...texts, namespaceId, name: 'Twins' });
    const [own] = [fields.namespaceId, staging].map(create) as readonly { id: string }[];
    const { access } = await validate({ fields: { ...fields, namespaceId: 'production', policyIds: ['Twins'] } });
    expect(access.policies[0]).toEqual({ id: own?.id, name: 'Twins' });
  });

  test('keeps to the cluster that the server is pinned to', async () => {
    const { sandbox, fields } = await scene();
    const { ok, fails } = await connect({ sandbox, mode: 'read-only', pin: { cluster: String(fields.namespaceId) } });
    expect(await ok('validate_route', { fields: { ...fields, namespaceId: 'production' } })).toMatchObject({
      valid: true,
    });
    const message = await fails('validate_route', { fields: { ...fields, namespaceId: 'staging' } });
    expect(message).toContain('fields.namespaceId: no namespace is called "staging".');
  });

  test('warns of a host for which its cluster has neither domain nor certificate', async () => {
    const { validate, fields, sandbox } = await scene();
    const hostOf = async (from: string) => {
      const { valid, problems } = await validate({ fields: { ...fields, from } });
      expect(valid).toBe(true);
      return problems.items;
    };
    expect(await hostOf('https://httpbin')).toMatchObject([
      {
        code: 'foreign-host',
        severity: 'warning',
        place: 'from',
        message: 'No domain or certificate of "production" has "httpbin": visitors get a warning, if they get there.',
      },
    ]);
    const { automatic, waiting } = sceneOf(sandbox);
    expect((await hostOf(`https://tides.${automatic.fqdn}`))[0]?.message).toMatch(
      / It is one of "staging", where this route will not be\.$/,
    );
    expect(await hostOf(`https://tides.${waiting.fqdn}`)).toEqual([]);
    expect(await hostOf('tcp+https://db.elsewhere.example:5432')).toMatchObject([{ code: 'foreign-host' }]);
  });

  test('tells which routes would take its requests', async () => {
    const { validate, fields, staging, route } = await scene();
    const { from } = route('Web shop');
    const twin = await validate({ fields: { ...fields, namespaceId: staging, from } });
    expect(twin.valid).toBe(false);
    expect(twin.overlaps.items).toEqual([
      {
        kind: 'duplicate',
        other: { id: route('Web shop').id, name: 'Web shop' },
        says: 'The other route takes the same requests, and is tried first: nothing else tells them apart, and its id sorts first.',
      },
    ]);
    const part = await validate({ fields: { ...fields, namespaceId: staging, from, prefix: '/v2/admin/' } });
    expect(part.valid).toBe(true);
    expect(part.overlaps.items).toMatchObject([
      {
        kind: 'overlapping',
        other: { name: 'Shop API' },
        says: expect.stringMatching(/^This route takes some of its requests/),
      },
      { kind: 'overlapping', other: { name: 'Web shop' } },
    ]);
  });

  test('looks at changes to a route that is there', async () => {
    const { validate, route, fails } = await scene();
    const routeId = route('Grafana').id;
    expect(await validate({ routeId })).toMatchObject({ valid: true, problems: { items: [] } });
    const { problems } = await validate({ routeId, fields: { regex: '(?<!x)' } });
    expect(problems.items).toMatchObject([{ code: 'not-re2', place: 'regex', severity: 'error' }]);
    expect(await fails('validate_route', { routeId: 'nope' })).toContain('routeId: no route is called "nope".');
  });

  test('leaves open what the time decides', async () => {
    const { validate, fields, sandbox } = await scene();
    const ppl = { allow: { and: [{ accept: true }, { day_of_week: 'tue' }] } };
    const { namespaceId } = fields;
    const policy = {
      namespaceId,
      name: 'Open day',
      description: '',
      explanation: '',
      remediation: '',
      enforced: false,
      ppl,
    };
    const { id } = sandbox.as('admin')('create_policy', policy) as { id: string };
    const { access } = await validate({ fields: { ...fields, policyIds: [id] } });
    expect(access.items[0]).toMatchObject({
      decision: 'unknown',
      possible: ['allowed', 'denied:403'],
      unknown: expect.arrayContaining(['the time of the visit']),
    });
  });

  test('warns that nobody gets in without a policy', async () => {
    const { validate, fields } = await scene();
    const { access } = await validate({ fields: { ...fields, policyIds: [] } });
    expect(access.items).toMatchObject([
      { outcome: 'denied:403', why: 'is refused (403): no policy has an allow rule' },
      { outcome: 'denied:403' },
    ]);
  });
});
