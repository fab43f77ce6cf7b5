import type { z } from 'zod';
import { Changeset, type CompareChangesetsResponse } from '../../tools/zero/entities/changeset.js';
import { only } from '../answer.js';
import { type Behaviours, type Call, Refusal } from '../behaviour.js';
import { changesetsOf, pendingOf, poll, startApplying } from '../changesets.js';
import { type Fields, listRows } from '../listing.js';
import { find } from '../records.js';
import type { ActivityRow, ChangesetRow } from '../store.js';
import { entryAnswer } from './activity.js';

function fieldsOf(call: Call): Fields<ChangesetRow> {
  return {
    cluster: (row) => call.world.state.clusters[row.clusterId]?.name,
    createdAt: (row) => row.createdAt,
    failureMessage: (row) => row.failureMessage,
    id: (row) => row.id,
    status: (row) => row.status,
    updatedAt: (row) => row.updatedAt,
  };
}

export const changesets: Behaviours = {
  list_changesets(call) {
    const { world, organization, query } = call;
    poll(world, organization.id);
    if (query.clusterId !== undefined) find(call, 'clusters', String(query.clusterId));
    const rows = Object.values(world.state.changesets).filter(
      (row) =>
        row.organizationId === organization.id &&
        (query.clusterId === undefined || row.clusterId === query.clusterId) &&
        (query.status === undefined || row.status === query.status),
    );
    return listRows(call, rows.reverse(), fieldsOf(call)).map((row) => only(Changeset, row));
  },

  compare_changesets(call): z.infer<typeof CompareChangesetsResponse> {
    poll(call.world, call.organization.id);
    const cluster = find(call, 'clusters', String(call.query.clusterId));
    const all = changesetsOf(call.world, cluster.id);
    const end = chosen(call, all, 'secondId') ?? defaultEnd(call, all);
    if (!end) throw new Refusal(404, 'cluster has no changesets');
    const start = chosen(call, all, 'firstId') ?? defaultStart(call, all, end);
    const between = all.slice(start ? all.indexOf(start) + 1 : 0, all.indexOf(end) + 1);
    return {
      ...(start && { startChangeset: only(Changeset, start) }),
      endChangeset: only(Changeset, end),
      entities: byEntity(entriesOf(call, between)).map((entries) => entries.map((entry) => entryAnswer(call, entry))),
    };
  },

  apply_changeset(call) {
    const { world, caller } = call;
    const row = find(call, 'changesets', call.params.changesetId);
    if (row.status === 'pending') startApplying(world, row, caller, world.switches.applyingPolls);
    else if (world.switches.applyNotPending !== 200)
      throw new Refusal(world.switches.applyNotPending, `changeset is ${row.status}, not pending`);
    return only(Changeset, row);
  },
};

/** The changeset that a query parameter names; it must be one of the cluster's. */
function chosen(call: Call, all: readonly ChangesetRow[], name: 'firstId' | 'secondId'): ChangesetRow | undefined {
  const id = call.query[name];
  if (id === undefined) return undefined;
  const row = find(call, 'changesets', String(id));
  if (!all.includes(row)) throw new Refusal(400, `${name}: changeset is of another cluster`);
  return row;
}

function defaultEnd({ world }: Call, all: readonly ChangesetRow[]): ChangesetRow | undefined {
  const newest = all.at(-1);
  if (world.switches.compareTo === 'newest' || !newest) return newest;
  return pendingOf(world, newest.clusterId) ?? newest;
}

/** The last one before the end that was applied. */
function defaultStart({ world }: Call, all: readonly ChangesetRow[], end: ChangesetRow): ChangesetRow | undefined {
  if (world.switches.compareFrom === 'beginning') return undefined;
  const before = all.slice(0, all.indexOf(end));
  return before.findLast((row) => row.status === 'applied' || row.status === 'current');
}

function entriesOf({ world }: Call, changesets: readonly ChangesetRow[]): readonly ActivityRow[] {
  const ids = new Set(changesets.map((row) => row.id));
  return Object.values(world.state.activity).filter((entry) => entry.changesetIds.some((id) => ids.has(id)));
}

function byEntity(entries: readonly ActivityRow[]): readonly ActivityRow[][] {
  const groups = new Map<string, ActivityRow[]>();
  for (const entry of entries) {
    const key = `${entry.entity.type} ${entry.entity.id}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}
