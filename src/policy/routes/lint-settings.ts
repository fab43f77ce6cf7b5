import type { Problem } from '../problem.js';
import { parseAddress } from './address.js';
import type { Lint, RouteFields } from './lint.js';
import { compileRegex } from './regex.js';

const REDIRECT_CODES = [301, 302, 303, 307, 308];

/** One rule: where it holds, `message` is wrong and `fix` mends it. */
interface Rule extends Omit<Problem, 'line' | 'column'> {
  readonly holds: (route: RouteFields) => boolean;
}

/** What the proxy rejects, in its words (ROUTES 2.3). */
const REJECTED: readonly Rule[] = [
  {
    code: 'rewrites',
    severity: 'error',
    place: 'prefixRewrite',
    message: 'only prefix_rewrite or regex_rewrite_pattern can be specified, but not both',
    fix: 'Drop prefixRewrite or regexRewritePattern.',
    holds: ({ prefixRewrite, regexRewritePattern }) => Boolean(prefixRewrite && regexRewritePattern),
  },
  {
    code: 'depends-on-many',
    severity: 'error',
    place: 'dependsOn',
    message: 'depends_on is limited to 5 additional redirect hosts',
    fix: 'Name at most five hosts.',
    holds: ({ dependsOn = [] }) => dependsOn.length > 5,
  },
  {
    code: 'depends-on-path',
    severity: 'error',
    place: 'dependsOn',
    message: 'unsupported depends_on value',
    fix: 'Name hosts alone, without a path; a full URL is cut down to its host.',
    holds: ({ dependsOn = [] }) => dependsOn.some((host) => host.includes('/') && !parseAddress(host)?.host),
  },
  {
    code: 'mcp-empty',
    severity: 'error',
    place: 'mcp',
    message: 'mcp must have either server or client set',
    fix: 'Set mcp.server or mcp.client, or leave mcp out.',
    holds: ({ mcp }) => mcp !== undefined && mcp !== null && !mcp.server && !mcp.client,
  },
  {
    code: 'mcp-authorization-server',
    severity: 'error',
    place: 'mcp.server.authorizationServerUrl',
    message: 'mcp authorization_server_url must be https',
    fix: 'Use an https address.',
    holds: ({ mcp }) => {
      const url = mcp?.server?.authorizationServerUrl;
      return Boolean(url) && !url?.startsWith('https://');
    },
  },
  {
    code: 'name-length',
    severity: 'error',
    place: 'name',
    message: 'A name has 1 to 128 characters.',
    fix: 'Choose a shorter name.',
    holds: ({ name }) => name !== undefined && (name.length < 1 || name.length > 128),
  },
];

/** Settings of which the first that is set wins, without a word about the others (ROUTES 2.2 and 2.4). */
const PRECEDENCES: readonly (readonly (readonly [name: string, isSet: (route: RouteFields) => boolean])[])[] = [
  [
    ['redirect', ({ redirect }) => Object.keys(redirect ?? {}).length > 0],
    ['response', ({ response }) => response !== undefined],
    ['to', ({ to = [] }) => to.length > 0],
  ],
  [
    ['regex', ({ regex }) => Boolean(regex)],
    ['path', ({ path }) => Boolean(path)],
    ['prefix', ({ prefix }) => Boolean(prefix)],
  ],
  [
    ['hostRewrite', ({ hostRewrite }) => Boolean(hostRewrite)],
    ['hostRewriteHeader', ({ hostRewriteHeader }) => Boolean(hostRewriteHeader)],
    ['hostPathRegexRewritePattern', (route) => Boolean(route.hostPathRegexRewritePattern)],
    ['preserveHostHeader', ({ preserveHostHeader }) => preserveHostHeader === true],
  ],
  [
    ['redirect.httpsRedirect', ({ redirect }) => redirect?.httpsRedirect !== undefined],
    ['redirect.schemeRedirect', ({ redirect }) => Boolean(redirect?.schemeRedirect)],
  ],
  [
    ['redirect.pathRedirect', ({ redirect }) => Boolean(redirect?.pathRedirect)],
    ['redirect.prefixRewrite', ({ redirect }) => Boolean(redirect?.prefixRewrite)],
  ],
  [
    ['tlsSkipVerify', ({ tlsSkipVerify }) => tlsSkipVerify === true],
    ['tlsCustomCaKeyPairId', ({ tlsCustomCaKeyPairId }) => Boolean(tlsCustomCaKeyPairId)],
  ],
];

