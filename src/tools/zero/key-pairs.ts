import { z } from 'zod';
import { operation } from './api.js';
import { FilterForKeyPairs, ListKeyPairsOrderByField } from './entities/filter.js';
import { JSONPatch } from './entities/json-patch.js';
import { KeyPairWithCertificateInfo, KeyPairWithKeyProperties } from './entities/key-pair.js';
import { exampleIds } from './example-ids.js';
import { includeDescendants, limit, namespaceId, offset, orderBy } from './queries.js';

const toolset = 'key-pairs';
const { keyPairId } = exampleIds;

/** A self-signed CA certificate, valid from 2025 to 2045; its key was thrown away. */
const rootCertificate = `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIBATAKBggqhkjOPQQDAjAzMRcwFQYDVQQKDA5FeGFtcGxl
IEJha2VyeTEYMBYGA1UEAwwPRXhhbXBsZSByb290IENBMB4XDTI1MDEwMTAwMDAw
MFoXDTQ1MDEwMTAwMDAwMFowMzEXMBUGA1UECgwORXhhbXBsZSBCYWtlcnkxGDAW
BgNVBAMMD0V4YW1wbGUgcm9vdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BBTUmTqvi/c6vqN+xH1NsTGyP6Od+6AznMkPQChkaRgllbS/mN9OkzDGKsAuGSkh
OvvjKNuXgOFSGHfzGk0wonGjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/
BAQDAgEGMB0GA1UdDgQWBBQBUUg3KVO1ZzqNqGHOFFwMwGikXzAKBggqhkjOPQQD
AgNIADBFAiAX1JjWKorUaIAMVhW4VyLHFCTaBT44wjHfDTpRyTHUWAIhAJQAOZl2
ReUD6Ud7t6YeCXXMAWStnucnYFRcft2qeW34
-----END CERTIFICATE-----
`;

export const keyPairs = [
  operation({
    name: 'list_key_pairs',
    title: 'List key pairs',
    description:
      'Certificates of a namespace or, without one, of all, with subject, names, validity and origin. Never the private keys.',
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/keyPairs',
    query: {
      namespaceId,
      includeDescendants,
      filter: FilterForKeyPairs.optional(),
      limit,
      offset,
      orderBy: orderBy(ListKeyPairsOrderByField),
    },
    output: z.array(KeyPairWithCertificateInfo),
    row: ['id', 'name', 'origin', 'status', 'hasKey', 'certificateInfo.dnsNames', 'certificateInfo.notAfter'],
    order: ['name', 'id'],
    example: { namespaceId: exampleIds.namespaceId, orderBy: ['notAfter'] },
  }),
  operation({
    name: 'create_key_pair',
    title: 'Upload a key pair',
    description: 'Uploads a certificate with its private key, or a CA certificate alone.',
    toolset,
    effect: 'draft',
    method: 'POST',
    path: '/organizations/{organizationId}/keyPairs',
    body: KeyPairWithKeyProperties,
    status: 201,
    output: KeyPairWithCertificateInfo,
    example: { namespaceId: exampleIds.namespaceId, name: 'Example root CA', certificate: rootCertificate },
  }),
  operation({
    name: 'get_key_pair',
    title: 'Read a key pair',
    description: 'One key pair with what its certificates say. Never the private key.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/keyPairs/{keyPairId}',
    output: KeyPairWithCertificateInfo,
    example: { keyPairId },
  }),
  operation({
    name: 'update_key_pair',
    title: 'Update a key pair',
    description: 'Changes the given fields of a key pair; certificate and key stay as they are when left out.',
    toolset,
    effect: 'draft',
    method: 'PUT',
    path: '/organizations/{organizationId}/keyPairs/{keyPairId}',
    body: KeyPairWithKeyProperties,
    output: KeyPairWithCertificateInfo,
    sparse: { read: 'get_key_pair', patch: 'patch_key_pair' },
    example: { keyPairId, name: 'Example root CA 2026' },
  }),
  operation({
    name: 'patch_key_pair',
    title: 'Patch a key pair',
    description: 'Applies a JSON Patch (RFC 6902) to a key pair. To change whole fields, update_key_pair is simpler.',
    toolset,
    effect: 'draft',
    method: 'PATCH',
    path: '/organizations/{organizationId}/keyPairs/{keyPairId}',
    body: JSONPatch,
    record: KeyPairWithKeyProperties,
    output: KeyPairWithCertificateInfo,
    example: { keyPairId, patch: [{ op: 'replace', path: '/name', value: 'Example root CA 2026' }] },
  }),
  operation({
    name: 'delete_key_pair',
    title: 'Delete a key pair',
    description: 'Deletes a key pair. Look first which routes and settings name it.',
    toolset,
    effect: 'draft',
    method: 'DELETE',
    path: '/organizations/{organizationId}/keyPairs/{keyPairId}',
    example: { keyPairId },
  }),
];
