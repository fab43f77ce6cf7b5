import { z } from 'zod';
import { liveSnapshot } from '../../audit/live.js';
import { parsedOf, type RouteView, type Snapshot } from '../../audit/snapshot.js';
import { decisionOf, evaluate, isUndecided, judge, type Step } from '../../policy/evaluate.js';
import { outcomeWords } from '../../policy/explain/explain.js';
import { representativesOf } from '../../policy/explain/representatives.js';
import { describeCriterion, describeTerm, type Term, termsOf } from '../../policy/explain/sentences.js';
import { type Facts, isUnknown } from '../../policy/facts.js';
import { anonymousFacts, personFacts, type Request } from '../../policy/known-facts.js';
import type { Outcome } from '../../policy/outcome.js';
import type { Json } from '../../policy/ppl.js';
import { entranceOf, parseAddress } from '../../policy/routes/address.js';

/** Parts of an organization that tell who gets through which route, saved and live. */
export const ACCESS_PARTS = ['routes', 'policies', 'changesets', 'activity'] as const;

/** What of a request a caller may fix; what is left out stays open, and is named where it decides. */
export const requestFields = {
  method: z.string().optional().describe('Default: GET.'),
  at: z.iso.datetime({ offset: true }).optional().describe('Moment of the visit; default: now.'),
  ip: z.string().optional().describe("The visitor's address."),
};

/** A person as a caller describes one. */
export interface Visitor {
  readonly email?: string;
  readonly userId?: string;
  readonly claims?: Readonly<Record<string, readonly unknown[]>>;
  readonly groups?: readonly string[];
}

/** What a policy is given of a visit; nobody by name is an anonymous visitor. */
export function factsOf(at: number, { email, ...person }: Visitor, request: Request): Facts {
  if (email === undefined) return anonymousFacts(at, request);
  return personFacts(
    at,
    { email, ...person, claims: person.claims as Readonly<Record<string, readonly Json[]>> },
    request,
  );
}

/** What a visit to a route's address brings with it, by the kind of the address; the path as routes see it. */
export function requestTo(
  url: string,
  path: string | undefined,
  {
    method = 'GET',
    ip,
    sshUsername,
  }: { readonly method?: string; readonly ip?: string; readonly sshUsername?: string },
): Request {
  const address = parseAddress(url);
  const traffic = (address && entranceOf(address)?.traffic) ?? 'http';
  const from: Request = ip === undefined ? {} : { ip };
  switch (traffic) {
    case 'ssh':
      return {
        ...from,
        method: undefined,
        path: undefined,
        ssh: {
          username: sshUsername ?? { unknown: 'the SSH user name' },
          publicKey: { unknown: 'the SSH public key' },
        },
      };
    case 'http':
      return { ...from, method, ...(path !== undefined && { path: decoded(path) }) };
    default:
      return { ...from, method: 'CONNECT', path: '' };
  }
}

/** Policies see a path without its escapes. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What becomes of a visit to a route. */
export interface Access {
  readonly decision: 'allow' | 'login' | 'deny' | 'unknown';
  /** As the proxy answers; left out where it isn't decided. */
  readonly outcome?: Outcome;
  /** Where it isn't decided: what may come, and what would decide. */
  readonly possible?: readonly Outcome[];
  readonly unknown?: readonly string[];
}

/** What becomes of a visit, by the policies that govern the route. */
export function accessTo({ policies, unreadPolicyIds }: RouteView, facts: Facts): Access {
  const { outcome } = evaluate(parsedOf(policies), facts);
  const unread = unreadPolicyIds.map((id) => `policy ${id}, which is not among those that were read`);
  if (isUndecided(outcome)) {
    return { decision: decisionOf(outcome), possible: outcome.possible, unknown: [...outcome.unknown, ...unread] };
  }
  return unread.length > 0 ? { decision: 'unknown', unknown: unread } : { decision: decisionOf(outcome), outcome };
}

/** One rule that decided. */
export interface Ruling {
  readonly policyId: string;
  readonly policy: string;
  /** `rules[0].allow.and` */
  readonly rule: string;
  readonly says: string;
  readonly holds: boolean | 'unknown';
  /** Of several conditions those that make it so: those that are false, true, or not known. */
  readonly fails?: readonly string[];
  readonly fits?: readonly string[];
  readonly open?: readonly string[];
}

