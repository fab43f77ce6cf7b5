import { z } from 'zod';
import { dateTime, IPAddress, StringList, StringMap, standardFields } from './common.js';
import { RefreshTokenProperties } from './user.js';

/** Whether the customer or the vendor runs the data plane. */
export const ClusterFlavor = z.enum(['standard', 'hosted']);

export const ClusterHealthCheckStatus = z.enum(['error', 'success', 'warning']);

export const PingClusterErrorCode = z.enum([
  'err_cluster_ping_no_identity',
  'err_cluster_ping_dns_error',
  'err_cluster_ping_connection_error',
  'err_cluster_ping_invalid_cert',
  'err_cluster_ping_unexpected_response',
  'err_cluster_ping_key_not_found',
]);

/** Where an imported configuration came from. */
export const ImportHints = z.strictObject({
  systemType: z.string().optional().describe('Kind of system it ran on.'),
  hostname: z.string().optional().describe('Machine it ran on.'),
  kubernetesNamespace: z.string().optional().describe('Kubernetes namespace it ran in.'),
  argv0: z.string().optional().describe('Name of the program.'),
  configArg: z.string().optional().describe('Its configuration argument.'),
});

/** Result of importing a self-managed configuration. */
export const ImportStatus = z.strictObject({
  timestamp: dateTime().describe('When the import ran.'),
  hints: ImportHints.optional().describe('Where the configuration came from.'),
  messages: z.array(z.string()).describe('What was done.'),
  warnings: z.array(z.string()).describe('What needs a look.'),
  error: z.string().optional().describe('Why it failed.'),
});

export const ComponentVersions = z.record(z.string(), StringList);

export const ClusterProperties = z.strictObject({
  name: z.string().describe('Unique in the organization.'),
  manualOverrideIpAddress: IPAddress.optional().describe('Replaces the detected address.'),
  flavor: ClusterFlavor.optional().describe('Who runs the data plane.'),
});

export const ClusterComputedProperties = z.strictObject({
  fqdn: z.string().describe('Starter domain: domain and .pomerium.app.'),
  autoDetectIpAddress: z.string().optional().describe('Address the service found.'),
  // The guide and two official tools show the cluster's own id (FACTS 3.3).
  namespaceId: z.string().describe('Namespace of its routes, policies and key pairs.'),
  hasFailingHealthChecks: z.boolean().describe('Whether a health check fails.'),
  minReplicaVersion: z.string().optional().describe('Oldest version among its replicas.'),
  domain: z.string().describe('Starter subdomain label.'),
  onboardingStatus: z.string().optional().describe('How far onboarding has come.'),
  importStatus: ImportStatus.optional().describe('Result of the last import.'),
  componentVersions: ComponentVersions.optional().describe('Versions in use, by component.'),
});

export const Cluster = z.strictObject({
  ...standardFields,
  ...ClusterProperties.shape,
  ...ClusterComputedProperties.shape,
});

export const CreateClusterRequest = z.strictObject({
  ...ClusterProperties.shape,
  // Labels of the caller's own choice are refused (FACTS 3.3).
  domain: z.string().describe('Label from generate_subdomain_name.'),
});

export const CreateClusterResponse = z.strictObject({
  ...Cluster.shape,
  ...RefreshTokenProperties.shape,
});

export const ClusterReplica = z.strictObject({
  ...standardFields,
  hostname: z.string().describe('Machine it runs on.'),
});

export const ClusterHealthCheck = z.strictObject({
  description: z.string().describe('What was found.'),
  helpUrl: z.string().describe('Page that explains the check.'),
  hostname: z.string().optional().describe('Replica it concerns.'),
  status: ClusterHealthCheckStatus.describe('Outcome.'),
  updatedAt: dateTime().describe('When it last ran.'),
});

export const PingClusterResponse = z.strictObject({
  success: z.boolean().describe('Whether the cluster answered rightly.'),
  errorCode: PingClusterErrorCode.optional().describe('What went wrong.'),
  errorMessage: z.string().optional().describe('The same, for people.'),
});

export const LogEntry = z.strictObject({
  insertId: z.string().optional().describe('Id of the entry.'),
  labels: StringMap.optional().describe('What the entry is about.'),
  message: z.string().optional().describe('What was logged.'),
  timestamp: dateTime().describe('When it was logged.'),
});

export const GenerateSubdomainNameResponse = z.strictObject({
  name: z.string().describe('Label for create_cluster.'),
});
