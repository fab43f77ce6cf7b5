import { z } from 'zod';
import { variant } from '../../../secret.js';
import { dateTime, standardFields } from './common.js';
import { CustomDomain } from './custom-domain.js';
import { KeyPairWithCertificateInfo, KeyPairWithKeyProperties } from './key-pair.js';
import { Namespace, Organization } from './organization.js';
import { Policy } from './policy.js';
import { Route } from './route.js';
import { CreateServiceAccountResponse } from './service-account.js';
import { Settings } from './settings.js';
import { UserInfo } from './user.js';

// unknown: FACTS 3.1, what `current` and `rejected` mean.
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
  failureMessage: z.string().optional().describe('Why applying failed.'),
  namespaceId: z.string().describe("The cluster's namespace."),
  status: ChangesetStatus.describe('How far it has come.'),
});

export const Changeset = z.strictObject({
  ...standardFields,
  ...ChangesetProperties.shape,
});

const AnyEntity = z.strictObject({
  type: EntityType.describe('Kind of record.'),
  id: z.string().describe('Id of the record.'),
  data: z.record(z.string(), z.unknown()).optional().describe('Snapshot of the record.'),
});

const withData = (data: z.ZodType) => AnyEntity.extend({ data: data.optional() });

/** What a snapshot holds. unknown: FACTS 3.1, what a `domain` is. */
const entities: Readonly<Record<z.infer<typeof EntityType>, z.ZodType | undefined>> = {
  changeset: withData(Changeset),
  custom_domain: withData(CustomDomain),
  domain: undefined,
  key_pair: withData(KeyPairWithCertificateInfo.extend(KeyPairWithKeyProperties.shape)),
  namespace: withData(Namespace),
  organization: withData(Organization),
  policy: withData(Policy),
  route: withData(Route),
  settings: withData(Settings),
  service_account: withData(CreateServiceAccountResponse),
};

/** The record that a change is about, as it was after the change. */
export const ActivityEntity = variant(AnyEntity.describe('The record.'), ({ type }) => {
  const known = EntityType.safeParse(type);
  return known.success ? entities[known.data] : undefined;
});

export const ActivityLogProperties = z.strictObject({
  activityType: ActivityType.describe('What was done.'),
  applied: z
    .strictObject({
      at: dateTime().optional().describe('When; absent while it waits.'),
      by: UserInfo.describe('Who applied it.'),
      changesetId: z.string().optional().describe('Changeset it went out with.'),
    })
    .describe('How the change reached the cluster.'),
  entity: ActivityEntity,
  namespace: z
    .strictObject({
      id: z.string().optional().describe('Id of the namespace.'),
      name: z.string().optional().describe('Its name.'),
    })
    .describe('Where the record lives.'),
  user: UserInfo.describe('Who made the change.'),
});

export const ActivityLog = z.strictObject({
  ...standardFields,
  ...ActivityLogProperties.shape,
});

export const CompareChangesetsResponse = z.strictObject({
  startChangeset: Changeset.optional().describe('The older one.'),
  endChangeset: Changeset.describe('The newer one.'),
  entities: z.array(z.array(ActivityLog)).describe('Changes, one list per record.'),
});
