import { z } from 'zod';
import { defineApi } from '../../operation.js';

/** Where the API is. */
export const baseUrl = 'https://console.pomerium.app/api/v0';

/** Toolsets of Zero, one line each. `core` isn't one of them: it is the set of operations marked `core`. */
export const toolsets = {
  organizations: 'Organizations, namespaces, quotas and feature flags',
  users: 'People, API users and invitations',
  clusters: 'Clusters, replicas, health and logs',
  settings: "A cluster's settings and identity provider",
  routes: 'Routes and the certificates that fit them',
  policies: 'Policies (PPL)',
  changesets: 'Changesets: list, compare, apply',
  'key-pairs': 'Certificates and private keys',
  'custom-domains': 'Custom domains of a cluster',
  'service-accounts': 'Service accounts and their tokens',
  activity: 'Who changed what',
  metrics: 'Traffic and latency',
  billing: 'Subscription, invoices and payment',
  onboarding: 'Onboarding, defaults and the service itself',
} as const;

const id = z.string();

/** Path parameters by name. `metricId` and `recordType` are declared where they are used: each has its own enum. */
export const params = {
  organizationId: id,
  clusterId: id,
  routeId: id,
  policyId: id,
  keyPairId: id,
  changesetId: id,
  userId: id,
  invitationId: id,
  serviceAccountId: id,
  customDomainId: id,
  metricId: id,
  recordType: id,
};

export const operation = defineApi({ toolsets, params });
