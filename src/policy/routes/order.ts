import type { RouteRecord } from '../../audit/snapshot.js';

/** What decides between two routes. */
type OrderField = 'from' | 'path' | 'regexPriorityOrder' | 'regex' | 'prefix' | 'id';

/** The fields that routes are ordered by. */
export type Ordered = Pick<RouteRecord, OrderField>;

/** Zero's order of routes, the earlier first (ROUTES 2.2): the first that matches answers. */
export function routeOrder(one: Ordered, other: Ordered): number {
  return decide(one, other)[1];
}

/** Why a route is tried before another, in words. */
export function orderReason(earlier: Ordered, later: Ordered): string {
  return REASONS[decide(earlier, later)[0]];
}

const REASONS: Readonly<Record<OrderField, string>> = {
  from: 'of two addresses the one that sorts first is tried first',
  path: 'routes with a path come before those without, and paths are tried from the end of the alphabet',
  regexPriorityOrder: 'its regexPriorityOrder is higher',
  regex: 'routes with a regex come before those with a prefix, and regexes are tried from the end of the alphabet',
  prefix: 'prefixes are tried from the end of the alphabet, so a longer one before its own beginning',
  id: 'nothing else tells them apart, and its id sorts first',
};

function decide(one: Ordered, other: Ordered): readonly [OrderField, number] {
  const by: readonly (readonly [OrderField, number])[] = [
    ['from', ascending(one.from ?? '', other.from ?? '')],
    ['path', ascending(other.path ?? '', one.path ?? '')],
    ['regexPriorityOrder', ascending(priority(other), priority(one))],
    ['regex', ascending(other.regex ?? '', one.regex ?? '')],
    ['prefix', ascending(other.prefix ?? '', one.prefix ?? '')],
  ];
  return by.find(([, order]) => order !== 0) ?? ['id', ascending(one.id, other.id)];
}

/** Without a priority a route comes after all that have one. */
function priority({ regexPriorityOrder }: Ordered): number {
  return regexPriorityOrder ?? Number.NEGATIVE_INFINITY;
}

function ascending<Value extends string | number>(one: Value, other: Value): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
