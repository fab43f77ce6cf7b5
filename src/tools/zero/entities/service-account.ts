import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, standardFields } from './common.js';

export const ServiceAccountProperties = z.strictObject({
  expiresAt: dateTime().optional(),
  description: z.string(),
  userId: z.string().describe('Identity the account acts as.'),
  originatorId: z.string().optional(),
});

export const ServiceAccount = z.strictObject({
  ...standardFields,
  ...ServiceAccountProperties.shape,
});

export const ServiceAccountToken = z.strictObject({ token: secret(z.string(), { minted: true }) });

export const CreateServiceAccountResponse = z.strictObject({
  ...ServiceAccount.shape,
  ...ServiceAccountToken.shape,
});
