import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/policy/check.js';

interface ParserCase {
  readonly id: string;
  readonly policy: string;
  readonly expect: {
    readonly grammar: 'valid' | 'invalid';
    readonly full: 'valid' | 'invalid';
    readonly rules?: number;
    readonly compile_error?: true;
    readonly grammar_error?: string;
    readonly generator_error?: string;
  };
}

const { cases }: { readonly cases: readonly ParserCase[] } = JSON.parse(
  readFileSync(new URL('./cases/parser-cases.json', import.meta.url), 'utf8'),
);

describe("Pomerium's verdicts on policy texts", () => {
  test.each(cases)('$id $policy', ({ policy, expect: expected }) => {
    const check = checkPolicy(policy);
    const message = expected.grammar_error ?? expected.generator_error;
    expect(check).toMatchObject({
      grammar: expected.grammar,
      full: expected.full,
      compiles: check.errors.length === 0,
    });
    expect(check.policy?.length).toBe(expected.rules);
    if (message !== undefined) {
      expect([...check.errors, ...check.warnings].map((problem) => problem.message)).toContain(message);
    }
    expect(check.errors.length > 0 || check.warnings.some(({ code }) => code === 'edition-needed')).toBe(
      expected.full === 'invalid' || expected.compile_error === true,
    );
  });
});
