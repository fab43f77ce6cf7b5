import type { RouteRecord } from '../../audit/snapshot.js';
import { type Address, type Entrance, entranceOf, hostOf, matchesPattern, parseAddress } from './address.js';
import { normalisePath } from './normalise.js';
import { orderReason } from './order.js';
import { type Entry, type RouteTable, routeTable, takes } from './table.js';

/** What becomes of a request. */
export interface Match {
  /** A route; the proxy itself (its own pages, or a 400); or nobody, which is a 404. */
  readonly answeredBy: 'route' | 'proxy' | 'nobody';
  readonly route?: RouteRecord;
  /** In words, one clause. */
  readonly why: string;
  /** As routes see it; undefined where the request has none, or is refused for it. */
  readonly path?: string;
  /** The other routes of the same host, in Zero's order. */
  readonly others: readonly { readonly route: RouteRecord; readonly why: string }[];
  /** What isn't known about the answer. */
  readonly notes: readonly string[];
}

/**
 * Which of a cluster's routes answers a URL: `https://…`, `tcp+https://host:port`, `udp+https://host:port` or
 * `ssh://name`. Undefined where it isn't such an address.
 */
export function matchRoute(routes: readonly RouteRecord[], url: string): Match | undefined {
  return matchIn(routeTable(routes), url);
}

/** The same, for many requests to the same routes. */
export function matchIn(table: RouteTable, url: string): Match | undefined {
  const address = parseAddress(url);
  const entrance = address && entranceOf(address);
  const [authority] = entrance?.authorities ?? [];
  if (!address || !entrance || authority === undefined) return undefined;
  const request = { entrance, authority };
  const ofHost = table.filter((entry) => isOfHost(entry, request));
  if (entrance.traffic !== 'http') return found(request, ofHost, candidates(ofHost, request), undefined, []);

  const normal = normalisePath(address.path || '/');
  if ('refused' in normal) return { ...byProxy(normal.refused, ofHost), path: undefined };
  const { path, notes } = normal;
  const among = candidates(ofHost, request);
  const own = ownPage(path, among);
  if (own) return { ...byProxy(own, ofHost), path };
  return found(request, ofHost, among, path, notes);
}

/** Whether a route's host is the host of a URL, whatever the rest says. */
export function servesHost(entry: Entry, address: Address): boolean {
  const entrance = entranceOf(address);
  const [authority] = entrance?.authorities ?? [];
  return entrance !== undefined && authority !== undefined && isOfHost(entry, { entrance, authority });
}

interface Request {
  readonly entrance: Entrance;
  readonly authority: string;
}

function isOfHost({ entrance, isWildcard }: Entry, { authority, entrance: { traffic } }: Request): boolean {
  if ((entrance.traffic === 'ssh') !== (traffic === 'ssh')) return false;
  return entrance.authorities.some((own) =>
    isWildcard ? matchesPattern(hostOf(own), authority) : hostOf(own) === hostOf(authority),
  );
}

/**
 * The routes that are tried: those of the request's host and port, else those of its host, else those with a wildcard.
 * The proxy has one virtual host for each host that a route names in full, and looks no further once one is chosen
 * (Pomerium's route configuration).
 */
function candidates(ofHost: RouteTable, { authority }: Request): RouteTable {
  const named = ofHost.filter(({ isWildcard }) => !isWildcard);
  for (const chosen of [authority, hostOf(authority)]) {
    // A virtual host with the scheme's own port takes in the routes without one, but doesn't arise from them.
    if (named.some(({ entrance }) => entrance.authorities.includes(chosen)))
      return named.filter(({ entrance }) => virtualHosts(entrance).includes(chosen));
  }
  return ofHost.filter(
    ({ isWildcard, entrance }) => isWildcard && entrance.authorities.some((own) => matchesPattern(own, authority)),
  );
}

