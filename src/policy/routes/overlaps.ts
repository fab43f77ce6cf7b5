import type { RouteRecord } from '../../audit/snapshot.js';
import { matchesPattern } from './address.js';
import { coverage } from './coverage.js';
import { orderReason } from './order.js';
import { type Entry, type Matcher, routeTable } from './table.js';

/** Two routes of one cluster that are asked for the same requests. */
export interface Overlap {
  /** `duplicate`: both take the same; `shadowed`: `by` takes all of it; `overlapping`: a part of it. */
  readonly kind: 'duplicate' | 'shadowed' | 'overlapping';
  /** The route that doesn't get them. A duplicate or shadowed one gets none. */
  readonly route: RouteRecord;
  /** The route that answers instead. */
  readonly by: RouteRecord;
  /** In words, one clause about `by`. */
  readonly why: string;
}

/**
 * The routes of one cluster that take requests from each other, the losing ones in Zero's order. A dead route is told
 * once, with the first that takes all it would. What several routes take together isn't added up.
 */
export function overlaps(routes: readonly RouteRecord[]): readonly Overlap[] {
  const table = routeTable(routes);
  const place = new Map(table.map((entry, index) => [entry, index]));
  const isFirst = (one: Entry, other: Entry) => (place.get(one) ?? 0) < (place.get(other) ?? 0);
  const hosts = byHost(table);
  const pairs = [
    ...[...hosts.values()].flatMap((entries) => withinHost(entries, isFirst)),
    ...betweenWildcards(hosts, isFirst),
    ...besideWildcards(hosts),
  ];
  return told(pairs, isFirst);
}

/** A pair of routes; the winner is tried first. */
interface Pair {
  readonly winner: Entry;
  readonly loser: Entry;
  readonly kind: Overlap['kind'];
  readonly why: string;
}

type IsFirst = (one: Entry, other: Entry) => boolean;
type Hosts = ReadonlyMap<string, readonly [Entry, ...Entry[]]>;

/** Entries by traffic and authority, in order. */
function byHost(table: readonly Entry[]): Hosts {
  const hosts = new Map<string, [Entry, ...Entry[]]>();
  for (const entry of table)
    for (const authority of entry.entrance.authorities) {
      const key = `${entry.entrance.traffic} ${authority}`;
      const entries = hosts.get(key);
      if (entries) entries.push(entry);
      else hosts.set(key, [entry]);
    }
  return hosts;
}

/** Pairs of routes of one host. Plain ones are looked up by their beginnings, so many cost no more than they are long. */
function withinHost(entries: readonly Entry[], isFirst: IsFirst): readonly Pair[] {
  const distinct = new Map<string, Entry>();
  const pairs: Pair[] = [];
  for (const entry of entries) {
    const key = keyOf(entry.matcher);
    const first = distinct.get(key);
    if (first) pairs.push(...pairOf(first, entry));
    else distinct.set(key, entry);
  }
  const all = [...distinct.values()];
  for (const entry of all) {
    const others = entry.matcher.by === 'regex' ? all.filter((other) => mayMeet(entry, other)) : shorter(entry.matcher);
    for (const other of others) pairs.push(...(isFirst(other, entry) ? pairOf(other, entry) : pairOf(entry, other)));
  }
  return pairs;

  /** The prefixes that a path or prefix begins with. */
  function shorter(matcher: Matcher): readonly Entry[] {
    if (matcher.by === 'connection') return [];
    const beginnings = Array.from(matcher.text, (_, index) => matcher.text.slice(0, index + 1));
    return beginnings.flatMap((text) => {
      const other = distinct.get(keyOf({ by: 'prefix', text }));
      return other && other.matcher !== matcher ? [other] : [];
    });
  }

  /** Two expressions meet once. */
  function mayMeet(entry: Entry, other: Entry): boolean {
    return entry !== other && (other.matcher.by !== 'regex' || isFirst(other, entry));
  }
}

function keyOf(matcher: Pick<Matcher, 'by'> & { readonly text?: string }): string {
  return `${matcher.by} ${matcher.text ?? ''}`;
}

/** @param atMost `some` where the winner doesn't have all of the loser's hosts */
function pairOf(winner: Entry, loser: Entry, atMost: 'all' | 'some' = 'all'): readonly Pair[] {
  const cover = coverage(winner.matcher, loser.matcher);
  if (cover === 'none') return [];
  const isSame =
    [keyOf(winner.matcher), ...winner.entrance.authorities].join() ===
    [keyOf(loser.matcher), ...loser.entrance.authorities].join();
  const kind = cover === 'some' || atMost === 'some' ? 'overlapping' : isSame ? 'duplicate' : 'shadowed';
  return [
    { winner, loser, kind, why: `${TAKES[kind]}, and is tried first: ${orderReason(winner.route, loser.route)}` },
  ];
}

const TAKES = {
  duplicate: 'takes the same requests',
  shadowed: 'takes all of its requests',
  overlapping: 'takes some of its requests',
} as const;

/** Pairs of routes with wildcards where one pattern takes all hosts of the other. */
function betweenWildcards(hosts: Hosts, isFirst: IsFirst): readonly Pair[] {
  const patterns = [...hosts].filter(([, [{ isWildcard }]]) => isWildcard);
  return patterns.flatMap(([wide, wideEntries]) =>
    patterns
      .filter(([narrow]) => narrow !== wide && isWithin(wide, narrow))
      .flatMap(([, narrowEntries]) =>
        wideEntries.flatMap((one) =>
          narrowEntries.flatMap((other) => (isFirst(one, other) ? pairOf(one, other) : pairOf(other, one, 'some'))),
        ),
      ),
  );
}

/** Routes with wildcards lose every host that another route names in full, whatever its path. */
function besideWildcards(hosts: Hosts): readonly Pair[] {
  const patterns = [...hosts].filter(([, [{ isWildcard }]]) => isWildcard);
  const named = [...hosts].filter(([, [{ isWildcard }]]) => !isWildcard);
  return patterns.flatMap(([pattern, losers]) =>
    named
      .filter(([host]) => isWithin(pattern, host))
      .flatMap(([host, [winner]]) =>
        losers.map((loser) => ({
          winner,
          loser,
          kind: 'overlapping' as const,
          why: `names ${host.slice(host.indexOf(' ') + 1)} in full, and for that host no wildcard is tried`,
        })),
      ),
  );
}

/** Whether one key's pattern takes all that the other's does. `*` in the inner one is a letter like any other. */
function isWithin(outer: string, inner: string): boolean {
  const [traffic, pattern = ''] = outer.split(' ');
  const [same, authority = ''] = inner.split(' ');
  return traffic === same && matchesPattern(pattern, authority);
}

/** Dead routes once; what a dead route would take doesn't count. */
function told(pairs: readonly Pair[], isFirst: IsFirst): readonly Overlap[] {
  const inOrder = [...pairs].sort((one, other) => compare(one.loser, other.loser) || compare(one.winner, other.winner));
  const dead = new Map<Entry, Pair>();
  for (const pair of inOrder) {
    const { kind, loser } = pair;
    if (kind !== 'overlapping' && !dead.has(loser)) dead.set(loser, pair);
  }
  return inOrder
    .filter((pair) => (dead.has(pair.loser) ? dead.get(pair.loser) === pair : !dead.has(pair.winner)))
    .map(({ winner, loser, kind, why }) => ({ kind, route: loser.route, by: winner.route, why }));

  function compare(one: Entry, other: Entry): number {
    return one === other ? 0 : isFirst(one, other) ? -1 : 1;
  }
}