/** The same with the reason, and the rules that decide it. */
export function explainedAccess(
  view: RouteView,
  facts: Facts,
): Access & { readonly why: string; readonly rules: readonly Ruling[] } {
  const readable = view.policies.filter(({ parsed }) => parsed !== undefined);
  const { outcome, deny, trace } = evaluate(parsedOf(readable), facts);
  const deciding = trace.filter(decides);
  const rules = deciding.map((step): Ruling => {
    const { policy, parsed = [] } = readable[step.policy] ?? { policy: { id: '' } };
    const term = termsOf(parsed).find((one) => one.rule === step.rule && one.block === step.block);
    return {
      policyId: policy.id,
      policy: policy.name ?? policy.id,
      rule: `rules[${step.rule}].${step.action}.${step.block}`,
      says: term ? describeTerm(term, false) : '',
      holds: step.value,
      ...(term && conditionsBehind(term, step.value, facts)),
    };
  });
  return { ...accessTo(view, facts), why: why(), rules };

  function decides({ action, value, reasons }: Step): boolean {
    if (isUndecided(outcome)) return value === 'unknown';
    if (outcome === 'allowed') return action === 'allow' && value === true;
    if (outcome === 'login-redirect') return reasons.includes('user-unauthenticated');
    if (outcome === 'device-registration-redirect') return reasons.includes('device-unauthenticated');
    if (outcome === 'denied:495')
      return action === 'deny' && reasons.some((reason) => reason.includes('client-certificate'));
    return deny.value === true ? action === 'deny' && value === true : action === 'allow' && value === false;
  }

  function why(): string {
    const words = outcomeWords(outcome);
    const names = [...new Set(rules.map(({ policy }) => JSON.stringify(policy)))].join(', ');
    if (view.unreadPolicyIds.length > 0)
      return `not known: it also has policies that were not read, ${view.unreadPolicyIds.join(', ')}`;
    if (view.policies.length === 0) return `${words}: no policy governs the route, and then nobody gets in`;
    if (isUndecided(outcome)) return `${words} (${names})`;
    if (outcome === 'allowed') return `${words} by ${names}`;
    if (outcome === 'login-redirect') return `${words}: who it is matters to ${names}`;
    if (deny.value === true) return `${words} by ${names}`;
    return trace.some(({ action }) => action === 'allow')
      ? `${words}: no allow rule fits, of ${names}`
      : `${words}: no policy has an allow rule`;
  }
}

/** Which of a block's conditions make it what it is, as clauses; nothing where all of them do. */
function conditionsBehind(
  { block, criteria }: Term,
  holds: boolean | 'unknown',
  facts: Facts,
): Pick<Ruling, 'fails' | 'fits' | 'open'> {
  const isInverted = block === 'not' || block === 'nor';
  const wanted = holds === 'unknown' ? holds : holds !== isInverted;
  const telling = criteria.filter((criterion) => judge(criterion, facts).value === wanted);
  if (telling.length === 0 || telling.length === criteria.length) return {};
  const clauses = telling.map(describeCriterion);
  return wanted === 'unknown' ? { open: clauses } : wanted ? { fits: clauses } : { fails: clauses };
}

/** What becomes of an anonymous visitor, a stranger, and whomever the policies name, by all policies together. */
export function visitorsOf(
  view: RouteView,
  moment: Pick<Facts, 'at' | 'orLater'>,
  request: Parameters<typeof requestTo>[2] = {},
): readonly { readonly who: string; readonly access: Access }[] {
  const rules = view.policies.flatMap(({ parsed = [] }) => parsed);
  const { ssh: login, ip: from, ...visit } = requestTo(view.route.from ?? '', undefined, request);
  return representativesOf(rules, moment.at).map(({ who, facts }) => {
    // What a policy says of the request stays.
    const ssh = facts.ssh.username === '' ? (login ?? facts.ssh) : facts.ssh;
    const ip = isUnknown(facts.ip) ? (from ?? facts.ip) : facts.ip;
    return { who, access: accessTo(view, { ...facts, orLater: undefined, ...moment, ...visit, ssh, ip }) };
  });
}

/** Whether a visit may be let in. */
export function mayEnter({ outcome, possible }: Access): boolean {
  return (
    outcome === 'allowed' || possible?.includes('allowed') === true || (outcome === undefined && possible === undefined)
  );
}

/** What was saved and what runs. `clusterId`: the snapshot is of this cluster alone, with its own log. */
export function bothStates(saved: Snapshot, clusterId: string | undefined) {
  const live = liveSnapshot(saved);
  const above = saved.policies.filter(
    ({ policy }) =>
      clusterId !== undefined &&
      policy.namespaceId !== undefined &&
      policy.namespaceId !== namespaceOf(saved, clusterId),
  );
  const unread = above.map(
    ({ policy }) =>
      `policy ${policy.name ?? policy.id} is above the cluster, whose log does not tell whether edits of it wait.`,
  );
  return { saved, live: live.snapshot, incomplete: [...live.incomplete, ...unread] };
}

function namespaceOf({ clusters }: Snapshot, clusterId: string): string {
  return clusters.find(({ cluster }) => cluster.id === clusterId)?.cluster.namespaceId ?? clusterId;
}

/** Policies that count for nothing, one line each. */
export function unparsed(views: readonly RouteView[]): readonly string[] {
  const names = views.flatMap(({ policies }) =>
    policies.flatMap(({ policy, parsed }) => (parsed ? [] : [policy.name ?? policy.id])),
  );
  return [...new Set(names)].map(
    (name) => `policy ${name} can't be read as PPL, so it lets nobody in and refuses nobody.`,
  );
}

/** A route as a row names it. */
export function routeRow({ id, name, from }: RouteView['route']) {
  return { id, ...(name !== undefined && { name }), ...(from !== undefined && { from }) };
}
