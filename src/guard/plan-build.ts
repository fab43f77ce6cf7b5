import { canonical } from '../canonical.js';
import { ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import { count, label, unseenEscaped, word } from '../plain-text.js';
import { marksIn } from '../secret.js';
import { type AffectedCluster, affectedClusters } from './affected.js';
import { autoApplyAfter, writesSettings } from './auto-apply.js';
import { createLastRead } from './last-read.js';
import { withNames } from './names.js';
import { type Plan, type PlannedEntity, wasNeverLive } from './plan.js';
import type { PlanDeps } from './plan-entry.js';
import { targetOf } from './plan-target.js';
import { typableName, typedNameOf } from './plan-typed-names.js';
import { type Cluster, findChangeset, type Waiting, waitingIn } from './plan-waiting.js';

export interface PlannedCall {
  readonly operation: Operation;
  /** What was called, where another operation is sent for it. */
  readonly tool?: Operation;
  /** In wire terms, with `organizationId`. */
  readonly input: Input;
  /** Why a person is asked; left out in a list whose other calls are the reason. */
  readonly reason?: string;
}

/** Calls that are planned together. */
export interface PlannedBatch {
  readonly calls: readonly PlannedCall[];
  /** What they are together; undefined for an operation alone. */
  readonly procedure?: { readonly name: string; readonly title: string; readonly notes: readonly string[] };
  /** Nobody called it: it is offered beside another call. */
  readonly isOffer?: true;
}

/**
 * Says what calls will do, from reads alone. Each read is made once, so the plan is one look at the facts.
 *
 * @throws ToolError of a failed read, and where what a call names can't be found
 */
export async function buildPlan({ calls, procedure }: PlannedBatch, deps: PlanDeps): Promise<Plan> {
  const once = { ...deps, read: createLastRead(deps.read).last };
  const plans: Plan[] = [];
  for (const call of calls) {
    plans.push(await (call.operation.effect === 'apply' ? planApply(call, once) : planCall(call, once)));
  }
  const plan = procedure ? together(plans, procedure) : plans[0];
  if (!plan) throw new ToolError('internal', 'There is nothing to plan.');
  return withNames(plan, calls[0]?.input ?? {}, once.read);
}

/** One plan of all calls of a procedure. */
function together(plans: readonly Plan[], procedure: NonNullable<PlannedBatch['procedure']>): Plan {
  const all = <Item>(of: (plan: Plan) => readonly Item[]) => withoutDoubles(plans.flatMap(of));
  const entities = plans.flatMap((plan) => plan.entities);
  const clusters = all((plan) => plan.clusters);
  const waiting = all((plan) => plan.waiting);
  const complete = plans.every((plan) => plan.complete);
  const effects = plans.map(({ effect }) => effect);
  const typedName = plans.find((plan) => plan.typedName !== undefined)?.typedName;
  return {
    headline: [
      ...(complete ? [] : [INCOMPLETE]),
      `${procedure.title}${placeText(clusters)}: ${count(entities.length, 'record')}, ${tally(entities)}.`,
      ...along(waiting),
    ].join(' '),
    operation: procedure.name,
    effect: (['apply', 'live', 'draft'] as const).find((effect) => effects.includes(effect)) ?? 'read',
    reason: all(({ reason }) => (reason ? [reason] : [])).join('; '),
    clusters,
    entities,
    waiting,
    complete,
    notes: [...procedure.notes, ...all((plan) => plan.notes)],
    ...(typedName !== undefined && { typedName }),
  };
}

/** Everything that goes live with a changeset. */
async function planApply({ operation, input, reason = '' }: PlannedCall, deps: PlanDeps): Promise<Plan> {
  const { organizationId } = input;
  const { changeset, cluster } = await findChangeset(input, deps.read);
  const waiting = await waitingIn({ organizationId, ...cluster }, changeset, deps);
  const { entities } = waiting;
  const ended = changeset.status === 'pending' ? [] : [`the changeset is ${word(changeset.status)}, not pending`];
  const doubts = [...ended, ...waiting.doubts];
  const of = `cluster ${label(cluster.name)}`;
  const headline =
    doubts.length > 0
      ? `Zero did not say what is in this changeset of ${of}. As far as it shows: ${tally(entities)}`
      : `Makes ${count(entities.length, 'record')} on ${of} go live: ${tally(entities)}`;
  return {
    headline: `${headline}. ${strangers(entities)}`,
    operation: operation.name,
    effect: operation.effect,
    reason: unseenEscaped(reason),
    clusters: [{ id: word(cluster.id), name: label(cluster.name) }],
    entities,
    waiting: [],
    complete: doubts.length === 0,
    notes: [...doubts.map((doubt) => `In doubt: ${doubt}.`), ...waiting.notes],
    ...(doubts.length > 0 && { typedName: typableName([cluster.name, cluster.id]) }),
  };
}

/** What a call other than an apply does, and what may go live along with it. */
async function planCall(
  { operation, tool = operation, input, reason = '' }: PlannedCall,
  deps: PlanDeps,
): Promise<Plan> {
  const target = await targetOf(operation, input, deps);
  const clusters = await clustersOf(operation, input, target.record?.clusterId, deps);
  const shipping = clusters.filter((cluster) => shipsWaiting(operation, input, cluster));
  const waits = await Promise.all(
    shipping.map(async (cluster) => ({ cluster, ...(await waitingAt(cluster, input, deps)) })),
  );
  const doubts = waits.flatMap(({ cluster, doubts }) =>
    doubts.map((doubt) => `In doubt, of what waits in cluster ${label(cluster.name)}: ${doubt}.`),
  );
  const lost = operation.effect === 'draft' && clusters.length === 0;
  if (lost) doubts.push('In doubt: no cluster could be found that this would wait in.');
  const waiting = withoutDoubles(waits.flatMap(({ entities }) => entities));
  const typed = typedNameOf(operation.name, input, target.record);
  const unsure = waits.find((wait) => wait.doubts.length > 0)?.cluster;
  const typedName =
    typed?.name ?? (doubts.length > 0 ? typableName([unsure?.name, unsure?.id, operation.name]) : undefined);
  return {
    headline: callHeadline(tool, input, target.entity, clusters, waiting, doubts.length === 0),
    operation: operation.name,
    ...(tool !== operation && { tool: tool.name }),
    // Auto-apply makes a draft live.
    effect: shipping.length > 0 ? 'live' : operation.effect,
    reason: unseenEscaped(reason),
    clusters: clusters.map(({ id, name }) => ({ id: word(id), name: label(name) })),
    entities: [target.entity],
    waiting,
    complete: doubts.length === 0,
    notes: [...doubts, ...(typed ? [typed.why] : []), ...target.notes, ...new Set(waits.flatMap(({ notes }) => notes))],
    ...(typedName !== undefined && { typedName }),
  };
}

/** Whether a call puts something into changesets. unknown: FACTS 4.12, whether service accounts wait for one. */
function joinsChangesets({ effect, method, path }: Operation): boolean {
  return effect === 'draft' || (method !== 'GET' && path.includes('/serviceAccounts'));
}

async function clustersOf(
  operation: Operation,
  input: Input,
  ofRecord: unknown,
  { read }: PlanDeps,
): Promise<readonly Pick<AffectedCluster, 'id' | 'name' | 'autoApply'>[]> {
  if (joinsChangesets(operation)) return affectedClusters(operation, input, read);
  const clusterId = input.clusterId ?? ofRecord;
  if (clusterId === undefined) return [];
  const clusters = (await read('list_clusters', { organizationId: input.organizationId })) as readonly Cluster[];
  return clusters.filter(({ id }) => id === clusterId).map(({ id, name }) => ({ id, name, autoApply: undefined }));
}

/** Whether what waits in a cluster may go live with a call. unknown: FACTS 3.1, what auto-apply does with it. */
function shipsWaiting(operation: Operation, input: Input, { autoApply }: Pick<AffectedCluster, 'autoApply'>): boolean {
  if (!joinsChangesets(operation)) return false;
  return autoApply !== false || (writesSettings(operation) && autoApplyAfter(input, autoApply) !== false);
}

async function waitingAt({ id }: { id: string }, { organizationId }: Input, deps: PlanDeps): Promise<Waiting> {
  const clusters = (await deps.read('list_clusters', { organizationId })) as readonly Cluster[];
  const cluster = clusters.find((one) => one.id === id);
  if (!cluster) return { entities: [], notes: [], doubts: ['Zero does not list this cluster'] };
  return waitingIn({ organizationId, ...cluster }, undefined, deps);
}

/** What waits above several clusters waits in each of them. */
function withoutDoubles<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [canonical(item), item])).values()];
}

