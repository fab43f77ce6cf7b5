import { z } from 'zod';
import { advertiseAs } from '../../../operation.js';
import { secret } from '../../../secret.js';
import {
  Duration,
  EntityInfo,
  EntityName,
  Hex,
  int32,
  int64,
  namespaceId,
  originatorId,
  StringList,
  StringMap,
  standardFields,
  uint32,
  url,
} from './common.js';

export const JwtIssuerFormat = z.enum(['hostOnly', 'uri']);

/** What kind of bearer token the proxy should expect. */
export const BearerTokenFormat = z.enum(['', 'default', 'idp_access_token', 'idp_identity_token']);

export const CodecClientType = z.enum(['http1', 'http2']);

export const RouteLoadBalancingPolicy = z.enum(['round_robin', 'least_request', 'ring_hash', 'random', 'maglev']);

export const OAuth2AuthStyle = z.enum([
  'OAUTH2_AUTH_STYLE_UNSPECIFIED',
  'OAUTH2_AUTH_STYLE_IN_PARAMS',
  'OAUTH2_AUTH_STYLE_IN_HEADER',
]);

export const IntegerRange = z.strictObject({
  start: z.int().describe('First.'),
  end: z.int().describe('Last.'),
});

const healthCheckFields = {
  timeout: Duration.describe('Wait for an answer, like 5s.'),
  interval: Duration.describe('Time between checks.'),
  unhealthyThreshold: uint32().describe('Failures until unhealthy.'),
  healthyThreshold: uint32().describe('Successes until healthy.'),
};

export const RouteHttpHealthCheck = z.strictObject({
  ...healthCheckFields,
  type: z.literal('http').describe('Kind of check.'),
  host: z.string().optional().describe('http: Host header.'),
  path: z.string().describe('http: path to request.'),
  expectedStatuses: z.array(IntegerRange).optional().describe('http: statuses of success.'),
  codecClientType: CodecClientType.optional().describe('http: protocol.'),
});

export const RouteTcpHealthCheck = z.strictObject({
  ...healthCheckFields,
  type: z.literal('tcp').describe('Kind of check.'),
  send: Hex.optional().describe('tcp: hex to send.'),
  receive: z.array(Hex).optional().describe('tcp: hex to expect.'),
});

export const RouteGrpcHealthCheck = z.strictObject({
  ...healthCheckFields,
  type: z.literal('grpc').describe('Kind of check.'),
  authority: z.string().optional().describe('grpc: authority header.'),
  serviceName: z.string().optional().describe('grpc: service to ask for.'),
});

/** How upstreams are checked; a model is shown one object with the fields of all three kinds. */
export const RouteHealthCheck = advertiseAs(
  z
    .discriminatedUnion('type', [RouteHttpHealthCheck, RouteTcpHealthCheck, RouteGrpcHealthCheck])
    .describe('Checks upstreams; http needs path.'),
  z.strictObject({
    ...RouteHttpHealthCheck.partial().shape,
    ...RouteTcpHealthCheck.partial().shape,
    ...RouteGrpcHealthCheck.partial().shape,
    ...healthCheckFields,
    type: z.enum(['http', 'tcp', 'grpc']),
  }),
);

export const RouteDirectResponse = z.strictObject({
  status: uint32().describe('HTTP status.'),
  body: z.string().describe('Text to answer.'),
});

export const RouteRedirect = z.strictObject({
  httpsRedirect: z.boolean().optional().describe('To https.'),
  schemeRedirect: z.string().optional().describe('New scheme.'),
  hostRedirect: z.string().optional().describe('New host.'),
  portRedirect: uint32().optional().describe('New port.'),
  pathRedirect: z.string().optional().describe('New path.'),
  prefixRewrite: z.string().optional().describe('New prefix.'),
  responseCode: int32().optional().describe('301, 302, 303, 307 or 308.'),
  stripQuery: z.boolean().optional().describe('Drop the query.'),
});

