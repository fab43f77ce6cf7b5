import ipaddr from 'ipaddr.js';
import type { RouteView, Snapshot } from '../audit/snapshot.js';
import type { Change } from '../policy/compare/compare.js';
import type { Criterion, Policy } from '../policy/ppl.js';
import { hostOf, matchesPattern, parseAddress } from '../policy/routes/address.js';
import { compared, doubtsOf, policiesOf } from './access.js';
import type { Invariant } from './rules.js';

/** Something that the operator's invariants forbid, as it is. */
export interface Violation {
  /** The same for the same violation in another snapshot. */
  readonly key: string;
  /** The invariant in words: `never public: *.corp.example`. */
  readonly rule: string;
  /** The record it is broken by: its kind, id and name. */
  readonly type: 'route' | 'user' | 'invitation';
  readonly id: string;
  readonly name: string;
  /** How, in words. */
  readonly how: string;
}

/** Everything that breaks an invariant. What can't be decided counts as broken. */
export function violations(snapshot: Snapshot, invariants: readonly Invariant[]): readonly Violation[] {
  return invariants.flatMap((invariant) => {
    const rule = wordsOf(invariant);
    return findingsOf(invariant, snapshot).map((found) => ({
      key: `${rule} ${found.type} ${found.id}`,
      rule,
      ...found,
    }));
  });
}

/**
 * What breaks an invariant in the second state and didn't in the first, or does more of it: more people get in who mustn't,
 * or more upstreams lie outside.
 *
 * @param doubtful ids of records that may have been otherwise than `before` has them
 */
export function newViolations(
  before: Snapshot,
  after: Snapshot,
  invariants: readonly Invariant[],
  doubtful: ReadonlySet<string>,
): readonly Violation[] {
  const viewOf = (snapshot: Snapshot, id: string) => snapshot.routes.find(({ route }) => route.id === id);
  return invariants.flatMap((invariant) => {
    const known = new Set(violations(before, [invariant]).flatMap(({ key, id }) => (doubtful.has(id) ? [] : [key])));
    return violations(after, [invariant]).filter(({ key, type, id }) => {
      if (!known.has(key)) return true;
      const [was, is] = [viewOf(before, id), viewOf(after, id)];
      return type === 'route' && was !== undefined && is !== undefined && isWorse(invariant, was, is);
    });
  });
}

