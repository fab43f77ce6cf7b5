import { z } from 'zod';
import { secret, variant } from '../../../secret.js';
import { IPAddress, Port, standardFields } from './common.js';
import { PolicyProperties } from './policy.js';
import { RouteProperties } from './route.js';
import { SettingsProperties } from './settings.js';

export const DefaultTemplateRecordType = z.enum(['route', 'settings', 'policy']).describe('Kind of record.');

const AnyTemplate = z.strictObject({
  ...standardFields,
  recordType: DefaultTemplateRecordType,
  name: z.string().describe('Name of the template.'),
  defaultProperties: z.record(z.string(), z.unknown()).describe('Field values to start from.'),
});

const templates: Readonly<Record<z.infer<typeof DefaultTemplateRecordType>, z.ZodType>> = {
  route: AnyTemplate.extend({ defaultProperties: RouteProperties }),
  settings: AnyTemplate.extend({ defaultProperties: SettingsProperties }),
  policy: AnyTemplate.extend({ defaultProperties: PolicyProperties }),
};

/** Default field values of a new record. */
export const DefaultTemplate = variant(AnyTemplate, ({ recordType }) => {
  const known = DefaultTemplateRecordType.safeParse(recordType);
  return known.success ? templates[known.data] : undefined;
});

const system = z.string().describe('Where Pomerium runs, like docker.');
const timezone = z.string().describe('Like Europe/Vienna.');

export const StartOnboardingRequest = z.strictObject({ system, timezone });

export const StartOnboardingResponse = z.strictObject({
  organizationId: z.string().describe('Id of the new organization.'),
  clusterId: z.string().describe('Id of the new cluster.'),
  clusterToken: secret(z.string(), { minted: true }).describe("The cluster's identity token."),
});

export const ConfigureOnboardingRequest = z.strictObject({
  ipAddress: IPAddress.optional().describe('Address of the cluster.'),
  port: Port.optional().describe('Port of the cluster.'),
  system,
  timezone,
});

export const GetVersionResponse = z.strictObject({ version: z.string().describe('Version of the service.') });

/** A live-notification channel and the browser socket that joins it; sent as a form. */
export const AuthorizeNotificationsRequest = z.strictObject({
  channel_name: z.string().describe('Channel to join.'),
  socket_id: z.string().describe("The browser's socket."),
});

export const AuthorizeNotificationsResponse = z.strictObject({
  auth: secret(z.string(), { minted: true }).describe('Proof that opens the channel.'),
});
