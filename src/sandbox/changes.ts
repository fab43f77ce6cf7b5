import type { z } from 'zod';
import type { EntityType } from '../tools/zero/entities/changeset.js';
import type { Call } from './behaviour.js';
import { applyAlone, openChangeset, pendingOf, startApplying, userInfo } from './changesets.js';
import { withSaved } from './live.js';
import { clustersBelow } from './records.js';
import type { ActivityRow, Row } from './store.js';

/** One saved change of a record that belongs to clusters' configuration. */
export interface Change {
  readonly activity: 'create' | 'update' | 'delete';
  readonly type: z.infer<typeof EntityType>;
  /** The record after the change; before it for a delete. Copied. */
  readonly row: Row;
  readonly namespaceId: string;
  /** The namespace it was in before; another one when the change moved it. */
  readonly movedFrom?: string;
  /** Takes effect at once instead of waiting for the changeset (clusters, organizations, custom domains). */
  readonly atOnce?: boolean;
}

/**
 * Notes a change that has just been saved: an entry in the activity log, and a place in the pending changeset of each
 * cluster at or below the namespace, which is applied at once where the cluster auto-applies. Call it after the state changed.
 */
export function recordChange(call: Call, change: Change): void {
  const { world, organization } = call;
  const entry = logEntry(call, change);
  world.state.activity[entry.id] = entry;
  const clusterIds = new Set(
    [change.namespaceId, change.movedFrom].flatMap((id) => clustersBelow(world.state, id ?? '')),
  );
  for (const clusterId of clusterIds) {
    if (change.atOnce) goLive(call, clusterId, change, entry);
    else join(call, clusterId, organization.id, change, entry);
  }
  if (change.atOnce) entry.applied = { at: entry.createdAt, by: userInfo(call.caller) };
}

/** Puts a change into the cluster's pending changeset and applies that where the cluster auto-applies. */
function join(call: Call, clusterId: string, organizationId: string, change: Change, entry: ActivityRow): void {
  const { world, caller } = call;
  const { state, switches } = world;
  const waiting = pendingOf(world, clusterId);
  const autoApply = state.settings[clusterId]?.autoApplyChangesets !== false;
  const running = state.live[clusterId];
  if (autoApply && waiting && running && !switches.autoApplyShipsWaiting) {
    const alone = openChangeset(world, clusterId, organizationId);
    entry.changesetIds.push(alone.id);
    const config = withSaved(state, clusterId, running, change.type, change.row.id);
    applyAlone(world, alone, caller, config);
    return;
  }
  const changeset = waiting ?? openChangeset(world, clusterId, organizationId);
  changeset.updatedAt = entry.updatedAt;
  entry.changesetIds.push(changeset.id);
  if (autoApply) startApplying(world, changeset, caller, 0);
}

function goLive(call: Call, clusterId: string, { type, row }: Change, entry: ActivityRow): void {
  const { state } = call.world;
  const running = state.live[clusterId];
  if (running) state.live[clusterId] = withSaved(state, clusterId, running, type, row.id);
  entry.changesetIds = [];
}

function logEntry({ world, caller, organization }: Call, change: Change): ActivityRow {
  const { activity, type, row, namespaceId } = change;
  const namespace = world.state.namespaces[namespaceId];
  return {
    ...world.newRow(),
    activityType: activity,
    applied: { by: {} },
    entity: { type, id: row.id, data: structuredClone({ ...row }) },
    namespace: { id: namespaceId, name: namespace?.name },
    user: userInfo(caller),
    organizationId: organization.id,
    changesetIds: [],
  };
}
