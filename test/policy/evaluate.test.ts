import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate, type Result } from '../../src/policy/evaluate.js';
import { type DatabrokerRecord, factsOf } from '../../src/policy/input-facts.js';
import { parsePolicy } from '../../src/policy/parse.js';
import type { Json, Policy } from '../../src/policy/ppl.js';

interface Case {
  readonly id: string;
  readonly policy?: string;
  readonly policies?: readonly string[];
  readonly context: string;
  /** Device conditions say more, which nobody reads. */
  readonly expect: { readonly allow: Result; readonly deny: Result };
  readonly outcome: string;
}

interface Cases {
  readonly records: readonly DatabrokerRecord[];
  readonly contexts: Readonly<Record<string, Json>>;
  readonly policies: Readonly<Record<string, Json>>;
  readonly cases: readonly Case[];
  readonly several_policies: readonly Case[];
}

const cases: Cases = JSON.parse(readFileSync(new URL('./cases/cases.json', import.meta.url), 'utf8'));

function policyOf(source: Json): Policy {
  const parsed = parsePolicy(source);
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.policy;
}

const NOW = Date.UTC(2026, 7, 1);

describe.each(['cases', 'several_policies'] as const)("Pomerium's verdicts: %s", (set) => {
  test.each(cases[set])(
    '$id $policy$policies, $context',
    ({ policy, policies = [policy ?? ''], context, expect: expected, outcome }) => {
      const parsed = policies.map((name) => policyOf(cases.policies[name] ?? null));
      const { allow, deny, ...result } = evaluate(parsed, factsOf(cases.contexts[context] ?? null, cases.records, NOW));
      expect(expected).toMatchObject({ allow, deny });
      expect(result.outcome).toBe(outcome);
    },
  );
});
