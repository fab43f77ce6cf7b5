import { policyErrors } from '../../policy/check.js';
import { generatorProblem, kindOfCriterion } from '../../policy/criteria/index.js';
import type { Criterion, Json } from '../../policy/ppl.js';
import type { Check } from '../check.js';
import type { PolicyView } from '../snapshot.js';
import { policyCheck, shown, usesOf } from './policy-terms.js';
import { docs, RUN } from './sources.js';

/** Policies that the proxy can't work with. */
export const brokenPolicyChecks: readonly Check[] = [
  policyCheck({
    id: 'POL-19',
    severity: 'critical',
    title: 'Policy that passes validation but breaks the authorizer',
    why: 'What is generated from it does not compile. The authorizer then keeps its old state for every route, revocations included, and does not start again after a restart.',
    remedy:
      'Mend or detach it at once; give texts to text operators, and write not_in on methods and paths as a not block with in.',
    sources: [RUN],
    find: (view) => {
      const uses = usesOf(view);
      if (uses.some(({ criterion }) => generatorProblem(criterion, 'zero') !== undefined)) return undefined;
      const poisons = uses.flatMap((use) => {
        const problem = kindOfCriterion(use.criterion)?.poison(use.criterion.data);
        return problem === undefined ? [] : [{ criterion: shown(use), problem }];
      });
      return poisons.length > 0 ? { evidence: { criteria: poisons } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-34',
    severity: 'high',
    title: 'Unknown criterion or operator',
    why: 'The API refuses it; where it arrives another way, the whole policy is dropped with a line in the log, and its deny rules with it.',
    remedy: 'Correct the name, the operator or the value.',
    sources: [RUN],
    find: (view) => {
      const problems = view.parsed ? unknownIn(view) : grammarProblems(view);
      return problems.length > 0 ? { evidence: { problems } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-39',
    severity: 'medium',
    title: 'Time window without zone or written ambiguously',
    why: 'The rule applies at another time than meant, or the policy is refused.',
    remedy: 'Give time_of_day a timezone such as Europe/Oslo, dates as 2026-01-31, days as mon-fri.',
    sources: [docs('internals/ppl')],
    find: (view) => {
      const malformed = usesOf(view).flatMap((use) => {
        const kind = kindOfCriterion(use.criterion);
        const problem = kind?.about === 'time' ? kind.problem(use.criterion.data) : undefined;
        return problem === undefined ? [] : [{ criterion: shown(use), problem }];
      });
      return malformed.length > 0 ? { evidence: { criteria: malformed } } : undefined;
    },
  }),
];

function unknownIn(view: PolicyView): readonly string[] {
  return usesOf(view).flatMap((use) => {
    const problem = unknownProblem(use.criterion);
    return problem === undefined ? [] : [`${shown(use)}: ${problem}`];
  });
}

/** Malformed times are a matter of their own (POL-39). */
function unknownProblem(criterion: Criterion): string | undefined {
  const kind = kindOfCriterion(criterion);
  return kind?.about === 'time' ? undefined : generatorProblem(criterion, 'zero');
}

/** Why a policy can't be read at all; nothing for one that is empty. */
function grammarProblems({ policy }: PolicyView): readonly string[] {
  // Whatever is stored there, the parser judges it.
  const ppl = policy.ppl as Json | undefined;
  return ppl === undefined || ppl === '' ? [] : policyErrors(ppl).map(({ message }) => message);
}
