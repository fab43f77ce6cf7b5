import type { z } from 'zod';
import { JSONPatch } from '../../tools/zero/entities/json-patch.js';
import { Policy, PolicyProperties } from '../../tools/zero/entities/policy.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { applyPatch } from '../json-patch.js';
import { type Fields, listRows } from '../listing.js';
import { requireQuota } from '../quotas.js';
import { find, namespaceOf, withDescendants } from '../records.js';
import type { PolicyRow } from '../store.js';
import { valid } from '../validation.js';
import { entityInfo, routesOf } from './links.js';
import { namedOnce, namespacesOfList } from './named.js';
import { compileError, pplProblem } from './ppl.js';

type Properties = z.infer<typeof PolicyProperties>;

function fieldsOf(call: Call): Fields<z.infer<typeof Policy>> {
  return {
    assigned: (policy) => policy.routes.length > 0,
    cluster: (policy) => call.world.state.clusters[policy.namespaceId]?.name,
    enforced: (policy) => policy.enforced,
    id: (policy) => policy.id,
    name: (policy) => policy.name,
    updatedAt: (policy) => policy.updatedAt,
  };
}

export const policies: Behaviours = {
  list_policies(call) {
    const namespaces = namespacesOfList(call);
    const rows = Object.values(call.world.state.policies).filter((row) => namespaces.includes(row.namespaceId));
    return listRows(
      call,
      rows.map((row) => policyAnswer(call, row)),
      fieldsOf(call),
    );
  },

  create_policy(call) {
    const wanted = checked(call, PolicyProperties.parse(call.body));
    requireQuota(call, 'policies');
    const row: PolicyRow = { ...call.world.newRow(), ...wanted };
    call.world.state.policies[row.id] = row;
    recordChange(call, { activity: 'create', type: 'policy', row, namespaceId: row.namespaceId });
    return policyAnswer(call, row);
  },

  get_policy: (call) => policyAnswer(call, policyOf(call)),

  update_policy(call) {
    const row = policyOf(call);
    return save(call, row, checked(call, PolicyProperties.parse(call.body), row));
  },

  patch_policy(call) {
    const row = policyOf(call);
    const patched = applyPatch(only(PolicyProperties, row), JSONPatch.parse(call.body));
    return save(call, row, checked(call, valid(PolicyProperties, patched), row));
  },

  delete_policy(call) {
    const row = policyOf(call);
    const [user] = routesOf(call.world.state, row).assigned;
    if (user) throw new Refusal(409, `policy is used by route ${JSON.stringify(user.name)}`);
    delete call.world.state.policies[row.id];
    recordChange(call, { activity: 'delete', type: 'policy', row, namespaceId: row.namespaceId });
  },
};

function policyOf(call: Call): PolicyRow {
  return find(call, 'policies', call.params.policyId);
}

function save(call: Call, old: PolicyRow, wanted: Properties) {
  const { id, createdAt } = old;
  const row: PolicyRow = { id, createdAt, updatedAt: call.world.now(), ...wanted };
  call.world.state.policies[id] = row;
  recordChange(call, {
    activity: 'update',
    type: 'policy',
    row,
    namespaceId: row.namespaceId,
    movedFrom: old.namespaceId,
  });
  return policyAnswer(call, row);
}

/** What a policy may be saved as, or the service's refusal. */
function checked(call: Call, wanted: Properties, old?: PolicyRow): Properties {
  const { state, switches } = call.world;
  const namespaceId = namespaceOf(call, wanted.namespaceId).id;
  const problem = pplProblem(wanted.ppl) ?? (switches.compilePolicies ? compileError(wanted.ppl) : undefined);
  if (problem) throw new Refusal(400, problem);
  const reach = withDescendants(state, namespaceId);
  const stranded = old && routesOf(state, old).assigned.find((route) => !reach.includes(route.namespaceId));
  if (stranded)
    throw new Refusal(
      409,
      `policy is used by route ${JSON.stringify(stranded.name)}, which the new namespace doesn't reach`,
    );
  namedOnce(state.policies, 'policy', wanted.name, namespaceId, old);
  return { ...wanted, namespaceId };
}

function policyAnswer(call: Call, row: PolicyRow): z.infer<typeof Policy> {
  const { assigned, enforced } = routesOf(call.world.state, row);
  return only(Policy, { ...row, routes: assigned.map(entityInfo), enforcedRoutes: enforced.map(entityInfo) });
}
