import { withAncestors, withDescendants } from '../records.js';
import type { PolicyRow, RouteRow, State } from '../store.js';

/** The pointer that routes and policies show of each other. */
export function entityInfo({ id, name, updatedAt }: PolicyRow | RouteRow) {
  return { id, name, updatedAt };
}

/** The policies of a route: those it names, and those enforced in its namespace or above it. */
export function policiesOf(state: State, route: RouteRow) {
  const reach = withAncestors(state, route.namespaceId);
  const policies = Object.values(state.policies);
  return {
    assigned: policies.filter((policy) => route.policyIds.includes(policy.id)),
    enforced: policies.filter((policy) => policy.enforced && reach.includes(policy.namespaceId)),
  };
}

/** The routes of a policy: those that name it, and those in its namespace or below it when it is enforced. */
export function routesOf(state: State, policy: PolicyRow) {
  const reach = policy.enforced ? withDescendants(state, policy.namespaceId) : [];
  const routes = Object.values(state.routes);
  return {
    assigned: routes.filter((route) => route.policyIds.includes(policy.id)),
    enforced: routes.filter((route) => reach.includes(route.namespaceId)),
  };
}
