import { describe, expect, test } from 'vitest';
import { renderPlan } from '../../src/guard/plan-render.js';
import { typedNames } from '../../src/guard/plan-typed-names.js';
import { hints } from '../../src/operation.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { planScene, route } from './plan-scene.js';

type Rows = readonly (Fields & { readonly id: string })[];

describe('what a person reads', () => {
  test('policies go by their names, settings by their cluster, and a draft that auto-apply ships is live', async () => {
    const { plan, scene } = planScene();
    const [staff, other] = scene.policiesOf(scene.waiting).slice(0, 2);
    const policyIds = [staff?.id, 'bNobodyKnowsThisPolicy', other?.id];
    const made = await plan('create_route', route(scene.automatic.namespaceId, { policyIds }));
    expect(made.entities[0]?.fields).toContainEqual({
      name: 'policyIds',
      after: `["${staff?.name}" (${staff?.id}),"bNobodyKnowsThisPolicy","${other?.name}" (${other?.id})]`,
    });
    expect(made.entities[0]?.fields).toContainEqual({
      name: 'namespaceId',
      after: `"staging" (${scene.automatic.namespaceId})`,
    });
    expect(made.effect).toBe('live');
    const patch = [{ op: 'replace', path: '/logLevel', value: 'warn' }];
    const settings = await plan('patch_settings', { clusterId: scene.waiting.id, patch });
    expect(settings.entities[0]).toMatchObject({ type: 'settings', name: '"production"' });
    expect(settings.headline).toBe('Patch cluster settings on cluster "production" (1 field).');
    expect(settings.effect).toBe('draft');
  });

  test('a text that looks like an id inside another stays as it is', async () => {
    const { plan, scene } = planScene();
    const { id = '' } = scene.policiesOf(scene.waiting)[0] ?? {};
    const made = await plan('create_route', route(scene.automatic.namespaceId, { policyIds: [`x","${id}`], name: id }));
    expect(made.entities[0]?.fields).toContainEqual({ name: 'policyIds', after: `["x\\",\\"${id}"]` });
    expect(made.entities[0]?.fields).toContainEqual({ name: 'name', after: `"${id}"` });
  });

  test('switches that are off stand on one line of what comes or goes whole', async () => {
    const { plan, scene } = planScene();
    const made = await plan('create_route', route(scene.automatic.namespaceId, { allowSpdy: true }));
    const text = renderPlan(made);
    expect(text).toContain(
      '\n    false: allowWebsockets, enableGoogleCloudServerlessAuthentication, preserveHostHeader, ' +
        'showErrorDetails, tlsSkipVerify, tlsUpstreamAllowRenegotiation',
    );
    expect(text).toContain('\n    allowSpdy: true');
    const [first] = scene.routesOf(scene.automatic);
    expect(renderPlan(await plan('delete_route', { routeId: first?.id }))).toContain('\n    false: ');
    const patch = [{ op: 'replace', path: '/allowWebsockets', value: !first?.allowWebsockets }];
    expect(renderPlan(await plan('patch_route', { routeId: first?.id, patch }))).toContain('\n    allowWebsockets: ');
  });
});

