import { parseAddress } from '../../policy/routes/address.js';
import { routeOrder } from '../../policy/routes/order.js';
import { compileRegex } from '../../policy/routes/regex.js';
import type { Check } from '../check.js';
import type { RouteRecord, RouteView, Snapshot } from '../snapshot.js';
import { grouped } from './grouped.js';
import { estateOf, hostOfRoute, isCertified, isOwn, needsCertificate } from './hosts.js';
import { perSnapshot } from './per-snapshot.js';
import { changing, clearing, routeCheck, settingsOf } from './route-check.js';
import { CIS_CONFIG, CODE, docs, OWASP_ACCESS, OWASP_CRYPTO } from './sources.js';

const PATHS = docs('reference/routes/path-matching');

/** Which requests the routes answer, and what they make of them. */
export const routeMatchingChecks: readonly Check[] = [
  routeCheck({
    id: 'RTE-08',
    severity: 'medium',
    title: 'Plain http in from',
    why: 'The session cookie and all content travel in clear; the proxy only warns.',
    remedy: 'Use https.',
    sources: [docs('reference/routes/from'), OWASP_CRYPTO],
    find: (view) => {
      const { from = '' } = view.route;
      return parseAddress(from)?.scheme === 'http'
        ? { evidence: { from }, fix: changing(view, { from: from.replace(/^http:/i, 'https:') }) }
        : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-09',
    severity: 'medium',
    title: 'Wildcard host',
    why: 'Every name that leads to the proxy is answered under this policy, names that were forgotten too.',
    remedy: 'Give each host its own route, or make sure that the policy fits them all.',
    sources: [docs('reference/routes/from')],
    find: ({ route }) => (hostOfRoute(route).includes('*') ? { evidence: { from: route.from } } : undefined),
  }),
  routeCheck({
    id: 'RTE-11',
    severity: 'low',
    title: 'Prefix without a closing slash',
    why: 'A prefix is a mere beginning of the text: /admin takes /administrator and /admin-api too.',
    remedy: 'Close the prefix with a slash, and add a route with the path itself if it is needed.',
    sources: [PATHS],
    find: ({ route: { prefix } }) => (prefix && !prefix.endsWith('/') ? { evidence: { prefix } } : undefined),
  }),
  routeCheck({
    id: 'RTE-12',
    severity: 'medium',
    title: 'More than one path matcher',
    why: 'Only one is used: regex before path before prefix. The others are ignored.',
    remedy: 'Keep the one that is meant; what is in effect now is the first of them.',
    sources: [PATHS, CODE],
    find: (view) => {
      const { route } = view;
      const [used, ...ignored] = MATCHERS.filter((field) => route[field]);
      if (!used || ignored.length === 0) return undefined;
      const given = Object.fromEntries([used, ...ignored].map((field) => [field, route[field]]));
      return { evidence: { ...given, used, ignored }, fix: clearing(view, ignored) };
    },
  }),
  routeCheck({
    id: 'RTE-13',
    severity: 'medium',
    title: 'Regex that is not RE2 or not what is meant',
    why: 'The expression must match the whole path, without the query, and it must be RE2: no look-around, no back-references. Validation lets a broken one pass.',
    remedy: 'Write one that begins with / and takes the whole path, with .* at its end if more may follow.',
    sources: [PATHS, CODE],
    find: ({ route: { regex } }) => {
      const problem = regex ? regexProblem(regex) : undefined;
      return problem ? { evidence: { regex, problem } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-14',
    severity: 'low',
    title: 'Regex routes without an order',
    why: 'Which of them is tried first then depends on the text of their expressions, from the end of the alphabet.',
    remedy: 'Give each a regexPriorityOrder of its own.',
    sources: [PATHS, CODE],
    find: (view, snapshot) => besides(view, regexKeys, sameRegexOrder(snapshot)),
  }),
  routeCheck({
    id: 'RTE-15',
    severity: 'medium',
    title: 'Two rewrites that exclude each other',
    why: 'One of them silently loses, or validation refuses the route.',
    remedy: 'Keep the one that is meant.',
    sources: [docs('reference/routes/path-rewriting'), docs('reference/routes/headers'), CODE],
    find: (view) => {
      const { route } = view;
      if (route.prefixRewrite && route.regexRewritePattern) {
        const { prefixRewrite, regexRewritePattern } = route;
        return { evidence: { prefixRewrite, regexRewritePattern } };
      }
      const [used, ...ignored] = HOST_REWRITES.filter((field) => route[field]);
      if (used && ignored.length > 0) {
        const given = Object.fromEntries([used, ...ignored].map((field) => [field, route[field]]));
        return { evidence: { ...given, used, ignored } };
      }
      const { regexRewriteSubstitution, regexRewritePattern } = route;
      return regexRewriteSubstitution && !regexRewritePattern
        ? { evidence: { regexRewriteSubstitution }, fix: clearing(view, ['regexRewriteSubstitution']) }
        : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-31',
    severity: 'medium',
    title: 'Redirect to another site or to http',
    why: 'Visitors are sent on without encryption, or to a site that is not yours.',
    remedy: 'Redirect to https, and to hosts of your own domains.',
    sources: [docs('reference/routes/redirect'), OWASP_ACCESS],
    needs: ['routes', 'customDomains', 'keyPairs'],
    find: (view, snapshot) => {
      const { redirect } = view.route;
      if (!redirect) return undefined;
      const { schemeRedirect, httpsRedirect, hostRedirect } = redirect;
      const isForeign = hostRedirect ? !isKnownHost(hostRedirect, snapshot) : false;
      const isPlain = schemeRedirect === 'http' || (httpsRedirect === false && schemeRedirect !== 'https');
      if (!isForeign && !isPlain) return undefined;
      const { schemeRedirect: _, ...rest } = redirect;
      return {
        evidence: { redirect: { schemeRedirect, httpsRedirect, hostRedirect }, foreignHost: isForeign },
        ...(!isForeign && { fix: changing(view, { redirect: { ...rest, httpsRedirect: true } }) }),
      };
    },
  }),
  routeCheck({
    id: 'RTE-33',
    severity: 'medium',
    title: 'dependsOn that cannot work',
    why: 'At most five hosts are taken, without paths; and none with the hosted sign-in, or with a cookie domain.',
    remedy: 'Name up to five hosts, set authenticateServiceUrl, and leave cookieDomain out.',
    sources: [docs('reference/routes/additional-login-redirect-hosts'), CODE],
    needs: ['routes', 'settings'],
    find: (view, snapshot) => {
      const { dependsOn = [] } = view.route;
      const settings = settingsOf(view, snapshot);
      const problems = [
        ...(dependsOn.length > 5 ? ['more than five hosts'] : []),
        ...(dependsOn.some(hasPath) ? ['an entry with a path'] : []),
        ...(settings.some(({ authenticateServiceUrl }) => !authenticateServiceUrl)
          ? ['the hosted sign-in is used']
          : []),
        ...(settings.some(({ cookieDomain }) => cookieDomain) ? ['cookieDomain is set'] : []),
      ];
      if (dependsOn.length === 0 || problems.length === 0) return undefined;
      const isPathAlone = problems.length === 1 && dependsOn.some(hasPath);
      return {
        evidence: { dependsOn, problems },
        ...(isPathAlone && { fix: changing(view, { dependsOn: dependsOn.map((entry) => entry.replace(PATH, '$1')) }) }),
      };
    },
  }),
  routeCheck({
    id: 'RTE-38',
    severity: 'low',
    title: 'Duplicate match',
    why: 'Two routes of a cluster match the same requests: this one is never reached.',
    remedy: 'Delete one, or give them different paths.',
    sources: [PATHS],
    find: (view, snapshot) => besides(view, matchKeys, sameMatch(snapshot)),
  }),
  routeCheck({
    id: 'RTE-42',
    severity: 'medium',
    title: 'Host outside the certificate estate',
    why: 'No certificate fits: visitors get a warning, and learn to click it away.',
    remedy: "Use a host under the cluster's domain, add a custom domain, or upload a certificate with that name.",
    sources: [docs('capabilities/custom-domains')],
    needs: ['routes', 'clusters', 'customDomains', 'keyPairs'],
    find: (view, snapshot) =>
      needsCertificate(view, snapshot) && !isCertified(hostOfRoute(view.route), estateOf(snapshot))
        ? { evidence: { from: view.route.from } }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-44',
    severity: 'info',
    title: 'No owner or description',
    why: 'Nobody can review what it is for, or whom to ask.',
    remedy: 'Say in the description what it is and who looks after it.',
    sources: [CIS_CONFIG],
    find: ({ route }) => (route.description ? undefined : { evidence: { description: '' } }),
  }),
];

/** In the order in which the proxy prefers them (ROUTES 2.2, 2.4). */
const MATCHERS = ['regex', 'path', 'prefix'] as const;
const HOST_REWRITES = [
  'hostRewrite',
  'hostRewriteHeader',
  'hostPathRegexRewritePattern',
  'preserveHostHeader',
] as const;

function regexProblem(regex: string): string | undefined {
  const compiled = compileRegex(regex);
  if ('error' in compiled) return compiled.error;
  const isNever = regex.split('|').every((choice) => NO_SLASH.test(choice.replace(OPENING, '')));
  if (isNever && !OPTIONAL.test(regex)) return 'paths begin with /, so it never matches one';
  if (/^\^.*[\w/-]$/.test(regex)) return 'it takes this one path and none that begins with it';
  return undefined;
}

/** What an expression may open with before it takes a character: an anchor, groups, flags. */
const OPENING = /^(\^|\((\?([a-z]*:|[a-z]+\)|P?<\w+>))?)*/i;
/** A first character, an escaped one or a set of letters and digits, none of them a slash, which must be there. */
const NO_SLASH = /^([\w-]|\\[.dw-]|\[[\w-]+\])(?![*?]|\{0)/;
/** A group that may be left out. */
const OPTIONAL = /\)([*?]|\{0)/;

/** An entry of dependsOn with something after the host: the host itself is the first group. */
const PATH = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[^/:]+(?::\d+)?)\/.+$/i;

function hasPath(entry: string): boolean {
  return PATH.test(entry);
}

function isKnownHost(hostRedirect: string, snapshot: Snapshot): boolean {
  const host = hostRedirect.toLowerCase().replace(/:\d+$/, '');
  const estate = estateOf(snapshot);
  return estate.routed.has(host) || isOwn(host, estate) || isCertified(host, estate);
}

/** What is compared to find routes that say the same, for each cluster that they are on. */
type KeysOf = (view: RouteView) => readonly string[];

const matchKeys: KeysOf = ({ route, clusterIds }) => {
  const { from } = route;
  return from === undefined
    ? []
    : clusterIds.map((id) => JSON.stringify([id, from.toLowerCase(), ...matcherOf(route)]));
};

const regexKeys: KeysOf = ({ route: { from, regex, regexPriorityOrder = null }, clusterIds }) =>
  from === undefined || !regex
    ? []
    : clusterIds.map((id) => JSON.stringify([id, from.toLowerCase(), regexPriorityOrder]));

const sameMatch = perSnapshot((snapshot) => grouped(inOrder(snapshot), matchKeys));
const sameRegexOrder = perSnapshot((snapshot) => grouped(inOrder(snapshot), regexKeys));

/** The routes, those first that the proxy tries first. */
const inOrder = perSnapshot(({ routes }) => routes.toSorted((one, other) => routeOrder(one.route, other.route)));

function matcherOf(route: RouteRecord): readonly string[] {
  const field = MATCHERS.find((name) => route[name]) ?? 'prefix';
  return [field, route[field] || '/'];
}

/** A case against all routes of a group but its first, with the first as evidence. */
function besides(view: RouteView, keysOf: KeysOf, groups: ReadonlyMap<string, readonly RouteView[]>) {
  const first = keysOf(view)
    .map((key) => groups.get(key)?.[0])
    .find((other) => other !== undefined && other !== view)?.route;
  if (!first) return undefined;
  const { from, regex, regexPriorityOrder, path, prefix } = view.route;
  return { evidence: { from, regex, regexPriorityOrder, path, prefix, sameAs: first.name ?? first.id } };
}
