import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, url } from './common.js';

/** Seeds' sample shows active; the others come from the official client. */
export const SubscriptionStatus = z.enum([
  'active',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'not_found',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
]);

export const CreateBillingPortalSessionRequest = z.strictObject({
  deepLink: z.enum(['', 'payment_method']),
  returnUrl: url(),
});

/** Address to send the browser to. (Two identically shaped response types in the original.) */
export const UrlResponse = z.strictObject({ url: secret(z.string(), { minted: true }) });

export const CreateCheckoutSessionRequest = z.strictObject({
  billingEmail: z.string().optional(),
  cancelUrl: url(),
  organizationName: z.string().optional(),
  successUrl: url(),
});

export const CompleteCheckoutSessionRequest = z.strictObject({ checkoutSessionId: z.string() });

export const SubscriptionInformation = z.strictObject({
  hasCustomerId: z.boolean(),
  nextInvoiceDate: dateTime().optional(),
  pricePerSeatPerMonthCents: z.int().optional(),
  status: SubscriptionStatus,
});

export const UpdateCustomerInformationRequest = z.strictObject({ email: z.string() });

export const Invoice = z.strictObject({
  currency: z.string(),
  date: dateTime(),
  downloadUrl: secret(z.string()),
  productName: z.string(),
  total: z.int(),
});

export const PaymentInformation = z.strictObject({
  billingEmail: z.string().optional(),
  card: z.strictObject({ brand: z.string().optional(), last4: z.string().optional() }).optional(),
  paymentMethod: z.string().optional(),
});

export const BillingUsage = z.strictObject({
  admins: z.int(),
  auditors: z.int(),
  members: z.int(),
  owners: z.int(),
  users: z.int(),
  time: dateTime(),
});
