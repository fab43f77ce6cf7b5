import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/policy/check.js';
import { kinds } from '../../src/policy/criteria/index.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { anonymousFacts, personFacts, strangerFacts } from '../../src/policy/known-facts.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { BLOCKS, type Criterion, type Json, type Policy } from '../../src/policy/ppl.js';
import { canonicalPolicy, printPolicy, printYaml } from '../../src/policy/print.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '010',
    '0x1f',
    '1_000',
    '.inf',
    '<<',
    '2026-01-02',
    '- a',
    '# b',
    '',
    ' ',
    'a: b',
    '*x',
  ),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number || 0),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const anyCriterion: fc.Arbitrary<Criterion> = fc.record({
  name: fc.oneof(
    fc.constantFrom(...Object.keys(kinds)),
    text.map((name) => name.replaceAll('/', '')),
  ),
  subPath: fc.oneof(fc.constant(''), text),
  data: json,
});
const operand = fc.constantFrom('a@x.example', 'x.example', 'admins', '', 'GET', '/');
const matcher = fc.oneof(
  operand,
  fc.dictionary(fc.constantFrom('is', 'not', 'contains', 'starts_with'), operand, { maxKeys: 2 }),
);
const soundCriterion: fc.Arbitrary<Criterion> = fc.record({
  name: fc.constantFrom(
    'accept',
    'reject',
    'authenticated_user',
    'email',
    'domain',
    'user',
    'http_method',
    'http_path',
  ),
  subPath: fc.constant(''),
  data: matcher,
});
const policyOf = (criterion: fc.Arbitrary<Criterion>): fc.Arbitrary<Policy> => {
  const list = fc.array(criterion, { maxLength: 3 });
  return fc.array(
    fc.record({
      action: fc.constantFrom('allow' as const, 'deny' as const),
      and: list,
      or: list,
      not: list,
      nor: list,
    }),
    { maxLength: 3 },
  );
};
const people = [
  anonymousFacts(0),
  anonymousFacts(0, { method: 'GET', path: '/' }),
  strangerFacts(0, { method: 'POST', path: '/a' }),
  personFacts(0, { email: 'a@x.example' }),
  personFacts(0, { email: 'a@x.example', userId: 'admins' }, { method: 'GET', path: '/' }),
];

describe('printing', () => {
  test('is undone by parsing, as JSON and as YAML', () => {
    fc.assert(
      fc.property(policyOf(anyCriterion), (policy) => {
        expect(parsePolicy(printPolicy(policy))).toEqual({ policy });
        expect(parsePolicy(printYaml(policy))).toEqual({ policy });
        expect(parsePolicy(JSON.stringify(printPolicy(policy)))).toEqual({ policy });
      }),
      { numRuns: 100 },
    );
  });

  test('is the same for the same policy in another order', () => {
    fc.assert(
      fc.property(policyOf(anyCriterion), (policy) => {
        const turned = policy.toReversed().map((rule) => ({
          ...rule,
          ...Object.fromEntries(BLOCKS.map((block) => [block, rule[block].toReversed()])),
        }));
        expect(canonicalPolicy(turned)).toBe(canonicalPolicy(policy));
      }),
    );
    const canonicalOf = (source: string) => {
      const parsed = parsePolicy(source);
      return 'policy' in parsed ? canonicalPolicy(parsed.policy) : parsed.problem.message;
    };
    const one = '{"allow": {"and": [{"email": {"is": "a", "not": "b"}}, {"user": "c"}]}}';
    expect(canonicalOf('[{"allow": {"and": [{"user": "c"}, {"email": {"not": "b", "is": "a"}}], "or": []}}]')).toBe(
      canonicalOf(one),
    );
    expect(canonicalOf(one.replace('and', 'or'))).not.toBe(canonicalOf(one));
    expect(canonicalOf(one.replace('allow', 'deny'))).not.toBe(canonicalOf(one));
    expect(canonicalOf(one.replace('"c"', '["c"]'))).not.toBe(canonicalOf(one));
  });
});

