import type { Answer } from '../client/client.js';
import { quote, ToolError } from '../errors.js';
import type { Effect, Input, Operation } from '../operation.js';
import { type AffectedCluster, affectedClusters } from './affected.js';
import { autoApplyAfter, writesSettings } from './auto-apply.js';
import { type Mode, offers } from './mode.js';

/** The client's sender: builds the request of a wire input and sends it. Only the gate holds it. */
export type Sender = (operation: Operation, input: Input, options: GateOptions) => Promise<Answer>;

export interface GateOptions {
  readonly signal?: AbortSignal;
  /** Called when a call that isn't a read may pass, before it is sent; what it throws stops the call. */
  readonly beforeSend?: () => Promise<void>;
}

/** What went out and what the caller must be told about it. */
export interface Sent {
  readonly answer: Answer;
  readonly notices: readonly string[];
}

/** The only way to the API. */
export interface Gate {
  /** Sends a read. Throws for an operation with any other effect. */
  read(name: string, input: Input, options?: GateOptions): Promise<Answer>;
  /** Sends any operation if the mode allows it. Throws `refused` or `confirmation_required`, and then nothing was sent. */
  send(operation: Operation, input: Input, options?: GateOptions): Promise<Sent>;
}

export function createGate(deps: {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly mode: Mode;
  readonly sender: Sender;
}): Gate {
  const { operations, mode, sender } = deps;

  const read: Gate['read'] = async (name, input, options = {}) => {
    const operation = operations.get(name);
    if (operation?.effect !== 'read') throw new ToolError('internal', `${name} is not a read.`);
    return sender(operation, input, options);
  };

  return {
    read,
    async send(operation, input, options = {}) {
      if (operation.effect === 'read') return { answer: await sender(operation, input, options), notices: [] };
      const readData = async (name: string, wanted: Input) => (await read(name, wanted, options)).data;
      const reason = await needsPerson(operation, input, mode, readData);
      if (reason) throw confirmationRequired(operation, reason);
      await options.beforeSend?.();
      const answer = await sender(operation, input, options);
      const notice = operation.effect === 'draft' ? await wentLive(input, answer, readData) : undefined;
      return { answer, notices: notice ? [notice] : [] };
    },
  };
}

type ReadData = (name: string, input: Input) => Promise<unknown>;

/** Why a call needs a person's yes in this mode, or undefined when it may pass. */
async function needsPerson(
  operation: Operation,
  input: Input,
  mode: Mode,
  read: ReadData,
): Promise<string | undefined> {
  if (!offers(mode, operation.effect)) {
    throw new ToolError('refused', `${operation.name} changes things, and this server is read-only.`, {
      next: 'Nothing was sent. Tell the person what you would change; they can do it in the Zero console.',
    });
  }
  if (mode === 'unattended') return undefined;
  if (operation.effect !== 'draft') return EFFECT_REASONS[operation.effect];
  const clusters = await affectedClusters(operation, input, read);
  if (writesSettings(operation)) {
    const current = clusters.length === 1 ? clusters[0]?.autoApply : undefined;
    if (autoApplyAfter(input, current) !== false) {
      return 'after it, changes of this cluster go live by themselves (autoApplyChangesets is not false)';
    }
  }
  const live = clusters.filter((cluster) => cluster.autoApply !== false);
  return live.length > 0 || clusters.length === 0 ? autoApplyReason(live) : undefined;
}

const EFFECT_REASONS: Readonly<Record<Exclude<Effect, 'draft'>, string>> = {
  read: '',
  live: 'it takes effect at once',
  apply: 'it makes pending changes go live',
};

function autoApplyReason(clusters: readonly AffectedCluster[]): string {
  if (clusters.length === 0) return 'no cluster could be found that it would wait in';
  const names = clusters.map(({ name, id, autoApply }) => {
    return `${quote(name)} (${id}${autoApply === undefined ? ', its settings could not be read' : ''})`;
  });
  return `it would go live at once: auto-apply is on for ${names.join(', ')}`;
}

function confirmationRequired(operation: Operation, reason: string): ToolError {
  return new ToolError('confirmation_required', `${operation.name} needs a person's confirmation: ${reason}.`, {
    next:
      'Nothing was sent. This version cannot ask a person yet, so do not retry: tell the person what you wanted to do ' +
      'and why; they can do it in the Zero console.',
  });
}

/** What to say when a draft didn't wait; undefined when it did. Zero has no precondition, so this can only be found afterwards. */
async function wentLive(input: Input, answer: Answer, read: ReadData): Promise<string | undefined> {
  const { id } = (answer.data ?? {}) as { id?: unknown };
  const entityId = id ?? input.routeId ?? input.policyId ?? input.keyPairId;
  if (entityId === undefined) return UNCHECKED;
  try {
    const [entry] = (await read('list_activity_logs', {
      organizationId: input.organizationId,
      entityId,
      orderBy: ['-updatedAt'],
      limit: 1,
    })) as readonly { applied?: { at?: string } }[];
    if (!entry) return UNCHECKED;
    return entry.applied?.at ? `This change is already live: it was applied at ${entry.applied.at}.` : undefined;
  } catch {
    return UNCHECKED;
  }
}

const UNCHECKED = 'The change was saved. Whether it is already live could not be checked.';
