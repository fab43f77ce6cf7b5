import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/client/client.js';
import { createSandbox } from '../../src/sandbox/sandbox.js';
import { composites } from '../../src/tools/composites.js';
import { zero } from '../../src/tools/zero/index.js';
import { argumentsOf, prepare } from '../e2e/calls.js';
import { connect, connectTo, type Fields } from '../harness.js';
import { liveState, sceneOf, writes } from '../scene.js';
import { asked, journalOf, routeOf } from './guard-scene.js';

const route = (namespaceId: string, more = {}) => ({
  namespaceId,
  name: 'Tide tables',
  from: 'https://tides.example.com',
  to: ['http://tides:80'],
  policyIds: [],
  ...more,
});

/** A harness with the sandbox's organization at hand. */
async function setUp(options: Parameters<typeof connect>[0] = {}) {
  const harness = await connect(options);
  return {
    ...harness,
    scene: sceneOf(harness.sandbox),
    /** Calls, expects that a person must confirm, and answers why. */
    reason: async (name: string, input: Fields) => (await asked(harness, name, input)).plan.reason,
  };
}

describe('guarded', () => {
  test('a draft passes where changes wait, and nothing goes live', async () => {
    const { ok, sandbox, scene } = await setUp();
    const before = liveState(sandbox, scene);
    const created = await ok('create_route', route(scene.waiting.namespaceId));
    expect(created).toMatchObject({ name: 'Tide tables', namespaceId: scene.waiting.namespaceId });
    expect(created.notices).toEqual([
      expect.stringMatching(/^Saved as a draft: it waits in the cluster's pending changeset/),
    ]);
    expect(writes(sandbox)).toEqual(['POST create_route']);
    expect(liveState(sandbox, scene)).toBe(before);
  });

  test('a draft is stopped where the cluster auto-applies', async () => {
    const { reason, sandbox, scene } = await setUp();
    expect(await reason('create_route', route(scene.automatic.namespaceId))).toContain(
      `it would go live at once: auto-apply is on for ${JSON.stringify(scene.automatic.name)} (${scene.automatic.id})`,
    );
    expect(writes(sandbox)).toEqual([]);
  });

  test.each(['rootNamespaceId', 'organizationId'] as const)(
    'a draft in the %s reaches every cluster',
    async (above) => {
      const { reason, sandbox, scene } = await setUp();
      const policy = { namespaceId: scene[above], name: 'Everyone', ppl: [{ allow: { or: [{ accept: true }] } }] };
      expect(await reason('create_policy', policy)).toContain('auto-apply is on for');
      expect(writes(sandbox)).toEqual([]);
    },
  );

  test('moving a record into a cluster that auto-applies is stopped', async () => {
    const { reason, sandbox, scene } = await setUp();
    const [moved] = scene.routesOf(scene.waiting);
    const { namespaceId } = scene.automatic;
    const routeId = moved?.id;
    expect(await reason('update_route', { routeId, namespaceId })).toContain('auto-apply is on for');
    const patch = [{ op: 'replace', path: '/namespaceId', value: namespaceId }];
    expect(await reason('patch_route', { routeId, patch })).toContain('auto-apply is on for');
    expect(writes(sandbox)).toEqual([]);
  });

  test('settings that cannot be read count as auto-apply', async () => {
    const { reason, sandbox, scene } = await setUp();
    sandbox.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'get_settings', times: 9 });
    expect(await reason('create_route', route(scene.waiting.namespaceId))).toContain('its settings could not be read');
    expect(writes(sandbox)).toEqual([]);
  });

  test('auto-apply turned on by update_settings', async () => {
    const { reason, sandbox, scene } = await setUp();
    const change = { clusterId: scene.waiting.id, autoApplyChangesets: true };
    expect(await reason('update_settings', change)).toContain('autoApplyChangesets is not false');
    expect(writes(sandbox)).toEqual([]);
  });

  test('auto-apply cleared by update_settings', async () => {
    const { fails, sandbox, scene } = await setUp();
    const change = { clusterId: scene.waiting.id, clear: ['autoApplyChangesets'] };
    expect(await fails('update_settings', change)).toContain("autoApplyChangesets is required and can't be cleared");
    expect(writes(sandbox)).toEqual([]);
  });

  test.each([
    ['add', [{ op: 'add', path: '/autoApplyChangesets', value: true }]],
    ['remove', [{ op: 'remove', path: '/autoApplyChangesets' }]],
    ['copy', [{ op: 'copy', from: '/cookieHttpOnly', path: '/autoApplyChangesets' }]],
    ['move', [{ op: 'move', from: '/autoApplyChangesets', path: '/cookieHttpOnly' }]],
    [
      'off and on again',
      [
        { op: 'replace', path: '/autoApplyChangesets', value: false },
        { op: 'replace', path: '/autoApplyChangesets', value: true },
      ],
    ],
    ['below the field', [{ op: 'add', path: '/autoApplyChangesets/x', value: true }]],
  ])('auto-apply smuggled through patch_settings: %s', async (_, patch) => {
    const { reason, sandbox, scene } = await setUp();
    const why = await reason('patch_settings', { clusterId: scene.waiting.id, patch });
    expect(why).toContain('autoApplyChangesets is not false');
    expect(writes(sandbox)).toEqual([]);
  });

  test.each([
    ['null', [{ op: 'replace', path: '/autoApplyChangesets', value: null }], /value for autoApplyChangesets/],
    ['the whole document', [{ op: 'replace', path: '', value: {} }], /expected a pointer to a field/],
    ['another spelling', [{ op: 'add', path: '/autoapplychangesets', value: true }], /like \/autoApplyChangesets/],
    ['an escaped name', [{ op: 'add', path: '/autoApplyChangesets~0', value: true }], /expected a pointer to a field/],
  ])('auto-apply written in a way that is no patch: %s', async (_, patch, message) => {
    const { fails, sandbox, scene } = await setUp();
    expect(await fails('patch_settings', { clusterId: scene.waiting.id, patch })).toMatch(message);
    expect(writes(sandbox)).toEqual([]);
  });

  test('another setting may be drafted while auto-apply stays off, and not while it is on', async () => {
    const { ok, reason, sandbox, scene } = await setUp();
    await ok('update_settings', { clusterId: scene.waiting.id, logLevel: 'debug' });
    expect(writes(sandbox)).toEqual(['PATCH patch_settings']);
    const why = await reason('update_settings', { clusterId: scene.automatic.id, logLevel: 'debug' });
    expect(why).toContain('autoApplyChangesets is not false');
    expect(writes(sandbox)).toEqual(['PATCH patch_settings']);
  });

  const stopped = zero.operations.filter(({ effect }) => effect === 'live' || effect === 'apply');
  test.each(stopped.map(({ name, effect }) => [name, effect] as const))('%s needs a person', async (name, effect) => {
    const { reason, sandbox } = await setUp();
    const ready = prepare({ sandbox, apiToken: sandbox.token });
    expect(await reason(name, argumentsOf(name, ready))).toBe(
      effect === 'apply' ? 'it makes pending changes go live' : 'it takes effect at once',
    );
    expect(writes(sandbox)).toEqual([]);
  });

  test('what no read shows is found afterwards: auto-apply turned on while the draft was under way', async () => {
    const sandbox = createSandbox();
    const { ok, scene } = await setUp({ sandbox });
    sandbox.onArrival(({ method, url }) => {
      if (method !== 'POST' || url === '/token') return;
      const settings = {
        clusterId: scene.waiting.id,
        patch: [{ op: 'add', path: '/autoApplyChangesets', value: true }],
      };
      sandbox.as('owner')('patch_settings', settings);
    });
    const { notices } = await ok('create_route', route(scene.waiting.namespaceId));
    expect(notices).toEqual([expect.stringMatching(/^went_live: This change is already live: it was applied at /)]);
  });
});

