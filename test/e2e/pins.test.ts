import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toolInput } from '../../src/input.js';
import { isComposite } from '../../src/procedure.js';
import type { State } from '../../src/sandbox/store.js';
import { scopeOf } from '../../src/schemas.js';
import { composites } from '../../src/tools/composites.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { everyField } from '../tools/fields.js';
import { argumentsOf, makeReady, type Place, prepare, type Scene } from './calls.js';
import { type Remote, remote, seen, writes } from './remote.js';
import { type Connected, clients, endAll } from './stdio.js';

/** Operations by how far they reach, as the tool list tells them apart. */
const all = [...zero.operations, ...composites];
const scope = (tool: (typeof all)[number]) => (isComposite(tool) ? tool.scope : scopeOf(tool));
const reaching = (...scopes: readonly string[]) => all.filter((tool) => scopes.includes(scope(tool)));
const namesOf = (operations: readonly { readonly name: string }[]) => operations.map(({ name }) => name);

interface Outcome {
  readonly kind: string | undefined;
  readonly text: string;
  readonly content: Fields;
  /** Names of the operations that the sandbox saw. */
  readonly seen: readonly (string | undefined)[];
  readonly writes: readonly unknown[];
}

/** A server with a pin on a sandbox with two clusters and everything in both of them. */
function pinned(...flags: readonly ((scene: Scene) => string)[]) {
  const setting = {} as { far: Remote; scene: Scene; state: State; client: Connected };
  beforeAll(async () => {
    const far = await remote();
    const scene = prepare(far);
    const args = flags.map((flag) => flag(scene));
    const client = await clients['v2 client, newest protocol'](far.start('--mode', 'unattended', ...args));
    Object.assign(setting, { far, scene, state: far.sandbox.snapshot(), client });
  });
  afterAll(async () => {
    await endAll();
    await setting.far.close();
  });
  return {
    setting,
    async call(name: string, args: Fields): Promise<Outcome> {
      const { far, scene, state, client } = setting;
      far.sandbox.restore(makeReady(name, structuredClone(state), scene, far.apiToken));
      const from = far.sandbox.requests.length;
      const { content, text } = await client.callTool(name, args);
      const { kind } = (content.error ?? {}) as { readonly kind?: string };
      const requests = seen(far.sandbox, from).map(({ operation }) => operation);
      return { kind, text, content, seen: requests, writes: writes(far.sandbox, from) };
    },
  };
}

const inCluster = reaching('cluster');
const PINNED = ['organizationId', 'clusterId', 'namespaceId'];

/** Arguments as the pinned server takes them. */
function pinnedArguments(name: string, scene: Scene): Fields {
  const given = Object.entries(argumentsOf(name, scene));
  return Object.fromEntries(given.filter(([field]) => !PINNED.includes(field)));
}

/** Arguments that name a record in a cluster, and how one of another cluster is named in them. */
const naming: Readonly<Record<string, (place: Place) => unknown>> = {
  routeId: ({ routeId }) => routeId,
  policyId: ({ policyId }) => policyId,
  keyPairId: ({ keyPairId }) => keyPairId,
  changesetId: ({ changesetId }) => changesetId,
  firstId: ({ changesetId }) => changesetId,
  secondId: ({ changesetId }) => changesetId,
  customDomainId: ({ customDomainId }) => customDomainId,
  serviceAccountId: ({ serviceAccountId }) => serviceAccountId,
  policyIds: ({ policyId }) => [policyId],
  sshPolicyId: ({ policyId }) => policyId,
  tlsCustomCaKeyPairId: ({ keyPairId }) => keyPairId,
  tlsClientKeyPairId: ({ keyPairId }) => keyPairId,
  tlsDownstreamClientCaKeyPairId: ({ keyPairId }) => keyPairId,
  certificateAuthorityKeyPairId: ({ keyPairId }) => keyPairId,
  downstreamMtlsCaKeyPairId: ({ keyPairId }) => keyPairId,
};

/** Names that end like an id and name no record of a cluster, or only filter what the pinned namespace holds anyway. */
const harmless: Readonly<Record<string, string>> = {
  clientId: 'of an OAuth client',
  identityProviderClientId: 'of an OAuth client',
  originatorId: 'a mark of whoever made the record',
  journalId: 'a call of the journal, refused where it was made in another cluster',
  metricId: 'an enum',
  userId: 'a person or machine',
  replicaId: 'filters the pinned cluster',
  entityId: 'filters the pinned namespace',
  id: 'in a filter of a list that is the pinned namespace',
  ids: 'of checks of the audit',
};

const foreignCalls = inCluster.flatMap((operation) =>
  Object.keys(toolInput(operation).shape)
    .filter((field) => field in naming && !(operation.name === 'list_activity_logs' && field === 'changesetId'))
    .map((field) => [operation.name, field] as const),
);

