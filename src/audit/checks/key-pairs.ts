import type { z } from 'zod';
import type { CertificateInfo, CertificateName } from '../../tools/zero/entities/key-pair.js';
import type { Check, Subject } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import { daysBetween } from './days.js';
import { type KeyPairUse, keyPairUses } from './key-pair-use.js';
import { checkOf, isMissing } from './record-check.js';
import { BASELINE, CIS_CONFIG, docs, NIST_KEYS } from './sources.js';
import { weaknessesOf } from './weak-certificate.js';

type KeyPair = Snapshot['keyPairs'][number];
/** What is nested may lack fields. */
type Certificate = Partial<z.output<typeof CertificateInfo>>;

const ROUTE_TLS = docs('reference/routes/tls');
const CLIENT_CA = docs('reference/downstream-mtls-settings');
const MOST_DAYS = 398;

const keyPairCheck = checkOf('keyPair', 'keyPairs', ({ keyPairs }) => keyPairs, keyPairSubject);

export const keyPairChecks: readonly Check[] = [
  keyPairCheck({
    id: 'KEY-01',
    severity: 'critical',
    title: 'Certificate expired',
    why: 'Connections that rely on it fail, or teach people to click warnings away.',
    remedy: 'Upload a valid certificate in its place.',
    sources: [NIST_KEYS, BASELINE],
    needs: ['keyPairs', 'routes', 'settings', 'customDomains'],
    find: (keyPair, snapshot) => {
      const uses = usesOf(keyPair, snapshot);
      const { notAfter } = leafOf(keyPair);
      return daysBetween(notAfter, snapshot.now) > 0 && uses.length > 0
        ? { evidence: { notAfter, usedBy: shownUses(uses) } }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-02',
    severity: 'high',
    title: 'Certificate expires soon',
    why: 'Nobody renews what was uploaded but the one who uploaded it.',
    remedy: 'Have it renewed and upload the new one in its place.',
    sources: [NIST_KEYS],
    find: (keyPair, { now }) => {
      const { notAfter } = leafOf(keyPair);
      const left = daysBetween(now, notAfter);
      if (keyPair.origin !== 'user' || !(left >= 0 && left < 30)) return undefined;
      return {
        evidence: { notAfter, daysLeft: Math.floor(left) },
        ...(left < 7 && { severity: 'critical' as const }),
      };
    },
  }),
  keyPairCheck({
    id: 'KEY-03',
    severity: 'medium',
    title: 'Life time too long',
    why: 'Browsers refuse it, and a stolen key stays good for years.',
    remedy: 'Use certificates of 398 days at most.',
    sources: [BASELINE],
    find: (keyPair) => {
      const { notBefore, notAfter, extKeyUsage } = leafOf(keyPair);
      const days = daysBetween(notBefore, notAfter);
      return days > MOST_DAYS && extKeyUsage?.serverAuth === true && !isRoot(leafOf(keyPair))
        ? { evidence: { notBefore, notAfter, days: Math.round(days) } }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-04',
    severity: 'high',
    title: 'Used for TLS but has no private key',
    why: 'Whoever has no key cannot show the certificate.',
    remedy: 'Upload the private key, or name another key pair.',
    sources: [ROUTE_TLS],
    needs: ['keyPairs', 'routes', 'customDomains'],
    find: (keyPair, snapshot) => {
      const shown = usesOf(keyPair, snapshot).filter((use) => use.as === 'certificate');
      return keyPair.hasKey === false && shown.length > 0
        ? { evidence: { hasKey: false, usedBy: shownUses(shown) } }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-05',
    severity: 'high',
    title: 'CA private key stored in the proxy',
    why: "Whoever gets the proxy's configuration can make certificates that the authority's name is on; the proxy needs none but its certificate.",
    remedy: 'Upload the certificate alone as a new key pair, use it in the place of this one, and delete this one.',
    sources: [NIST_KEYS, CLIENT_CA],
    find: (keyPair) =>
      leafOf(keyPair).keyUsage?.certSign === true && keyPair.hasKey === true
        ? { evidence: { certSign: true, hasKey: true } }
        : undefined,
  }),
  keyPairCheck({
    id: 'KEY-06',
    severity: 'low',
    title: 'Wildcard certificate',
    why: 'One key for all names: whoever gets it can play any of them.',
    remedy: 'Use a certificate for the names that are needed, or a custom domain, which gets its own.',
    sources: [NIST_KEYS],
    find: (keyPair) => {
      const wildcards = (leafOf(keyPair).dnsNames ?? []).filter((name) => name.startsWith('*.'));
      // Starter domains have no other certificates.
      return wildcards.length > 0 && keyPair.origin !== 'system' ? { evidence: { dnsNames: wildcards } } : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-07',
    severity: 'medium',
    title: 'Never became ready',
    why: 'The certificate could not be issued.',
    remedy: "Look at its custom domain's lastError and DNS records, then call retry_custom_domain.",
    sources: [docs('capabilities/custom-domains')],
    find: ({ status, createdAt }, { now }) =>
      status === 'pending' && daysBetween(createdAt, now) * 24 > 1 ? { evidence: { status, createdAt } } : undefined,
  }),
  keyPairCheck({
    id: 'KEY-08',
    severity: 'low',
    title: 'Unused key pair',
    why: 'A key that serves nothing can still be stolen.',
    remedy: 'Delete it.',
    sources: [CIS_CONFIG],
    needs: ['keyPairs', 'routes', 'settings', 'customDomains'],
    find: (keyPair, snapshot) => {
      const isKnown = !isMissing(snapshot, 'settings') && !isMissing(snapshot, 'customDomains');
      return isKnown && keyPair.origin === 'user' && usesOf(keyPair, snapshot).length === 0
        ? {
            evidence: { origin: 'user', usedBy: [] },
            fix: { tool: 'delete_key_pair', arguments: { keyPairId: keyPair.id } },
          }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-09',
    severity: 'medium',
    title: 'No subject alternative name',
    why: "Today's clients don't look at the common name: no host fits the certificate.",
    remedy: 'Have it issued with the hosts as subject alternative names.',
    sources: [BASELINE],
    find: (keyPair) => {
      const { dnsNames = [], ipAddresses = [], extKeyUsage, subject } = leafOf(keyPair);
      return dnsNames.length === 0 && ipAddresses.length === 0 && extKeyUsage?.serverAuth === true
        ? { evidence: { dnsNames, ipAddresses, commonName: subject?.commonName ?? '' } }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-10',
    severity: 'medium',
    title: 'CA reference is not a CA',
    why: 'What is trusted as an authority cannot sign: verification fails, or trust is not what was meant.',
    remedy: 'Upload the certificate of the authority and name that.',
    sources: [ROUTE_TLS, CLIENT_CA],
    needs: ['keyPairs', 'routes', 'settings'],
    find: (keyPair, snapshot) => {
      const trusting = usesOf(keyPair, snapshot).filter((use) => use.as === 'authority');
      const certificates: readonly Certificate[] = keyPair.certificateInfo ?? [];
      const cannotSign = certificates.every(({ keyUsage }) => keyUsage !== undefined && keyUsage.certSign !== true);
      return trusting.length > 0 && certificates.length > 0 && cannotSign
        ? { evidence: { certSign: false, usedBy: shownUses(trusting) } }
        : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-11',
    severity: 'medium',
    title: 'Unlimited extended key usage',
    why: 'A certificate for one purpose passes for every other, as a server for a client.',
    remedy: 'Have it issued for its purpose only.',
    sources: [BASELINE],
    find: (keyPair) => (leafOf(keyPair).extKeyUsage?.any === true ? { evidence: { extKeyUsage: 'any' } } : undefined),
  }),
  keyPairCheck({
    id: 'KEY-12',
    severity: 'medium',
    title: 'Weak key or signature',
    why: 'It can be forged with means that are for sale.',
    remedy: 'Have it issued anew: RSA of 2048 bits or a curve of 256 at least, signed with SHA-256.',
    sources: [NIST_KEYS, BASELINE],
    find: ({ certificate }) => {
      const weaknesses = certificate ? weaknessesOf(certificate) : [];
      return weaknesses.length > 0 ? { evidence: { certificate: weaknesses } } : undefined;
    },
  }),
  keyPairCheck({
    id: 'KEY-13',
    severity: 'medium',
    title: 'CA without name limits trusted for clients',
    why: 'Whoever can get a certificate from this authority, which is anybody, counts as having a valid one.',
    remedy: 'Use an authority of your own for client certificates.',
    sources: [CLIENT_CA],
    needs: ['keyPairs', 'settings'],
    find: (keyPair, snapshot) => {
      const trusting = usesOf(keyPair, snapshot).filter(({ field }) => field === 'downstreamMtlsCaKeyPairId');
      const { issuer, permittedDnsDomains = [], permittedEmailAddresses = [] } = leafOf(keyPair);
      const isLimited = permittedDnsDomains.length + permittedEmailAddresses.length > 0;
      return trusting.length > 0 && isPublic(issuer) && !isLimited
        ? { evidence: { issuer: namesIn(issuer), usedBy: shownUses(trusting) } }
        : undefined;
    },
  }),
];

function keyPairSubject({ id, name }: KeyPair): Subject {
  return { type: 'keyPair', id, name: name || id };
}

/** The first certificate: the key pair's own. */
function leafOf({ certificateInfo }: KeyPair): Certificate {
  return certificateInfo?.[0] ?? {};
}

function usesOf({ id }: KeyPair, snapshot: Snapshot): readonly KeyPairUse[] {
  return keyPairUses(snapshot).get(id) ?? [];
}

function shownUses(uses: readonly KeyPairUse[]): readonly string[] {
  return uses.slice(0, 5).map(({ by, field }) => `${by}: ${field}`);
}

function isRoot({ keyUsage, issuer, subject }: Certificate): boolean {
  return keyUsage?.certSign === true && JSON.stringify(issuer) === JSON.stringify(subject);
}

type Name = Partial<z.output<typeof CertificateName>>;

/** Authorities that sell certificates, or give them, to everybody. */
const PUBLIC =
  /let's encrypt|internet security research group|digicert|geotrust|thawte|verisign|symantec|sectigo|comodo|usertrust|zerossl|globalsign|entrust|godaddy|go daddy|starfield|google trust services|amazon|microsoft corporation|identrust|ssl\.com|ssl corp|buypass|quovadis|certum|asseco|actalis|swisssign|harica|hellenic academic|cloudflare/i;

function isPublic(issuer: Name | undefined): boolean {
  return namesIn(issuer).some((name) => PUBLIC.test(name));
}

function namesIn({ organization = [], commonName = '' }: Name = {}): readonly string[] {
  return [...organization, commonName].filter((name) => name !== '');
}
