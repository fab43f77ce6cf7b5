import { Refusal } from './behaviour.js';
import { withAncestors } from './records.js';
import type { ClusterState, Row, State, Table } from './store.js';

/** The tables of a cluster's configuration, by the entity type of the activity log. */
const tables = {
  route: 'routes',
  policy: 'policies',
  key_pair: 'keyPairs',
  service_account: 'serviceAccounts',
  custom_domain: 'customDomains',
} as const;

/** The configuration a cluster would run if everything saved were applied. A copy. */
export function savedState(state: State, clusterId: string): ClusterState {
  const settings = state.settings[clusterId];
  if (!settings) throw new Refusal(500, 'cluster has no settings');
  const namespaces = withAncestors(state, clusterId);
  const inNamespace = (row: { namespaceId: string }) => namespaces.includes(row.namespaceId);
  const ofCluster = (row: { clusterId: string }) => row.clusterId === clusterId;
  return structuredClone({
    settings,
    routes: pick(state.routes, inNamespace),
    policies: pick(state.policies, inNamespace),
    keyPairs: pick(state.keyPairs, inNamespace),
    serviceAccounts: pick(state.serviceAccounts, ofCluster),
    customDomains: pick(state.customDomains, ofCluster),
  });
}

/** A configuration with one record as it is saved now: changed, added, or gone. */
export function withSaved(
  state: State,
  clusterId: string,
  running: ClusterState,
  type: string,
  id: string,
): ClusterState {
  const saved = savedState(state, clusterId);
  if (type === 'settings') return { ...running, settings: saved.settings };
  if (!isConfigured(type)) return running;
  const table = tables[type];
  const { [id]: _, ...others } = running[table] as Table<Row>;
  const row = saved[table][id];
  return { ...running, [table]: row ? { ...others, [id]: row } : others };
}

function isConfigured(type: string): type is keyof typeof tables {
  return Object.hasOwn(tables, type);
}

function pick<R>(table: Table<R>, keep: (row: R) => boolean): Table<R> {
  return Object.fromEntries(Object.entries(table).filter(([, row]) => keep(row)));
}