const foreignPatches: readonly (readonly [string, string, (place: Place) => Fields])[] = [
  ['patch_route', 'a policy', ({ policyId }) => ({ op: 'add', path: '/policyIds/-', value: policyId })],
  ['patch_route', 'policies', ({ policyId }) => ({ op: 'replace', path: '/policyIds', value: [policyId] })],
  ['patch_route', 'an SSH policy', ({ policyId }) => ({ op: 'add', path: '/sshPolicyId', value: policyId })],
  ['patch_route', 'a key pair', ({ keyPairId }) => ({ op: 'add', path: '/tlsClientKeyPairId', value: keyPairId })],
  [
    'patch_settings',
    'a key pair',
    ({ keyPairId }) => ({ op: 'add', path: '/downstreamMtlsCaKeyPairId', value: keyPairId }),
  ],
  ...['patch_route', 'patch_policy', 'patch_key_pair'].flatMap((name) => [
    [
      name,
      'its namespace',
      ({ clusterId }: Place) => ({ op: 'replace', path: '/namespaceId', value: clusterId }),
    ] as const,
    [name, 'no namespace', () => ({ op: 'remove', path: '/namespaceId' })] as const,
  ]),
];

describe('--cluster', () => {
  const { setting, call } = pinned(
    () => '--cluster',
    ({ waiting }) => waiting.clusterId,
  );

  test('takes organization, cluster and namespace out of every schema', async () => {
    const { tools } = await setting.client.listTools();
    for (const { name, inputSchema } of tools) {
      const { properties = {}, required = [] } = inputSchema as { properties?: Fields; required?: readonly string[] };
      expect(
        Object.keys(properties).filter((field) => PINNED.includes(field)),
        name,
      ).toEqual([]);
      expect(
        required.filter((field) => PINNED.includes(field)),
        name,
      ).toEqual([]);
    }
  });

  test('lists what stays in the cluster, and what belongs to nobody', async () => {
    const { tools } = await setting.client.listTools();
    expect(namesOf(tools)).toEqual(namesOf(reaching('cluster', 'service')));
  });

  test.each(namesOf(inCluster))('%s works inside', async (name) => {
    const { kind, text } = await call(name, pinnedArguments(name, setting.scene));
    expect(kind, text).toBeUndefined();
  });

  test.each(namesOf(inCluster))('%s takes none of the pinned ids, not even its own', async (name) => {
    for (const field of PINNED) {
      for (const place of [setting.scene.waiting, setting.scene.automatic]) {
        const args = { ...pinnedArguments(name, setting.scene), [field]: place.clusterId };
        const { kind, text, seen: requests } = await call(name, args);
        expect({ kind, requests }).toEqual({ kind: 'invalid_input', requests: [] });
        expect(text).toContain(`${field} is fixed by the operator: leave it out`);
      }
    }
  });

  test('every argument that looks like an id is looked at below', () => {
    const names = inCluster.flatMap((operation) => everyField('', toolInput(operation)).map(({ name }) => name));
    const known = [...Object.keys(naming), ...Object.keys(harmless), ...PINNED];
    const unknown = new Set(names.filter((name) => /ids?$/i.test(name) && !known.includes(name)));
    expect([...unknown]).toEqual([]);
  });

  /** Refused, and the sandbox saw no more than reads that tell where a record is. */
  function expectRefused({ kind, text, seen: requests, writes: written }: Outcome) {
    expect({ kind, written }, text).toEqual({ kind: 'refused', written: [] });
    expect(text).toContain(`is not in cluster ${setting.scene.waiting.clusterId}`);
    const resolving =
      /^(get_cluster|list_organizations|list_namespaces|get_route|get_policy|get_key_pair|list_changesets|list_custom_domains|list_service_accounts)$/;
    for (const operation of requests) expect(operation).toMatch(resolving);
    expect(text).not.toContain('Only for tests');
  }

  test.each(foreignCalls)('%s refuses a foreign %s', async (name, field) => {
    const foreign = naming[field]?.(setting.scene.automatic);
    expectRefused(await call(name, { ...pinnedArguments(name, setting.scene), [field]: foreign }));
  });

  test.each(foreignPatches)('%s refuses a patch with %s', async (name, _, step) => {
    const patch = [step(setting.scene.automatic)];
    expectRefused(await call(name, { ...pinnedArguments(name, setting.scene), patch }));
  });

  // An id that was parked in a text field would get into a reference without being in the patch.
  test.each(['patch_route', 'patch_policy', 'patch_key_pair', 'patch_settings'])(
    '%s refuses a patch that copies or moves',
    async (name) => {
      for (const op of ['copy', 'move']) {
        const patch = [{ op, from: '/namespaceId', path: '/originatorId' }];
        const args = { ...pinnedArguments(name, setting.scene), patch };
        const { kind, text, writes: written } = await call(name, args);
        expect({ kind, written }).toEqual({ kind: 'refused', written: [] });
        expect(text).toContain(`${op} can't be checked against the cluster`);
      }
    },
  );

  test.each(['get_policy', 'update_policy', 'patch_policy', 'delete_policy'])(
    '%s refuses what is above',
    async (name) => {
      const { scene, state } = setting;
      const above = Object.values(state.policies).find(({ namespaceId }) => namespaceId === scene.rootNamespaceId);
      expectRefused(await call(name, { ...pinnedArguments(name, scene), policyId: above?.id }));
    },
  );

  test('a route may use a policy from above, which it inherits', async () => {
    const { scene, state } = setting;
    const above = Object.values(state.policies).find(({ namespaceId }) => namespaceId === scene.rootNamespaceId);
    const { kind, text, content } = await call('create_route', {
      ...pinnedArguments('create_route', scene),
      policyIds: [above?.id],
    });
    expect(kind, text).toBeUndefined();
    expect(content).toMatchObject({ namespaceId: scene.waiting.clusterId, policyIds: [above?.id] });
  });

  test.each(['changesetId', 'entityId'] as const)('list_activity_logs shows nothing of a foreign %s', async (field) => {
    const { automatic } = setting.scene;
    const foreign = { changesetId: automatic.changesetId, entityId: automatic.routeId }[field];
    const { text } = await call('list_activity_logs', { [field]: foreign });
    expect(text).not.toContain(automatic.routeId);
    expect(text).not.toContain('Only for tests');
  });

  test.each(namesOf(reaching('organization', 'account')))('%s is not there', async (name) => {
    const { kind, text, seen: requests } = await call(name, argumentsOf(name, setting.scene));
    expect({ kind, requests }).toEqual({ kind: 'refused', requests: [] });
    expect(text).toContain('it reaches beyond the cluster that the operator has pinned');
  });
});

