import { z } from 'zod';
import { secret } from '../../../secret.js';
import {
  Duration,
  EntityInfo,
  EntityName,
  Hex,
  int32,
  int64,
  StringList,
  StringMap,
  standardFields,
  uint32,
  url,
} from './common.js';

export const JwtIssuerFormat = z.enum(['hostOnly', 'uri']);

/** What kind of bearer token the proxy should expect. */
export const BearerTokenFormat = z.enum(['', 'default', 'idp_access_token', 'idp_identity_token']);

/** Seeds' sample shows http1; http2 comes from the official client. */
export const CodecClientType = z.enum(['http1', 'http2']);

export const RouteLoadBalancingPolicy = z.enum(['round_robin', 'least_request', 'ring_hash', 'random', 'maglev']);

/** Seeds' sample shows the first; the others come from the official client. */
export const OAuth2AuthStyle = z.enum([
  'OAUTH2_AUTH_STYLE_UNSPECIFIED',
  'OAUTH2_AUTH_STYLE_IN_PARAMS',
  'OAUTH2_AUTH_STYLE_IN_HEADER',
]);

export const IntegerRange = z.strictObject({ start: z.int(), end: z.int() });

export const RouteHttpHealthCheck = z.strictObject({
  timeout: Duration,
  interval: Duration,
  unhealthyThreshold: uint32(),
  healthyThreshold: uint32(),
  type: z.string(),
  host: z.string().optional(),
  path: z.string(),
  expectedStatuses: z.array(IntegerRange).optional(),
  codecClientType: CodecClientType.optional(),
});

/** Named in the seeds, fields from the official client. */
export const RouteTcpHealthCheck = z.strictObject({
  timeout: Duration,
  interval: Duration,
  unhealthyThreshold: uint32(),
  healthyThreshold: uint32(),
  type: z.string(),
  send: Hex.optional(),
  receive: z.array(Hex).optional(),
});

/** Named in the seeds, fields from the official client. */
export const RouteGrpcHealthCheck = z.strictObject({
  timeout: Duration,
  interval: Duration,
  unhealthyThreshold: uint32(),
  healthyThreshold: uint32(),
  type: z.string(),
  authority: z.string().optional(),
  serviceName: z.string().optional(),
});

export const RouteHealthCheck = z.union([RouteHttpHealthCheck, RouteTcpHealthCheck, RouteGrpcHealthCheck]);

export const RouteDirectResponse = z.strictObject({
  status: uint32().describe('HTTP status. The sample value 200 hints at a lower bound of 200 (inferred).'),
  body: z.string(),
});

export const RouteRedirect = z.strictObject({
  httpsRedirect: z.boolean().optional(),
  schemeRedirect: z.string().optional(),
  hostRedirect: z.string().optional(),
  portRedirect: uint32().optional(),
  pathRedirect: z.string().optional(),
  prefixRewrite: z.string().optional(),
  responseCode: int32().optional(),
  stripQuery: z.boolean().optional(),
});

export const RouteRewriteHeader = z.strictObject({
  header: z.string(),
  matcher: z.strictObject({ prefix: z.string() }).describe('Only one variant is known.'),
  value: z.string(),
});

export const CircuitBreakerThresholds = z.strictObject({
  maxConnections: uint32().optional(),
  maxPendingRequests: uint32().optional(),
  maxRequests: uint32().optional(),
  maxRetries: uint32().optional(),
  maxConnectionPools: uint32().optional(),
});

export const OAuth2Endpoint = z.strictObject({
  authUrl: z.string().optional(),
  tokenUrl: z.string().optional(),
  authStyle: OAuth2AuthStyle.optional(),
});

export const UpstreamOAuth2 = z.strictObject({
  clientId: z.string(),
  clientSecret: secret(z.string()),
  oauth2Endpoint: OAuth2Endpoint.optional(),
  scopes: StringList.optional(),
  authorizationUrlParams: secret(StringMap).optional(),
});

export const MCPServer = z.strictObject({
  upstreamOAuth2: UpstreamOAuth2.optional(),
  maxRequestBytes: uint32().optional(),
  path: z.string().optional(),
  authorizationServerUrl: z.string().optional(),
});

/** Marker; no fields. */
export const MCPClient = z.strictObject({});

