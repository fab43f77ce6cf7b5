import ipaddr from 'ipaddr.js';
import { type Address, parseAddress } from '../../policy/routes/address.js';
import type { RouteRecord, RouteView, Snapshot } from '../snapshot.js';
import { perSnapshot } from './per-snapshot.js';

/** The addresses that a route leads to, without their weights; texts that are no address are left out. */
export function upstreamsOf({ to = [] }: RouteRecord): readonly Address[] {
  return to.flatMap((text) => parseAddress(text.replace(/,\d+$/, '')) ?? []);
}

/** An address as evidence: without what may be a password before the host. */
export function shownAddress({ scheme, host, port, path }: Address): string {
  return `${scheme}://${host}${port && `:${port}`}${host === '' ? path : ''}`;
}

/** The host that a route answers for; empty where `from` is no address. */
export function hostOfRoute({ from }: RouteRecord): string {
  return parseAddress(from ?? '')?.host ?? '';
}

/** A host's address, in one form for all ways to write it; undefined where it is a name. */
function addressOf(host: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = host.replace(/^\[|\]$/g, '');
  return /^[\da-fx.:]+$/i.test(bare) && ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

/** A host without what can be written in more than one way. */
function plainHost(host: string): string {
  return addressOf(host)?.toString() ?? host.replace(/\.$/, '');
}

/** Whether a host is the same machine. */
export function isLoopback(host: string): boolean {
  return plainHost(host) === 'localhost' || addressOf(host)?.range() === 'loopback';
}

/** Whether a request to a host stays on the machine or in the cluster's own network, as far as its name tells. */
export function isNearby(host: string): boolean {
  if (isLoopback(host)) return true;
  const plain = plainHost(host);
  return !addressOf(host) && (!plain.includes('.') || /\.(svc|svc\.cluster\.local|internal)$/.test(plain));
}

const METADATA = new Set(['169.254.169.254', '100.100.100.200', 'fd00:ec2::254', 'metadata.google.internal']);
const KUBERNETES = new Set(['kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']);
const ENVOY_ADMIN = '9901';
const DATABROKER = '5443';

/** What is so close to the machine itself that no route should lead there; undefined for other addresses. */
export function infrastructureOf({ scheme, host, port, path }: Address): string | undefined {
  const plain = plainHost(host);
  if (METADATA.has(plain)) return "the cloud's metadata service, which hands out credentials";
  if (KUBERNETES.has(plain)) return 'the Kubernetes API of the cluster itself';
  if (port === ENVOY_ADMIN && isLoopback(host)) return "the proxy's own admin interface";
  if (port === DATABROKER) return "the proxy's own databroker";
  if (scheme.includes('unix') && /(docker|containerd|crio|podman)\.sock$/.test(path)) return 'a container runtime';
  return undefined;
}

/** A host and the domains above it, the nearest first. */
export function withParents(host: string): readonly string[] {
  const labels = host.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

/** What an organization calls its own. All in lower case. */
export interface Estate {
  /** Starter and custom domains, with the ids of their clusters: their hosts and those below. A wildcard stands for its parent. */
  readonly domains: ReadonlyMap<string, readonly string[]>;
  /** Names in uploaded certificates. */
  readonly certified: ReadonlySet<string>;
  /** Hosts of routes. */
  readonly routed: ReadonlySet<string>;
}

export const estateOf = perSnapshot(({ clusters, customDomains, keyPairs, routes }: Snapshot): Estate => {
  const everywhere = clusters.map(({ cluster }) => cluster.id);
  const domains = [
    ...clusters.map(({ cluster }) => [cluster.fqdn, [cluster.id]] as const),
    ...customDomains.map(({ domainName, clusterId }) => [domainName, clusterId ? [clusterId] : everywhere] as const),
  ];
  const placed = domains.flatMap(([domain, at]) =>
    domain ? [[domain.toLowerCase().replace(/^\*\./, ''), at] as const] : [],
  );
  const certified = keyPairs.flatMap(({ certificateInfo = [] }) =>
    certificateInfo.flatMap(({ dnsNames }) => dnsNames ?? []),
  );
  return {
    domains: new Map(placed),
    certified: new Set(certified.map((name) => name.toLowerCase())),
    routed: new Set(routes.map(({ route }) => hostOfRoute(route))),
  };
});

/** Whether a host is under one of the organization's domains, of the given clusters where it matters. */
export function isOwn(host: string, { domains }: Estate, clusterIds?: readonly string[]): boolean {
  return withParents(host).some((name) => {
    const at = domains.get(name);
    return at !== undefined && (clusterIds === undefined || clusterIds.some((id) => at.includes(id)));
  });
}

/** Whether an uploaded certificate names a host, or has a wildcard in the place of its first label. */
export function isCertified(host: string, { certified }: Pick<Estate, 'certified'>): boolean {
  return certified.has(host) || certified.has(host.replace(/^[^.]+/, '*'));
}

/** Whether visitors of a route meet a certificate that its clusters' domains don't bring. */
export function needsCertificate({ route, clusterIds }: RouteView, snapshot: Snapshot): boolean {
  const scheme = parseAddress(route.from ?? '')?.scheme ?? '';
  const host = hostOfRoute(route);
  return scheme.endsWith('https') && host !== '' && !isOwn(host, estateOf(snapshot), clusterIds);
}
