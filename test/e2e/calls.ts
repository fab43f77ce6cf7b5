import type { State } from '../../src/sandbox/store.js';
import { composites } from '../../src/tools/composites.js';
import { exampleIds } from '../../src/tools/zero/example-ids.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { NOW, type Remote } from './remote.js';

/** Records of one cluster that no other record depends on, so that everything can be done with them. */
export interface Place {
  readonly clusterId: string;
  readonly routeId: string;
  readonly policyId: string;
  readonly keyPairId: string;
  readonly changesetId: string;
  readonly serviceAccountId: string;
  readonly customDomainId: string;
}

/** Everything the arguments are made of. */
export interface Scene {
  readonly organizationId: string;
  /** Its changes wait. */
  readonly waiting: Place;
  /** Its changes go live by themselves. */
  readonly automatic: Place;
  readonly rootNamespaceId: string;
  /** A colleague; the owner is another one. */
  readonly userId: string;
  readonly apiUserId: string;
  /** One the organization sent to somebody else, and one that waits for the caller. */
  readonly sentInvitationId: string;
  readonly receivedInvitationId: string;
  /** A starter subdomain that no cluster has. */
  readonly subdomain: string;
}

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));
const examples = new Map([...zero.operations, ...composites].map((tool) => [tool.name, tool.example]));
const example = (name: string): Fields => examples.get(name) ?? {};

/** Adds to the sandbox's own organization what the arguments need, and says what is where. */
export function prepare({ sandbox, apiToken }: Pick<Remote, 'sandbox' | 'apiToken'>): Scene {
  const owner = sandbox.as('owner');
  const state = sandbox.snapshot();
  const [organization] = Object.values(state.organizations);
  const root = Object.values(state.namespaces).find(({ type }) => type === 'root');
  const caller = state.users[Object.values(state.refreshTokens).find(({ token }) => token === apiToken)?.userId ?? ''];
  const user = Object.values(state.memberships).find(({ role }) => role === 'auditor');
  const apiUser = Object.values(state.users).find(
    ({ id, type }) => type === 'user_type_api_access' && id !== caller?.id,
  );
  const [sent] = Object.values(state.invitations);
  const clusterIds = [false, true].map(
    (auto) => Object.keys(state.settings).find((id) => state.settings[id]?.autoApplyChangesets === auto) ?? '',
  );
  const [waiting, automatic] = clusterIds.map((clusterId): Place => {
    const create = (name: string, input: Fields) =>
      (owner(name, { ...operations.get(name)?.defaults, ...input }) as { readonly id: string }).id;
    const namespaceId = clusterId;
    const policyId = create('create_policy', { ...example('create_policy'), namespaceId, name: 'Only for tests' });
    return {
      clusterId,
      policyId,
      routeId: create('create_route', {
        namespaceId,
        name: 'Only for tests',
        from: `https://only-for-tests.${state.clusters[clusterId]?.fqdn}`,
        to: ['http://only-for-tests'],
        policyIds: [],
      }),
      keyPairId: create('create_key_pair', { ...example('create_key_pair'), namespaceId, name: 'Only for tests' }),
      serviceAccountId: create('create_service_account', { ...example('create_service_account'), clusterId }),
      customDomainId:
        Object.values(state.customDomains).find((domain) => domain.clusterId === clusterId)?.id ??
        create('add_custom_domain', { clusterId, domainName: 'only-for-tests.example' }),
      changesetId: (owner('list_changesets', { clusterId }) as readonly { readonly id: string }[])[0]?.id ?? '',
    };
  });
  const other = owner('create_organization', { name: 'Another organization' }) as { organization: { id: string } };
  const [received] = owner('create_organization_invite', {
    organizationId: other.organization.id,
    emails: [caller?.email],
    role: 'member',
  }) as readonly { readonly id: string }[];
  return {
    organizationId: required(organization).id,
    waiting: required(waiting),
    automatic: required(automatic),
    rootNamespaceId: required(root).id,
    userId: required(user).userId,
    apiUserId: required(apiUser).id,
    sentInvitationId: required(sent).id,
    receivedInvitationId: required(received).id,
    subdomain: (owner('generate_subdomain_name') as { readonly name: string }).name,
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The sandbox has not what these tests need.');
  return value;
}

const hour = { startTime: new Date(NOW - 3_600_000).toISOString(), endTime: new Date(NOW).toISOString() };

/** Arguments that differ from the example by more than its ids. */
const special: Readonly<Record<string, (scene: Scene, place: Place) => Fields>> = {
  accept_invitation: ({ receivedInvitationId: invitationId }) => ({ invitationId }),
  reject_invitation: ({ receivedInvitationId: invitationId }) => ({ invitationId }),
  delete_organization_invite: ({ sentInvitationId: invitationId }) => ({ invitationId }),
  renew_api_user_refresh_token: ({ apiUserId: userId }) => ({ userId }),
  create_cluster: ({ subdomain: domain }) => ({ name: 'Third', domain }),
  create_policy: (_, { clusterId: namespaceId }) => ({ ...example('create_policy'), namespaceId }),
  create_route: (_, { clusterId: namespaceId, policyId }) => ({
    ...example('create_route'),
    namespaceId,
    policyIds: [policyId],
  }),
  compare_changesets: (_, { clusterId, changesetId: secondId }) => ({ clusterId, secondId }),
  list_activity_logs: (_, { routeId: entityId }) => ({ ...example('list_activity_logs'), entityId }),
};

/** Arguments of a call that succeeds: the operation's example with ids and times of the sandbox in place of its own. */
export function argumentsOf(name: string, scene: Scene, place: Place = scene.waiting): Fields {
  const made = special[name]?.(scene, place);
  if (made) return made;
  const ids: Fields = { ...place, namespaceId: place.clusterId, userId: scene.userId };
  const replaced = (field: string, value: unknown) =>
    Reflect.get(hour, field) ?? (value === Reflect.get(exampleIds, field) ? ids[field] : value);
  return Object.fromEntries(Object.entries(example(name)).map(([field, value]) => [field, replaced(field, value)]));
}

/** What must be so for an operation to succeed, done to a copy of the sandbox's state. */
export function makeReady(name: string, state: State, { organizationId }: Scene, apiToken: string): State {
  const caller = Object.values(state.refreshTokens).find(({ token }) => token === apiToken)?.userId;
  const membership = Object.values(state.memberships).find(
    (row) => row.userId === caller && row.organizationId === organizationId,
  );
  // Only the owner may, and the API gives an API user no way to become one.
  if (name === 'delete_organization' && membership) membership.role = 'owner';
  return state;
}
