import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Fetch, FetchResponse } from '../src/client/client.js';
import { createSandbox } from '../src/sandbox/sandbox.js';
import { connect, connectTo, type Fields } from './harness.js';
import { sceneOf, writes } from './scene.js';

const SECRET = 'harbour-master-secret-0815';

/** A remote side that answers each operation's path with what `bodies` has for its end, as text. */
function answering(bodies: Readonly<Record<string, string>>) {
  const fetch: Fetch = async (url) => {
    const found = Object.entries(bodies).find(([end]) => new URL(url).pathname.endsWith(end));
    const text = url.endsWith('/v0/token') ? '{"idToken":"id-token","expiresInSeconds":"3600"}' : (found?.[1] ?? '[]');
    const response: FetchResponse = {
      status: 200,
      headers: { get: () => null },
      body: (async function* () {
        yield new TextEncoder().encode(text);
      })(),
    };
    return response;
  };
  return { baseUrl: 'https://zero.test/api/v0', fetch, readRefreshToken: async () => 'refresh-token' };
}

test.each<[string, unknown, string]>([
  ['none', { namespaces: [] }, 'namespaceId: 0 namespaces have none above them.'],
  [
    'several',
    [{ id: 'one', parentId: 'unseen' }, { id: 'two' }, { id: 'below', parentId: 'two' }],
    'namespaceId: 2 namespaces have none above them: one, two.',
  ],
])('a list of all where %s is above the others asks which', async (_, namespaces, message) => {
  const { fails } = await connectTo(answering({ '/namespaces': JSON.stringify(namespaces) }));
  expect(await fails('list_routes', { organizationId: 'o' })).toContain(
    `${message}\nNext: Say which one; list_namespaces has them.`,
  );
});

describe('an answer of another shape than declared hides no less', () => {
  const settings = { cookieName: 'a', identityProviderRequestParams: { prompt: SECRET } };

  test.each<[string, unknown]>([
    ['in an envelope', { settings, total: 1 }],
    ['in a list', [settings]],
    ['as text', JSON.stringify(settings)],
    ['in other spelling', { identity_provider_request_params: { prompt: SECRET }, cookie_secret: SECRET }],
  ])('settings %s', async (_, body) => {
    const { call } = await connectTo(answering({ '/settings': JSON.stringify(body) }));
    const result = await call('get_settings', { organizationId: 'o', clusterId: 'c' });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(JSON.stringify(result)).toContain('[redacted by zero-mcp]');
  });

  test.each([
    ['an object in place of the list', { routes: [{ name: 'r', setRequestHeaders: { A: SECRET } }] }],
    ['a list of lists', [[{ setRequestHeaders: { A: SECRET } }]]],
  ])('routes: %s', async (_, body) => {
    const { call } = await connectTo(answering({ '/routes': JSON.stringify(body) }));
    expect(JSON.stringify(await call('list_routes', { organizationId: 'o', namespaceId: 'n' }))).not.toContain(SECRET);
  });

  test.each([
    ['an entity in a list', [{ type: 'settings', id: 'i', data: settings }]],
    ['a snapshot as text', { type: 'settings', id: 'i', data: JSON.stringify(settings) }],
    ['a snapshot of an unknown kind as text', { type: 'invented', id: 'i', data: SECRET }],
  ])('activity: %s', async (_, entity) => {
    const { call } = await connectTo(
      answering({ '/activityLogs': JSON.stringify([{ activityType: 'update', entity }]) }),
    );
    expect(JSON.stringify(await call('list_activity_logs', { organizationId: 'o' }))).not.toContain(SECRET);
  });

  test('a success that is no JSON is not quoted', async () => {
    const { call } = await connectTo(answering({ '/settings': `)]}',\n{"cookieSecret":"${SECRET}"}` }));
    const result = await call('get_settings', { organizationId: 'o', clusterId: 'c' });
    expect(result.text).toContain('is not JSON');
    expect(result.text).not.toContain(SECRET);
  });

  test.each<[string, unknown]>([
    ['in an envelope', { serviceAccount: { token: SECRET } }],
    ['under another name', { jwt: SECRET }],
    ['alone', SECRET],
  ])('a minted credential %s is kept and not shown', async (_, body) => {
    const { call, secretsDirectory } = await connectTo(answering({ '/serviceAccounts': JSON.stringify(body) }), {
      mode: 'unattended',
    });
    const account = { organizationId: 'o', clusterId: 'c', description: 'd', userId: 'u' };
    const result = await call('create_service_account', account);
    expect(result.text).not.toContain(SECRET);
    expect(result.text).toContain('kept whole, unseen, in');
    const [file = ''] = readdirSync(secretsDirectory);
    expect(JSON.parse(readFileSync(join(secretsDirectory, file), 'utf8'))).toEqual(body);
  });
});

