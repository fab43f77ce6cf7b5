import { generatorProblem, kindOfCriterion } from '../../policy/criteria/index.js';
import { parsePolicy } from '../../policy/parse.js';
import { BLOCKS, type Criterion, type Json } from '../../policy/ppl.js';

/** Why Zero refuses a policy, in the words of Pomerium: its grammar first, then its criteria. Undefined when it takes it. */
export function pplProblem(ppl: unknown): string | undefined {
  // A text is JSON like any other here: nobody reads YAML out of it.
  if (typeof ppl === 'string') return 'invalid rules in policy: unsupported type for rule: parser.String';
  const parsed = parsePolicy(jsonOf(ppl));
  if ('problem' in parsed) return parsed.problem.message;
  return first(criteriaOf(ppl), (criterion) => generatorProblem(criterion, 'zero'));
}

/** Why a policy that Pomerium takes can't be compiled, which stops the build of the whole configuration (PPL 1.10). */
export function compileError(ppl: unknown): string | undefined {
  return first(criteriaOf(ppl), (criterion) => kindOfCriterion(criterion)?.poison(criterion.data));
}

function criteriaOf(ppl: unknown): readonly Criterion[] {
  const parsed = parsePolicy(jsonOf(ppl));
  return 'policy' in parsed ? parsed.policy.flatMap((rule) => BLOCKS.flatMap((block) => rule[block])) : [];
}

/** What came in a request's body, or lies in the store, is JSON. */
function jsonOf(ppl: unknown): Json {
  return (ppl ?? null) as Json;
}

/** The first problem of any of `values`. */
function first<T>(values: readonly T[], check: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const problem = check(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
