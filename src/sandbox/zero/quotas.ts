import type { z } from 'zod';
import type { Quotas as QuotasSchema } from '../../tools/zero/entities/organization.js';
import { countRows } from '../quotas.js';
import { withDescendants } from '../records.js';
import type { OrganizationRow, State, Table } from '../store.js';
import { memoryOf } from './memory.js';

export type Quotas = z.infer<typeof QuotasSchema>;

/** Limits by plan (FACTS 3.5). `replicas` counts per cluster. */
export const planLimits: Readonly<Record<OrganizationRow['organizationType'], Quotas>> = {
  personal: {
    administrators: 1,
    apiUsers: 2,
    certificates: 10,
    clusters: 1,
    customDomains: 1,
    policies: 5,
    replicas: 3,
    routes: 10,
    serviceAccounts: 2,
  },
  professional: {
    administrators: 20,
    apiUsers: 1000,
    certificates: 100,
    clusters: 5,
    customDomains: 5,
    policies: 100,
    replicas: 5,
    routes: 100,
    serviceAccounts: 20,
  },
};

/** How many of each kind an organization has; with a namespace, of what lives in it or below. */
export function countQuotas(state: State, organizationId: string, namespaceId?: string): Quotas {
  const scope = namespaceId === undefined ? state : within(state, namespaceId);
  const clusters = Object.values(scope.clusters).filter((row) => row.organizationId === organizationId);
  const connected = clusters.map(({ id }) => memoryOf(state).replicas[id]?.filter(({ lastSeen }) => !lastSeen) ?? []);
  return {
    ...countRows(scope, organizationId),
    replicas: Math.max(0, ...connected.map(({ length }) => length)),
    hostedClusters: clusters.filter(({ flavor }) => flavor === 'hosted').length,
  };
}

/** The state as if there were nothing outside a namespace and those below it; people belong to none. */
function within(state: State, namespaceId: string): State {
  const ids = withDescendants(state, namespaceId);
  const pick = <Row>(table: Table<Row>, idOf: (row: Row) => string): Table<Row> =>
    Object.fromEntries(Object.entries(table).filter(([, row]) => ids.includes(idOf(row))));
  return {
    ...state,
    clusters: pick(state.clusters, (row) => row.id),
    routes: pick(state.routes, (row) => row.namespaceId),
    policies: pick(state.policies, (row) => row.namespaceId),
    keyPairs: pick(state.keyPairs, (row) => row.namespaceId),
    serviceAccounts: pick(state.serviceAccounts, (row) => row.clusterId),
    customDomains: pick(state.customDomains, (row) => row.clusterId),
  };
}
