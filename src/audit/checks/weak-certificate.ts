import { X509Certificate } from 'node:crypto';
import { memo } from '../../memo.js';

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const RSA_BITS = 2048;
const CURVE_BITS = 256;

/** What is weak about the certificates of a PEM text, in words; texts that are no certificate are left out. */
export const weaknessesOf = memo((pem: string): readonly string[] => {
  const found = (pem.match(PEM) ?? []).flatMap((text) => {
    try {
      const certificate = new X509Certificate(text);
      return [...keyWeakness(certificate), ...signatureWeakness(certificate.raw)];
    } catch {
      return [];
    }
  });
  return [...new Set(found)];
}, 1_000);

function keyWeakness({ publicKey }: X509Certificate): readonly string[] {
  const { asymmetricKeyType = '', asymmetricKeyDetails = {} } = publicKey;
  const { modulusLength = RSA_BITS, namedCurve = '' } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'dsa') return ['a DSA key'];
  if (asymmetricKeyType.startsWith('rsa'))
    return modulusLength < RSA_BITS ? [`an RSA key of ${modulusLength} bits`] : [];
  // Names of curves hold their size: secp224r1, prime256v1, brainpoolP384r1.
  const bits = Number(/\d{3}/.exec(namedCurve)?.[0] ?? CURVE_BITS);
  return bits < CURVE_BITS ? [`a key on the curve ${namedCurve}`] : [];
}

/** Contents of the object identifiers of signature algorithms (RFC 3279, RFC 5758), in hexadecimal. */
const WEAK_SIGNATURES: Readonly<Record<string, string>> = {
  '2a864886f70d010102': 'MD2',
  '2a864886f70d010104': 'MD5',
  '2a864886f70d010105': 'SHA-1',
  '2b0e03021d': 'SHA-1',
  '2a8648ce3804': 'SHA-1',
  '2a8648ce380403': 'SHA-1',
  '2a8648ce3d0401': 'SHA-1',
};

/** Node 20 doesn't name a certificate's signature algorithm: it is the second member of the outer sequence (RFC 5280, 4.1). */
function signatureWeakness(der: Buffer): readonly string[] {
  const outer = contentOf(der, 0);
  const body = contentOf(der, outer.start);
  const algorithm = contentOf(der, body.end);
  const identifier = contentOf(der, algorithm.start);
  const hash = WEAK_SIGNATURES[der.toString('hex', identifier.start, identifier.end)];
  return hash ? [`a signature with ${hash}`] : [];
}

/** Where the content of a DER element lies that begins at an offset. */
function contentOf(der: Buffer, offset: number): { readonly start: number; readonly end: number } {
  const first = der.readUInt8(offset + 1);
  const start = offset + 2 + (first < 0x80 ? 0 : first & 0x7f);
  const length = first < 0x80 ? first : der.readUIntBE(offset + 2, first & 0x7f);
  return { start, end: start + length };
}
