import { z } from 'zod';
import { operation } from './api.js';
import {
  AuthorizeNotificationsRequest,
  AuthorizeNotificationsResponse,
  ConfigureOnboardingRequest,
  DefaultTemplate,
  DefaultTemplateRecordType,
  GetVersionResponse,
  StartOnboardingRequest,
  StartOnboardingResponse,
} from './entities/onboarding.js';

const toolset = 'onboarding';

// unknown: FACTS 4.10, whether API users may call the operations under /onboarding.
export const onboarding = [
  operation({
    name: 'start_onboarding',
    title: 'Start onboarding',
    description:
      "Begins onboarding: makes an organization and a cluster for the caller. The cluster's token is kept for the person in a file.",
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/onboarding/start',
    body: StartOnboardingRequest,
    output: StartOnboardingResponse,
    example: { system: 'docker', timezone: 'Europe/Vienna' },
  }),
  operation({
    name: 'configure_onboarding',
    title: 'Configure onboarding',
    description: 'Tells onboarding where the new cluster can be reached.',
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/onboarding/configure',
    body: ConfigureOnboardingRequest,
    output: z.looseObject({}),
    example: { system: 'docker', timezone: 'Europe/Vienna', ipAddress: '203.0.113.10', port: '443' },
  }),
  operation({
    name: 'complete_onboarding',
    title: 'Complete onboarding',
    description: "Marks the caller's onboarding as finished.",
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/onboarding/complete',
    example: {},
  }),
  operation({
    name: 'list_default_templates',
    title: 'List default templates',
    description: 'Default field values of a new route, policy or settings record.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/defaultTemplates/{recordType}',
    params: { recordType: DefaultTemplateRecordType },
    output: z.array(DefaultTemplate),
    row: ['id', 'recordType', 'name'],
    example: { recordType: 'route' },
  }),
  operation({
    name: 'authorize_notifications',
    title: 'Authorize notifications',
    description:
      "Authorizes a browser's live-notification channel. The authorization is kept for the person in a file.",
    toolset,
    effect: 'live',
    method: 'POST',
    path: '/notifications/authorize',
    bodyType: 'form',
    body: AuthorizeNotificationsRequest,
    output: AuthorizeNotificationsResponse,
    example: { channel_name: 'private-organization', socket_id: '1234.5678' },
  }),
  operation({
    name: 'get_version',
    title: 'Read the service version',
    description: 'Version of the Zero service.',
    toolset,
    effect: 'read',
    method: 'GET',
    path: '/version',
    output: GetVersionResponse,
    example: {},
  }),
];
