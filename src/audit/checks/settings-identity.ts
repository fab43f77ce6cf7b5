import type { Check } from '../check.js';
import { accountOpenness } from './openness.js';
import { perSnapshot } from './per-snapshot.js';
import { clustersOf, usesOf } from './policy-terms.js';
import type { SettingsRecord } from './route-check.js';
import { fieldsOf, lacksSecret, settingsCheck, valuesOf } from './settings-check.js';
import { CIS_ACCESS, docs, OAUTH, OWASP_AUTH, OWASP_CRYPTO, RUN } from './sources.js';

const IDP = docs('reference/identity-provider-settings');
const NEEDS_URL = new Set(['oidc', 'auth0', 'cognito', 'okta', 'ping']);
const FOR_ANYBODY = new Set(['google', 'github', 'gitlab']);
const RESERVED = new Set(['client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce']);

/** Who says who somebody is. */
export const settingsIdentityChecks: readonly Check[] = [
  settingsCheck({
    id: 'SET-15',
    severity: 'info',
    title: 'Hosted Authenticate in use',
    why: 'It is fine to begin with, but has no claims, groups or tokens of your own identity provider, nor its rules for second factors.',
    remedy: 'Set your own identity provider and authenticateServiceUrl once policies need more than addresses.',
    sources: [docs('capabilities/authentication'), CIS_ACCESS],
    find: ({ settings: { identityProvider } }) =>
      identityProvider ? undefined : { evidence: { identityProvider: 'not set' } },
  }),
  settingsCheck({
    id: 'SET-16',
    severity: 'high',
    title: 'Incomplete identity provider',
    why: 'Once this is applied nobody can sign in.',
    remedy: 'Set what is missing, and try it with check_identity_provider_settings.',
    sources: [IDP],
    find: ({ settings }, snapshot) => {
      const { identityProvider } = settings;
      if (!identityProvider) return undefined;
      const needed = ['identityProviderClientId', 'authenticateServiceUrl'] as const;
      const missing = [
        ...needed.filter((field) => !settings[field]),
        ...(lacksSecret(settings.identityProviderClientSecret, snapshot) ? ['identityProviderClientSecret'] : []),
        ...(NEEDS_URL.has(identityProvider) && !settings.identityProviderUrl ? ['identityProviderUrl'] : []),
      ];
      return missing.length > 0 ? { evidence: { identityProvider, missing } } : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-17',
    severity: 'high',
    title: 'Identity over http',
    why: 'Sign-in codes and tokens travel in clear.',
    remedy: 'Use https for both addresses.',
    sources: [IDP, OWASP_CRYPTO, OAUTH],
    find: ({ settings }) => {
      const plain = fieldsOf(settings, ['identityProviderUrl', 'authenticateServiceUrl'], (url) =>
        /^http:\/\//i.test(url),
      );
      return plain.length > 0 ? { evidence: valuesOf(settings, plain) } : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-18',
    severity: 'high',
    title: 'Reserved OAuth parameters',
    why: 'Pomerium sets these itself: sign-in breaks, or loses what protects it from forged answers.',
    remedy: 'Take them out of identityProviderRequestParams.',
    sources: [IDP, OAUTH],
    find: ({ settings: { identityProviderRequestParams = {} } }) => {
      const reserved = Object.keys(identityProviderRequestParams).filter((name) => RESERVED.has(name.toLowerCase()));
      return reserved.length > 0 ? { evidence: { identityProviderRequestParams: reserved } } : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-19',
    severity: 'high',
    title: 'Multi-tenant identity provider with an open policy',
    why: 'Anybody with an account at the provider, of whatever company or none, signs in and passes.',
    remedy: "Use your own tenant's address, or ask for your domain or a claim in the policies of these routes.",
    sources: [docs('reference/routes/allow-any-authenticated-user'), OWASP_AUTH],
    needs: ['settings', 'routes', 'policies'],
    find: ({ cluster, settings }, snapshot) => {
      const open = openToAccounts(snapshot).get(cluster.id) ?? [];
      if (!takesAnybody(settings) || open.length === 0) return undefined;
      return {
        evidence: {
          ...valuesOf(settings, fieldsOf(settings, ['identityProvider', 'identityProviderUrl'], Boolean)),
          routes: open.slice(0, 5),
        },
      };
    },
  }),
  settingsCheck({
    id: 'SET-20',
    severity: 'medium',
    title: 'No downstream mTLS though policies rely on certificates',
    why: 'Visitors are not asked for certificates then: no certificate ever counts as invalid, and none is presented.',
    remedy: 'Set downstreamMtlsCaKeyPairId to the CA of the certificates.',
    sources: [docs('reference/downstream-mtls-settings'), RUN],
    needs: ['settings', 'policies', 'routes'],
    find: ({ cluster, settings }, snapshot) => {
      const policies = aboutCertificates(snapshot).get(cluster.id) ?? [];
      return !settings.downstreamMtlsCaKeyPairId && policies.length > 0
        ? { evidence: { downstreamMtlsCaKeyPairId: 'not set', policies: policies.slice(0, 5) } }
        : undefined;
    },
  }),
  settingsCheck({
    id: 'SET-22',
    severity: 'high',
    title: 'IdP bearer tokens without audience (global)',
    why: 'A token made for any other application of the same identity provider is accepted, on every route.',
    remedy: 'Set idpAccessTokenAllowedAudiences.',
    sources: [docs('reference/bearer-token-format'), docs('reference/idp-access-token-allowed-audiences')],
    find: ({ settings: { bearerTokenFormat, idpAccessTokenAllowedAudiences = [] } }) =>
      bearerTokenFormat === 'idp_access_token' && idpAccessTokenAllowedAudiences.length === 0
        ? { evidence: { bearerTokenFormat, idpAccessTokenAllowedAudiences } }
        : undefined,
  }),
];

function takesAnybody({
  identityProvider = '',
  identityProviderUrl = '',
}: Partial<Record<keyof SettingsRecord, unknown>>) {
  return (
    FOR_ANYBODY.has(String(identityProvider)) ||
    /\/(common|organizations|consumers)(\/|$)/i.test(String(identityProviderUrl))
  );
}

/** Names of the routes that any signed-in account passes, by cluster. */
const openToAccounts = perSnapshot((snapshot) => {
  const open = snapshot.routes.filter((view) => accountOpenness(view, snapshot).is !== 'closed');
  return namesByCluster(open.map(({ route, clusterIds }) => [route.name ?? route.id, clusterIds]));
});

const CERTIFICATES = new Set(['client_certificate', 'invalid_client_certificate']);

/** Names of the policies that look at certificates, by the clusters where they have effect. */
const aboutCertificates = perSnapshot((snapshot) => {
  const looking = snapshot.policies.filter((view) =>
    usesOf(view).some(({ criterion }) => CERTIFICATES.has(criterion.name)),
  );
  return namesByCluster(
    looking.map((view) => [
      view.policy.name ?? view.policy.id,
      clustersOf(view, snapshot).map(({ cluster }) => cluster.id),
    ]),
  );
});

function namesByCluster(
  named: readonly (readonly [name: string, clusterIds: readonly string[]])[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const [name, clusterIds] of named) {
    for (const id of clusterIds) {
      const known = names.get(id);
      if (known) known.push(name);
      else names.set(id, [name]);
    }
  }
  return names;
}
