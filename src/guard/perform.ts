import type { Answer, WireRequest } from '../client/client.js';
import { ToolError } from '../errors.js';
import type { Effect, Input, Operation } from '../operation.js';
import type { Journal, JournalPlace } from '../record/entry.js';
import type { OwnEdits } from '../record/own-edits.js';
import { redact } from '../secret.js';
import type { Read } from './affected.js';
import type { Host, Request } from './approval.js';
import type { Size } from './budget.js';
import type { Batch, createJudge, GateCall, JudgeDeps, Judged } from './judge.js';
import type { LastRead } from './last-read.js';
import { withNewIds } from './new-id.js';
import type { Plan } from './plan.js';
import type { Decision, Outcome, Question } from './question.js';
import { beforeImage } from './record-of.js';
import { UNVERIFIED, verifyApply, verifyDraft, type Watch } from './verify.js';

export interface GateOptions {
  readonly signal?: AbortSignal;
  /** Who can be asked in this call; nobody when left out. */
  readonly host?: Host;
  /** Told how far a call has come that takes its time. */
  readonly onProgress?: Watch['onProgress'];
  /** Called when a call that isn't a read may pass, before it is sent; what it throws stops the call. */
  readonly beforeSend?: () => Promise<void>;
}

/** The client's sender. Only the gate holds it. */
export type Sender = (
  request: WireRequest,
  input: Input,
  options: { readonly signal?: AbortSignal; readonly once?: boolean },
) => Promise<Answer>;

/** A call that went out; `notices` is what the caller must be told about it. */
export interface Done {
  readonly answer: Answer;
  readonly notices: readonly string[];
  readonly journal?: JournalPlace;
  /** `live` also for a draft that a person let through to where auto-apply makes it live. */
  readonly effect?: Effect;
}

/** Calls went out, up to the one that failed: after that nothing more was sent. A first one that fails is thrown. */
export interface Went {
  readonly state: 'sent';
  readonly done: readonly Done[];
  readonly failure?: unknown;
}

/** They went out, or nothing did, since what was approved isn't what would be sent: `request` is. */
export type Performed = Went | { readonly state: 'drifted'; readonly request: Request; readonly judged: Judged };

/** A yes that this process has taken. */
export interface Approved {
  /** What must still be so when it is sent; undefined where the calls have come to need nobody. */
  readonly request?: Request;
  readonly question: Question;
  readonly decision: Decision;
}

export interface PerformDeps extends Pick<JudgeDeps, 'prepare' | 'identity'> {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly sender: Sender;
  readonly store: { finish(id: string, outcome: Outcome): Promise<void> };
  readonly journal: Journal;
  /** The arguments of a call with every secret hidden, for the journal. */
  readonly redactInput: (operation: Operation, input: Input) => unknown;
  readonly watch: Watch;
  /** Tells which edits were made through this server. */
  readonly ownEdits: () => Promise<OwnEdits>;
}

