import type { z } from 'zod';
import type { Quotas } from '../tools/zero/entities/organization.js';
import { type Call, Refusal } from './behaviour.js';
import { organizationOf } from './records.js';
import type { MembershipRow, State, Table } from './store.js';

/** What is counted from the stored rows; replicas aren't rows, and hosted clusters are of the vendor's making. */
export type Counted = Exclude<keyof z.infer<typeof Quotas>, 'replicas' | 'hostedClusters'>;

/** How many of each limited kind an organization has. */
export function countRows(state: State, organizationId: string): Record<Counted, number> {
  const own = <R extends object>(table: Table<R>) =>
    Object.values(table).filter((row) => organizationOf(state, row) === organizationId);
  const isApiUser = ({ userId }: MembershipRow) => state.users[userId]?.type === 'user_type_api_access';
  const people = own(state.memberships).filter((row) => !isApiUser(row));
  return {
    administrators: people.filter(({ role }) => role === 'owner' || role === 'admin').length,
    apiUsers: own(state.memberships).filter(isApiUser).length,
    certificates: own(state.keyPairs).filter(({ origin }) => origin === 'user').length,
    clusters: own(state.clusters).length,
    customDomains: own(state.customDomains).length,
    policies: own(state.policies).length,
    routes: own(state.routes).length,
    serviceAccounts: own(state.serviceAccounts).length,
  };
}

/** Refuses one more of a kind when the organization has as many as it may. */
export function requireQuota({ world, organization }: Call, kind: Counted): void {
  const limit = organization.quotas[kind];
  if (countRows(world.state, organization.id)[kind] >= limit)
    throw new Refusal(world.switches.overQuota, `quota exceeded: ${kind} is limited to ${limit}`);
}