describe('the record as it is and as it will be', () => {
  test('a patch is carried out on the record as read', async () => {
    const { plan, scene } = planScene();
    const [first] = scene.routesOf(scene.automatic);
    const patch = [
      { op: 'test', path: '/name', value: first?.name },
      { op: 'add', path: '/description', value: 'Tides' },
      { op: 'add', path: '/to/-', value: 'http://second:80' },
      { op: 'remove', path: '/timeout' },
      { op: 'copy', from: '/name', path: '/prefix' },
    ];
    const { entities, headline } = await plan('patch_route', { routeId: first?.id, patch });
    expect(headline).toBe('Patch a route on cluster "staging": "Storybook" (4 fields).');
    expect(entities).toEqual([
      {
        type: 'route',
        id: first?.id,
        name: '"Storybook"',
        action: 'update',
        before: 'known',
        fields: [
          { name: 'description', before: '"For designers and customers."', after: '"Tides"' },
          { name: 'prefix', after: '"Storybook"' },
          { name: 'timeout', before: '"30s"' },
          { name: 'to', before: '["http://storybook:6006"]', after: '["http://storybook:6006","http://second:80"]' },
        ],
        editedBy: [],
        ours: true,
      },
    ]);
  });

  test.each([
    [{ op: 'add', path: '/to/9', value: 'http://far:80' }, 'step 1: add /to/9: "http://far:80"'],
    [
      { op: 'replace', path: '/mcp/server/upstreamOauth2/clientSecret', value: 'canary' },
      'step 1: replace /mcp/server/upstreamOauth2/clientSecret: (secret)',
    ],
    [{ op: 'remove', path: '/identityProviderClientSecret' }, 'step 1: remove /identityProviderClientSecret'],
    [
      { op: 'replace', path: '/identityProviderClientSecret', value: 'canary' },
      'step 1: replace /identityProviderClientSecret: (secret)',
    ],
    [{ op: 'test', path: '/name', value: 'Another' }, 'step 1: test /name: "Another"'],
    [{ op: 'move', from: '/nothing', path: '/name' }, 'step 1: move /name from /nothing'],
  ])('a patch that does not fit is shown step by step: %j', async (step, shown) => {
    const { plan, scene } = planScene();
    const [first] = scene.routesOf(scene.automatic);
    const made = await plan('patch_route', { routeId: first?.id, patch: [step] });
    expect(made.notes).toEqual([
      'The patch does not fit the record as it was read, so its steps are shown; Zero may refuse it.',
    ]);
    expect(renderPlan(made)).toContain(`\n    ${shown}`);
  });

  test('a full replacement takes away what it leaves out', async () => {
    const { plan, scene } = planScene();
    const [first] = scene.routesOf(scene.automatic);
    const { namespaceId, from } = (first ?? {}) as Fields;
    const { entities } = await plan('update_route', {
      ...route(String(namespaceId), { name: 'Storybook', from }),
      routeId: first?.id,
    });
    expect(entities[0]?.fields).toEqual(
      expect.arrayContaining([
        { name: 'description', before: '"For designers and customers."' },
        { name: 'to', before: '["http://storybook:6006"]', after: '["http://tides:80"]' },
      ]),
    );
  });

  test('a key pair keeps what a replacement leaves out', async () => {
    const { plan, admin, scene } = planScene();
    const [pair] = admin('list_key_pairs', { namespaceId: scene.waiting.namespaceId }) as unknown as Rows;
    const input = { keyPairId: pair?.id, namespaceId: scene.waiting.namespaceId, name: 'Renamed' };
    const { entities } = await plan('update_key_pair', input);
    expect(entities[0]?.fields.map(({ name }) => name)).toEqual(['name']);
  });

  test('a new record is shown as it is sent', async () => {
    const { plan, scene } = planScene();
    const { entities } = await plan('create_route', route(scene.automatic.namespaceId));
    expect(entities[0]).toMatchObject({
      type: 'route',
      id: '',
      name: '"Tide tables"',
      action: 'create',
      before: 'none',
    });
    expect(entities[0]?.fields).toContainEqual({ name: 'to', after: '["http://tides:80"]' });
  });

  test('what goes is shown whole', async () => {
    const { plan, scene } = planScene();
    const { entities, clusters, typedName } = await plan('delete_cluster', { clusterId: scene.waiting.id });
    expect(entities[0]).toMatchObject({ type: 'cluster', name: '"production"', action: 'delete' });
    expect(entities[0]?.fields).toContainEqual({ name: 'flavor', before: '"standard"' });
    expect(entities[0]?.fields.map(({ name }) => name)).not.toContain('hasFailingHealthChecks');
    expect(clusters).toEqual([{ id: scene.waiting.id, name: '"production"' }]);
    expect(typedName).toBe('production');
  });

  test('a record without a read of its own is found in its list', async () => {
    const { plan, admin, scene } = planScene();
    const domains = admin('list_custom_domains', { clusterId: scene.waiting.id }) as unknown as Rows;
    const made = await plan('delete_custom_domain', { customDomainId: domains[0]?.id });
    expect(made.headline).toBe('Remove a custom domain on cluster "production": "track.tidewrack.example".');
    expect(made.entities[0]?.name).toBe(JSON.stringify(domains[0]?.domainName));
    await expect(plan('remove_user_from_organization', { userId: 'bNobody' })).rejects.toThrow(
      'list_users_in_organization has no record with userId "bNobody".',
    );
  });

  test('every operation that is no read can be planned', async () => {
    const { plan, admin, owner, scene } = planScene();
    const { waiting } = scene;
    const first = (name: string, input: Fields = {}) => (admin(name, input) as unknown as Rows)[0]?.id;
    const ids: Fields = {
      clusterId: waiting.id,
      namespaceId: waiting.namespaceId,
      routeId: scene.routesOf(waiting)[0]?.id,
      policyId: scene.policiesOf(waiting)[0]?.id,
      keyPairId: first('list_key_pairs', { namespaceId: waiting.namespaceId }),
      serviceAccountId: first('list_service_accounts', { clusterId: waiting.id }),
      customDomainId: first('list_custom_domains', { clusterId: waiting.id }),
      userId: first('list_users_in_organization'),
      changesetId: first('list_changesets', { clusterId: waiting.id, status: 'pending' }),
    };
    owner('create_organization_invite', { emails: ['new@example.com'], role: 'member' });
    const invitationId = first('list_organization_invites');
    for (const operation of zero.operations.filter(({ effect }) => effect !== 'read')) {
      if (operation.path.startsWith('/user/invitations')) continue;
      const known = Object.entries({ ...ids, invitationId }).filter(([name]) => name in operation.example);
      const fixed = 'clusterId' in operation.params.shape ? { clusterId: waiting.id } : {};
      const made = await plan(operation.name, { ...operation.example, ...Object.fromEntries(known), ...fixed });
      expect(made.entities.length, operation.name).toBeGreaterThan(0);
      expect(made.headline, operation.name).not.toMatch(/undefined/);
    }
  });
});