/** What sends calls that may go: journals, sends, verifies and journals each in turn. */
export function createPerform(deps: PerformDeps, { driftOf, checkStillCovered }: ReturnType<typeof createJudge>) {
  const { operations, prepare, sender, store, journal, watch } = deps;

  /** Sends each call in turn, up to the first that fails. With an approval each request leaves at most once. */
  async function perform(
    batch: Batch,
    judged: Judged,
    options: GateOptions & { readonly onIntent?: () => void },
    reads: LastRead,
    approved?: Approved,
  ): Promise<Performed> {
    const { calls, procedure } = batch;
    const ids = new Map<string, string>();
    const done: Done[] = [];
    const answers: unknown[] = [];
    const finish = async (result: Outcome['result'], answer: unknown) => {
      const at = new Date(watch.now()).toISOString();
      // A claim whose outcome can't be kept stays spent all the same.
      if (approved) await store.finish(approved.question.id, { at, result, answer }).catch(() => undefined);
    };
    for (const [index, { operation, tool, input: given, creates }] of calls.entries()) {
      let close: Close | undefined;
      let left = false;
      try {
        const input = withNewIds(given, ids);
        const { before, note } = await beforeImage(operation, input, {
          operations,
          // What the calls before this one have changed must be read anew.
          read: index === 0 ? reads.last : reads.read,
        });
        await options.beforeSend?.();
        const effect = procedure ? operation.effect : (approved?.request?.plan.effect ?? operation.effect);
        const deed = { operation, tool, effect, input, before, size: index === 0 ? judged.size : undefined };
        close = await intend(deed, options.host, approved);
        options.onIntent?.();
        if (index > 0) await checkStillCovered(index, batch, judged, reads.read);
        else if (approved?.request) {
          const drift = await driftOf(batch, judged, approved.request, reads.read);
          if (drift) {
            await close('drifted', DRIFTED);
            await finish('drifted', DRIFTED);
            return { state: 'drifted', ...drift };
          }
        }
        left = true;
        // What a person has approved is not called back half-way: it leaves once, whatever the caller does meanwhile.
        const how = approved ? { once: true } : { signal: options.signal };
        const first = await sender(prepare(operation, input), input, how);
        const verified = await verify({ operation, input }, first, approved?.request?.plan, options, reads.read);
        const { answer } = verified;
        const notices = note === undefined ? verified.notices : [...verified.notices, note];
        const shown = operation.output ? redact(operation.output, answer.data) : null;
        const place = await close('done', { answer: shown, notices }, first.requestId);
        answers.push({ answer: shown, notices });
        done.push({ answer, notices: place ? notices : [...notices, UNJOURNALLED], journal: place, effect });
        const { id } = Object(answer.data) as { id?: unknown };
        if (creates !== undefined && typeof id === 'string') ids.set(creates, id);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const lost = left && (!(error instanceof ToolError) || error.maybeSent);
        const detail = left ? message : `${message} Nothing was sent.`;
        await close?.(lost ? 'unknown' : 'failed', detail, error instanceof ToolError ? error.requestId : undefined);
        await finish(lost ? 'unknown' : 'failed', done.length === 0 ? detail : { done: answers, failed: detail });
        if (done.length === 0) throw error;
        return { state: 'sent', done, failure: error };
      }
    }
    await finish('done', procedure ? answers : answers[0]);
    return { state: 'sent', done };
  }

  /** Journals that a call is about to leave; answers what journals how it ended. */
  async function intend(
    {
      operation,
      tool,
      effect,
      input,
      before,
      size,
    }: GateCall & { readonly effect: Effect; readonly before?: unknown; readonly size?: Size },
    host: Host | undefined,
    approved: Approved | undefined,
  ): Promise<Close> {
    const id = crypto.randomUUID();
    const { principal } = await deps.identity();
    await journal.append({
      kind: 'intent',
      id,
      operation: operation.name,
      ...(tool && { tool: tool.name }),
      effect,
      principal,
      ...(host?.client && { client: host.client }),
      arguments: deps.redactInput(operation, input),
      ...(before !== undefined && { before }),
      ...(size && { size }),
      ...(approved && {
        digest: approved.question.digest,
        question: approved.question.id,
        channel: approved.decision.channel,
        approver: approved.decision.approver,
      }),
    });
    return (result, detail, requestId) =>
      journal.append({ kind: 'outcome', id, result, detail, requestId }).catch(() => undefined);
  }

  /** What came of it: for an apply the changeset as it ended, and for all what the caller must be told. Never throws: it is sent. */
  async function verify(
    { operation, input }: GateCall,
    answer: Answer,
    plan: Plan | undefined,
    { onProgress }: GateOptions,
    readData: Read,
  ) {
    try {
      if (operation.effect === 'draft') {
        return { answer, notices: await verifyDraft(input, answer, plan, await deps.ownEdits(), readData) };
      }
      if (operation.effect !== 'apply') return { answer, notices: [] };
      const { changeset, notices } = await verifyApply(input, plan, readData, { ...watch, onProgress });
      return { answer: changeset ? { ...answer, data: changeset } : answer, notices };
    } catch {
      return { answer, notices: [`${operation.name} was sent. ${UNVERIFIED}`] };
    }
  }

  return perform;
}

/** Journals how a call ended; nothing when the journal can't be written. */
type Close = (result: Outcome['result'], detail: unknown, requestId?: string) => Promise<JournalPlace | undefined>;

const DRIFTED = 'what was approved changed before it was sent; nothing was sent';

const UNJOURNALLED =
  'The journal could not note how this ended: tell the operator. Nothing more will be changed until it can.';