function precedences(route: RouteFields): readonly Problem[] {
  return PRECEDENCES.flatMap((settings) => {
    const [winner, ...losers] = settings.filter(([, isSet]) => isSet(route)).map(([name]) => name);
    if (winner === undefined || losers.length === 0) return [];
    const message = `Not looked at, since ${winner} is set: ${losers.join(', ')}.`;
    const fix = `Keep one of ${[winner, ...losers].join(', ')}.`;
    return [{ code: 'setting-lost', severity: 'warning' as const, place: winner, message, fix }];
  });
}

/** What is taken and then not looked at, or only told by other tools (ROUTES 2.2 to 2.6). */
const LOST: readonly Rule[] = [
  {
    ...warning('mcp-both', 'mcp', 'A route fronts an MCP server or an MCP client, not both.', 'Keep server or client.'),
    holds: ({ mcp }) => Boolean(mcp?.client && mcp.server),
  },
  {
    ...warning(
      'to-path-lost',
      'to',
      'The path in to is not used: a rewrite wins over it.',
      'Put it into the rewrite, or drop the rewrite.',
    ),
    holds: ({ prefixRewrite, regexRewritePattern, to = [] }) =>
      Boolean(prefixRewrite || regexRewritePattern) && pathOf(to[0]) !== '',
  },
  {
    ...warning(
      'to-paths-differ',
      'to',
      'Only the path of the first upstream is used, for all of them.',
      'Give all upstreams the same path.',
    ),
    holds: ({ to = [] }) => new Set(to.map(pathOf)).size > 1,
  },
  {
    ...warning(
      'substitution-without-pattern',
      'regexRewriteSubstitution',
      'It does nothing without regexRewritePattern.',
      'Add the pattern, or drop it.',
    ),
    holds: ({ regexRewriteSubstitution, regexRewritePattern }) =>
      Boolean(regexRewriteSubstitution && !regexRewritePattern),
  },
  {
    ...warning(
      'host-substitution-without-pattern',
      'hostPathRegexRewriteSubstitution',
      'It does nothing without hostPathRegexRewritePattern.',
      'Add the pattern, or drop it.',
    ),
    holds: (route) => Boolean(route.hostPathRegexRewriteSubstitution && !route.hostPathRegexRewritePattern),
  },
  {
    ...warning(
      'priority-without-regex',
      'regexPriorityOrder',
      'It is meant for a regex, and moves this route before others without one.',
      'Drop it.',
    ),
    holds: ({ regexPriorityOrder, regex }) => regexPriorityOrder !== undefined && !regex,
  },
  {
    ...warning(
      'matcher-lost',
      'from',
      'path, prefix and regex are not looked at: only web requests have a path.',
      'Drop them.',
    ),
    holds: ({ from = '', path, prefix, regex }) => /^(tcp|udp|ssh)/.test(from) && Boolean(path || prefix || regex),
  },
  {
    ...warning(
      'prefix-not-a-folder',
      'prefix',
      'It takes every path that begins so, /administrator for /admin.',
      'End it with a slash, and add a route for the path without it if that is wanted.',
    ),
    holds: ({ prefix, path, regex }) => Boolean(prefix && !prefix.endsWith('/') && !path && !regex),
  },
  {
    ...warning(
      'matcher-without-slash',
      'path',
      'Paths begin with a slash: this one never matches.',
      'Begin it with /.',
    ),
    holds: ({ prefix, path, regex }) =>
      !regex && Boolean(path ? !path.startsWith('/') : prefix && !prefix.startsWith('/')),
  },
  {
    ...warning(
      'websockets-http1',
      'allowWebsockets',
      'Web sockets make the proxy speak HTTP/1.1 upstream, which h2c upstreams may not understand.',
      'Switch web sockets off, or use an http upstream.',
    ),
    holds: ({ allowWebsockets, to = [] }) => Boolean(allowWebsockets) && to.some((text) => text.startsWith('h2c:')),
  },
  {
    ...warning(
      'idle-timeout-alone',
      'idleTimeout',
      "Without timeout a request still ends after the cluster's defaultUpstreamTimeout (30s), however long idleTimeout is.",
      'Set timeout too; 0s is unlimited.',
    ),
    holds: (route) => Boolean(route.idleTimeout && !route.timeout && !isUnlimited(route)),
  },
  {
    ...warning(
      'half-identity-provider',
      'identityProviderClientId',
      'A client id and its secret only work together.',
      'Set both or none.',
    ),
    holds: (route) => Boolean(route.identityProviderClientId) !== Boolean(route.identityProviderClientSecret),
  },
  {
    ...warning(
      'legacy',
      'tlsDownstreamClientCaKeyPairId',
      'It is a legacy setting.',
      "Use the cluster's downstreamMtlsCaKeyPairId and client_certificate in a policy.",
    ),
    holds: (route) => Boolean(route.tlsDownstreamClientCaKeyPairId),
  },
  {
    ...warning('legacy', 'tlsDownstreamServerName', 'It is a legacy setting.', 'Name the host in from.'),
    holds: (route) => Boolean(route.tlsDownstreamServerName),
  },
  {
    ...warning('balancing-of-one', 'loadBalancingPolicy', 'There is one upstream, so nothing is balanced.', 'Drop it.'),
    holds: ({ loadBalancingPolicy, to = [] }) => loadBalancingPolicy !== undefined && to.length === 1,
  },
];