/** Whether a route that breaks an invariant in both states breaks it for more in the second. */
function isWorse(invariant: Invariant, before: RouteView, after: RouteView): boolean {
  if ('toOnlyIn' in invariant) {
    const known = before.route.to ?? [];
    return outsideOf(invariant.toOnlyIn, after).some((to) => !known.includes(to));
  }
  const [was, is] = [policiesOf(before), policiesOf(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return false;
  if ('neverPublic' in invariant) {
    const { gains, undecided } = compared(was, is);
    return undecided.length > 0 || gains.some(isAnonymous);
  }
  if (!('onlyDomains' in invariant)) return false;
  const insiders = deny('and', within(invariant.onlyDomains.domains));
  const { gains, undecided } = compared([...was, insiders], [...is, insiders]);
  return gains.length + undecided.length > 0;
}

function isAnonymous({ witness }: Change): boolean {
  return witness.who.signedIn !== true;
}

function within(domains: readonly string[]): Criterion {
  return { name: 'domain', subPath: '', data: { in: [...domains] } };
}

/** A policy that denies whoever a criterion takes, or with `not` everybody else. */
function deny(block: 'and' | 'not', criterion: Criterion): Policy {
  return [{ and: [], or: [], not: [], nor: [], action: 'deny', [block]: [criterion] }];
}

type Found = Omit<Violation, 'key' | 'rule'>;

function findingsOf(invariant: Invariant, snapshot: Snapshot): readonly Found[] {
  if ('onlyAdmins' in invariant) return otherAdmins(snapshot, invariant.onlyAdmins);
  return snapshot.routes.flatMap((view) => {
    const how = brokenBy(invariant, view);
    return how === undefined ? [] : [{ type: 'route' as const, id: view.route.id, name: view.route.name ?? '', how }];
  });
}

/** In the file's own words. */
export function wordsOf(invariant: Invariant): string {
  if ('neverPublic' in invariant) return `never public: ${invariant.neverPublic.join(', ')}`;
  if ('noTlsSkipVerify' in invariant) return 'no tlsSkipVerify';
  if ('toOnlyIn' in invariant) return `to only in: ${invariant.toOnlyIn.join(', ')}`;
  if ('onlyAdmins' in invariant) return `only admins: ${invariant.onlyAdmins.join(', ')}`;
  const { domains, hosts, except } = invariant.onlyDomains;
  const of = hosts ? ` on ${hosts.join(', ')}` : '';
  return `only domains: ${domains.join(', ')}${of}${except ? ` except ${except.join(', ')}` : ''}`;
}

/** The host patterns of an invariant that take no route's host: a slip of the pen, or routes still to come. */
export function unmatchedHosts(invariant: Invariant, { routes }: Snapshot): readonly string[] {
  const patterns =
    'neverPublic' in invariant ? invariant.neverPublic : 'onlyDomains' in invariant ? hostsOf(invariant) : [];
  return patterns.filter((pattern) => !routes.some(({ route }) => isWithin(pattern, route.from ?? '')));
}

function hostsOf({ onlyDomains: { hosts = [], except = [] } }: Extract<Invariant, { onlyDomains: unknown }>) {
  return [...hosts, ...except];
}

/** How a route breaks an invariant; undefined when it doesn't. */
function brokenBy(invariant: Exclude<Invariant, { onlyAdmins: unknown }>, view: RouteView): string | undefined {
  const { route } = view;
  const isAt = (patterns: readonly string[]) => patterns.some((pattern) => isWithin(pattern, route.from ?? ''));
  if ('neverPublic' in invariant) return isAt(invariant.neverPublic) ? publicHow(view) : undefined;
  if ('noTlsSkipVerify' in invariant) return route.tlsSkipVerify === true ? 'it has tlsSkipVerify on' : undefined;
  if ('toOnlyIn' in invariant) {
    const outside = outsideOf(invariant.toOnlyIn, view);
    return outside.length > 0 ? `it leads to ${outside.join(', ')}` : undefined;
  }
  const { domains, hosts, except = [] } = invariant.onlyDomains;
  return (hosts === undefined || isAt(hosts)) && !isAt(except) ? outsidersHow(view, domains) : undefined;
}

function outsideOf(places: readonly string[], { route }: RouteView): readonly string[] {
  return (route.to ?? []).filter((to) => !places.some((where) => leadsInto(where, to)));
}

/** Who gets in without being asked who they are. */
function publicHow(view: RouteView): string | undefined {
  const { gains, undecided } = compared([], policiesOf(view));
  const open = gains.find(isAnonymous);
  if (open) return `${open.who} can open it without signing in`;
  return inDoubt(view, undecided);
}

/** Who of other domains gets in: those who would lose by a deny of everybody else. */
function outsidersHow(view: RouteView, domains: readonly string[]): string | undefined {
  const policies = policiesOf(view);
  const { loses, undecided } = compared(policies, [...policies, deny('not', within(domains))]);
  const [first] = loses;
  return first ? `${first.who} can open it` : inDoubt(view, undecided);
}

function inDoubt(view: RouteView, undecided: readonly string[]): string | undefined {
  const doubts = [...doubtsOf(view), ...undecided];
  return doubts.length > 0 ? `it can't be decided who can open it: ${doubts.join('; ')}` : undefined;
}

/** Whether a host pattern of the operator's takes the host of a route, whose own wildcard may reach into it. */
function isWithin(pattern: string, from: string): boolean {
  const host = parseAddress(from)?.host ?? '';
  return host !== '' && (matchesPattern(pattern.toLowerCase(), host) || matchesPattern(host, pattern.toLowerCase()));
}

/** Whether an upstream is in a network, or its name fits a pattern. */
function leadsInto(where: string, to: string): boolean {
  const host = parseAddress(to)?.host ?? '';
  const bare = host.replace(/^\[|\]$/g, '');
  if (ipaddr.isValidCIDR(where)) {
    if (!ipaddr.isValid(bare)) return false;
    const address = ipaddr.process(bare);
    const [network, bits] = ipaddr.parseCIDR(where);
    return address.kind() === network.kind() && address.match(network, bits);
  }
  return matchesPattern(where.toLowerCase(), hostOf(bare));
}

/** People, API users and invitations with a role of power. */
function otherAdmins({ users, invites }: Snapshot, allowed: readonly string[]): readonly Found[] {
  const known = new Set(allowed.map((email) => email.toLowerCase()));
  const isOther = (role: string | undefined, email = '') =>
    (role === 'owner' || role === 'admin') && !known.has(email.toLowerCase());
  return [
    ...users
      .filter(({ organizationRole, email }) => isOther(organizationRole, email))
      .map(({ id, email, displayName, organizationRole, type }) => {
        const what = type === 'user_type_api_access' ? 'an API user' : 'a person';
        const name = email || displayName || id;
        return { type: 'user' as const, id, name, how: `${what} with the role ${organizationRole}` };
      }),
    ...invites
      .filter(({ role, email }) => isOther(role, email))
      .map(({ id, email, role }) => ({
        type: 'invitation' as const,
        id: email ?? id,
        name: email ?? id,
        how: `an invitation to the role ${role}`,
      })),
  ];
}
