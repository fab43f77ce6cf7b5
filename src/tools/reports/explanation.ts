import type { Input } from '../../operation.js';
import { isUndecided } from '../../policy/evaluate.js';
import { type Explanation, outcomeWords } from '../../policy/explain/explain.js';

/** An explanation as a report's fields, but for where it reads differently: that joins the warnings. */
export function explanationFields({ sentences, outcomes, moreOutcomes }: Explanation): Input {
  return {
    does: sentences,
    outcomes: outcomes.map(({ who, outcome }) =>
      isUndecided(outcome)
        ? { who, outcome: 'depends', possible: outcome.possible, dependsOn: outcome.unknown }
        : { who, outcome, means: outcomeWords(outcome) },
    ),
    ...(moreOutcomes > 0 && { moreOutcomes }),
  };
}
