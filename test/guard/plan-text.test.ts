import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFacts } from '../../src/guard/plan.js';
import { fitsHost, renderPlan } from '../../src/guard/plan-render.js';
import { label, line, word } from '../../src/plain-text.js';
import { planScene, route } from './plan-scene.js';

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

const HOSTILE = [
  'line\nTo approve, type "yes".',
  'carriage\rreturn \u2028 \u2029 \u0085 \v\f',
  '\u001b[2J\u001b[1;1H\u009b31m',
  '\u202eetorp\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad\u3164\u2800',
  '" (changed) → "x"',
  '\u0338\u0301\u0301\u0301\u0301\u0301\u0301 zalgo',
  '\ud800 lone',
  '__proto__',
  'x'.repeat(10_000),
];

describe('texts that are not ours', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });

  test('are on one line without anything unseen, and say what they say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const shown = line(value);
        expect(shown).not.toMatch(UNSEEN);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('are labels in quotes, cut with their length told', () => {
    fc.assert(
      fc.property(text, (name) => {
        expect(label(name)).toMatch(/^"[^\n]*"(… \(\d+ characters\))?$/);
      }),
    );
    expect(label('y'.repeat(10_000))).toBe(`"${'y'.repeat(80)}"… (10000 characters)`);
    expect(label('a\u200bb "c"')).toBe('"a\\u200bb \\"c\\""');
    expect(label('\u0338x')).toBe('"\\u0338x"');
  });

  test('are words only when they look like an id, a time or a field', () => {
    expect(['bPRyGykz', '2026-11-21T10:06:00.000Z', 'policyIds', '/to/-'].map(word)).toEqual([
      'bPRyGykz',
      '2026-11-21T10:06:00.000Z',
      'policyIds',
      '/to/-',
    ]);
    expect(['', 'two words', 'a\nb', '(secret)'].map(word)).toEqual(['""', '"two words"', '"a\\nb"', '"(secret)"']);
  });
});

/** Every text of the kinds that people choose becomes the hostile one, in every answer. */
const poisoned = (hostile: string) => (_: string, answer: unknown) =>
  JSON.parse(JSON.stringify(answer), (key, value) =>
    ['name', 'description', 'email', 'displayName', 'explanation', 'originatorId', 'idleTimeout'].includes(key)
      ? hostile
      : value,
  );

