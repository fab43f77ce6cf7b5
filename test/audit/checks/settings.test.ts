import { settingsChecks } from '../../../src/audit/checks/settings.js';
import { cluster, type Organization, PRODUCTION, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

/** An organization with one cluster, whose settings differ from good ones in the given fields. */
function set(fields: Row): Organization {
  return { settings: fields };
}

/** The call that gives production's settings other values. */
function update(fields: Row): Example['fix'] {
  return ['update_settings', { clusterId: PRODUCTION, ...fields }];
}

const protections = {
  'Strict-Transport-Security': 'max-age=63072000',
  'Content-Security-Policy': "frame-ancestors 'self'",
  'X-Content-Type-Options': 'nosniff',
};

const web = { from: 'https://app.corp.example', to: ['https://app'] };
const anybody = { name: 'Anybody', ppl: [{ allow: { or: [{ authenticated_user: true }] } }] };
const staff = { name: 'Staff', ppl: [{ allow: { or: [{ domain: 'corp.example' }] } }] };
const withCertificate = { name: 'Fleet', ppl: [{ allow: { and: [{ client_certificate: { fingerprint: 'ab' } }] } }] };

/** An organization in which the route Wiki is open to all who can sign in, or not. */
function wiki(policy: Row & { readonly name: string }, fields: Row): Organization {
  return { ...set(fields), policies: [policy], routes: [{ name: 'Wiki', ...web, policyIds: [policy.name] }] };
}

const production = 'production';

const examples: readonly Example[] = [
  {
    id: 'SET-01',
    fires: set({ cookieHttpOnly: false }),
    on: production,
    evidence: { cookieHttpOnly: false },
    fix: update({ cookieHttpOnly: true }),
    innocent: set({ cookieHttpOnly: undefined }),
  },
  {
    id: 'SET-02',
    fires: set({ cookieSameSite: 'None' }),
    on: production,
    evidence: { cookieSameSite: 'None' },
    fix: update({ cookieSameSite: 'lax' }),
    innocent: set({ cookieSameSite: 'lax' }),
  },
  {
    id: 'SET-03',
    fires: set({ cookieExpire: '24h1s' }),
    on: production,
    evidence: { cookieExpire: '24h1s' },
    fix: update({ cookieExpire: '14h' }),
    innocent: set({ cookieExpire: '1d' }),
  },
  {
    id: 'SET-04',
    fires: set({ cookieDomain: 'corp.example' }),
    on: production,
    evidence: { cookieDomain: 'corp.example' },
    fix: update({ clear: ['cookieDomain'] }),
    innocent: set({ cookieDomain: '' }),
  },
  {
    id: 'SET-05',
    fires: set({ logLevel: 'info', proxyLogLevel: 'TRACE' }),
    on: production,
    evidence: { proxyLogLevel: 'TRACE' },
    fix: update({ proxyLogLevel: 'info' }),
    innocent: set({ logLevel: 'warn' }),
  },
  {
    id: 'SET-06',
    fires: set({ logLevel: 'disabled', proxyLogLevel: 'error' }),
    on: production,
    evidence: { logLevel: 'disabled', proxyLogLevel: 'error' },
    fix: update({ logLevel: 'info', proxyLogLevel: 'info' }),
    innocent: set({ logLevel: 'warn', proxyLogLevel: '' }),
  },
  {
    id: 'SET-07',
    fires: set({ setResponseHeaders: { 'X-Team': 'a', ...protections, 'Content-Security-Policy': "img-src 'self'" } }),
    on: production,
    evidence: {
      setResponseHeaders: ['X-Team', 'Strict-Transport-Security', 'Content-Security-Policy', 'X-Content-Type-Options'],
      missing: ['X-Frame-Options'],
    },
    fix: update({
      setResponseHeaders: {
        'X-Team': 'a',
        ...protections,
        'Content-Security-Policy': "img-src 'self'",
        'X-Frame-Options': 'SAMEORIGIN',
      },
    }),
    innocent: set({ setResponseHeaders: protections }),
  },
  {
    id: 'SET-07',
    fires: set({ setResponseHeaders: { disable: 'true', ...protections } }),
    on: production,
    evidence: { setResponseHeaders: ['disable', ...Object.keys(protections)], missing: [] },
    fix: update({ setResponseHeaders: protections }),
    innocent: set({ setResponseHeaders: {} }),
  },
  {
    id: 'SET-08',
    fires: set({ skipXffAppend: true }),
    on: production,
    evidence: { skipXffAppend: true },
    fix: update({ skipXffAppend: false }),
    innocent: set({ skipXffAppend: undefined }),
  },
  {
    id: 'SET-09',
    fires: set({ passIdentityHeaders: true }),
    on: production,
    evidence: { passIdentityHeaders: true },
    innocent: set({ passIdentityHeaders: undefined }),
  },
  {
    id: 'SET-10',
    fires: set({ timeoutRead: '0' }),
    on: production,
    evidence: { timeoutRead: '0' },
    fix: update({ timeoutRead: '30s' }),
    innocent: set({ timeoutRead: '1s', timeoutWrite: '0s' }),
  },
  {
    id: 'SET-11',
    fires: set({ defaultUpstreamTimeout: '5m1s' }),
    on: production,
    evidence: { defaultUpstreamTimeout: '5m1s' },
    fix: update({ defaultUpstreamTimeout: '5m' }),
    innocent: set({ defaultUpstreamTimeout: '300s' }),
  },
  {
    id: 'SET-11',
    fires: set({ defaultUpstreamTimeout: '0s' }),
    on: production,
    evidence: { defaultUpstreamTimeout: '0s' },
    fix: update({ defaultUpstreamTimeout: '5m' }),
    innocent: set({ defaultUpstreamTimeout: undefined }),
  },
  ...['0.0.0.0:9090', ':9090', '[::]:9090'].map(
    (metricsAddress): Example => ({
      id: 'SET-12',
      fires: set({ metricsAddress }),
      on: production,
      evidence: { metricsAddress },
      innocent: set({ metricsAddress: '127.0.0.1:9090' }),
    }),
  ),
  {
    id: 'SET-13',
    fires: set({
      otelExporterOtlpEndpoint: 'http://me:pass@otel.corp.example:4318',
      otelExporterOtlpTracesEndpoint: 'https://otel.corp.example',
    }),
    on: production,
    evidence: { otelExporterOtlpEndpoint: 'http://otel.corp.example:4318' },
    innocent: set({ otelExporterOtlpEndpoint: 'http://127.0.0.1:4318' }),
  },
  {
    id: 'SET-14',
    fires: set({ autoApplyChangesets: true }),
    on: production,
    evidence: { autoApplyChangesets: true },
    fix: update({ autoApplyChangesets: false }),
    innocent: set({}),
  },
  {
    id: 'SET-15',
    fires: set({ identityProvider: undefined }),
    on: production,
    evidence: { identityProvider: 'not set' },
    innocent: set({ identityProvider: 'okta' }),
  },
  {
    id: 'SET-16',
    fires: set({ identityProviderClientId: '', identityProviderUrl: undefined }),
    on: production,
    evidence: { identityProvider: 'oidc', missing: ['identityProviderClientId', 'identityProviderUrl'] },
    innocent: set({ identityProvider: 'google', identityProviderUrl: undefined }),
  },
  {
    // Another secret of the settings was answered, so this one isn't set.
    id: 'SET-16',
    fires: set({ identityProviderClientSecret: undefined }),
    on: production,
    evidence: { identityProvider: 'oidc', missing: ['identityProviderClientSecret'] },
    innocent: set({
      identityProviderClientSecret: undefined,
      cookieSecret: undefined,
      databrokerStorageConnection: undefined,
    }),
  },
  {
    id: 'SET-17',
    fires: set({ identityProviderUrl: 'HTTP://login.corp.example' }),
    on: production,
    evidence: { identityProviderUrl: 'HTTP://login.corp.example' },
    innocent: set({ identityProviderUrl: 'https://http.corp.example' }),
  },
  {
    id: 'SET-18',
    fires: set({
      identityProviderRequestParams: { state: '[redacted by zero-mcp]', prompt: '[redacted by zero-mcp]' },
    }),
    on: production,
    evidence: { identityProviderRequestParams: ['state'] },
    innocent: set({ identityProviderRequestParams: { prompt: '[redacted by zero-mcp]' } }),
  },
  {
    id: 'SET-19',
    fires: wiki(anybody, { identityProvider: 'google', identityProviderUrl: undefined }),
    on: production,
    evidence: { identityProvider: 'google', routes: ['Wiki'] },
    innocent: wiki(staff, { identityProvider: 'google' }),
  },
  {
    id: 'SET-19',
    fires: wiki(anybody, {
      identityProvider: 'azure',
      identityProviderUrl: 'https://login.microsoftonline.com/common/v2.0',
    }),
    on: production,
    evidence: {
      identityProvider: 'azure',
      identityProviderUrl: 'https://login.microsoftonline.com/common/v2.0',
      routes: ['Wiki'],
    },
    innocent: wiki(anybody, {
      identityProvider: 'azure',
      identityProviderUrl: 'https://login.microsoftonline.com/0f5e0b1c/v2.0',
    }),
  },
  {
    id: 'SET-20',
    fires: wiki(withCertificate, {}),
    on: production,
    evidence: { downstreamMtlsCaKeyPairId: 'not set', policies: ['Fleet'] },
    innocent: wiki(withCertificate, { downstreamMtlsCaKeyPairId: 'ca' }),
  },
  {
    id: 'SET-20',
    fires: {
      ...wiki(withCertificate, {}),
      clusters: [cluster('production'), cluster('staging')],
    },
    on: production,
    evidence: { downstreamMtlsCaKeyPairId: 'not set', policies: ['Fleet'] },
    innocent: wiki(staff, {}),
  },
  {
    id: 'SET-21',
    fires: set({ httpRedirectAddr: undefined }),
    on: production,
    evidence: { httpRedirectAddr: 'not set' },
    fix: update({ httpRedirectAddr: ':80' }),
    innocent: set({ httpRedirectAddr: ':8080' }),
  },
  {
    id: 'SET-22',
    fires: set({ bearerTokenFormat: 'idp_access_token', idpAccessTokenAllowedAudiences: [] }),
    on: production,
    evidence: { bearerTokenFormat: 'idp_access_token', idpAccessTokenAllowedAudiences: [] },
    innocent: set({ bearerTokenFormat: 'idp_access_token', idpAccessTokenAllowedAudiences: ['pomerium'] }),
  },
  {
    id: 'SET-23',
    fires: set({ jwtClaimsHeaders: { 'X-Email': 'email' } }),
    on: production,
    evidence: { jwtClaimsHeaders: { 'X-Email': 'email' } },
    innocent: set({ jwtClaimsHeaders: {} }),
  },
  {
    id: 'SET-24',
    fires: set({ accessLogFields: ['method', 'headers.Cookie'], authorizeLogFields: ['query', 'email'] }),
    on: production,
    evidence: { accessLogFields: ['headers.Cookie'], authorizeLogFields: ['query'] },
    fix: update({ accessLogFields: ['method'], authorizeLogFields: ['email'] }),
    innocent: set({ accessLogFields: ['method', 'headers.Accept'] }),
  },
  {
    id: 'SET-24',
    fires: set({ accessLogFields: ['body'] }),
    on: production,
    evidence: { accessLogFields: ['body'] },
    innocent: set({ accessLogFields: ['id'] }),
  },
  {
    id: 'SET-25',
    fires: set({ authorizeLogFields: ['user', 'ip', 'path', 'allow-why-false', 'deny'] }),
    on: production,
    evidence: {
      authorizeLogFields: ['user', 'ip', 'path', 'allow-why-false', 'deny'],
      missing: ['request-id'],
    },
    fix: update({ authorizeLogFields: ['user', 'ip', 'path', 'allow-why-false', 'deny', 'request-id'] }),
    innocent: set({ authorizeLogFields: ['email', 'ip', 'path', 'request-id', 'allow', 'deny-why-true'] }),
  },
  {
    id: 'SET-28',
    fires: set({ circuitBreakerThresholds: { maxConnections: 1_000_000, maxRequests: 999_999 } }),
    on: production,
    evidence: { circuitBreakerThresholds: { maxConnections: 1_000_000 } },
    innocent: set({ circuitBreakerThresholds: { maxRetries: 1_000_000 } }),
  },
  {
    id: 'SET-29',
    fires: set({ sshAddress: ':22', sshHostKeys: [], sshUserCaKey: '[redacted by zero-mcp]' }),
    on: production,
    evidence: { sshAddress: ':22', missing: ['sshHostKeys'] },
    innocent: set({
      sshAddress: ':22',
      sshHostKeys: ['[redacted by zero-mcp]'],
      sshUserCaKey: '[redacted by zero-mcp]',
    }),
  },
  {
    id: 'SET-30',
    fires: set({ googleCloudServerlessAuthenticationServiceAccount: '[redacted by zero-mcp]' }),
    on: production,
    evidence: { googleCloudServerlessAuthenticationServiceAccount: 'set' },
    innocent: set({ googleCloudServerlessAuthenticationServiceAccount: '' }),
  },
  {
    id: 'SET-31',
    fires: set({ codecType: 'http1' }),
    on: production,
    evidence: { codecType: 'http1' },
    fix: update({ codecType: 'auto' }),
    innocent: set({ codecType: '' }),
  },
  {
    id: 'SET-32',
    fires: set({ jwtClaimsHeaders: { 'X-Forwarded-User': 'email', 'X-Groups': 'groups' } }),
    on: production,
    evidence: { jwtClaimsHeaders: { 'X-Forwarded-User': 'email' } },
    fix: update({ jwtClaimsHeaders: { 'X-Groups': 'groups' } }),
    innocent: set({ jwtClaimsHeaders: { 'X-Cookie': 'email' } }),
  },
  {
    id: 'SET-32',
    fires: set({ jwtClaimsHeaders: { Host: 'email' } }),
    on: production,
    evidence: { jwtClaimsHeaders: { Host: 'email' } },
    fix: update({ clear: ['jwtClaimsHeaders'] }),
    innocent: set({ jwtClaimsHeaders: { Hostname: 'email' } }),
  },
];

testChecks(settingsChecks, examples);
