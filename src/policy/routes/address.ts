/** The parts of an address. Hosts of routes may hold wildcards, which the URL class refuses. */
export interface Address {
  /** Lower case, without `://`. */
  readonly scheme: string;
  /** Lower case; an IPv6 address keeps its brackets. Empty when there is none. */
  readonly host: string;
  /** Empty when there is none. */
  readonly port: string;
  /** As written, without query and fragment; empty when there is none. */
  readonly path: string;
}

const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/?#]*@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::(\d*))?(?=[/?#]|$)([^?#]*)/i;

/** Reads an address; undefined where there is no scheme, or a port that isn't a number. */
export function parseAddress(text: string): Address | undefined {
  const [, scheme, host = '', port = '', path = ''] = ADDRESS.exec(text) ?? [];
  return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), host: host.toLowerCase(), port, path };
}

/** What comes in there: web requests, connections through CONNECT, or SSH. */
export type Traffic = 'http' | 'tcp' | 'udp' | 'ssh';

/** Where a route listens, or what a request asks for. */
export interface Entrance {
  readonly traffic: Traffic;
  /** `host`, or `host:port` where the port isn't the scheme's own: what the proxy compares with the request's authority. */
  readonly authorities: readonly string[];
}

/** The entrance of a `from` or of a requested URL; undefined where it has no scheme or no host. */
export function entranceOf({ scheme, host, port, path }: Address): Entrance | undefined {
  if (host === '') return undefined;
  if (scheme === 'ssh') return { traffic: 'ssh', authorities: [host] };
  const traffic = scheme.startsWith('tcp') ? 'tcp' : scheme.startsWith('udp') ? 'udp' : 'http';
  // A path names the target, and the host is then the proxy to connect through (ROUTES 2.1).
  const targets = traffic === 'http' ? [] : path.toLowerCase().split('/').filter(Boolean);
  if (targets.length > 0) return { traffic, authorities: targets };
  const isDefault = traffic === 'http' && port === (scheme === 'http' ? '80' : '443');
  return { traffic, authorities: [port === '' || isDefault ? host : `${host}:${port}`] };
}

/** An authority without its port. */
export function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '');
}

/**
 * Whether a host pattern takes an authority. `*` stands for any text, dots included; a pattern without a port takes
 * every port (ROUTES 2.1).
 */
export function matchesPattern(pattern: string, authority: string): boolean {
  const name = pattern === hostOf(pattern) ? hostOf(authority) : authority;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
