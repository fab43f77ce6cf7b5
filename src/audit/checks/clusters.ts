import type { Check, Subject } from '../check.js';
import type { ClusterView } from '../snapshot.js';
import { daysBetween } from './days.js';
import { checkOf, isMissing } from './record-check.js';
import { CIS_CONFIG, docs } from './sources.js';
import { standingOf } from './versions.js';

const HEALTH = docs('internals/health-checks');
const STALE_MINUTES = 10;

export function clusterSubject({ cluster: { id, name } }: ClusterView): Subject {
  return { type: 'cluster', id, name: name ?? id, clusterId: id };
}

const clusterCheck = checkOf('cluster', 'clusters', ({ clusters }) => clusters, clusterSubject);

export const clusterChecks: readonly Check[] = [
  clusterCheck({
    id: 'CLU-01',
    severity: 'high',
    title: 'Failing health checks',
    why: 'A replica cannot get its configuration or reach its store: changes do not arrive, and neither do revocations.',
    remedy: 'Follow the help page of the check that fails.',
    sources: [HEALTH],
    needs: ['clusters', 'health'],
    find: (view) => {
      const failing = view.cluster.hasFailingHealthChecks === true;
      const errors = findingsOf(view, 'error');
      return failing || errors.length > 0 ? { evidence: { hasFailingHealthChecks: failing, errors } } : undefined;
    },
  }),
  clusterCheck({
    id: 'CLU-02',
    severity: 'medium',
    title: 'Health warning',
    why: 'A check of the cluster is not content.',
    remedy: 'Follow the help page of the check.',
    sources: [HEALTH],
    needs: ['health'],
    find: (view) => {
      const warnings = findingsOf(view, 'warning');
      return warnings.length > 0 ? { evidence: { warnings } } : undefined;
    },
  }),
  clusterCheck({
    id: 'CLU-03',
    severity: 'critical',
    title: 'Old Pomerium version',
    why: 'Old versions have known ways round authorization, and only the newest minor release gets fixes.',
    remedy: 'Update every replica to the newest release.',
    sources: ['GHSA-pvrc-wvj2-f59p, CVE-2023-33189', 'CVE-2024-47616 (fixed in 0.27.1)'],
    find: ({ cluster: { minReplicaVersion } }) => {
      const standing = standingOf(minReplicaVersion);
      return standing === undefined || standing === 'supported' ? undefined : { evidence: { minReplicaVersion } };
    },
  }),
  clusterCheck({
    id: 'CLU-04',
    severity: 'medium',
    title: 'No replica or a single one',
    why: 'When it fails nobody gets in anywhere.',
    remedy: 'Run at least two replicas.',
    sources: [CIS_CONFIG],
    needs: ['replicas'],
    find: ({ cluster, replicas }, snapshot) =>
      replicas.length < 2 && !isMissing(snapshot, 'replicas', cluster.id)
        ? { evidence: { replicas: replicas.map(({ hostname, id }) => hostname ?? id) } }
        : undefined,
  }),
  clusterCheck({
    id: 'CLU-05',
    severity: 'medium',
    title: 'Import with errors or warnings',
    why: 'Part of the configuration file was not taken over.',
    remedy: 'Compare the file with the routes and settings, and add by hand what is missing.',
    sources: [docs('internals/management-api-zero')],
    find: ({ cluster: { importStatus } }) => {
      const { error = '', warnings = [] } = importStatus ?? {};
      return error !== '' || warnings.length > 0
        ? { evidence: { ...(error !== '' && { error }), ...(warnings.length > 0 && { warnings }) } }
        : undefined;
    },
  }),
  clusterCheck({
    id: 'CLU-06',
    severity: 'medium',
    title: 'Replica stale',
    why: 'A replica that is out of touch goes on with old policies.',
    remedy: 'Look whether it still runs and reaches Pomerium Zero; stop it if nobody needs it.',
    sources: [HEALTH],
    needs: ['replicas'],
    find: ({ replicas }, { now }) => {
      const stale = replicas.filter(({ updatedAt }) => daysBetween(updatedAt, now) * 24 * 60 > STALE_MINUTES);
      const seen = stale.map(({ hostname, id, updatedAt }) => [hostname ?? id, updatedAt]);
      return stale.length > 0 ? { evidence: { lastSeen: Object.fromEntries(seen) } } : undefined;
    },
  }),
];

function findingsOf({ health }: ClusterView, status: string): readonly string[] {
  return health
    .filter((check) => check.status === status)
    .map(({ hostname, description = status }) => (hostname ? `${hostname}: ${description}` : description));
}
