import type { Check, Firing } from '../check.js';
import type { Snapshot } from '../snapshot.js';
import { activitySubject, type Entry, editCheck, origin } from './activity-history.js';
import { clustersByNamespace } from './changesets.js';
import { clusterSubject } from './clusters.js';
import { DAY_MS } from './days.js';
import { grouped } from './grouped.js';
import { CIS_LOGS, docs } from './sources.js';

/** Who changes things how, and how the traffic goes. */
export const activityHabitChecks: readonly Check[] = [
  {
    id: 'ACT-04',
    severity: 'medium',
    subject: 'activity',
    title: 'Author applied his own change',
    why: 'The cluster waits for review, and nobody but the author has looked.',
    remedy: 'Let a second person apply.',
    sources: [CIS_LOGS],
    needs: ['activity', 'settings'],
    find: (snapshot) => {
      const own = snapshot.activity.filter((entry) => isOwn(entry) && isReviewed(entry, snapshot));
      const together = grouped(own, ({ id, applied, user }) => [`${applied?.changesetId ?? id} ${user?.id}`]);
      return [...together.values()].flatMap((entries) => {
        const [newest] = entries;
        const { changesetId } = newest?.applied ?? {};
        return firing(newest, snapshot, { changes: entries.length, ...(changesetId && { changesetId }) });
      });
    },
  },
  {
    id: 'ACT-05',
    severity: 'medium',
    subject: 'activity',
    title: 'Changes at odd hours or in bulk',
    why: 'People who took over an account work when nobody looks, or delete much at once.',
    remedy: 'Ask the one who did it.',
    sources: [CIS_LOGS],
    needs: ['activity'],
    find: (snapshot) => {
      const people = snapshot.activity.filter(({ user, createdAt }) => user?.id && Date.parse(createdAt ?? '') > 0);
      const bursts = [...grouped(deletesIn(people), ({ user }) => [user?.id ?? '']).values()].map(biggestBurst);
      return [
        ...bursts
          .filter((burst) => burst.length > MANY_DELETES)
          .flatMap((burst) => firing(burst[0], snapshot, { deletes: burst.length, since: burst.at(-1)?.createdAt })),
        ...[
          ...grouped(oddlyTimed(people), ({ user, createdAt }) => [`${user?.id} ${dayOf(createdAt)}`]).values(),
        ].flatMap((entries) => firing(entries[0], snapshot, { changes: entries.length, otherDaysAtThatHour: 0 })),
      ];
    },
  },
  editCheck({
    id: 'ACT-06',
    severity: 'medium',
    title: 'Service account created without expiry',
    why: 'Its token is good for ever.',
    remedy: 'Create an account with expiresAt, give its token to the machine, and delete this one.',
    sources: [docs('capabilities/service-accounts'), CIS_LOGS],
    find: ({ entry, after }) =>
      entry.entity?.type === 'service_account' && entry.activityType === 'create' && after && !after.expiresAt
        ? { evidence: { ...origin(entry), expiresAt: 'not set' } }
        : undefined,
  }),
  {
    id: 'ACT-07',
    severity: 'low',
    subject: 'activity',
    title: 'Many denials',
    why: 'Somebody tries doors, or a policy shuts people out who should get in.',
    remedy: 'Look at who was refused at that time, with get_logs.',
    sources: [docs('capabilities/audit-logs'), CIS_LOGS],
    needs: ['metrics'],
    find: ({ clusters }) =>
      clusters.flatMap((view) =>
        DENIALS.flatMap((metric) => {
          const peaks = (view.metrics[metric] ?? []).flatMap(({ points = [] }) => peakOf(points) ?? []);
          const [peak] = peaks.toSorted((one, other) => other.value - one.value);
          return peak ? [{ subject: clusterSubject(view), evidence: { [metric]: peak } }] : [];
        }),
      ),
  },
];

function firing(entry: Entry | undefined, snapshot: Snapshot, evidence: Firing['evidence']): readonly Firing[] {
  return entry ? [{ subject: activitySubject(entry, snapshot), evidence: { ...origin(entry), ...evidence } }] : [];
}

