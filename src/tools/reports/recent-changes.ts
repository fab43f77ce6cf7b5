import { z } from 'zod';
import { type ActivityEntry, byRecord, makerOf, newestFirst, readEntries } from '../../guard/plan-entry.js';
import { changedFields, type Redactor } from '../../guard/plan-fields.js';
import { pagesOf } from '../../guard/plan-pages.js';
import type { Input } from '../../operation.js';
import { journalledEdits, keyOf } from '../../record/own-edits.js';
import { report, type Sources } from '../../report.js';
import { reconcile } from './reconcile.js';

const DAY_MS = 24 * 3_600_000;
const DEFAULT_DAYS = 7;
const DEFAULT_LIMIT = 50;

const time = () => z.iso.datetime({ offset: true }).optional();

export const recentChanges = report({
  name: 'recent_changes',
  title: 'Recent changes',
  description:
    'Who changed which records lately, newest first, edits gathered by record: which fields, live or waiting, made through this server or not; journalId is what plan_rollback takes. reconcile compares with the journal.',
  toolset: 'activity',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only records of this cluster.'),
    since: time().describe(`Default: ${DEFAULT_DAYS} days before until.`),
    until: time().describe('Default: now.'),
    limit: z.int().min(1).optional().describe(`Most records; default ${DEFAULT_LIMIT}.`),
    reconcile: z.boolean().optional().describe("Also compare Zero's log with this server's journal."),
  }),
  example: { since: '2026-03-01T00:00:00Z', limit: 20 },
  async run({ organizationId, clusterId, limit = DEFAULT_LIMIT, ...wanted }, sources) {
    const { read, journal } = sources;
    const until = wanted.until === undefined ? sources.now() : Date.parse(wanted.until);
    const since = wanted.since === undefined ? until - DEFAULT_DAYS * DAY_MS : Date.parse(wanted.since);
    const namespaceId = clusterId === undefined ? undefined : await namespaceOf(clusterId, organizationId, sources);
    const rows = await pagesOf<{ readonly id?: unknown; readonly updatedAt?: string }>(
      read,
      'list_activity_logs',
      { organizationId, ...(namespaceId !== undefined && { namespaceId }), orderBy: ['-updatedAt'] },
      (found) => Date.parse(found.at(-1)?.updatedAt ?? '') < since,
    );
    const { entries } = readEntries(rows);
    const unread = rows.length - entries.length;
    const inTime = newestFirst(entries).filter(({ createdAt }) => isBetween(Date.parse(createdAt), since, until));
    const made = new Map(journalledEdits((await journal.read()).lines).map(({ key, journalId }) => [key, journalId]));
    const records = byRecord(inTime);
    const before = previousEdits(entries);
    const period = { since, until };
    return {
      since: new Date(since).toISOString(),
      until: new Date(until).toISOString(),
      items: records.slice(0, limit).map((edits) => describe(edits, made, before)),
      total: records.length,
      ...(records.length > limit && { omitted: records.length - limit }),
      ...(wanted.reconcile && {
        reconciliation: await reconcile(
          inTime,
          (edit) => made.has(keyOf(edit)),
          { organizationId, clusterId, namespaceId, ...period },
          sources,
        ),
      }),
      ...(unread > 0 && { notices: [`${unread} entries of Zero's log could not be understood and are left out.`] }),
    };
  },
});

/** The edit before each one of the same record, as far as the log was read. */
function previousEdits(entries: readonly ActivityEntry[]): ReadonlyMap<ActivityEntry, ActivityEntry> {
  return new Map(
    byRecord(newestFirst(entries)).flatMap((edits) =>
      edits.flatMap((edit, index) => {
        const older = edits[index + 1];
        return older ? [[edit, older] as const] : [];
      }),
    ),
  );
}

/** The names of the fields that an update changed, where the edit before it is known; never their values. */
function fieldsOf({ activityType, entity }: ActivityEntry, older: ActivityEntry | undefined): Input {
  if (activityType !== 'update' || !entity.data || !older?.entity.data) return {};
  const asIs: Redactor = (record) => record;
  return { fields: changedFields(asIs, older.entity.data, entity.data).map(({ name }) => name) };
}

async function namespaceOf(clusterId: string, organizationId: string, { read }: Sources): Promise<string> {
  const { namespaceId } = (await read('get_cluster', { organizationId, clusterId })) as { namespaceId: string };
  return namespaceId;
}

/**
 * One record with its edits, newest first.
 *
 * @param made ids of the journal's calls, by the key of the edit each made
 */
function describe(
  edits: readonly [ActivityEntry, ...ActivityEntry[]],
  made: ReadonlyMap<string, string>,
  before: ReadonlyMap<ActivityEntry, ActivityEntry>,
): Input {
  const [{ entity, namespace }] = edits;
  const named = edits.find(({ entity: { data } }) => typeof data?.name === 'string');
  return {
    type: entity.type,
    id: entity.id,
    ...(named && { name: named.entity.data?.name }),
    ...(namespace?.id !== undefined && { namespaceId: namespace.id }),
    edits: edits.map((edit) => ({
      action: edit.activityType,
      ...fieldsOf(edit, before.get(edit)),
      at: edit.createdAt,
      by: makerOf(edit),
      state: edit.applied?.at === undefined ? 'waiting' : 'live',
      ...(edit.applied?.at !== undefined && { liveSince: edit.applied.at }),
      ours: made.has(keyOf(edit)),
      ...(made.has(keyOf(edit)) && { journalId: made.get(keyOf(edit)) }),
    })),
  };
}

function isBetween(moment: number, since: number, until: number): boolean {
  return moment >= since && moment <= until;
}
