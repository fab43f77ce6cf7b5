/** Records whose changes can be taken back, and the operations that do it. */
export interface Kind {
  /** As the activity log names it. */
  readonly type: string;
  /** The argument that holds a record's id. */
  readonly idName: string;
  /** A PATCH or, where the API has none, a PUT of the whole record. */
  readonly change?: string;
  readonly create?: string;
  readonly remove?: string;
  /** Why a deleted one can't be made again, where it is not for want of an operation. */
  readonly lost?: string;
  /** Its records name others, and no other names them: it goes first when they go, and comes last when they come. */
  readonly namesOthers?: true;
}

const kinds: readonly Kind[] = [
  {
    type: 'route',
    idName: 'routeId',
    change: 'patch_route',
    create: 'create_route',
    remove: 'delete_route',
    namesOthers: true,
  },
  {
    type: 'policy',
    idName: 'policyId',
    change: 'patch_policy',
    create: 'create_policy',
    remove: 'delete_policy',
  },
  {
    type: 'key_pair',
    idName: 'keyPairId',
    change: 'patch_key_pair',
    remove: 'delete_key_pair',
    lost: 'Zero never gives a private key out: upload your own copy with create_key_pair, then name it where the old one was named',
  },
  { type: 'settings', idName: 'clusterId', change: 'patch_settings' },
  {
    type: 'service_account',
    idName: 'serviceAccountId',
    change: 'patch_service_account',
    remove: 'delete_service_account',
    lost: 'its token is dead: create_service_account makes another one with another token',
  },
  {
    type: 'custom_domain',
    idName: 'customDomainId',
    create: 'add_custom_domain',
    remove: 'delete_custom_domain',
  },
  {
    type: 'cluster',
    idName: 'clusterId',
    change: 'update_cluster',
    lost: 'nothing brings it, its token and its configuration back',
  },
  {
    type: 'organization',
    idName: 'organizationId',
    change: 'update_organization',
    lost: 'nothing brings it and its clusters back',
  },
];

export function kindOf(type: string): Kind | undefined {
  return kinds.find((kind) => kind.type === type);
}

/** What to do about a call that has no inverse. */
const advice: Readonly<Record<string, string>> = {
  create_organization: 'delete_organization deletes it with all that is in it, if that is what the person wants',
  create_cluster: 'delete_cluster deletes it with all that is in it, if that is what the person wants',
  create_api_access_user: 'the user and its token work until remove_user_from_organization takes them away',
  remove_user_from_organization:
    'a person can be invited again with create_organization_invite; an API user is gone for good, with its token',
  renew_api_user_refresh_token: 'the older tokens are dead: give the new one to whoever used them',
  rotate_cluster_token: 'the old token is dead: give the new one to the cluster',
  get_service_account_token: 'the token was handed out: delete_service_account makes it useless',
  create_organization_invite: 'delete_organization_invite withdraws what nobody has accepted yet',
  delete_organization_invite: 'create_organization_invite invites again',
  leave_organization: 'only a new invitation lets the account back in',
  delete_current_user: 'nothing brings the account back',
};

/** Words that complete "… can't be undone: …". */
export function adviceOn(operation: string): string {
  return Object.hasOwn(advice, operation) ? (advice[operation] ?? '') : 'no operation takes it back';
}