/** Records whose changes wait for somebody to apply them. Others are always applied by who changes them. */
const WAITING: ReadonlySet<string> = new Set(['route', 'policy', 'key_pair', 'settings']);

function isOwn({ activityType, applied, entity, user }: Entry): boolean {
  // A cluster's settings come into being with it.
  const waits = WAITING.has(entity?.type ?? '') && !(entity?.type === 'settings' && activityType === 'create');
  return waits && Boolean(user?.id && applied?.at) && applied?.by?.id === user?.id;
}

/** Whether no cluster that an entry is about applies changes by itself. */
function isReviewed({ namespace }: Entry, snapshot: Snapshot): boolean {
  const cluster = clustersByNamespace(snapshot).get(namespace?.id ?? '');
  const clusters = cluster ? [cluster] : snapshot.clusters;
  return clusters.length > 0 && clusters.every(({ settings }) => settings?.autoApplyChangesets === false);
}

const MANY_DELETES = 20;
const BURST_MS = 10 * 60_000;

function deletesIn(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ activityType }) => activityType === 'delete');
}

/** The most entries of ten minutes. @param entries newest first */
function biggestBurst(entries: readonly Entry[]): readonly Entry[] {
  const times = entries.map(({ createdAt }) => Date.parse(createdAt ?? ''));
  let [first, length, end] = [0, 0, 0];
  for (const [start, time] of times.entries()) {
    while (end < times.length && time - (times[end] ?? 0) <= BURST_MS) end += 1;
    if (end - start > length) [first, length] = [start, end - start];
  }
  return entries.slice(first, first + length);
}

/** So many days must have seen changes before one can be out of the ordinary. */
const ENOUGH_DAYS = 20;

/**
 * Entries at a time of day (within an hour, on working days or at weekends) at which nobody changed anything on another
 * day: when an organization works, and in which zone, only its log tells.
 */
function oddlyTimed(entries: readonly Entry[]): readonly Entry[] {
  const days = new Map<string, Set<number>>();
  const all = new Set<number>();
  for (const { createdAt } of entries) {
    all.add(dayOf(createdAt));
    for (const slot of slotsAround(createdAt)) days.set(slot, (days.get(slot) ?? new Set()).add(dayOf(createdAt)));
  }
  if (all.size < ENOUGH_DAYS) return [];
  return entries.filter(({ createdAt }) => days.get(slotsAround(createdAt)[1])?.size === 1);
}

function dayOf(time: string | undefined): number {
  return Math.floor(Date.parse(time ?? '') / DAY_MS);
}

/** The hour before, the hour, and the hour after, by kind of day. */
function slotsAround(time: string | undefined): readonly [string, string, string] {
  const date = new Date(time ?? '');
  const kind = date.getUTCDay() % 6 === 0 ? 'weekend' : 'workday';
  const hour = date.getUTCHours();
  return [`${kind} ${(hour + 23) % 24}`, `${kind} ${hour}`, `${kind} ${(hour + 1) % 24}`];
}

const DENIALS = ['authz_denied', 'authz_err'] as const;
const FEWEST_POINTS = 6;

/** The highest point that is more than three standard deviations above the others' mean. */
function peakOf(points: readonly { readonly value?: number | null; readonly timestamp?: string }[]) {
  const known = points.flatMap(({ value, timestamp }) =>
    typeof value === 'number' && Number.isFinite(value) ? [{ value, timestamp }] : [],
  );
  if (known.length < FEWEST_POINTS) return undefined;
  const highest = known.reduce((one, other) => (other.value > one.value ? other : one));
  const others = known.filter((point) => point !== highest).map(({ value }) => value);
  const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
  const variance = others.reduce((sum, value) => sum + (value - mean) ** 2, 0) / others.length;
  // Small counts vary by their square root even where all others happen to be equal.
  const deviation = Math.sqrt(Math.max(variance, mean, 1));
  return highest.value > mean + 3 * deviation
    ? { value: highest.value, timestamp: highest.timestamp, usual: Math.round(mean * 10) / 10 }
    : undefined;
}
