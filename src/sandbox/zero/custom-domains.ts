import { CustomDomain, CustomDomainProperties } from '../../tools/zero/entities/custom-domain.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal, type World } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { requireQuota } from '../quotas.js';
import { find } from '../records.js';
import type { CustomDomainRow } from '../store.js';
import { parseCertificate } from './certificates.js';
import { addSystemKeyPair } from './system-key-pairs.js';

/** How long a certificate takes to be issued, in milliseconds. */
const ISSUANCE = 60_000;

const DOMAIN = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

export const customDomains: Behaviours = {
  list_custom_domains: (call) => {
    const { id } = find(call, 'clusters', String(call.query.clusterId));
    const rows = Object.values(call.world.state.customDomains).filter(({ clusterId }) => clusterId === id);
    for (const row of rows) if (isDue(call.world, row)) issue(call, row);
    return rows.map((row) => only(CustomDomain, row));
  },

  add_custom_domain: (call) => {
    const { clusterId, domainName } = CustomDomainProperties.parse(call.body);
    find(call, 'clusters', clusterId);
    if (!DOMAIN.test(domainName) || domainName.endsWith('.pomerium.app'))
      throw new Refusal(400, `domainName is not a domain of your own: ${JSON.stringify(domainName)}`);
    const { world } = call;
    if (Object.values(world.state.customDomains).some((row) => row.domainName === domainName))
      throw new Refusal(409, `domain ${JSON.stringify(domainName)} already exists`);
    requireQuota(call, 'customDomains');
    return only(CustomDomain, addDomain(call, clusterId, domainName));
  },

  retry_custom_domain: (call) => {
    issue(call, find(call, 'customDomains', call.params.customDomainId));
  },

  delete_custom_domain: (call) => {
    const row = find(call, 'customDomains', call.params.customDomainId);
    const { state } = call.world;
    const keyPair = state.keyPairs[row.keyPairId ?? ''];
    const { id, clusterId: namespaceId } = row;
    delete state.customDomains[id];
    recordChange(call, { activity: 'delete', type: 'custom_domain', row, namespaceId, atOnce: true });
    if (!keyPair) return;
    delete state.keyPairs[keyPair.id];
    recordChange(call, { activity: 'delete', type: 'key_pair', row: keyPair, namespaceId, atOnce: true });
  },
};

/** A domain whose certificate is still to come. */
export function addDomain(call: Call, clusterId: string, domainName: string): CustomDomainRow {
  const row: CustomDomainRow = { ...call.world.newRow(), clusterId, domainName };
  call.world.state.customDomains[row.id] = row;
  recordChange(call, { activity: 'create', type: 'custom_domain', row, namespaceId: clusterId, atOnce: true });
  return row;
}

function isDue(world: World, { keyPairId, lastError, updatedAt }: CustomDomainRow): boolean {
  return keyPairId === undefined && lastError === undefined && world.clock() - Date.parse(updatedAt) >= ISSUANCE;
}

/**
 * Tries to get a domain's certificate. Names under `.invalid`, which never resolve (RFC 6761), fail as a domain does
 * whose CNAME doesn't point at the starter domain.
 */
export function issue(call: Call, row: CustomDomainRow): void {
  const { world } = call;
  row.updatedAt = world.now();
  if (row.keyPairId !== undefined) return;
  if (row.domainName.endsWith('.invalid')) {
    row.lastError = `no CNAME record for ${row.domainName} points at ${world.state.clusters[row.clusterId]?.fqdn}`;
    return;
  }
  const keyPair = addSystemKeyPair(call, row.clusterId, 'custom', [row.domainName]);
  delete row.lastError;
  row.keyPairId = keyPair.id;
  row.expiresAt = parseCertificate(keyPair.certificate ?? '')[0]?.notAfter;
}
