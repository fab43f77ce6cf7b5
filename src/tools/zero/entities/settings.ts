import { z } from 'zod';
import { secret } from '../../../secret.js';
import { Duration, int32, StringList, StringMap, standardFields, uint32, url } from './common.js';
import { BearerTokenFormat, CircuitBreakerThresholds } from './route.js';

export const DNSLookupFamily = z.enum(['V4_ONLY', 'V6_ONLY', 'V4_PREFERRED', 'AUTO', 'ALL']);

export const CodecType = z.enum(['', 'auto', 'http1', 'http2', 'http3']);

export const IdentityProviderType = z.enum([
  'apple',
  'auth0',
  'azure',
  'cognito',
  'github',
  'gitlab',
  'google',
  'oidc',
  'okta',
  'onelogin',
  'ping',
]);

export const BlobStorage = z.strictObject({
  bucket_uri: secret(z.string()).optional(),
  managed_prefix: z.string().optional(),
});

/** Cluster settings. A PUT defines the whole record; nothing is layered under it. */
export const SettingsProperties = z.strictObject({
  logLevel: z.string().describe('Lowest severity written.'),
  proxyLogLevel: z.string().optional().describe('Same, for proxy access logs.'),
  address: z.string().meta({ format: 'ipport' }).describe('Listen address; empty means port 443.'),
  dnsLookupFamily: DNSLookupFamily,
  dnsFailureRefreshRate: Duration.optional().describe('Re-lookup pace while lookups fail.'),
  dnsQueryTimeout: Duration.optional().describe('First-try wait per name server.'),
  dnsQueryTries: uint32().optional().describe('Most attempts per lookup.'),
  dnsRefreshRate: Duration.optional().describe('Re-lookup pace.'),
  dnsUdpMaxQueries: uint32().optional().describe('Queries per UDP port.'),
  dnsUseTcp: z.boolean().optional(),
  httpRedirectAddr: z
    .string()
    .meta({ format: 'ipport' })
    .optional()
    .describe('HTTP-to-HTTPS redirect listener; unset means none.'),
  timeoutRead: Duration.describe('Longest time to receive a request.'),
  timeoutWrite: Duration.describe('Longest life of a stream.'),
  timeoutIdle: Duration.describe('Idle connection limit.'),
  codecType: CodecType,
  cookieName: z.string(),
  cookieSecret: secret(z.string()).optional().describe('Made by the service when absent.'),
  cookieDomain: z.string().optional(),
  cookieHttpOnly: z.boolean(),
  cookieExpire: Duration.describe('Session cookie lifetime.'),
  cookieSameSite: z.string().optional(),
  certificateAuthorityKeyPairId: z.string().optional(),
  setResponseHeaders: StringMap.optional(),
  jwtClaimsHeaders: StringMap.optional().describe('Header name to claim name, passed upstream unsigned.'),
  defaultUpstreamTimeout: Duration.describe('Used by routes that set none.'),
  metricsAddress: z.string().optional().describe('Prometheus listener.'),
  otelTracesExporter: z.string().optional().describe('none (default) or otlp.'),
  otelTracesSamplerArg: z
    .number()
    .meta({ format: 'double' })
    .optional()
    .describe('Share of requests traced, 1.0 by default.'),
  otelResourceAttributes: StringList.optional(),
  otelLogLevel: z.string().optional(),
  otelAttributeValueLengthLimit: int32().optional(),
  otelExporterOtlpEndpoint: z.string().optional(),
  otelExporterOtlpTracesEndpoint: z.string().optional(),
  otelExporterOtlpProtocol: z.string().optional(),
  otelExporterOtlpTracesProtocol: z.string().optional(),
  otelExporterOtlpHeaders: secret(StringList).optional(),
  otelExporterOtlpTracesHeaders: secret(StringList).optional(),
  otelExporterOtlpTimeout: Duration.optional(),
  otelExporterOtlpTracesTimeout: Duration.optional(),
  otelBspScheduleDelay: Duration.optional(),
  otelBspMaxExportBatchSize: int32().optional(),
  downstreamMtlsCaKeyPairId: z.string().optional().describe('When set, visitors need a client certificate.'),
  googleCloudServerlessAuthenticationServiceAccount: secret(z.string()).optional(),
  skipXffAppend: z.boolean(),
  databrokerStorageConnection: secret(z.string()).optional().describe('Storage connection string.'),
  accessLogFields: StringList.optional(),
  authorizeLogFields: StringList.optional(),
  passIdentityHeaders: z.boolean(),
  autoApplyChangesets: z
    .boolean()
    .describe('True: changes go out by themselves. False: they wait in a pending changeset.'),
  authenticateServiceUrl: url().optional().describe('Own authenticate service; unset means the hosted one.'),
  identityProvider: IdentityProviderType.optional(),
  identityProviderClientId: z.string().optional(),
  identityProviderClientSecret: secret(z.string()).optional(),
  identityProviderRequestParams: secret(StringMap).optional(),
  identityProviderScopes: StringList.optional(),
  identityProviderUrl: url().optional(),
  bearerTokenFormat: BearerTokenFormat.optional(),
  idpAccessTokenAllowedAudiences: StringList.optional(),
  circuitBreakerThresholds: CircuitBreakerThresholds.optional(),
  sshAddress: z.string().optional(),
  sshHostKeys: secret(StringList).optional(),
  sshUserCaKey: secret(z.string()).optional(),
  allowUpgrades: StringList.optional(),
  blobStorage: BlobStorage.optional(),
  envoyDynamicExtensions: StringList.optional(),
  mcpAllowedAsMetadataDomains: StringList.optional(),
  mcpAllowedClientIdDomains: StringList.optional(),
  mcpDynamicClientRegistration: z.boolean().optional(),
  sessionRecordingConcurrency: uint32().optional(),
  originatorId: z.string().optional(),
});

export const Settings = z.strictObject({
  ...standardFields,
  ...SettingsProperties.shape,
});

export const CheckIdentityProviderSettingsRequest = z.strictObject({
  provider: IdentityProviderType,
  url: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: secret(z.string()).optional(),
  requestParams: secret(StringMap).optional(),
  scopes: StringList.optional(),
});

export const CheckIdentityProviderSettingsResponse = z.strictObject({
  success: z.boolean(),
  errors: z
    .strictObject({
      provider: z.string().optional(),
      url: z.string().optional(),
      clientId: z.string().optional(),
      clientSecret: z.string().optional(),
      requestParams: z.string().optional(),
      scopes: z.string().optional(),
    })
    .optional()
    .describe('Message per field.'),
});
