import { z } from 'zod';
import { fitRecord } from './answer/budget.js';
import { pagesItself, splitOptions, type Wanted } from './answer/options.js';
import { shape } from './answer/shape.js';
import type { Answer } from './client/client.js';
import { type CredentialFile, createCredentialFile } from './credentials.js';
import { explain, type Offers, ToolError } from './errors.js';
import type { Gate, Sent } from './guard/gate.js';
import { withNewIdsNamed } from './guard/new-id.js';
import type { GateOptions } from './guard/perform.js';
import type { Question } from './guard/question.js';
import { refuseHeld } from './guard/record-of.js';
import { type Pin, parseInput, toolInput } from './input.js';
import type { Keychain } from './keychain.js';
import type { Log } from './log.js';
import type { Catalog, Input, Operation } from './operation.js';
import { checkPatch, type PatchOperation } from './patch.js';
import { type Composite, isComposite, type Procedure } from './procedure.js';
import type { JournalPlace } from './record/entry.js';
import type { Report, Sources } from './report.js';
import { createScope, reading } from './scope.js';
import { HIDDEN, marksIn, REDACTED, redact } from './secret.js';
import { refuseRedacted, resolveSecrets } from './secret-input.js';
import { sparseCall, type WireCall } from './sparse.js';
import { createUntrustedFields, type UntrustedFields, visibleIn } from './untrusted.js';

/** What the model gets: the same content as text and as structure. */
export interface CallResult {
  readonly structuredContent: Readonly<Record<string, unknown>>;
  /** The host should put these questions to the person now; the rest is for a host that can't. */
  readonly ask?: readonly Question[];
  readonly isError: boolean;
  /**
   * `redacted` names the paths of hidden values, `drift` where the answer differs from the declared one, `untrusted` the
   * fields that others may have written.
   */
  readonly meta: Readonly<Record<string, unknown>>;
}

export interface CallDeps {
  readonly catalog: Catalog;
  readonly composites: readonly Composite[];
  readonly gate: Gate;
  /** What reports look at beside reads. */
  readonly sources: Omit<Sources, 'read'>;
  readonly keychain: Keychain;
  readonly pin: Pin;
  readonly organizationReads: boolean;
  readonly allowedSecretInputs: readonly string[];
  readonly secretsDirectory: string;
  /** The most that one answer may cost a model. */
  readonly maxResultTokens: number;
  readonly log: Log;
  /** What a person types to decide the question of a code. */
  readonly approveCommand: (code: string) => string;
  /** Which tools the caller has, for the words of a failure; all when left out. */
  readonly offers?: Offers;
}

/** Runs one call of a known tool from the model's arguments to its result; a failure is a result too. */
export type Call = (name: string, args: unknown, options?: GateOptions) => Promise<CallResult>;

