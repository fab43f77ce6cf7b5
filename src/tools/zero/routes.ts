import { z } from 'zod';
import { operation } from './api.js';
import { FilterForRoutes, ListRoutesOrderByField } from './entities/filter.js';
import { JSONPatch } from './entities/json-patch.js';
import { KeyPairWithCertificateInfo } from './entities/key-pair.js';
import { Route, RouteProperties } from './entities/route.js';
import { exampleIds } from './example-ids.js';
import { includeDescendants, limit, namespaceId, offset, orderBy } from './queries.js';

const toolset = 'routes';
const { routeId } = exampleIds;

// The reference marks the switches required, the guide leaves them out and shows them answered as false (FACTS 3.4).
const switchedOff = {
  allowWebsockets: false,
  allowSpdy: false,
  tlsSkipVerify: false,
  tlsUpstreamAllowRenegotiation: false,
  preserveHostHeader: false,
  enableGoogleCloudServerlessAuthentication: false,
  showErrorDetails: false,
};

export const routes = [
  operation({
    name: 'list_routes',
    title: 'List routes',
    description:
      'Routes of a namespace or, without one, of all: which public address leads to which service, with which policies.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/routes',
    query: {
      namespaceId,
      includeDescendants,
      filter: FilterForRoutes.optional(),
      limit,
      offset,
      orderBy: orderBy(ListRoutesOrderByField),
    },
    output: z.array(Route),
    row: ['id', 'name', 'from', 'to', 'policies.name', 'enforcedPolicies.name'],
    order: ['name', 'id'],
    example: { namespaceId: exampleIds.namespaceId, limit: 20 },
  }),
  operation({
    name: 'create_route',
    title: 'Create a route',
    description:
      'Creates a route from a public address (from) to a service (to). Nobody gets through until one of policyIds allows someone.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'POST',
    path: '/organizations/{organizationId}/routes',
    body: RouteProperties,
    status: 201,
    output: Route,
    usual: switchedOff,
    defaults: switchedOff,
    example: {
      namespaceId: exampleIds.namespaceId,
      name: 'HTTP Bin',
      from: 'https://httpbin.sample-cluster-1234.pomerium.app',
      to: ['http://httpbin:80'],
      policyIds: [exampleIds.policyId],
    },
  }),
  operation({
    name: 'get_route',
    title: 'Read a route',
    description: 'One route with its policies, enforced ones included.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/routes/{routeId}',
    output: Route,
    usual: switchedOff,
    example: { routeId },
  }),
  operation({
    name: 'update_route',
    title: 'Update a route',
    description: 'Changes the given fields of a route and nothing else.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'PUT',
    path: '/organizations/{organizationId}/routes/{routeId}',
    body: RouteProperties,
    output: Route,
    usual: switchedOff,
    sparse: { read: 'get_route', patch: 'patch_route' },
    example: { routeId, description: 'Request inspector for the web team' },
  }),
  operation({
    name: 'patch_route',
    title: 'Patch a route',
    description: 'Applies a JSON Patch (RFC 6902) to a route. To change whole fields, update_route is simpler.',
    toolset,
    effect: 'draft',
    method: 'PATCH',
    path: '/organizations/{organizationId}/routes/{routeId}',
    body: JSONPatch,
    record: RouteProperties,
    output: Route,
    usual: switchedOff,
    example: { routeId, patch: [{ op: 'add', path: '/description', value: 'Request inspector' }] },
  }),
  operation({
    name: 'delete_route',
    title: 'Delete a route',
    description: 'Deletes a route; its address stops answering once the change is applied.',
    toolset,
    core: true,
    effect: 'draft',
    method: 'DELETE',
    path: '/organizations/{organizationId}/routes/{routeId}',
    example: { routeId },
  }),
  operation({
    name: 'get_route_certificates',
    title: "List a route's certificates",
    description: "Key pairs whose certificate fits the route's host.",
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/routes/{routeId}/certificates',
    output: z.array(KeyPairWithCertificateInfo),
    row: ['id', 'name', 'status', 'certificateInfo.dnsNames', 'certificateInfo.notAfter'],
    example: { routeId },
  }),
];
