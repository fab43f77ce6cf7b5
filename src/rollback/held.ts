import { type Holder, holdersOf } from '../guard/record-of.js';
import { label } from '../plain-text.js';
import type { Sources } from '../report.js';
import type { Planned } from './calls.js';
import { titleOf } from './edit.js';

/** Leaves out the deletion of policies that routes will still name then, which Zero refuses, and says so. */
export async function withoutHeld(planned: readonly Planned[], { read }: Sources): Promise<readonly Planned[]> {
  return Promise.all(
    planned.map(async (one) => {
      const { edit, inverse } = one;
      if (edit.kind.type !== 'policy' || inverse.step?.action !== 'remove') return one;
      const holders = await holdersOf({ ...edit.place, policyId: edit.id }, read);
      const left = holders.filter((holder) => !planned.some((other) => letsGo(other, holder, edit.id)));
      if (left.length === 0) return one;
      const routes = left.map(({ name, id }) => label(name ?? id)).join(', ');
      const { step: _, ...rest } = inverse;
      const why = `${titleOf(edit)} can't be deleted while routes name it: ${routes}. Take it off them first.`;
      return { ...one, inverse: { ...rest, cannot: [...rest.cannot, why] } };
    }),
  );
}

/** Whether taking back an edit takes a policy off this route, or the route away: both come before policies are deleted. */
function letsGo({ edit, inverse: { step } }: Planned, { id }: Holder, policyId: string): boolean {
  if (edit.kind.type !== 'route' || edit.id !== id) return false;
  if (step?.action === 'remove') return true;
  const isOff = ({ was }: { readonly was?: unknown }) => !(Array.isArray(was) && was.includes(policyId));
  return step?.action === 'change' && step.changes.some((change) => change.path[0] === 'policyIds' && isOff(change));
}
