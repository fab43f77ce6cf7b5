import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { context, der, namedBits, objectId, sequence, TAG, time } from './der.js';

/** A certificate and its private key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

/** A name and its key. The same seed always gives the same key. */
export interface Holder {
  readonly commonName: string;
  readonly organization?: string;
  readonly seed: string;
}

export interface CertificateRequest extends Omit<Holder, 'seed'> {
  /** The same request with the same seed gives the same bytes; the key is random without. */
  readonly seed?: string;
  readonly dnsNames?: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca?: boolean;
  /** Who signs it: the name and the seed of another certificate. Self-signed without. */
  readonly issuer?: Holder;
  readonly usages?: readonly ('serverAuth' | 'clientAuth')[];
}

/** RFC 8410: Ed25519, chosen since keys and signatures follow from a seed, so the same sandbox has the same certificates. */
const ED25519 = sequence(objectId('1.3.101.112'));

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const EXTENDED_USAGE = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' };

/** Issues an X.509 v3 certificate (RFC 5280) with an Ed25519 key. Times are cut to whole seconds. */
export function issueCertificate(request: CertificateRequest): Issued {
  const { issuer, notBefore, notAfter, seed = randomUUID() } = request;
  const pair = pairOf(seed);
  const subject = name(request);
  const content = [
    ED25519,
    issuer ? name(issuer) : subject,
    sequence(time(notBefore), time(notAfter)),
    subject,
    pair.publicKey,
    der(context(3, true), sequence(...extensions(request))),
  ];
  const version = der(context(0, true), der(TAG.integer, Buffer.from([2])));
  const body = sequence(version, der(TAG.integer, serialNumber(content)), ...content);
  const signature = sign(null, body, (issuer ? pairOf(issuer.seed) : pair).privateKey);
  const certificate = sequence(body, ED25519, der(TAG.bitString, Buffer.from([0]), signature));
  return { certificate: pem(certificate), key: pair.pem };
}

interface Pair {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly pem: string;
}

const pairs = new Map<string, Pair>();

/** Reading and writing a key takes OpenSSL a millisecond, and sandboxes use the same few. */
function pairOf(seed: string): Pair {
  const known = pairs.get(seed);
  if (known) return known;
  const secret = createHash('sha256').update(seed).digest();
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  const pair: Pair = {
    privateKey,
    publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
  pairs.set(seed, pair);
  return pair;
}

function extensions({ ca = false, usages = [], dnsNames = [] }: CertificateRequest): Buffer[] {
  const critical = der(TAG.boolean, Buffer.from([0xff]));
  const isCa = ca ? sequence(critical) : sequence();
  const list = [
    extension('2.5.29.19', critical, isCa),
    // digitalSignature (0) for a leaf; keyCertSign (5) and cRLSign (6) for an authority.
    extension('2.5.29.15', critical, ca ? namedBits(5, 6) : namedBits(0)),
  ];
  if (usages.length) {
    list.push(extension('2.5.29.37', sequence(...usages.map((usage) => objectId(EXTENDED_USAGE[usage])))));
  }
  if (dnsNames.length) list.push(extension('2.5.29.17', sequence(...dnsNames.map((dns) => der(context(2), dns)))));
  return list;
}

function extension(id: string, ...parts: Buffer[]): Buffer {
  const value = parts.pop() ?? Buffer.alloc(0);
  return sequence(objectId(id), ...parts, der(TAG.octetString, value));
}

function name({ commonName, organization }: Omit<Holder, 'seed'>): Buffer {
  const part = (id: string, value: string) => der(TAG.set, sequence(objectId(id), der(TAG.utf8, value)));
  return sequence(...(organization ? [part('2.5.4.10', organization)] : []), part('2.5.4.3', commonName));
}

/** Follows from what the certificate says. Positive and without leading zeros: the first byte is between 0x40 and 0x7f. */
function serialNumber(content: readonly Buffer[]): Buffer {
  const digest = createHash('sha256').update(Buffer.concat(content)).digest();
  return Buffer.concat([Buffer.from([(digest.readUInt8() & 0x3f) | 0x40]), digest.subarray(1, 16)]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
