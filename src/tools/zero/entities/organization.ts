import { z } from 'zod';
import { CreateClusterResponse } from './cluster.js';
import { dateTime, email, standardFields, url } from './common.js';
import { OrganizationRole, UserIdentityInfo } from './user.js';

/** personal = free account; professional = paid plan. The second value comes from the guide and the official client; the seeds' sample shows only the first. */
export const OrganizationType = z.enum(['personal', 'professional']);

/** One number per kind of thing: a limit or a count. */
export const Quotas = z.strictObject({
  administrators: z.int(),
  apiUsers: z.int(),
  certificates: z.int(),
  clusters: z.int(),
  customDomains: z.int(),
  policies: z.int(),
  replicas: z.int(),
  routes: z.int(),
  serviceAccounts: z.int(),
  hostedClusters: z.int().optional(),
});

export const GetQuotasResponse = z.strictObject({ counts: Quotas, limits: Quotas });

export const OrganizationProperties = z.strictObject({
  name: z.string(),
  logoURL: url().optional().describe('Picture address.'),
});

export const OrganizationComputedProperties = z.strictObject({
  organizationType: OrganizationType,
  ownerUserId: z.string(),
  role: OrganizationRole.describe('Role of the caller in this organization.'),
  joinedAt: dateTime(),
  quotas: Quotas,
  readOnly: z.boolean().describe('True when changes are refused (for example after missed payment).'),
});

export const Organization = z.strictObject({
  ...standardFields,
  ...OrganizationProperties.shape,
  ...OrganizationComputedProperties.shape,
});

export const UpdateOrganizationRequest = z.strictObject({
  ...OrganizationProperties.shape,
  ownerUserId: z.string().optional().describe('Set to hand the organization over.'),
});

export const OrganizationInvite = z.strictObject({
  ...standardFields,
  email: email(),
  role: OrganizationRole,
});

export const CreateOrganizationInviteRequest = z.strictObject({ emails: z.array(email()), role: OrganizationRole });

export const UserInvitation = z.strictObject({
  ...standardFields,
  invitedBy: UserIdentityInfo,
  organization: Organization,
  organizationRole: OrganizationRole,
});

/** Seeds' sample shows cluster; the others come from the official client. */
export const NamespaceType = z.enum(['cluster', 'regular', 'root']);

/** Seeds' sample shows admin; the others come from the official client. */
export const NamespaceRole = z.enum(['admin', 'manager', 'viewer']);

export const Namespace = z.strictObject({
  ...standardFields,
  parentId: z.string().optional(),
  name: z.string(),
  type: NamespaceType,
});

export const NamespaceWithRole = z.strictObject({
  ...Namespace.shape,
  role: NamespaceRole.describe('Role of the caller in this namespace.'),
});

export const FeatureFlag = z.strictObject({ name: z.string(), enabled: z.boolean() });

/** A new organization arrives with one cluster and its namespace. */
export const CreateOrganizationResponse = z.strictObject({
  cluster: CreateClusterResponse,
  namespace: Namespace,
  organization: Organization,
});