function callHeadline(
  operation: Operation,
  input: Input,
  entity: PlannedEntity,
  clusters: readonly { readonly name: string }[],
  waiting: readonly PlannedEntity[],
  complete: boolean,
): string {
  const where = placeText(clusters.map(({ name }) => ({ name: label(name) })));
  const fields = entity.action === 'update' ? ` (${count(entity.fields.length, 'field')})` : '';
  return [
    ...(complete ? [] : [INCOMPLETE]),
    ...keyWarning(operation, input),
    `${operation.title}${where}${entity.name && `: ${entity.name}`}${fields}.`,
    ...along(waiting),
  ].join(' ');
}

const INCOMPLETE = 'Zero did not say what else goes live with this.';

/** ` on cluster "Production"`; nothing where there is none. */
function placeText(clusters: readonly { readonly name: string }[]): string {
  const names = clusters.slice(0, 3).map(({ name }) => name);
  const more = clusters.length > names.length ? ` and ${clusters.length - names.length} more` : '';
  return names.length > 0 ? ` on cluster${clusters.length > 1 ? 's' : ''} ${names.join(', ')}${more}` : '';
}

function along(waiting: readonly PlannedEntity[]): readonly string[] {
  if (waiting.length === 0) return [];
  return [`${count(waiting.length, 'waiting change')} may go live with it. ${strangers(waiting)}`];
}

/** For what mints a key, or lets in people who can do everything: it works past this server. */
function keyWarning(operation: Operation, { role }: Input): readonly string[] {
  const mints = operation.output !== undefined && marksIn(operation.output).some(({ minted }) => minted);
  if (mints) return ['This mints a key that works without this server and its approvals.'];
  const powerful = operation.name === 'create_organization_invite' && role !== 'member' && role !== 'auditor';
  return powerful ? ['This lets someone in who can do everything without this server and its approvals.'] : [];
}

function tally(entities: readonly PlannedEntity[]): string {
  const undone = entities.filter(wasNeverLive);
  const of = (action: PlannedEntity['action']) =>
    entities.filter((entity) => entity.action === action && !undone.includes(entity)).length;
  const never = undone.length > 0 ? `, ${undone.length} created and deleted again` : '';
  return `${of('create')} created, ${of('update')} updated, ${of('delete')} deleted${never}`;
}

/** How many of the records hold edits of others. */
function strangers(entities: readonly PlannedEntity[]): string {
  const others = entities.filter(({ ours }) => !ours).length;
  if (entities.length === 0) return 'No edit is known.';
  if (others === 0) return 'All edits were made through this server.';
  return `${others} of ${entities.length} ${others === 1 ? 'holds' : 'hold'} edits that were not made through this server.`;
}
