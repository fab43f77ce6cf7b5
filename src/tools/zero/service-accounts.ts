import { z } from 'zod';
import { operation } from './api.js';
import { JSONPatch } from './entities/json-patch.js';
import {
  CreateServiceAccountResponse,
  ServiceAccount,
  ServiceAccountProperties,
  ServiceAccountToken,
} from './entities/service-account.js';
import { exampleIds } from './example-ids.js';
import { limit, offset } from './queries.js';

const toolset = 'service-accounts';
const { clusterId, serviceAccountId } = exampleIds;

// unknown: FACTS 4.12, whether a service account works before the changeset is applied; taken as taking effect at once.
export const serviceAccounts = [
  operation({
    name: 'list_service_accounts',
    title: 'List service accounts',
    description: "A cluster's service accounts: the user each acts as, and when it expires.",
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts',
    query: { offset, limit },
    output: z.array(ServiceAccount),
    row: ['id', 'description', 'userId', 'expiresAt'],
    example: { clusterId },
  }),
  operation({
    name: 'create_service_account',
    title: 'Create a service account',
    description:
      'Creates a machine identity that passes policies as userId. Its token is kept for the person in a file.',
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts',
    body: ServiceAccountProperties,
    status: 201,
    output: CreateServiceAccountResponse,
    example: {
      clusterId,
      description: 'Build runner',
      userId: 'build-runner@example.com',
      expiresAt: '2027-01-01T00:00:00Z',
    },
  }),
  operation({
    name: 'get_service_account',
    title: 'Read a service account',
    description: 'One service account, without its token.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}',
    output: ServiceAccount,
    example: { clusterId, serviceAccountId },
  }),
  operation({
    name: 'patch_service_account',
    title: 'Patch a service account',
    description: 'Applies a JSON Patch (RFC 6902) to a service account, for example to change its description.',
    toolset,
    effect: 'live',
    method: 'PATCH',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}',
    body: JSONPatch,
    record: ServiceAccountProperties,
    output: ServiceAccount,
    example: { clusterId, serviceAccountId, patch: [{ op: 'replace', path: '/description', value: 'Release runner' }] },
  }),
  operation({
    name: 'delete_service_account',
    title: 'Delete a service account',
    description: 'Deletes a service account; whoever holds its token loses access.',
    toolset,
    effect: 'live',
    method: 'DELETE',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}',
    example: { clusterId, serviceAccountId },
  }),
  operation({
    name: 'get_service_account_token',
    title: "Fetch a service account's token",
    description:
      "Fetches a service account's token again and keeps it for the person in a file; it is never shown here.",
    toolset,
    effect: 'live',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}/token',
    output: ServiceAccountToken,
    example: { clusterId, serviceAccountId },
  }),
];
