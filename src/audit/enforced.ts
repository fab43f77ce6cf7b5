import type { PolicyRecord, Snapshot } from './snapshot.js';

/**
 * The policies that are enforced on a route of a namespace: those of the namespace and of all above it (PPL 1.8). A
 * namespace that can't be placed may be above every one.
 */
export function enforcedAt(
  namespaceId: string | undefined,
  policies: readonly PolicyRecord[],
  namespaces: Snapshot['namespaces'],
): readonly PolicyRecord[] {
  const parents = new Map(namespaces.map(({ id, parentId }) => [id, parentId]));
  const above = new Set<string>();
  for (let at = namespaceId; at && !above.has(at); at = parents.get(at)) above.add(at);
  const reaches = (from: string | undefined) =>
    from === undefined ||
    above.has(from) ||
    !parents.has(from) ||
    namespaceId === undefined ||
    !parents.has(namespaceId);
  return policies.filter((policy) => policy.enforced === true && reaches(policy.namespaceId));
}
