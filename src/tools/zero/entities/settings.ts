import { z } from 'zod';
import { notSecret, secret } from '../../../secret.js';
import { Duration, double, int32, originatorId, StringList, StringMap, standardFields, uint32, url } from './common.js';
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

const ipport = () => z.string().meta({ format: 'ipport' });

export const BlobStorage = z.strictObject({
  bucket_uri: secret(z.string()).optional().describe('Address of the bucket.'),
  managed_prefix: z.string().optional().describe('Folder in it.'),
});

/** Settings of a cluster. A PUT defines the whole record; nothing is layered under it (FACTS 3.4). */
export const SettingsProperties = z.strictObject({
  logLevel: z.string().describe('Lowest severity logged.'),
  proxyLogLevel: z.string().optional().describe('The same for the proxy.'),
  address: ipport().describe('Listener; empty: port 443.'),
  dnsLookupFamily: DNSLookupFamily.describe('IPv4 or IPv6.'),
  dnsFailureRefreshRate: Duration.optional().describe('Pace of lookups while they fail.'),
  dnsQueryTimeout: Duration.optional().describe('First wait per name server.'),
  dnsQueryTries: uint32().optional().describe('Most tries per lookup.'),
  dnsRefreshRate: Duration.optional().describe('Pace of lookups.'),
  dnsUdpMaxQueries: uint32().optional().describe('Most queries per UDP port.'),
  dnsUseTcp: z.boolean().optional().describe('Look up over TCP.'),
  httpRedirectAddr: ipport().optional().describe('HTTP listener that redirects; unset: none.'),
  timeoutRead: Duration.describe('Longest wait for a request.'),
  timeoutWrite: Duration.describe('Longest stream.'),
  timeoutIdle: Duration.describe('Longest idle connection.'),
  codecType: CodecType.describe('Protocol for visitors.'),
  cookieName: z.string().describe('Name of the session cookie.'),
  cookieSecret: secret(z.string()).optional().describe('Base64, 32 bytes; unset: generated.'),
  cookieDomain: z.string().optional().describe('Domain of the session cookie.'),
  cookieHttpOnly: z.boolean().describe('Hide it from scripts.'),
  cookieExpire: Duration.describe('Length of a session.'),
  cookieSameSite: z.string().optional().describe('strict, lax or none.'),
  certificateAuthorityKeyPairId: z.string().optional().describe('CA to verify upstreams with.'),
  setResponseHeaders: StringMap.optional().describe('Replaces the default answer headers.'),
  jwtClaimsHeaders: StringMap.optional().describe('Header to claim, sent upstream unsigned.'),
  defaultUpstreamTimeout: Duration.describe('For routes without a timeout.'),
  metricsAddress: z.string().optional().describe('Prometheus listener.'),
  otelTracesExporter: z.string().optional().describe('none or otlp.'),
  otelTracesSamplerArg: double().optional().describe('Share of requests traced, up to 1.'),
  otelResourceAttributes: StringList.optional().describe('key=value, added to traces.'),
  otelLogLevel: z.string().optional().describe('Severity of its own log.'),
  otelAttributeValueLengthLimit: int32().optional().describe('Longest attribute value.'),
  otelExporterOtlpEndpoint: z.string().optional().describe('OTLP collector.'),
  otelExporterOtlpTracesEndpoint: z.string().optional().describe('The same for traces.'),
  otelExporterOtlpProtocol: z.string().optional().describe('OTLP protocol.'),
  otelExporterOtlpTracesProtocol: z.string().optional().describe('The same for traces.'),
  otelExporterOtlpHeaders: secret(StringList).optional().describe('Headers for the collector.'),
  otelExporterOtlpTracesHeaders: secret(StringList).optional().describe('The same for traces.'),
  otelExporterOtlpTimeout: Duration.optional().describe('Longest export.'),
  otelExporterOtlpTracesTimeout: Duration.optional().describe('The same for traces.'),
  otelBspScheduleDelay: Duration.optional().describe('Time between exports.'),
  otelBspMaxExportBatchSize: int32().optional().describe('Most spans per export.'),
  downstreamMtlsCaKeyPairId: z.string().optional().describe('If set, visitors need a client certificate.'),
  googleCloudServerlessAuthenticationServiceAccount: secret(z.string()).optional().describe('Google credentials.'),
  skipXffAppend: z.boolean().describe('Leave X-Forwarded-For as it is.'),
  databrokerStorageConnection: secret(z.string()).optional().describe('Connection string of the session store.'),
  accessLogFields: StringList.optional().describe('Fields of access logs.'),
  authorizeLogFields: StringList.optional().describe('Fields of authorization logs.'),
  passIdentityHeaders: z.boolean().describe('Tell upstreams who visits.'),
  autoApplyChangesets: z.boolean().describe('True: every change goes live at once.'),
  authenticateServiceUrl: url().optional().describe('Unset: the hosted one.'),
  identityProvider: IdentityProviderType.optional().describe('Needs authenticateServiceUrl.'),
  identityProviderClientId: z.string().optional().describe('OAuth client id.'),
  identityProviderClientSecret: secret(z.string()).optional().describe('OAuth client secret.'),
  identityProviderRequestParams: secret(StringMap).optional().describe('Extra sign-in parameters.'),
  identityProviderScopes: StringList.optional().describe('Scopes to ask for.'),
  identityProviderUrl: url().optional().describe('Issuer.'),
  bearerTokenFormat: BearerTokenFormat.optional().describe('Bearer tokens to accept.'),
  idpAccessTokenAllowedAudiences: StringList.optional().describe('Audiences of those tokens.'),
  circuitBreakerThresholds: CircuitBreakerThresholds.optional().describe('Upstream limits.'),
  sshAddress: z.string().optional().describe('SSH listener.'),
  sshHostKeys: secret(StringList).optional().describe('SSH host keys.'),
  sshUserCaKey: secret(z.string()).optional().describe('Key that signs SSH users.'),
  allowUpgrades: StringList.optional().describe('HTTP upgrades to let through.'),
  blobStorage: BlobStorage.optional().describe('Blob storage.'),
  envoyDynamicExtensions: StringList.optional().describe('Envoy extensions to load.'),
  mcpAllowedAsMetadataDomains: StringList.optional().describe('Trusted authorization-server domains.'),
  mcpAllowedClientIdDomains: StringList.optional().describe('Trusted MCP client domains.'),
  mcpDynamicClientRegistration: z.boolean().optional().describe('Let MCP clients register.'),
  sessionRecordingConcurrency: uint32().optional().describe('Most parallel recordings.'),
  originatorId: originatorId(),
});

export const Settings = z.strictObject({
  ...standardFields,
  ...SettingsProperties.shape,
});

export const CheckIdentityProviderSettingsRequest = z.strictObject({
  provider: IdentityProviderType.describe('Kind of provider.'),
  url: z.string().optional().describe('Issuer.'),
  clientId: z.string().optional().describe('OAuth client id.'),
  clientSecret: secret(z.string()).optional().describe('OAuth client secret.'),
  requestParams: secret(StringMap).optional().describe('Extra sign-in parameters.'),
  scopes: StringList.optional().describe('Scopes to ask for.'),
});

export const CheckIdentityProviderSettingsResponse = z.strictObject({
  success: z.boolean().describe('Whether the settings work.'),
  errors: z
    .strictObject({
      provider: z.string().optional().describe('Problem with the provider.'),
      url: z.string().optional().describe('Problem with the issuer.'),
      clientId: z.string().optional().describe('Problem with the client id.'),
      clientSecret: notSecret(z.string(), 'says what is wrong with it')
        .optional()
        .describe('Problem with the client secret.'),
      requestParams: z.string().optional().describe('Problem with the parameters.'),
      scopes: z.string().optional().describe('Problem with the scopes.'),
    })
    .optional()
    .describe('What is wrong, by field.'),
});
