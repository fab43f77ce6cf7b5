import { createHmac } from 'node:crypto';
import { canonical } from '../canonical.js';
import type { WireRequest } from '../client/client.js';
import { ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import type { Review } from '../rails/review.js';
import type { AffectedCluster, Read } from './affected.js';
import type { Request } from './approval.js';
import { addSizes, fitsBudget, type Size, sizeOfCall, sizeOfPlan } from './budget.js';
import type { Mode } from './mode.js';
import { needsPerson } from './need.js';
import { withNewIdsNamed } from './new-id.js';
import type { Plan } from './plan.js';
import type { PlannedBatch } from './plan-build.js';

/** One request of several that a person is asked about together. */
export interface GateCall {
  readonly operation: Operation;
  /** What was called, where this operation is sent for it: `update_route` for `patch_route`. */
  readonly tool?: Operation;
  /** In wire terms; ids that an earlier call brings into being are {@link NewId}s. */
  readonly input: Input;
  /** The name by which the inputs of later calls ask for the id of the record that this one creates. */
  readonly creates?: string;
}

/** What leaves after one question: an operation alone, or all calls of a procedure in their order. */
export interface Batch {
  readonly calls: readonly GateCall[];
  /** What they are together; undefined for an operation alone. */
  readonly procedure?: PlannedBatch['procedure'];
  /** Nobody called it: a person is offered it beside the question of another call. */
  readonly isOffer?: true;
}

/** Why a person must be asked, call by call. */
export interface Judged {
  readonly reasons: readonly (string | undefined)[];
  /** The one cluster whose auto-apply alone keeps an operation from waiting as a draft. */
  readonly heldBy?: AffectedCluster;
  /** Of all calls together, where it was counted. */
  readonly size?: Size;
  /** Whether what nobody was asked about stays within the operator's budget with these calls: one answer for all of them. */
  readonly isWithinBudget: () => Promise<boolean>;
}

export interface JudgeDeps {
  readonly mode: Mode;
  /** Why `unattended` acts as `guarded` by now; undefined while it doesn't. */
  readonly lowered: () => string | undefined;
  /** Also ask about drafts that would wait: `--confirm drafts`. */
  readonly confirmDrafts: boolean;
  readonly prepare: (operation: Operation, input: Input) => WireRequest;
  /** Operating-system user and keyed hash of the API token, with the key that digests are made with. */
  readonly identity: () => Promise<{ readonly principal: string; readonly key: Uint8Array }>;
  readonly plan: (batch: PlannedBatch, read: Read) => Promise<Plan>;
  /**
   * What calls mean for access, by a fresh look; undefined where that isn't asked for. Without a plan they are about to go
   * with nobody asked.
   */
  readonly examine: (batch: Batch, plan: Plan | undefined, read: Read) => Promise<Review | undefined>;
  /** The plan without what changes between two looks at the same facts. */
  readonly planFacts: (plan: Plan) => unknown;
  /** The most that one approval may cover, and that unattended mode changes within an hour before it asks. */
  readonly budget: Size;
  /** What was changed since a moment (RFC 3339) without anybody being asked. */
  readonly spentSince: (since: string) => Promise<readonly Size[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;

/** Says what stands between calls and the API, and what an approval of them is bound to. */
export function createJudge(deps: JudgeDeps) {
  /** Why a person must be asked for each call, and how much they change together if nobody need be. */
  async function judge({ calls }: Batch, readData: Read): Promise<Judged> {
    let size: Size | undefined;
    const count = async () => {
      size = addSizes(await Promise.all(calls.map((call) => sizeOf(call, readData))));
      const spent = await deps.spentSince(new Date(deps.now() - HOUR_MS).toISOString());
      return fitsBudget([...spent, size], deps.budget);
    };
    let fits: Promise<boolean> | undefined;
    const isWithinBudget = () => {
      fits ??= count();
      return fits;
    };
    const needs: (Awaited<ReturnType<typeof needsPerson>> | undefined)[] = [];
    for (const { operation, input } of calls) {
      needs.push(await needsPerson(operation, input, { ...deps, isWithinBudget }, readData));
    }
    const heldBy = calls.length === 1 ? needs[0]?.heldBy : undefined;
    return { reasons: needs.map((each) => each?.reason), heldBy, size, isWithinBudget };
  }

  async function sizeOf({ operation, input }: GateCall, readData: Read): Promise<Size> {
    if (operation.effect !== 'apply') return sizeOfCall(operation);
    return sizeOfPlan(await deps.plan({ calls: [{ operation, input, reason: 'its size is counted' }] }, readData));
  }

  /** The plan of calls alone, without what it means for access. */
  async function planOf(batch: Batch, reasons: Judged['reasons'], readData: Read): Promise<Plan> {
    return deps.plan({ ...batch, calls: withReasons(batch, reasons) }, readData);
  }

  /** What the calls are bound to, from facts as they are now. */
  async function requestOf(batch: Batch, reasons: Judged['reasons'], readData: Read): Promise<Request> {
    const { principal, key } = await deps.identity();
    const calls = withReasons(batch, reasons);
    const bare = await planOf(batch, reasons, readData);
    const plan = withAccess(bare, await deps.examine({ ...batch, calls }, bare, readData));
    const requests = calls.map(({ operation, input }) => {
      const { method, url, body } = deps.prepare(operation, input);
      return { operation: operation.name, method, url, body };
    });
    const facts = { principal, requests, plan: deps.planFacts(plan) };
    return { principal, plan, digest: createHmac('sha256', key).update(canonical(facts)).digest('hex') };
  }

  /** The request as it is now, when that isn't what was approved any more. */
  async function driftOf(
    batch: Batch,
    judged: Judged,
    approved: Request,
    readData: Read,
  ): Promise<{ readonly request: Request; readonly judged: Judged } | undefined> {
    const now = await judge(batch, readData);
    const rejudged = isAsked(now) ? now : judged;
    const request = await requestOf(batch, rejudged.reasons, readData);
    return request.digest === approved.digest ? undefined : { request, judged: rejudged };
  }

  /** A call may go although others went before it, if nothing is to be asked about it that wasn't. */
  async function checkStillCovered(index: number, batch: Batch, judged: Judged, readData: Read): Promise<void> {
    const call = batch.calls[index];
    if (!call) return;
    const { reason } = (await needsPerson(call.operation, call.input, { ...deps, ...judged }, readData)) ?? {};
    if (reason === undefined || reason === judged.reasons[index]) return;
    throw new ToolError('refused', `${call.operation.name} needs a person now, because ${reason}.`, {
      next: 'It was not so when the calls began. Look at what was done, then make the call again.',
    });
  }

  return { judge, planOf, requestOf, driftOf, checkStillCovered };
}

/** As a plan takes them: ids that don't exist yet are named. */
function withReasons({ calls }: Batch, reasons: Judged['reasons']) {
  return calls.map(({ operation, tool, input, creates }, index) => ({
    operation,
    tool,
    creates,
    input: withNewIdsNamed(input),
    reason: reasons[index],
  }));
}

/** What the plan means for access; whom it would lock out takes a typed word to approve. */
function withAccess(plan: Plan, access: Review | undefined): Plan {
  if (!access) return plan;
  const typedName = plan.typedName ?? (access.lockOuts.length > 0 ? LOCK_OUT : undefined);
  return { ...plan, access, ...(typedName !== undefined && { typedName }) };
}

const LOCK_OUT = 'lock out';

/** Whether a person must be asked at all. */
export const isAsked = ({ reasons }: Judged) => reasons.some((reason) => reason !== undefined);
