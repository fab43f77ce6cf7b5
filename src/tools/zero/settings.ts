import { operation } from './api.js';
import { JSONPatch } from './entities/json-patch.js';
import {
  CheckIdentityProviderSettingsRequest,
  CheckIdentityProviderSettingsResponse,
  Settings,
  SettingsProperties,
} from './entities/settings.js';
import { exampleIds } from './example-ids.js';

const toolset = 'settings';
const { clusterId } = exampleIds;

export const settings = [
  operation({
    name: 'get_settings',
    title: 'Read cluster settings',
    description: "A cluster's settings. autoApplyChangesets tells whether changes go live by themselves or wait.",
    toolset,
    core: true,
    effect: 'read',
    method: 'GET',
    path: '/organizations/{organizationId}/clusters/{clusterId}/settings',
    output: Settings,
    example: { clusterId },
  }),
  operation({
    name: 'update_settings',
    title: 'Update cluster settings',
    description: "Changes the given fields of a cluster's settings and nothing else.",
    toolset,
    effect: 'draft',
    method: 'PUT',
    path: '/organizations/{organizationId}/clusters/{clusterId}/settings',
    body: SettingsProperties,
    output: Settings,
    sparse: { read: 'get_settings', patch: 'patch_settings' },
    example: { clusterId, logLevel: 'debug', cookieExpire: '8h' },
  }),
  operation({
    name: 'patch_settings',
    title: 'Patch cluster settings',
    description: "Applies a JSON Patch to a cluster's settings. Paths start with a field name, like /sshAddress.",
    toolset,
    effect: 'draft',
    method: 'PATCH',
    path: '/organizations/{organizationId}/clusters/{clusterId}/settings',
    body: JSONPatch,
    record: SettingsProperties,
    output: Settings,
    example: { clusterId, patch: [{ op: 'add', path: '/cookieExpire', value: '8h' }] },
  }),
  operation({
    name: 'check_identity_provider_settings',
    title: 'Test identity provider settings',
    description: 'Sends the given client id and secret to the given identity provider and answers an error per field.',
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/checkIdentityProviderSettings',
    body: CheckIdentityProviderSettingsRequest,
    output: CheckIdentityProviderSettingsResponse,
    example: { provider: 'oidc', url: 'https://login.example.com', clientId: 'pomerium', scopes: ['openid', 'email'] },
  }),
];