/** Model Context Protocol settings: this route fronts a server, or it is a client. The seeds print two nullable-object branches; the precise branch conditions are not visible (likely: one needs server, the other client). */
export const MCP = z
  .strictObject({ server: MCPServer.nullable().optional(), client: MCPClient.nullable().optional() })
  .nullable();

/** Reverse SSH tunnel settings; an empty object in the seeds. */
export const UpstreamTunnel = z.strictObject({ sshPolicyId: z.string().optional() });

export const RouteSessionRecording = z.strictObject({ enabled: z.boolean().optional() });

/** Header values that Pomerium fills in itself: `${pomerium.id_token}`, `${pomerium.request.headers["X-Team"]}`. */
const POMERIUM_TOKEN = /^\$\{pomerium\.[^{}]+\}$/;

/** Writable fields. The reference marks the switches required; the get-started guide's own request leaves them out and shows them answered as false. */
export const RouteProperties = z.strictObject({
  namespaceId: z.string(),
  name: EntityName,
  description: z.string().optional(),
  logoUrl: z.string().optional(),
  from: url().describe('Public address.'),
  to: z.array(url()).optional().describe('Upstream addresses.'),
  response: RouteDirectResponse.optional(),
  prefix: z.string().optional(),
  path: z.string().optional(),
  regex: z.string().optional(),
  prefixRewrite: z.string().optional(),
  regexRewritePattern: z.string().optional(),
  regexRewriteSubstitution: z.string().optional(),
  hostRewrite: z.string().optional(),
  hostRewriteHeader: z.string().optional(),
  hostPathRegexRewritePattern: z.string().optional(),
  hostPathRegexRewriteSubstitution: z.string().optional(),
  regexPriorityOrder: int64().optional(),
  timeout: Duration.optional(),
  idleTimeout: Duration.optional(),
  allowWebsockets: z.boolean(),
  allowSpdy: z.boolean(),
  tlsSkipVerify: z.boolean(),
  tlsUpstreamServerName: z.string().optional(),
  tlsDownstreamServerName: z.string().optional(),
  tlsCustomCaKeyPairId: z.string().optional(),
  tlsClientKeyPairId: z.string().optional(),
  tlsDownstreamClientCaKeyPairId: z.string().optional(),
  tlsUpstreamAllowRenegotiation: z.boolean(),
  setRequestHeaders: secret(StringMap, { except: POMERIUM_TOKEN }).optional(),
  setResponseHeaders: StringMap.optional(),
  removeRequestHeaders: z.array(z.string()).optional(),
  rewriteResponseHeaders: z.array(RouteRewriteHeader).optional(),
  preserveHostHeader: z.boolean(),
  passIdentityHeaders: z.boolean().optional(),
  kubernetesServiceAccountToken: secret(z.string()).optional(),
  redirect: RouteRedirect.optional(),
  enableGoogleCloudServerlessAuthentication: z.boolean(),
  jwtIssuerFormat: JwtIssuerFormat.optional(),
  showErrorDetails: z.boolean(),
  healthCheck: RouteHealthCheck.optional(),
  loadBalancingPolicy: RouteLoadBalancingPolicy.optional(),
  identityProviderClientId: z.string().optional(),
  identityProviderClientSecret: secret(z.string()).optional(),
  policyIds: z.array(z.string()).describe('Policies attached by hand.'),
  bearerTokenFormat: BearerTokenFormat.optional(),
  idpAccessTokenAllowedAudiences: StringList.optional(),
  dependsOn: z.array(z.string()).optional().describe('Other route domains visited during sign-in.'),
  circuitBreakerThresholds: CircuitBreakerThresholds.optional(),
  mcp: MCP.optional(),
  healthyPanicThreshold: int32()
    .min(0)
    .max(100)
    .optional()
    .describe('Percent of healthy hosts under which all hosts are used; 0 turns it off.'),
  upstreamTunnel: UpstreamTunnel.optional(),
  allowUpgrades: StringList.optional(),
  sessionRecording: RouteSessionRecording.optional(),
  originatorId: z.string().optional(),
});

export const RouteComputedProperties = z.strictObject({
  enforcedPolicies: z.array(EntityInfo),
  enforcedPolicyIds: z.array(z.string()),
  policies: z.array(EntityInfo),
});

export const Route = z.strictObject({
  ...standardFields,
  ...RouteProperties.shape,
  ...RouteComputedProperties.shape,
});