describe('--cluster with --organization-reads', () => {
  const { setting, call } = pinned(
    () => '--organization-reads',
    () => '--cluster',
    ({ waiting }) => waiting.clusterId,
  );
  const beyond = reaching('organization', 'account');
  const reads = beyond.filter(({ effect }) => effect === 'read');

  test('lists the reads of organization and account besides, and no write of theirs', async () => {
    const { tools } = await setting.client.listTools();
    const expected = all.filter((op) => inCluster.includes(op) || scope(op) === 'service' || reads.includes(op));
    expect(namesOf(tools)).toEqual(namesOf(expected));
  });

  test.each(namesOf(reads))('%s is answered', async (name) => {
    const { kind, text, writes: written } = await call(name, pinnedArguments(name, setting.scene));
    expect({ kind, written }, text).toEqual({ kind: undefined, written: [] });
  });

  test.each(namesOf(beyond.filter(({ effect }) => effect !== 'read')))('%s is not there', async (name) => {
    const { kind, seen: requests } = await call(name, argumentsOf(name, setting.scene));
    expect({ kind, requests }).toEqual({ kind: 'refused', requests: [] });
  });
});

describe('--organization', () => {
  const { setting, call } = pinned(
    () => '--organization',
    ({ organizationId }) => organizationId,
  );
  const inside = reaching('organization', 'cluster');

  test('takes the organization out of every schema, and the account out of the list', async () => {
    const { tools } = await setting.client.listTools();
    expect(namesOf(tools)).toEqual(namesOf(reaching('organization', 'cluster', 'service')));
    expect(tools.filter(({ inputSchema }) => JSON.stringify(inputSchema).includes('organizationId'))).toEqual([]);
  });

  test.each(namesOf(inside))('%s asks for nothing outside the organization', async (name) => {
    const { far, scene } = setting;
    const from = far.sandbox.requests.length;
    const { kind, text } = await call(name, argumentsOf(name, scene));
    expect(kind, text).toBeUndefined();
    for (const { url } of seen(far.sandbox, from)) expect(url).toMatch(`/organizations/${scene.organizationId}`);
  });

  test.each(namesOf(inside))('%s takes no other organization', async (name) => {
    const args = { ...argumentsOf(name, setting.scene), organizationId: 'bNtHrRgNzTnKsLwPzQxRvTnMcJf' };
    const { kind, seen: requests } = await call(name, args);
    expect({ kind, requests }).toEqual({ kind: 'invalid_input', requests: [] });
  });

  test.each(namesOf(reaching('account')))('%s is not there', async (name) => {
    const { kind, text, seen: requests } = await call(name, argumentsOf(name, setting.scene));
    expect({ kind, requests }).toEqual({ kind: 'refused', requests: [] });
    expect(text).toContain('it reaches beyond the organization that the operator has pinned');
  });
});
