import { keyPairChecks } from '../../../src/audit/checks/key-pairs.js';
import { inDays, type Organization, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

/** RSA of 1024 bits, signed with SHA-1. */
const rsa1024 = `-----BEGIN CERTIFICATE-----
MIIB9jCCAV+gAwIBAgIUeWHRfiM1RvkiTr6w3C+oCM7dOA4wDQYJKoZIhvcNAQEF
BQAwDDEKMAgGA1UEAwwBYTAgFw0yNjExMjIwODE1MTRaGA8yMTI2MTAyOTA4MTUx
NFowDDEKMAgGA1UEAwwBYTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEArly/
I+X5MCFfUNde4g0xztrEjfZaZdeuBCuwsHBZk7um1UaKq+FbK8Wr5/jzlAuH7PsB
Y5LykCPbbZa/2IYhqvWllaeQuPwxYBWGoP3v8odC5zD7ZdRrk4YJEgFizCL+E82E
jvfVUH9yh7F/CzBT/GcnvqlPWjx3mQbxuQPNmBsCAwEAAaNTMFEwHQYDVR0OBBYE
FKQRM49r9fgh0rxhMK/NZBhNstpHMB8GA1UdIwQYMBaAFKQRM49r9fgh0rxhMK/N
ZBhNstpHMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEFBQADgYEAHVZ6U4Rj
riWJTm487Ig+fTV1nv3/3Ju1M/tzOaWwOIg+DNYi5Bu83zV3oqDn47sVlbcMOxc3
hJqP8WqdJdjP8SCNLsaLF5D9Ee3RJZSDF9PVTsRipGmL6iErC5Y02U0WglFObtto
Ktx0CucfR6oIcNwiQWM4SQott6cCQszh3A8=
-----END CERTIFICATE-----
`;

/** A key on secp224r1, signed with SHA-256. */
const p224 = `-----BEGIN CERTIFICATE-----
MIIBXDCCAQqgAwIBAgIUc7VCXTudu2kr807hUPZshsIiAQ8wCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjIwODE1MTRaGA8yMTI2MTAyOTA4MTUxNFow
DDEKMAgGA1UEAwwBYTBOMBAGByqGSM49AgEGBSuBBAAhAzoABNh+0JoShXfkrIGZ
g7936TvJiabdDO1S9Jdqv6CGNgm3vXzIKmlmfrBVnVc3N3hXueLxqWugw+4Ko1Mw
UTAdBgNVHQ4EFgQUwi2xzLMJvoxwb6GCjN5unpni+DYwHwYDVR0jBBgwFoAUwi2x
zLMJvoxwb6GCjN5unpni+DYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNA
ADA9Ah0A7ieIN8Ho+OEZhndTLWfGRaFAEcAK4PguLTCJKAIcdXWArXUvA7226PPX
UAcmIpCvJhHjyd9wkn9+bw==
-----END CERTIFICATE-----
`;

/** A key on prime256v1, signed with SHA-256. */
const p256 = `-----BEGIN CERTIFICATE-----
MIIBbzCCARWgAwIBAgIUT1Ya+cNYaRL6r0e9Hi1XybGKFJ0wCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAgFw0yNjExMjIwODE1MTRaGA8yMTI2MTAyOTA4MTUxNFow
DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAnPHK+6TMzW
1nYZTtGSBoCoFiXZE9u80eE3+okXwvpgOR2nWCTTkDmhrozB2WRWmgEgEVgUNEo3
Cj11Ibf5lg6jUzBRMB0GA1UdDgQWBBS7T3eNzxsVzGGeuHgRt9yJS8uzEjAfBgNV
HSMEGDAWgBS7T3eNzxsVzGGeuHgRt9yJS8uzEjAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0gAMEUCIApHO4GNeznubKZ1BcpKcmWiSDDOYXkEppapMOD9jMG4
AiEAxr94Q9p4q2xmpNZyhwox7Ih8C5EkEzjAu/eyyxTvql4=
-----END CERTIFICATE-----
`;

const name = { organization: ['Corp'], commonName: 'Corp CA' };
const server = { extKeyUsage: { serverAuth: true }, dnsNames: ['app.corp.example'] };
const authority = { keyUsage: { certSign: true }, issuer: name, subject: name };

/** An organization with the key pair Pair, whose first certificate says this. */
function pair(certificate: Row, fields: Row = {}, organization: Organization = {}): Organization {
  return {
    keyPairs: [
      { name: 'Pair', origin: 'user', hasKey: true, status: 'ready', certificateInfo: [certificate], ...fields },
    ],
    ...organization,
  };
}

const asClient: Organization = {
  routes: [{ name: 'Wiki', from: 'https://wiki.corp.example', tlsClientKeyPairId: 'Pair' }],
};
const asRouteCa: Organization = {
  routes: [{ name: 'Wiki', from: 'https://wiki.corp.example', tlsCustomCaKeyPairId: 'Pair' }],
};
const asVisitorsCa: Organization = { settings: { downstreamMtlsCaKeyPairId: 'Pair' } };
const onDomain: Organization = { customDomains: [{ domainName: 'apps.corp.example', keyPairId: 'Pair' }] };

const onWiki: Organization = { routes: [{ name: 'Wiki', from: 'https://wiki.corp.example' }] };
const onStarter: Organization = { routes: [{ name: 'Wiki', from: 'https://wiki.production.pomerium.app' }] };

const digicert = { organization: ['DigiCert Inc'], commonName: 'DigiCert Global Root G2' };

const examples: readonly Example[] = [
  {
    id: 'KEY-01',
    fires: pair({ notAfter: inDays(-1) }, {}, asClient),
    on: 'Pair',
    evidence: { notAfter: inDays(-1), usedBy: ['route Wiki: tlsClientKeyPairId'] },
    innocent: pair({ notAfter: inDays(-1) }),
  },
  {
    id: 'KEY-01',
    fires: pair({ notAfter: inDays(-1) }, {}, { ...onDomain, ...asVisitorsCa }),
    on: 'Pair',
    evidence: {
      notAfter: inDays(-1),
      usedBy: ['settings production: downstreamMtlsCaKeyPairId', 'custom domain apps.corp.example: keyPairId'],
    },
    innocent: pair({ notAfter: inDays(1) }, {}, onDomain),
  },
  {
    // Nothing names it, and visitors of the wiki meet it.
    id: 'KEY-01',
    fires: pair({ notAfter: inDays(-1), dnsNames: ['*.Corp.example'] }, {}, onWiki),
    on: 'Pair',
    evidence: { notAfter: inDays(-1), usedBy: ['route Wiki: from'] },
    innocent: pair({ notAfter: inDays(-1), dnsNames: ['*.corp.example'] }, {}, onStarter),
  },
  {
    id: 'KEY-02',
    fires: pair({ notAfter: inDays(12.5) }),
    on: 'Pair',
    evidence: { notAfter: inDays(12.5), daysLeft: 12 },
    innocent: pair({ notAfter: inDays(12.5) }, { origin: 'system' }),
  },
  {
    id: 'KEY-02',
    fires: pair({ notAfter: inDays(6.5) }),
    on: 'Pair',
    evidence: { notAfter: inDays(6.5), daysLeft: 6 },
    severity: 'critical',
    innocent: pair({ notAfter: inDays(-1) }),
  },
  {
    id: 'KEY-03',
    fires: pair({ ...server, notBefore: inDays(-10), notAfter: inDays(389) }),
    on: 'Pair',
    evidence: { notBefore: inDays(-10), notAfter: inDays(389), days: 399 },
    innocent: pair({ ...server, notBefore: inDays(-10), notAfter: inDays(388) }),
  },
  {
    id: 'KEY-03',
    fires: pair({ ...server, ...authority, issuer: digicert, notBefore: inDays(0), notAfter: inDays(900) }),
    on: 'Pair',
    evidence: { notBefore: inDays(0), notAfter: inDays(900), days: 900 },
    innocent: pair({ ...server, ...authority, notBefore: inDays(0), notAfter: inDays(900) }),
  },
  {
    id: 'KEY-04',
    fires: pair({}, { hasKey: false }, asClient),
    on: 'Pair',
    evidence: { hasKey: false, usedBy: ['route Wiki: tlsClientKeyPairId'] },
    innocent: pair({}, { hasKey: false }, asRouteCa),
  },
  {
    id: 'KEY-05',
    fires: pair(authority),
    on: 'Pair',
    evidence: { certSign: true, hasKey: true },
    innocent: pair(authority, { hasKey: false }),
  },
  {
    id: 'KEY-06',
    fires: pair({ dnsNames: ['corp.example', '*.corp.example'] }),
    on: 'Pair',
    evidence: { dnsNames: ['*.corp.example'] },
    innocent: pair({ dnsNames: ['*.quiet-otter-1.pomerium.app'] }, { origin: 'system' }),
  },
  {
    id: 'KEY-07',
    fires: pair({}, { status: 'pending', createdAt: inDays(-0.05) }),
    on: 'Pair',
    evidence: { status: 'pending', createdAt: inDays(-0.05) },
    innocent: pair({}, { status: 'pending', createdAt: inDays(-0.04) }),
  },
  {
    id: 'KEY-08',
    fires: pair({}),
    on: 'Pair',
    evidence: { origin: 'user', usedBy: [] },
    fix: ['delete_key_pair', { keyPairId: 'Pair' }],
    innocent: pair({}, {}, { settings: { certificateAuthorityKeyPairId: 'Pair' } }),
  },
  {
    id: 'KEY-08',
    fires: pair({ dnsNames: ['*.corp.example'] }, {}, { ...onWiki, customDomains: [{ domainName: 'corp.example' }] }),
    on: 'Pair',
    evidence: { origin: 'user', usedBy: [] },
    fix: ['delete_key_pair', { keyPairId: 'Pair' }],
    innocent: pair({ dnsNames: ['*.corp.example'] }, {}, onWiki),
  },
  {
    // What can't be read may use it.
    id: 'KEY-08',
    fires: pair({}),
    on: 'Pair',
    evidence: { origin: 'user', usedBy: [] },
    fix: ['delete_key_pair', { keyPairId: 'Pair' }],
    innocent: pair({}, {}, { missing: [{ part: 'customDomains', clusterId: 'staging', reason: 'forbidden' }] }),
  },
  {
    id: 'KEY-09',
    fires: pair({ extKeyUsage: { serverAuth: true }, subject: { commonName: 'app.corp.example' } }),
    on: 'Pair',
    evidence: { dnsNames: [], ipAddresses: [], commonName: 'app.corp.example' },
    innocent: pair({ extKeyUsage: { serverAuth: true }, dnsNames: [], ipAddresses: ['10.0.0.1'] }),
  },
  {
    id: 'KEY-10',
    fires: pair({ keyUsage: { certSign: false } }, {}, asRouteCa),
    on: 'Pair',
    evidence: { certSign: false, usedBy: ['route Wiki: tlsCustomCaKeyPairId'] },
    innocent: pair({ keyUsage: { certSign: false } }, {}, asClient),
  },
  {
    id: 'KEY-10',
    fires: pair({ keyUsage: {} }, {}, asVisitorsCa),
    on: 'Pair',
    evidence: { certSign: false, usedBy: ['settings production: downstreamMtlsCaKeyPairId'] },
    innocent: pair(authority, {}, asVisitorsCa),
  },
  {
    id: 'KEY-11',
    fires: pair({ extKeyUsage: { any: true, serverAuth: true } }),
    on: 'Pair',
    evidence: { extKeyUsage: 'any' },
    innocent: pair({ extKeyUsage: { any: false, serverAuth: true } }),
  },
  {
    id: 'KEY-12',
    fires: pair({}, { certificate: p256 + rsa1024 }),
    on: 'Pair',
    evidence: { certificate: ['an RSA key of 1024 bits', 'a signature with SHA-1'] },
    innocent: pair({}, { certificate: p256 }),
  },
  {
    id: 'KEY-12',
    fires: pair({}, { certificate: p224 }),
    on: 'Pair',
    evidence: { certificate: ['a key on the curve secp224r1'] },
    innocent: pair({}, { certificate: p224.replace('MIIB', 'AAAA') }),
  },
  {
    id: 'KEY-13',
    fires: pair({ ...authority, issuer: digicert }, {}, asVisitorsCa),
    on: 'Pair',
    evidence: {
      issuer: ['DigiCert Inc', 'DigiCert Global Root G2'],
      usedBy: ['settings production: downstreamMtlsCaKeyPairId'],
    },
    innocent: pair(authority, {}, asVisitorsCa),
  },
  {
    id: 'KEY-13',
    fires: pair({ ...authority, issuer: digicert, permittedDnsDomains: [] }, {}, asVisitorsCa),
    on: 'Pair',
    evidence: {
      issuer: ['DigiCert Inc', 'DigiCert Global Root G2'],
      usedBy: ['settings production: downstreamMtlsCaKeyPairId'],
    },
    innocent: pair({ ...authority, issuer: digicert, permittedDnsDomains: ['corp.example'] }, {}, asVisitorsCa),
  },
];

testChecks(keyPairChecks, examples);
