import { estateOf, hostOfRoute, isCertified, isOwn } from '../../audit/checks/hosts.js';
import type { ClusterView, RouteView, Snapshot } from '../../audit/snapshot.js';
import { quote } from '../../errors.js';
import { ancestry } from '../../guard/affected.js';
import type { Problem } from '../../policy/problem.js';
import { parseAddress } from '../../policy/routes/address.js';

/** That a cluster serves a route without a domain or certificate for its host, as far as these could be read. */
export function foreignHost({ route, clusterIds }: RouteView, snapshot: Snapshot): readonly Problem[] {
  const isUnread = snapshot.missing.some(({ part }) => part === 'keyPairs' || part === 'customDomains');
  const host = hostOfRoute(route);
  const isHttps = parseAddress(route.from ?? '')?.scheme?.endsWith('https');
  const isPlaced = snapshot.namespaces.some(({ id }) => id === route.namespaceId);
  if (isUnread || !isHttps || host === '' || !isPlaced) return [];
  const placed = snapshot.clusters.filter(({ cluster }) => cluster.fqdn);
  const foreign = placed.filter((view) => !knows(view, host, snapshot));
  const without = foreign.filter(({ cluster }) => clusterIds.includes(cluster.id));
  if (without.length === 0) return [];
  const owners = placed.filter((view) => !clusterIds.includes(view.cluster.id) && !foreign.includes(view));
  const elsewhere = owners.length > 0 ? ` It is one of ${named(owners)}, where this route will not be.` : '';
  return [
    {
      code: 'foreign-host',
      severity: 'warning',
      place: 'from',
      message: `No domain or certificate of ${named(without)} has ${quote(host)}: visitors get a warning, if they get there.${elsewhere}`,
      fix: "Use a host under the cluster's domain, add a custom domain, or upload a certificate with the name.",
    },
  ];
}

/** Whether a cluster has a domain or a certificate for a host: certificates are inherited from the namespaces above. */
function knows({ cluster }: ClusterView, host: string, snapshot: Snapshot): boolean {
  const parents = new Map(snapshot.namespaces.map(({ id, parentId }) => [id, parentId]));
  const above = ancestry(cluster.namespaceId ?? cluster.id, parents);
  const estate = estateOf({
    ...snapshot,
    clusters: snapshot.clusters.filter((view) => view.cluster === cluster),
    customDomains: snapshot.customDomains.filter(({ clusterId }) => clusterId === cluster.id),
    keyPairs: snapshot.keyPairs.filter(({ namespaceId }) => !above || above.includes(namespaceId ?? '')),
  });
  return isOwn(host, estate) || isCertified(host, estate);
}

function named(views: readonly ClusterView[]): string {
  return views.map(({ cluster: { id, name } }) => quote(name ?? id)).join(', ');
}
