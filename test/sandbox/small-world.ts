import type { World } from '../../src/sandbox/behaviour.js';
import { savedState } from '../../src/sandbox/live.js';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import type { Role } from '../../src/sandbox/store.js';
import { settingsDefaults } from '../../src/sandbox/zero/settings.js';

export const ids = {
  organization: 'bHdKsLwPzQxRvTnMcJfGbYtWkXq',
  root: 'bRtNsPcKsLwPzQxRvTnMcJfGbYt',
  /** Auto-apply is off. */
  manual: 'bMnLcLsTrKsLwPzQxRvTnMcJfGb',
  /** Auto-apply is on. */
  automatic: 'bTmTcLsTrKsLwPzQxRvTnMcJfGb',
  foreignOrganization: 'bFrGnRgKsLwPzQxRvTnMcJfGbYt',
  foreignCluster: 'bFrGnCsTrKsLwPzQxRvTnMcJfGb',
};

const quota = 100;
const quotas = {
  administrators: quota,
  apiUsers: quota,
  certificates: quota,
  clusters: quota,
  customDomains: quota,
  policies: quota,
  replicas: quota,
  routes: quota,
  serviceAccounts: quota,
};

const roles: readonly Role[] = ['owner', 'admin', 'auditor', 'member'];

/** Two organizations: one with a user per role and two empty clusters, and a foreign one. */
export function smallWorld(world: World): void {
  addOrganization(world, ids.organization, ids.root, [ids.manual, ids.automatic], roles);
  addOrganization(world, ids.foreignOrganization, 'bFrGnRtKsLwPzQxRvTnMcJfGbYt', [ids.foreignCluster], ['owner']);
}

/** A sandbox on the small world whose clock stands still until told. */
export function smallSandbox(options: SandboxOptions = {}) {
  return createSandbox({ seed: smallWorld, now: () => Date.parse('2026-03-02T09:00:00Z'), ...options });
}

function addOrganization(
  { state, newRow, newToken, now }: World,
  id: string,
  root: string,
  clusterIds: readonly string[],
  members: readonly Role[],
): void {
  const times = { createdAt: now(), updatedAt: now() };
  const owned = { organizationId: id };
  state.namespaces[root] = { id: root, ...times, ...owned, name: 'Global', type: 'root' };
  for (const role of members) {
    const user = newRow();
    const type = role === 'admin' ? 'user_type_api_access' : 'user_type_interactive';
    state.users[user.id] = { ...user, email: `${role}.${id}@example.com`.toLowerCase(), needsOnboarding: false, type };
    const membership = newRow();
    state.memberships[membership.id] = { ...membership, ...owned, userId: user.id, role, joinedAt: now() };
    const token = newRow();
    state.refreshTokens[token.id] = { ...token, userId: user.id, token: newToken() };
    if (role !== 'owner') continue;
    state.organizations[id] = {
      id,
      ...times,
      name: 'Example Bakery',
      organizationType: 'professional',
      ownerUserId: user.id,
      quotas: { ...quotas },
      readOnly: false,
    };
  }
  for (const [index, clusterId] of clusterIds.entries()) {
    const domain = `sample-cluster-${1000 + index}`;
    state.namespaces[clusterId] = { id: clusterId, ...times, ...owned, parentId: root, name: domain, type: 'cluster' };
    state.clusters[clusterId] = {
      id: clusterId,
      ...times,
      ...owned,
      name: domain,
      namespaceId: clusterId,
      domain,
      fqdn: `${domain}.pomerium.app`,
      hasFailingHealthChecks: false,
      token: newToken(),
    };
    const autoApplyChangesets = clusterId !== ids.manual;
    state.settings[clusterId] = { ...newRow(), ...settingsDefaults, autoApplyChangesets };
    state.live[clusterId] = savedState(state, clusterId);
  }
}
