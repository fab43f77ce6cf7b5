import { z } from 'zod';
import { operation } from './api.js';
import { FilterForPolicies, ListPoliciesOrderByField } from './entities/filter.js';
import { JSONPatch } from './entities/json-patch.js';
import { Policy, PolicyProperties } from './entities/policy.js';
import { exampleIds } from './example-ids.js';
import { includeDescendants, limit, namespaceId, offset, orderBy } from './queries.js';

const toolset = 'policies';
const { policyId } = exampleIds;

export const policies = [
  operation({
    name: 'list_policies',
    title: 'List policies',
    description:
      'Policies of a namespace (not those it inherits) or, without one, of all. fields adds ppl, routes and more.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/policies',
    query: {
      namespaceId,
      filter: FilterForPolicies.optional(),
      includeDescendants,
      limit,
      offset,
      orderBy: orderBy(ListPoliciesOrderByField),
    },
    output: z.array(Policy),
    row: ['id', 'name', 'enforced', 'description'],
    order: ['name', 'id'],
    example: { namespaceId: exampleIds.namespaceId, limit: 20 },
  }),
  operation({
    name: 'create_policy',
    title: 'Create a policy',
    description:
      'Creates a policy. It has no effect until a route names it in policyIds, unless enforced puts it on every route.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'POST',
    path: '/organizations/{organizationId}/policies',
    body: PolicyProperties,
    status: 201,
    output: Policy,
    defaults: { enforced: false, description: '', explanation: '', remediation: '' },
    example: {
      namespaceId: exampleIds.namespaceId,
      name: 'Allow only matching email',
      ppl: [{ allow: { and: [{ email: { is: 'user@example.com' } }] } }],
    },
  }),
  operation({
    name: 'get_policy',
    title: 'Read a policy',
    description: 'One policy with the routes that use it, those it is enforced on included.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/policies/{policyId}',
    output: Policy,
    example: { policyId },
  }),
  operation({
    name: 'update_policy',
    title: 'Update a policy',
    description: 'Changes the given fields of a policy and nothing else. Every route that uses it is affected.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'PUT',
    path: '/organizations/{organizationId}/policies/{policyId}',
    body: PolicyProperties,
    output: Policy,
    sparse: { read: 'get_policy', patch: 'patch_policy' },
    example: { policyId, ppl: [{ allow: { or: [{ domain: { is: 'example.com' } }] } }] },
  }),
  operation({
    name: 'patch_policy',
    title: 'Patch a policy',
    description: 'Applies a JSON Patch (RFC 6902) to a policy. To change whole fields, update_policy is simpler.',
    toolset,
    effect: 'draft',
    method: 'PATCH',
    path: '/organizations/{organizationId}/policies/{policyId}',
    body: JSONPatch,
    record: PolicyProperties,
    output: Policy,
    example: { policyId, patch: [{ op: 'replace', path: '/name', value: 'Staff only' }] },
  }),
  operation({
    name: 'delete_policy',
    title: 'Delete a policy',
    description: 'Deletes a policy. Take it off all routes first: one that is still in use is refused.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'DELETE',
    path: '/organizations/{organizationId}/policies/{policyId}',
    example: { policyId },
  }),
];
