import { changesetChecks } from '../../../src/audit/checks/changesets.js';
import { inDays, type Organization, PRODUCTION, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

function changeset(fields: Row): Organization {
  return { changesets: [{ id: 'changeset', namespaceId: PRODUCTION, createdAt: inDays(-8), ...fields }] };
}

const examples: readonly Example[] = [
  {
    id: 'CHG-01',
    fires: changeset({ status: 'pending' }),
    on: 'production',
    evidence: { status: 'pending', createdAt: inDays(-8) },
    innocent: changeset({ status: 'pending', createdAt: inDays(-7) }),
  },
  {
    id: 'CHG-01',
    fires: changeset({ status: 'pending', namespaceId: 'elsewhere' }),
    on: 'changeset',
    evidence: { status: 'pending', createdAt: inDays(-8) },
    innocent: changeset({ status: 'applied' }),
  },
  {
    id: 'CHG-02',
    fires: changeset({ status: 'failed', failureMessage: 'policy 3 does not compile' }),
    on: 'production',
    evidence: { status: 'failed', createdAt: inDays(-8), failureMessage: 'policy 3 does not compile' },
    innocent: changeset({ status: 'rejected' }),
  },
];

testChecks(changesetChecks, examples);
