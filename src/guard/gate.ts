import type { Answer } from '../client/client.js';
import { ToolError } from '../errors.js';
import type { Input } from '../operation.js';
import { label } from '../plain-text.js';
import type { Review } from '../rails/review.js';
import type { createApproval, Host, Request, Verdict } from './approval.js';
import { fitsBudget, sizeOfPlan, sizeText } from './budget.js';
import { type Batch, createJudge, isAsked, type JudgeDeps, type Judged } from './judge.js';
import { createLastRead, type LastRead } from './last-read.js';
import { withNewIdsNamed } from './new-id.js';
import { type Approved, createPerform, type GateOptions, type PerformDeps, type Went } from './perform.js';
import { ANSWER_LASTS_MS, type Decision, type Outcome, type Question } from './question.js';
import { switchOffInput } from './switch-off.js';

export type Sent =
  | Went
  /**
   * Nothing was sent of these calls: a person must answer `question`, and may answer `offer`; `asked` of both go to the
   * host now, the rest waits out of band. `notices` tell what an offer did that came first.
   */
  | {
      readonly state: 'ask';
      readonly question: Question;
      readonly offer?: Question;
      readonly asked: readonly Question[];
      readonly notices?: readonly string[];
    }
  /** Nothing was sent: this approval has been used. Without an outcome nobody knows how that ended. */
  | {
      readonly state: 'spent';
      readonly question: Question;
      readonly outcome?: Outcome;
      readonly notices?: readonly string[];
    };

/** The only way to the API. */
export interface Gate {
  /** Sends a read. Throws for an operation with any other effect. */
  read(name: string, input: Input, options?: GateOptions): Promise<Answer>;
  /** Sends calls one after the other if the mode allows all of them or a person has said yes to all. Throws `refused` when neither can be. */
  send(batch: Batch, options?: GateOptions): Promise<Sent>;
}

export interface GateDeps extends Omit<JudgeDeps, 'now'>, PerformDeps {
  readonly approval: ReturnType<typeof createApproval>;
}

const NOBODY: Host = { canAsk: false };

