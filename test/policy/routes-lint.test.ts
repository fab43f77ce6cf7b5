import { describe, expect, test } from 'vitest';
import { lintRoute, type RouteContext, type RouteFields } from '../../src/policy/routes/lint.js';

/** Codes and places of what is wrong with a route that is good but for these fields. */
function codes(fields: RouteFields, context?: RouteContext): readonly string[] {
  return problems(fields, context).map(({ code, place }) => `${code} ${place}`.trim());
}

function problems(fields: RouteFields, context?: RouteContext) {
  return lintRoute({ name: 'App', from: 'https://app.corp.example', to: ['http://app:8080'], ...fields }, context);
}

/** What the proxy says to a route that it rejects. */
function rejection(fields: RouteFields): string | undefined {
  return problems(fields).find(({ severity }) => severity === 'error')?.message;
}

describe('what the proxy rejects, in its words', () => {
  test.each<readonly [RouteFields, string]>([
    [{ from: 'app.corp.example' }, 'url does not contain a valid scheme'],
    [{ from: 'https:///x' }, 'url does not contain a valid hostname'],
    [{ from: 'https://app.corp.example/x' }, 'url contains a path, but it should be set using the path field instead'],
    [{ to: [] }, 'policy should have either to or redirect or response defined'],
    [{ to: [], redirect: {} }, 'policy should have either to or redirect or response defined'],
    [{ to: ['app:8080'] }, 'url scheme must be provided'],
    [{ to: ['http://'] }, 'endpoint hostname must be specified'],
    [{ to: ['tcp://a:1', 'http://b'] }, 'cannot mix tcp and non-tcp To URLs'],
    [{ to: ['unix:///a.sock', 'http://b'] }, 'cannot mix unix and non-unix To URLs'],
    [
      { to: ['http://a,70', 'http://b'] },
      'either no weights should be provided, or all endpoints must have non-zero weight specified',
    ],
    [
      { to: ['http://a,0'] },
      'either no weights should be provided, or all endpoints must have non-zero weight specified',
    ],
    [{ from: 'ssh://a', to: ['ssh://a:22', 'ssh://b:22'] }, "only one 'to' entry allowed for ssh routes"],
    [{ from: 'ssh://a', to: ['http://a'] }, "'to' route url must have ssh scheme"],
    [{ to: [], redirect: { responseCode: 300 } }, 'unsupported redirect response code 300'],
    [
      { prefixRewrite: '/a', regexRewritePattern: '/b' },
      'only prefix_rewrite or regex_rewrite_pattern can be specified, but not both',
    ],
    [{ dependsOn: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'depends_on is limited to 5 additional redirect hosts'],
    [{ dependsOn: ['a.example/x'] }, 'unsupported depends_on value'],
    [{ mcp: {} }, 'mcp must have either server or client set'],
    [{ mcp: { server: { authorizationServerUrl: 'http://a' } } }, 'mcp authorization_server_url must be https'],
  ])('%j', (fields, message) => expect(rejection(fields)).toBe(message));

  test.each<RouteFields>([
    {},
    { to: ['http://a,70', 'http://b,30'] },
    { to: ['unix:///a.sock'] },
    { to: [], redirect: { hostRedirect: 'b.corp.example', responseCode: 308 } },
    { to: [], response: { status: 200, body: 'ok' } },
    { from: 'tcp+https://proxy.corp.example/db.internal:5432', to: ['tcp://db:5432'] },
    { from: 'https://*.corp.example' },
    { from: 'ssh://a', to: ['ssh://a:22'] },
    { dependsOn: ['a.example', 'https://b.example/x'] },
    { mcp: { client: {} } },
    { mcp: null },
    { prefix: '/api/' },
    { allowWebsockets: true, idleTimeout: '10m' },
  ])('and nothing is wrong with %j', (fields) => expect(problems(fields)).toEqual([]));
});

describe('what it takes and does otherwise', () => {
  test.each<readonly [RouteFields, string]>([
    [{ redirect: { hostRedirect: 'b' } }, 'setting-lost redirect'],
    [{ response: { status: 200, body: '' } }, 'setting-lost response'],
    [{ regex: '/a', path: '/b' }, 'setting-lost regex'],
    [{ path: '/a', prefix: '/b/' }, 'setting-lost path'],
    [{ hostRewrite: 'a', preserveHostHeader: true }, 'setting-lost hostRewrite'],
    [{ to: [], redirect: { httpsRedirect: false, schemeRedirect: 'https' } }, 'setting-lost redirect.httpsRedirect'],
    [{ to: [], redirect: { pathRedirect: '/a', prefixRewrite: '/b' } }, 'setting-lost redirect.pathRedirect'],
    [{ tlsSkipVerify: true, tlsCustomCaKeyPairId: 'x' }, 'setting-lost tlsSkipVerify'],
    [{ mcp: { client: {}, server: {} } }, 'mcp-both mcp'],
    [{ prefixRewrite: '/a', to: ['http://a/x'] }, 'to-path-lost to'],
    [{ to: ['http://a/x', 'http://b/y'] }, 'to-paths-differ to'],
    [{ regexRewriteSubstitution: 'x' }, 'substitution-without-pattern regexRewriteSubstitution'],
    [{ hostPathRegexRewriteSubstitution: 'x' }, 'host-substitution-without-pattern hostPathRegexRewriteSubstitution'],
    [{ regexPriorityOrder: 1 }, 'priority-without-regex regexPriorityOrder'],
    [{ from: 'tcp+https://db.example:1', to: ['tcp://db:1'], prefix: '/a/' }, 'matcher-lost from'],
    [{ prefix: '/admin' }, 'prefix-not-a-folder prefix'],
    [{ path: 'admin' }, 'matcher-without-slash path'],
    [{ allowWebsockets: true, to: ['h2c://a'] }, 'websockets-http1 allowWebsockets'],
    [{ idleTimeout: '10m' }, 'idle-timeout-alone idleTimeout'],
    [{ identityProviderClientId: 'x' }, 'half-identity-provider identityProviderClientId'],
    [{ tlsDownstreamServerName: 'x' }, 'legacy tlsDownstreamServerName'],
    [{ loadBalancingPolicy: 'maglev' }, 'balancing-of-one loadBalancingPolicy'],
    [{ regex: '/(?=a)' }, 'not-re2 regex'],
    [{ from: 'http://app.corp.example' }, 'from-http from'],
    [{ setRequestHeaders: { Host: 'a' } }, 'header-not-settable setRequestHeaders.Host'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by Pomerium
    [{ setRequestHeaders: { 'X-User': '${pomerium.user}' } }, 'header-token setRequestHeaders.X-User'],
  ])('%j', (fields, code) => expect(codes(fields)).toEqual([code]));

  test('names what is lost, and RE2 tells what it stumbles over', () => {
    expect(problems({ regex: '/a', path: '/b', prefix: '/c/' })[0]).toMatchObject({
      message: 'Not looked at, since regex is set: path, prefix.',
      fix: 'Keep one of regex, path, prefix.',
    });
    expect(problems({ regex: '/(?=a)' })[0]?.message).toBe(
      'error parsing regexp: invalid or unsupported Perl syntax: `(?=`. Zero takes it, and the proxy then fails to load it.',
    );
  });
});

describe('what is around a route', () => {
  test('ids lead somewhere, and a client certificate has its key', () => {
    const context = { policies: [{ id: 'staff' }], keyPairs: [{ id: 'cert', hasKey: false }] };
    expect(
      codes(
        {
          policyIds: ['staff', 'gone'],
          tlsCustomCaKeyPairId: 'gone',
          tlsClientKeyPairId: 'cert',
          upstreamTunnel: { sshPolicyId: 'gone' },
        },
        context,
      ),
    ).toEqual([
      'dangling policyIds[1]',
      'dangling upstreamTunnel.sshPolicyId',
      'dangling tlsCustomCaKeyPairId',
      'client-certificate-without-key tlsClientKeyPairId',
    ]);
    expect(codes({ policyIds: ['gone'] })).toEqual([]);
  });

  test('the hosted authenticate service has no tokens and no dependsOn', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by Pomerium
    const fields = { dependsOn: ['a.example'], setRequestHeaders: { Authorization: 'Bearer ${pomerium.id_token}' } };
    expect(codes(fields, { settings: { id: 's' } })).toEqual([
      'token-of-hosted-authenticate setRequestHeaders.Authorization',
      'depends-on-unused dependsOn',
    ]);
    const own = { id: 's', authenticateServiceUrl: 'https://authenticate.corp.example' };
    expect(codes(fields, { settings: own })).toEqual([]);
    expect(codes(fields, { settings: { ...own, cookieDomain: 'corp.example' } })).toEqual([
      'depends-on-unused dependsOn',
    ]);
    expect(
      codes({ bearerTokenFormat: 'idp_identity_token' }, { settings: { ...own, identityProvider: 'github' } }),
    ).toEqual(['bearer-token-format bearerTokenFormat']);
  });
});
