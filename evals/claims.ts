import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../src/guard/plan.js';
import { checkPolicy } from '../src/policy/check.js';
import { decisionOf, evaluate } from '../src/policy/evaluate.js';
import { anonymousFacts, personFacts } from '../src/policy/known-facts.js';
import type { Json } from '../src/policy/ppl.js';
import type { ClusterState, RouteRow } from '../src/sandbox/store.js';
import type { Ending } from './task.js';

/** Whether a text has all of these; words in any case. */
export function says(text: string, ...wanted: readonly (string | RegExp)[]): boolean {
  const plain = text.toLowerCase();
  return wanted.every((one) => (typeof one === 'string' ? plain.includes(one.toLowerCase()) : one.test(text)));
}

/** Whether a text has any of these. */
export function mentions(text: string, ...names: readonly string[]): boolean {
  return names.some((name) => says(text, name));
}

export function routeIn({ routes }: ClusterState, name: string): RouteRow | undefined {
  return Object.values(routes).find((row) => row.name === name);
}

type Rows = Readonly<Record<string, object>>;

/** The rows without those of these names. */
function others(rows: Rows, names: readonly string[]): Rows {
  return Object.fromEntries(
    Object.entries(rows).filter(([, row]) => !('name' in row) || !names.includes(String(row.name))),
  );
}

/** Whether a cluster's routes and policies are the same but for those of these names. */
export function sameBut(before: ClusterState, after: ClusterState, ...names: readonly string[]): boolean {
  return (['routes', 'policies'] as const).every((kind) =>
    isDeepStrictEqual(others(before[kind], names), others(after[kind], names)),
  );
}

/** Whether a row differs from another in these fields alone, or in none. */
export function changedOnly(before: object | undefined, after: object | undefined, ...fields: readonly string[]) {
  if (!before || !after) return false;
  const rest = (row: object) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'updatedAt' && !fields.includes(name)));
  return isDeepStrictEqual(rest(before), rest(after));
}

/** Whether what production runs is what it ran. */
export function productionRunsAsBefore({ before, after }: Ending): boolean {
  return isDeepStrictEqual(before.production.live, after.production.live);
}

/** Parts of the organization that nobody changes by looking. */
const PARTS = [
  'organizations',
  'memberships',
  'invitations',
  'clusters',
  'settings',
  'routes',
  'policies',
  'keyPairs',
  'serviceAccounts',
  'customDomains',
  'live',
] as const;

/** Whether the organization is as it was, saved and live. */
export function nothingChanged({ before, after }: Ending): boolean {
  return PARTS.every((part) => isDeepStrictEqual(before.state[part], after.state[part]));
}

/** The claims of a task that only asks. */
export function onlyLooked(ending: Ending): Readonly<Record<string, boolean>> {
  return { 'nothing was sent that is no read': ending.sent.length === 0, 'nothing changed': nothingChanged(ending) };
}

/** Whether a visitor gets through a route, by all its policies: an e-mail address, or nobody who signed in. */
export function admits(cluster: ClusterState, routeName: string, email: string | undefined, at = Date.now()): boolean {
  const route = routeIn(cluster, routeName);
  if (!route) return false;
  const effective = Object.values(cluster.policies).filter(
    (policy) => policy.enforced || route.policyIds?.includes(policy.id),
  );
  const policies = effective.flatMap(({ ppl }) => {
    const { policy, compiles } = checkPolicy(ppl as Json);
    return policy && compiles ? [policy] : [];
  });
  const visit = { method: 'GET', path: '/', ip: '203.0.113.9' };
  const person = { userId: `id of ${email}`, claims: {}, allClaims: true, groups: [], devices: [] };
  const facts = email === undefined ? anonymousFacts(at, visit) : personFacts(at, { email, ...person }, visit);
  return decisionOf(evaluate(policies, facts).outcome) === 'allow';
}

/** A yes to exactly this operation, if it touches no record but those of these names. */
export function yesTo(operation: RegExp, ...names: readonly string[]) {
  return (plan: Plan): boolean =>
    operation.test(plan.operation) &&
    [...plan.entities, ...plan.waiting].every(({ name }) => names.some((wanted) => name.includes(wanted)));
}

export const DAY = 86_400_000;

/** The coming Monday at ten in the morning in Oslo, an office hour. */
export function officeHour(now = Date.now()): number {
  const days = (8 - new Date(now).getUTCDay()) % 7 || 7;
  return Math.floor(now / DAY) * DAY + days * DAY + 9 * 3_600_000;
}
