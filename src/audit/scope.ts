import { SUBJECTS, type Subject } from './check.js';
import type { Snapshot } from './snapshot.js';

/**
 * Which records a scope means: all of a kind, the record with this id or name, what is in a cluster of this id or name,
 * and for a route also the policies that govern it.
 */
export function scopeOf(scope: string, snapshot: Snapshot): (subject: Subject) => boolean {
  if (SUBJECTS.some((type) => type === scope)) return ({ type }) => type === scope;
  const isNamed = ({ id, name }: { readonly id: string; readonly name?: string }) => id === scope || name === scope;
  const members = new Set<string>();
  for (const { cluster } of snapshot.clusters.filter((view) => isNamed(view.cluster))) {
    for (const id of idsIn(cluster.id, snapshot)) members.add(id);
  }
  for (const { route, policies } of snapshot.routes) {
    if (isNamed(route)) for (const { policy } of policies) members.add(policy.id);
  }
  return (subject) =>
    isNamed(subject) || members.has(subject.id) || (subject.clusterId !== undefined && members.has(subject.clusterId));
}

/** Whether a scope means anything: a kind of record, or something that was read. */
export function isScope(scope: string, snapshot: Snapshot): boolean {
  if (SUBJECTS.some((type) => type === scope)) return true;
  const { routes, policies, clusters, keyPairs, customDomains, serviceAccounts, users, changesets, activity } =
    snapshot;
  const named: readonly { readonly id: string; readonly name?: string; readonly namespaceId?: string }[] = [
    ...routes.map(({ route }) => route),
    ...policies.map(({ policy }) => policy),
    ...clusters.map(({ cluster }) => cluster),
    ...clusters.flatMap(({ settings }) => settings ?? []),
    ...keyPairs,
    ...[...customDomains, ...serviceAccounts, ...users, ...changesets, ...activity].map(({ id }) => ({ id })),
    ...customDomains.map(({ id, domainName }) => ({ id, name: domainName })),
    ...serviceAccounts.map(({ id, description }) => ({ id, name: description })),
    ...users.map(({ id, displayName }) => ({ id, name: displayName })),
  ];
  return named.some(({ id, name }) => id === scope || name === scope);
}

/** Ids of a cluster, its namespace and all that is served or kept there. */
function idsIn(clusterId: string, { clusters, routes, policies, keyPairs, changesets, activity }: Snapshot) {
  const served = ({ clusterIds }: { readonly clusterIds: readonly string[] }) => clusterIds.includes(clusterId);
  const found = clusters.find(({ cluster }) => cluster.id === clusterId);
  const namespaceId = found?.cluster.namespaceId ?? clusterId;
  const isThere = (record: { readonly namespaceId?: string }) => record.namespaceId === namespaceId;
  return [
    clusterId,
    namespaceId,
    ...(found?.settings ? [found.settings.id] : []),
    ...routes.filter(served).map(({ route }) => route.id),
    ...policies.filter(served).map(({ policy }) => policy.id),
    ...[...keyPairs, ...changesets].filter(isThere).map(({ id }) => id),
    ...activity.filter(({ namespace }) => namespace?.id === namespaceId).map(({ id }) => id),
  ];
}
