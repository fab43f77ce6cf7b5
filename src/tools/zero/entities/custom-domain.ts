import { z } from 'zod';
import { dateTime, standardFields } from './common.js';

export const CustomDomainProperties = z.strictObject({
  clusterId: z.string().describe('Cluster that serves it.'),
  domainName: z.string().describe('Like apps.example.com.'),
});

export const CustomDomain = z.strictObject({
  ...standardFields,
  ...CustomDomainProperties.shape,
  lastError: z.string().optional().describe('Why the last certificate attempt failed.'),
  keyPairId: z.string().optional().describe('Key pair with its certificate.'),
  expiresAt: dateTime().optional().describe('When the certificate expires.'),
});