export const lintSettings: Lint = (route) => [
  ...[...REJECTED, ...LOST].filter(({ holds }) => holds(route)).map(({ holds, ...problem }) => problem),
  ...precedences(route),
  ...redirectCode(route),
  ...expressions(route),
];

function redirectCode({ redirect }: RouteFields): readonly Problem[] {
  const code = redirect?.responseCode;
  if (code === undefined || REDIRECT_CODES.includes(code)) return [];
  const message = `unsupported redirect response code ${code}`;
  const fix = `Use one of ${REDIRECT_CODES.join(', ')}.`;
  return [{ code: 'redirect-code', severity: 'error', place: 'redirect.responseCode', message, fix }];
}

/** A broken expression passes Zero's check and fails in the proxy (ROUTES 2.2). */
function expressions(route: RouteFields): readonly Problem[] {
  return (['regex', 'regexRewritePattern', 'hostPathRegexRewritePattern'] as const).flatMap(
    (place): readonly Problem[] => {
      const pattern = route[place];
      const regex = pattern ? compileRegex(pattern) : undefined;
      if (!regex || 'matches' in regex) return [];
      const message = `${regex.error}. Zero takes it, and the proxy then fails to load it.`;
      const fix = 'Write it as RE2, which has no lookaround and no backreferences.';
      return [{ code: 'not-re2', severity: 'error', place, message, fix }];
    },
  );
}

function warning(code: string, place: string, message: string, fix: string): Omit<Rule, 'holds'> {
  return { code, severity: 'warning', place, message, fix };
}

/** Routes whose time-outs are off unless set (ROUTES 2.5). */
function isUnlimited({ allowWebsockets, from = '', kubernetesServiceAccountToken, mcp }: RouteFields): boolean {
  return Boolean(allowWebsockets || /^(tcp|udp|ssh)/.test(from) || kubernetesServiceAccountToken || mcp?.server);
}

function pathOf(to: string | undefined): string {
  const path = parseAddress((to ?? '').replace(/,\d+$/, ''))?.path ?? '';
  return path === '/' ? '' : path;
}
