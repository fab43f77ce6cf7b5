import type { Check, Subject } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import { daysBetween } from './days.js';
import { withParents } from './hosts.js';
import { perSnapshot } from './per-snapshot.js';
import { checkOf } from './record-check.js';
import { CIS_ACCESS, CIS_ACCOUNTS, docs } from './sources.js';

type User = Snapshot['users'][number];

const userCheck = checkOf('user', 'users', ({ users }) => users, userSubject);
const inviteCheck = checkOf(
  'user',
  'invites',
  ({ invites }) => invites,
  ({ id, email }) => ({
    type: 'user',
    id,
    name: email ?? id,
  }),
);
const organizationCheck = checkOf(
  'user',
  'organization',
  ({ organization }) => [organization],
  ({ id, name }) => ({
    type: 'organization',
    id,
    name: name ?? id,
  }),
);

export const userChecks: readonly Check[] = [
  organizationCheck({
    id: 'USR-01',
    severity: 'medium',
    title: 'Too many owners or admins',
    why: 'Each of them can open every route; one stolen session is enough.',
    remedy: 'Make those members or auditors who do not change policies.',
    sources: [CIS_ACCESS],
    needs: ['users'],
    find: (_, { users }) => {
      const powerful = users.filter(isPowerful);
      return powerful.length > Math.max(3, users.length / 5)
        ? { evidence: { users: users.length, ownersAndAdmins: powerful.map((user) => userSubject(user).name) } }
        : undefined;
    },
  }),
  userCheck({
    id: 'USR-02',
    severity: 'high',
    title: 'API user with full rights',
    why: 'Its refresh token does not expire, and whoever has it is an administrator.',
    remedy: 'Create an API user with the role auditor, or member with access to what it needs, and remove this one.',
    sources: [docs('internals/management-api-zero'), CIS_ACCOUNTS],
    find: (user) =>
      isApi(user) && isPowerful(user)
        ? { evidence: { type: user.type, organizationRole: user.organizationRole } }
        : undefined,
  }),
  userCheck({
    id: 'USR-03',
    severity: 'medium',
    title: 'Dormant account',
    why: 'Nobody notices when an account is used that its owner has forgotten.',
    remedy: 'Ask, and remove the user.',
    sources: [CIS_ACCOUNTS],
    find: (user, { now }) =>
      !isApi(user) && daysBetween(user.lastLoggedIn, now) > 90
        ? { evidence: { lastLoggedIn: user.lastLoggedIn } }
        : undefined,
  }),
  userCheck({
    id: 'USR-04',
    severity: 'low',
    title: 'Never used',
    why: 'An account that nobody has come for waits for somebody else.',
    remedy: 'Ask, and remove the user.',
    sources: [CIS_ACCOUNTS],
    // unknown: whether an API user's token counts as a sign-in.
    find: (user, { now }) =>
      !isApi(user) && !user.lastLoggedIn && daysBetween(user.createdAt, now) > 14
        ? { evidence: { createdAt: user.createdAt, lastLoggedIn: 'never' } }
        : undefined,
  }),
  userCheck({
    id: 'USR-05',
    severity: 'medium',
    title: 'Outsider in the organisation',
    why: 'A partner or a private address has rights in the console, and does not leave when the person does.',
    remedy: "Ask, and remove the user or invite the person's company address.",
    sources: [CIS_ACCESS],
    find: (user, snapshot) => {
      const home = homeDomain(snapshot);
      const domain = domainOf(user);
      const isOutside = home !== undefined && domain !== undefined && !withParents(domain).includes(home);
      return isOutside && !isApi(user)
        ? { evidence: { email: user.email, organizationRole: user.organizationRole, mostAreAt: home } }
        : undefined;
    },
  }),
  inviteCheck({
    id: 'USR-06',
    severity: 'medium',
    title: 'Open invitation with high role',
    why: 'Whoever gets at that mailbox becomes an administrator.',
    remedy: 'Withdraw the invitation, and send a new one when the person is ready.',
    sources: [CIS_ACCESS],
    find: ({ id, role = '', createdAt }, { now }) =>
      POWERFUL.has(role) && daysBetween(createdAt, now) > 7
        ? {
            evidence: { role, createdAt },
            fix: { tool: 'delete_organization_invite', arguments: { invitationId: id } },
          }
        : undefined,
  }),
  userCheck({
    id: 'USR-07',
    severity: 'low',
    title: 'Single owner',
    why: 'When that person is away or locked out, nobody can hand the organization over.',
    remedy: 'Make a second person an owner, for emergencies.',
    sources: [CIS_ACCOUNTS],
    find: (user, snapshot) => {
      const [owner, ...others] = owners(snapshot);
      return user === owner && others.length === 0 ? { evidence: { owners: 1 } } : undefined;
    },
  }),
  organizationCheck({
    id: 'USR-08',
    severity: 'low',
    title: 'Production on a personal organisation',
    why: 'There are no roles and there is one account: nobody can step in, and nobody checks.',
    remedy: 'Move to a professional plan.',
    sources: [CIS_ACCESS],
    needs: ['organization', 'routes'],
    find: ({ organizationType }, { routes }) =>
      organizationType === 'personal' && routes.length > 5
        ? { evidence: { organizationType, routes: routes.length } }
        : undefined,
  }),
];

const POWERFUL: ReadonlySet<string> = new Set(['owner', 'admin']);

function isPowerful({ organizationRole = '' }: { readonly organizationRole?: string }): boolean {
  return POWERFUL.has(organizationRole);
}

function isApi({ type }: User): boolean {
  return type === 'user_type_api_access';
}

function userSubject({ id, displayName, email }: User): Subject {
  return { type: 'user', id, name: displayName || email || id };
}

const owners = perSnapshot(({ users }) => users.filter(({ organizationRole }) => organizationRole === 'owner'));

function domainOf({ email }: User): string | undefined {
  return email?.toLowerCase().split('@')[1];
}

/** The mail domain of more than half of the people. */
const homeDomain = perSnapshot(({ users }) => {
  const counts = new Map<string, number>();
  const domains = users.filter((user) => !isApi(user)).flatMap((user) => domainOf(user) ?? []);
  for (const domain of domains) counts.set(domain, (counts.get(domain) ?? 0) + 1);
  return [...counts].find(([, count]) => count > domains.length / 2)?.[0];
});
