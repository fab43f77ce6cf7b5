import { recordChange } from '../changes.js';
import type { CustomDomainRow, SettingsRow } from '../store.js';
import { addDomain, issue } from './custom-domains.js';
import { issueCertificate } from './issue-certificate.js';
import { create, DAY, type Scene, update } from './seed-scene.js';
import { addServiceAccount } from './service-accounts.js';
import { issueSystemCertificate } from './system-key-pairs.js';

type Place = 'production' | 'staging';

interface Upload {
  readonly name: string;
  /** Days from the sandbox's start to the first and to the last of the certificate; the past is negative. */
  readonly from: number;
  readonly to: number;
  readonly kind: 'ca' | 'serverAuth' | 'clientAuth';
  readonly dnsNames?: readonly string[];
  readonly withKey?: boolean;
}

export function uploadCertificate(scene: Scene, { name, from, to, kind, dnsNames, withKey = true }: Upload): void {
  const start = scene.today.clock();
  const { certificate, key } = issueCertificate({
    commonName: dnsNames?.[0] ?? name,
    organization: 'Tidewrack Freight',
    notBefore: new Date(start + from * DAY),
    notAfter: new Date(start + to * DAY),
    ca: kind === 'ca',
    usages: kind === 'ca' ? [] : [kind],
    dnsNames,
    seed: name,
  });
  const namespaceId = scene.production.id;
  create(scene, 'key_pair', {
    namespaceId,
    name,
    certificate,
    ...(withKey && { key }),
    origin: 'user',
    status: 'ready',
  });
}

/** Adds a custom domain to the production cluster and gets its certificate, which is good for 90 days from that moment. */
export function addCertifiedDomain({ call, production }: Scene, domainName: string): void {
  issue(call, addDomain(call, production.id, domainName));
}

/** Renews a custom domain's certificate, as the service does a month before the old one ends. */
export function renewDomain(scene: Scene, domainName: string): void {
  const { call } = scene;
  const row = Object.values(call.world.state.customDomains).find((domain) => domain.domainName === domainName);
  if (!row) throw new Error(`the seed has no custom domain ${domainName}`);
  const time = call.world.clock();
  update(scene, 'key_pair', domainName, issueSystemCertificate('custom', [domainName], time));
  const renewed: CustomDomainRow = {
    ...row,
    updatedAt: call.world.now(),
    expiresAt: new Date(time + 90 * DAY).toISOString(),
  };
  call.world.state.customDomains[row.id] = renewed;
  recordChange(call, {
    activity: 'update',
    type: 'custom_domain',
    row: renewed,
    namespaceId: row.clusterId,
    atOnce: true,
  });
}

/** Renews the certificate of a starter domain. */
export function renewStarter(scene: Scene, place: Place): void {
  const { fqdn } = scene[place];
  const dnsNames = [`*.${fqdn}`, fqdn];
  update(scene, 'key_pair', `*.${fqdn}`, issueSystemCertificate('starter', dnsNames, scene.call.world.clock()));
}

interface Account {
  readonly description: string;
  readonly userId: string;
  /** Days from the sandbox's start. */
  readonly expires: number;
}

export function addExpiringAccount(scene: Scene, place: Place, { description, userId, expires }: Account): void {
  const expiresAt = new Date(scene.today.clock() + expires * DAY).toISOString();
  addServiceAccount(scene.call, scene[place].id, { description, userId, expiresAt });
}

export function updateSettings({ call, ...places }: Scene, place: Place, change: Partial<SettingsRow>): void {
  const { settings } = call.world.state;
  const { id } = places[place];
  const old = settings[id];
  if (!old) throw new Error(`the seed has no settings of ${place}`);
  const row = { ...old, ...change, updatedAt: call.world.now() };
  settings[id] = row;
  recordChange(call, { activity: 'update', type: 'settings', row, namespaceId: id });
}