describe('merging', () => {
  test('does not depend on the order of policies', () => {
    fc.assert(
      fc.property(
        fc.array(policyOf(soundCriterion), { maxLength: 4 }),
        fc.constantFrom(...people),
        (policies, facts) => {
          const { trace: _, ...one } = evaluate(policies, facts);
          const { trace: __, ...other } = evaluate(policies.toReversed(), facts);
          expect(normal(other)).toEqual(normal(one));
        },
      ),
    );
  });

  test('of a policy with a part of itself changes nothing', () => {
    fc.assert(
      fc.property(policyOf(soundCriterion), fc.constantFrom(...people), (policy, facts) => {
        const { trace: _, ...one } = evaluate([policy], facts);
        const { trace: __, ...twice } = evaluate([policy, policy.slice(0, 1)], facts);
        expect(normal(twice)).toEqual(normal(one));
      }),
    );
  });
});

describe('what is unknown', () => {
  test('leaves open exactly what may be: the outcome of every way to know it is among the possible ones', () => {
    fc.assert(
      fc.property(
        policyOf(soundCriterion),
        fc.record({ method: fc.constantFrom('GET', 'POST'), path: fc.constantFrom('/', '/a') }),
        (policy, known) => {
          for (const facts of [anonymousFacts, strangerFacts]) {
            const open = evaluate([policy], facts(0)).outcome;
            const { outcome } = evaluate([policy], facts(0, known));
            expect(typeof open === 'object' ? open.possible : [open]).toContain(outcome);
          }
        },
      ),
    );
  });
});

function normal<Value extends { readonly outcome: unknown }>(evaluation: Value): Value {
  const { outcome } = evaluation;
  if (typeof outcome !== 'object' || outcome === null || !('unknown' in outcome)) return evaluation;
  const { unknown } = outcome;
  return { ...evaluation, outcome: { ...outcome, unknown: Array.isArray(unknown) ? unknown.toSorted() : unknown } };
}

describe('no text hangs or crashes', () => {
  const check = (source: string | Json) => {
    const { policy, errors } = checkPolicy(source);
    if (!policy) expect(errors).toHaveLength(1);
    for (const facts of policy ? people : []) evaluate([policy ?? []], facts);
    return errors[0]?.message;
  };

  test('any text, any JSON, any policy', () => {
    fc.assert(fc.property(text, (source) => void check(source)));
    fc.assert(
      fc.property(
        json.filter((value) => typeof value !== 'string'),
        (source) => void check(source),
      ),
    );
    fc.assert(fc.property(policyOf(anyCriterion), (policy) => void check(printPolicy(policy))));
  });

  test('mutilated policies', () => {
    fc.assert(
      fc.property(policyOf(anyCriterion), fc.nat(), fc.nat(9), text, (policy, at, length, inserted) => {
        const whole = printYaml(policy);
        const start = at % (whole.length + 1);
        check(whole.slice(0, start) + inserted + whole.slice(start + length));
      }),
    );
  });

  const MANY = 2 ** 16;
  test.each([
    ['open brackets', '['.repeat(MANY), /max depth/],
    ['open braces', '{a: '.repeat(MANY), /max depth/],
    ['nested dashes', '- '.repeat(MANY), /max depth/],
    ['nested mappings', Array.from({ length: 900 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), /max depth/],
    ['one text of a megabyte', `{"allow": {"and": [{"email": "${'x'.repeat(2 ** 20)}"}]}}`, undefined],
    ['a megabyte of blanks', ' '.repeat(2 ** 20), /EOF/],
    ['quotes', '"'.repeat(MANY / 8), /yaml: line 1/],
    ['anchors', '&a '.repeat(MANY / 8), /yaml: line 1/],
    ['colons', ': '.repeat(MANY), /max depth/],
    ['many conditions', JSON.stringify({ allow: { or: Array(3000).fill({ email: 'anna@example.com' }) } }), undefined],
    ['many lines', `allow:\n  or:\n${'  - accept: true\n'.repeat(3000)}`, undefined],
    ['laughing aliases', laughs(), /excessive aliasing/],
    ['an alias of itself', 'a: &a [*a]', /anchor 'a' value contains itself/],
  ])('%s', (_, source, message) => {
    if (message) expect(check(source)).toMatch(message);
    else expect(check(source)).toBeUndefined();
  });
});

/** Each line has the one before it nine times. */
function laughs(): string {
  const lines = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join()}]`);
  return ['a0: &a0 [ha]', ...lines].join('\n');
}