describe('what may go live along with it', () => {
  const on = [{ op: 'replace', path: '/autoApplyChangesets', value: true }];

  test('everything that waits, when auto-apply is turned on', async () => {
    const { plan, scene } = planScene();
    const made = await plan('patch_settings', { clusterId: scene.waiting.id, patch: on });
    expect(made.headline).toBe(
      'Patch cluster settings on cluster "production" (1 field). 3 waiting changes may go live with it. ' +
        '3 of 3 hold edits that were not made through this server.',
    );
    expect(made.waiting.map(({ name }) => name).toSorted()).toEqual(['"Carrier API"', '"Grafana"', '"Platform shell"']);
    expect(made.complete).toBe(true);
  });

  test('what waits in a cluster that was switched to auto-apply', async () => {
    const { plan, owner, scene } = planScene({ switches: { autoApplyShipsWaiting: false } });
    owner('patch_settings', { clusterId: scene.waiting.id, patch: on });
    const made = await plan('create_route', route(scene.waiting.namespaceId));
    expect(made.complete).toBe(true);
    expect(made.waiting.map(({ name }) => name).toSorted()).toEqual(['"Carrier API"', '"Grafana"', '"Platform shell"']);
  });

  test('nothing for a draft that waits itself, nor for what is in no changeset', async () => {
    const { plan, reads, scene } = planScene();
    expect((await plan('create_route', route(scene.waiting.namespaceId))).waiting).toEqual([]);
    expect(reads).toEqual(['list_clusters', 'list_namespaces', 'get_settings']);
    expect((await plan('rotate_cluster_token', { clusterId: scene.waiting.id })).waiting).toEqual([]);
    expect(reads).toEqual(['get_cluster', 'list_clusters']);
  });

  test.each(['applied', 'current'] as const)('nothing, where the newest changeset is %s', async (newestApplied) => {
    const { plan, owner, scene } = planScene({ switches: { newestApplied } });
    owner('create_route', route(scene.automatic.namespaceId));
    const made = await plan('create_route', route(scene.automatic.namespaceId, { name: 'Another' }));
    expect(made).toMatchObject({ waiting: [], complete: true });
  });

  test('once, what waits in several clusters', async () => {
    const turnedOn = (name: string, answer: unknown) =>
      name === 'get_settings' ? { ...(answer as Fields), autoApplyChangesets: true } : answer;
    const { plan, owner, scene } = planScene({ twist: turnedOn });
    const off = [{ op: 'replace', path: '/autoApplyChangesets', value: false }];
    owner('patch_settings', { clusterId: scene.automatic.id, patch: off });
    const texts = { enforced: false, description: '', explanation: '', remediation: '' };
    const policy = { namespaceId: scene.rootNamespaceId, ppl: [{ allow: { or: [{ accept: true }] } }], ...texts };
    owner('create_policy', { ...policy, name: 'All hands' });
    const { waiting } = await plan('create_policy', { ...policy, name: 'Another' });
    expect(waiting.filter(({ name }) => name === '"All hands"')).toHaveLength(1);
  });

  test('doubts about it are in the first line, and take a typed name', async () => {
    const { plan, scene } = planScene({
      twist: (name, answer) => (name === 'compare_changesets' ? { ...(answer as Fields), entities: [] } : answer),
    });
    const made = await plan('patch_settings', { clusterId: scene.waiting.id, patch: on });
    expect(made.headline).toMatch(/^Zero did not say what else goes live with this\. /);
    expect(made).toMatchObject({ complete: false, typedName: 'production' });
    expect(made.notes[0]).toMatch(
      /^In doubt, of what waits in cluster "production": its comparison and its log differ/,
    );
  });

  test('a draft in a namespace above all clusters names them', async () => {
    const { plan, scene } = planScene();
    const { headline } = await plan('create_route', route(scene.rootNamespaceId));
    expect(headline).toBe('Create a route on clusters "production", "staging": "Tide tables".');
  });
});

