import type { Fields, Zero } from '../zero.js';
import { type Script, told } from './script.js';

/** The log of one record, newest first. */
async function logOf(zero: Zero, entityId: unknown): Promise<readonly Fields[]> {
  return zero.items('list_activity_logs', { entityId, orderBy: ['-updatedAt'], detail: 'full' });
}

/** What a record held by an entry of its log. */
function dataOf(entry: Fields | undefined): Fields {
  return Object(Object(entry?.entity).data);
}

export const undo: Readonly<Record<string, Script>> = {
  async 'undo-this-morning'(zero) {
    const { clusterId } = await zero.cluster('production');
    const since = new Date(Date.now() - 6 * 3_600_000).toISOString();
    const undone: string[] = [];
    for (const { id, type, name } of await zero.items('recent_changes', { clusterId, since })) {
      if (type !== 'route') continue;
      const { live } = await zero.read('describe_route', { route: id });
      const fields = Object.entries(Object(Object(live).fields)).map(([field, both]) => [field, Object(both).live]);
      const clear = fields.flatMap(([field, value]) => (value === 'not set' ? [field] : []));
      const change = await zero.change('update_route', {
        routeId: id,
        ...Object.fromEntries(fields.filter(([, value]) => value !== 'not set')),
        ...(clear.length > 0 && { clear }),
      });
      if ('refused' in change) return told(change, '');
      undone.push(String(name));
    }
    return `As before again: ${undone.join(', ')}.`;
  },

  async 'bring-back-the-wiki'(zero) {
    const { clusterId, namespaceId } = await zero.cluster('production');
    const changes = await zero.items('recent_changes', { clusterId });
    const gone = changes.find(({ type, edits }) => type === 'route' && Object(edits)[0]?.action === 'delete');
    const entries = await logOf(zero, gone?.id);
    const { id, createdAt, updatedAt, policies, enforcedPolicyIds, enforcedPolicies, ...fields } = dataOf(
      entries.find((entry) => entry.activityType !== 'delete' && Object.keys(dataOf(entry)).length > 0),
    );
    return told(
      await zero.change('create_route', { ...fields, namespaceId }),
      'The route is back, and waits like before.',
    );
  },

  async 'undo-a-deploy'(zero) {
    const { clusterId } = await zero.cluster('staging');
    const changesets = await zero.items('list_changesets', { clusterId, orderBy: ['-createdAt'] });
    const last = changesets.find(({ status }) => status === 'applied');
    return told(await zero.change('rollback', { changesetId: last?.id }), 'Staging is as it was before it.');
  },
};
