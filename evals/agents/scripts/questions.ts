import { type Fields, names, type Zero } from '../zero.js';
import type { Script } from './script.js';

/** Names of the records that an audit check found, as it words them. */
async function found(zero: Zero, ...ids: readonly string[]): Promise<readonly string[]> {
  const groups = await zero.items('audit', { ids, format: 'full' });
  return groups.flatMap(({ records }) => (records as readonly unknown[]).map((record) => JSON.stringify(record)));
}

async function edits(zero: Zero, args: Fields): Promise<readonly (Fields & { readonly edits: readonly Fields[] })[]> {
  return (await zero.items('recent_changes', args)) as readonly (Fields & { readonly edits: readonly Fields[] })[];
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

export const questions: Readonly<Record<string, Script>> = {
  'public-routes': async (zero) =>
    `Open to everybody: ${names(await zero.items('list_access', { only: 'public', state: 'live' }))}.`,

  async 'any-account'(zero) {
    const { clusterId } = await zero.cluster('staging');
    const rows = await zero.items('list_access', { clusterId });
    return `Any account will do for ${names(rows.filter(({ access }) => String(Object(access).anySignedIn).includes('allow')))}.`;
  },

  async 'failed-deploy'(zero) {
    const { clusterId } = await zero.cluster('staging');
    const [last] = await zero.items('list_changesets', { clusterId, status: 'failed' });
    return `It failed because of this: ${last?.failureMessage}`;
  },

  async 'payroll-access'(zero) {
    const email = 'helen.okafor@tidewrack.example';
    const { items } = await zero.read('check_access', {
      url: 'https://payroll.apps.tidewrack.example',
      email,
      ip: '203.0.113.9',
    });
    const [{ saved }] = items as readonly [{ readonly saved: Fields }];
    const [rule] = saved.rules as readonly Fields[];
    return `${saved.decision === 'allow' ? 'Yes, she gets in' : 'She is refused'}: ${String(rule?.says)}`;
  },

  async 'who-sees-prometheus'(zero) {
    const { policies } = await zero.read('describe_route', { route: 'Prometheus' });
    return JSON.stringify(policies);
  },

  'expiring-certificates': async (zero) => (await found(zero, 'KEY-01', 'KEY-02', 'DOM-02')).join('\n'),

  'endless-tokens': async (zero) => (await found(zero, 'SVC-01')).join('\n'),

  async 'what-waits'(zero) {
    const { clusterId } = await zero.cluster('production');
    const waiting = (await edits(zero, { clusterId })).filter(({ edits: [last] }) => last?.state === 'waiting');
    return waiting.map(({ name, type, edits: [last] }) => `${type} ${name}, by ${last?.by}`).join('\n');
  },

  async 'who-opened-the-portal'(zero) {
    const { clusterId } = await zero.cluster('production');
    const changes = await edits(zero, { clusterId, since: daysAgo(100), limit: 200 });
    const policy = changes.find(({ type, name }) => type === 'policy' && name === 'Partner portal');
    const edit = policy?.edits.find(({ action }) => action === 'update');
    return `${edit?.by} changed it, at ${edit?.at}.`;
  },

  async administrators(zero) {
    const users = await zero.items('list_users_in_organization');
    const able = users.filter(({ organizationRole }) => ['admin', 'owner'].includes(String(organizationRole)));
    return able.map(({ displayName, email }) => `${displayName ?? ''} ${email ?? ''}`).join('\n');
  },

  async 'broken-domain'(zero) {
    return (await found(zero, 'DOM-01')).join('\n');
  },

  async 'sick-replica'(zero) {
    const { clusterId } = await zero.cluster('staging');
    const health = await zero.items('get_cluster_health', { clusterId });
    const sick = health.filter(({ status }) => status !== 'success' && status !== 'ok');
    return sick.map(({ hostname, description }) => `${hostname}: ${description}`).join('\n');
  },

  async 'room-for-domains'(zero) {
    const { counts, limits } = await zero.read('get_quotas');
    return `${Object(limits).customDomains - Object(counts).customDomains} more.`;
  },
};
