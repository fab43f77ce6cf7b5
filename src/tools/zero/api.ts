import { z } from 'zod';
import { defineApi } from '../../operation.js';

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

const id = (what: string) => z.string().min(1).describe(`Id of the ${what}.`);

/** Path parameters by name. `metricId` differs per operation and is declared there. */
export const params = {
  organizationId: id('organization'),
  clusterId: id('cluster'),
  routeId: id('route'),
  policyId: id('policy'),
  keyPairId: id('key pair'),
  changesetId: id('changeset'),
  userId: id('user'),
  invitationId: id('invitation'),
  serviceAccountId: id('service account'),
  customDomainId: id('custom domain'),
  metricId: z.string(),
  recordType: z.string(),
};

export const operation = defineApi({ toolsets, params });
