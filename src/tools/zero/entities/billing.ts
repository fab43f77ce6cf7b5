import { z } from 'zod';
import { secret } from '../../../secret.js';
import { dateTime, url } from './common.js';

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
  deepLink: z.enum(['', 'payment_method']).describe('Page to open; left out: the start.'),
  returnUrl: url().describe('Page to come back to.'),
});

/** Where to send the browser. Whoever has the address has the session. */
export const UrlResponse = z.strictObject({
  url: secret(z.string(), { minted: true }).describe('Address to open in a browser.'),
});

export const CreateCheckoutSessionRequest = z.strictObject({
  billingEmail: z.string().optional().describe('Where bills go.'),
  cancelUrl: url().describe('Page after giving up.'),
  organizationName: z.string().optional().describe('Name of the paid organization.'),
  successUrl: url().describe('Page after paying.'),
});

export const CompleteCheckoutSessionRequest = z.strictObject({
  checkoutSessionId: z.string().describe('Id of the paid checkout.'),
});

export const SubscriptionInformation = z.strictObject({
  hasCustomerId: z.boolean().describe('Whether billing knows the organization.'),
  nextInvoiceDate: dateTime().optional().describe('When the next invoice is due.'),
  pricePerSeatPerMonthCents: z.int().optional().describe('Price of a seat per month, in cents.'),
  status: SubscriptionStatus.describe('State of the subscription.'),
});

export const UpdateCustomerInformationRequest = z.strictObject({
  email: z.string().describe('Where bills go.'),
});

export const Invoice = z.strictObject({
  currency: z.string().describe('Currency of the total.'),
  date: dateTime().describe('Date of the invoice.'),
  downloadUrl: secret(z.string()).describe('Address of the document.'),
  productName: z.string().describe('What was billed.'),
  total: z.int().describe('Amount billed.'),
});

export const PaymentInformation = z.strictObject({
  billingEmail: z.string().optional().describe('Where bills go.'),
  card: z
    .strictObject({
      brand: z.string().optional().describe('Brand of the card.'),
      last4: z.string().optional().describe('Last four digits of its number.'),
    })
    .optional()
    .describe('Card in use.'),
  paymentMethod: z.string().optional().describe('Kind of payment.'),
});

export const BillingUsage = z.strictObject({
  admins: z.int().describe('Users with the admin role.'),
  auditors: z.int().describe('Users with the auditor role.'),
  members: z.int().describe('Users with the member role.'),
  owners: z.int().describe('Users with the owner role.'),
  users: z.int().describe('All users.'),
  time: dateTime().describe('When it was counted.'),
});
