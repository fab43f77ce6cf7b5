import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, moment, originatorId, standardFields } from './common.js';

export const ServiceAccountProperties = z.strictObject({
  expiresAt: moment().optional().describe('When it stops working.'),
  description: z.string().describe('What it is for.'),
  userId: z.string().describe('User it acts as.'),
  originatorId: originatorId(),
});

export const ServiceAccount = z.strictObject({
  ...standardFields,
  ...ServiceAccountProperties.shape,
  expiresAt: dateTime().optional().describe('When it stops working.'),
});

export const ServiceAccountToken = z.strictObject({
  token: secret(z.string(), { minted: true }).describe('Credential of the service account.'),
});

export const CreateServiceAccountResponse = z.strictObject({
  ...ServiceAccount.shape,
  ...ServiceAccountToken.shape,
});