describe('read-only', () => {
  test('lists reads only and refuses the rest by name', async () => {
    const { client, call, sandbox } = await setUp({ mode: 'read-only' });
    const { tools } = await client.listTools();
    const reads = [...zero.operations, ...composites].filter(({ effect }) => effect === 'read').map(({ name }) => name);
    expect(tools.map(({ name }) => name)).toEqual(reads);
    for (const operation of zero.operations.filter(({ effect }) => effect !== 'read')) {
      const { content } = await call(operation.name, operation.example);
      expect(content).toEqual({
        error: {
          kind: 'refused',
          message: `${operation.name} is not offered here: it changes things, and this server is read-only. Nothing was sent.`,
        },
      });
    }
    expect(sandbox.requests).toEqual([]);
  });
});

describe('unattended', () => {
  test('sends at once and says that it is live', async () => {
    const { ok, sandbox, scene } = await setUp({ mode: 'unattended' });
    const created = await ok('create_route', route(scene.automatic.namespaceId));
    expect(created.notices).toEqual([expect.stringMatching(/^went_live: This change is already live/)]);
    expect(writes(sandbox)).toEqual(['POST create_route']);
  });
});

describe("the API's own name for a request", () => {
  test.each<[string, string, string | undefined]>([
    ['of a request that was done', 'req-7.f:1', 'req-7.f:1'],
    ['that is no plain word is left out', 'req 7<b>', undefined],
  ])('%s', async (_, name, noted) => {
    const { lines, create } = await namedRequests(name);
    await create();
    expect(lines().at(-1)).toMatchObject({ kind: 'outcome', result: 'done' });
    expect(lines().at(-1)?.requestId).toBe(noted);
  });

  test('of a request that failed', async () => {
    const { lines, create, sandbox } = await namedRequests('req-8');
    sandbox.faults.add({ fault: { kind: 'status', status: 409, error: 'taken' }, operation: 'create_route' });
    await create();
    expect(lines().at(-1)).toMatchObject({ kind: 'outcome', result: 'failed', requestId: 'req-8' });
  });

  /** A remote side that names each request so. */
  async function namedRequests(id: string) {
    const sandbox = createSandbox();
    const fetch: Fetch = async (url, init) => {
      const response = await sandbox.fetch(url, init);
      const get = (name: string) => (name === 'x-request-id' ? id : response.headers.get(name));
      return { status: response.status, headers: { get }, body: response.body };
    };
    const upstream = { baseUrl: sandbox.baseUrl, fetch, readRefreshToken: async () => sandbox.token };
    const { call, stateDirectory } = await connectTo(upstream, { mode: 'unattended' });
    const { waiting } = sceneOf(sandbox);
    return {
      lines: () => journalOf(stateDirectory),
      create: () => call('create_route', routeOf(waiting.namespaceId)),
      sandbox,
    };
  }
});
