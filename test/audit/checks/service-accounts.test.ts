import { serviceAccountChecks } from '../../../src/audit/checks/service-accounts.js';
import { cluster, inDays, type Organization, PRODUCTION, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const good = { description: 'Export', userId: 'svc-export', createdAt: inDays(-20), expiresAt: inDays(60) };
const subject = 'google-oauth2|108';

/** An organization with this account, and others of production. */
function account(fields: Row, ...more: readonly Row[]): Organization {
  return { serviceAccounts: [{ ...good, ...fields }, ...more.map((row) => ({ ...good, ...row }))] };
}

/** A policy on a route of production that names a user. */
function naming(user: unknown, policyIds = ['Machines']): Organization {
  return {
    policies: [{ name: 'Machines', ppl: [{ allow: { and: [{ user }] } }] }],
    routes: [{ name: 'API', from: 'https://api.corp.example', policyIds }],
  };
}

const removal = ['delete_service_account', { clusterId: PRODUCTION, serviceAccountId: 'Export' }] as const;

const examples: readonly Example[] = [
  {
    id: 'SVC-01',
    fires: account({ expiresAt: undefined }),
    on: 'Export',
    evidence: { expiresAt: 'not set' },
    innocent: account({ expiresAt: inDays(900) }),
  },
  {
    id: 'SVC-02',
    fires: account({ expiresAt: inDays(-1) }),
    on: 'Export',
    evidence: { expiresAt: inDays(-1) },
    fix: removal,
    innocent: account({ expiresAt: inDays(1) }),
  },
  {
    id: 'SVC-02',
    fires: {
      ...account({ expiresAt: inDays(-1) }),
      clusters: [cluster('production', { minReplicaVersion: '0.26.1' })],
    },
    on: 'Export',
    evidence: { expiresAt: inDays(-1) },
    severity: 'medium',
    fix: removal,
    innocent: account({ expiresAt: undefined }),
  },
  {
    id: 'SVC-03',
    fires: account({ expiresAt: inDays(71) }),
    on: 'Export',
    evidence: { createdAt: inDays(-20), expiresAt: inDays(71), days: 91 },
    innocent: account({ expiresAt: inDays(70) }),
  },
  {
    id: 'SVC-04',
    fires: account({}, { description: 'Import' }, { id: 'bare', description: '' }),
    on: 'Export',
    evidence: { userId: 'svc-export', sharedWith: ['Import', 'bare'] },
    innocent: account({}, { description: 'Import', userId: 'svc-import' }),
  },
  {
    id: 'SVC-05',
    fires: account({ userId: 'anna@corp.example' }),
    on: 'Export',
    evidence: { userId: 'anna@corp.example' },
    innocent: { ...account({}), ...naming({ is: 'svc-export' }) },
  },
  {
    id: 'SVC-05',
    fires: { ...account({ userId: subject }), ...naming({ is: subject }) },
    on: 'Export',
    evidence: { userId: subject },
    innocent: { ...account({ userId: subject }), ...naming({ is: 'google-oauth2|109' }) },
  },
  {
    id: 'SVC-06',
    fires: account({ id: 'bare', description: '' }),
    on: 'bare',
    evidence: { description: '' },
    innocent: account({}),
  },
  {
    id: 'SVC-07',
    fires: { ...account({}), ...naming({ is: 'svc-other' }) },
    on: 'Export',
    evidence: { userId: 'svc-export', policiesThatNameIt: 0 },
    innocent: { ...account({}), ...naming({ in: ['svc-other', 'svc-export'] }) },
  },
  {
    // A policy on no route of the account's cluster lets nobody in there.
    id: 'SVC-07',
    fires: { ...account({}), ...naming('svc-export', []) },
    on: 'Export',
    evidence: { userId: 'svc-export', policiesThatNameIt: 0 },
    innocent: { ...account({}), ...naming('svc-export') },
  },
];

testChecks(serviceAccountChecks, examples);
