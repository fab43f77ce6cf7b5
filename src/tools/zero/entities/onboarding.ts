import { z } from 'zod';
import { secret } from '../../../secret.js';
import { IPAddress, Port, standardFields } from './common.js';

export const DefaultTemplateRecordType = z.enum(['route', 'settings', 'policy']);

export const DefaultTemplate = z.strictObject({
  ...standardFields,
  recordType: DefaultTemplateRecordType,
  name: z.string(),
  defaultProperties: z.record(z.string(), z.unknown()),
});

export const StartOnboardingRequest = z.strictObject({ system: z.string(), timezone: z.string() });

export const StartOnboardingResponse = z.strictObject({
  organizationId: z.string(),
  clusterId: z.string(),
  clusterToken: secret(z.string(), { minted: true }),
});

export const ConfigureOnboardingRequest = z.strictObject({
  ipAddress: IPAddress.optional(),
  port: Port.optional(),
  system: z.string(),
  timezone: z.string(),
});

export const GetVersionResponse = z.strictObject({ version: z.string() });
