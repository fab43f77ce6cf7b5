import { z } from 'zod';
import { operation } from './api.js';
import { Changeset, ChangesetStatus, CompareChangesetsResponse } from './entities/changeset.js';
import { FilterForChangesets, ListChangesetsOrderByField } from './entities/filter.js';
import { exampleIds } from './example-ids.js';
import { clusterId, limit, offset, orderBy } from './queries.js';

const toolset = 'changesets';

export const changesets = [
  operation({
    name: 'list_changesets',
    title: 'List changesets',
    description:
      'Changesets and how far each has come. A cluster gathers its changes in one pending changeset until it is applied.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/changesets',
    query: {
      status: ChangesetStatus.optional(),
      clusterId: clusterId.optional(),
      filter: FilterForChangesets.optional(),
      limit,
      offset,
      orderBy: orderBy(ListChangesetsOrderByField),
    },
    output: z.array(Changeset),
    row: ['id', 'status', 'namespaceId', 'updatedAt', 'failureMessage'],
    order: ['-updatedAt', 'id'],
    example: { status: 'pending' },
  }),
  operation({
    name: 'compare_changesets',
    title: 'Compare changesets',
    description: 'Raw differences between any two changesets, applied ones too: each record and who changed it.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/changesets/compare',
    query: {
      clusterId,
      // unknown: FACTS 3.1, what the service compares when one or both ids are left out.
      firstId: z.string().optional().describe('Older changeset.'),
      secondId: z.string().optional().describe('Newer changeset.'),
    },
    output: CompareChangesetsResponse,
    row: [
      'startChangeset.id',
      'endChangeset.id',
      'endChangeset.status',
      'entities.activityType',
      'entities.entity.type',
      'entities.entity.id',
      'entities.entity.data.name',
      'entities.user.email',
      'entities.user.displayName',
      'entities.updatedAt',
    ],
    example: { clusterId: exampleIds.clusterId, secondId: exampleIds.changesetId },
  }),
  operation({
    name: 'apply_changeset',
    title: 'Apply a changeset',
    description:
      'Sends a pending changeset to its cluster: everything in it goes live, whoever changed it. Look at what is in it first, then ask.',
    toolset,
    core: true,
    effect: 'apply',
    method: 'POST',
    path: '/organizations/{organizationId}/changesets/{changesetId}/apply',
    output: Changeset,
    example: { changesetId: exampleIds.changesetId },
  }),
];
