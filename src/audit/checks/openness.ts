import { type Evaluation, evaluate, isUndecided } from '../../policy/evaluate.js';
import { anonymousFacts, type Request, strangerFacts } from '../../policy/known-facts.js';
import { BLOCKS, type Block, type Criterion, type Policy, type Rule } from '../../policy/ppl.js';
import { parseAddress } from '../../policy/routes/address.js';
import { SEVERITIES, type Severity } from '../check.js';
import { type PolicyView, parsedOf, type RouteRecord, type RouteView, type Snapshot } from '../snapshot.js';
import { perSnapshot } from './per-snapshot.js';
import { routesByPolicy } from './policy-terms.js';

/** Those whom no policy means: visitors who haven't signed in, and people with an account of no domain it names. */
export type Outsider = 'anonymous' | 'stranger';

/** Whether an outsider gets through: with any ordinary request, or only with a request that has more to it. */
export type Openness =
  | { readonly is: 'closed' | 'open' }
  | { readonly is: 'sometimes'; readonly dependsOn: readonly string[] };

/** What kind of request a route takes, as far as policies can tell them apart. */
type Kind = 'http' | 'mcp' | 'ssh';

interface Situation {
  readonly who: Outsider;
  readonly kind: Kind;
  /** Whether visitors are asked for a client certificate; outsiders have none. */
  readonly asksCertificate: boolean;
}

const CLOSED: Openness = { is: 'closed' };

const knownOpenness = perSnapshot(() => new Map<string, Openness>());
const clustersThatAsk = perSnapshot(
  ({ clusters }) =>
    new Set(clusters.flatMap(({ cluster, settings }) => (settings?.downstreamMtlsCaKeyPairId ? [cluster.id] : []))),
);

/** How open a route is, all its policies taken together. */
export function routeOpenness(view: RouteView, who: Outsider, snapshot: Snapshot): Openness {
  const { route, clusterIds, policies } = view;
  const asking = clustersThatAsk(snapshot);
  const asksCertificate =
    Boolean(route.tlsDownstreamClientCaKeyPairId) ||
    (clusterIds.length > 0 && clusterIds.every((id) => asking.has(id)));
  return opennessOf(policies, { who, kind: kindOf(route), asksCertificate }, snapshot);
}

/** How open a policy alone makes the routes it governs; while it has none, a route for the web. */
export function policyOpenness(view: PolicyView, who: Outsider, snapshot: Snapshot): Openness {
  const routes = routesByPolicy(snapshot).get(view.policy.id) ?? [];
  const kinds = new Set<Kind>(routes.length === 0 ? ['http'] : routes.map(({ route }) => kindOf(route)));
  const found = [...kinds].map((kind) => opennessOf([view], { who, kind, asksCertificate: false }, snapshot));
  return found.find(({ is }) => is === 'open') ?? found.find(({ is }) => is === 'sometimes') ?? CLOSED;
}

/** How open a route is to outsiders: to the internet or, where it is more open to them, to anybody who can sign in. */
export function outsiderOpenness(view: RouteView, snapshot: Snapshot): Openness {
  const accounts = accountOpenness(view, snapshot);
  return accounts.is === 'closed' ? routeOpenness(view, 'anonymous', snapshot) : accounts;
}

/** How open a route is to anybody who can sign in, where they are better off than without: closed where they aren't. */
export function accountOpenness(view: RouteView, snapshot: Snapshot): Openness {
  const anonymous = routeOpenness(view, 'anonymous', snapshot);
  if (anonymous.is === 'open') return CLOSED;
  const stranger = routeOpenness(view, 'stranger', snapshot);
  return anonymous.is === 'closed' || stranger.is === 'open' ? stranger : CLOSED;
}

/** One step below a severity: what is open under conditions is less grave than what is open. */
export function milder(severity: Severity): Severity {
  return SEVERITIES[SEVERITIES.indexOf(severity) + 1] ?? severity;
}

/** What a check says of an openness that isn't closed. */
export function opennessCase(
  openness: Openness,
  severity: Severity,
  evidence: Readonly<Record<string, unknown>>,
): { readonly evidence: Readonly<Record<string, unknown>>; readonly severity?: Severity } {
  return openness.is === 'sometimes'
    ? { evidence: { ...evidence, dependsOn: openness.dependsOn }, severity: milder(severity) }
    : { evidence };
}

function kindOf({ from, mcp }: RouteRecord): Kind {
  if (parseAddress(from ?? '')?.scheme === 'ssh') return 'ssh';
  return mcp?.server ? 'mcp' : 'http';
}

