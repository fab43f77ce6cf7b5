import type { z } from 'zod';
import { JSONPatch } from '../../tools/zero/entities/json-patch.js';
import {
  CreateServiceAccountResponse,
  ServiceAccount,
  ServiceAccountProperties,
} from '../../tools/zero/entities/service-account.js';
import { only } from '../answer.js';
import type { Behaviours, Call } from '../behaviour.js';
import { type Change, recordChange } from '../changes.js';
import { applyPatch } from '../json-patch.js';
import { page } from '../listing.js';
import { requireQuota } from '../quotas.js';
import { clusterOf, find, forbidden } from '../records.js';
import type { ServiceAccountRow } from '../store.js';
import { valid } from '../validation.js';

export const serviceAccounts: Behaviours = {
  list_service_accounts: (call) => {
    const { id } = clusterOf(call);
    const rows = Object.values(call.world.state.serviceAccounts).filter(({ clusterId }) => clusterId === id);
    return page(call, rows).map((row) => only(ServiceAccount, row));
  },

  create_service_account: (call) => {
    const { id } = clusterOf(call);
    const properties = ServiceAccountProperties.parse(call.body);
    requireQuota(call, 'serviceAccounts');
    return only(CreateServiceAccountResponse, addServiceAccount(call, id, properties));
  },

  get_service_account: (call) => only(ServiceAccount, serviceAccountOf(call)),

  patch_service_account: (call) => {
    const { id, createdAt, clusterId, token, ...old } = serviceAccountOf(call);
    const patched = applyPatch(only(ServiceAccountProperties, old), JSONPatch.parse(call.body));
    const row = {
      id,
      createdAt,
      updatedAt: call.world.now(),
      ...valid(ServiceAccountProperties, patched),
      clusterId,
      token,
    };
    call.world.state.serviceAccounts[id] = row;
    record(call, 'update', row);
    return only(ServiceAccount, row);
  },

  delete_service_account: (call) => {
    const row = serviceAccountOf(call);
    delete call.world.state.serviceAccounts[row.id];
    record(call, 'delete', row);
  },

  get_service_account_token: (call) => ({ token: serviceAccountOf(call).token }),
};

export function addServiceAccount(
  call: Call,
  clusterId: string,
  properties: z.infer<typeof ServiceAccountProperties>,
): ServiceAccountRow {
  const { world } = call;
  const row = { ...world.newRow(), ...properties, clusterId, token: world.newToken() };
  world.state.serviceAccounts[row.id] = row;
  record(call, 'create', row);
  return row;
}

function serviceAccountOf(call: Call): ServiceAccountRow {
  const row = find(call, 'serviceAccounts', call.params.serviceAccountId);
  if (row.clusterId !== clusterOf(call).id) throw forbidden();
  return row;
}

/** The activity log never shows a token. */
function record(call: Call, activity: Change['activity'], { token: _, ...row }: ServiceAccountRow): void {
  const atOnce = !call.world.switches.serviceAccountsWait;
  recordChange(call, { activity, type: 'service_account', row, namespaceId: row.clusterId, atOnce });
}
