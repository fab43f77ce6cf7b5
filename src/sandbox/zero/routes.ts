import type { z } from 'zod';
import { JSONPatch } from '../../tools/zero/entities/json-patch.js';
import type { KeyPairWithCertificateInfo } from '../../tools/zero/entities/key-pair.js';
import { Route, RouteProperties } from '../../tools/zero/entities/route.js';
import { answerOf, only } from '../answer.js';
import { type Behaviours, type Call, Refusal } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { applyPatch } from '../json-patch.js';
import { type Fields, listRows } from '../listing.js';
import { requireQuota } from '../quotas.js';
import { find, namespaceOf, withAncestors } from '../records.js';
import type { KeyPairRow, RouteRow } from '../store.js';
import { valid } from '../validation.js';
import { certificateFits, keyPairAnswer } from './key-pairs.js';
import { entityInfo, policiesOf } from './links.js';
import { namedOnce, namespacesOfList } from './named.js';
import { routeProblem } from './route-rules.js';

type Properties = z.infer<typeof RouteProperties>;

/** What `filter` and `orderBy` read. The meaning of `assigned` and `inherited` is a guess. unknown: FACTS 3.8 */
const fields: Fields<z.infer<typeof Route>> = {
  assigned: (route) => route.policyIds.length > 0,
  from: (route) => route.from,
  id: (route) => route.id,
  inherited: (route) => route.enforcedPolicyIds.length > 0,
  name: (route) => route.name,
  path: (route) => route.path,
  prefix: (route) => route.prefix,
  regex: (route) => route.regex,
  to: (route) => route.to,
  updatedAt: (route) => route.updatedAt,
};

/** Fields that name a key pair. */
const keyPairFields = ['tlsCustomCaKeyPairId', 'tlsClientKeyPairId', 'tlsDownstreamClientCaKeyPairId'] as const;

export const routes: Behaviours = {
  list_routes(call) {
    const namespaces = namespacesOfList(call);
    const rows = Object.values(call.world.state.routes).filter((row) => namespaces.includes(row.namespaceId));
    return listRows(
      call,
      rows.map((row) => routeAnswer(call, row)),
      fields,
    );
  },

  create_route(call) {
    const wanted = checked(call, RouteProperties.parse(call.body));
    requireQuota(call, 'routes');
    const row: RouteRow = { ...call.world.newRow(), ...wanted };
    call.world.state.routes[row.id] = row;
    recordChange(call, { activity: 'create', type: 'route', row, namespaceId: row.namespaceId });
    return routeAnswer(call, row);
  },

  get_route: (call) => routeAnswer(call, routeOf(call)),

  update_route(call) {
    const row = routeOf(call);
    return save(call, row, checked(call, RouteProperties.parse(call.body), row));
  },

  patch_route(call) {
    const row = routeOf(call);
    const patched = applyPatch(only(RouteProperties, row), JSONPatch.parse(call.body));
    return save(call, row, checked(call, valid(RouteProperties, patched), row));
  },

  delete_route(call) {
    const row = routeOf(call);
    delete call.world.state.routes[row.id];
    recordChange(call, { activity: 'delete', type: 'route', row, namespaceId: row.namespaceId });
  },

  get_route_certificates(call): z.infer<typeof KeyPairWithCertificateInfo>[] {
    const row = routeOf(call);
    const host = row.from.replace(/^[a-z+]+:\/\//i, '').replace(/[:/].*$/, '');
    const reach = withAncestors(call.world.state, row.namespaceId);
    const fitting = (keyPair: KeyPairRow) => reach.includes(keyPair.namespaceId) && certificateFits(keyPair, host);
    return Object.values(call.world.state.keyPairs).filter(fitting).map(keyPairAnswer);
  },
};

function routeOf(call: Call): RouteRow {
  return find(call, 'routes', call.params.routeId);
}

function save(call: Call, old: RouteRow, wanted: Properties) {
  const { id, createdAt } = old;
  const row: RouteRow = { id, createdAt, updatedAt: call.world.now(), ...wanted };
  call.world.state.routes[id] = row;
  recordChange(call, {
    activity: 'update',
    type: 'route',
    row,
    namespaceId: row.namespaceId,
    movedFrom: old.namespaceId,
  });
  return routeAnswer(call, row);
}

/** What a route may be saved as, or the service's refusal. */
function checked(call: Call, wanted: Properties, old?: RouteRow): Properties {
  const namespaceId = namespaceOf(call, wanted.namespaceId).id;
  const problem = routeProblem(wanted);
  if (problem) throw new Refusal(400, problem);
  const reach = withAncestors(call.world.state, namespaceId);
  for (const id of new Set(wanted.policyIds)) {
    if (!reach.includes(find(call, 'policies', id).namespaceId))
      throw new Refusal(400, `policy ${id} is not in the route's namespace or above it`);
  }
  for (const field of keyPairFields) {
    const id = wanted[field];
    if (id !== undefined && !reach.includes(find(call, 'keyPairs', id).namespaceId))
      throw new Refusal(400, `${field} ${id} is not in the route's namespace or above it`);
  }
  namedOnce(call.world.state.routes, 'route', wanted.name, namespaceId, old);
  return { ...wanted, namespaceId };
}

function routeAnswer(call: Call, row: RouteRow): z.infer<typeof Route> {
  const { assigned, enforced } = policiesOf(call.world.state, row);
  return answerOf(call, Route, {
    ...row,
    policies: assigned.map(entityInfo),
    enforcedPolicies: enforced.map(entityInfo),
    enforcedPolicyIds: enforced.map((policy) => policy.id),
  });
}
