import { clusterChecks } from '../../../src/audit/checks/clusters.js';
import { cluster, inDays, type Organization, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const MINUTE = 1 / (24 * 60);
const two = [
  { id: 'a', hostname: 'a', updatedAt: inDays(-9 * MINUTE) },
  { id: 'b', hostname: 'b', updatedAt: inDays(-MINUTE) },
];

/** An organization with the cluster production, two replicas and nothing wrong. */
function production(fields: Row, more: Row = {}): Organization {
  return { clusters: [{ ...cluster('production', fields), replicas: two, ...more }] };
}

const on = 'production';

const examples: readonly Example[] = [
  {
    id: 'CLU-01',
    fires: production({ hasFailingHealthChecks: true }),
    on,
    evidence: { hasFailingHealthChecks: true, errors: [] },
    innocent: production({ hasFailingHealthChecks: false }),
  },
  {
    id: 'CLU-01',
    fires: production({}, { health: [{ status: 'error', description: 'no store', hostname: 'a' }] }),
    on,
    evidence: { hasFailingHealthChecks: false, errors: ['a: no store'] },
    innocent: production({}, { health: [{ status: 'warning', description: 'slow store' }] }),
  },
  {
    id: 'CLU-02',
    fires: production({}, { health: [{ status: 'warning', description: 'slow store' }] }),
    on,
    evidence: { warnings: ['slow store'] },
    innocent: production({}, { health: [{ status: 'success', description: 'fine' }] }),
  },
  {
    id: 'CLU-03',
    fires: production({ minReplicaVersion: 'v0.27.0-4-gabc' }),
    on,
    evidence: { minReplicaVersion: 'v0.27.0-4-gabc' },
    innocent: production({ minReplicaVersion: '0.100.0' }),
  },
  {
    id: 'CLU-03',
    fires: production({ minReplicaVersion: '0.32.9' }),
    on,
    evidence: { minReplicaVersion: '0.32.9' },
    innocent: production({ minReplicaVersion: '0.33.0' }),
  },
  {
    id: 'CLU-03',
    fires: production({ minReplicaVersion: '0.27.1' }),
    on,
    evidence: { minReplicaVersion: '0.27.1' },
    innocent: production({ minReplicaVersion: 'main' }),
  },
  {
    id: 'CLU-04',
    fires: production({}, { replicas: two.slice(1) }),
    on,
    evidence: { replicas: ['b'] },
    innocent: production({}),
  },
  {
    id: 'CLU-04',
    fires: production({}, { replicas: [] }),
    on,
    evidence: { replicas: [] },
    innocent: {
      ...production({}, { replicas: [] }),
      missing: [{ part: 'replicas', clusterId: 'production-cluster', reason: 'forbidden' }],
    },
  },
  {
    id: 'CLU-05',
    fires: production({ importStatus: { warnings: ['ssh_routes is not supported'] } }),
    on,
    evidence: { warnings: ['ssh_routes is not supported'] },
    innocent: production({ importStatus: { messages: ['12 routes'], warnings: [] } }),
  },
  {
    id: 'CLU-05',
    fires: production({ importStatus: { error: 'no such file' } }),
    on,
    evidence: { error: 'no such file' },
    innocent: production({}),
  },
  {
    id: 'CLU-06',
    fires: production({}, { replicas: [...two, { id: 'c', hostname: 'c', updatedAt: inDays(-11 * MINUTE) }] }),
    on,
    evidence: { lastSeen: { c: inDays(-11 * MINUTE) } },
    innocent: production({}),
  },
];

testChecks(clusterChecks, examples);
