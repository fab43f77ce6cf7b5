import type { z } from 'zod';
import type { ClusterHealthCheck } from '../../tools/zero/entities/cluster.js';
import type { World } from '../behaviour.js';
import type { ClusterRow, ClusterState } from '../store.js';
import { parseCertificate } from './certificates.js';
import { memoryOf } from './memory.js';

type Check = z.infer<typeof ClusterHealthCheck>;
type Finding = Pick<Check, 'status' | 'hostname' | 'description'>;

const HELP = 'https://www.pomerium.com/docs/internals/health-checks';

/** Checks that a replica runs on itself (FACTS 3.3), and what each says when all is well. */
const REPLICA_CHECKS: Readonly<Record<string, string>> = {
  'zero.connect': 'Connected to Pomerium Zero',
  'zero.bootstrap-config.save': 'Bootstrap configuration is saved',
  'zero.resource-bundle.config': 'Configuration bundle is downloaded and applied',
  'storage.backend': 'Storage backend answers',
  'config.databroker.build': 'Configuration is built',
  'xds.cluster': 'Upstream clusters are accepted by the proxy',
  'xds.listener': 'Listeners are accepted by the proxy',
  'xds.route-configuration': 'Routes are accepted by the proxy',
};

/** The latest result of each health check of a cluster: what follows from its records and from what its replicas report. */
export function healthOf(world: World, cluster: ClusterRow): readonly Check[] {
  const { replicas, healthRuns } = memoryOf(world.state);
  const running = (replicas[cluster.id] ?? []).filter(({ lastSeen }) => !lastSeen);
  const asked = Date.parse(healthRuns[cluster.id] ?? cluster.createdAt);
  const updatedAt = new Date(Math.max(asked, lastRound(world))).toISOString();
  const findings: Record<string, readonly Finding[]> = {
    cluster_active_replicas: [activeReplicas(running.length)],
    config_build: [configBuild(world, cluster.id)],
    certificates_current: [certificatesCurrent(world, world.state.live[cluster.id])],
    ...Object.fromEntries(
      Object.entries(REPLICA_CHECKS).map(([name, well]) => [
        name,
        running.map(({ hostname, failing }): Finding => {
          const problem = failing?.[name];
          return { status: problem ? 'error' : 'success', hostname, description: problem ?? well };
        }),
      ]),
    ),
  };
  return Object.entries(findings).flatMap(([name, list]) =>
    list.map(({ description, ...finding }) => ({
      ...finding,
      description: `${name}: ${description}`,
      helpUrl: `${HELP}#${name}`,
      updatedAt,
    })),
  );
}

/** Checks run every five minutes by themselves. */
function lastRound(world: World): number {
  const round = 5 * 60_000;
  return Math.floor(world.clock() / round) * round;
}

function activeReplicas(count: number): Finding {
  if (count === 0) return { status: 'error', description: 'No replica is connected' };
  if (count === 1) return { status: 'warning', description: 'Only one replica is connected' };
  return { status: 'success', description: `${count} replicas are connected` };
}

function configBuild({ state }: World, clusterId: string): Finding {
  const ended = Object.values(state.changesets).filter(
    ({ clusterId: id, status }) => id === clusterId && status !== 'pending' && status !== 'applying',
  );
  const failure = ended.at(-1)?.failureMessage;
  return failure
    ? { status: 'error', description: `The last changeset failed: ${failure}` }
    : { status: 'success', description: 'The configuration can be built' };
}

function certificatesCurrent(world: World, running: ClusterState | undefined): Finding {
  const expired = Object.values(running?.keyPairs ?? {}).filter(({ certificate }) => {
    const [leaf] = certificate ? parseCertificate(certificate) : [];
    return leaf !== undefined && Date.parse(leaf.notAfter) < world.clock();
  });
  if (expired.length === 0) return { status: 'success', description: 'No certificate has expired' };
  return { status: 'warning', description: `Expired: ${expired.map(({ name, id }) => name ?? id).join(', ')}` };
}