export const RouteRewriteHeader = z.strictObject({
  header: z.string().describe('Header to rewrite.'),
  matcher: z.strictObject({ prefix: z.string().describe('Start of the old value.') }).describe('Which values.'),
  value: z.string().describe('What replaces the prefix.'),
});

export const CircuitBreakerThresholds = z.strictObject({
  maxConnections: uint32().optional().describe('Open connections.'),
  maxPendingRequests: uint32().optional().describe('Waiting requests.'),
  maxRequests: uint32().optional().describe('Parallel requests.'),
  maxRetries: uint32().optional().describe('Parallel retries.'),
  maxConnectionPools: uint32().optional().describe('Connection pools.'),
});

export const OAuth2Endpoint = z.strictObject({
  authUrl: z.string().optional().describe('Authorization endpoint.'),
  tokenUrl: z.string().optional().describe('Token endpoint.'),
  authStyle: OAuth2AuthStyle.optional().describe('How the client authenticates.'),
});

export const UpstreamOAuth2 = z.strictObject({
  clientId: z.string().describe('OAuth client id.'),
  clientSecret: secret(z.string()).describe('OAuth client secret.'),
  oauth2Endpoint: OAuth2Endpoint.optional().describe('Authorization server.'),
  scopes: StringList.optional().describe('Scopes to ask for.'),
  authorizationUrlParams: secret(StringMap).optional().describe('Extra authorization parameters.'),
});

export const MCPServer = z.strictObject({
  upstreamOAuth2: UpstreamOAuth2.optional().describe('OAuth towards the upstream.'),
  maxRequestBytes: uint32().optional().describe('Largest request.'),
  path: z.string().optional().describe('Path of the MCP endpoint.'),
  authorizationServerUrl: z.string().optional().describe('https only.'),
});

/** Marks an MCP client; has no fields. */
export const MCPClient = z.strictObject({});

/** The route fronts an MCP server or an MCP client. unknown: FACTS 4.9, when a branch is null. */
export const MCP = z
  .strictObject({
    server: MCPServer.nullable().optional().describe('Upstream is an MCP server.'),
    client: MCPClient.nullable().optional().describe('Upstream is an MCP client.'),
  })
  .nullable();

export const UpstreamTunnel = z.strictObject({
  sshPolicyId: z.string().optional().describe('Policy for the tunnel.'),
});

export const RouteSessionRecording = z.strictObject({
  enabled: z.boolean().optional().describe('Record sessions.'),
});

/** Header values that Pomerium fills in itself: `${pomerium.id_token}`, `${pomerium.request.headers["X-Team"]}`. */
const POMERIUM_TOKEN = /^\$\{pomerium\.[^{}]+\}$/;