function virtualHosts({ traffic, authorities }: Entrance): readonly string[] {
  return traffic === 'http'
    ? authorities.flatMap((own) => (own === hostOf(own) ? [own, `${own}:443`] : [own]))
    : authorities;
}

/** Pages that the proxy has on every host (PPL 1.7), and on those of MCP servers. */
function ownPage(path: string, among: RouteTable): string | undefined {
  const isOwn =
    /^(\/ping|\/healthz|\/\.pomerium(\/.*)?|\/\.well-known\/pomerium(\/.*)?)$/.test(path) ||
    (/^\/\.well-known\/(oauth-authorization-server$|oauth-protected-resource)/.test(path) &&
      among.some(({ route }) => route.mcp?.server));
  return isOwn ? "it is one of the proxy's own pages, which come before all routes" : undefined;
}

function byProxy(why: string, ofHost: RouteTable): Match {
  return {
    answeredBy: 'proxy',
    why,
    others: ofHost.map(({ route }) => ({ route, why: 'no route is tried' })),
    notes: [],
  };
}

function found(
  request: Request,
  ofHost: RouteTable,
  among: RouteTable,
  path: string | undefined,
  notes: readonly string[],
): Match {
  const tried = new Set(among);
  const fits = (entry: Entry) =>
    tried.has(entry) && entry.entrance.traffic === request.entrance.traffic && takes(entry.matcher, path ?? '');
  const winner = among.find(fits);
  const others = ofHost
    .filter((entry) => entry !== winner)
    .map((entry) => ({
      route: entry.route,
      why:
        winner && fits(entry)
          ? `it fits too, but ${nameOf(winner.route)} is tried first: ${orderReason(winner.route, entry.route)}`
          : whyNot(entry, tried, request, path),
    }));
  if (winner) return { answeredBy: 'route', route: winner.route, why: whyItFits(winner), path, others, notes };
  const why =
    ofHost.length === 0
      ? `no route of the cluster has the host ${hostOf(request.authority)}`
      : `none of the routes of ${hostOf(request.authority)} fits`;
  return { answeredBy: 'nobody', why, path, others, notes };
}

function whyItFits({ matcher, route, isWildcard }: Entry): string {
  const host = isWildcard ? `its host ${route.from} takes this one` : 'it is for this host';
  switch (matcher.by) {
    case 'connection':
      return host;
    case 'path':
      return `${host}, and its path is this one`;
    case 'regex':
      return `${host}, and its regex ${matcher.text} takes the whole path`;
    case 'prefix':
      return `${host}, and the path begins with ${matcher.text}`;
  }
}

function whyNot(
  entry: Entry,
  tried: ReadonlySet<Entry>,
  { authority, entrance }: Request,
  path: string | undefined,
): string {
  const { matcher, isWildcard } = entry;
  if (entry.entrance.traffic !== entrance.traffic)
    return `it takes ${TRAFFIC[entry.entrance.traffic]}, not ${TRAFFIC[entrance.traffic]}`;
  if (!tried.has(entry)) {
    const [own = ''] = entry.entrance.authorities;
    return isWildcard && [...tried].some((other) => !other.isWildcard)
      ? `${hostOf(authority)} has routes of its own, and then no wildcard is tried`
      : `it is for ${own}, not ${authority}`;
  }
  switch (matcher.by) {
    case 'path':
      return `its path is ${matcher.text}, not ${path}`;
    case 'regex':
      return 'error' in matcher.regex
        ? `its regex ${matcher.text} is not valid RE2`
        : `its regex ${matcher.text} doesn't take the whole of ${path}`;
    default:
      return `${path} doesn't begin with its prefix ${matcher.by === 'prefix' ? matcher.text : ''}`;
  }
}

/** What a person calls a route. */
export function nameOf({ name, id }: RouteRecord): string {
  return name || id;
}

const TRAFFIC = {
  http: 'web requests',
  tcp: 'TCP connections',
  udp: 'UDP traffic',
  ssh: 'SSH sessions',
} as const;
