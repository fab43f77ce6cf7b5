import type { z } from 'zod';
import type { PolicyProperties } from '../../tools/zero/entities/policy.js';
import type { PersonKey } from './seed-people.js';

type Properties = z.infer<typeof PolicyProperties>;

/** A policy as somebody made it. Days and hours are counted back from the day the sandbox starts; hours are UTC. */
export interface SeededPolicy extends Omit<Properties, 'namespaceId'> {
  readonly namespace: 'root' | 'production' | 'staging';
  readonly by: PersonKey;
  readonly at: readonly [daysAgo: number, hour: number];
}

export const policies: readonly SeededPolicy[] = [
  {
    namespace: 'root',
    by: 'tomas',
    at: [79, 9.2],
    name: 'Company staff',
    enforced: false,
    ppl: { allow: { and: [{ domain: { is: 'tidewrack.example' } }] } },
    description: 'Everybody with a tidewrack.example account. The default for internal tools.',
    explanation: 'This site is for Tidewrack staff.',
    remediation: 'Sign in with your tidewrack.example account, or ask #platform for access.',
  },
  {
    namespace: 'root',
    by: 'ingrid',
    at: [77, 13.5],
    name: 'Blocked networks',
    enforced: true,
    ppl: { deny: { or: [{ source_ip: ['192.0.2.0/24', '2001:db8:bad::/48'] }] } },
    description: 'Hosters we only ever see scanners from. Reviewed every quarter by Ingrid.',
    explanation: 'Requests from this network are not accepted.',
    remediation: 'Use another network. If you think this is wrong, write to security@tidewrack.example.',
  },
  {
    namespace: 'production',
    by: 'tomas',
    at: [77, 14.1],
    name: 'Platform on-call',
    enforced: false,
    ppl: { allow: { and: [{ 'claim/groups': 'platform-oncall' }] } },
    description: 'Group is managed in the identity provider, rota changes on Mondays.',
    explanation: 'Only the platform on-call may use this.',
    remediation: 'Ask the person on call, or request the group platform-oncall.',
  },
  {
    namespace: 'production',
    by: 'tomas',
    at: [76, 8.7],
    name: 'Platform shell',
    enforced: false,
    ppl: { allow: { and: [{ 'claim/groups': 'platform-oncall' }, { ssh_username: { in: ['deploy', 'ops'] } }] } },
    description: 'SSH as deploy or ops, never root.',
    explanation: 'Shell access is limited to the platform on-call.',
    remediation: 'Log in as deploy or ops.',
  },
  {
    namespace: 'production',
    by: 'priya',
    at: [71, 10.4],
    name: 'Payroll',
    enforced: false,
    // Meant as "staff, and one of these three"; the two blocks are OR-ed.
    ppl: {
      allow: {
        and: [{ domain: { is: 'tidewrack.example' } }],
        or: [
          { email: { is: 'ingrid.solvang@tidewrack.example' } },
          { email: { is: 'yuki.tanabe@tidewrack.example' } },
          { email: { is: 'tidewrack.bookkeeping@gmail.com' } },
        ],
      },
    },
    description: 'HR, Ingrid and the external bookkeeper.',
    explanation: 'Payroll is open to HR only.',
    remediation: 'Ask Yuki if you need a payslip.',
  },
  {
    namespace: 'production',
    by: 'priya',
    at: [63, 9.9],
    name: 'Contractors, office hours',
    enforced: false,
    ppl: {
      allow: {
        and: [
          { email: { ends_with: 'bellwether.example' } },
          { day_of_week: 'mon-fri' },
          { time_of_day: { timezone: 'Europe/Oslo', after: '8:00 AM', before: '6:00 PM' } },
        ],
      },
    },
    description: 'Bellwether consultants, contract runs until the warehouse move is done.',
    explanation: 'Contractor access ends at six.',
    remediation: 'Come back on a working day between 8 and 18, Oslo time.',
  },
  {
    namespace: 'production',
    by: 'tomas',
    at: [58, 11.3],
    name: 'Back office on managed laptops',
    enforced: false,
    ppl: [
      { allow: { and: [{ domain: { is: 'tidewrack.example' } }, { device: { approved: true, type: 'any' } }] } },
      { deny: { or: [{ http_path: { starts_with: '/admin/' } }] } },
    ],
    description: 'Enrolled devices only. /admin/ stays closed until the new role model is in.',
    explanation: 'The back office needs an enrolled laptop.',
    remediation: 'Enrol your laptop at the IT desk.',
  },
  {
    namespace: 'production',
    by: 'priya',
    at: [54, 15.2],
    name: 'Public pages',
    enforced: false,
    ppl: { allow: { and: [{ accept: true }] } },
    description: 'No login at all. For the status page.',
    explanation: '',
    remediation: '',
  },
  {
    namespace: 'production',
    by: 'priya',
    at: [49, 12.6],
    name: 'Partner portal',
    enforced: false,
    ppl: { allow: { and: [{ domain: { is: 'saltmarsh.example' } }] } },
    description: 'Saltmarsh Foods, the pilot partner.',
    explanation: 'The portal is open to invited partners.',
    remediation: 'Write to partners@tidewrack.example.',
  },
  {
    namespace: 'production',
    by: 'tomas',
    at: [48, 10.6],
    name: 'Scanner enrolment',
    enforced: false,
    // Meant as "staff whose scanner has no certificate yet"; others may own a domain that ends like ours.
    ppl: { allow: { and: [{ domain: { ends_with: 'tidewrack.example' } }, { invalid_client_certificate: true }] } },
    description: 'To enrol scanners before they have a certificate. Not attached until the fleet arrives.',
    explanation: 'This is for enrolling scanners.',
    remediation: 'Ask Tomás.',
  },
  {
    namespace: 'production',
    by: 'priya',
    at: [45, 7.9],
    name: 'Office network',
    enforced: false,
    ppl: { allow: { or: [{ source_ip: ['198.51.100.0/24', '0.0.0.0/0'] }] } },
    description: 'Widened on the morning when the office line was down. Taken off all routes since.',
    explanation: 'This is open from the office only.',
    remediation: 'Use the office network.',
  },
  {
    namespace: 'production',
    by: 'tomas',
    at: [36, 9.1],
    name: 'Warehouse leads',
    enforced: false,
    ppl: {
      allow: { or: [{ groups: { has: 'warehouse-leads' } }, { email: { is: 'mateus.lima@tidewrack.example' } }] },
    },
    description: 'Shift leads in Tromsø and Bodø. Mateus by name because the group does not seem to work??',
    explanation: 'This is for warehouse shift leads.',
    remediation: 'Ask Mateus.',
  },
  {
    namespace: 'staging',
    by: 'priya',
    at: [75, 10.8],
    name: 'Any signed-in user',
    enforced: false,
    ppl: { allow: { and: [{ authenticated_user: true }] } },
    description: 'Staging is for demos too, so no domain check here.',
    explanation: 'Please sign in.',
    remediation: 'Sign in with any account.',
  },
  {
    namespace: 'staging',
    by: 'tomas',
    at: [44, 15.3],
    name: 'Maintenance',
    enforced: false,
    // The second rule was to leave reading open. It doesn't compile, and the first stops everybody anyway.
    ppl: [{ deny: { or: [{ accept: true }] } }, { deny: { or: [{ http_method: { not_in: ['GET', 'HEAD'] } }] } }],
    description: 'Attach to a route while it is being worked on.',
    explanation: 'This is being worked on.',
    remediation: 'Come back in an hour.',
  },
  {
    namespace: 'staging',
    by: 'ingrid',
    at: [46, 16.7],
    name: 'Break glass',
    enforced: true,
    ppl: { allow: { or: [{ email: { is: 'ingrid.solvang@tidewrack.example' } }] } },
    description: 'So that I never lock myself out of staging again.',
    explanation: 'Break glass.',
    remediation: 'Call Ingrid.',
  },
];