/** Writable fields. The reference marks the switches required; the guide leaves them out (FACTS 3.4). */
export const RouteProperties = z.strictObject({
  namespaceId: namespaceId(),
  name: EntityName.describe('Unique in the namespace.'),
  description: z.string().optional().describe('Note for people.'),
  logoUrl: z.string().optional().describe('Address of a logo.'),
  from: url().describe('Public address, like https://app.example.com.'),
  to: z.array(url()).optional().describe('Upstream addresses.'),
  response: RouteDirectResponse.optional().describe('Fixed answer instead of to.'),
  prefix: z.string().optional().describe('Match paths starting so.'),
  path: z.string().optional().describe('Match exactly this path.'),
  regex: z.string().optional().describe('Match the whole path (RE2).'),
  prefixRewrite: z.string().optional().describe('Replaces the matched prefix.'),
  regexRewritePattern: z.string().optional().describe('Part of the path to rewrite.'),
  regexRewriteSubstitution: z.string().optional().describe('What replaces it.'),
  hostRewrite: z.string().optional().describe('Host header sent upstream.'),
  hostRewriteHeader: z.string().optional().describe('Take the host from this header.'),
  hostPathRegexRewritePattern: z.string().optional().describe('Take the host from the path.'),
  hostPathRegexRewriteSubstitution: z.string().optional().describe('The host it makes.'),
  regexPriorityOrder: int64().optional().describe('Higher regex routes match first.'),
  timeout: Duration.optional().describe('Longest request, like 30s.'),
  idleTimeout: Duration.optional().describe('Longest silence, like 5m.'),
  allowWebsockets: z.boolean().describe('Let WebSockets through.'),
  allowSpdy: z.boolean().describe('Let SPDY through.'),
  tlsSkipVerify: z.boolean().describe("Don't verify the upstream certificate."),
  tlsUpstreamServerName: z.string().optional().describe('Name to verify upstream.'),
  tlsDownstreamServerName: z.string().optional().describe('Legacy.'),
  tlsCustomCaKeyPairId: z.string().optional().describe('CA to verify upstream with.'),
  tlsClientKeyPairId: z.string().optional().describe('Client certificate for upstream.'),
  tlsDownstreamClientCaKeyPairId: z.string().optional().describe('Legacy: CA of visitors.'),
  tlsUpstreamAllowRenegotiation: z.boolean().describe('Let upstream renegotiate TLS.'),
  setRequestHeaders: secret(StringMap, { except: POMERIUM_TOKEN }).optional().describe('Headers to send upstream.'),
  setResponseHeaders: StringMap.optional().describe('Headers to add to answers.'),
  removeRequestHeaders: z.array(z.string()).optional().describe('Headers to withhold from upstream.'),
  rewriteResponseHeaders: z.array(RouteRewriteHeader).optional().describe('Answer headers to rewrite.'),
  preserveHostHeader: z.boolean().describe("Send the visitor's Host header."),
  passIdentityHeaders: z.boolean().optional().describe('Tell upstream who visits.'),
  kubernetesServiceAccountToken: secret(z.string()).optional().describe('Token for a Kubernetes upstream.'),
  redirect: RouteRedirect.optional().describe('Redirect instead of to.'),
  enableGoogleCloudServerlessAuthentication: z.boolean().describe('Sign in to Google serverless.'),
  jwtIssuerFormat: JwtIssuerFormat.optional().describe('Issuer in the identity header.'),
  showErrorDetails: z.boolean().describe('Show details on error pages.'),
  healthCheck: RouteHealthCheck.optional(),
  loadBalancingPolicy: RouteLoadBalancingPolicy.optional().describe('Among several upstreams.'),
  identityProviderClientId: z.string().optional().describe("The route's own OAuth client."),
  identityProviderClientSecret: secret(z.string()).optional().describe('Its secret.'),
  policyIds: z.array(z.string()).describe('Policies; enforced ones come on top.'),
  bearerTokenFormat: BearerTokenFormat.optional().describe('Bearer tokens to accept.'),
  idpAccessTokenAllowedAudiences: StringList.optional().describe('Audiences of those tokens.'),
  dependsOn: z.array(z.string()).optional().describe('Up to 5 other hosts to sign in to.'),
  circuitBreakerThresholds: CircuitBreakerThresholds.optional().describe('Upstream limits.'),
  mcp: MCP.optional().describe('Server or client, not both.'),
  healthyPanicThreshold: int32().min(0).max(100).optional().describe('Percent healthy below which all are used.'),
  upstreamTunnel: UpstreamTunnel.optional().describe('Reverse SSH tunnel.'),
  allowUpgrades: StringList.optional().describe('HTTP upgrades to let through.'),
  sessionRecording: RouteSessionRecording.optional().describe('Recording of sessions.'),
  originatorId: originatorId(),
});

export const RouteComputedProperties = z.strictObject({
  enforcedPolicies: z.array(EntityInfo).describe('Policies enforced on it.'),
  enforcedPolicyIds: z.array(z.string()).describe('Their ids.'),
  policies: z.array(EntityInfo).describe('Policies it names in policyIds.'),
});

export const Route = z.strictObject({
  ...standardFields,
  ...RouteProperties.shape,
  ...RouteComputedProperties.shape,
});
