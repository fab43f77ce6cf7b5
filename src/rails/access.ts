import { parsedOf, type RouteView } from '../audit/snapshot.js';
import { memo } from '../memo.js';
import { type Comparison, whoGainsWhoLoses } from '../policy/compare/compare.js';
import type { Policy } from '../policy/ppl.js';

/** The policies that decide on a route; none without one. */
export function policiesOf(view: RouteView | undefined): readonly Policy[] {
  return view ? parsedOf(view.policies) : [];
}

/** Why it isn't known what decides on a route; none when it is. */
export function doubtsOf(view: RouteView | undefined): readonly string[] {
  return (view?.unreadPolicyIds ?? []).map((id) => `policy ${id} could not be read`);
}

const byText = memo((text): Comparison => {
  const { before, after } = JSON.parse(text) as Record<'before' | 'after', readonly Policy[]>;
  return whoGainsWhoLoses(before, after);
}, 1_000);

/** {@link whoGainsWhoLoses} at any time, told once for many routes under the same policies. */
export function compared(before: readonly Policy[], after: readonly Policy[]): Comparison {
  return byText(JSON.stringify({ before, after }));
}
