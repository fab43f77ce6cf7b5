import type { z } from 'zod';
import type { RouteProperties } from '../../tools/zero/entities/route.js';

type Route = z.infer<typeof RouteProperties>;

const REDIRECT_CODES = [301, 302, 303, 307, 308];
const FROM_SCHEMES = ['http', 'https', 'tcp+https', 'tcp+http', 'udp+https', 'udp+http', 'ssh'];
const TO_SCHEMES = ['http', 'https', 'h2c', 'tcp', 'udp', 'ssh', 'unix', 'https+unix'];

/** Why Pomerium refuses a route, in its own words; undefined when it takes it (ROUTES 2.1 and 2.3). */
export function routeProblem(route: Route): string | undefined {
  return fromProblem(route) ?? toProblem(route) ?? rest(route);
}

function fromProblem({ from }: Route): string | undefined {
  const url = parse(from);
  if (!url?.scheme || !FROM_SCHEMES.includes(url.scheme))
    return `invalid from: ${from}: url does not contain a valid scheme`;
  if (!url.host) return `invalid from: ${from}: url does not contain a valid hostname`;
  if (/^https?$/.test(url.scheme) && url.path !== '' && url.path !== '/')
    return `invalid from: ${from}: url contains a path, but it should be set using the path field instead`;
  return undefined;
}

function toProblem({ to, redirect, response }: Route): string | undefined {
  // An empty redirect counts as none.
  const redirects = redirect !== undefined && Object.keys(redirect).length > 0;
  if (!to?.length) {
    return redirects || response ? undefined : 'policy should have either to or redirect or response defined';
  }
  const targets = to.map((text) => parse(text.replace(/,\d+$/, '')));
  for (const [index, url] of targets.entries()) {
    if (!url?.scheme || !TO_SCHEMES.includes(url.scheme))
      return `invalid to: ${to[index]}: url scheme must be provided`;
    if (!url.host && !url.scheme.endsWith('unix'))
      return `invalid to: ${to[index]}: endpoint hostname must be specified`;
  }
  const families = new Set(targets.map((url) => family(url?.scheme)));
  for (const name of ['tcp', 'udp', 'unix'])
    if (families.has(name) && families.size > 1) return `cannot mix ${name} and non-${name} To URLs`;
  const weights = to.map((text) => /,(\d+)$/.exec(text)?.[1]);
  if (weights.some((weight) => weight !== undefined) && weights.some((weight) => !Number(weight)))
    return 'either no weights should be provided, or all endpoints must have non-zero weight specified';
  return undefined;
}

function rest(route: Route): string | undefined {
  const code = route.redirect?.responseCode;
  if (code !== undefined && !REDIRECT_CODES.includes(code)) return `unsupported redirect response code ${code}`;
  if (route.prefixRewrite && route.regexRewritePattern)
    return 'only prefix_rewrite or regex_rewrite_pattern can be specified, but not both';
  if ((route.dependsOn?.length ?? 0) > 5) return 'depends_on is limited to 5 additional redirect hosts';
  const withPath = route.dependsOn?.find((host) => !/^(\w+:\/\/)?[^/]+\/?$/.test(host));
  if (withPath) return `depends_on must not contain a path: ${withPath}`;
  if (route.mcp && !route.mcp.server && !route.mcp.client) return 'mcp must have either server or client set';
  const authorization = route.mcp?.server?.authorizationServerUrl;
  if (authorization && !authorization.startsWith('https://')) return 'mcp authorization server url must be https';
  return undefined;
}

function family(scheme: string | undefined): string {
  if (scheme === 'tcp' || scheme === 'udp') return scheme;
  return scheme?.endsWith('unix') ? 'unix' : 'web';
}

/** Scheme, host and path of an address; Pomerium's hosts may hold a wildcard, so the URL class is of no use. */
function parse(text: string): { scheme: string; host: string; path: string } | undefined {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(text);
  return match ? { scheme: (match[1] ?? '').toLowerCase(), host: match[2] ?? '', path: match[3] ?? '' } : undefined;
}
