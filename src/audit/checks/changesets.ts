import type { Check, Subject } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import { daysBetween } from './days.js';
import { perSnapshot } from './per-snapshot.js';
import { checkOf } from './record-check.js';
import { CIS_CONFIG, docs } from './sources.js';

type Changeset = Snapshot['changesets'][number];

const API = docs('internals/management-api-zero');

const changesetCheck = checkOf('changeset', 'changesets', ({ changesets }) => changesets, changesetSubject);

export const changesetChecks: readonly Check[] = [
  changesetCheck({
    id: 'CHG-01',
    severity: 'medium',
    title: 'Change waiting for long',
    why: 'What people see in the console and what runs are two things, and whoever applies next ships it all.',
    remedy: 'Compare the changeset with what runs, then apply it or undo its changes.',
    sources: [API, CIS_CONFIG],
    find: ({ status, createdAt }, { now }) =>
      status === 'pending' && daysBetween(createdAt, now) > 7 ? { evidence: { status, createdAt } } : undefined,
  }),
  changesetCheck({
    id: 'CHG-02',
    severity: 'high',
    title: 'Change failed',
    why: 'What runs is not what was saved.',
    remedy: 'Put right what the message says, and apply again.',
    sources: [API],
    find: ({ status, createdAt, failureMessage = '' }) =>
      status === 'failed' ? { evidence: { status, createdAt, failureMessage } } : undefined,
  }),
];

function changesetSubject({ id, namespaceId = '' }: Changeset, snapshot: Snapshot): Subject {
  const cluster = clustersByNamespace(snapshot).get(namespaceId)?.cluster;
  return { type: 'changeset', id, name: cluster?.name ?? id, ...(cluster && { clusterId: cluster.id }) };
}

/** Clusters by the namespace that is theirs (FACTS 3.3: it may be the cluster's own id). */
export const clustersByNamespace = perSnapshot(
  ({ clusters }) =>
    new Map(
      clusters.flatMap((view) => [view.cluster.id, view.cluster.namespaceId ?? ''].map((id) => [id, view] as const)),
    ),
);
