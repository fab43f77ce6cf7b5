import { REDACTED } from '../../secret.js';
import type { Problem } from '../problem.js';
import type { Lint, RouteContext, RouteFields } from './lint.js';

const KEY_PAIR_FIELDS = ['tlsCustomCaKeyPairId', 'tlsClientKeyPairId', 'tlsDownstreamClientCaKeyPairId'] as const;

/** Ids that lead nowhere, and a client certificate without its key. */
export const lintReferences: Lint = (route, { policies, keyPairs }) => {
  const dangling = (place: string, id: string, what: string, tool: string): Problem => ({
    code: 'dangling',
    severity: 'error',
    place,
    message: `There is no ${what} ${id}.`,
    fix: `Name one that exists, see ${tool}.`,
  });
  const ids = (route.policyIds ?? []).map((id, index) => [`policyIds[${index}]`, id] as const);
  const tunnel = route.upstreamTunnel?.sshPolicyId;
  const wanted = tunnel ? [...ids, ['upstreamTunnel.sshPolicyId', tunnel] as const] : ids;
  const known = policies && new Set(policies.map(({ id }) => id));
  const byId = keyPairs && new Map(keyPairs.map((pair) => [pair.id, pair]));
  const client = route.tlsClientKeyPairId ? byId?.get(route.tlsClientKeyPairId) : undefined;
  return [
    ...wanted.flatMap(([place, id]) =>
      known && !known.has(id) ? [dangling(place, id, 'policy', 'list_policies')] : [],
    ),
    ...KEY_PAIR_FIELDS.flatMap((place) => {
      const id = route[place];
      return id && byId && !byId.has(id) ? [dangling(place, id, 'key pair', 'list_key_pairs')] : [];
    }),
    ...(client?.hasKey === false
      ? [
          {
            code: 'client-certificate-without-key',
            severity: 'error' as const,
            place: 'tlsClientKeyPairId',
            message: 'client certificate key and cert both must be non-empty',
            fix: 'Upload the key with the certificate, or name another key pair.',
          },
        ]
      : []),
  ];
};

/** `${pomerium.…}` of a header value, up to its end (ROUTES 2.6). */
const TOKEN = /(?<!\$)\$\{?pomerium\.[^}\s]*\}?/g;
const KNOWN_TOKEN =
  /^\$\{?pomerium\.(access_token|id_token|jwt|client_cert_fingerprint|client_cert_san_dns|client_cert_san_email|request\.headers\["[^"]+"\])\}?$/;
const IDP_TOKEN = /pomerium\.(access_token|id_token)/;

/** Headers that can't be set, or are filled with nothing (ROUTES 2.6). */
export const lintHeaders: Lint = ({ setRequestHeaders = {} }, { settings }) =>
  Object.entries(setRequestHeaders).flatMap(([name, value]): readonly Problem[] => {
    const place = `setRequestHeaders.${name}`;
    const problem = (code: string, message: string, fix: string): Problem => ({
      code,
      severity: 'warning',
      place,
      message,
      fix,
    });
    const tokens = value.startsWith(REDACTED) ? [] : [...value.matchAll(TOKEN)].map(([token]) => token);
    const unknown = tokens.find((token) => !KNOWN_TOKEN.test(token));
    return [
      ...(/^(host$|:)/i.test(name)
        ? [problem('header-not-settable', 'Host and pseudo headers cannot be set.', 'Use hostRewrite.')]
        : []),
      ...(unknown === undefined
        ? []
        : [
            problem(
              'header-token',
              `${unknown} is no value that the proxy knows.`,
              'See the list in the docs of setRequestHeaders; $$ is a plain dollar.',
            ),
          ]),
      ...(settings && !settings.authenticateServiceUrl && IDP_TOKEN.test(value)
        ? [
            problem(
              'token-of-hosted-authenticate',
              'The hosted authenticate service has no access or id tokens to hand on.',
              "Use the cluster's own identity provider, or the proxy's own jwt.",
            ),
          ]
        : []),
    ];
  });

/** What only shows with the cluster's settings. */
export const lintCluster: Lint = (route, { settings }) =>
  settings ? [...login(route, settings), ...bearer(route, settings)] : [];

type Settings = NonNullable<RouteContext['settings']>;

function login(
  { dependsOn = [] }: RouteFields,
  { authenticateServiceUrl, cookieDomain }: Settings,
): readonly Problem[] {
  if (dependsOn.length === 0 || (authenticateServiceUrl && !cookieDomain)) return [];
  const cause = authenticateServiceUrl ? 'a cookieDomain' : 'the hosted authenticate service';
  return [
    {
      code: 'depends-on-unused',
      severity: 'warning',
      place: 'dependsOn',
      message: `It does nothing with ${cause}.`,
      fix: 'Drop it, or change the settings of the cluster.',
    },
  ];
}

function bearer({ bearerTokenFormat }: RouteFields, { identityProvider }: Settings): readonly Problem[] {
  const isWrong =
    (bearerTokenFormat === 'idp_access_token' && identityProvider === 'apple') ||
    (bearerTokenFormat === 'idp_identity_token' && identityProvider === 'github');
  return isWrong
    ? [
        {
          code: 'bearer-token-format',
          severity: 'warning',
          place: 'bearerTokenFormat',
          message: `${identityProvider} has no tokens of this kind.`,
          fix: 'Use another bearerTokenFormat.',
        },
      ]
    : [];
}
