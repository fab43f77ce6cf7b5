import { z } from 'zod';

const hosts = () => z.array(z.string().min(1)).min(1);
const email = () => z.string().regex(/^[^@\s]+@[^@\s]+$/, 'expected an e-mail address.');

/** One thing that must never be otherwise; each entry has exactly one of the keys. */
const Invariant = z.union([
  z.strictObject({ neverPublic: hosts() }),
  z.strictObject({
    onlyDomains: z.strictObject({ domains: hosts(), hosts: hosts().optional(), except: hosts().optional() }),
  }),
  z.strictObject({ noTlsSkipVerify: z.literal(true) }),
  z.strictObject({ toOnlyIn: hosts() }),
  z.strictObject({ onlyAdmins: z.array(email()).min(1) }),
]);

const Person = z.strictObject({
  email: email(),
  claims: z.record(z.string(), z.array(z.json())).optional(),
  groups: z.array(z.string()).optional(),
});

const Test = z.strictObject({
  who: z.union([z.literal(['anonymous', 'stranger']), email(), Person]),
  url: z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'expected a URL with a scheme.'),
  /** Of the clusters that serve the host; needed where several do. */
  cluster: z.string().optional(),
  method: z.string().optional(),
  from: z.union([z.ipv4(), z.ipv6()], 'expected an IP address.').optional(),
  when: z.iso.datetime({ offset: true }).optional(),
  expect: z.enum(['allow', 'deny']),
});

/** The operator's guard rails, as the file holds them. Nothing of it can be changed by a call. */
export const Rules = z.strictObject({
  me: z.array(email()).optional(),
  self: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'expected a URL.')
    .optional(),
  invariants: z.array(Invariant).optional(),
  tests: z.array(Test).optional(),
});

export type Rules = z.output<typeof Rules>;
export type Invariant = z.output<typeof Invariant>;
export type PolicyTest = z.output<typeof Test>;

/** Whether any rule is there to be checked before something is sent. */
export function hasRules({ invariants = [], tests = [] }: Rules): boolean {
  return invariants.length + tests.length > 0;
}
