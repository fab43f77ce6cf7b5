import { assemble, type ClusterRecords, type Records } from '../../src/audit/assemble.js';
import type { Snapshot } from '../../src/audit/snapshot.js';

export type Row = Readonly<Record<string, unknown>>;

/** A Wednesday noon. */
export const NOW = Date.UTC(2026, 5, 17, 12);

/** A moment so many days after {@link NOW}, as the API writes it. */
export function inDays(days: number): string {
  return new Date(NOW + days * 24 * 60 * 60 * 1000).toISOString();
}

export const ROOT = 'root-namespace';
export const PRODUCTION = 'production-cluster';

/** Settings that no check objects to. */
export const settings: Row = {
  id: 'production-settings',
  address: ':443',
  autoApplyChangesets: false,
  authenticateServiceUrl: 'https://authenticate.corp.example',
  cookieExpire: '14h',
  cookieHttpOnly: true,
  cookieName: '_pomerium',
  cookieSecret: '[redacted by zero-mcp]',
  databrokerStorageConnection: '[redacted by zero-mcp]',
  defaultUpstreamTimeout: '30s',
  httpRedirectAddr: ':80',
  identityProvider: 'oidc',
  identityProviderClientId: 'pomerium',
  identityProviderClientSecret: '[redacted by zero-mcp]',
  identityProviderScopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
  identityProviderUrl: 'https://login.corp.example',
  logLevel: 'info',
  passIdentityHeaders: false,
  skipXffAppend: false,
  timeoutIdle: '5m',
  timeoutRead: '30s',
  timeoutWrite: '0s',
};

/** What a test says of an organization; a list that is left out is empty. A row without an id goes by its name. */
export interface Organization {
  readonly organization?: Row;
  readonly namespaces?: readonly Row[];
  /** Replaces the one cluster, production. */
  readonly clusters?: readonly ClusterRecords[];
  /** Fields of production's settings that are other than {@link settings}. */
  readonly settings?: Row;
  readonly routes?: readonly Row[];
  readonly policies?: readonly Row[];
  readonly keyPairs?: readonly Row[];
  readonly customDomains?: readonly Row[];
  readonly serviceAccounts?: readonly Row[];
  readonly users?: readonly Row[];
  readonly invites?: readonly Row[];
  readonly changesets?: readonly Row[];
  readonly activity?: readonly Row[];
  readonly missing?: Records['missing'];
}

/** A cluster under the root, named as its domain is, with {@link settings} but for the given fields. */
export function cluster(name: string, fields: Row = {}, changed: Row = {}): ClusterRecords {
  const id = `${name}-cluster`;
  return {
    cluster: { id, name, namespaceId: id, fqdn: `${name}.pomerium.app`, flavor: 'standard', ...fields },
    settings: { ...settings, id: `${name}-settings`, ...changed },
    health: [],
    replicas: [],
  };
}

/** The snapshot of an organization, with production as its cluster and each enforced policy on the routes below it. */
export function build(organization: Organization = {}): Snapshot {
  const clusters = organization.clusters ?? [cluster('production', {}, organization.settings)];
  const enforced = (organization.policies ?? []).filter((policy) => policy.enforced === true).map(withId(ROOT));
  const enforcedOn = (route: Row) =>
    enforced.filter(({ namespaceId }) => [ROOT, route.namespaceId].includes(namespaceId)).map(({ id }) => id);
  return assemble({
    now: NOW,
    organization: { id: 'organization', name: 'Example Corp', ...organization.organization },
    namespaces: organization.namespaces ?? [
      { id: ROOT, name: 'root', type: 'root' },
      ...clusters.map(({ cluster }) => {
        const { id, name } = cluster as Row;
        return { id, name, type: 'cluster', parentId: ROOT };
      }),
    ],
    clusters,
    routes: (organization.routes ?? [])
      .map(withId(PRODUCTION))
      .map((route) => ({ enforcedPolicyIds: enforcedOn(route), ...route })),
    policies: (organization.policies ?? []).map(withId(ROOT)),
    keyPairs: (organization.keyPairs ?? []).map(withId(ROOT)),
    customDomains: (organization.customDomains ?? []).map((row) => ({
      id: row.domainName,
      clusterId: PRODUCTION,
      ...row,
    })),
    serviceAccounts: (organization.serviceAccounts ?? []).map((row) => ({
      id: row.description,
      clusterId: PRODUCTION,
      ...row,
    })),
    users: (organization.users ?? []).map((row) => ({ id: row.email, ...row })),
    invites: (organization.invites ?? []).map((row) => ({ id: row.email, ...row })),
    changesets: organization.changesets ?? [],
    activity: organization.activity ?? [],
    missing: organization.missing,
  });
}

function withId(namespaceId: string) {
  return (row: Row): Row => ({ id: row.name, namespaceId, ...row });
}
