import { only, type Zero } from '../zero.js';
import { type Script, told } from './script.js';

export async function pendingOn(zero: Zero, name: 'production' | 'staging'): Promise<string> {
  const { clusterId } = await zero.cluster(name);
  const [pending] = await zero.items('list_changesets', { clusterId, status: 'pending' });
  if (!pending) throw new Error(`nothing is pending on ${name}`);
  return String(pending.id);
}

export const live: Readonly<Record<string, Script>> = {
  release: async (zero) =>
    told(await zero.change('apply_changeset', { changesetId: await pendingOn(zero, 'production') }), 'It is live.'),

  async 'mail-catcher-moved'(zero) {
    const routeId = await zero.idOf('route', 'Mail catcher');
    return told(await zero.change('update_route', { routeId, to: ['http://mailpit-2:8025'] }), 'It leads there now.');
  },

  async 'debugging-done'(zero) {
    const routeId = await zero.idOf('route', 'Proxy admin (temporary)');
    return told(await zero.change('delete_route', { routeId }), 'The route is gone.');
  },

  async 'invite-nora'(zero) {
    const invite = { emails: ['nora.lie@tidewrack.example'], role: 'auditor' };
    return told(await zero.change('create_organization_invite', invite), 'She is invited as an auditor.');
  },

  async 'dario-leaves'(zero) {
    const { id } = only(await zero.items('list_users_in_organization'), 'email', 'dario.conti@bellwether.example');
    return told(await zero.change('remove_user_from_organization', { userId: id }), 'He is out.');
  },

  async 'old-label-printer'(zero) {
    const { clusterId } = await zero.cluster('production');
    const accounts = await zero.items('list_service_accounts', { clusterId });
    const { id } = only(accounts, 'description', 'Old label printer bridge');
    return told(await zero.change('delete_service_account', { clusterId, serviceAccountId: id }), 'It is deleted.');
  },

  async 'staging-cookies'(zero) {
    const { clusterId } = await zero.cluster('staging');
    const change = await zero.change('update_settings', { clusterId, cookieHttpOnly: true });
    return told(change, 'The cookie is HttpOnly again.');
  },
};
