import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, standardFields } from './common.js';

/** system = managed by the service (starter or custom domain); user = uploaded. The second value comes from the official client. */
export const KeyPairOrigin = z.enum(['system', 'user']);

/** The second value comes from the official client. */
export const KeyPairStatus = z.enum(['pending', 'ready']);

export const CertificateName = z.strictObject({
  country: z.array(z.string()),
  organization: z.array(z.string()),
  organizationalUnit: z.array(z.string()),
  locality: z.array(z.string()),
  province: z.array(z.string()),
  streetAddress: z.array(z.string()),
  postalCode: z.array(z.string()),
  serialNumber: z.string(),
  commonName: z.string(),
});

export const CertificateKeyUsage = z.strictObject({
  digitalSignature: z.boolean(),
  contentCommitment: z.boolean(),
  keyEncipherment: z.boolean(),
  dataEncipherment: z.boolean(),
  keyAgreement: z.boolean(),
  certSign: z.boolean(),
  crlSign: z.boolean(),
  encipherOnly: z.boolean(),
  decipherOnly: z.boolean(),
});

export const CertificateExtKeyUsage = z.strictObject({
  any: z.boolean(),
  serverAuth: z.boolean(),
  clientAuth: z.boolean(),
  codeSigning: z.boolean(),
  emailProtection: z.boolean(),
  ipsecEndSystem: z.boolean(),
  ipsecTunnel: z.boolean(),
  ipsecUser: z.boolean(),
  timeStamping: z.boolean(),
  ocspSigning: z.boolean(),
  microsoftServerGatedCrypto: z.boolean(),
  netscapeServerGatedCrypto: z.boolean(),
  microsoftCommercialCodeSigning: z.boolean(),
  microsoftKernelCodeSigning: z.boolean(),
});

export const CertificateInfo = z.strictObject({
  version: z.int(),
  serial: z.string(),
  issuer: CertificateName,
  subject: CertificateName,
  notBefore: dateTime(),
  notAfter: dateTime(),
  keyUsage: CertificateKeyUsage,
  extKeyUsage: CertificateExtKeyUsage,
  dnsNames: z.array(z.string()),
  emailAddresses: z.array(z.string()),
  ipAddresses: z.array(z.string()),
  uris: z.array(z.string()),
  permittedDnsDomainsCritical: z.boolean(),
  permittedDnsDomains: z.array(z.string()),
  excludedDnsDomains: z.array(z.string()),
  permittedIpRanges: z.array(z.string()),
  excludedIpRanges: z.array(z.string()),
  permittedEmailAddresses: z.array(z.string()),
  excludedEmailAddresses: z.array(z.string()),
  permittedUriDomains: z.array(z.string()),
  excludedUriDomains: z.array(z.string()),
});

export const KeyPairProperties = z.strictObject({
  namespaceId: z.string(),
  certificate: z.string().optional(),
  name: z.string().optional(),
  originatorId: z.string().optional(),
});

export const KeyPairWithKeyProperties = z.strictObject({
  ...KeyPairProperties.shape,
  key: secret(z.string()).optional().describe('Private key; write-only.'),
});

export const KeyPairWithCertificateInfo = z.strictObject({
  ...standardFields,
  ...KeyPairProperties.shape,
  certificateInfo: z.array(CertificateInfo).optional(),
  hasKey: z.boolean(),
  origin: KeyPairOrigin,
  status: KeyPairStatus,
});
