import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import {
  AuthorizeNotificationsRequest,
  ConfigureOnboardingRequest,
  type DefaultTemplate,
  type StartOnboardingResponse,
} from '../../tools/zero/entities/onboarding.js';
import {
  CheckIdentityProviderSettingsRequest,
  type CheckIdentityProviderSettingsResponse,
} from '../../tools/zero/entities/settings.js';
import type { Behaviours, Call } from '../behaviour.js';
import type { ClusterRow } from '../store.js';
import { addOrganization } from './organizations.js';
import { routeSwitches } from './route-switches.js';
import { settingsDefaults } from './settings.js';

type Field = keyof NonNullable<z.infer<typeof CheckIdentityProviderSettingsResponse>['errors']>;

/** Providers that have no address of their own. */
const NEED_URL = ['auth0', 'cognito', 'oidc', 'okta', 'onelogin', 'ping'];

/** Default values of new records, by record type. */
const TEMPLATES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  route: { ...routeSwitches, policyIds: [] },
  policy: { enforced: false, description: '', explanation: '', remediation: '', ppl: { allow: { and: [] } } },
  settings: settingsDefaults,
};

export const onboarding: Behaviours = {
  // unknown: FACTS 4.10, whether API users may call what stands under /onboarding; here they may.
  start_onboarding: (call): z.infer<typeof StartOnboardingResponse> => {
    const { organization, cluster } = addOrganization(call, { name: call.caller.displayName ?? call.caller.email });
    cluster.onboardingStatus = 'in_progress';
    call.caller.needsOnboarding = true;
    return { organizationId: organization.id, clusterId: cluster.id, clusterToken: cluster.token };
  },

  configure_onboarding: (call) => {
    const { ipAddress } = ConfigureOnboardingRequest.parse(call.body);
    for (const cluster of onboardingClusters(call)) {
      if (ipAddress !== undefined) cluster.manualOverrideIpAddress = ipAddress;
      cluster.updatedAt = call.world.now();
    }
    return {};
  },

  complete_onboarding: (call) => {
    call.caller.needsOnboarding = false;
    for (const cluster of onboardingClusters(call)) cluster.onboardingStatus = 'complete';
  },

  authorize_notifications: ({ world, body }) => {
    const { socket_id, channel_name } = AuthorizeNotificationsRequest.parse(body);
    const signature = createHmac('sha256', world.seed).update(`${socket_id}:${channel_name}`).digest('hex');
    return { auth: `sandbox:${signature}` };
  },

  list_default_templates: ({ world, params }): readonly z.infer<typeof DefaultTemplate>[] => {
    const recordType = params.recordType as z.infer<typeof DefaultTemplate>['recordType'];
    const [createdAt, updatedAt] = [new Date(0).toISOString(), world.now()];
    const defaultProperties = { ...TEMPLATES[recordType] };
    return [{ id: `default-${recordType}`, createdAt, updatedAt, recordType, name: 'Default', defaultProperties }];
  },

  get_version: () => ({ version: 'sandbox' }),

  /** Nothing is asked of the provider: only what can be seen in the fields is checked. */
  check_identity_provider_settings: ({ body }): z.infer<typeof CheckIdentityProviderSettingsResponse> => {
    const { provider, url, clientId, clientSecret } = CheckIdentityProviderSettingsRequest.parse(body);
    const errors: Partial<Record<Field, string>> = {};
    if (!url && NEED_URL.includes(provider)) errors.url = `required for ${provider}`;
    if (url && !url.startsWith('https://')) errors.url = 'must start with https://';
    if (!clientId) errors.clientId = 'required';
    if (!clientSecret) errors.clientSecret = 'required';
    return Object.keys(errors).length ? { success: false, errors } : { success: true };
  },
};

/** Clusters that the caller is setting up. */
function onboardingClusters({ world, caller }: Call): readonly ClusterRow[] {
  const { clusters, organizations } = world.state;
  return Object.values(clusters).filter(
    (row) => row.onboardingStatus === 'in_progress' && organizations[row.organizationId]?.ownerUserId === caller.id,
  );
}