export function createCall(deps: CallDeps): Call {
  const { catalog, gate, keychain, pin } = deps;
  const operations = new Map(catalog.operations.map((operation) => [operation.name, operation]));
  const tools = new Map<string, Operation | Composite>(operations);
  for (const tool of deps.composites) tools.set(tool.name, tool);
  const inputs = new Map<string, z.ZodObject>();
  const inputOf = (tool: Operation | Composite) => {
    const schema = inputs.get(tool.name) ?? toolInput(tool, pin);
    inputs.set(tool.name, schema);
    return schema;
  };
  const scope = createScope(deps);
  const untrustedFields = createUntrustedFields(catalog);

  return async (name, args, options = {}) => visibly(await attempt(name, args, options), untrustedFields);

  async function attempt(name: string, args: unknown, options: GateOptions): Promise<CallResult> {
    const tool = tools.get(name);
    if (!tool) throw new Error(`${name} is in no catalogue.`);
    try {
      const given = parseInput(tool, inputOf(tool), args, pin);
      refuseRedacted(given);
      if (isComposite(tool)) {
        const { input } = await scope.complete(tool, given, options.signal);
        return 'run' in tool ? await look(tool, input, options.signal) : await carryOut(tool, input, options);
      }
      const resolved = await resolveSecrets(tool, given, deps.allowedSecretInputs);
      const { wire, wanted } = splitOptions(tool, { ...tool.defaults, ...resolved });
      const { input, names } = await scope.complete(tool, wire, options.signal);
      const result = await run(tool, input, wanted, options);
      return tool.effect === 'read' || Object.keys(names).length === 0 ? result : withNames(result, names);
    } catch (error) {
      deps.log.debug('call failed', { tool: name, error: keychain.scrub(String(error)) });
      return failure(error, tool, keychain.scrub, deps.offers);
    }
  }

  function sources(signal?: AbortSignal): Sources {
    return { ...deps.sources, read: reading(gate, signal) };
  }

  async function look(report: Report, input: Input, signal?: AbortSignal): Promise<CallResult> {
    const data = await report.run(input, sources(signal));
    return success(keychain.scrub(fitRecord(data, deps.maxResultTokens)), {});
  }

  /** Sends what a procedure plans, and tells what was done and what wasn't. */
  async function carryOut(tool: Procedure, input: Input, options: GateOptions): Promise<CallResult> {
    const { calls, notes } = await tool.plan(input, sources(options.signal));
    for (const { operation, input: planned } of calls) {
      const shown = withNewIdsNamed(planned);
      if (operation.record) checkPatch(shown.patch as readonly PatchOperation[], operation.record);
      await scope.check(operation, shown, options.signal);
    }
    if (calls.length === 0) return success(keychain.scrub({ steps: [], notes, notices: [UNCHANGED] }), {});
    const { name, title } = tool;
    const sent = await gate.send({ calls, procedure: { name, title, notes } }, options);
    if (sent.state !== 'sent') return unsent(sent, deps.approveCommand);
    const { done, failure: error } = sent;
    const steps = done.flatMap(({ answer, notices }, index) => {
      const operation = calls[index]?.operation;
      if (!operation) return [];
      deps.log.info('sent', { tool: tool.name, operation: operation.name, status: answer.status });
      return {
        operation: operation.name,
        answer: redact(operation.output ?? z.unknown(), answer.data) ?? null,
        notices,
      };
    });
    const stopped = calls[done.length];
    const content = {
      steps,
      ...(stopped && {
        failed: {
          operation: stopped.operation.name,
          ...errorOf(error, stopped.operation, keychain.scrub, deps.offers),
        },
        notSent: calls.slice(done.length + 1).map(({ operation }) => operation.name),
      }),
      notes,
    };
    const journal = done.flatMap((step) => step.journal ?? []);
    return { structuredContent: keychain.scrub(content), isError: stopped !== undefined, meta: { journal } };
  }

  async function run(operation: Operation, input: Input, wanted: Wanted, options: GateOptions): Promise<CallResult> {
    const read = reading(gate, options.signal);
    const wire = operation.sparse
      ? await sparseCall(operation, input, { operations, read, scrub: keychain.scrub })
      : { operation, input };
    if ('unchanged' in wire) {
      return present(operation, wanted, { status: 200, data: wire.unchanged, drift: [] }, [UNCHANGED]);
    }
    if (wire.operation.record) checkPatch(wire.input.patch as readonly PatchOperation[], wire.operation.record);
    await refuseHeld(wire.operation, wire.input, read);
    const { output } = wire.operation;
    const mints = output !== undefined && marksIn(output).some((mark) => mark.minted);
    let file: CredentialFile | undefined;
    const beforeSend = async () => {
      if (mints) file ??= await createCredentialFile(deps.secretsDirectory, wire.operation.name);
    };
    try {
      const call = wire.operation === operation ? wire : { ...wire, tool: operation };
      const sent = await gate.send({ calls: [call] }, { ...options, beforeSend });
      if (sent.state !== 'sent') {
        await file?.discard();
        return unsent(sent, deps.approveCommand);
      }
      const [only] = sent.done;
      if (!only) throw sent.failure;
      const { name } = wire.operation;
      const {
        answer: { status },
        effect = operation.effect,
      } = only;
      if (effect !== 'read') deps.log.info('sent', { tool: operation.name, operation: name, effect, status });
      const answer = pagesItself(wire.operation) ? await readOn(wire, only.answer, gate, options.signal) : only.answer;
      return await present(wire.operation, wanted, answer, only.notices, file, only.journal);
    } catch (error) {
      await file?.discard();
      throw error;
    }
  }

  /** Hides what is secret, keeps what was minted, and shapes the rest. */
  async function present(
    operation: Operation,
    wanted: Wanted,
    answer: Answer,
    notices: readonly string[],
    file?: CredentialFile,
    journal?: JournalPlace,
  ): Promise<CallResult> {
    const redacted: string[] = [];
    const minted: unknown[] = [];
    const shown = redact(operation.output ?? z.unknown(), answer.data, ({ path, value, mark }) => {
      redacted.push(path);
      if (!mark.minted || !file) return HIDDEN;
      minted.push(value);
      return `${REDACTED}; saved in ${file.path}]`;
    });
    if (file && minted.length === 0 && answer.data !== undefined) {
      // The credential may stand where nobody expects it: it is kept, and nothing of the answer is shown.
      await file.save(JSON.stringify(answer.data));
      const unexpected = `The answer has an unexpected shape. It was kept whole, unseen, in ${file.path}.`;
      return success({ done: true, notices: [...notices, unexpected] }, {});
    }
    if (file) await (minted.length > 0 ? file.save(minted.join('\n')) : file.discard());
    const link = linkOf(deps.catalog, operation, shown);
    // Scrubbed before anything is cut: half a secret is one still.
    const content = shape(operation, keychain.scrub(shown), wanted, keychain.scrub(notices), deps.maxResultTokens);
    return success(content, {
      ...(link && { links: { console: link } }),
      ...(journal && { journal }),
      ...(redacted.length > 0 && { redacted: keychain.scrub(redacted) }),
      ...(answer.drift.length > 0 && { drift: keychain.scrub(answer.drift) }),
    });
  }
}

/**
 * The rest of a page that the API has cut shorter than it was asked for (unknown: FACTS 3.8, its maximum). A page of a few
 * rows is taken for the end.
 */
