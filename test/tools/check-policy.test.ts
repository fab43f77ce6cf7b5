import { describe, expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

interface Checked extends Fields {
  readonly does?: readonly { readonly place: string; readonly text: string }[];
  readonly outcomes?: readonly (Fields & { readonly who: string })[];
  readonly errors?: readonly Fields[];
  readonly warnings?: readonly (Fields & { readonly message: string })[];
}

async function checking(options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect(options);
  return { ...harness, check: async (input: Fields) => (await harness.ok('check_policy', input)) as Checked };
}

describe('check_policy of a text', () => {
  const yaml = 'allow:\n  and:\n    - domain: {is: corp.example}\n';

  test('tells what it does and what becomes of whom, in YAML, JSON text and JSON alike', async () => {
    const { check } = await checking();
    const found = await check({ ppl: yaml });
    expect(found).toEqual({
      verdict: 'valid',
      grammar: 'valid',
      compiles: true,
      does: [{ place: 'rules[0].allow.and', text: 'Lets in anyone whose e-mail domain is exactly "corp.example".' }],
      outcomes: [
        { who: 'An anonymous visitor', outcome: 'login-redirect', means: 'is sent to sign in' },
        { who: 'Any signed-in stranger', outcome: 'denied:403', means: 'is refused (403)' },
        { who: 'somebody@corp.example', outcome: 'allowed', means: 'gets in' },
      ],
    });
    const json = { allow: { and: [{ domain: { is: 'corp.example' } }] } };
    expect(await check({ ppl: JSON.stringify(json) })).toEqual(found);
    expect(await check({ ppl: json })).toEqual(found);
  });

  test('changes nothing and asks nobody', async () => {
    const { check, sandbox } = await checking({ mode: 'read-only' });
    await check({ ppl: yaml });
    expect(
      sandbox.requests.filter(({ method, operation }) => method !== 'GET' && operation !== 'get_id_token'),
    ).toEqual([]);
  });

  test('says what depends on what', async () => {
    const { check } = await checking();
    const { outcomes } = await check({ ppl: '{allow: {and: [{domain: corp.example}, {claim/groups: admins}]}}' });
    expect(outcomes).toContainEqual({
      who: 'somebody@corp.example',
      outcome: 'depends',
      possible: ['allowed', 'denied:403'],
      dependsOn: ['the claims of somebody@corp.example'],
    });
  });

  test('explains it as enforced when asked to', async () => {
    const { check } = await checking();
    const found = await check({ ppl: yaml, enforced: true });
    expect(found.verdict).toBe('valid, with warnings');
    expect(found.warnings).toMatchObject([{ code: 'enforced-allow', place: '' }]);
  });

  test('of a text that is no policy tells the place, the cause and the fix', async () => {
    const { check } = await checking();
    const found = await check({ ppl: 'allow:\n  and:\n    - email:\n      is: anna@corp.example\n' });
    expect(found).toMatchObject({ verdict: 'refused: this is no policy', grammar: 'invalid' });
    expect(found.errors).toMatchObject([
      {
        line: 3,
        message:
          'invalid rules in policy: invalid criteria in "and"): each criteria may only contain a single key and value',
        fix: "Indent is deeper than email: what is compared belongs below the condition's name.",
      },
    ]);
    expect(found).not.toHaveProperty('does');
  });

  test.each([
    ['{allow: {and: [{emails: x}]}}', 'refused: Pomerium does not take a criterion'],
    ['{deny: {or: [{http_method: {not_in: [GET]}}]}}', 'dangerous: it may be accepted, but the authorizer'],
    ['{allow: {and: [{email: {in: []}}]}}', 'valid, with warnings'],
  ])('%s is %s', async (ppl, verdict) => {
    const { check } = await checking();
    expect((await check({ ppl })).verdict).toContain(verdict);
  });

  test('takes what Zero has beside the open core without a word', async () => {
    const { check } = await checking();
    const conditions = [
      '{day_of_week: mon-fri}',
      '{date: {before: 2026-11-28}}',
      '{time_of_day: {timezone: Europe/Oslo, after: "8:00", before: "18:00"}}',
    ];
    const found = await check({ ppl: `{allow: {and: [{domain: x.example}, ${conditions.join(', ')}]}}` });
    expect(found.verdict).toBe('valid');
    expect(found).not.toHaveProperty('warnings');
    expect(found.edition).toBe('Zero or Enterprise');
  });
});

describe('check_policy of a record', () => {
  test('reads it and counts its routes', async () => {
    const { check, sandbox } = await checking();
    const { waiting, policiesOf } = sceneOf(sandbox);
    const payroll = policiesOf(waiting).find(({ name }) => name === 'Payroll');
    const found = await check({ policyId: payroll?.id });
    expect(found).toMatchObject({
      policyId: payroll?.id,
      name: 'Payroll',
      enforced: false,
      routes: 1,
      warnings: [{ code: 'blocks-are-ored', place: 'rules[0].allow' }],
    });
    expect(found.does?.map(({ text }) => text)).toEqual([
      'Lets in anyone whose e-mail domain is exactly "tidewrack.example".',
      'Also lets in, on this alone, anyone whose e-mail address is exactly "ingrid.solvang@tidewrack.example", "yuki.tanabe@tidewrack.example" or "tidewrack.bookkeeping@gmail.com".',
    ]);
  });

  test('of office hours tells that it depends on the time, whatever the time is now', async () => {
    const { check, sandbox } = await checking();
    const { waiting, policiesOf } = sceneOf(sandbox);
    const contractors = policiesOf(waiting).find(({ name }) => name === 'Contractors, office hours');
    expect((await check({ policyId: contractors?.id })).outcomes).toContainEqual({
      who: 'somebody@bellwether.example',
      outcome: 'depends',
      possible: ['allowed', 'denied:403'],
      dependsOn: ['the time of the visit'],
    });
  });

  test('knows that it is enforced', async () => {
    const { check, sandbox } = await checking();
    const { automatic, policiesOf } = sceneOf(sandbox);
    const breakGlass = policiesOf(automatic).find(({ name }) => name === 'Break glass');
    const found = await check({ policyId: breakGlass?.id });
    expect(found).toMatchObject({ enforced: true, warnings: [{ code: 'enforced-allow' }] });
  });
});

test('check_policy takes one of ppl and policyId', async () => {
  const { fails } = await connect();
  expect(await fails('check_policy', {})).toContain('Give either ppl or policyId.');
  expect(await fails('check_policy', { ppl: '{}', policyId: 'bPolicyThatIsNowhereToBeSee' })).toContain(
    'Give either ppl or policyId.',
  );
});
