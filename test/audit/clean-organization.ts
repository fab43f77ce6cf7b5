import type { Records } from '../../src/audit/assemble.js';

const NOW = Date.parse('2026-05-13T12:00:00Z');
const ago = (days: number, hours = 0) => new Date(NOW - days * 86_400_000 - hours * 3_600_000).toISOString();
const ahead = (days: number) => ago(-days);

const ROOT = 'bRtNsPcKsLwPzQxRvTnMcJfGbYt';
const CLUSTER = 'bTmTcLsTrKsLwPzQxRvTnMcJfGb';
const times = { createdAt: ago(60), updatedAt: ago(60) };
const anna = { id: 'bNnKsLwPzQxRvTnMcJfGbYtWkXq', email: 'anna@lantern.example', displayName: 'Anna' };
const bert = { id: 'bBrTsLwPzQxRvTnMcJfGbYtWkXq', email: 'bert@lantern.example', displayName: 'Bert' };
const cleo = { id: 'bClLsLwPzQxRvTnMcJfGbYtWkXq', email: 'cleo@lantern.example', displayName: 'Cleo' };

const guardRail = {
  id: 'bGrDrLsLwPzQxRvTnMcJfGbYtWk',
  ...times,
  namespaceId: ROOT,
  name: 'Only the company',
  enforced: true,
  ppl: [{ deny: { not: [{ domain: { is: 'lantern.example' } }] } }],
  description: 'Guard rail: nobody from outside, whatever a route allows.',
  explanation: 'This is for people of the company.',
  remediation: 'Sign in with your company account.',
  routes: [],
  enforcedRoutes: [{ id: 'bWkRtSLwPzQxRvTnMcJfGbYtWkX', name: 'Wiki', updatedAt: ago(60) }],
};

const staff = {
  id: 'bStFfSLwPzQxRvTnMcJfGbYtWkX',
  ...times,
  namespaceId: ROOT,
  name: 'Staff',
  enforced: false,
  ppl: [{ allow: { and: [{ domain: { is: 'lantern.example' } }] } }],
  description: 'Everybody of the company.',
  explanation: 'This is for people of the company.',
  remediation: 'Sign in with your company account.',
  routes: [{ id: 'bWkRtSLwPzQxRvTnMcJfGbYtWkX', name: 'Wiki', updatedAt: ago(60) }],
  enforcedRoutes: [],
};

const stockReader = {
  ...staff,
  id: 'bStKrDSLwPzQxRvTnMcJfGbYtWk',
  name: 'Stock reader',
  ppl: [{ allow: { and: [{ user: { is: 'svc-stock-reader' } }] } }],
  description: 'The nightly job.',
};

const wiki = {
  id: 'bWkRtSLwPzQxRvTnMcJfGbYtWkX',
  ...times,
  namespaceId: CLUSTER,
  name: 'Wiki',
  description: 'Owner: office.',
  from: 'https://wiki.calm-heron-1204.pomerium.app',
  to: ['https://wiki.internal:8443'],
  policyIds: [staff.id, stockReader.id],
  enforcedPolicyIds: [guardRail.id],
  policies: [{ id: staff.id, name: staff.name, updatedAt: ago(60) }],
  enforcedPolicies: [{ id: guardRail.id, name: guardRail.name, updatedAt: ago(60) }],
  allowSpdy: false,
  allowWebsockets: false,
  enableGoogleCloudServerlessAuthentication: false,
  preserveHostHeader: false,
  showErrorDetails: false,
  tlsSkipVerify: false,
  tlsUpstreamAllowRenegotiation: false,
};

const settings = {
  id: 'bStTnGSLwPzQxRvTnMcJfGbYtWk',
  ...times,
  address: ':443',
  autoApplyChangesets: false,
  cookieExpire: '14h',
  cookieHttpOnly: true,
  cookieName: '_pomerium',
  defaultUpstreamTimeout: '30s',
  dnsLookupFamily: 'V4_PREFERRED',
  httpRedirectAddr: ':80',
  logLevel: 'info',
  mcpAllowedClientIdDomains: ['vscode.dev'],
  passIdentityHeaders: false,
  skipXffAppend: false,
  timeoutIdle: '5m',
  timeoutRead: '30s',
  authenticateServiceUrl: 'https://authenticate.lantern.example',
  identityProvider: 'oidc',
  identityProviderUrl: 'https://login.lantern.example/realms/staff',
  identityProviderClientId: 'pomerium',
  identityProviderClientSecret: '[redacted by zero-mcp]',
  identityProviderScopes: ['openid', 'profile', 'email'],
  setResponseHeaders: {
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'SAMEORIGIN',
  },
};

