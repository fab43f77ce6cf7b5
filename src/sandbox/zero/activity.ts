import type { z } from 'zod';
import { ActivityLog, type EntityType } from '../../tools/zero/entities/changeset.js';
import { KeyPairWithKeyProperties } from '../../tools/zero/entities/key-pair.js';
import { Route } from '../../tools/zero/entities/route.js';
import { Settings } from '../../tools/zero/entities/settings.js';
import { only, withhold } from '../answer.js';
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

/** Records that hold secrets, by how the log calls them. */
const secretive: Partial<Record<z.infer<typeof EntityType>, z.ZodObject>> = {
  key_pair: KeyPairWithKeyProperties,
  route: Route,
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
  const answer = only(ActivityLog, entry);
  const schema = secretive[entry.entity.type];
  if (!schema || call.world.switches.echoSecrets) return answer;
  return {
    ...answer,
    entity: { ...answer.entity, data: withhold(schema, answer.entity.data) as typeof answer.entity.data },
  };
}
