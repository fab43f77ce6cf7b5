import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fetch } from '../../src/client/client.js';
import { type SandboxServer, serveSandbox } from '../../src/sandbox/serve.js';
import { speak } from './api.js';
import { ids, smallWorld } from './small-world.js';

let server: SandboxServer;

beforeEach(async () => {
  server = await serveSandbox({ port: 0, seed: smallWorld });
});

afterEach(() => server.close());

/** Node's own fetch behind our seam: real requests over a real socket. */
const nodeFetch: Fetch = async (url, init) => {
  const { status, headers, body } = await fetch(url, init);
  return { status, headers, body: body as AsyncIterable<Uint8Array> | null };
};

const anonymous = () => speak({ fetch: nodeFetch, baseUrl: server.baseUrl });
const withHeader = (authorization: string) =>
  speak({ fetch: nodeFetch, baseUrl: server.baseUrl }, { Authorization: authorization });

async function idToken(): Promise<string> {
  const { body } = await anonymous()('POST', '/token', { refreshToken: server.apiToken });
  return body.idToken;
}

describe("the five requests of Zero's own API guide, over HTTP", () => {
  test.each([
    { named: "the cluster's namespace", namespaceId: ids.manual },
    { named: "the organization's id", namespaceId: ids.organization },
  ])('answer what the guide prints, with $named', async ({ namespaceId }) => {
    const token = await anonymous()('POST', '/token', { refreshToken: server.apiToken });
    expect(token).toEqual({ status: 200, body: { idToken: expect.any(String), expiresInSeconds: '3600' } });
    const call = withHeader(`Bearer ${token.body.idToken}`);

    const organizations = await call('GET', '/organizations');
    expect(organizations.status).toBe(200);
    expect(organizations.body).toEqual([
      expect.objectContaining({ id: ids.organization, name: 'Example Bakery', role: 'admin' }),
    ]);

    const clusters = await call('GET', `/organizations/${ids.organization}/clusters`);
    expect(clusters.status).toBe(200);
    expect(clusters.body[0]).toMatchObject({ id: ids.manual, namespaceId: ids.manual, domain: 'sample-cluster-1000' });

    const policy = await call('POST', `/organizations/${ids.organization}/policies`, {
      description: 'Allow the right user',
      enforced: false,
      explanation: 'You are not the right user',
      name: 'Allow only matching email',
      namespaceId,
      ppl: { allow: { and: [{ email: { is: 'user@example.com' } }] } },
      remediation: 'Sign in as the right user',
    });
    expect(policy).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^b[A-Za-z]{26}$/),
        createdAt: expect.stringMatching(/Z$/),
        name: 'Allow only matching email',
        enforced: false,
        ppl: { allow: { and: [{ email: { is: 'user@example.com' } }] } },
        routes: [],
        enforcedRoutes: [],
      },
    });

    const route = await call('POST', `/organizations/${ids.organization}/routes`, {
      namespaceId,
      name: 'HTTP Bin',
      from: 'https://httpbin.sample-cluster-1000.pomerium.app',
      to: ['http://httpbin:80'],
      policyIds: [policy.body.id],
    });
    expect(route).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^b[A-Za-z]{26}$/),
        namespaceId: namespaceId === ids.organization ? ids.root : ids.manual,
        policyIds: [policy.body.id],
        policies: [{ id: policy.body.id, name: 'Allow only matching email' }],
        enforcedPolicyIds: [],
        enforcedPolicies: [],
        allowWebsockets: false,
        allowSpdy: false,
        tlsSkipVerify: false,
        tlsUpstreamAllowRenegotiation: false,
        preserveHostHeader: false,
        enableGoogleCloudServerlessAuthentication: false,
        showErrorDetails: false,
      },
    });
  });

  test('take the Pomerium scheme too, but no bare token', async () => {
    const token = await idToken();
    expect((await withHeader(`Pomerium ${token}`)('GET', '/organizations')).status).toBe(200);
    expect(await withHeader(token)('GET', '/organizations')).toEqual({
      status: 401,
      body: { error: 'missing or malformed authorization header' },
    });
  });

  test('are refused without a token and with a mistyped one', async () => {
    expect((await anonymous()('GET', '/organizations')).status).toBe(401);
    expect(await anonymous()('POST', '/token', { refreshToken: 'mistyped' })).toEqual({
      status: 401,
      body: { error: 'invalid refresh token' },
    });
  });
});
