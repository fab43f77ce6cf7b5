import type { Check } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import { daysBetween } from './days.js';
import { grouped } from './grouped.js';
import { perSnapshot } from './per-snapshot.js';
import { textsOf, usesOf } from './policy-terms.js';
import { checkOf } from './record-check.js';
import { CIS_ACCOUNTS, docs, NIST_KEYS, NIST_SESSION, RUN } from './sources.js';
import { standingOf } from './versions.js';

const ACCOUNTS = docs('capabilities/service-accounts');

const accountCheck = checkOf(
  'serviceAccount',
  'serviceAccounts',
  ({ serviceAccounts }) => serviceAccounts,
  ({ id, description, clusterId }) => ({
    type: 'serviceAccount',
    id,
    name: description || id,
    ...(clusterId && { clusterId }),
  }),
);

export const serviceAccountChecks: readonly Check[] = [
  accountCheck({
    id: 'SVC-01',
    severity: 'high',
    title: 'Token never expires',
    why: 'Whoever finds the token once has it for ever.',
    remedy: 'Create an account with expiresAt, give its token to the machine, and delete this one.',
    sources: [ACCOUNTS, CIS_ACCOUNTS, NIST_SESSION],
    find: ({ expiresAt }) => (expiresAt ? undefined : { evidence: { expiresAt: 'not set' } }),
  }),
  accountCheck({
    id: 'SVC-02',
    severity: 'low',
    title: 'Expired account kept',
    why: 'It serves nobody; before Pomerium 0.27.1 the token of a service account could open the databroker, too.',
    remedy: 'Delete it.',
    sources: ['CVE-2024-47616 (fixed in 0.27.1)', CIS_ACCOUNTS],
    find: ({ id, clusterId, expiresAt }, { clusters, now }) => {
      if (!(daysBetween(expiresAt, now) > 0)) return undefined;
      const version = clusters.find(({ cluster }) => cluster.id === clusterId)?.cluster.minReplicaVersion;
      return {
        evidence: { expiresAt },
        ...(standingOf(version) === 'vulnerable' && { severity: 'medium' as const }),
        ...(clusterId && {
          fix: { tool: 'delete_service_account', arguments: { clusterId, serviceAccountId: id } },
        }),
      };
    },
  }),
  accountCheck({
    id: 'SVC-03',
    severity: 'medium',
    title: 'Long-lived token',
    why: 'A token that leaks stays good for more than 90 days.',
    remedy: 'Replace it, with an account that expires within 90 days.',
    sources: [ACCOUNTS, NIST_KEYS],
    find: ({ createdAt, expiresAt }) => {
      const days = daysBetween(createdAt, expiresAt);
      return days > 90 ? { evidence: { createdAt, expiresAt, days: Math.round(days) } } : undefined;
    },
  }),
  accountCheck({
    id: 'SVC-04',
    severity: 'medium',
    title: 'One user id for several accounts',
    why: 'Nobody can tell which of them did what, and revoking one is not enough.',
    remedy: 'Give each account a user id of its own.',
    sources: [CIS_ACCOUNTS],
    find: (account, snapshot) => {
      const { userId = '' } = account;
      const [first, ...others] = accountsByUser(snapshot).get(userId) ?? [];
      return account === first && others.length > 0
        ? { evidence: { userId, sharedWith: others.slice(0, 5).map(({ id, description }) => description || id) } }
        : undefined;
    },
  }),
  accountCheck({
    id: 'SVC-05',
    severity: 'high',
    title: 'Service account acts as a person',
    why: 'It has that person’s address, domain and claims, and keeps them when the person has left.',
    remedy: 'Create an account with a user id of its own, and name that in the policies.',
    sources: [ACCOUNTS, RUN],
    needs: ['serviceAccounts', 'policies'],
    find: ({ userId = '' }, snapshot) => {
      const isPerson = userId.includes('@') || (SUBJECT.test(userId) && namedUsers(snapshot).has(userId));
      return isPerson ? { evidence: { userId } } : undefined;
    },
  }),
  accountCheck({
    id: 'SVC-06',
    severity: 'low',
    title: 'No description',
    why: 'Nobody knows whose it is, so nobody dares to delete it.',
    remedy: 'Say what it is for and who owns it.',
    sources: [CIS_ACCOUNTS],
    find: ({ description }) => (description ? undefined : { evidence: { description: '' } }),
  }),
  accountCheck({
    id: 'SVC-07',
    severity: 'medium',
    title: 'Account that no policy names',
    why: 'Either it is of no use, or a broad rule lets it in that was not written for it.',
    remedy: 'Name its user id in the policies of the routes that it needs, or delete it.',
    sources: [ACCOUNTS],
    needs: ['serviceAccounts', 'policies', 'routes'],
    find: ({ userId = '', clusterId }, snapshot) =>
      namedUsersAt(snapshot).has(`${clusterId} ${userId}`)
        ? undefined
        : { evidence: { userId, policiesThatNameIt: 0 } },
  }),
];

const accountsByUser = perSnapshot(({ serviceAccounts }) =>
  grouped(serviceAccounts, ({ userId }) => (userId ? [userId] : [])),
);

/**
 * How identity providers number people: Auth0 with a bar, Google in digits, Okta with 00u, Entra and Keycloak as UUIDs.
 * People who write policies choose other names for machines.
 */
const SUBJECT = /\||^\d{15,}$|^00u\w{17}$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** User ids that each policy names, by its id. */
const usersByPolicy = perSnapshot(
  ({ policies }: Snapshot) =>
    new Map(
      policies.map((view) => {
        const about = usesOf(view).filter(({ criterion }) => criterion.name === 'user');
        return [view.policy.id, about.flatMap(({ criterion }) => textsOf(criterion, ['is', 'in']))];
      }),
    ),
);

const namedUsers = perSnapshot((snapshot) => new Set([...usersByPolicy(snapshot).values()].flat()));

/** Clusters and user ids that policies of their routes name, with a space between. */
const namedUsersAt = perSnapshot((snapshot) => {
  const names = usersByPolicy(snapshot);
  const named = new Set<string>();
  for (const { policies, clusterIds } of snapshot.routes) {
    // An account whose cluster isn't known may be in any.
    for (const clusterId of [...clusterIds, '']) {
      for (const userId of policies.flatMap(({ policy }) => names.get(policy.id) ?? []))
        named.add(`${clusterId} ${userId}`);
    }
  }
  return named;
});
