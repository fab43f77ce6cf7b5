import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, namespaceId, originatorId, StringList, standardFields } from './common.js';

/** Made by the service (for a starter or custom domain), or uploaded. */
export const KeyPairOrigin = z.enum(['system', 'user']);

export const KeyPairStatus = z.enum(['pending', 'ready']);

/** An X.509 distinguished name. */
export const CertificateName = z.strictObject({
  country: StringList.describe('Countries (C).'),
  organization: StringList.describe('Organizations (O).'),
  organizationalUnit: StringList.describe('Organizational units (OU).'),
  locality: StringList.describe('Localities (L).'),
  province: StringList.describe('States or provinces (ST).'),
  streetAddress: StringList.describe('Street addresses.'),
  postalCode: StringList.describe('Postal codes.'),
  serialNumber: z.string().describe('Serial number of the named thing.'),
  commonName: z.string().describe('Common name (CN).'),
});

/** What the certificate's key may be used for (RFC 5280, 4.2.1.3). */
export const CertificateKeyUsage = z.strictObject({
  digitalSignature: z.boolean().describe('Sign data.'),
  contentCommitment: z.boolean().describe('Sign without being able to deny it.'),
  keyEncipherment: z.boolean().describe('Encrypt keys.'),
  dataEncipherment: z.boolean().describe('Encrypt data.'),
  keyAgreement: z.boolean().describe('Agree on keys.'),
  certSign: z.boolean().describe('Sign certificates.'),
  crlSign: z.boolean().describe('Sign revocation lists.'),
  encipherOnly: z.boolean().describe('In key agreement, only encrypt.'),
  decipherOnly: z.boolean().describe('In key agreement, only decrypt.'),
});

/** Purposes of the certificate (RFC 5280, 4.2.1.12). */
export const CertificateExtKeyUsage = z.strictObject({
  any: z.boolean().describe('Any purpose.'),
  serverAuth: z.boolean().describe('TLS server.'),
  clientAuth: z.boolean().describe('TLS client.'),
  codeSigning: z.boolean().describe('Sign programs.'),
  emailProtection: z.boolean().describe('Protect email.'),
  ipsecEndSystem: z.boolean().describe('IPsec end system.'),
  ipsecTunnel: z.boolean().describe('IPsec tunnel.'),
  ipsecUser: z.boolean().describe('IPsec user.'),
  timeStamping: z.boolean().describe('Sign time stamps.'),
  ocspSigning: z.boolean().describe('Sign OCSP answers.'),
  microsoftServerGatedCrypto: z.boolean().describe('Microsoft server-gated cryptography.'),
  netscapeServerGatedCrypto: z.boolean().describe('Netscape server-gated cryptography.'),
  microsoftCommercialCodeSigning: z.boolean().describe('Microsoft commercial code signing.'),
  microsoftKernelCodeSigning: z.boolean().describe('Microsoft kernel code signing.'),
});

/** One parsed X.509 certificate. */
export const CertificateInfo = z.strictObject({
  version: z.int().describe('X.509 version.'),
  serial: z.string().describe('Serial number.'),
  issuer: CertificateName.describe('Who signed it.'),
  subject: CertificateName.describe('Whom it names.'),
  notBefore: dateTime().describe('Start of validity.'),
  notAfter: dateTime().describe('End of validity.'),
  keyUsage: CertificateKeyUsage.describe('What its key may be used for.'),
  extKeyUsage: CertificateExtKeyUsage.describe('Its purposes.'),
  dnsNames: StringList.describe('Hosts it is valid for.'),
  emailAddresses: StringList.describe('Email addresses it is valid for.'),
  ipAddresses: StringList.describe('IP addresses it is valid for.'),
  uris: StringList.describe('URIs it is valid for.'),
  permittedDnsDomainsCritical: z.boolean().describe('Whether name constraints are critical.'),
  permittedDnsDomains: StringList.describe('A CA: domains it may sign.'),
  excludedDnsDomains: StringList.describe('A CA: domains it must not sign.'),
  permittedIpRanges: StringList.describe('A CA: IP ranges it may sign.'),
  excludedIpRanges: StringList.describe('A CA: IP ranges it must not sign.'),
  permittedEmailAddresses: StringList.describe('A CA: addresses it may sign.'),
  excludedEmailAddresses: StringList.describe('A CA: addresses it must not sign.'),
  permittedUriDomains: StringList.describe('A CA: URI domains it may sign.'),
  excludedUriDomains: StringList.describe('A CA: URI domains it must not sign.'),
});

export const KeyPairProperties = z.strictObject({
  namespaceId: namespaceId(),
  certificate: z.string().optional().describe('Certificates as PEM.'),
  name: z.string().optional().describe('Display name.'),
  originatorId: originatorId(),
});

export const KeyPairWithKeyProperties = z.strictObject({
  ...KeyPairProperties.shape,
  key: secret(z.string()).optional().describe('Private key as PEM; never answered.'),
});

export const KeyPairWithCertificateInfo = z.strictObject({
  ...standardFields,
  ...KeyPairProperties.shape,
  certificateInfo: z.array(CertificateInfo).optional().describe('What the certificates say.'),
  hasKey: z.boolean().describe('Whether a private key is stored.'),
  origin: KeyPairOrigin.describe('Made by the service or uploaded.'),
  status: KeyPairStatus.describe('Whether it can be used yet.'),
});
