import type { z } from 'zod';
import type {
  BillingUsage,
  Invoice,
  PaymentInformation,
  SubscriptionInformation,
} from '../../tools/zero/entities/billing.js';
import { UpdateCustomerInformationRequest } from '../../tools/zero/entities/billing.js';
import type { Behaviours, Call } from '../behaviour.js';
import type { Role } from '../store.js';
import { memoryOf } from './memory.js';
import { planLimits } from './quotas.js';

/** Cents per user and month (FACTS 3.5). */
const PRICE = 900;

/** Nothing is ever paid here: the shapes are right, and the plan follows the organization. */
export const billing: Behaviours = {
  create_billing_portal_session: ({ world }) => ({ url: `https://billing.example.com/session/${world.newToken()}` }),

  create_checkout_session: ({ world }) => ({ url: `https://checkout.example.com/pay/${world.newToken()}` }),

  complete_checkout_session: ({ world, organization }) => {
    organization.organizationType = 'professional';
    organization.quotas = { ...planLimits.professional };
    organization.updatedAt = world.now();
  },

  get_subscription_information: (call): z.infer<typeof SubscriptionInformation> =>
    isPaying(call)
      ? {
          hasCustomerId: true,
          nextInvoiceDate: firstOfMonth(call, 1),
          pricePerSeatPerMonthCents: PRICE,
          status: 'active',
        }
      : { hasCustomerId: false, status: 'not_found' },

  update_customer_information: ({ world, organization, body }) => {
    memoryOf(world.state).billingEmails[organization.id] = UpdateCustomerInformationRequest.parse(body).email;
  },

  list_invoices: (call): z.infer<typeof Invoice>[] => {
    const total = PRICE * seats(call);
    const dates = isPaying(call) ? [0, -1, -2].map((months) => firstOfMonth(call, months)) : [];
    return dates
      .filter((date) => date > call.organization.createdAt)
      .map((date) => ({
        currency: 'usd',
        date,
        downloadUrl: `https://billing.example.com/invoices/${call.organization.id}/${date.slice(0, 7)}.pdf`,
        productName: 'Pomerium Zero Business',
        total,
      }));
  },

  get_payment_information: (call): z.infer<typeof PaymentInformation> => {
    if (!isPaying(call)) return {};
    const { state } = call.world;
    const email = memoryOf(state).billingEmails[call.organization.id];
    return {
      billingEmail: email ?? state.users[call.organization.ownerUserId]?.email,
      card: { brand: 'visa', last4: '4242' },
      paymentMethod: 'card',
    };
  },

  get_billing_usage: (call): z.infer<typeof BillingUsage> => {
    const count = (role: Role) => peopleOf(call).filter((row) => row.role === role).length;
    return {
      admins: count('admin'),
      auditors: count('auditor'),
      members: count('member'),
      owners: count('owner'),
      users: seats(call),
      time: call.world.now(),
    };
  },
};

function isPaying({ organization }: Call): boolean {
  return organization.organizationType === 'professional';
}

/** Memberships of people; API users aren't billed. */
function peopleOf({ world, organization }: Call) {
  return Object.values(world.state.memberships).filter(
    ({ organizationId, userId }) =>
      organizationId === organization.id && world.state.users[userId]?.type === 'user_type_interactive',
  );
}

function seats(call: Call): number {
  return peopleOf(call).length;
}

function firstOfMonth({ world }: Call, months: number): string {
  const now = new Date(world.clock());
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)).toISOString();
}
