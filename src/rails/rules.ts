import { METHODS } from 'node:http';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { didYouMean } from '../nearest.js';

const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1, 'expected at least one entry.');
// What is no address is then not told as a wrong one where it may be something else.
const email = () => z.string().regex(/^[^@\s]+@[^@\s]+$/, { error: 'expected an e-mail address.', abort: true });
const domain = () => z.string().regex(/^[^@/:\s]+$/, 'expected a domain, such as corp.example.');
const HOST = /^[^@/\s]+$/;
const host = () => z.string().regex(HOST, 'expected a host, such as *.corp.example.');

/** A network, an address, or a host. */
const place = () =>
  z
    .string()
    .refine(
      (text) => ipaddr.isValidCIDR(text) || HOST.test(text),
      'expected a network such as 10.0.0.0/8, or a host such as *.svc.cluster.local.',
    );

/** What an invariant can say, by its key. */
export const invariants = {
  neverPublic: z.strictObject({ neverPublic: listOf(host()) }),
  onlyDomains: z.strictObject({
    onlyDomains: z.strictObject({
      domains: listOf(domain()),
      hosts: listOf(host()).optional(),
      except: listOf(host()).optional(),
    }),
  }),
  noTlsSkipVerify: z.strictObject({ noTlsSkipVerify: z.literal(true) }),
  toOnlyIn: z.strictObject({ toOnlyIn: listOf(place()) }),
  onlyAdmins: z.strictObject({ onlyAdmins: listOf(email()) }),
} as const;

/** One thing that must never be otherwise; each entry has exactly one of the keys. */
const Invariant = z.union([
  invariants.neverPublic,
  invariants.onlyDomains,
  invariants.noTlsSkipVerify,
  invariants.toOnlyIn,
  invariants.onlyAdmins,
]);

export const Person = z.strictObject({
  email: email(),
  claims: z.record(z.string(), z.array(z.json())).optional(),
  groups: z.array(z.string()).optional(),
});

const method = z.enum(METHODS, {
  error: ({ input }) =>
    `expected an HTTP method, such as GET.${typeof input === 'string' ? didYouMean(input, METHODS) : ''}`,
});

const Test = z.strictObject({
  who: z.union(
    [z.literal(['anonymous', 'stranger']), email(), Person],
    'expected an e-mail address, anonymous, stranger, or a person with email, claims and groups.',
  ),
  url: z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i, 'expected a URL with a scheme.'),
  /** Of the clusters that serve the host; needed where several do. */
  cluster: z.string().optional(),
  method: method.optional(),
  from: z.union([z.ipv4(), z.ipv6()], 'expected an IP address.').optional(),
  when: z.iso
    .datetime({ offset: true, error: 'expected a time with its zone, such as 2026-03-02T09:00:00Z.' })
    .optional(),
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