const replica = (id: string, hostname: string) => ({ id, createdAt: ago(20), updatedAt: ago(0, 0.05), hostname });
const person = (user: typeof anna, organizationRole: string) => ({
  ...user,
  ...times,
  organizationRole,
  type: 'user_type_interactive',
  needsOnboarding: false,
  lastLoggedIn: ago(1),
  joinedAt: ago(60),
});

/** An organization in which nothing graver than low is wrong, as its records are read. */
export function cleanOrganization(): Records {
  return structuredClone({
    now: NOW,
    organization: {
      id: 'bHdKsLwPzQxRvTnMcJfGbYtWkXq',
      ...times,
      name: 'Lantern',
      organizationType: 'professional',
      ownerUserId: anna.id,
      role: 'auditor',
      joinedAt: ago(60),
      readOnly: false,
    },
    namespaces: [
      { id: ROOT, ...times, name: 'Global', type: 'root' },
      { id: CLUSTER, ...times, parentId: ROOT, name: 'production', type: 'cluster' },
    ],
    clusters: [
      {
        cluster: {
          id: CLUSTER,
          ...times,
          name: 'production',
          namespaceId: CLUSTER,
          domain: 'calm-heron-1204',
          fqdn: 'calm-heron-1204.pomerium.app',
          flavor: 'standard',
          hasFailingHealthChecks: false,
          minReplicaVersion: '0.33.1',
          componentVersions: { pomerium: ['0.33.1'] },
        },
        settings,
        health: [
          {
            description: 'cluster_active_replicas: 2 replicas are connected',
            helpUrl: 'https://www.pomerium.com/docs/internals/health-checks#cluster_active_replicas',
            status: 'success',
            updatedAt: ago(0, 0.1),
          },
        ],
        replicas: [
          replica('bRpLcKSLwPzQxRvTnMcJfGbYtWk', 'pomerium-a'),
          replica('bRpLcBSLwPzQxRvTnMcJfGbYtWk', 'pomerium-b'),
        ],
        metrics: {
          authz_denied: [
            {
              labels: {},
              unit: '1',
              points: [4, 5, 3, 6, 4].map((value, day) => ({ value, timestamp: ago(5 - day) })),
            },
          ],
        },
      },
    ],
    routes: [wiki],
    policies: [guardRail, staff, stockReader],
    keyPairs: [],
    customDomains: [],
    serviceAccounts: [
      {
        id: 'bSvCcTSLwPzQxRvTnMcJfGbYtWk',
        createdAt: ago(20),
        updatedAt: ago(20),
        description: 'Nightly stock export',
        userId: 'svc-stock-reader',
        expiresAt: ahead(60),
        clusterId: CLUSTER,
      },
    ],
    users: [
      person(anna, 'owner'),
      person(bert, 'owner'),
      person(cleo, 'member'),
      {
        ...person(
          { ...cleo, id: 'bTpSrSLwPzQxRvTnMcJfGbYtWkX', email: 'audit@lantern.example', displayName: 'Audit' },
          'auditor',
        ),
        type: 'user_type_api_access',
      },
    ],
    invites: [],
    changesets: [{ id: 'bChNgSSLwPzQxRvTnMcJfGbYtWk', ...times, namespaceId: CLUSTER, status: 'applied' }],
    activity: [
      {
        id: 'bCtVtYSLwPzQxRvTnMcJfGbYtWk',
        createdAt: ago(60),
        updatedAt: ago(60),
        activityType: 'create',
        applied: { at: ago(59), by: bert, changesetId: 'bChNgSSLwPzQxRvTnMcJfGbYtWk' },
        entity: { type: 'route', id: wiki.id, data: wiki },
        namespace: { id: CLUSTER, name: 'production' },
        user: anna,
      },
    ],
  });
}
