import { generatorProblem, kindOfCriterion } from './criteria/index.js';
import { fixFor } from './fixes.js';
import type { PlacedRule } from './grammar.js';
import { readSource, type SourceRules } from './parse.js';
import { BLOCKS, type Block, type Criterion, type Json, keyOf, type Policy } from './ppl.js';
import type { Problem } from './problem.js';
import { criterionWarnings, policyWarnings, ruleWarnings, type Warning } from './warnings.js';
import type { Path } from './yaml.js';

export interface PolicyCheck {
  /** Whether the text has the shape of a policy. */
  readonly grammar: 'valid' | 'invalid';
  /** Whether Pomerium's open core also knows each criterion and takes its data; what only Zero has makes it invalid. */
  readonly full: 'valid' | 'invalid';
  /** Whether Zero's authorizer can build it; what it can't build stops the whole configuration (PPL.md 1.10). */
  readonly compiles: boolean;
  /** What must be mended: none exactly when it compiles. */
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Absent when the grammar is invalid. */
  readonly policy?: Policy;
}

/** All that is wrong with a policy, and all that is doubtful, in the order of the text. */
export function checkPolicy(source: string | Json): PolicyCheck {
  const read = readSource(source);
  if ('problem' in read) {
    return { grammar: 'invalid', full: 'invalid', compiles: false, errors: [read.problem], warnings: [] };
  }
  const { rules, place } = read;
  const placed = [...criteriaOf(rules)];
  const errors = errorsIn(read);
  const isFull = placed.every(({ criterion }) => generatorProblem(criterion, 'core') === undefined);
  const at = (path: Path) => (warning: Warning) => ({ severity: 'warning' as const, ...place(path), ...warning });
  const warnings = [
    ...policyWarnings(rules).map(at([])),
    ...rules.flatMap((rule) => ruleWarnings(rule).map(({ block, ...warning }) => at(blockPath(rule, block))(warning))),
    ...placed.flatMap(({ criterion, path }) => criterionWarnings(criterion).map(at(path))),
  ];
  return {
    grammar: 'valid',
    full: isFull ? 'valid' : 'invalid',
    compiles: errors.length === 0,
    errors,
    warnings,
    policy: rules.map(({ index, ...rule }) => rule),
  };
}

/** What must be mended in a policy, without its warnings. */
export function policyErrors(source: string | Json): readonly Problem[] {
  const read = readSource(source);
  return 'problem' in read ? [read.problem] : errorsIn(read);
}

function errorsIn({ rules, place }: SourceRules): readonly Problem[] {
  return [...criteriaOf(rules)].flatMap(({ criterion, path }) =>
    errorsOf(criterion).map((problem) => ({ ...problem, ...place(path) })),
  );
}

interface PlacedCriterion {
  readonly criterion: Criterion;
  readonly path: Path;
}

function* criteriaOf(rules: readonly PlacedRule[]): Generator<PlacedCriterion> {
  for (const rule of rules) {
    for (const block of BLOCKS) {
      for (const [index, criterion] of rule[block].entries()) {
        yield { criterion, path: [...blockPath(rule, block), index, keyOf(criterion)] };
      }
    }
  }
}

function blockPath({ index, action }: PlacedRule, block: Block | undefined): Path {
  return block ? [index, action, block] : [index, action];
}

function errorsOf(criterion: Criterion): readonly Omit<Problem, 'place'>[] {
  const refused = generatorProblem(criterion, 'zero');
  const poison = refused === undefined ? kindOfCriterion(criterion)?.poison(criterion.data) : undefined;
  const message = refused ?? (poison && `error building policy evaluators: ${poison}`);
  if (message === undefined) return [];
  return [{ severity: 'error', message, ...fixFor(message, criterion) }];
}