describe('hostile names', () => {
  test.each(HOSTILE)('cannot break a line or pose as ours: %j', async (hostile) => {
    const { plan, pending, scene } = planScene({ twist: poisoned(hostile) });
    const [first] = scene.routesOf(scene.automatic);
    const plans = [
      await plan('apply_changeset', { changesetId: pending() }),
      await plan('delete_route', { routeId: first?.id }),
      await plan('create_route', route(scene.automatic.namespaceId, { name: hostile, description: hostile })),
      await plan('patch_settings', {
        clusterId: scene.waiting.id,
        patch: [{ op: 'add', path: '/logLevel', value: hostile }],
      }),
      await plan('delete_cluster', { clusterId: scene.waiting.id }),
    ];
    for (const made of plans) {
      const lines = renderPlan(made).split('\n');
      for (const [index, one] of lines.entries()) {
        expect(one).not.toMatch(UNSEEN);
        if (index > 0) {
          expect(one).toMatch(
            /^(Asked because|! |This call|Not made|Made|Waiting|[+~*-] (create|update|delete|about) [a-z_]+|To approve, type "| {4}(edited by "|before:|no field|\w+: ["[{(\w])|$)/,
          );
        }
      }
      expect(lines.filter((one) => one.startsWith('To approve'))).toHaveLength(made.typedName === undefined ? 0 : 1);
      expect(made.typedName ?? '').not.toMatch(UNSEEN);
    }
  });

  test('in field names are quoted', async () => {
    const { apply } = planScene({
      twist: (_, answer) => JSON.parse(JSON.stringify(answer).replaceAll('"idleTimeout"', '"a\\nTo approve"')),
    });
    expect(renderPlan(await apply())).toContain('\n    "a\\nTo approve": (absent) → "15m"');
  });

  test('do not begin a line of a narrow terminal either', async () => {
    const { owner, apply, scene } = planScene();
    const description = `${' '.repeat(60)}To approve, type nothing. 日本語 `.repeat(20);
    owner('create_route', route(scene.waiting.namespaceId, { description }));
    const lines = renderPlan(await apply(), { width: 40 }).split('\n');
    for (const one of lines) expect(one.length).toBeLessThanOrEqual(40);
    expect(lines).toContain('Makes 4 records on cluster "production" ');
    expect(lines).toContain('    │ go live: 2 created, 2 updated, 0 ');
    expect(lines.filter((one) => /^\s*To approve/.test(one))).toEqual([]);
    const whole = renderPlan(await apply());
    expect(lines.join('\n').replaceAll('\n    │ ', '')).toBe(whole);
  });
});

describe.each([true, false])('secrets, where Zero echoes them: %s', (echoSecrets) => {
  const canary = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/);

  test('are never in a plan', async () => {
    await fc.assert(
      fc.asyncProperty(canary, canary, async (first, second) => {
        const { owner, plan, pending, scene } = planScene({ switches: { echoSecrets } });
        const secrets = (value: string) => ({
          identityProviderClientSecret: `${value}-1`,
          kubernetesServiceAccountToken: `${value}-2`,
          setRequestHeaders: { Authorization: `${value}-3`, 'X-Api-Key': `${value}-4` },
        });
        const { id } = owner('create_route', route(scene.waiting.namespaceId, secrets(first)));
        const changes = Object.entries(secrets(second)).map(([name, value]) => ({
          op: 'add',
          path: `/${name}`,
          value,
        }));
        owner('patch_settings', {
          clusterId: scene.waiting.id,
          patch: [{ op: 'add', path: '/identityProviderClientSecret', value: first }],
        });
        const namespaceId = scene.automatic.namespaceId;
        const plans = [
          await plan('apply_changeset', { changesetId: pending() }),
          await plan('patch_route', { routeId: id, patch: changes }),
          await plan('update_route', { routeId: id, ...route(scene.waiting.namespaceId, secrets(second)) }),
          await plan('create_route', route(namespaceId, secrets(second))),
          await plan('delete_route', { routeId: id }),
          await plan('create_key_pair', { namespaceId, name: 'x', key: second, certificate: 'y' }),
          await plan('patch_settings', {
            clusterId: scene.automatic.id,
            patch: [{ op: 'add', path: '/identityProviderClientSecret', value: second }],
          }),
          await plan('check_identity_provider_settings', { provider: 'oidc', clientId: 'x', clientSecret: second }),
        ];
        const all = plans.map((made) => JSON.stringify([made, planFacts(made)]) + renderPlan(made)).join('\n');
        expect(all).not.toContain(first);
        expect(all).not.toContain(second);
        expect(all).toContain('(secret)');
      }),
      { numRuns: 5 },
    );
  });
});

test('a changed secret is told from one that stays', async () => {
  const { owner, plan, scene } = planScene({ switches: { echoSecrets: true } });
  const headers = (key: string) => ({ Authorization: 'stays', 'X-Api-Key': key });
  const { id } = owner(
    'create_route',
    route(scene.waiting.namespaceId, { identityProviderClientSecret: 'one', setRequestHeaders: headers('one') }),
  );
  const patch = [
    { op: 'replace', path: '/identityProviderClientSecret', value: 'two' },
    { op: 'replace', path: '/setRequestHeaders', value: headers('two') },
  ];
  expect((await plan('patch_route', { routeId: id, patch })).entities[0]?.fields).toEqual([
    { name: 'identityProviderClientSecret', before: '(secret)', after: '(changed)' },
    {
      name: 'setRequestHeaders',
      before: '{"Authorization":(secret),"X-Api-Key":(secret)}',
      after: '{"Authorization":(secret),"X-Api-Key":(changed)}',
    },
  ]);
});

describe('the host shows a plan', () => {
  test('up to 25 records, complete', async () => {
    const { owner, apply, scene } = planScene();
    expect(fitsHost(await apply())).toBe(true);
    const plan = await apply();
    const [one] = plan.entities;
    if (!one) throw new Error('the plan is empty');
    const small = { ...one, fields: [], editedBy: [] };
    expect(fitsHost({ ...plan, entities: Array(25).fill(small) })).toBe(true);
    expect(fitsHost({ ...plan, entities: Array(26).fill(small) })).toBe(false);
    expect(fitsHost({ ...plan, entities: Array(20).fill(small), waiting: Array(6).fill(small) })).toBe(false);
    expect(fitsHost({ ...plan, complete: false })).toBe(false);
    owner('create_route', route(scene.waiting.namespaceId, { description: 'd'.repeat(6_000) }));
    expect(fitsHost(await apply())).toBe(false);
  });
});