describe('the first line warns', () => {
  const mints = 'This mints a key that works without this server and its approvals.';

  test.each([
    ['create_api_access_user', { name: 'x', role: 'auditor' }],
    ['create_service_account', {}],
    ['get_service_account_token', {}],
    ['rotate_cluster_token', {}],
  ])('of a key that %s mints', async (name, more) => {
    const { plan, admin, scene } = planScene();
    const clusterId = scene.waiting.id;
    const [account] = admin('list_service_accounts', { clusterId }) as unknown as Rows;
    const input = { clusterId, serviceAccountId: account?.id, description: 'x', userId: 'y', ...more };
    expect((await plan(name, input)).headline.startsWith(mints)).toBe(true);
  });

  test.each([
    ['owner', true],
    ['admin', true],
    ['something new', true],
    ['auditor', false],
    ['member', false],
  ])('of an invitation as %s: %s', async (role, warned) => {
    const { headline } = await planScene().plan('create_organization_invite', { emails: ['a@example.com'], role });
    expect(headline.startsWith('This lets someone in who can do everything')).toBe(warned);
  });
});

describe('a name is typed for what cannot be got back', () => {
  /** What a yes is enough for, and why. */
  const yesIsEnough: Readonly<Record<string, string>> = {
    delete_route: 'it can be created again as the plan shows it',
    delete_policy: 'it can be created again as the plan shows it',
    delete_custom_domain: 'it can be added again and gets a new certificate',
    delete_organization_invite: 'it can be sent again',
    reject_invitation: 'it can be sent again',
  };

  test('every operation that takes something away is decided', () => {
    const takes = zero.operations.filter((operation) => {
      const { destructiveHint } = hints(operation);
      return destructiveHint && operation.method !== 'PUT' && operation.effect !== 'apply';
    });
    const decided = [...Object.keys(typedNames), ...Object.keys(yesIsEnough)];
    expect(takes.map(({ name }) => name).filter((name) => !decided.includes(name))).toEqual([]);
    const names = zero.operations.map(({ name }) => name);
    expect(decided.filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each<[string, (world: ReturnType<typeof planScene>) => readonly [Fields, string]]>([
    ['delete_organization', () => [{}, 'Tidewrack Freight']],
    ['leave_organization', () => [{}, 'Tidewrack Freight']],
    ['update_organization', () => [{ name: 'Tidewrack Freight', ownerUserId: 'bOther' }, 'Tidewrack Freight']],
    ['delete_current_user', () => [{}, 'delete_current_user']],
    ['delete_cluster', ({ scene }) => [{ clusterId: scene.automatic.id }, 'staging']],
    ['rotate_cluster_token', ({ scene }) => [{ clusterId: scene.automatic.id }, 'staging']],
    [
      'remove_user_from_organization',
      ({ admin }) => {
        const users = admin('list_users_in_organization') as unknown as Rows;
        const tomas = users.find(({ displayName }) => displayName === 'Tomás Beltrán');
        return [{ userId: tomas?.id }, 'tomas.beltran@tidewrack.example'];
      },
    ],
    [
      'delete_service_account',
      ({ admin, scene }) => {
        const accounts = admin('list_service_accounts', { clusterId: scene.waiting.id }) as unknown as Rows;
        return [{ clusterId: scene.waiting.id, serviceAccountId: accounts[0]?.id }, String(accounts[0]?.description)];
      },
    ],
    [
      'delete_key_pair',
      ({ admin, scene }) => {
        const pairs = admin('list_key_pairs', { namespaceId: scene.waiting.namespaceId }) as unknown as Rows;
        return [{ keyPairId: pairs[0]?.id }, String(pairs[0]?.name)];
      },
    ],
  ])('%s', async (name, arrange) => {
    const world = planScene();
    const [input, typed] = arrange(world);
    const made = await world.plan(name, input);
    expect(made.typedName).toBe(typed);
    expect(made.notes).toContain(typedNames[name]?.why);
  });

  test('an update of an organization that keeps its owner takes a yes', async () => {
    const { plan, admin, scene } = planScene();
    const { ownerUserId } = admin('get_organization', { organizationId: scene.organizationId });
    expect(await plan('update_organization', { name: 'New name' })).not.toHaveProperty('typedName');
    expect(await plan('update_organization', { name: 'New name', ownerUserId })).not.toHaveProperty('typedName');
  });

  test('a name that cannot be seen or typed gives way to the id', async () => {
    const { plan, scene } = planScene({
      twist: (name, answer) => (name === 'get_cluster' ? { ...(answer as Fields), name: 'prod\u202eduction' } : answer),
    });
    expect((await plan('delete_cluster', { clusterId: scene.waiting.id })).typedName).toBe(scene.waiting.id);
  });
});
