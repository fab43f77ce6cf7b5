import { type Action, BLOCKS, type Block, type Criterion, type Json, keyOf, type Policy } from '../../policy/ppl.js';
import { printPolicy } from '../../policy/print.js';
import type { Check, Firing, Severity, Subject } from '../check.js';
import type { ClusterView, PolicyView, Snapshot } from '../snapshot.js';
import { grouped } from './grouped.js';
import { perSnapshot } from './per-snapshot.js';

/** A block that has criteria. An action is the OR of its terms, whatever rule or policy they stand in. */
export interface Term {
  readonly action: Action;
  readonly block: Block;
  readonly criteria: readonly Criterion[];
}

/** A criterion and where it stands. */
export interface Use {
  readonly action: Action;
  readonly block: Block;
  readonly criterion: Criterion;
}

/** The terms of a policy; none where it can't be read. */
export function termsOf({ parsed = [] }: PolicyView, action?: Action): readonly Term[] {
  return parsed
    .filter((rule) => action === undefined || rule.action === action)
    .flatMap((rule) =>
      BLOCKS.filter((block) => rule[block].length > 0).map((block) => ({
        action: rule.action,
        block,
        criteria: rule[block],
      })),
    );
}

/** The criteria of a policy with their places. */
export function usesOf(view: PolicyView, action?: Action): readonly Use[] {
  return termsOf(view, action).flatMap(usesIn);
}

/** The criteria of a term with their places. */
export function usesIn({ criteria, ...place }: Term): readonly Use[] {
  return criteria.map((criterion) => ({ ...place, criterion }));
}

/** Whether a criterion must hold, where it stands, for its action to be taken. Under `not` and `nor` it must not. */
export function isRequired({ block }: Pick<Use, 'block'>): boolean {
  return block === 'and' || block === 'or';
}

/** Whether a term is true as soon as all criteria that pass the test are. */
export function isEnough({ block, criteria }: Term, test: (criterion: Criterion) => boolean): boolean {
  return block === 'or' ? criteria.some(test) : block === 'and' && criteria.every(test);
}

/** The operators of a criterion with their operands. A value that is no object is the operand of the shorthand. */
export function operandsOf({ data }: Criterion, shorthand: 'is' | 'has' = 'is'): readonly (readonly [string, Json])[] {
  return isObject(data) ? Object.entries(data) : [[shorthand, data]];
}

/** The texts that a criterion names under the given operators. */
export function textsOf(criterion: Criterion, operators: readonly string[]): readonly string[] {
  return operandsOf(criterion)
    .filter(([operator]) => operators.includes(operator))
    .flatMap(([, operand]) => operand)
    .filter((operand) => typeof operand === 'string');
}

/** Operators that name whom they mean, as opposed to whom they leave out. */
export const NAMING = ['is', 'in', 'contains', 'starts_with', 'ends_with'] as const;

export function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A criterion as evidence: `allow.and email: {"is":"anna@example.com"}`. */
export function shown({ action, block, criterion }: Use): string {
  return `${action}.${block} ${keyOf(criterion)}: ${JSON.stringify(criterion.data)}`;
}

export function policySubject({ policy }: PolicyView): Subject {
  return { type: 'policy', id: policy.id, name: policy.name ?? policy.id };
}

/** A check's answer for one record. */
export type Case = Omit<Firing, 'subject'>;

type Declared = Omit<Check, 'subject' | 'needs' | 'find'> & { readonly needs?: Check['needs'] };

/** A check that looks at one policy after the other. */
export function policyCheck({
  needs = ['policies'],
  find,
  ...check
}: Declared & { readonly find: (view: PolicyView, snapshot: Snapshot) => Case | undefined }): Check {
  return {
    ...check,
    subject: 'policy',
    needs,
    find: (snapshot) =>
      snapshot.policies.flatMap((view) => {
        const found = find(view, snapshot);
        return found ? [{ subject: policySubject(view), ...found }] : [];
      }),
  };
}

/** A check that objects to single criteria. `mend` gives the criterion as it should be, where that is plain. */
export function criterionCheck({
  objects,
  severityOf,
  mend,
  ...check
}: Declared & {
  readonly objects: (use: Use, view: PolicyView, snapshot: Snapshot) => boolean;
  readonly severityOf?: (uses: readonly Use[]) => Severity | undefined;
  readonly mend?: (use: Use) => Criterion | undefined;
}): Check {
  return policyCheck({
    ...check,
    find: (view, snapshot) => {
      const uses = usesOf(view).filter((use) => objects(use, view, snapshot));
      if (uses.length === 0) return undefined;
      const severity = severityOf?.(uses);
      const fix = mend && mended(view, uses, mend);
      return { evidence: { criteria: uses.map(shown) }, ...(severity && { severity }), ...(fix && { fix }) };
    },
  });
}

/** The call that puts better criteria in the place of some; none where one of them has no better one. */
function mended(
  { policy, parsed = [] }: PolicyView,
  uses: readonly Use[],
  mend: (use: Use) => Criterion | undefined,
): Firing['fix'] {
  const better = new Map<Criterion, Criterion>();
  for (const use of uses) {
    const criterion = mend(use);
    if (!criterion) return undefined;
    better.set(use.criterion, criterion);
  }
  const replaced = (criteria: readonly Criterion[]) => criteria.map((criterion) => better.get(criterion) ?? criterion);
  return rewriting(
    policy.id,
    parsed.map((rule) => ({
      action: rule.action,
      and: replaced(rule.and),
      or: replaced(rule.or),
      not: replaced(rule.not),
      nor: replaced(rule.nor),
    })),
  );
}

/** The call that gives a policy other rules. */
export function rewriting(policyId: string, policy: Policy): NonNullable<Firing['fix']> {
  return { tool: 'update_policy', arguments: { policyId, ppl: printPolicy(policy) } };
}

/** The routes that each policy governs, by the policy's id. */
export const routesByPolicy = perSnapshot(({ routes }) =>
  grouped(routes, ({ policies }) => policies.map(({ policy }) => policy.id)),
);

/** Where a policy has effect: the clusters of its routes, or while it has none, those that it is kept for. */
export function clustersOf({ policy, clusterIds }: PolicyView, snapshot: Snapshot): readonly ClusterView[] {
  const routes = routesByPolicy(snapshot).get(policy.id);
  const ids = new Set(routes ? routes.flatMap((view) => view.clusterIds) : clusterIds);
  return snapshot.clusters.filter(({ cluster }) => ids.has(cluster.id));
}
