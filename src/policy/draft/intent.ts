import { z } from 'zod';

const some = (item: z.ZodString) => z.array(item).min(1).optional();

/** As a person has one; a claim may hold others. */
export const email = z
  .string()
  .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text), 'expected a whole e-mail address, such as anna@corp.example');
const domain = z.string().refine((text) => /^[^\s@]+$/.test(text), 'expected a domain, without @');
const userId = z.string().refine((text) => /^[^@]+$/.test(text), 'expected a user id: e-mail addresses go to emails');
const name = z.string().min(1);

const NETWORK = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const network = z.string().refine((text) => NETWORK.safeParse(text).success, 'expected an IP address or CIDR range');

const moment = () => z.iso.datetime({ offset: true }).optional();
const clock = z.string().refine((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), 'expected HH:MM, 24 hours');

const timezone = z.string().refine((text) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}, 'expected a time zone: Europe/Oslo');

// With a description inside, zod keeps the alternatives apart: a list of types is not read by every host.
const scalar = z.union(
  [z.string().describe('As the token has it.'), z.number(), z.boolean()],
  'expected a text, a number or a boolean',
);

/** Kinds of people. */
const people = {
  emails: some(email),
  domains: some(domain).describe('E-mail domains; subdomains are others.'),
  groups: some(name).describe("Values of the identity provider's groups claim."),
  claims: z
    .array(
      z.strictObject({
        name: name.describe('Nested with dots: realm_access.roles.'),
        value: scalar,
      }),
    )
    .min(1)
    .optional(),
  userIds: some(userId).describe('Ids at the identity provider, or user ids of service accounts.'),
};

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Who is to get in: one of `who`, when, from where and with what all fitting, and none of `unless`. */
export const Intent = z.strictObject({
  who: z
    .strictObject({
      everyone: z.boolean().optional().describe('Without signing in.'),
      signedIn: z.boolean().optional().describe('Any account that can sign in.'),
      ...people,
    })
    .refine((who) => Object.values(who).some((kind) => kind !== false && kind !== undefined), 'expected somebody')
    .describe('Whoever fits one of these.'),
  unless: z
    .strictObject({ ...people, networks: some(network) })
    .optional()
    .describe('Refused all the same.'),
  from: moment().describe('Not before this moment.'),
  until: moment().describe('Not from this moment on.'),
  days: z.array(z.enum(DAYS)).min(1).optional(),
  hours: z
    .strictObject({
      timezone: timezone.describe('Europe/Oslo'),
      after: clock.optional().describe('HH:MM'),
      before: clock.optional().describe('HH:MM; earlier than after: over midnight.'),
    })
    .refine(({ after, before }) => after !== before, 'expected after or before, and not the same')
    .optional(),
  networks: some(network).describe('From these IP addresses or CIDR ranges.'),
  device: z.enum(['any', 'enclave_only']).optional().describe('On an approved device registered as this type.'),
  certificate: z
    .strictObject({
      fingerprints: some(name).describe('SHA-256, one of them.'),
      emailEndsWith: name.optional().describe('@corp.example'),
    })
    .optional()
    .describe('With a good client certificate.'),
});

export type Intent = z.infer<typeof Intent>;
