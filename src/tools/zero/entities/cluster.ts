import { z } from 'zod';
import { dateTime, IPAddress, standardFields } from './common.js';
import { RefreshTokenProperties } from './user.js';

/** Whether the customer or the vendor runs the data plane. */
export const ClusterFlavor = z.enum(['standard', 'hosted']);

/** Seeds' sample shows success; the others come from the official client. */
export const ClusterHealthCheckStatus = z.enum(['error', 'success', 'warning']);

export const PingClusterErrorCode = z.enum([
  'err_cluster_ping_no_identity',
  'err_cluster_ping_dns_error',
  'err_cluster_ping_connection_error',
  'err_cluster_ping_invalid_cert',
  'err_cluster_ping_unexpected_response',
  'err_cluster_ping_key_not_found',
]);

export const ImportHints = z.strictObject({
  systemType: z.string().optional(),
  hostname: z.string().optional(),
  kubernetesNamespace: z.string().optional(),
  argv0: z.string().optional(),
  configArg: z.string().optional(),
});

/** Result of importing a self-managed configuration. */
export const ImportStatus = z.strictObject({
  timestamp: dateTime(),
  hints: ImportHints.optional(),
  messages: z.array(z.string()),
  warnings: z.array(z.string()),
  error: z.string().optional(),
});

export const ComponentVersions = z.record(z.string(), z.array(z.string()));

export const ClusterProperties = z.strictObject({
  name: z.string(),
  manualOverrideIpAddress: IPAddress.optional(),
  flavor: ClusterFlavor.optional(),
});

export const ClusterComputedProperties = z.strictObject({
  fqdn: z.string().describe("domain plus .pomerium.app in the guide's example."),
  autoDetectIpAddress: z.string().optional(),
  namespaceId: z.string().describe("Equal to the cluster's own id in the guide's example and in two official tools."),
  hasFailingHealthChecks: z.boolean(),
  minReplicaVersion: z.string().optional(),
  domain: z.string().describe('Starter subdomain label.'),
  onboardingStatus: z
    .string()
    .optional()
    .describe('Free text in the spec; a third-party client names in_progress and complete.'),
  importStatus: ImportStatus.optional(),
  componentVersions: ComponentVersions.optional(),
});

export const Cluster = z.strictObject({
  ...standardFields,
  ...ClusterProperties.shape,
  ...ClusterComputedProperties.shape,
});

export const CreateClusterRequest = z.strictObject({
  ...ClusterProperties.shape,
  domain: z
    .string()
    .describe(
      'A label minted by generateSubdomainName; a third-party client reports that self-chosen labels are refused.',
    ),
});

export const CreateClusterResponse = z.strictObject({
  ...Cluster.shape,
  ...RefreshTokenProperties.shape,
});

export const ClusterReplica = z.strictObject({
  ...standardFields,
  hostname: z.string(),
});

export const ClusterHealthCheck = z.strictObject({
  description: z.string(),
  helpUrl: z.string(),
  hostname: z.string().optional().describe('Replica it concerns, if any.'),
  status: ClusterHealthCheckStatus,
  updatedAt: dateTime(),
});

export const PingClusterResponse = z.strictObject({
  success: z.boolean(),
  errorCode: PingClusterErrorCode.optional(),
  errorMessage: z.string().optional(),
});

export const LogEntry = z.strictObject({
  insertId: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  message: z.string().optional(),
  timestamp: dateTime(),
});

export const GenerateSubdomainNameResponse = z.strictObject({ name: z.string() });
