import { type Fields, names, type Zero } from '../zero.js';
import { type Script, told } from './script.js';

const DAY = 86_400_000;

/** Midnight after the coming Friday, or today's when it is one. */
function endOfFriday(): string {
  const days = (5 - new Date().getUTCDay() + 7) % 7;
  return new Date((Math.floor(Date.now() / DAY) + days + 1) * DAY).toISOString();
}

async function routeOn(zero: Zero, name: string): Promise<Fields & { readonly policyIds: readonly string[] }> {
  const route = await zero.read('get_route', { routeId: await zero.idOf('route', name) });
  return { ...route, policyIds: route.policyIds as readonly string[] };
}

/** Changes fields of a route. */
const editing =
  (name: string, fields: Fields): Script =>
  async (zero) =>
    told(
      await zero.change('update_route', { routeId: await zero.idOf('route', name), ...fields }),
      'It waits to be applied.',
    );

/** Rewrites whom a policy lets in. */
const rewriting =
  (name: string, who: Fields): Script =>
  async (zero) => {
    const { ppl } = await zero.read('draft_policy', { who });
    const policyId = await zero.idOf('policy', name);
    return told(
      await zero.change('update_policy', { policyId, ppl }),
      'The policy is mended, and waits to be applied.',
    );
  };

export const drafts: Readonly<Record<string, Script>> = {
  async 'anna-until-friday'(zero) {
    const { namespaceId } = await zero.cluster('production');
    const { ppl } = await zero.read('draft_policy', { who: { emails: ['anna@example.com'] }, until: endOfFriday() });
    const policy = await zero.change('create_policy', {
      namespaceId,
      name: 'Anna until Friday',
      enforced: false,
      ppl,
      description: 'For Grafana.',
      explanation: 'Access has ended.',
      remediation: 'Ask the platform team.',
    });
    if ('refused' in policy) return told(policy, '');
    const { id, policyIds } = await routeOn(zero, 'Grafana');
    const route = await zero.change('update_route', { routeId: id, policyIds: [...policyIds, policy.done.id] });
    return told(route, 'She gets in until Friday as soon as production is applied.');
  },

  async 'publish-tides'(zero) {
    const { namespaceId } = await zero.cluster('production');
    const route = await zero.change('create_route', {
      namespaceId,
      name: 'Tide tables',
      from: 'https://tides.apps.tidewrack.example',
      to: ['http://tides:8080'],
      policyIds: [await zero.idOf('policy', 'Company staff')],
    });
    return told(route, 'The route is saved and waits to be applied.');
  },

  'longer-timeout': editing('Grafana', { timeout: '300s' }),
  'websockets-for-the-wiki': editing('Wiki', { allowWebsockets: true }),

  async 'contractors-out'(zero) {
    const { clusterId } = await zero.cluster('production');
    const policyId = await zero.idOf('policy', 'Contractors, office hours');
    const routes = await zero.items('list_access', {
      clusterId,
      emails: ['somebody@bellwether.example'],
      at: nextOfficeHour(),
      only: 'reachable',
    });
    const held: Fields[] = [];
    for (const { id } of routes) {
      const route = await zero.read('get_route', { routeId: id });
      const policyIds = route.policyIds as readonly string[];
      if (!policyIds.includes(policyId)) continue;
      const rest = policyIds.filter((other) => other !== policyId);
      const change = await zero.change('update_route', { routeId: id, policyIds: rest });
      if ('refused' in change) return told(change, '');
      held.push(route);
    }
    return told(await zero.change('delete_policy', { policyId }), `They are out of ${names(held)} once it is applied.`);
  },

  'payroll-for-three': rewriting('Payroll', {
    emails: ['ingrid.solvang@tidewrack.example', 'yuki.tanabe@tidewrack.example', 'tidewrack.bookkeeping@gmail.com'],
  }),
  'close-the-portal': rewriting('Partner portal', { domains: ['saltmarsh.example'] }),
};

/** Ten in the morning of the coming Monday, in Oslo. */
function nextOfficeHour(): string {
  const days = (8 - new Date().getUTCDay()) % 7 || 7;
  return new Date((Math.floor(Date.now() / DAY) + days) * DAY + 9 * 3_600_000).toISOString();
}
