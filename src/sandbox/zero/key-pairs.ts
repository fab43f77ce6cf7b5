import type { z } from 'zod';
import { JSONPatch } from '../../tools/zero/entities/json-patch.js';
import { KeyPairWithCertificateInfo, KeyPairWithKeyProperties } from '../../tools/zero/entities/key-pair.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal } from '../behaviour.js';
import { recordChange } from '../changes.js';
import { applyPatch } from '../json-patch.js';
import { type Fields, listRows } from '../listing.js';
import { requireQuota } from '../quotas.js';
import { find, namespaceOf } from '../records.js';
import type { KeyPairRow } from '../store.js';
import { valid } from '../validation.js';
import { CertificateError, keyFits, parseCertificate } from './certificates.js';
import { namespacesOfList } from './named.js';

type Properties = z.infer<typeof KeyPairWithKeyProperties>;
type Answer = z.infer<typeof KeyPairWithCertificateInfo>;

function fieldsOf(call: Call): Fields<Answer> {
  const leaf = (keyPair: Answer) => keyPair.certificateInfo?.[0];
  return {
    cluster: (keyPair) => call.world.state.clusters[keyPair.namespaceId]?.name,
    id: (keyPair) => keyPair.id,
    isCertificateAuthority: (keyPair) => leaf(keyPair)?.keyUsage.certSign ?? false,
    isClientCertificate: (keyPair) => leaf(keyPair)?.extKeyUsage.clientAuth ?? false,
    issuer: (keyPair) => leaf(keyPair)?.issuer.commonName,
    name: (keyPair) => keyPair.name,
    notAfter: (keyPair) => leaf(keyPair)?.notAfter,
    status: (keyPair) => keyPair.status,
    subject: (keyPair) => leaf(keyPair)?.subject.commonName,
    updatedAt: (keyPair) => keyPair.updatedAt,
  };
}

export const keyPairs: Behaviours = {
  list_key_pairs(call) {
    const namespaces = namespacesOfList(call);
    const rows = Object.values(call.world.state.keyPairs).filter((row) => namespaces.includes(row.namespaceId));
    return listRows(call, rows.map(keyPairAnswer), fieldsOf(call));
  },

  create_key_pair(call) {
    const wanted = checked(call, KeyPairWithKeyProperties.parse(call.body));
    if (wanted.certificate === undefined) throw new Refusal(400, 'certificate: required');
    requireQuota(call, 'certificates');
    const row: KeyPairRow = { ...call.world.newRow(), ...wanted, origin: 'user', status: 'ready' };
    call.world.state.keyPairs[row.id] = row;
    recordChange(call, { activity: 'create', type: 'key_pair', row, namespaceId: row.namespaceId });
    return keyPairAnswer(row);
  },

  get_key_pair: (call) => keyPairAnswer(keyPairOf(call)),

  /** A certificate or key that is left out is kept (FACTS 3.4). */
  update_key_pair(call) {
    const row = keyPairOf(call);
    const { certificate, key } = row;
    return save(call, row, { certificate, key, ...KeyPairWithKeyProperties.parse(call.body) });
  },

  patch_key_pair(call) {
    const row = keyPairOf(call);
    const patched = applyPatch(only(KeyPairWithKeyProperties, row), JSONPatch.parse(call.body));
    return save(call, row, valid(KeyPairWithKeyProperties, patched));
  },

  delete_key_pair(call) {
    const row = keyPairOf(call);
    requireUploaded(row);
    const user = userOf(call, row.id);
    if (user) throw new Refusal(409, `key pair is used by ${user}`);
    delete call.world.state.keyPairs[row.id];
    recordChange(call, { activity: 'delete', type: 'key_pair', row, namespaceId: row.namespaceId });
  },
};

function keyPairOf(call: Call): KeyPairRow {
  return find(call, 'keyPairs', call.params.keyPairId);
}

function requireUploaded({ origin }: KeyPairRow): void {
  if (origin === 'system') throw new Refusal(409, 'key pair is managed by the service');
}

function save(call: Call, old: KeyPairRow, properties: Properties): Answer {
  requireUploaded(old);
  const wanted = checked(call, properties);
  const { id, createdAt, origin, status } = old;
  const row: KeyPairRow = { id, createdAt, updatedAt: call.world.now(), ...wanted, origin, status };
  call.world.state.keyPairs[id] = row;
  recordChange(call, {
    activity: 'update',
    type: 'key_pair',
    row,
    namespaceId: row.namespaceId,
    movedFrom: old.namespaceId,
  });
  return keyPairAnswer(row);
}

/** What a key pair may be saved as, or the service's refusal. */
function checked(call: Call, wanted: Properties): Properties {
  const namespaceId = namespaceOf(call, wanted.namespaceId).id;
  try {
    if (wanted.certificate !== undefined) parseCertificate(wanted.certificate);
    if (wanted.key !== undefined && !keyFits(wanted.certificate ?? '', wanted.key))
      throw new Refusal(400, 'key does not fit the certificate');
  } catch (error) {
    throw error instanceof CertificateError ? new Refusal(400, error.message) : error;
  }
  return { ...wanted, namespaceId };
}

/** The first record that names a key pair in one of its fields. */
function userOf({ world: { state } }: Call, id: string): string | undefined {
  const names = (row: object) => Object.entries(row).some(([field, value]) => /KeyPairId$/.test(field) && value === id);
  const route = Object.values(state.routes).find(names);
  if (route) return `route ${JSON.stringify(route.name)}`;
  const clusterId = Object.keys(state.settings).find((key) => names(state.settings[key] ?? {}));
  return clusterId && `the settings of cluster ${JSON.stringify(state.clusters[clusterId]?.name ?? clusterId)}`;
}

/** What the API answers of a key pair: never its key. */
export function keyPairAnswer(row: KeyPairRow): Answer {
  return only(KeyPairWithCertificateInfo, {
    ...row,
    ...(row.certificate !== undefined && { certificateInfo: parseCertificate(row.certificate) }),
    hasKey: row.key !== undefined,
  });
}

/** Whether a key pair's certificate is for a host: by one of its DNS names, wildcards taken for one label. */
export function certificateFits({ certificate }: KeyPairRow, host: string): boolean {
  const names = certificate === undefined ? [] : (parseCertificate(certificate)[0]?.dnsNames ?? []);
  return names.some((name) => name === host || (name.startsWith('*.') && host.replace(/^[^.]+/, '*') === name));
}
