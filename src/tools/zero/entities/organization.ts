import { z } from 'zod';
import { CreateClusterResponse } from './cluster.js';
import { dateTime, email, standardFields, url } from './common.js';
import { OrganizationRole, UserIdentityInfo } from './user.js';

/** A free account or a paid plan. */
export const OrganizationType = z.enum(['personal', 'professional']);

/** One number per kind of thing: how many exist, or how many may. */
export const Quotas = z.strictObject({
  administrators: z.int().describe('Users with the admin role.'),
  apiUsers: z.int().describe('API users.'),
  certificates: z.int().describe('Uploaded certificates.'),
  clusters: z.int().describe('Clusters.'),
  customDomains: z.int().describe('Custom domains.'),
  policies: z.int().describe('Policies.'),
  replicas: z.int().describe('Replicas of a cluster.'),
  routes: z.int().describe('Routes.'),
  serviceAccounts: z.int().describe('Service accounts.'),
  hostedClusters: z.int().optional().describe('Clusters hosted by the vendor.'),
});

export const GetQuotasResponse = z.strictObject({
  counts: Quotas.describe('How many exist.'),
  limits: Quotas.describe('How many may exist.'),
});

export const OrganizationProperties = z.strictObject({
  name: z.string().describe('Display name.'),
  logoURL: url().optional().describe('Address of a logo.'),
});

export const OrganizationComputedProperties = z.strictObject({
  organizationType: OrganizationType.describe('Free account or paid plan.'),
  ownerUserId: z.string().describe('User who owns it.'),
  role: OrganizationRole.describe("The caller's role in it."),
  joinedAt: dateTime().describe('When the caller joined.'),
  quotas: Quotas.describe('How many of each may exist.'),
  readOnly: z.boolean().describe('Changes are refused, as after a missed payment.'),
});

export const Organization = z.strictObject({
  ...standardFields,
  ...OrganizationProperties.shape,
  ...OrganizationComputedProperties.shape,
});

export const UpdateOrganizationRequest = z.strictObject({
  ...OrganizationProperties.shape,
  ownerUserId: z.string().optional().describe('User to hand it over to.'),
});

export const OrganizationInvite = z.strictObject({
  ...standardFields,
  email: email().describe('Who is invited.'),
  role: OrganizationRole.describe('Role they will have.'),
});

export const CreateOrganizationInviteRequest = z.strictObject({
  emails: z.array(email()).describe('Whom to invite.'),
  role: OrganizationRole.describe('Role they will have.'),
});

export const UserInvitation = z.strictObject({
  ...standardFields,
  invitedBy: UserIdentityInfo.describe('Who invites.'),
  organization: Organization.describe('Organization to join.'),
  organizationRole: OrganizationRole.describe('Role after joining.'),
});

export const NamespaceType = z.enum(['cluster', 'regular', 'root']);

export const NamespaceRole = z.enum(['admin', 'manager', 'viewer']);

export const Namespace = z.strictObject({
  ...standardFields,
  parentId: z.string().optional().describe('Namespace above; the root has none.'),
  name: z.string().describe('Display name.'),
  type: NamespaceType.describe('Root of all, one per cluster, or regular.'),
});

export const NamespaceWithRole = z.strictObject({
  ...Namespace.shape,
  role: NamespaceRole.describe("The caller's role in it."),
});

export const FeatureFlag = z.strictObject({
  name: z.string().describe('Name of the feature.'),
  enabled: z.boolean().describe('Whether it is on.'),
});

/** A new organization arrives with one cluster and its namespace. */
export const CreateOrganizationResponse = z.strictObject({
  cluster: CreateClusterResponse.describe('Its first cluster, with the identity token.'),
  namespace: Namespace.describe("The cluster's namespace."),
  organization: Organization.describe('The new organization.'),
});
