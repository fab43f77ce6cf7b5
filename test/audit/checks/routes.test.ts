import { expect } from 'vitest';
import { routeChecks } from '../../../src/audit/checks/routes.js';
import { cluster, inDays, type Organization, ROOT, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const staff = { name: 'Staff', ppl: [{ allow: { and: [{ domain: { is: 'corp.example' } }] } }] };
const anybody = { name: 'Anybody', ppl: [{ allow: { or: [{ authenticated_user: true }] } }] };
const open = { name: 'Open', ppl: [{ allow: { or: [{ accept: true }] } }] };
const fromOffice = { name: 'Office', ppl: [{ allow: { or: [{ source_ip: '198.51.100.0/24' }] } }] };
const guard = { name: 'Guard', ppl: [{ deny: { or: [{ source_ip: '203.0.113.0/24' }] } }], enforced: true };
const tools = { name: 'Tools', ppl: [{ deny: { or: [{ mcp_tool: { not_in: ['search'] } }] } }] };
const policies = [staff, anybody, open, fromOffice, guard, tools];

const web = { from: 'https://app.production.pomerium.app', to: ['https://app.corp.example'], policyIds: ['Staff'] };

/** An organization with one route, unless more are given, and all policies of these tests. */
function route(fields: Row, ...more: readonly Row[]): Organization {
  return { policies, routes: [{ name: 'Route', ...web, ...fields }, ...more.map((row) => ({ ...web, ...row }))] };
}

const oauth = {
  clientId: 'pomerium',
  clientSecret: '[redacted by zero-mcp]',
  oauth2Endpoint: { authUrl: 'https://login.corp.example/auth', tokenUrl: 'https://login.corp.example/token' },
};

const examples: readonly Example[] = [
  {
    id: 'RTE-01',
    fires: route({ policyIds: [] }),
    on: 'Route',
    evidence: { policyIds: [], enforcedPolicyIds: ['Guard'] },
    innocent: { ...route({ policyIds: [] }), policies: [{ ...staff, enforced: true }] },
  },
  {
    id: 'RTE-02',
    fires: route({ policyIds: ['Staff', 'Open'] }),
    on: 'Route',
    evidence: { anonymous: 'allowed', policies: ['Staff', 'Open', 'Guard'] },
    innocent: route({ policyIds: ['Staff', 'Anybody'] }),
  },
  {
    id: 'RTE-02',
    fires: route({ policyIds: ['Office'] }),
    on: 'Route',
    evidence: { anonymous: 'allowed', policies: ['Office', 'Guard'], dependsOn: ["the visitor's address"] },
    severity: 'high',
    innocent: {
      ...route({ policyIds: ['Open', 'Certificates'] }),
      policies: [open, { name: 'Certificates', ppl: [{ deny: { or: [{ invalid_client_certificate: true }] } }] }],
      settings: { downstreamMtlsCaKeyPairId: 'ca' },
    },
  },
  {
    id: 'RTE-03',
    fires: route({ policyIds: ['Anybody'] }),
    on: 'Route',
    evidence: { anyAccount: 'allowed', policies: ['Anybody', 'Guard'] },
    innocent: route({ policyIds: ['Anybody', 'Open'] }),
  },
  {
    // Some get in without signing in, and everybody with it.
    id: 'RTE-03',
    fires: route({ policyIds: ['Office', 'Anybody'] }),
    on: 'Route',
    evidence: { anyAccount: 'allowed', policies: ['Office', 'Anybody', 'Guard'] },
    innocent: route({ policyIds: ['Office'] }),
  },
  {
    id: 'RTE-03',
    fires: {
      ...route({ policyIds: ['Hours'] }),
      policies: [
        {
          name: 'Hours',
          ppl: [
            {
              allow: {
                and: [{ authenticated_user: true }, { day_of_week: 'sun' }, { source_ip: '198.51.100.0/24' }],
              },
            },
          ],
        },
      ],
    },
    on: 'Route',
    evidence: { anyAccount: 'allowed', policies: ['Hours'], dependsOn: ["the visitor's address"] },
    severity: 'medium',
    innocent: route({ policyIds: ['Staff'] }),
  },
  {
    id: 'RTE-04',
    fires: route({ tlsSkipVerify: true, to: ['https://user:pass@10.0.0.1:8443/x'] }),
    on: 'Route',
    evidence: { tlsSkipVerify: true, to: ['https://10.0.0.1:8443'] },
    fix: ['update_route', { routeId: 'Route', tlsSkipVerify: false }],
    innocent: route({ tlsSkipVerify: false, tlsCustomCaKeyPairId: 'ca' }),
  },
  {
    id: 'RTE-05',
    fires: route({ to: ['http://10.20.4.17:8080', 'http://app:8080', 'tcp://db.corp.example:5432,70'] }),
    on: 'Route',
    evidence: { to: ['http://10.20.4.17:8080', 'tcp://db.corp.example:5432'] },
    innocent: route({
      to: [
        'https://10.20.4.17',
        'http://localhost:1',
        'http://127.0.0.9',
        'http://[::1]:2',
        'h2c://app.web.svc:80',
        'http://app.web.svc.cluster.local',
        'tcp://db.corp.internal:5432',
        'udp://dns',
        'ssh://shell.corp.example',
      ],
    }),
  },
  {
    id: 'RTE-06',
    fires: route({ to: ['http://10.20.4.17:8080'], passIdentityHeaders: true }),
    on: 'Route',
    evidence: { passIdentityHeaders: true, to: ['http://10.20.4.17:8080'] },
    innocent: {
      ...route({ to: ['http://10.20.4.17:8080'], passIdentityHeaders: false }),
      settings: { passIdentityHeaders: true },
    },
  },
  {
    id: 'RTE-06',
    fires: { ...route({ to: ['http://10.20.4.17:8080'] }), settings: { passIdentityHeaders: true } },
    on: 'Route',
    evidence: { passIdentityHeaders: 'true in the settings', to: ['http://10.20.4.17:8080'] },
    innocent: { ...route({ to: ['http://app:8080'] }), settings: { passIdentityHeaders: true } },
  },
  {
    id: 'RTE-07',
    fires: route({ tlsUpstreamAllowRenegotiation: true }),
    on: 'Route',
    evidence: { tlsUpstreamAllowRenegotiation: true },
    fix: ['update_route', { routeId: 'Route', tlsUpstreamAllowRenegotiation: false }],
    innocent: route({ tlsUpstreamAllowRenegotiation: false }),
  },
  {
    id: 'RTE-08',
    fires: route({ from: 'http://app.production.pomerium.app' }),
    on: 'Route',
    evidence: { from: 'http://app.production.pomerium.app' },
    fix: ['update_route', { routeId: 'Route', from: 'https://app.production.pomerium.app' }],
    innocent: route({}),
  },
  {
    id: 'RTE-09',
    fires: route({ from: 'https://*.production.pomerium.app' }),
    on: 'Route',
    evidence: { from: 'https://*.production.pomerium.app' },
    innocent: route({ prefix: '/*' }),
  },
  {
    id: 'RTE-10',
    fires: route(
      { policyIds: ['Open'], prefix: '/a', regexPriorityOrder: 5 },
      { name: 'Admin', prefix: '/admin/' },
      { name: 'Other', prefix: '/other/' },
    ),
    on: 'Route',
    evidence: { from: web.from, prefix: '/a', shadows: ['Admin'] },
    // The longer prefix is tried first.
    innocent: route({ policyIds: ['Open'], prefix: '/a' }, { name: 'Admin', prefix: '/admin/' }),
  },
  {
    id: 'RTE-10',
    fires: route({ policyIds: ['Open'], prefix: '/public/', prefixRewrite: '/' }, { name: 'Admin', prefix: '/admin/' }),
    on: 'Route',
    evidence: { from: web.from, prefix: '/public/', prefixRewrite: '/', shadows: ['Admin'] },
    innocent: route(
      { policyIds: ['Open'], prefix: '/public/', prefixRewrite: '/' },
      { name: 'Admin', prefix: '/admin/', to: ['https://admin.corp.example'] },
    ),
  },
  {
    id: 'RTE-11',
    fires: route({ prefix: '/admin' }),
    on: 'Route',
    evidence: { prefix: '/admin' },
    innocent: route({ prefix: '/admin/', path: '/admin' }),
  },
  {
    id: 'RTE-12',
    fires: route({ prefix: '/a/', path: '/b' }),
    on: 'Route',
    evidence: { path: '/b', prefix: '/a/', used: 'path', ignored: ['prefix'] },
    fix: ['update_route', { routeId: 'Route', clear: ['prefix'] }],
    innocent: route({ prefix: '/a/', path: '' }),
  },
  {
    id: 'RTE-13',
    fires: route({ regex: '/(?!admin).*' }),
    on: 'Route',
    evidence: { regex: '/(?!admin).*', problem: expect.stringContaining('(?!') },
    innocent: route({ regex: '/(api|app)/.*' }),
  },
  {
    id: 'RTE-13',
    fires: route({ regex: '\\.php$' }),
    on: 'Route',
    evidence: { regex: '\\.php$', problem: 'paths begin with /, so it never matches one' },
    innocent: route({ regex: '.*\\.php$' }),
  },
  {
    id: 'RTE-13',
    fires: route({ regex: '^/admin' }),
    on: 'Route',
    evidence: { regex: '^/admin', problem: 'it takes this one path and none that begins with it' },
    innocent: route({ regex: '^/admin$' }),
  },
  {
    id: 'RTE-13',
    fires: route({ regex: '^(?:api|[a-z]+)/v\\d+' }),
    on: 'Route',
    evidence: { regex: '^(?:api|[a-z]+)/v\\d+', problem: 'paths begin with /, so it never matches one' },
    innocent: route(
      { regex: '(static)?/v1/.*' },
      { name: 'Either', regex: 'static|/v1/.*', regexPriorityOrder: 1 },
      { name: 'Class', regex: '[a-z]*/v1/.*', regexPriorityOrder: 2 },
      { name: 'Any', regex: '\\D+', regexPriorityOrder: 3 },
    ),
  },
  {
    id: 'RTE-14',
    fires: route({ regex: '/a.*' }, { name: 'Second', regex: '/b.*' }),
    on: 'Route',
    evidence: { from: web.from, regex: '/a.*', sameAs: 'Second' },
    innocent: route({ regex: '/a.*' }, { name: 'Second', regex: '/b.*', regexPriorityOrder: 1 }),
  },
  {
    id: 'RTE-15',
    fires: route({ prefixRewrite: '/', regexRewritePattern: '^/a', regexRewriteSubstitution: '/b' }),
    on: 'Route',
    evidence: { prefixRewrite: '/', regexRewritePattern: '^/a' },
    innocent: route({ regexRewritePattern: '^/a', regexRewriteSubstitution: '/b' }),
  },
  {
    id: 'RTE-15',
    fires: route({ hostRewrite: 'app.corp.example', preserveHostHeader: true }),
    on: 'Route',
    evidence: {
      hostRewrite: 'app.corp.example',
      preserveHostHeader: true,
      used: 'hostRewrite',
      ignored: ['preserveHostHeader'],
    },
    innocent: route({ hostRewrite: 'app.corp.example', preserveHostHeader: false }),
  },
  {
    id: 'RTE-15',
    fires: route({ regexRewriteSubstitution: '/b' }),
    on: 'Route',
    evidence: { regexRewriteSubstitution: '/b' },
    fix: ['update_route', { routeId: 'Route', clear: ['regexRewriteSubstitution'] }],
    innocent: route({ prefixRewrite: '/b' }),
  },
  {
    id: 'RTE-16',
    fires: route({ hostRewriteHeader: 'X-Host' }),
    on: 'Route',
    evidence: { hostRewriteHeader: 'X-Host' },
    innocent: route({ hostRewrite: 'app.corp.example' }),
  },
  {
    id: 'RTE-16',
    fires: route({ preserveHostHeader: true, from: 'https://*.production.pomerium.app' }),
    on: 'Route',
    evidence: { preserveHostHeader: true, from: 'https://*.production.pomerium.app' },
    innocent: route({ preserveHostHeader: true }),
  },
  {
    id: 'RTE-17',
    fires: route({ setRequestHeaders: { 'X-Api-Key': '[redacted by zero-mcp]', 'X-Team': 'web' } }),
    on: 'Route',
    evidence: { setRequestHeaders: ['X-Api-Key'] },
    innocent: route({ setRequestHeaders: { Authorization: pomerium('jwt'), 'X-Team': 'web' } }),
  },
  {
    id: 'RTE-18',
    fires: route({ setRequestHeaders: { Authorization: `[redacted by zero-mcp] ${pomerium('id_token')}` } }),
    on: 'Route',
    evidence: { setRequestHeaders: { Authorization: pomerium('id_token') } },
    innocent: route({ setRequestHeaders: { Authorization: pomerium('jwt') } }),
  },
  {
    id: 'RTE-19',
    fires: route({ kubernetesServiceAccountToken: '[redacted by zero-mcp]', policyIds: ['Anybody'] }),
    on: 'Route',
    evidence: { kubernetesServiceAccountToken: 'set', policies: ['Anybody', 'Guard'] },
    innocent: route({ kubernetesServiceAccountToken: '[redacted by zero-mcp]' }),
  },
  {
    // Some get in without signing in, and everybody with it: it is no milder for the former.
    id: 'RTE-19',
    fires: route({ kubernetesServiceAccountToken: '[redacted by zero-mcp]', policyIds: ['Office', 'Anybody'] }),
    on: 'Route',
    evidence: { kubernetesServiceAccountToken: 'set', policies: ['Office', 'Anybody', 'Guard'] },
    innocent: route({ policyIds: ['Office', 'Anybody'] }),
  },
  {
    id: 'RTE-20',
    fires: route({ kubernetesServiceAccountToken: '[redacted by zero-mcp]' }),
    on: 'Route',
    evidence: { kubernetesServiceAccountToken: 'set' },
    innocent: route({ kubernetesServiceAccountToken: '' }),
  },
  ...[
    [
      'http://169.254.169.254/latest',
      'http://169.254.169.254',
      "the cloud's metadata service, which hands out credentials",
    ],
    [
      'http://[::ffff:a9fe:a9fe]',
      'http://[::ffff:a9fe:a9fe]',
      "the cloud's metadata service, which hands out credentials",
    ],
    ['http://metadata.google.internal', undefined, "the cloud's metadata service, which hands out credentials"],
    ['http://127.0.0.1:9901', undefined, "the proxy's own admin interface"],
    ['https://pomerium:5443', undefined, "the proxy's own databroker"],
    ['https://kubernetes.default.svc', undefined, 'the Kubernetes API of the cluster itself'],
    ['unix:///var/run/docker.sock', undefined, 'a container runtime'],
  ].map(
    ([to = '', shown = to, is]): Example => ({
      id: 'RTE-21',
      fires: route({ to: [to] }),
      on: 'Route',
      evidence: { upstreams: [{ to: shown, is }] },
      fix: ['delete_route', { routeId: 'Route' }],
      innocent: route({ to: ['http://10.0.0.1:9901', 'unix:///var/run/app.sock', 'https://k8s.corp.internal:6443'] }),
    }),
  ),
  {
    id: 'RTE-22',
    fires: route({ tlsDownstreamClientCaKeyPairId: 'ca' }),
    on: 'Route',
    evidence: { tlsDownstreamClientCaKeyPairId: 'ca' },
    innocent: { ...route({}), settings: { downstreamMtlsCaKeyPairId: 'ca' } },
  },
  {
    id: 'RTE-23',
    fires: route({ bearerTokenFormat: 'idp_access_token' }),
    on: 'Route',
    evidence: { bearerTokenFormat: 'idp_access_token', idpAccessTokenAllowedAudiences: [] },
    innocent: {
      ...route({ bearerTokenFormat: 'idp_access_token' }),
      settings: { idpAccessTokenAllowedAudiences: ['app'] },
    },
  },
  {
    id: 'RTE-24',
    fires: route({ allowWebsockets: true }),
    on: 'Route',
    evidence: { allowWebsockets: true, timeout: 'not set', idleTimeout: 'not set' },
    innocent: route({ allowWebsockets: true, idleTimeout: '5m' }),
  },
  {
    id: 'RTE-25',
    fires: route({ allowSpdy: true }),
    on: 'Route',
    evidence: { allowSpdy: true },
    fix: ['update_route', { routeId: 'Route', allowSpdy: false }],
    innocent: route({ allowSpdy: true, kubernetesServiceAccountToken: '[redacted by zero-mcp]' }),
  },
  {
    // Where answers leave the token out, where it leads tells.
    id: 'RTE-25',
    fires: route({ allowSpdy: true, to: ['https://cluster.corp.example:8443'] }),
    on: 'Route',
    evidence: { allowSpdy: true },
    fix: ['update_route', { routeId: 'Route', allowSpdy: false }],
    innocent: route({ allowSpdy: true, to: ['https://cluster.corp.example:6443'] }),
  },
  {
    id: 'RTE-26',
    fires: route({ timeout: '0s' }),
    on: 'Route',
    evidence: { timeout: '0s' },
    innocent: route({ timeout: '60m' }),
  },
  {
    id: 'RTE-26',
    fires: route({ timeout: '1h1s' }),
    on: 'Route',
    evidence: { timeout: '1h1s' },
    innocent: route({ timeout: 'soon' }),
  },
  {
    id: 'RTE-27',
    fires: route({ showErrorDetails: true }),
    on: 'Route',
    evidence: { showErrorDetails: true },
    fix: ['update_route', { routeId: 'Route', showErrorDetails: false }],
    innocent: route({ showErrorDetails: false }),
  },
  {
    id: 'RTE-28',
    fires: route({ to: ['https://a.corp.example', 'https://b.corp.example'] }),
    on: 'Route',
    evidence: { to: ['https://a.corp.example', 'https://b.corp.example'], healthCheck: 'not set' },
    innocent: route({
      to: ['https://a.corp.example', 'https://b.corp.example'],
      healthCheck: { type: 'tcp', timeout: '1s', interval: '5s', unhealthyThreshold: 3, healthyThreshold: 1 },
    }),
  },
  {
    id: 'RTE-29',
    fires: route({
      setResponseHeaders: {
        disable: 'true',
        'access-control-allow-origin': '*',
        'Access-Control-Allow-Credentials': 'true',
        'Content-Security-Policy': "default-src * 'unsafe-inline'",
        'X-Frame-Options': 'DENY',
      },
    }),
    on: 'Route',
    evidence: {
      setResponseHeaders: {
        disable: 'true',
        'access-control-allow-origin': '*',
        'Access-Control-Allow-Credentials': 'true',
        'Content-Security-Policy': "default-src * 'unsafe-inline'",
      },
    },
    innocent: route({
      setResponseHeaders: {
        'Access-Control-Allow-Origin': '*',
        'Content-Security-Policy': "default-src https://*.corp.example 'unsafe-inline'",
      },
    }),
  },
  {
    id: 'RTE-30',
    fires: route({ passIdentityHeaders: true, removeRequestHeaders: ['X-Pomerium-Jwt-Assertion', 'X-Debug'] }),
    on: 'Route',
    evidence: { removeRequestHeaders: ['X-Pomerium-Jwt-Assertion', 'X-Debug'], passIdentityHeaders: true },
    fix: ['update_route', { routeId: 'Route', removeRequestHeaders: ['X-Debug'] }],
    innocent: route({ passIdentityHeaders: false, removeRequestHeaders: ['X-Pomerium-Jwt-Assertion'] }),
  },
  {
    id: 'RTE-30',
    fires: {
      ...route({ removeRequestHeaders: ['x-pomerium-jwt-assertion'] }),
      settings: { passIdentityHeaders: true },
    },
    on: 'Route',
    evidence: { removeRequestHeaders: ['x-pomerium-jwt-assertion'], passIdentityHeaders: true },
    fix: ['update_route', { routeId: 'Route', clear: ['removeRequestHeaders'] }],
    innocent: { ...route({ removeRequestHeaders: ['X-Debug'] }), settings: { passIdentityHeaders: true } },
  },
  {
    id: 'RTE-31',
    fires: route({ to: undefined, redirect: { schemeRedirect: 'http', pathRedirect: '/new' } }),
    on: 'Route',
    evidence: {
      redirect: { schemeRedirect: 'http', httpsRedirect: undefined, hostRedirect: undefined },
      foreignHost: false,
    },
    fix: ['update_route', { routeId: 'Route', redirect: { pathRedirect: '/new', httpsRedirect: true } }],
    innocent: route({ to: undefined, redirect: { schemeRedirect: 'https', httpsRedirect: false } }),
  },
  {
    id: 'RTE-31',
    fires: route({ to: undefined, redirect: { hostRedirect: 'corp.example.evil.example', httpsRedirect: true } }),
    on: 'Route',
    evidence: {
      redirect: { schemeRedirect: undefined, httpsRedirect: true, hostRedirect: 'corp.example.evil.example' },
      foreignHost: true,
    },
    innocent: {
      ...route({ to: undefined, redirect: { hostRedirect: 'new.apps.corp.example:8443', httpsRedirect: true } }),
      customDomains: [{ domainName: '*.apps.corp.example' }],
    },
  },
  {
    id: 'RTE-32',
    fires: route({ identityProviderClientSecret: '[redacted by zero-mcp]' }),
    on: 'Route',
    evidence: { identityProviderClientSecret: 'set', identityProviderClientId: 'not set' },
    innocent: route({ identityProviderClientId: 'app' }),
  },
  {
    id: 'RTE-33',
    fires: route({ dependsOn: ['api.corp.example/v1', 'https://cdn.corp.example'] }),
    on: 'Route',
    evidence: { dependsOn: ['api.corp.example/v1', 'https://cdn.corp.example'], problems: ['an entry with a path'] },
    fix: ['update_route', { routeId: 'Route', dependsOn: ['api.corp.example', 'https://cdn.corp.example'] }],
    innocent: route({ dependsOn: ['a', 'b', 'c', 'd', 'https://e.corp.example/'] }),
  },
  {
    id: 'RTE-33',
    fires: {
      ...route({ dependsOn: ['a', 'b', 'c', 'd', 'e', 'f'] }),
      settings: { authenticateServiceUrl: undefined, cookieDomain: 'corp.example' },
    },
    on: 'Route',
    evidence: {
      dependsOn: ['a', 'b', 'c', 'd', 'e', 'f'],
      problems: ['more than five hosts', 'the hosted sign-in is used', 'cookieDomain is set'],
    },
    innocent: { ...route({}), settings: { authenticateServiceUrl: undefined } },
  },
  {
    id: 'RTE-34',
    fires: route({ mcp: { server: { upstreamOAuth2: oauth } } }),
    on: 'Route',
    evidence: { clientSecret: 'set' },
    innocent: route({ mcp: { server: { upstreamOAuth2: { ...oauth, clientSecret: '' } } } }),
  },
  {
    id: 'RTE-34',
    fires: route({
      mcp: { server: { upstreamOAuth2: { oauth2Endpoint: { tokenUrl: 'http://login.corp.example/token' } } } },
    }),
    on: 'Route',
    evidence: { tokenUrl: 'http://login.corp.example/token' },
    innocent: route({ mcp: { server: { path: '/mcp' } } }),
  },
  {
    id: 'RTE-35',
    fires: route({ mcp: { server: {} } }),
    on: 'Route',
    evidence: { mcp: 'server', policies: ['Staff', 'Guard'] },
    innocent: route({ mcp: { server: {} }, policyIds: ['Staff', 'Tools'] }),
  },
  {
    id: 'RTE-36',
    fires: route({ mcp: { server: { path: '/mcp' } }, policyIds: ['Staff', 'Tools'] }),
    on: 'Route',
    evidence: { maxRequestBytes: 4096, expected: 65_536 },
    fix: ['update_route', { routeId: 'Route', mcp: { server: { path: '/mcp', maxRequestBytes: 65_536 } } }],
    innocent: route({ mcp: { server: { maxRequestBytes: 65_536 } }, policyIds: ['Staff', 'Tools'] }),
  },
  {
    id: 'RTE-36',
    fires: route({
      mcp: { server: { maxRequestBytes: 1000, upstreamOAuth2: oauth } },
      policyIds: ['Staff', 'Tools'],
    }),
    on: 'Route',
    evidence: { maxRequestBytes: 1000, expected: 65_536 },
    innocent: route({ mcp: { server: { maxRequestBytes: 1000 } } }),
  },
  {
    id: 'RTE-37',
    fires: route({ enableGoogleCloudServerlessAuthentication: true }),
    on: 'Route',
    evidence: { enableGoogleCloudServerlessAuthentication: true, serviceAccount: 'not set' },
    innocent: {
      ...route({ enableGoogleCloudServerlessAuthentication: true }),
      settings: { googleCloudServerlessAuthenticationServiceAccount: '[redacted by zero-mcp]' },
    },
  },
  {
    // The one with a prefix is tried first.
    id: 'RTE-38',
    fires: route({}, { name: 'Second', prefix: '/' }),
    on: 'Route',
    evidence: { from: web.from, sameAs: 'Second' },
    innocent: {
      ...route({}, { name: 'Second', namespaceId: 'staging-cluster' }, { name: 'Third', path: '/' }),
      clusters: [cluster('production'), cluster('staging')],
    },
  },
  {
    id: 'RTE-39',
    fires: {
      ...route({ tlsClientKeyPairId: 'Client', tlsCustomCaKeyPairId: 'CA', tlsDownstreamClientCaKeyPairId: 'Gone' }),
      keyPairs: [
        { name: 'Client', hasKey: true, certificateInfo: [{ notAfter: inDays(-3) }, { notAfter: inDays(900) }] },
        { name: 'CA', hasKey: false, certificateInfo: [{ notAfter: inDays(-2) }] },
      ],
    },
    on: 'Route',
    evidence: {
      tlsCustomCaKeyPairId: `CA expired at ${inDays(-2)}`,
      tlsClientKeyPairId: `Client expired at ${inDays(-3)}`,
      tlsDownstreamClientCaKeyPairId: 'there is no key pair Gone',
    },
    innocent: {
      ...route({ tlsClientKeyPairId: 'Client', tlsCustomCaKeyPairId: 'CA' }),
      keyPairs: [
        { name: 'Client', hasKey: true, certificateInfo: [{ notAfter: inDays(3) }] },
        { name: 'CA', hasKey: false, certificateInfo: [{ notAfter: inDays(-2) }, { notAfter: inDays(900) }] },
      ],
    },
  },
  {
    id: 'RTE-39',
    fires: {
      ...route({ tlsClientKeyPairId: 'Client' }),
      keyPairs: [{ name: 'Client', hasKey: false, certificateInfo: [{ notAfter: inDays(3) }] }],
    },
    on: 'Route',
    evidence: { tlsClientKeyPairId: 'Client has no private key' },
    innocent: { ...route({ tlsCustomCaKeyPairId: 'CA' }), keyPairs: [{ name: 'CA', hasKey: false }] },
  },
  {
    id: 'RTE-40',
    fires: route({ from: 'tcp+https://db.production.pomerium.app:5432', policyIds: ['Anybody'] }),
    on: 'Route',
    evidence: { from: 'tcp+https://db.production.pomerium.app:5432', policies: ['Anybody', 'Guard'] },
    innocent: route({ from: 'tcp+https://db.production.pomerium.app:5432' }),
  },
  {
    id: 'RTE-40',
    fires: route({ from: 'ssh://shell', policyIds: ['Open'] }),
    on: 'Route',
    evidence: { from: 'ssh://shell', policies: ['Open', 'Guard'] },
    innocent: route({ policyIds: ['Open'] }),
  },
  {
    id: 'RTE-41',
    fires: route({ upstreamTunnel: {} }),
    on: 'Route',
    evidence: { upstreamTunnel: {} },
    innocent: route({ upstreamTunnel: { sshPolicyId: 'Staff' } }),
  },
  {
    id: 'RTE-42',
    fires: {
      ...route({ from: 'https://app.sub.certified.example' }),
      customDomains: [{ domainName: 'track.corp.example' }],
      keyPairs: [{ name: 'Bought', certificateInfo: [{ dnsNames: ['*.certified.example'] }, {}] }],
    },
    on: 'Route',
    evidence: { from: 'https://app.sub.certified.example' },
    innocent: {
      ...route(
        { from: 'https://app.certified.example' },
        { name: 'Own', from: 'https://a.track.corp.example' },
        { name: 'Starter', from: 'https://production.pomerium.app' },
        { name: 'Shell', from: 'ssh://shell' },
        { name: 'Plain', from: 'http://elsewhere.example' },
      ),
      customDomains: [{ domainName: 'track.corp.example' }],
      keyPairs: [{ name: 'Bought', certificateInfo: [{ dnsNames: ['*.certified.example'] }] }],
    },
  },
  {
    // Another cluster has the certificate.
    id: 'RTE-42',
    fires: {
      ...route({ namespaceId: 'staging-cluster' }),
      clusters: [cluster('production'), cluster('staging')],
    },
    on: 'Route',
    evidence: { from: web.from },
    innocent: { ...route({ namespaceId: ROOT }), clusters: [cluster('production'), cluster('staging')] },
  },
  {
    id: 'RTE-43',
    fires: route({ prefix: '/a/', tlsSkipVerify: true }, { name: 'Verified' }),
    on: 'Route',
    evidence: { tlsSkipVerify: true, to: ['https://app.corp.example'], verifiedBy: ['Verified'] },
    fix: ['update_route', { routeId: 'Route', tlsSkipVerify: false }],
    innocent: route({ prefix: '/a/', tlsSkipVerify: true }, { name: 'Elsewhere', to: ['https://b.corp.example'] }),
  },
  {
    id: 'RTE-44',
    fires: route({ description: '' }),
    on: 'Route',
    evidence: { description: '' },
    innocent: route({ description: 'Owner: platform.' }),
  },
];

/** A value that Pomerium fills in. */
function pomerium(name: string): string {
  return `$\{pomerium.${name}}`;
}

testChecks(routeChecks, examples);
