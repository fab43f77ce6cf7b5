import { z } from 'zod';
import { ActivityLog, Changeset, type EntityType } from '../../tools/zero/entities/changeset.js';
import { standardFields } from '../../tools/zero/entities/common.js';
import { CustomDomain } from '../../tools/zero/entities/custom-domain.js';
import { KeyPairWithKeyProperties } from '../../tools/zero/entities/key-pair.js';
import { Namespace, Organization } from '../../tools/zero/entities/organization.js';
import { Policy } from '../../tools/zero/entities/policy.js';
import { Route } from '../../tools/zero/entities/route.js';
import { ServiceAccount } from '../../tools/zero/entities/service-account.js';
import { Settings } from '../../tools/zero/entities/settings.js';
import { answerOf, only } from '../answer.js';
import type { Behaviours, Call } from '../behaviour.js';
import { type Fields, listRows } from '../listing.js';
import { namespaceOf } from '../records.js';
import type { ActivityRow } from '../store.js';

const fields: Fields<ActivityRow> = {
  'entity.data.name': (entry) => entry.entity.data?.name,
  'entity.id': (entry) => entry.entity.id,
  'entity.type': (entry) => entry.entity.type,
  updatedAt: (entry) => entry.updatedAt,
  user: (entry) => entry.user.displayName ?? entry.user.email,
};

/** What the log shows of each kind of record. */
const shown: Readonly<Record<z.infer<typeof EntityType>, z.ZodObject>> = {
  changeset: Changeset,
  custom_domain: CustomDomain,
  domain: CustomDomain,
  key_pair: z.object({ ...standardFields, ...KeyPairWithKeyProperties.shape }),
  namespace: Namespace,
  organization: Organization,
  policy: Policy,
  route: Route,
  service_account: ServiceAccount,
  settings: Settings,
};

export const activity: Behaviours = {
  list_activity_logs(call) {
    const { activityType, changesetId, entityId, entityType, userId } = call.query;
    const namespaceId = call.query.namespaceId && namespaceOf(call, call.query.namespaceId).id;
    const is = (wanted: unknown, found: unknown) => wanted === undefined || wanted === found;
    const rows = Object.values(call.world.state.activity).filter(
      (entry) =>
        entry.organizationId === call.organization.id &&
        is(activityType, entry.activityType) &&
        (changesetId === undefined || entry.changesetIds.includes(String(changesetId))) &&
        is(entityId, entry.entity.id) &&
        is(entityType, entry.entity.type) &&
        is(namespaceId, entry.namespace.id) &&
        is(userId, entry.user.id),
    );
    return listRows(call, rows.reverse(), fields).map((entry) => entryAnswer(call, entry));
  },
};

/** What the API answers of a log entry. */
export function entryAnswer(call: Call, entry: ActivityRow): z.infer<typeof ActivityLog> {
  const { entity } = entry;
  const data = entity.data && answerOf(call, shown[entity.type], entity.data);
  return only(ActivityLog, { ...entry, entity: { ...entity, ...(data && { data }) } });
}
