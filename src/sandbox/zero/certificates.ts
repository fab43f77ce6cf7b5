import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { memo } from '../../memo.js';
import type { CertificateInfo as Schema } from '../../tools/zero/entities/key-pair.js';
import { context, type Der, readDer, readObjectId, readText, readTime, TAG } from './der.js';

export type CertificateInfo = z.infer<typeof Schema>;

/** What is wrong with a certificate or a key, in words for the person who uploaded it. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Fields of a name by attribute type (RFC 4519). */
const NAME_FIELDS = {
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  locality: '2.5.4.7',
  province: '2.5.4.8',
  streetAddress: '2.5.4.9',
  postalCode: '2.5.4.17',
} as const;

const SERIAL_NUMBER = '2.5.4.5';
const COMMON_NAME = '2.5.4.3';

/** Numbers of the bits (RFC 5280, 4.2.1.3). */
const KEY_USAGES = {
  digitalSignature: 0,
  contentCommitment: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  certSign: 5,
  crlSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
} as const;

const EXTENDED_USAGES = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  microsoftServerGatedCrypto: '1.3.6.1.4.1.311.10.3.3',
  netscapeServerGatedCrypto: '2.16.840.1.113730.4.1',
  microsoftCommercialCodeSigning: '1.3.6.1.4.1.311.2.1.22',
  microsoftKernelCodeSigning: '1.3.6.1.4.1.311.61.1.1',
} as const;

/** Reads a chain of PEM certificates, leaf first. Throws CertificateError when it holds none or a broken one. */
export const parseCertificate = memo(
  (chain): CertificateInfo[] => certificates(chain).map((certificate) => describe(certificate.raw)),
  500,
);

/** Whether the private key belongs to the first certificate of the chain. Throws CertificateError when either is broken. */
export function keyFits(chain: string, key: string): boolean {
  const [certificate] = certificates(chain);
  try {
    return certificate?.checkPrivateKey(createPrivateKey(key)) ?? false;
  } catch {
    throw new CertificateError('key is not an unencrypted PEM private key');
  }
}

function certificates(chain: string): X509Certificate[] {
  const blocks = chain.match(BLOCK);
  if (!blocks) throw new CertificateError('certificate holds no PEM block "BEGIN CERTIFICATE"');
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new CertificateError(`certificate ${index + 1} of ${blocks.length} can't be read as X.509`);
    }
  });
}

function describe(raw: Buffer): CertificateInfo {
  const fields = children(children(readDer(raw)[0])[0]);
  // The version is left out of a v1 certificate; every other field stands in a fixed place (RFC 5280, 4.1).
  const [version] = fields[0]?.tag === context(0, true) ? children(fields.shift()) : [];
  const [serial, , issuer, validity, subject] = fields;
  const [notBefore = '', notAfter = ''] = children(validity).map((at) => readTime(at).toISOString());
  const extension = extensions(fields.find((field) => field.tag === context(3, true)));
  const names = generalNames(children(extension.get('2.5.29.17')?.value));
  const constraints = extension.get('2.5.29.30');
  const permitted = subtrees(constraints?.value, 0);
  const excluded = subtrees(constraints?.value, 1);
  const usages = children(extension.get('2.5.29.37')?.value).map((usage) => readObjectId(usage.body));
  return {
    version: (version?.body[0] ?? 0) + 1,
    serial: BigInt(`0x${serial?.body.toString('hex') || '0'}`).toString(),
    issuer: nameOf(issuer),
    subject: nameOf(subject),
    notBefore,
    notAfter,
    keyUsage: keyUsage(extension.get('2.5.29.15')?.value),
    extKeyUsage: mapValues(EXTENDED_USAGES, (id) => usages.includes(id)),
    dnsNames: names.dns,
    emailAddresses: names.email,
    ipAddresses: names.ip.map(ipAddress),
    uris: names.uri,
    permittedDnsDomainsCritical: constraints?.critical ?? false,
    permittedDnsDomains: permitted.dns,
    excludedDnsDomains: excluded.dns,
    permittedIpRanges: permitted.ip.map(ipRange),
    excludedIpRanges: excluded.ip.map(ipRange),
    permittedEmailAddresses: permitted.email,
    excludedEmailAddresses: excluded.email,
    permittedUriDomains: permitted.uri,
    excludedUriDomains: excluded.uri,
  };
}

function children(element: Der | undefined): Der[] {
  return element ? readDer(element.body) : [];
}

interface Extension {
  readonly critical: boolean;
  readonly value: Der | undefined;
}

/** Extensions by object identifier. */
function extensions(field: Der | undefined): ReadonlyMap<string, Extension> {
  return new Map(
    children(children(field)[0]).map((extension) => {
      const [id, ...rest] = children(extension);
      const critical = rest.some(({ tag }) => tag === TAG.boolean);
      return [id ? readObjectId(id.body) : '', { critical, value: children(rest.at(-1))[0] }];
    }),
  );
}

/** Names by kind (RFC 5280, 4.2.1.6); IP addresses stay bytes, since a range has twice as many. */
function generalNames(names: readonly Der[]) {
  const bodies = (number: number) => names.filter(({ tag }) => tag === context(number)).map(({ body }) => body);
  const texts = (number: number) => bodies(number).map((body) => body.toString('latin1'));
  return { email: texts(1), dns: texts(2), uri: texts(6), ip: bodies(7) };
}

/** The permitted (0) or excluded (1) names of a name constraints extension. */
function subtrees(constraints: Der | undefined, which: 0 | 1) {
  const list = children(constraints).find(({ tag }) => tag === context(which, true));
  return generalNames(children(list).flatMap((subtree) => children(subtree).slice(0, 1)));
}

function ipAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  // The URL parser writes an IPv6 address in its short form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function ipRange(bytes: Buffer): string {
  const half = bytes.length / 2;
  const ones = [...bytes.subarray(half)].map((byte) => byte.toString(2).replaceAll('0', '').length);
  return `${ipAddress(bytes.subarray(0, half))}/${ones.reduce((sum, count) => sum + count, 0)}`;
}

function nameOf(element: Der | undefined): CertificateInfo['subject'] {
  const parts = children(element).flatMap(children).map(children);
  const all = (type: string) =>
    parts.flatMap(([id, value]) => (id && value && readObjectId(id.body) === type ? readText(value) : []));
  return {
    ...mapValues(NAME_FIELDS, all),
    serialNumber: all(SERIAL_NUMBER)[0] ?? '',
    commonName: all(COMMON_NAME)[0] ?? '',
  };
}

/** The first byte of a bit string counts its unused bits. */
function keyUsage(bits: Der | undefined): CertificateInfo['keyUsage'] {
  const bit = (number: number) => (((bits?.body[1 + (number >> 3)] ?? 0) << (number & 7)) & 0x80) !== 0;
  return mapValues(KEY_USAGES, bit);
}

function mapValues<Key extends string, Value, Result>(
  object: Readonly<Record<Key, Value>>,
  map: (value: Value) => Result,
) {
  const entries = Object.entries<Value>(object).map(([key, value]) => [key, map(value)]);
  return Object.fromEntries(entries) as Record<Key, Result>;
}
