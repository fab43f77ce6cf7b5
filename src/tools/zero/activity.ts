import { z } from 'zod';
import { operation } from './api.js';
import { ActivityLog, ActivityType, EntityType } from './entities/changeset.js';
import { FilterForActivityLogs, ListActivityLogsOrderByField } from './entities/filter.js';
import { exampleIds } from './example-ids.js';
import { limit, namespaceId, offset, orderBy } from './queries.js';

export const activity = [
  operation({
    name: 'list_activity_logs',
    title: 'List activity',
    description:
      "Zero's raw log, an entry for each edit: who, when, a snapshot of the record, and whether it is applied.",
    toolset: 'activity',
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/activityLogs',
    query: {
      activityType: ActivityType.optional(),
      changesetId: z.string().optional(),
      entityId: z.string().optional(),
      entityType: EntityType.optional(),
      filter: FilterForActivityLogs.optional(),
      limit,
      namespaceId: namespaceId.optional(),
      offset,
      orderBy: orderBy(ListActivityLogsOrderByField),
      userId: z.string().optional().describe('Who made the change.'),
    },
    output: z.array(ActivityLog),
    row: [
      'updatedAt',
      'activityType',
      'entity.type',
      'entity.id',
      'entity.data.name',
      'user.email',
      'user.displayName',
      'applied.at',
    ],
    order: ['-updatedAt', 'entity.id'],
    example: { entityType: 'route', entityId: exampleIds.routeId, orderBy: ['-updatedAt'], limit: 10 },
  }),
];