export function createGate(deps: GateDeps): Gate {
  const { operations, prepare, sender, approval, store, journal } = deps;
  const judging = createJudge({ ...deps, now: deps.watch.now });
  const { judge, planOf, requestOf } = judging;
  const perform = createPerform(deps, judging);
  const nextTurn = createTurns();

  const read: Gate['read'] = async (name, input, { signal } = {}) => {
    const operation = operations.get(name);
    if (operation?.effect !== 'read') throw new ToolError('internal', `${name} is not a read.`);
    return sender(prepare(operation, input), input, { signal });
  };

  /** Sends calls; where they aren't what was approved any more, asks anew. */
  async function carryOut(
    batch: Batch,
    judged: Judged,
    options: Parameters<typeof perform>[2],
    reads: LastRead,
    approved?: Approved,
  ): Promise<Sent> {
    const sent = await perform(batch, judged, options, reads, approved);
    return sent.state === 'sent' ? sent : askAgain(batch, sent.judged, sent.request, options, reads);
  }

  /** What the host brought was the answer to another question: this one it may be asked. */
  function askAgain(batch: Batch, judged: Judged, request: Request, options: GateOptions, reads: LastRead) {
    const host = options.host && { ...options.host, answers: undefined };
    return ask(batch, judged, request, { ...options, host }, reads);
  }

  /** Puts a request to a person and goes on if the answer is there already. */
  async function ask(
    batch: Batch,
    judged: Judged,
    request: Request,
    options: GateOptions,
    reads: LastRead,
  ): Promise<Sent> {
    const { access } = request.plan;
    const called = calledBy(batch);
    await refuseForbidden(called, access, options.host);
    const size = sizeOfPlan(request.plan);
    if (!fitsBudget([size], deps.budget)) {
      const most = `one approval may cover ${sizeText(deps.budget)}`;
      const reason = `this covers ${sizeText(size)}; ${most}`;
      await noteRefusal(called, reason, options.host);
      throw new ToolError('refused', `${called.tool ?? called.operation}: ${reason}.`, {
        next: 'Nothing was sent. Make it smaller, or tell the person that the operator can raise --max-changes and --max-deletes.',
      });
    }
    const offer = await offerBeside(batch, judged, reads);
    const verdict = await approval.settle(request, options.host ?? NOBODY, offer?.request);
    switch (verdict.kind) {
      case 'go':
        // What a person is asked about counts against no budget.
        return carryOut(batch, { ...judged, size: undefined }, options, reads, { request, ...verdict });
      case 'spent':
        return { state: 'spent', question: verdict.question, outcome: verdict.outcome };
      case 'declined':
        return declined(called, verdict.decision, options.host);
      case 'offered':
        if (offer) return performOffer(batch, offer, verdict, options, reads);
        throw new ToolError('internal', 'An offer was approved that was not made.');
      default:
        return { state: 'ask', ...verdict };
    }
  }

  /** What is offered beside a draft that one cluster's auto-apply would make live; nothing when it can't be planned. */
  async function offerBeside({ calls }: Batch, { heldBy }: Judged, reads: LastRead): Promise<Offer | undefined> {
    const operation = operations.get('patch_settings');
    const [call] = calls;
    if (!heldBy || !call || !operation) return undefined;
    const input = switchOffInput(call.input, heldBy.id);
    const batch: Batch = { calls: [{ operation, input }], isOffer: true };
    try {
      const judged = await judge(batch, reads.last);
      return { batch, judged, request: await requestOf(batch, judged.reasons, reads.last), cluster: heldBy.name };
    } catch {
      return undefined;
    }
  }

  /**
   * Does what was offered, then judges the calls anew: they wait as drafts now, unless a person has declined them. A yes
   * to them was given along with the offer's, so it isn't used without it.
   */
  async function performOffer(
    batch: Batch,
    { cluster, ...offer }: Offer,
    { own, question, decision }: Extract<Verdict, { readonly kind: 'offered' }>,
    options: GateOptions,
    reads: LastRead,
  ): Promise<Sent> {
    const yes = own?.kind === 'go' ? own : undefined;
    const giveUp = async (result: Outcome['result']) => {
      const at = new Date(deps.watch.now()).toISOString();
      if (yes) await store.finish(yes.question.id, { at, result, answer: UNOFFERED }).catch(() => undefined);
    };
    const approved = { request: offer.request, question, decision };
    const switched = await carryOut(
      offer.batch,
      offer.judged,
      { ...options, beforeSend: undefined },
      reads,
      approved,
    ).catch(async (error: unknown) => {
      await giveUp('failed');
      throw error;
    });
    if (switched.state !== 'sent') {
      await giveUp('drifted');
      return switched;
    }
    const notices = [`Auto-apply of cluster ${label(cluster)} was switched off, as a person said.`];
    notices.push(...switched.done.flatMap((done) => done.notices.map((notice) => `Of that: ${notice}`)));
    try {
      if (own?.kind === 'declined') return await declined(calledBy(batch), own.decision, options.host, 'Nothing else');
      const judged = await judge(batch, reads.read);
      if (!isAsked(judged)) return withNotices(await carryOut(batch, judged, options, reads, yes), notices);
      await giveUp('drifted');
      const request = await requestOf(batch, judged.reasons, reads.read);
      return withNotices(await askAgain(batch, judged, request, options, reads), notices);
    } catch (error) {
      await giveUp('failed');
      if (!(error instanceof ToolError)) throw error;
      throw new ToolError(error.kind, `${notices.join(' ')} ${error.message}`, { ...error });
    }
  }

  /** Stops what the operator's rules forbid, whatever a person would say. */
  async function refuseForbidden(called: Called, access: Review | undefined, host: Host | undefined): Promise<void> {
    if (!access || access.blocked.length === 0) return;
    const reason = access.blocked.join(' ');
    await noteRefusal(called, reason, host);
    throw new ToolError('refused', `${called.tool ?? called.operation}: the operator's rules forbid this. ${reason}`, {
      next: 'Nothing was sent, and no approval changes that. Change it so that the rules hold, or tell the person.',
    });
  }

  /** What nobody need be asked about is held to the rules all the same; what would lock people out is asked about. */
  async function underRules(batch: Batch, judged: Judged, { host }: GateOptions, reads: LastRead): Promise<Judged> {
    if (isAsked(judged) || batch.isOffer) return judged;
    // What an apply ships, its plan knows.
    const ships = batch.calls.some(({ operation }) => operation.effect === 'apply');
    const plan = ships ? await planOf(batch, judged.reasons, reads.last) : undefined;
    const calls = batch.calls.map((call) => ({ ...call, input: withNewIdsNamed(call.input) }));
    const access = await deps.examine({ ...batch, calls }, plan, reads.last);
    await refuseForbidden(calledBy(batch), access, host);
    // In guarded mode this is a draft that waits: its apply asks.
    if (deps.mode === 'guarded' || !access || access.lockOuts.length === 0) return judged;
    return { ...judged, reasons: batch.calls.map(() => 'it would lock people out') };
  }

  async function declined(called: Called, { at }: Decision, host: Host | undefined, what = 'Nothing'): Promise<never> {
    await noteRefusal(called, 'declined by a person', host);
    const until = new Date(Date.parse(at) + ANSWER_LASTS_MS).toISOString();
    throw new ToolError('refused', `A person declined this at ${at}.`, {
      next: `${what} was sent. Don't retry: until ${until} the same call is refused unasked. Ask what to change.`,
    });
  }

  async function noteRefusal(called: Called, reason: string, host: Host | undefined): Promise<void> {
    const { principal } = await deps.identity();
    const client = host?.client;
    await journal.append({ kind: 'refusal', ...called, reason, principal, ...(client && { client }) });
  }

  return {
    read,
    async send(batch, options = {}) {
      const { signal } = options;
      // What can't be sent is refused before anything is read for it.
      for (const { operation, input } of batch.calls) prepare(operation, withNewIdsNamed(input));
      const [first, ...others] = batch.calls;
      if (first?.operation.effect === 'read' && others.length === 0) {
        const answer = await sender(prepare(first.operation, first.input), first.input, { signal });
        return { state: 'sent', done: [{ answer, notices: [] }] };
      }
      const reads = createLastRead(async (name, wanted) => (await read(name, wanted, { signal })).data);
      const release = deps.mode === 'unattended' ? await nextTurn() : undefined;
      try {
        const judged = await underRules(batch, await judge(batch, reads.read), options, reads);
        if (!isAsked(judged)) return await carryOut(batch, judged, { ...options, onIntent: release }, reads);
        release?.();
        const request = await requestOf(batch, judged.reasons, reads.read);
        return await ask(batch, judged, request, options, reads);
      } finally {
        release?.();
      }
    },
  };
}

/** How a refusal names what was called: what would have been sent, and the tool where that is another. */
interface Called {
  readonly operation: string;
  readonly tool?: string;
}

function calledBy({ procedure, calls }: Batch): Called {
  const [first] = calls;
  const operation = procedure?.name ?? first?.operation.name ?? '';
  return { operation, ...(!procedure && first?.tool && { tool: first.tool.name }) };
}

/** Tells first what was done before. */
function withNotices(sent: Sent, notices: readonly string[]): Sent {
  if (sent.state !== 'sent') return { ...sent, notices };
  return { ...sent, done: sent.done.map((done) => ({ ...done, notices: [...notices, ...done.notices] })) };
}

/** What a person is asked beside a question, to be done before it. */
interface Offer {
  readonly batch: Batch;
  readonly judged: Judged;
  readonly request: Request;
  /** The name of the cluster it is about. */
  readonly cluster: string;
}

/**
 * One at a time, from counting what was spent to the line that spends more: calls made at once would each see the whole
 * budget. Another process can still come between.
 */
function createTurns(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let release = () => {};
    last = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  };
}

const UNOFFERED = 'it was given along with the yes to an offer, and could not be used with it; nothing was sent';
