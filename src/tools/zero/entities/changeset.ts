import { z } from 'zod';
import { dateTime, standardFields } from './common.js';
import { UserInfo } from './user.js';

export const ChangesetStatus = z.enum(['pending', 'applying', 'applied', 'failed', 'current', 'rejected']);

export const ActivityType = z.enum(['create', 'delete', 'update']);

export const EntityType = z.enum([
  'changeset',
  'custom_domain',
  'domain',
  'key_pair',
  'namespace',
  'organization',
  'policy',
  'route',
  'settings',
  'service_account',
]);

export const ChangesetProperties = z.strictObject({
  failureMessage: z.string().optional(),
  namespaceId: z.string(),
  status: ChangesetStatus,
});

export const Changeset = z.strictObject({
  ...standardFields,
  ...ChangesetProperties.shape,
});

export const ActivityLogProperties = z.strictObject({
  activityType: ActivityType,
  applied: z
    .strictObject({ at: dateTime().optional(), by: UserInfo, changesetId: z.string().optional() })
    .describe(
      'When and through which changeset the change reached the cluster; at and changesetId absent until then (inferred from optionality).',
    ),
  entity: z.strictObject({
    type: EntityType,
    id: z.string(),
    data: z.record(z.string(), z.unknown()).optional().describe('Snapshot of the entity.'),
  }),
  namespace: z.strictObject({ id: z.string().optional(), name: z.string().optional() }),
  user: UserInfo,
});

export const ActivityLog = z.strictObject({
  ...standardFields,
  ...ActivityLogProperties.shape,
});

export const CompareChangesetsResponse = z.strictObject({
  startChangeset: Changeset.optional(),
  endChangeset: Changeset,
  entities: z.array(z.array(ActivityLog)).describe('One inner list per changed entity (inferred).'),
});
