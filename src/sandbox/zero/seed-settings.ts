import type { Row, SettingsRow } from '../store.js';
import { settingsDefaults } from './settings.js';

type Properties = Omit<SettingsRow, keyof Row>;

/** Settings that the production cluster was set up with: own identity provider, review before anything goes live. */
export const productionSettings: Properties = {
  ...settingsDefaults,
  autoApplyChangesets: false,
  httpRedirectAddr: ':80',
  proxyLogLevel: 'error',
  cookieSecret: 'dGlkZXdyYWNrLXNhbmRib3gtY29va2llLXNlY3JldCE=',
  setResponseHeaders: {
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'SAMEORIGIN',
  },
  authenticateServiceUrl: 'https://authenticate.apps.tidewrack.example',
  identityProvider: 'oidc',
  identityProviderUrl: 'https://login.tidewrack.example/realms/staff',
  identityProviderClientId: 'pomerium-production',
  identityProviderClientSecret: 'tidewrack-sandbox-idp-client-secret',
  identityProviderScopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
  databrokerStorageConnection:
    'postgres://pomerium:tidewrack-sandbox-postgres-password@databroker.tidewrack.internal/pomerium?sslmode=verify-full',
  otelTracesExporter: 'otlp',
  otelExporterOtlpEndpoint: 'https://otel.tidewrack.internal:4318',
  otelExporterOtlpHeaders: ['x-otel-key=tidewrack-sandbox-otel-key'],
  sshAddress: ':22',
  sshHostKeys: ['tidewrack-sandbox-ssh-host-key'],
  sshUserCaKey: 'tidewrack-sandbox-ssh-user-ca-key',
};

/** In staging everything goes live at once. Its own sign-in was begun and left: it lacks the client, and most else. */
export const stagingSettings: Properties = {
  ...settingsDefaults,
  httpRedirectAddr: ':80',
  authenticateServiceUrl: 'http://authenticate.staging.tidewrack.example',
  identityProvider: 'google',
  bearerTokenFormat: 'idp_access_token',
};
