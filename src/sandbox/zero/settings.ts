import type { z } from 'zod';
import { JSONPatch } from '../../tools/zero/entities/json-patch.js';
import { Settings, SettingsProperties } from '../../tools/zero/entities/settings.js';
import { answerOf, only } from '../answer.js';
import { type Behaviours, type Call, Refusal } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { applyPatch } from '../json-patch.js';
import { clusterOf, find, withAncestors } from '../records.js';
import type { SettingsRow } from '../store.js';
import { valid } from '../validation.js';

type Properties = z.infer<typeof SettingsProperties>;

/** What Zero puts where settings say nothing (FACTS 3.4), and something neutral where a required field has no stated default. */
export const settingsDefaults = {
  address: ':443',
  autoApplyChangesets: true,
  codecType: 'auto',
  cookieExpire: '14h',
  cookieHttpOnly: true,
  cookieName: '_pomerium',
  defaultUpstreamTimeout: '30s',
  dnsLookupFamily: 'V4_PREFERRED',
  logLevel: 'info',
  mcpAllowedClientIdDomains: ['vscode.dev'],
  passIdentityHeaders: false,
  skipXffAppend: false,
  timeoutIdle: '5m',
  timeoutRead: '30s',
  timeoutWrite: '0s',
} satisfies Properties;

export const settings: Behaviours = {
  get_settings: (call) => answerOf(call, Settings, settingsOf(call)),

  /** The body defines everything: what it leaves out is lost or falls to its default, secrets included (FACTS 3.4). */
  update_settings: (call) => save(call, call.body),

  patch_settings(call) {
    return save(call, applyPatch(only(SettingsProperties, settingsOf(call)), JSONPatch.parse(call.body)));
  },
};

function settingsOf(call: Call): SettingsRow {
  const row = call.world.state.settings[clusterOf(call).id];
  if (!row) throw new Refusal(500, 'cluster has no settings');
  return row;
}

function save(call: Call, wanted: unknown) {
  const { id, createdAt } = settingsOf(call);
  const clusterId = clusterOf(call).id;
  const row: SettingsRow = { id, createdAt, updatedAt: call.world.now(), ...checked(call, clusterId, wanted) };
  call.world.state.settings[clusterId] = row;
  recordChange(call, { activity: 'update', type: 'settings', row, namespaceId: clusterId });
  return answerOf(call, Settings, row);
}

/** What settings may be saved as, or the service's refusal. */
function checked(call: Call, clusterId: string, wanted: unknown): Properties {
  const complete = typeof wanted === 'object' && !Array.isArray(wanted) ? { ...settingsDefaults, ...wanted } : wanted;
  const result = valid(SettingsProperties, complete);
  const reach = withAncestors(call.world.state, clusterId);
  for (const field of ['certificateAuthorityKeyPairId', 'downstreamMtlsCaKeyPairId'] as const) {
    const id = result[field];
    if (id !== undefined && !reach.includes(find(call, 'keyPairs', id).namespaceId))
      throw new Refusal(400, `${field} ${id} is not in the cluster's namespace or above it`);
  }
  const reserved = ['client_id', 'response_type', 'redirect_uri', 'scope', 'state', 'nonce'];
  const forbidden = reserved.find((name) => Object.hasOwn(result.identityProviderRequestParams ?? {}, name));
  if (forbidden) throw new Refusal(400, `identityProviderRequestParams must not contain ${forbidden}`);
  return result;
}
