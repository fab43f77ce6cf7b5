import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { whoGainsWhoLoses } from '../../src/policy/compare/compare.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { type DatabrokerRecord, factsOf } from '../../src/policy/input-facts.js';
import { parsePolicy } from '../../src/policy/parse.js';
import type { Json, Policy } from '../../src/policy/ppl.js';

interface Cases {
  readonly records: readonly DatabrokerRecord[];
  readonly contexts: Readonly<Record<string, Json>>;
  readonly policies: Readonly<Record<string, Json>>;
}

const cases = JSON.parse(readFileSync(new URL('cases/cases.json', import.meta.url), 'utf8')) as Cases;
const AT = Date.UTC(2026, 0, 5, 12);
const contexts = Object.entries(cases.contexts).map(([name, input]) => ({
  name,
  facts: factsOf(input, cases.records, AT),
}));
const policies = Object.entries(cases.policies).map(([name, ppl]) => ({ name, policy: parsed(ppl) }));

function parsed(ppl: Json): Policy {
  const result = parsePolicy(ppl);
  if ('problem' in result) throw new Error(result.problem.message);
  return result.policy;
}

test('states a difference for all pairs of policies wherever an outcome of any context differs, and leaves none undecided', () => {
  const outcomes = policies.map(({ policy }) => contexts.map(({ facts }) => evaluate([policy], facts).outcome));
  const wrong: string[] = [];
  let different = 0;
  policies.forEach((before, one) => {
    policies.forEach((after, other) => {
      const { gains, loses, otherChanges, undecided } = whoGainsWhoLoses([before.policy], [after.policy]);
      const pair = `${before.name} → ${after.name}`;
      for (const why of undecided) wrong.push(`${pair}: ${why}`);
      for (const [index, { name }] of contexts.entries()) {
        const [was, is] = [outcomes[one]?.[index], outcomes[other]?.[index]];
        if (was === is) continue;
        different += 1;
        const stated = is === 'allowed' ? gains : was === 'allowed' ? loses : otherChanges;
        if (stated.length === 0) wrong.push(`${pair}: ${name} goes from ${was} to ${is}`);
      }
      for (const { who, witness, before: was, after: is } of [...gains, ...loses, ...otherChanges]) {
        const confirmed =
          evaluate([before.policy], witness).outcome === was && evaluate([after.policy], witness).outcome === is;
        if (!confirmed || was === is) wrong.push(`${pair}: ${who} has a wrong witness`);
      }
    });
  });
  expect(wrong).toEqual([]);
  expect(policies).toHaveLength(60);
  expect(different).toBeGreaterThan(10_000);
});
