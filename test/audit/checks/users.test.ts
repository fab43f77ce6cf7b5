import { userChecks } from '../../../src/audit/checks/users.js';
import { inDays, type Organization, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const member = { type: 'user_type_interactive', organizationRole: 'member', lastLoggedIn: inDays(-1) };
const api = 'user_type_api_access';

function person(name: string, fields: Row = {}): Row {
  return { ...member, email: `${name}@corp.example`, ...fields };
}

function people(...users: readonly Row[]): Organization {
  return { users };
}

const admins = ['a', 'b', 'c', 'd'].map((name) => person(name, { organizationRole: 'admin' }));
const crowd = Array.from({ length: 17 }, (_, index) => person(`m${index}`));
const owner = person('o', { organizationRole: 'owner' });

function routes(count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => ({ name: `R${index}`, from: `https://r${index}.corp.example` }));
}

const examples: readonly Example[] = [
  {
    id: 'USR-01',
    fires: people(...admins),
    on: 'Example Corp',
    evidence: { users: 4, ownersAndAdmins: admins.map(({ email }) => email) },
    innocent: people(...admins.slice(1)),
  },
  {
    id: 'USR-01',
    fires: people(owner, ...admins, ...crowd),
    on: 'Example Corp',
    evidence: { users: 22, ownersAndAdmins: [owner, ...admins].map(({ email }) => email) },
    innocent: people(...admins, ...crowd),
  },
  {
    id: 'USR-02',
    fires: people(person('bot', { type: api, organizationRole: 'admin', displayName: 'Pipeline' })),
    on: 'Pipeline',
    evidence: { type: api, organizationRole: 'admin' },
    innocent: people(person('bot', { type: api, organizationRole: 'auditor' }), owner),
  },
  {
    id: 'USR-03',
    fires: people(person('a', { lastLoggedIn: inDays(-91) })),
    on: 'a@corp.example',
    evidence: { lastLoggedIn: inDays(-91) },
    innocent: people(
      person('a', { lastLoggedIn: inDays(-90) }),
      person('bot', { type: api, lastLoggedIn: inDays(-91) }),
    ),
  },
  {
    id: 'USR-04',
    fires: people(person('a', { lastLoggedIn: undefined, createdAt: inDays(-15) })),
    on: 'a@corp.example',
    evidence: { createdAt: inDays(-15), lastLoggedIn: 'never' },
    innocent: people(person('a', { lastLoggedIn: undefined, createdAt: inDays(-14) })),
  },
  {
    id: 'USR-05',
    fires: people(person('a'), person('b'), person('p', { email: 'p@partner.example' })),
    on: 'p@partner.example',
    evidence: { email: 'p@partner.example', organizationRole: 'member', mostAreAt: 'corp.example' },
    innocent: people(person('a'), person('b'), person('p', { email: 'p@EU.corp.example' })),
  },
  {
    id: 'USR-05',
    fires: people(person('a'), person('b'), person('p', { email: 'p@notcorp.example' })),
    on: 'p@notcorp.example',
    evidence: { email: 'p@notcorp.example', organizationRole: 'member', mostAreAt: 'corp.example' },
    innocent: people(person('a'), person('p', { email: 'p@partner.example' })),
  },
  {
    id: 'USR-06',
    fires: { invites: [{ id: 'invite', email: 'n@corp.example', role: 'admin', createdAt: inDays(-8) }] },
    on: 'n@corp.example',
    evidence: { role: 'admin', createdAt: inDays(-8) },
    fix: ['delete_organization_invite', { invitationId: 'invite' }],
    innocent: {
      invites: [
        { email: 'n@corp.example', role: 'admin', createdAt: inDays(-7) },
        { email: 'm@corp.example', role: 'member', createdAt: inDays(-8) },
      ],
    },
  },
  {
    id: 'USR-07',
    fires: people(owner, ...admins),
    on: 'o@corp.example',
    evidence: { owners: 1 },
    innocent: people(owner, person('b', { organizationRole: 'owner' })),
  },
  {
    id: 'USR-08',
    fires: { organization: { organizationType: 'personal' }, routes: routes(6) },
    on: 'Example Corp',
    evidence: { organizationType: 'personal', routes: 6 },
    innocent: { organization: { organizationType: 'personal' }, routes: routes(5) },
  },
];

testChecks(userChecks, examples);
