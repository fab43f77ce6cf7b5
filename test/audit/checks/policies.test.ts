import { expect } from 'vitest';
import { policyChecks } from '../../../src/audit/checks/policies.js';
import { cluster, type Organization, PRODUCTION, ROOT, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

/** An organization with one policy, unless more are given. */
function policy(ppl: unknown, fields: Row = {}, ...more: readonly Row[]): Organization {
  return { policies: [{ name: 'Policy', ppl, ...fields }, ...more] };
}

const allow = (block: string, ...criteria: readonly Row[]) => [{ allow: { [block]: criteria } }];
const deny = (block: string, ...criteria: readonly Row[]) => [{ deny: { [block]: criteria } }];

const staff = { domain: { is: 'corp.example' } };
const staffOnly = allow('and', staff);
const web = { name: 'Route', from: 'https://app.production.pomerium.app', to: ['http://app:8080'] };
const governed = { routes: [{ ...web, policyIds: ['Policy'] }] };

const examples: readonly Example[] = [
  {
    id: 'POL-01',
    fires: policy(allow('and', { accept: true })),
    on: 'Policy',
    evidence: { criteria: ['allow.and accept: true'], anonymous: 'allowed' },
    innocent: policy(allow('and', { accept: true }, staff)),
  },
  {
    id: 'POL-01',
    fires: policy(allow('and', { accept: true }, { source_ip: '198.51.100.0/24' })),
    on: 'Policy',
    evidence: { criteria: ['allow.and accept: true'], anonymous: 'allowed', dependsOn: ["the visitor's address"] },
    severity: 'medium',
    innocent: policy([...allow('and', { accept: true }), ...deny('not', staff)]),
  },
  {
    id: 'POL-02',
    fires: policy(allow('and', { email: { not: 'lars@partner.example' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.and email: {"not":"lars@partner.example"}'], anonymous: 'allowed' },
    innocent: policy(allow('and', { authenticated_user: true }, { email: { not: 'lars@partner.example' } })),
  },
  {
    id: 'POL-02',
    fires: policy(allow('or', { source_ip: '198.51.100.0/24' }, staff)),
    on: 'Policy',
    evidence: {
      criteria: ['allow.or source_ip: "198.51.100.0/24"', 'allow.or domain: {"is":"corp.example"}'],
      anonymous: 'allowed',
      dependsOn: ["the visitor's address"],
    },
    innocent: policy(allow('and', { source_ip: '198.51.100.0/24' }, staff)),
  },
  {
    id: 'POL-02',
    fires: policy(allow('or', { cors_preflight: true })),
    on: 'Policy',
    evidence: {
      criteria: ['allow.or cors_preflight: true'],
      anonymous: 'allowed',
      dependsOn: ['whether it is a CORS preflight'],
    },
    innocent: policy(allow('or', { cors_preflight: true }, staff)),
  },
  {
    // It is about more than where a request comes from.
    id: 'POL-02',
    fires: policy(allow('and', { email: { not: 'lars@partner.example' } }, { source_ip: '198.51.100.0/24' })),
    on: 'Policy',
    evidence: {
      criteria: ['allow.and email: {"not":"lars@partner.example"}', 'allow.and source_ip: "198.51.100.0/24"'],
      anonymous: 'allowed',
      dependsOn: ["the visitor's address"],
    },
    severity: 'high',
    innocent: policy(allow('and', { email: { not: 'lars@partner.example' } }, { source_ip: '198.51.100.0/24' }, staff)),
  },
  {
    id: 'POL-02',
    fires: { ...policy(allow('and', { ssh_username_matches_email: true })), ...governed },
    on: 'Policy',
    evidence: { criteria: ['allow.and ssh_username_matches_email: true'], anonymous: 'allowed' },
    innocent: {
      ...policy(allow('and', { ssh_username_matches_email: true })),
      routes: [{ ...web, from: 'ssh://shell', policyIds: ['Policy'] }],
    },
  },
  {
    id: 'POL-03',
    fires: policy(allow('or', staff, { authenticated_user: true })),
    on: 'Policy',
    evidence: { criteria: ['allow.or authenticated_user: true'] },
    innocent: policy(allow('and', staff, { authenticated_user: true })),
  },
  {
    id: 'POL-04',
    fires: policy(staffOnly, { enforced: true }),
    on: 'Policy',
    evidence: { enforced: true, criteria: ['allow.and domain: {"is":"corp.example"}'] },
    fix: ['update_policy', { policyId: 'Policy', enforced: false }],
    innocent: policy([...deny('not', staff), { allow: { and: [] } }], { enforced: true }),
  },
  {
    id: 'POL-04',
    fires: policy([...staffOnly, ...deny('not', staff)], { enforced: true }),
    on: 'Policy',
    evidence: { enforced: true, criteria: ['allow.and domain: {"is":"corp.example"}'] },
    innocent: policy([...staffOnly, ...deny('not', staff)], { enforced: false }),
  },
  {
    id: 'POL-05',
    fires: policy(allow('not', { email: { is: 'lars@partner.example' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.not email: {"is":"lars@partner.example"}'] },
    innocent: policy(deny('not', { email: { is: 'lars@partner.example' } })),
  },
  {
    id: 'POL-05',
    fires: policy(allow('and', { 'claim/groups': { exclude: 'guests' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.and claim/groups: {"exclude":"guests"}'] },
    innocent: policy(allow('and', { 'claim/groups': { has: 'staff' } })),
  },
  {
    id: 'POL-06',
    fires: policy([{ allow: { and: [staff], or: [{ email: 'anna@corp.example' }] } }]),
    on: 'Policy',
    evidence: { rules: ['allow: and OR or'] },
    innocent: policy([...staffOnly, ...allow('or', { email: 'anna@corp.example' })]),
  },
  {
    id: 'POL-07',
    fires: policy(deny('nor', staff, { source_ip: '198.51.100.0/24' })),
    on: 'Policy',
    evidence: { criteria: ['deny.nor domain: {"is":"corp.example"}', 'deny.nor source_ip: "198.51.100.0/24"'] },
    innocent: policy(deny('nor', staff)),
  },
  {
    id: 'POL-08',
    fires: { ...policy(deny('or', { source_ip: '198.51.100.0/24' })), ...governed },
    on: 'Policy',
    evidence: { routes: ['Route'], allowRules: 0 },
    innocent: {
      ...policy(deny('or', { source_ip: '198.51.100.0/24' }), {}, { name: 'Staff', ppl: staffOnly }),
      routes: [{ ...web, policyIds: ['Policy', 'Staff'] }],
    },
  },
  {
    id: 'POL-09',
    fires: policy([...staffOnly, { deny: { or: [] } }]),
    on: 'Policy',
    evidence: { empty: ['ppl[1].deny.or'] },
    fix: ['update_policy', { policyId: 'Policy', ppl: staffOnly }],
    innocent: policy(staffOnly),
  },
  { id: 'POL-09', fires: policy(null), on: 'Policy', evidence: { empty: ['ppl'] }, innocent: policy(staffOnly[0]) },
  {
    id: 'POL-09',
    fires: policy([{ allow: {} }]),
    on: 'Policy',
    evidence: { empty: ['ppl[0].allow'] },
    innocent: policy('allow: {and: [{domain: {is: corp.example}}]}'),
  },
  {
    id: 'POL-10',
    fires: policy(allow('or', { email: { ends_with: 'corp.example' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or email: {"ends_with":"corp.example"}'] },
    fix: ['update_policy', { policyId: 'Policy', ppl: allow('or', { email: { ends_with: '@corp.example' } }) }],
    innocent: policy(allow('or', { email: { ends_with: '@corp.example' } })),
  },
  {
    id: 'POL-10',
    fires: policy(allow('or', { email: { contains: '@corp.example' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or email: {"contains":"@corp.example"}'] },
    innocent: policy(deny('or', { email: { contains: 'corp.example' } })),
  },
  {
    id: 'POL-11',
    fires: policy(allow('or', { domain: { ends_with: 'corp.example' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or domain: {"ends_with":"corp.example"}'] },
    innocent: policy(allow('or', { domain: { ends_with: '.corp.example' } })),
  },
  {
    id: 'POL-12',
    fires: policy(allow('or', { email: { in: ['anna@corp.example', 'books@yahoo.co.uk'] } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or email: {"in":["anna@corp.example","books@yahoo.co.uk"]}'] },
    innocent: policy(allow('and', { domain: { not: 'gmail.com' } })),
  },
  {
    id: 'POL-13',
    fires: policy(allow('or', { user: 'anna@corp.example' })),
    on: 'Policy',
    evidence: { criteria: ['allow.or user: "anna@corp.example"'] },
    innocent: policy(allow('or', { user: '00u1f2g3h4' })),
  },
  {
    id: 'POL-13',
    fires: policy(deny('or', { user: { in: ['anna@corp.example'] } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or user: {"in":["anna@corp.example"]}'] },
    severity: 'high',
    innocent: policy(deny('or', { user: { in: ['00u1f2g3h4'] } })),
  },
  {
    id: 'POL-14',
    fires: policy(
      allow(
        'or',
        { domain: '@corp.example' },
        { email: 'anna' },
        { user: 17 },
        { 'claim/groups': ['a', 'b'] },
        { user: { in: [] } },
        { source_ip: [] },
      ),
    ),
    on: 'Policy',
    evidence: {
      criteria: [
        'allow.or domain: "@corp.example"',
        'allow.or email: "anna"',
        'allow.or user: 17',
        'allow.or claim/groups: ["a","b"]',
        'allow.or user: {"in":[]}',
        'allow.or source_ip: []',
      ],
    },
    innocent: policy(
      allow(
        'or',
        staff,
        { email: 'anna@corp.example' },
        { user: '17' },
        { 'claim/email_verified': true },
        { email: { starts_with: 'anna' } },
      ),
    ),
  },
  {
    id: 'POL-15',
    fires: policy(allow('or', { email: 'Anna@corp.example' })),
    on: 'Policy',
    evidence: { criteria: ['allow.or email: "Anna@corp.example"'] },
    innocent: policy(allow('or', { email: 'anna@corp.example' }, { user: 'Anna' })),
  },
  {
    id: 'POL-16',
    fires: policy(allow('or', { groups: { has: 'admins' } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or groups: {"has":"admins"}'] },
    innocent: policy(allow('or', { 'claim/groups': { has: 'admins' } })),
  },
  {
    id: 'POL-17',
    fires: { ...policy(allow('or', { 'claim/groups': 'admins' })), settings: { identityProviderScopes: ['openid'] } },
    on: 'Policy',
    evidence: {
      criteria: ['allow.or claim/groups: "admins"'],
      clusters: ['production: the scope groups is not asked for'],
    },
    innocent: { ...policy(allow('or', { 'claim/team': 'web' })), settings: { identityProviderScopes: ['openid'] } },
  },
  {
    id: 'POL-17',
    fires: { ...policy(allow('or', { 'claim/team': 'web' })), settings: { identityProvider: undefined } },
    on: 'Policy',
    evidence: { criteria: ['allow.or claim/team: "web"'], clusters: ['production: no identity provider'] },
    // It is kept for all clusters and used in one.
    innocent: {
      ...policy(allow('or', { 'claim/team': 'web' })),
      ...governed,
      clusters: [cluster('production'), cluster('staging', {}, { identityProvider: undefined })],
    },
  },
  {
    id: 'POL-18',
    fires: policy(allow('or', { 'claim/realm_access/roles': 'admin' })),
    on: 'Policy',
    evidence: { criteria: ['allow.or claim/realm_access/roles: "admin"'] },
    fix: ['update_policy', { policyId: 'Policy', ppl: allow('or', { 'claim/realm_access.roles': 'admin' }) }],
    innocent: policy(allow('or', { 'claim/pomerium.io/roles': 'admin' })),
  },
  {
    id: 'POL-19',
    fires: policy(deny('or', { http_method: { not_in: ['GET', 'HEAD'] } })),
    on: 'Policy',
    evidence: {
      criteria: [
        { criterion: 'deny.or http_method: {"not_in":["GET","HEAD"]}', problem: expect.stringContaining('unsafe') },
      ],
    },
    innocent: policy(deny('not', { http_method: { in: ['GET', 'HEAD'] } })),
  },
  {
    id: 'POL-20',
    fires: policy([...staffOnly, ...deny('or', { http_path: { starts_with: '/admin/' } })]),
    on: 'Policy',
    evidence: { criteria: ['deny.or http_path: {"starts_with":"/admin/"}'] },
    innocent: policy(staffOnly),
  },
  {
    id: 'POL-21',
    fires: policy(deny('or', { http_method: { in: ['post', 'PUT'] } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or http_method: {"in":["post","PUT"]}'] },
    fix: ['update_policy', { policyId: 'Policy', ppl: deny('or', { http_method: { in: ['POST', 'PUT'] } }) }],
    innocent: policy(deny('or', { http_method: { in: ['POST', 'PUT'] } })),
  },
  {
    id: 'POL-22',
    fires: policy(deny('or', { http_path: { starts_with: '/admin' } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or http_path: {"starts_with":"/admin"}'] },
    innocent: policy(deny('or', { http_path: { starts_with: '/admin/' } }, { http_path: '/admin' })),
  },
  {
    id: 'POL-23',
    fires: policy(allow('or', { source_ip: '198.51.100.0/24' }, staff)),
    on: 'Policy',
    evidence: { criteria: ['allow.or source_ip: "198.51.100.0/24"'] },
    innocent: policy(allow('and', { source_ip: '198.51.100.0/24' }, staff)),
  },
  {
    id: 'POL-24',
    fires: policy(allow('and', staff, { source_ip: ['10.0.0.0/8', '0.0.0.0/0'] })),
    on: 'Policy',
    evidence: { criteria: ['allow.and source_ip: ["10.0.0.0/8","0.0.0.0/0"]'] },
    innocent: policy(allow('and', staff, { source_ip: ['10.0.0.0/8', '2001::/16'] })),
  },
  {
    id: 'POL-24',
    fires: policy(allow('and', staff, { source_ip: '2000::/3' })),
    on: 'Policy',
    evidence: { criteria: ['allow.and source_ip: "2000::/3"'] },
    innocent: policy(allow('and', staff, { source_ip: '198.51.100.7' })),
  },
  {
    id: 'POL-25',
    fires: policy(deny('or', { source_ip: ['198.51.100.0/24'] })),
    on: 'Policy',
    evidence: { criteria: ['deny.or source_ip: ["198.51.100.0/24"]'] },
    innocent: policy([
      ...deny('or', { source_ip: ['198.51.100.0/24', '2001:db8::/32'] }),
      ...deny('not', { source_ip: '198.51.100.0/24' }),
    ]),
  },
  {
    id: 'POL-25',
    fires: policy([...deny('or', { source_ip: '198.51.100.7' }), ...deny('or', { source_ip: '::ffff:198.51.100.8' })]),
    on: 'Policy',
    evidence: { criteria: ['deny.or source_ip: "198.51.100.7"', 'deny.or source_ip: "::ffff:198.51.100.8"'] },
    innocent: policy([...deny('or', { source_ip: '198.51.100.7' }), ...deny('or', { source_ip: '2001:db8::/32' })]),
  },
  {
    id: 'POL-26',
    fires: {
      ...policy(deny('or', { source_ip: '198.51.100.0/24' })),
      clusters: [cluster('production', { flavor: 'hosted' })],
    },
    on: 'Policy',
    evidence: { criteria: ['deny.or source_ip: "198.51.100.0/24"'] },
    innocent: policy(deny('or', { source_ip: '198.51.100.0/24' })),
  },
  {
    id: 'POL-26',
    fires: { ...policy(deny('or', { source_ip: '198.51.100.0/24' })), settings: { skipXffAppend: true } },
    on: 'Policy',
    evidence: { criteria: ['deny.or source_ip: "198.51.100.0/24"'] },
    innocent: { ...policy(staffOnly), settings: { skipXffAppend: true } },
  },
  {
    id: 'POL-27',
    fires: policy(allow('or', { invalid_client_certificate: true })),
    on: 'Policy',
    evidence: { criteria: ['allow.or invalid_client_certificate: true'] },
    innocent: policy(deny('or', { invalid_client_certificate: true })),
  },
  {
    // Where no CA is set it is false for everybody, so that this opens the door.
    id: 'POL-27',
    fires: policy(allow('not', { invalid_client_certificate: true })),
    on: 'Policy',
    evidence: { criteria: ['allow.not invalid_client_certificate: true'] },
    innocent: policy(deny('not', { invalid_client_certificate: true })),
  },
  {
    id: 'POL-28',
    fires: { ...policy(allow('or', { client_certificate: { san_email: { is: 'anna@corp.example' } } })), ...governed },
    on: 'Policy',
    evidence: {
      criteria: ['allow.or client_certificate: {"san_email":{"is":"anna@corp.example"}}'],
      routes: ['Route'],
    },
    innocent: {
      ...policy(allow('or', { client_certificate: { san_email: { is: 'anna@corp.example' } } })),
      ...governed,
      settings: { downstreamMtlsCaKeyPairId: 'ca' },
    },
  },
  {
    id: 'POL-28',
    fires: policy(allow('or', { client_certificate: { san_email: { is: 'anna@corp.example' } } })),
    on: 'Policy',
    evidence: { criteria: ['allow.or client_certificate: {"san_email":{"is":"anna@corp.example"}}'] },
    innocent: {
      ...policy(allow('or', { client_certificate: { san_email: { is: 'anna@corp.example' } } })),
      routes: [{ ...web, policyIds: ['Policy'], tlsDownstreamClientCaKeyPairId: 'ca' }],
    },
  },
  {
    id: 'POL-29',
    fires: policy(allow('and', staff, { mcp_tool: 'search' })),
    on: 'Policy',
    evidence: { criteria: ['allow.and mcp_tool: "search"'] },
    innocent: policy([...staffOnly, ...deny('or', { mcp_tool: { not_in: ['search'] } })]),
  },
  {
    id: 'POL-30',
    fires: policy(deny('or', { mcp_tool: { in: ['delete'] } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or mcp_tool: {"in":["delete"]}'] },
    innocent: policy(deny('or', { mcp_tool: { not_in: ['search'] } })),
  },
  {
    id: 'POL-30',
    fires: policy(deny('or', { mcp_tool: { starts_with: 'delete_' } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or mcp_tool: {"starts_with":"delete_"}'] },
    // Without an operator it denies all tools.
    innocent: policy(deny('or', { mcp_tool: {} })),
  },
  {
    id: 'POL-31',
    fires: {
      ...policy(
        deny('or', { email: 'lars@partner.example' }),
        {},
        { name: 'Public', ppl: allow('or', { accept: true }) },
      ),
      routes: [{ ...web, policyIds: ['Policy', 'Public'] }],
    },
    on: 'Policy',
    evidence: { criteria: ['deny.or email: "lars@partner.example"'], routes: ['Route'] },
    innocent: {
      ...policy(deny('or', { source_ip: '198.51.100.7' }), {}, { name: 'Public', ppl: allow('or', { accept: true }) }),
      routes: [{ ...web, policyIds: ['Policy', 'Public'] }],
    },
  },
  {
    id: 'POL-32',
    fires: policy(deny('not', { reject: true }), { enforced: true }),
    on: 'Policy',
    evidence: { criteria: ['deny.not reject: true'], enforced: true },
    innocent: policy(deny('not', { accept: true }), { enforced: true }),
  },
  {
    id: 'POL-32',
    fires: policy(deny('or', { http_path: {} })),
    on: 'Policy',
    evidence: { criteria: ['deny.or http_path: {}'], enforced: false },
    innocent: policy(deny('and', { http_path: {} }, staff)),
  },
  {
    id: 'POL-32',
    fires: policy(deny('or', { source_ip: ['0.0.0.0/0', '::/0'] })),
    on: 'Policy',
    evidence: { criteria: ['deny.or source_ip: ["0.0.0.0/0","::/0"]'], enforced: false },
    innocent: policy(deny('or', { source_ip: '0.0.0.0/0' })),
  },
  {
    id: 'POL-32',
    fires: policy(deny('or', { http_path: { starts_with: '/' } })),
    on: 'Policy',
    evidence: { criteria: ['deny.or http_path: {"starts_with":"/"}'], enforced: false },
    innocent: policy(deny('or', { http_path: { ends_with: '/' } }, { http_method: { starts_with: '/' } })),
  },
  {
    id: 'POL-33',
    fires: policy(deny('or', { reject: true })),
    on: 'Policy',
    evidence: { criteria: ['deny.or reject: true'] },
    innocent: policy(deny('or', { reject: true }, staff)),
  },
  {
    id: 'POL-34',
    fires: policy(allow('or', { emails: 'anna@corp.example' })),
    on: 'Policy',
    evidence: { problems: ['allow.or emails: "anna@corp.example": unknown policy criterion: emails'] },
    innocent: policy(allow('and', staff, { day_of_week: 'mon-fri' })),
  },
  {
    id: 'POL-34',
    fires: policy(allow('or', { email: { matches: '.*' } })),
    on: 'Policy',
    evidence: {
      problems: [
        'allow.or email: {"matches":".*"}: error generating criterion rules: unknown string matcher operator: matches',
      ],
    },
    innocent: policy(allow('or', { email: { starts_with: 'anna@' } })),
  },
  {
    id: 'POL-34',
    fires: policy({ permit: { or: [staff] } }),
    on: 'Policy',
    evidence: {
      problems: ['invalid rules in policy: invalid action in rule: unsupported action: "permit"'],
    },
    innocent: policy(''),
  },
  {
    id: 'POL-35',
    fires: policy(staffOnly),
    on: 'Policy',
    evidence: { routes: 0, enforced: false },
    fix: ['delete_policy', { policyId: 'Policy' }],
    innocent: { ...policy(staffOnly), routes: [{ ...web, upstreamTunnel: { sshPolicyId: 'Policy' } }] },
  },
  {
    id: 'POL-36',
    fires: policy(allow('or', staff, { user: 'a' }), {}, { name: 'Same', ppl: allow('or', { user: 'a' }, staff) }),
    on: 'Same',
    evidence: { sameAs: 'Policy', sameAsId: 'Policy' },
    innocent: policy(allow('or', staff), {}, { name: 'Other', ppl: allow('not', staff) }),
  },
  {
    // The older one is the original, whatever their ids.
    id: 'POL-36',
    fires: policy(
      staffOnly,
      { createdAt: '2026-03-02T00:00:00Z' },
      {
        name: 'Same',
        ppl: staffOnly,
        createdAt: '2026-03-01T00:00:00Z',
      },
    ),
    on: 'Policy',
    evidence: { sameAs: 'Same', sameAsId: 'Same' },
    innocent: policy(staffOnly, { createdAt: '2026-03-02T00:00:00Z' }),
  },
  {
    id: 'POL-37',
    fires: policy(deny('not', staff), { explanation: 'Staff only.' }),
    on: 'Policy',
    evidence: { explanation: 'Staff only.', remediation: '' },
    innocent: policy(deny('not', staff), { explanation: 'Staff only.', remediation: 'Ask IT.' }),
  },
  {
    id: 'POL-38',
    fires: {
      ...policy(staffOnly, {}, { name: 'Guard', ppl: deny('or', { source_ip: '198.51.100.7' }), enforced: true }),
      routes: [{ ...web, from: 'ssh://shell', policyIds: ['Policy'] }],
    },
    on: 'Policy',
    evidence: { routes: ['Route'], sshUsername: 'any' },
    innocent: {
      ...policy(staffOnly, {}, { name: 'No root', ppl: deny('or', { ssh_username: 'root' }), enforced: true }),
      routes: [{ ...web, from: 'ssh://shell', policyIds: ['Policy'] }],
    },
  },
  {
    id: 'POL-39',
    fires: policy(allow('and', staff, { time_of_day: { after: '8:00 AM' } })),
    on: 'Policy',
    evidence: {
      criteria: [
        {
          criterion: 'allow.and time_of_day: {"after":"8:00 AM"}',
          problem: 'expected an IANA time zone for timezone, got: null',
        },
      ],
    },
    innocent: policy(allow('and', staff, { time_of_day: { after: '8:00 AM', timezone: 'Europe/Oslo' } })),
  },
  {
    id: 'POL-40',
    fires: policy(allow('or', { email: { in: addresses(26) } })),
    on: 'Policy',
    evidence: { addresses: 26 },
    innocent: policy(allow('or', { email: { in: addresses(25) } }, { email: 'p1@corp.example' })),
  },
  {
    id: 'POL-41',
    fires: {
      ...policy(deny('not', staff), { enforced: true, namespaceId: PRODUCTION }),
      clusters: [cluster('production'), cluster('staging')],
    },
    on: 'Policy',
    evidence: { namespace: 'production', clustersWithout: ['staging'] },
    innocent: {
      ...policy(
        deny('not', staff),
        { enforced: true, namespaceId: PRODUCTION },
        { name: 'Same', ppl: deny('not', staff), enforced: true, namespaceId: 'staging-cluster' },
      ),
      clusters: [cluster('production'), cluster('staging')],
    },
  },
  {
    id: 'POL-42',
    fires: policy(staffOnly, { enforced: true }),
    on: 'Example Corp',
    evidence: { policies: 1, enforced: 1, enforcedDeny: 0 },
    innocent: policy(deny('not', staff), { enforced: true, namespaceId: ROOT }),
  },
];

function addresses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `p${index}@corp.example`);
}

testChecks(policyChecks, examples);
