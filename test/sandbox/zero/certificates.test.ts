import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CertificateError, keyFits, parseCertificate } from '../../../src/sandbox/zero/certificates.js';
import { issueCertificate } from '../../../src/sandbox/zero/issue-certificate.js';
import { CertificateInfo } from '../../../src/tools/zero/entities/key-pair.js';

const notBefore = new Date('2026-01-02T03:04:05Z');
const notAfter = new Date('2026-04-02T03:04:05Z');

/** Made with `openssl req -x509`: every kind of name, usage and constraint that CertificateInfo has a field for. */
const everything = `-----BEGIN CERTIFICATE-----
MIID2TCCA3+gAwIBAgIUSvkFsJEHAexuVakXIHmLo1+uTO0wCgYIKoZIzj0EAwIw
gakxCzAJBgNVBAYTAk5PMQ4wDAYDVQQIDAVUcm9tczEQMA4GA1UEBwwHVHJvbXPD
uDETMBEGA1UECQwKU3RvcmdhdGEgNzENMAsGA1UEEQwEOTAwODEXMBUGA1UECgwO
RmpvcmRsaW5lIFRlc3QxETAPBgNVBAsMCFBsYXRmb3JtMRswGQYDVQQDDBJldmVy
eXRoaW5nLmV4YW1wbGUxCzAJBgNVBAUTAjQyMCAXDTI2MTEyMjA0MzAzM1oYDzIw
ODEwODI1MDQzMDMzWjCBqTELMAkGA1UEBhMCTk8xDjAMBgNVBAgMBVRyb21zMRAw
DgYDVQQHDAdUcm9tc8O4MRMwEQYDVQQJDApTdG9yZ2F0YSA3MQ0wCwYDVQQRDAQ5
MDA4MRcwFQYDVQQKDA5Gam9yZGxpbmUgVGVzdDERMA8GA1UECwwIUGxhdGZvcm0x
GzAZBgNVBAMMEmV2ZXJ5dGhpbmcuZXhhbXBsZTELMAkGA1UEBRMCNDIwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASOX1k5tTvF75SUJffbN1D1ABeO2fAfz7xV9QFa
FcdrMlrOlsjxi/J7xgaWVUEZnl2pYYGbOm1zdKmR0Psh/XKCo4IBfzCCAXswEgYD
VR0TAQH/BAgwBgEB/wIBATAPBgNVHQ8BAf8EBQMDB86AMC8GA1UdJQQoMCYGCCsG
AQUFBwMBBggrBgEFBQcDAgYEVR0lAAYKKwYBBAGCNwoDAzCBhAYDVR0RBH0we4IS
ZXZlcnl0aGluZy5leGFtcGxlghQqLmV2ZXJ5dGhpbmcuZXhhbXBsZYEWb3BzQGV2
ZXJ5dGhpbmcuZXhhbXBsZYcECgECA4cQIAENuAAAAAAAAAAAAAAAB4Yfc3BpZmZl
Oi8vZXZlcnl0aGluZy5leGFtcGxlL3dlYjB9BgNVHR4BAf8EczBxoCMwFYITLmV2
ZXJ5dGhpbmcuZXhhbXBsZTAKhwgKAAAA/4AAAKFKMBSBEmV2ZXJ5dGhpbmcuZXhh
bXBsZTAOhgwuYmFkLmV4YW1wbGUwIocgIAENuAAAAAAAAAAAAAAAAP////8AAAAA
AAAAAAAAAAAwHQYDVR0OBBYEFLvOIMeEGBY3/wjVyma/5fnQ11PnMAoGCCqGSM49
BAMCA0gAMEUCIQCYc4Wr1OoQSl4bnlbH8FjksKTXw/kbHYIbTLKU/kVJBgIgXrWh
yqtVJVeUx4pFL0+yIvLdQEOf3FUVPjpcFPz6NJg=
-----END CERTIFICATE-----
`;

