import type { RouteRecord } from '../../audit/snapshot.js';
import { type Entrance, entranceOf, parseAddress } from './address.js';
import { routeOrder } from './order.js';
import { compileRegex, type Regex } from './regex.js';

/** What of a request a route looks at; of several settings the first of regex, path and prefix counts (ROUTES 2.2). */
export type Matcher =
  | { readonly by: 'connection' }
  | { readonly by: 'regex'; readonly text: string; readonly regex: Regex }
  | { readonly by: 'path' | 'prefix'; readonly text: string };

/** A route as the proxy has it. */
export interface Entry {
  readonly route: RouteRecord;
  readonly entrance: Entrance;
  /** Its host has a wildcard. */
  readonly isWildcard: boolean;
  readonly matcher: Matcher;
}

/** The routes of one cluster, in the order in which they are tried. Routes whose `from` isn't an address answer nothing and are left out. */
export type RouteTable = readonly Entry[];

export function routeTable(routes: readonly RouteRecord[]): RouteTable {
  return [...routes].sort(routeOrder).flatMap((route) => entryOf(route) ?? []);
}

/** A route as the proxy has it; undefined where its `from` isn't an address. */
export function entryOf(route: RouteRecord): Entry | undefined {
  const address = parseAddress(route.from ?? '');
  const entrance = address && entranceOf(address);
  if (!entrance) return undefined;
  const isWildcard = entrance.authorities.some((authority) => authority.includes('*'));
  return { route, entrance, isWildcard, matcher: matcherOf(route, entrance) };
}

function matcherOf({ regex, path, prefix }: RouteRecord, { traffic }: Entrance): Matcher {
  if (traffic !== 'http') return { by: 'connection' };
  if (regex) return { by: 'regex', text: regex, regex: compileRegex(regex) };
  if (path) return { by: 'path', text: path };
  return { by: 'prefix', text: prefix || '/' };
}

/** Whether a matcher takes a normalised path. An expression that isn't RE2 takes none. */
export function takes(matcher: Matcher, path: string): boolean {
  switch (matcher.by) {
    case 'connection':
      return true;
    case 'regex':
      return 'matches' in matcher.regex && matcher.regex.matches(path);
    case 'path':
      return path === matcher.text;
    case 'prefix':
      return path.startsWith(matcher.text);
  }
}