describe('words that somebody plants to blind the reader', () => {
  test('ids and names of fields stay readable, and what was hidden is not searched again', async () => {
    const id = 'bsnPLhgLsVRvttPdkhDpcZhFgXS';
    const headers = { A: id, B: 'namespaceId', C: 'redacted by', D: 'dXNlcjpwYXNz', E: 'dXNlcjpwYXNzd29yZA==' };
    const route = { id, name: 'dXNlcjpwYXNzd29yZA== and dXNlcjpwYXNz', namespaceId: id, setRequestHeaders: headers };
    const { items } = await connectTo(answering({ '/routes': JSON.stringify([route]) }));
    const [shown] = await items('list_routes', { organizationId: 'o', namespaceId: 'n', detail: 'full' });
    expect(shown).toMatchObject({
      id,
      namespaceId: id,
      name: '[redacted by zero-mcp] and [redacted by zero-mcp]',
      setRequestHeaders: { A: '[redacted by zero-mcp]', C: '[redacted by zero-mcp]' },
    });
  });
});

describe('a record that is none', () => {
  test.each([
    ['a list', '[{"name":"n"}]'],
    ['an envelope', '{"cluster":{"id":"c","name":"n"}}'],
  ])('is not laid under a change: %s', async (_, body) => {
    const { fails } = await connectTo(answering({ '/clusters/c': body }), { mode: 'unattended' });
    const message = await fails('update_cluster', { organizationId: 'o', clusterId: 'c', name: 'other' });
    expect(message).toContain("The API's answer to get_cluster is not the record it should be.");
  });

  test('opens no pin', async () => {
    const { fails } = await connectTo(
      answering({ '/organizations': '[{"id":"o","name":"n"}]', '/clusters/c': '[{}]' }),
      {
        pin: { cluster: 'c' },
      },
    );
    expect(await fails('list_activity_logs')).toContain("Zero's answer does not say where cluster c is.");
  });
});

describe('what Zero does not list', () => {
  /** The sandbox, with one cluster left out of `list_clusters`. */
  function hiding(id: string, sandbox: ReturnType<typeof createSandbox>) {
    const fetch: Fetch = async (url, init) => {
      const response = await sandbox.fetch(url, init);
      if (init.method !== 'GET' || !url.endsWith('/clusters')) return response;
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body ?? []) chunks.push(chunk);
      const all = JSON.parse(Buffer.concat(chunks).toString()) as readonly Fields[];
      const text = new TextEncoder().encode(JSON.stringify(all.filter((cluster) => cluster.id !== id)));
      return {
        ...response,
        status: response.status,
        headers: response.headers,
        body: (async function* () {
          yield text;
        })(),
      };
    };
    return { baseUrl: sandbox.baseUrl, fetch, readRefreshToken: async () => sandbox.token };
  }

  test('counts as auto-applying: a policy over it, and a route moved into it', async () => {
    const sandbox = createSandbox();
    const scene = sceneOf(sandbox);
    const { call } = await connectTo(hiding(scene.automatic.id, sandbox));
    const everyone = { name: 'Everyone', enforced: true, ppl: [{ allow: { or: [{ accept: true }] } }] };
    await call('create_policy', { namespaceId: scene.rootNamespaceId, ...everyone });
    const [route] = scene.routesOf(scene.waiting);
    await call('update_route', { routeId: route?.id, namespaceId: scene.automatic.namespaceId });
    expect(writes(sandbox)).toEqual([]);
  });

  test('an update of a record that waits passes', async () => {
    const { ok, sandbox } = await connect();
    const scene = sceneOf(sandbox);
    await ok('update_route', { routeId: scene.routesOf(scene.waiting)[0]?.id, description: 'Waits' });
    expect(writes(sandbox)).toEqual(['PATCH patch_route']);
  });
});