function opennessOf(views: readonly PolicyView[], situation: Situation, snapshot: Snapshot): Openness {
  const known = knownOpenness(snapshot);
  const { who, kind, asksCertificate } = situation;
  const key = [who, kind, asksCertificate, ...views.map(({ policy }) => policy.id).sort()].join(' ');
  const openness = known.get(key) ?? simulate(parsedOf(views), situation, snapshot.now);
  known.set(key, openness);
  return openness;
}

/** Asks twice: for an ordinary request from anywhere, then for one of which nothing is known but who sends it. */
function simulate(policies: readonly Policy[], situation: Situation, now: number): Openness {
  const { who, kind, asksCertificate } = situation;
  const factsOf = who === 'anonymous' ? anonymousFacts : strangerFacts;
  const certificate = { presented: false, valid: !asksCertificate, leaf: undefined };
  const anytime = policies.map((policy) => atTheBestTime(policy, situation));
  const ask = (request: Request) => evaluate(anytime, factsOf(now, { ...request, certificate })).outcome;
  if (ask(ORDINARY[kind]) === 'allowed') return { is: 'open' };
  const outcome = ask(anyRequest(kind, anytime));
  if (outcome === 'allowed') return { is: 'sometimes', dependsOn: ['whether it is a CORS preflight'] };
  return mayBeAllowed(outcome) ? { is: 'sometimes', dependsOn: outcome.unknown } : CLOSED;
}

function mayBeAllowed(outcome: Evaluation['outcome']): outcome is Extract<Evaluation['outcome'], object> {
  return isUndecided(outcome) && outcome.possible.includes('allowed');
}

/** An address that no list of networks is likely to name: it belonged to 6to4 relays (RFC 7526). */
const SOMEWHERE = '192.88.99.1';

const HTTP: Request = { method: 'GET', path: '/', ip: SOMEWHERE };

const ORDINARY: Readonly<Record<Kind, Request>> = {
  http: HTTP,
  mcp: { ...HTTP, method: 'POST', mcp: { method: 'initialize', tool: undefined } },
  ssh: { method: undefined, path: undefined, ip: SOMEWHERE, ssh: { username: 'root', publicKey: undefined } },
};

function anyRequest(kind: Kind, policies: readonly Policy[]): Request {
  if (kind === 'ssh') {
    const ssh = { username: { unknown: 'the SSH user name' }, publicKey: undefined };
    return { method: undefined, path: undefined, ssh };
  }
  const mcp = { method: { unknown: 'the MCP method' }, tool: { unknown: 'the MCP tool' } };
  const preflight = isAboutPreflightAlone(policies) ? { headers: PREFLIGHT, method: 'OPTIONS' } : {};
  return { ...preflight, ...(kind === 'mcp' && { mcp }) };
}

const PREFLIGHT = { Origin: ['https://unrelated.invalid'], 'Access-Control-Request-Method': ['GET'] };

/** Letting preflights pass beside others is usual: browsers send them without cookies. */
function isAboutPreflightAlone(policies: readonly Policy[]): boolean {
  const allowing = policies.flat().filter((rule) => rule.action === 'allow');
  const criteria = allowing.flatMap((rule) => BLOCKS.flatMap((block) => rule[block]));
  return criteria.length > 0 && criteria.every(({ name }) => name === 'cors_preflight');
}

/** The policy at the hour and on the day of the week when it lets in most: an audit's findings don't depend on its time. */
function atTheBestTime(policy: Policy, { who, kind }: Situation): Policy {
  const settled = (criterion: Criterion, isGood: boolean): Criterion => {
    if (criterion.name === 'time_of_day' || criterion.name === 'day_of_week') return isGood ? ALWAYS : NEVER;
    // Nobody logs in by SSH with an empty name, and the address of an anonymous visitor is empty.
    const isOfNobody = criterion.name === 'ssh_username_matches_email' && kind === 'ssh' && who === 'anonymous';
    return isOfNobody ? NEVER : criterion;
  };
  return policy.map((rule): Rule => {
    const all = (block: Block) => {
      const isGood = (rule.action === 'allow') === (block === 'and' || block === 'or');
      return rule[block].map((criterion) => settled(criterion, isGood));
    };
    return { action: rule.action, and: all('and'), or: all('or'), not: all('not'), nor: all('nor') };
  });
}

const ALWAYS: Criterion = { name: 'accept', subPath: '', data: true };
const NEVER: Criterion = { name: 'reject', subPath: '', data: true };
