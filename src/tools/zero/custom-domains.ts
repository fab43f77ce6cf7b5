import { z } from 'zod';
import { operation } from './api.js';
import { CustomDomain, CustomDomainProperties } from './entities/custom-domain.js';
import { exampleIds } from './example-ids.js';
import { clusterId } from './queries.js';

const toolset = 'custom-domains';
const { customDomainId } = exampleIds;

export const customDomains = [
  operation({
    name: 'list_custom_domains',
    title: 'List custom domains',
    description: "A cluster's custom domains, when their certificates expire, and the last error.",
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/customDomains',
    query: { clusterId },
    output: z.array(CustomDomain),
    row: ['id', 'domainName', 'clusterId', 'expiresAt', 'lastError'],
    example: { clusterId: exampleIds.clusterId },
  }),
  operation({
    name: 'add_custom_domain',
    title: 'Add a custom domain',
    description:
      'Adds a domain to a cluster, which then gets a certificate for it. DNS must point at the starter domain.',
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/organizations/{organizationId}/customDomains',
    body: CustomDomainProperties,
    status: 201,
    output: CustomDomain,
    example: { clusterId: exampleIds.clusterId, domainName: 'apps.example.com' },
  }),
  operation({
    name: 'delete_custom_domain',
    title: 'Remove a custom domain',
    description: 'Removes a custom domain from its cluster, at once.',
    toolset,
    effect: 'live',
    method: 'DELETE',
    path: '/organizations/{organizationId}/customDomains/{customDomainId}',
    example: { customDomainId },
  }),
  operation({
    name: 'retry_custom_domain',
    title: 'Retry a custom domain',
    description: "Tries again to get the domain's certificate, for example after DNS was put right.",
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/organizations/{organizationId}/customDomains/{customDomainId}/retry',
    example: { customDomainId },
  }),
];
