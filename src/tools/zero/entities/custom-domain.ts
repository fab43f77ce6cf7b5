import { z } from 'zod';
import { dateTime, standardFields } from './common.js';

export const CustomDomainProperties = z.strictObject({ clusterId: z.string(), domainName: z.string() });

export const CustomDomain = z.strictObject({
  ...standardFields,
  ...CustomDomainProperties.shape,
  lastError: z.string().optional(),
  keyPairId: z.string().optional(),
  expiresAt: dateTime().optional(),
});
