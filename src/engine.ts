import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type CallDeps, createCall } from './call.js';
import { createTokenSource } from './client/auth.js';
import { createClient, type Fetch, type Send } from './client/client.js';
import { buildRequest } from './client/request.js';
import { createApproval, type Host } from './guard/approval.js';
import type { Size } from './guard/budget.js';
import { formOf } from './guard/form.js';
import { createGate, type Gate } from './guard/gate.js';
import type { Mode } from './guard/mode.js';
import type { Sender } from './guard/perform.js';
import { planFacts } from './guard/plan.js';
import { buildPlan } from './guard/plan-build.js';
import { fitsHost, renderPlan } from './guard/plan-render.js';
import type { Question } from './guard/question.js';
import { createQuestionStore } from './guard/questions.js';
import { asOffer } from './guard/switch-off.js';
import { createTrust, type Trust } from './guard/trust.js';
import { createIdentity } from './identity.js';
import type { Keychain } from './keychain.js';
import { hasRules } from './rails/rules.js';
import type { Journal } from './record/entry.js';
import { createJournal } from './record/journal.js';
import { ownEdits } from './record/own-edits.js';
import { readJournal } from './record/read.js';
import { spentSince } from './record/spent.js';
import type { Sources } from './report.js';
import { secretsIn } from './secret.js';
import { redactInput, secretsOf } from './secret-input.js';
import type { Engine } from './server.js';
import { version } from './version.js';

/** The control plane as this process reaches it. */
export interface Upstream {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The API token; read anew at each exchange, so that a renewed token file is taken up. */
  readonly readRefreshToken: () => Promise<string>;
}

export interface EngineOptions
  extends Pick<
    CallDeps,
    | 'catalog'
    | 'composites'
    | 'approveCommand'
    | 'offers'
    | 'pin'
    | 'organizationReads'
    | 'allowedSecretInputs'
    | 'secretsDirectory'
    | 'maxResultTokens'
    | 'log'
    | 'keychain'
  > {
  readonly rules: Sources['rules'];
  readonly mode: Mode;
  readonly upstream: Upstream;
  /** Milliseconds for a whole call, retries included. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Where questions, the journal and the key live. */
  readonly stateDirectory: string;
  /** `person`: approvals come out of band only. */
  readonly approval: 'any' | 'person';
  /** The most that one approval covers, and that unattended mode changes within an hour before it asks. */
  readonly budget: Size;
  /** Ask about drafts too. */
  readonly confirmDrafts: boolean;
  /** Milliseconds since the epoch, and a pause: seams for tests. */
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * Puts client, gate and call together. The sender goes to the gate and to nobody else. `sources` are those of the
 * reports, for a command that needs more than a report answers.
 */
export function createEngine(options: EngineOptions): Engine & { readonly sources: Sources } {
  const { catalog, keychain, upstream, mode, log, stateDirectory, approval, confirmDrafts, rules } = options;
  const { timeoutMs, maxResponseBytes, now = Date.now, wait = (ms) => setTimeout(ms) } = options;
  const { baseUrl, fetch } = upstream;
  const readRefreshToken = async () => {
    const token = await upstream.readRefreshToken();
    keychain.learn(token);
    return token;
  };
  const tokens = createTokenSource({ fetch, baseUrl, readRefreshToken, timeoutMs });
  const client = createClient({
    baseUrl,
    fetch,
    tokens,
    timeoutMs,
    maxResponseBytes,
    log: (level, message, facts) => log[level](message, facts),
  });
  const operations = new Map(catalog.operations.map((operation) => [operation.name, operation]));
  const identity = createIdentity(stateDirectory, readRefreshToken);
  const journalDirectory = join(stateDirectory, 'journal');
  const journal = createJournal({
    directory: journalDirectory,
    version: version(),
    mode,
    now: () => new Date(now()),
  });
  const store = createQuestionStore(join(stateDirectory, 'questions'), journal);
  const trust = createTrust(mode, log);
  const gate = createGate({
    operations,
    mode,
    lowered: trust.lowered,
    confirmDrafts,
    prepare: buildRequest,
    sender: learning(client.send, keychain, trust),
    approval: createApproval({ store, approval, now, onQuestion: journalled(journal) }, fitsHost),
    store,
    journal,
    identity,
    plan: async (batch, read) => {
      const plan = await buildPlan(batch, { operations, read, ours: await ownEdits(journalDirectory) });
      const [call] = batch.calls;
      return batch.isOffer && call ? asOffer(plan, call.input, read, now()) : plan;
    },
    examine: async ({ calls, isOffer }, plan, read) => {
      // A draft that waits is looked at when it is applied; before that only the rules matter.
      if (isOffer || (plan === undefined && mode === 'guarded' && !hasRules(rules))) return undefined;
      const { examine } = await import('./rails/examine.js');
      return examine(calls, plan, { read, operations, now }, rules);
    },
    planFacts,
    budget: options.budget,
    spentSince: (since) => spentSince(journalDirectory, since),
    redactInput,
    watch: { now, wait },
    ownEdits: () => ownEdits(journalDirectory),
  });
  const sources: Sources = {
    read: async (name, input) => (await gate.read(name, input)).data,
    operations,
    journal: { read: () => readJournal(journalDirectory), ownEdits: () => ownEdits(journalDirectory) },
    now,
    rules,
  };
  const underWay = new Set<Promise<unknown>>();
  const send: Gate['send'] = (batch, how) => {
    const sent = gate.send(batch, how);
    const ended = sent.catch(() => {});
    underWay.add(ended);
    void ended.then(() => underWay.delete(ended));
    return sent;
  };
  return {
    call: createCall({ ...options, gate: { ...gate, send }, sources }),
    sources,
    form: (question) => formOf(question, renderPlan(question.plan)),
    stateKey: async () => (await identity()).key,
    settled: async () => void (await Promise.all(underWay)),
  };
}

/** What the journal notes of a question. */
function journalled(journal: Journal) {
  return async ({ id, digest, plan, principal }: Question, { client }: Host) => {
    const { operation, tool, headline } = plan;
    await journal.append({
      kind: 'question',
      id,
      digest,
      operation,
      ...(tool !== undefined && { tool }),
      headline,
      principal,
      ...(client && { client }),
    });
  };
}

/** A sender that remembers every secret that goes out or comes in, and whether strangers' text has come in. */
function learning(send: Send, keychain: Keychain, trust: Trust): Sender {
  return async (request, input, options) => {
    const { operation } = request;
    for (const { value } of secretsOf(operation, input)) keychain.learn(value);
    const answer = await send(request, options);
    trust.answered(operation.name);
    if (operation.output) for (const { value } of secretsIn(operation.output, answer.data)) keychain.learn(value);
    return answer;
  };
}
