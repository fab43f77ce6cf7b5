import type { Call } from '../behaviour.js';
import { recordChange } from '../changes.js';
import type { KeyPairRow, UserRow } from '../store.js';
import { type Issued, issueCertificate } from './issue-certificate.js';

const DAY = 86_400_000;

/** The name under which Zero's own work stands in the activity log (FACTS 3.1). It has no account. */
export const SYSTEM_USER = { displayName: 'Automatic System Update' } as UserRow;

/** Who issues what: starter domains have ZeroSSL certificates, custom ones Let's Encrypt's (FACTS 3.3). */
const ISSUERS = {
  starter: { organization: 'ZeroSSL', commonName: 'ZeroSSL ECC Domain Secure Site CA', seed: 'starter issuer' },
  custom: { organization: "Let's Encrypt", commonName: 'E7', seed: 'custom issuer' },
} as const;

/** A server certificate of the service's own making, good for 90 days. The same names and time give the same bytes. */
export function issueSystemCertificate(
  kind: keyof typeof ISSUERS,
  dnsNames: readonly string[],
  issuedAt: number,
): Issued {
  return issueCertificate({
    commonName: dnsNames[0] ?? '',
    dnsNames,
    notBefore: new Date(issuedAt),
    notAfter: new Date(issuedAt + 90 * DAY),
    issuer: ISSUERS[kind],
    usages: ['serverAuth'],
    seed: `${kind} leaf`,
  });
}

/** Gives a cluster a key pair of the service's own making, as the service's own work. */
export function addSystemKeyPair(
  call: Call,
  clusterId: string,
  kind: keyof typeof ISSUERS,
  dnsNames: readonly string[],
): KeyPairRow {
  const { world } = call;
  const row: KeyPairRow = {
    ...world.newRow(),
    ...issueSystemCertificate(kind, dnsNames, world.clock()),
    namespaceId: clusterId,
    name: dnsNames[0] ?? '',
    origin: 'system',
    status: 'ready',
  };
  world.state.keyPairs[row.id] = row;
  const { operation, params, query, body, organization, role } = call;
  recordChange(
    { world, operation, params, query, body, organization, role, caller: SYSTEM_USER },
    { activity: 'create', type: 'key_pair', row, namespaceId: clusterId, atOnce: true },
  );
  return row;
}
