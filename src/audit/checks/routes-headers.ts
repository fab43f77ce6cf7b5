import type { Check } from '../check.js';
import type { RouteRecord } from '../snapshot.js';
import { changing, clearing, routeCheck, settingsOf } from './route-check.js';
import { passesIdentity } from './routes-upstream.js';
import { ASVS_HEADERS, CIS_ENCRYPT, docs, NIST_TLS, OAUTH, OWASP_API_AUTH, OWASP_CONFIG } from './sources.js';

const SECRET_HEADER = /authorization|cookie|api[-_]?key|token|secret|password/i;
const IDP_TOKEN = /\$\{pomerium\.(access_token|id_token)\}/g;
const ASSERTION = 'x-pomerium-jwt-assertion';

/** Headers, tokens and secrets of the routes. */
export const routeHeaderChecks: readonly Check[] = [
  routeCheck({
    id: 'RTE-17',
    severity: 'high',
    title: 'Static secret in request headers',
    why: 'Every member of the organization who can read routes sees it, and the activity log keeps it.',
    remedy:
      'Let the upstream check who visits (X-Pomerium-Jwt-Assertion) instead of one key for all; then replace the secret.',
    sources: [docs('reference/routes/headers'), CIS_ENCRYPT],
    find: ({ route: { setRequestHeaders = {} } }) => {
      const headers = Object.entries(setRequestHeaders)
        .filter(([name, value]) => SECRET_HEADER.test(name) && value !== '' && !value.includes(FROM_POMERIUM))
        .map(([name]) => name);
      return headers.length > 0 ? { evidence: { setRequestHeaders: headers } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-18',
    severity: 'high',
    title: 'IdP tokens forwarded',
    why: 'With the token the upstream can act as the visitor elsewhere.',
    remedy: 'Pass identity headers instead, which say who visits and no more.',
    sources: [docs('reference/routes/headers'), OAUTH],
    find: ({ route: { setRequestHeaders = {} } }) => {
      const forwarded = Object.entries(setRequestHeaders).flatMap(([name, value]) => {
        const tokens = value.match(IDP_TOKEN);
        return tokens ? [[name, tokens.join(' ')] as const] : [];
      });
      return forwarded.length > 0 ? { evidence: { setRequestHeaders: Object.fromEntries(forwarded) } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-20',
    severity: 'medium',
    title: 'Kubernetes token stored in the route',
    why: 'A secret that stays the same for years, in a record that is easy to forget.',
    remedy: 'Give its service account the right to impersonate and no other, and replace the token from time to time.',
    sources: [docs('capabilities/kubernetes-access'), 'Kubernetes documentation: service account tokens'],
    find: ({ route }) =>
      route.kubernetesServiceAccountToken ? { evidence: { kubernetesServiceAccountToken: 'set' } } : undefined,
  }),
  routeCheck({
    id: 'RTE-22',
    severity: 'low',
    title: 'Deprecated per-route client CA',
    why: 'The field is going away, and what it asks of visitors with it.',
    remedy: 'Set downstreamMtlsCaKeyPairId in the settings, and ask for client_certificate in the policy.',
    sources: [docs('reference/routes/tls'), docs('reference/downstream-mtls-settings'), NIST_TLS],
    find: ({ route: { tlsDownstreamClientCaKeyPairId } }) =>
      tlsDownstreamClientCaKeyPairId ? { evidence: { tlsDownstreamClientCaKeyPairId } } : undefined,
  }),
  routeCheck({
    id: 'RTE-23',
    severity: 'high',
    title: 'IdP bearer tokens without audience',
    why: 'A token made for any other application of the same identity provider is accepted.',
    remedy: 'Set idpAccessTokenAllowedAudiences on the route, or in the settings.',
    sources: [
      docs('reference/bearer-token-format'),
      docs('reference/idp-access-token-allowed-audiences'),
      OAUTH,
      OWASP_API_AUTH,
    ],
    needs: ['routes', 'settings'],
    find: (view, snapshot) => {
      const { bearerTokenFormat, idpAccessTokenAllowedAudiences } = view.route;
      if (bearerTokenFormat !== 'idp_access_token' || idpAccessTokenAllowedAudiences?.length) return undefined;
      return settingsOf(view, snapshot).some((settings) => !settings.idpAccessTokenAllowedAudiences?.length)
        ? { evidence: { bearerTokenFormat, idpAccessTokenAllowedAudiences: [] } }
        : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-27',
    severity: 'low',
    title: 'Policy details shown to users',
    why: 'Names of policies and reasons help an attacker to map the rules; for a help desk they are fine.',
    remedy: 'Switch showErrorDetails off where strangers can get to the error page.',
    sources: [docs('reference/routes/show-error-details'), OWASP_CONFIG],
    find: (view) =>
      view.route.showErrorDetails === true
        ? { evidence: { showErrorDetails: true }, fix: changing(view, { showErrorDetails: false }) }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-29',
    severity: 'medium',
    title: 'Unsafe response headers',
    why: 'They take the default protections away, or let any site read what a signed-in visitor gets.',
    remedy: 'Name the origins that may read, and leave the protections on.',
    sources: [docs('reference/set-response-headers'), ASVS_HEADERS],
    find: ({ route }) => {
      const unsafe = unsafeHeaders(route);
      return unsafe.length > 0 ? { evidence: { setResponseHeaders: Object.fromEntries(unsafe) } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-30',
    severity: 'medium',
    title: 'Signed identity removed',
    why: 'The upstream is meant to know who visits, and cannot check it any more; it may trust headers that nobody signed.',
    remedy: 'Let X-Pomerium-Jwt-Assertion through, or pass no identity headers at all.',
    sources: [docs('capabilities/getting-users-identity'), docs('internals/mutual-auth')],
    needs: ['routes', 'settings'],
    find: (view, snapshot) => {
      const { removeRequestHeaders = [] } = view.route;
      const kept = removeRequestHeaders.filter((name) => name.toLowerCase() !== ASSERTION);
      if (kept.length === removeRequestHeaders.length || !passesIdentity(view, snapshot)) return undefined;
      return {
        evidence: { removeRequestHeaders, passIdentityHeaders: true },
        fix:
          kept.length > 0 ? changing(view, { removeRequestHeaders: kept }) : clearing(view, ['removeRequestHeaders']),
      };
    },
  }),
  routeCheck({
    id: 'RTE-32',
    severity: 'medium',
    title: 'Per-route IdP secret',
    why: 'A secret outside the settings is forgotten when secrets are replaced; and it works only together with its client id.',
    remedy: "Use the settings' identity provider, or note where this secret is and when it is replaced.",
    sources: [docs('reference/identity-provider-settings')],
    find: ({ route }) =>
      route.identityProviderClientSecret
        ? {
            evidence: {
              identityProviderClientSecret: 'set',
              identityProviderClientId: route.identityProviderClientId ?? 'not set',
            },
          }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-34',
    severity: 'medium',
    title: 'MCP upstream OAuth over http or with inline secret',
    why: 'Codes and tokens travel in clear, or a secret that stays the same lies in the route.',
    remedy: 'Use https for both endpoints, and replace the secret from time to time.',
    sources: [docs('capabilities/mcp/reference'), OAUTH],
    find: ({ route }) => {
      const oauth = route.mcp?.server?.upstreamOAuth2;
      if (!oauth) return undefined;
      const { authUrl, tokenUrl } = oauth.oauth2Endpoint ?? {};
      const plain = Object.entries({ authUrl, tokenUrl }).filter(([, url]) => url && !/^https:/i.test(url));
      if (plain.length === 0 && !oauth.clientSecret) return undefined;
      return { evidence: { ...Object.fromEntries(plain), ...(oauth.clientSecret && { clientSecret: 'set' }) } };
    },
  }),
];

const FROM_POMERIUM = '$' + '{pomerium.';

/** Answer headers that open what browsers keep closed. */
function unsafeHeaders({ setResponseHeaders = {} }: RouteRecord): readonly (readonly [string, string])[] {
  const headers = Object.entries(setResponseHeaders);
  const named = (wanted: string) => headers.filter(([name]) => name.toLowerCase() === wanted);
  const origins = named('access-control-allow-origin').filter(([, value]) => value.trim() === '*');
  const credentials = named('access-control-allow-credentials').filter(([, value]) => value.trim() === 'true');
  const csp = named('content-security-policy').filter(
    ([, value]) => value.includes('unsafe-inline') && /(^|\s)\*(\s|;|$)/.test(value),
  );
  return [
    ...named('disable'),
    ...(origins.length > 0 && credentials.length > 0 ? [...origins, ...credentials] : []),
    ...csp,
  ];
}
