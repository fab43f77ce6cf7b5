import { createHash, createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';
import { derOf } from './certificates.js';
import { context, der, namedBits, objectId, readDer, sequence, TAG, time } from './der.js';

/** A certificate and its private key, both PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly organization?: string;
  readonly dnsNames?: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly ca?: boolean;
  /** Who signs it; self-signed without. */
  readonly issuer?: Issued;
  readonly usages?: readonly ('serverAuth' | 'clientAuth')[];
  /** The same seed gives the same key, serial number and so the same bytes; random without. */
  readonly seed?: string;
}

/** RFC 8410: Ed25519, chosen since keys and signatures follow from a seed, so the same sandbox has the same certificates. */
const ED25519 = sequence(objectId('1.3.101.112'));

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

const EXTENDED_USAGE = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' };

/** Issues an X.509 v3 certificate (RFC 5280) with an Ed25519 key. Times are cut to whole seconds. */
export function issueCertificate(request: CertificateRequest): Issued {
  const digest = createHash('sha512')
    .update(request.seed ?? randomUUID())
    .digest();
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, digest.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  const subject = name(request);
  const body = sequence(
    der(context(0, true), der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serialNumber(digest.subarray(32, 48))),
    ED25519,
    request.issuer ? subjectOf(request.issuer) : subject,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    der(context(3, true), sequence(...extensions(request))),
  );
  const signature = sign(null, body, request.issuer ? createPrivateKey(request.issuer.key) : privateKey);
  const certificate = sequence(body, ED25519, der(TAG.bitString, Buffer.from([0]), signature));
  return { certificate: pem(certificate), key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
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

function name({ commonName, organization }: CertificateRequest): Buffer {
  const part = (id: string, value: string) => der(TAG.set, sequence(objectId(id), der(TAG.utf8, value)));
  return sequence(...(organization ? [part('2.5.4.10', organization)] : []), part('2.5.4.3', commonName));
}

/** The issuer's subject, byte for byte: verifiers compare it that way. */
function subjectOf(issuer: Issued): Buffer {
  const [body] = readDer(readDer(derOf(issuer.certificate))[0]?.body ?? Buffer.alloc(0));
  return readDer(body?.body ?? Buffer.alloc(0))[5]?.raw ?? sequence();
}

/** Positive and without leading zeros: the first byte is between 0x40 and 0x7f. */
function serialNumber(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([((bytes[0] ?? 0) & 0x3f) | 0x40]), bytes.subarray(1)]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
