import { createHmac } from 'node:crypto';
import { canonical } from '../canonical.js';
import type { Answer, WireRequest } from '../client/client.js';
import { ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import type { Journal, JournalPlace } from '../record/entry.js';
import { redact } from '../secret.js';
import type { Read } from './affected.js';
import type { createApproval, Host, Request } from './approval.js';
import { fitsBudget, type Size, sizeOfCall, sizeOfPlan, sizeText } from './budget.js';
import type { Mode } from './mode.js';
import { needsPerson } from './need.js';
import type { Plan } from './plan.js';
import type { Decision, Outcome, Question } from './question.js';
import { verifyApply, type Watch } from './verify.js';

export interface GateOptions {
  readonly signal?: AbortSignal;
  /** Who can be asked in this call; nobody when left out. */
  readonly host?: Host;
  /** Called when a call that isn't a read may pass, before it is sent; what it throws stops the call. */
  readonly beforeSend?: () => Promise<void>;
}

/** The client's sender. Only the gate holds it. */
export type Sender = (
  request: WireRequest,
  input: Input,
  options: { readonly signal?: AbortSignal; readonly once?: boolean },
) => Promise<Answer>;

export type Sent =
  /** It went out; `notices` is what the caller must be told about it. */
  | {
      readonly state: 'sent';
      readonly answer: Answer;
      readonly notices: readonly string[];
      readonly journal?: JournalPlace;
    }
  /** Nothing was sent: a person must be asked, by the host now or out of band. */
  | { readonly state: 'ask' | 'wait'; readonly question: Question }
  /** Nothing was sent: this approval has been used. Without an outcome nobody knows how that ended. */
  | { readonly state: 'spent'; readonly question: Question; readonly outcome?: Outcome };

/** The only way to the API. */
export interface Gate {
  /** Sends a read. Throws for an operation with any other effect. */
  read(name: string, input: Input, options?: GateOptions): Promise<Answer>;
  /** Sends any operation if the mode allows it or a person has said yes. Throws `refused` when neither can be. */
  send(operation: Operation, input: Input, options?: GateOptions): Promise<Sent>;
}

export interface GateDeps {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly mode: Mode;
  /** Also ask about drafts that would wait: `--confirm drafts`. */
  readonly confirmDrafts: boolean;
  readonly prepare: (operation: Operation, input: Input) => WireRequest;
  readonly sender: Sender;
  readonly approval: ReturnType<typeof createApproval>;
  readonly store: { finish(id: string, outcome: Outcome): Promise<void> };
  readonly journal: Journal;
  /** Operating-system user and keyed hash of the API token, with the key that digests are made with. */
  readonly identity: () => Promise<{ readonly principal: string; readonly key: Uint8Array }>;
  readonly plan: (call: { operation: Operation; input: Input; reason: string }, read: Read) => Promise<Plan>;
  /** The plan without what changes between two looks at the same facts. */
  readonly planFacts: (plan: Plan) => unknown;
  /** The arguments of a call with every secret hidden, for the journal. */
  readonly redactInput: (operation: Operation, input: Input) => unknown;
  /** The most that one approval may cover, and that unattended mode changes within an hour before it asks. */
  readonly budget: Size;
  /** What was changed since a moment (RFC 3339) without anybody being asked. */
  readonly spentSince: (since: string) => Promise<readonly Size[]>;
  readonly watch: Watch;
}

const HOUR_MS = 3_600_000;

const NOBODY: Host = { name: 'none', canAsk: false };

export function createGate(deps: GateDeps): Gate {
  const { operations, prepare, sender, approval, store, journal } = deps;
  const nextTurn = createTurns();

  const read: Gate['read'] = async (name, input, { signal } = {}) => {
    const operation = operations.get(name);
    if (operation?.effect !== 'read') throw new ToolError('internal', `${name} is not a read.`);
    return sender(prepare(operation, input), input, { signal });
  };

  /** Why a person must be asked, and how much is changed if nobody need be. */
  async function need(operation: Operation, input: Input, readData: Read) {
    let size: Size | undefined;
    const isWithinBudget = async () => {
      const reason = 'its size is counted';
      size =
        operation.effect === 'apply'
          ? sizeOfPlan(await deps.plan({ operation, input, reason }, readData))
          : sizeOfCall(operation);
      const spent = await deps.spentSince(new Date(deps.watch.now() - HOUR_MS).toISOString());
      return fitsBudget([...spent, size], deps.budget);
    };
    const reason = await needsPerson(operation, input, { ...deps, isWithinBudget }, readData);
    return { reason, size };
  }

  /** What the call is bound to, from facts as they are now. */
  async function requestOf(operation: Operation, input: Input, reason: string, readData: Read): Promise<Request> {
    const { principal, key } = await deps.identity();
    const plan = await deps.plan({ operation, input, reason }, readData);
    const { method, url, body } = prepare(operation, input);
    const facts = { principal, method, url, body, operation: operation.name, plan: deps.planFacts(plan) };
    return { principal, plan, reason, digest: createHmac('sha256', key).update(canonical(facts)).digest('hex') };
  }

  /** The request as it is now, when that isn't what was approved any more. */
  async function driftOf(
    operation: Operation,
    input: Input,
    approved: Request,
    readData: Read,
  ): Promise<Request | undefined> {
    const { reason = approved.reason } = await need(operation, input, readData);
    const now = await requestOf(operation, input, reason, readData);
    return now.digest === approved.digest ? undefined : now;
  }

  /** Journals, sends, verifies, journals. With an approval the request leaves at most once. */
  async function perform(
    operation: Operation,
    input: Input,
    options: GateOptions & { readonly size?: Size; readonly onIntent?: () => void },
    readData: Read,
    approved?: { readonly request: Request; readonly question: Question; readonly decision: Decision },
  ): Promise<Sent> {
    const id = approved?.question.id ?? crypto.randomUUID();
    const close = async (result: Outcome['result'], answer: unknown): Promise<JournalPlace | undefined> => {
      const at = new Date(deps.watch.now()).toISOString();
      // A claim whose outcome can't be kept stays spent all the same.
      if (approved) await store.finish(approved.question.id, { at, result, answer }).catch(() => undefined);
      const journalled = result === 'drifted' ? 'failed' : result;
      return journal.append({ kind: 'outcome', id, result: journalled, detail: answer }).catch(() => undefined);
    };
    const { principal } = await deps.identity();
    await options.beforeSend?.();
    await journal.append({
      kind: 'intent',
      id,
      operation: operation.name,
      effect: operation.effect,
      principal,
      arguments: deps.redactInput(operation, input),
      ...(options.size && { size: options.size }),
      ...(approved && {
        digest: approved.request.digest,
        question: approved.question.id,
        channel: approved.decision.channel,
        approver: approved.decision.approver,
      }),
    });
    options.onIntent?.();
    if (approved) {
      const drift = await driftOf(operation, input, approved.request, readData).catch(async (error: unknown) => {
        await close('failed', 'it could not be read again before it was sent; nothing was sent');
        throw error;
      });
      if (drift) {
        await close('drifted', 'what was approved changed before it was sent; nothing was sent');
        const host = options.host && { ...options.host, answer: undefined };
        return ask(operation, input, drift, { ...options, host }, readData);
      }
    }
    try {
      // What a person has approved is not called back half-way: it leaves once, whatever the caller does meanwhile.
      const how = approved ? { once: true } : { signal: options.signal };
      const first = await sender(prepare(operation, input), input, how);
      const { answer, notices } = await verify(operation, input, first, approved?.request.plan, readData);
      const shown = operation.output ? redact(operation.output, answer.data) : null;
      const place = await close('done', { answer: shown, notices });
      return { state: 'sent', answer, notices: place ? notices : [...notices, UNJOURNALLED], journal: place };
    } catch (error) {
      const lost = !(error instanceof ToolError) || error.maybeSent;
      await close(lost ? 'unknown' : 'failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** What came of it: for an apply the changeset as it ended, and for all what the caller must be told. Never throws: it is sent. */
  async function verify(operation: Operation, input: Input, answer: Answer, plan: Plan | undefined, readData: Read) {
    try {
      if (operation.effect === 'draft') return { answer, notices: await wentLive(input, answer, readData) };
      if (operation.effect !== 'apply') return { answer, notices: [] };
      const { changeset, notices } = await verifyApply(input, plan, readData, deps.watch);
      return { answer: changeset ? { ...answer, data: changeset } : answer, notices };
    } catch {
      return { answer, notices: [`${operation.name} was sent. ${UNVERIFIED}`] };
    }
  }

  /** Puts a request to a person and goes on if the answer is there already. */
  async function ask(
    operation: Operation,
    input: Input,
    request: Request,
    options: GateOptions,
    readData: Read,
  ): Promise<Sent> {
    const size = sizeOfPlan(request.plan);
    if (!fitsBudget([size], deps.budget)) {
      const most = `one approval may cover ${sizeText(deps.budget)}`;
      const reason = `this covers ${sizeText(size)}; ${most}`;
      await journal.append({ kind: 'refusal', operation: operation.name, reason });
      throw new ToolError('refused', `${operation.name}: ${reason}.`, {
        next: 'Nothing was sent. Make it smaller, or tell the person that the operator can raise --max-changes and --max-deletes.',
      });
    }
    const verdict = await approval.settle(request, options.host ?? NOBODY);
    switch (verdict.kind) {
      case 'go':
        return perform(operation, input, options, readData, { request, ...verdict });
      case 'spent':
        return { state: 'spent', question: verdict.question, outcome: verdict.outcome };
      case 'declined':
        await journal.append({ kind: 'refusal', operation: operation.name, reason: 'declined by a person' });
        throw new ToolError('refused', `A person declined this at ${verdict.decision.at}.`, {
          next: "Nothing was sent. Don't retry: ask what to change.",
        });
      default:
        return { state: verdict.kind, question: verdict.question };
    }
  }

  return {
    read,
    async send(operation, input, options = {}) {
      const { signal } = options;
      // What can't be sent is refused before anything is read for it.
      const prepared = prepare(operation, input);
      if (operation.effect === 'read') {
        return { state: 'sent', answer: await sender(prepared, input, { signal }), notices: [] };
      }
      const readData: Read = async (name, wanted) => (await read(name, wanted, { signal })).data;
      const release = deps.mode === 'unattended' ? await nextTurn() : undefined;
      try {
        const { reason, size } = await need(operation, input, readData);
        if (reason === undefined) {
          return await perform(operation, input, { ...options, size, onIntent: release }, readData);
        }
        release?.();
        const request = await requestOf(operation, input, reason, readData);
        return await ask(operation, input, request, options, readData);
      } finally {
        release?.();
      }
    },
  };
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

const UNJOURNALLED =
  'The journal could not note how this ended: tell the operator. Nothing more will be changed until it can.';

const WAITS =
  "Saved as a draft: it waits in the cluster's pending changeset and goes live with whoever applies that, a colleague included.";

const UNVERIFIED = 'What is live now could not be checked: read it before you go on.';

/** What to say when a draft didn't wait. Zero has no precondition, so this can only be found afterwards. */
async function wentLive(input: Input, answer: Answer, read: Read): Promise<readonly string[]> {
  const { id } = (answer.data ?? {}) as { id?: unknown };
  const entityId = id ?? input.routeId ?? input.policyId ?? input.keyPairId;
  if (entityId === undefined) return [UNVERIFIED];
  const query = { organizationId: input.organizationId, entityId, orderBy: ['-updatedAt'], limit: 1 };
  const [entry] = (await read('list_activity_logs', query)) as readonly { applied?: { at?: string } }[];
  if (!entry) return [UNVERIFIED];
  return [entry.applied?.at ? `This change is already live: it was applied at ${entry.applied.at}.` : WAITS];
}