async function readOn(
  { operation, input }: WireCall,
  first: Answer,
  gate: Gate,
  signal?: AbortSignal,
): Promise<Answer> {
  const { limit, offset } = input as { readonly limit: number; readonly offset: number };
  if (!Array.isArray(first.data)) return first;
  const rows: unknown[] = [...first.data];
  for (let last = rows.length; last >= LEAST_MAXIMUM && rows.length < limit; ) {
    const place = { limit: limit - rows.length, offset: offset + rows.length };
    const { data } = await gate.read(operation.name, { ...input, ...place }, { signal });
    last = Array.isArray(data) ? data.length : 0;
    if (Array.isArray(data)) rows.push(...data);
  }
  return { ...first, data: rows };
}

/** No API's pages are shorter at most. */
const LEAST_MAXIMUM = 20;

/** The console's page of the one record that an operation is about. */
function linkOf(catalog: Catalog, { path }: Operation, record: unknown): string | undefined {
  const [, type] = /\/\{(\w+)Id\}$/.exec(path) ?? [];
  const { id, namespaceId } = Object(record) as { id?: unknown; namespaceId?: unknown };
  if (type === undefined || typeof id !== 'string') return undefined;
  return catalog.link?.(type, { id, ...(typeof namespaceId === 'string' && { namespaceId }) });
}

function success(
  structuredContent: Readonly<Record<string, unknown>>,
  meta: Readonly<Record<string, unknown>>,
): CallResult {
  return { structuredContent, isError: false, meta };
}

/** Says which records the caller's names meant: what answers a deletion has no id of its own. */
function withNames(result: CallResult, resolved: Readonly<Record<string, string>>): CallResult {
  return { ...result, structuredContent: { ...result.structuredContent, resolved } };
}

const UNCHANGED = 'Nothing had to be changed.';

/** What to answer when nothing was sent. */
function unsent(sent: Exclude<Sent, { readonly state: 'sent' }>, approveCommand: CallDeps['approveCommand']) {
  return sent.state === 'spent' ? replayed(sent) : confirmationRequired(sent, approveCommand);
}

/** A normal answer, not an error: the call is well formed and waits for a person. */
function confirmationRequired(
  { question, offer, asked, notices = [] }: Extract<Sent, { readonly state: 'ask' }>,
  approveCommand: CallDeps['approveCommand'],
): CallResult {
  const { code, expiresAt, plan } = question;
  const message = [
    `${nothingSent(notices)}: a person must confirm this first, because ${plan.reason}.`,
    `Tell the person: "To see and decide it, run: ${approveCommand(code)}". It waits until ${expiresAt}.`,
    ...(offer
      ? [`There they can also answer, for itself, whether auto-apply is switched off first (${offer.code}).`]
      : []),
    'After their yes, make this same call again.',
  ].join(' ');
  const beside = offer && { offer: { code: offer.code, headline: offer.plan.headline, notes: offer.plan.notes } };
  return {
    structuredContent: {
      confirmation_required: { code, expiresAt, headline: plan.headline, plan, ...beside, message },
    },
    isError: false,
    meta: {},
    ...(asked.length > 0 && { ask: asked }),
  };
}

function replayed({ question, outcome, notices = [] }: Extract<Sent, { readonly state: 'spent' }>): CallResult {
  const why = outcome
    ? `this approval was used at ${outcome.at}. The answer then is repeated here.`
    : 'this approval is being used, or the process that used it ended before it knew the outcome. Read the record.';
  const message = `${nothingSent(notices)}: ${why}`;
  const structuredContent = { already_done: { code: question.code, message, ...(outcome && { outcome }) } };
  return { structuredContent, isError: outcome === undefined, meta: {} };
}

/** What an offer did that came first, and that it was all. */
function nothingSent(notices: readonly string[]): string {
  return [...notices, notices.length > 0 ? 'Nothing else was sent' : 'Nothing was sent'].join(' ');
}

function failure(
  error: unknown,
  tool: Operation | Composite,
  scrub: Keychain['scrub'],
  offers: Offers | undefined,
): CallResult {
  return { structuredContent: { error: errorOf(error, tool, scrub, offers) }, isError: true, meta: {} };
}

/** Secrets are hidden before anything is cut to length: half a secret is one still. */
function errorOf(error: unknown, tool: Operation | Composite, scrub: Keychain['scrub'], offers: Offers | undefined) {
  const clean =
    error instanceof ToolError
      ? new ToolError(error.kind, scrub(error.message), { ...error, upstream: scrub(error.upstream) })
      : error;
  const { kind, status } = clean instanceof ToolError ? clean : { kind: 'internal', status: undefined };
  return { kind, ...(status && { status }), message: explain(clean, tool, offers) };
}

/** The last step of every call: no answer carries what can't be seen, and each says which of its texts others may have written. */
function visibly(result: CallResult, untrustedFields: UntrustedFields): CallResult {
  const structuredContent = visibleIn(result.structuredContent);
  const untrusted = untrustedFields(structuredContent);
  const meta = { ...result.meta, ...(untrusted.length > 0 && { untrusted }) };
  return { ...result, structuredContent, meta: visibleIn(meta) };
}
