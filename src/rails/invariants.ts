import ipaddr from 'ipaddr.js';
import type { RouteView, Snapshot } from '../audit/snapshot.js';
import { whoGainsWhoLoses } from '../policy/compare/compare.js';
import type { Policy } from '../policy/ppl.js';
import { hostOf, matchesPattern, parseAddress } from '../policy/routes/address.js';
import type { Invariant } from './rules.js';

/** Something that the operator's invariants forbid, as it is. */
export interface Violation {
  /** The same for the same violation in another snapshot. */
  readonly key: string;
  /** The invariant in words: `never public: *.corp.example`. */
  readonly rule: string;
  /** The record it is broken by: its kind, id and name. */
  readonly type: 'route' | 'user';
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

/** How a route breaks an invariant; undefined when it doesn't. */
function brokenBy(invariant: Exclude<Invariant, { onlyAdmins: unknown }>, view: RouteView): string | undefined {
  const { route } = view;
  const isAt = (patterns: readonly string[]) => patterns.some((pattern) => isWithin(pattern, route.from ?? ''));
  if ('neverPublic' in invariant) return isAt(invariant.neverPublic) ? publicHow(view) : undefined;
  if ('noTlsSkipVerify' in invariant) return route.tlsSkipVerify === true ? 'it has tlsSkipVerify on' : undefined;
  if ('toOnlyIn' in invariant) {
    const outside = (route.to ?? []).filter((to) => !invariant.toOnlyIn.some((where) => leadsInto(where, to)));
    return outside.length > 0 ? `it leads to ${outside.join(', ')}` : undefined;
  }
  const { domains, hosts, except = [] } = invariant.onlyDomains;
  return (hosts === undefined || isAt(hosts)) && !isAt(except) ? outsidersHow(view, domains) : undefined;
}

/** Who gets in without being asked who they are. */
function publicHow(view: RouteView): string | undefined {
  const { gains, undecided } = whoGainsWhoLoses([], policiesOf(view));
  const open = gains.find(({ witness }) => witness.who.signedIn !== true);
  if (open) return `${open.who} can open it without signing in`;
  return undecided.length > 0 ? `it can't be decided whether anybody gets in: ${undecided.join('; ')}` : undefined;
}

/** Who of other domains gets in: those who would lose by a deny of everybody else. */
function outsidersHow(view: RouteView, domains: readonly string[]): string | undefined {
  const policies = policiesOf(view);
  const none = { and: [], or: [], not: [], nor: [] };
  const denyOthers: Policy = [
    { ...none, action: 'deny', not: [{ name: 'domain', subPath: '', data: { in: [...domains] } }] },
  ];
  const { loses, undecided } = whoGainsWhoLoses(policies, [...policies, denyOthers]);
  const [first] = loses;
  if (first) return `${first.who} can open it`;
  return undecided.length > 0 ? `it can't be decided who gets in: ${undecided.join('; ')}` : undefined;
}

function policiesOf({ policies }: RouteView): readonly Policy[] {
  return policies.flatMap(({ parsed }) => (parsed ? [parsed] : []));
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

function otherAdmins({ users }: Snapshot, allowed: readonly string[]): readonly Found[] {
  const known = new Set(allowed.map((email) => email.toLowerCase()));
  return users.flatMap(({ id, email = '', displayName, organizationRole, type }) => {
    const isPowerful = organizationRole === 'owner' || organizationRole === 'admin';
    if (!isPowerful || known.has(email.toLowerCase())) return [];
    const what = type === 'user_type_api_access' ? 'an API user' : 'a person';
    return [
      { type: 'user' as const, id, name: email || displayName || id, how: `${what} with the role ${organizationRole}` },
    ];
  });
}
