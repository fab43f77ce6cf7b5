import type { World } from './behaviour.js';
import { buildFailure } from './build.js';
import { savedState } from './live.js';
import type { ActivityRow, ChangesetRow, ClusterState, UserRow } from './store.js';

/** A cluster's changesets, oldest first. */
export function changesetsOf(world: World, clusterId: string): readonly ChangesetRow[] {
  return Object.values(world.state.changesets).filter((row) => row.clusterId === clusterId);
}

/** A cluster's one pending changeset. */
export function pendingOf(world: World, clusterId: string): ChangesetRow | undefined {
  return changesetsOf(world, clusterId).find((row) => row.status === 'pending');
}

/** A new pending changeset of a cluster. */
export function openChangeset(world: World, clusterId: string, organizationId: string): ChangesetRow {
  const row: ChangesetRow = {
    ...world.newRow(),
    namespaceId: clusterId,
    status: 'pending',
    organizationId,
    clusterId,
    polls: 0,
  };
  world.state.changesets[row.id] = row;
  return row;
}

/**
 * Starts applying a changeset: what is saved now becomes the configuration on its way, and later edits make a new
 * pending changeset. It ends after `polls` reads, or at once.
 */
export function startApplying(world: World, changeset: ChangesetRow, by: UserRow, polls: number): void {
  const config = savedState(world.state, changeset.clusterId);
  begin(world, changeset, waitingEntries(world, changeset), by, config);
  changeset.polls = polls;
  if (polls === 0) finish(world, changeset);
}

/** Applies a changeset at once and nothing that waits besides: `config` is what runs, with its one change. */
export function applyAlone(world: World, changeset: ChangesetRow, by: UserRow, config: ClusterState): void {
  const own = ownEntries(world, changeset);
  begin(world, changeset, own, by, config);
  finish(world, changeset, own);
}

function begin(
  world: World,
  changeset: ChangesetRow,
  entries: readonly ActivityRow[],
  by: UserRow,
  config: ClusterState,
): void {
  const running = changesetsOf(world, changeset.clusterId).find((row) => row.status === 'applying');
  if (running) finish(world, running);
  changeset.status = 'applying';
  changeset.updatedAt = world.now();
  world.state.applying[changeset.id] = config;
  for (const entry of entries) entry.applied.by = userInfo(by);
}

/** Lets time pass for what is being applied: every read of changesets counts as one poll. */
export function poll(world: World, organizationId: string): void {
  for (const row of Object.values(world.state.changesets)) {
    if (row.organizationId !== organizationId || row.status !== 'applying') continue;
    if (row.polls > 0) row.polls -= 1;
    else finish(world, row);
  }
}

function finish(world: World, changeset: ChangesetRow, entries = waitingEntries(world, changeset)): void {
  const { state, switches } = world;
  const config = state.applying[changeset.id];
  delete state.applying[changeset.id];
  if (!config) return;
  changeset.updatedAt = world.now();
  const failure = buildFailure(config);
  if (failure) {
    changeset.status = switches.unbuildable;
    changeset.failureMessage = failure;
    return;
  }
  for (const row of changesetsOf(world, changeset.clusterId)) if (row.status === 'current') row.status = 'applied';
  changeset.status = switches.newestApplied;
  state.live[changeset.clusterId] = config;
  for (const entry of entries) {
    entry.applied.at = changeset.updatedAt;
    entry.applied.changesetId = changeset.id;
  }
}

/**
 * Changes that go out with a changeset and haven't been applied anywhere: its own, and those of earlier ones that
 * failed, since their records stayed saved.
 */
function waitingEntries(world: World, changeset: ChangesetRow): readonly ActivityRow[] {
  const all = changesetsOf(world, changeset.clusterId);
  const failed = all.slice(0, all.indexOf(changeset)).filter((row) => row.failureMessage !== undefined);
  return [...failed, changeset].flatMap((row) => ownEntries(world, row));
}

/** A changeset's changes that haven't been applied anywhere. */
function ownEntries({ state }: World, { id }: ChangesetRow): readonly ActivityRow[] {
  return Object.values(state.activity).filter(
    (entry) => entry.applied.at === undefined && entry.changesetIds.includes(id),
  );
}

/** Who did something, as the activity log tells it. */
export function userInfo({ id, email, displayName, photoUrl }: UserRow) {
  return { id, email, ...(displayName && { displayName }), ...(photoUrl && { photoUrl }) };
}