describe('parseCertificate', () => {
  test('reads every field of a certificate that has them all', () => {
    const [info] = parseCertificate(everything);
    const name = {
      country: ['NO'],
      organization: ['Fjordline Test'],
      organizationalUnit: ['Platform'],
      locality: ['Tromsø'],
      province: ['Troms'],
      streetAddress: ['Storgata 7'],
      postalCode: ['9008'],
      serialNumber: '42',
      commonName: 'everything.example',
    };
    expect(info).toEqual({
      version: 3,
      serial: BigInt('0x4af905b0910701ec6e55a91720798ba35fae4ced').toString(),
      issuer: name,
      subject: name,
      notBefore: '2026-11-22T04:30:33.000Z',
      notAfter: '2081-08-25T04:30:33.000Z',
      keyUsage: {
        digitalSignature: true,
        contentCommitment: true,
        keyEncipherment: false,
        dataEncipherment: false,
        keyAgreement: true,
        certSign: true,
        crlSign: true,
        encipherOnly: false,
        decipherOnly: true,
      },
      extKeyUsage: {
        any: true,
        serverAuth: true,
        clientAuth: true,
        codeSigning: false,
        emailProtection: false,
        ipsecEndSystem: false,
        ipsecTunnel: false,
        ipsecUser: false,
        timeStamping: false,
        ocspSigning: false,
        microsoftServerGatedCrypto: true,
        netscapeServerGatedCrypto: false,
        microsoftCommercialCodeSigning: false,
        microsoftKernelCodeSigning: false,
      },
      dnsNames: ['everything.example', '*.everything.example'],
      emailAddresses: ['ops@everything.example'],
      ipAddresses: ['10.1.2.3', '2001:db8::7'],
      uris: ['spiffe://everything.example/web'],
      permittedDnsDomainsCritical: true,
      permittedDnsDomains: ['.everything.example'],
      excludedDnsDomains: [],
      permittedIpRanges: ['10.0.0.0/9'],
      excludedIpRanges: ['2001:db8::/32'],
      permittedEmailAddresses: [],
      excludedEmailAddresses: ['everything.example'],
      permittedUriDomains: [],
      excludedUriDomains: ['.bad.example'],
    });
    CertificateInfo.parse(info);
  });

  test('answers a chain in its order', () => {
    const root = { commonName: 'Test Root', seed: 'root' };
    const authority = issueCertificate({ ...root, notBefore, notAfter, ca: true });
    const leaf = issueCertificate({ commonName: 'leaf.example', notBefore, notAfter, issuer: root });
    const chain = parseCertificate(`${leaf.certificate}\n${authority.certificate}`);
    expect(chain.map(({ subject }) => subject.commonName)).toEqual(['leaf.example', 'Test Root']);
    expect(chain.map(({ keyUsage }) => keyUsage.certSign)).toEqual([false, true]);
  });

  test.each([
    ['', 'certificate holds no PEM block "BEGIN CERTIFICATE"'],
    [
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      'certificate holds no PEM block "BEGIN CERTIFICATE"',
    ],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', "certificate 1 of 1 can't be read as X.509"],
    [`${everything}${everything.replace('MIID', 'MIIE')}`, "certificate 2 of 2 can't be read as X.509"],
  ])('says what is wrong with %j', (pem, message) => {
    expect(() => parseCertificate(pem)).toThrow(new CertificateError(message));
  });
});

describe('issueCertificate', () => {
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
  const dnsName = fc
    .tuple(fc.boolean(), fc.array(label, { minLength: 2, maxLength: 4 }))
    .map(([wildcard, labels]) => `${wildcard ? '*.' : ''}${labels.join('.')}`);
  const second = fc
    .date({ min: new Date('1951-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((at) => new Date(Math.floor(at.getTime() / 1000) * 1000));

  test('what is issued can be read back, by us and by OpenSSL alike', () => {
    fc.assert(
      fc.property(
        fc.record({
          commonName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }),
          organization: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 64 }),
          dnsNames: fc.uniqueArray(dnsName, { maxLength: 100 }),
          notBefore: second,
          notAfter: second,
          ca: fc.boolean(),
          usages: fc.uniqueArray(fc.constantFrom('serverAuth' as const, 'clientAuth' as const)),
        }),
        (request) => {
          const { certificate, key } = issueCertificate(request);
          const [info] = parseCertificate(certificate);
          expect(info).toMatchObject({
            version: 3,
            subject: { commonName: request.commonName, organization: [request.organization] },
            dnsNames: request.dnsNames,
            notBefore: request.notBefore.toISOString(),
            notAfter: request.notAfter.toISOString(),
            keyUsage: { certSign: request.ca, crlSign: request.ca, digitalSignature: !request.ca },
            extKeyUsage: {
              serverAuth: request.usages.includes('serverAuth'),
              clientAuth: request.usages.includes('clientAuth'),
            },
          });
          const openssl = new X509Certificate(certificate);
          expect(openssl.verify(openssl.publicKey)).toBe(true);
          expect(openssl.ca).toBe(request.ca);
          expect(openssl.subjectAltName?.split(', ') ?? []).toEqual(request.dnsNames.map((name) => `DNS:${name}`));
          expect(new Date(openssl.validTo)).toEqual(request.notAfter);
          expect(BigInt(`0x${openssl.serialNumber}`).toString()).toBe(info?.serial);
          expect(keyFits(certificate, key)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an authority signs for others', () => {
    const root = { commonName: 'Test Root', organization: 'Test', seed: 'root' };
    const authority = issueCertificate({ ...root, notBefore, notAfter, ca: true });
    const leaf = issueCertificate({ commonName: 'leaf.example', notBefore, notAfter, issuer: root });
    const [above, below] = [new X509Certificate(authority.certificate), new X509Certificate(leaf.certificate)];
    expect(below.checkIssued(above)).toBe(true);
    expect(below.verify(above.publicKey)).toBe(true);
    expect(below.verify(below.publicKey)).toBe(false);
  });

  test('repeats itself for the same seed only', () => {
    const request = { commonName: 'same.example', notBefore, notAfter };
    expect(issueCertificate({ ...request, seed: 'a' })).toEqual(issueCertificate({ ...request, seed: 'a' }));
    expect(issueCertificate({ ...request, seed: 'a' })).not.toEqual(issueCertificate({ ...request, seed: 'b' }));
    expect(issueCertificate(request).key).not.toBe(issueCertificate(request).key);
  });
});

describe('keyFits', () => {
  const { certificate } = issueCertificate({ commonName: 'a.example', notBefore, notAfter });

  test('is false for the key of another certificate, of whatever kind', () => {
    const other = issueCertificate({ commonName: 'a.example', notBefore, notAfter });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(keyFits(certificate, other.key)).toBe(false);
    expect(keyFits(certificate, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())).toBe(false);
  });

  test('says what is wrong with a key that is none', () => {
    expect(() => keyFits(certificate, certificate)).toThrow(
      new CertificateError('key is not an unencrypted PEM private key'),
    );
  });
});
