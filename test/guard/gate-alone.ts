import type { WireRequest } from '../../src/client/client.js';
import { buildRequest } from '../../src/client/request.js';
import { createApproval, type Host } from '../../src/guard/approval.js';
import { createGate, type GateDeps, type Sent } from '../../src/guard/gate.js';
import type { Batch, GateCall } from '../../src/guard/judge.js';
import { type Plan, planFacts } from '../../src/guard/plan.js';
import type { Decision, Question, QuestionRecord, QuestionStore } from '../../src/guard/question.js';
import type { Review } from '../../src/rails/review.js';
import type { Entry } from '../../src/record/entry.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { operationOf } from './reads.js';

export const NOW = Date.parse('2026-01-31T08:00:00Z');
export const AT = '2026-01-31T08:00:00.000Z';

export const callOf = (name: string, input: Fields = {}): GateCall => ({
  operation: operationOf(name),
  input: { organizationId: 'o1', ...input },
});

/** A draft in the one cluster, a change of a record there, and what is live by itself. */
export const create = callOf('create_route', { namespaceId: 'n1', name: 'Tides' });
export const rename = callOf('patch_route', {
  routeId: 'r1',
  patch: [{ op: 'replace', path: '/name', value: 'Quay' }],
});
export const remove = callOf('delete_route', { routeId: 'r1' });
export const rotate = callOf('rotate_cluster_token', { clusterId: 'c1' });
export const apply = callOf('apply_changeset', { changesetId: 's1' });
export const list = callOf('list_routes');

/** Why a draft is asked about. */
export const LIVE = 'it would go live at once: auto-apply is on for "Harbour" (c1)';

export const WAITS =
  "Saved as a draft: it waits in the cluster's pending changeset and goes live with whoever applies that, a colleague included.";

/** What {@link gateAlone} lets a test say. */
export interface World extends Partial<Pick<GateDeps, 'mode' | 'confirmDrafts' | 'budget' | 'lowered' | 'prepare'>> {
  /** What the remote side answers instead of what it usually does; an Error is thrown. */
  readonly answers?: Readonly<Record<string, (input: Fields) => unknown>>;
  /** Auto-apply of the one cluster; on by default. */
  readonly autoApply?: boolean;
  /** Changes a plan that is made, and what calls mean for access. */
  readonly plan?: (plan: Plan) => Plan | Promise<Plan>;
  readonly examine?: (planned: Plan | undefined, calls: readonly GateCall[]) => Partial<Review> | undefined;
  /** Says which journal entries can't be written. */
  readonly unwritable?: (entry: Entry) => boolean;
}

/**
 * The gate with the judge and the approval it has in production, before one cluster `Harbour` with one route. The remote
 * side, the journal and the questions are in memory; plans say what is called and what the organization is named.
 */
export function gateAlone({ answers = {}, plan = (made) => made, examine, unwritable, ...world }: World = {}) {
  const remote = { autoApply: world.autoApply ?? true, organization: 'Pilots', log: [] as Fields[] };
  const asked: string[] = [];
  const readOptions: Fields[] = [];
  const sent: { name: string; input: Fields; request: WireRequest; options: Fields }[] = [];
  const entries: Entry[] = [];
  const planned: (readonly string[])[] = [];
  const clock = { now: NOW };

  const usual: World['answers'] = {
    get_organization: () => ({ id: 'o1', name: remote.organization }),
    get_cluster: () => ({ id: 'c1', name: 'Harbour' }),
    list_clusters: () => [{ id: 'c1', name: 'Harbour', namespaceId: 'n1' }],
    list_namespaces: () => [{ id: 'n1', name: 'Harbour', type: 'cluster' }],
    list_changesets: () => [{ id: 's1', status: 'applied', namespaceId: 'n1' }],
    list_routes: () => [{ id: 'r1' }],
    get_settings: () => ({ id: 'c1', autoApplyChangesets: remote.autoApply }),
    get_route: () => ({ id: 'r1', name: 'Tides', namespaceId: 'n1', identityProviderClientSecret: 'canary' }),
    list_activity_logs: ({ entityId, offset }) =>
      remote.log.filter(({ entity }) => offset === 0 && (entity as Fields).id === entityId),
    create_route: () => ({ id: 'r9', name: 'Tides', updatedAt: AT, identityProviderClientSecret: 'canary' }),
    patch_route: () => ({ id: 'r1', name: 'Quay', updatedAt: AT }),
    delete_route: () => undefined,
    rotate_cluster_token: () => ({ refreshToken: 'canary' }),
    apply_changeset: () => ({ id: 's1', status: 'applying' }),
    patch_settings: () => {
      remote.autoApply = false;
      return { id: 'c1', autoApplyChangesets: false, updatedAt: AT };
    },
  };
  const sender: GateDeps['sender'] = async (request, input, options) => {
    const { name, effect } = request.operation;
    if (effect === 'read') {
      asked.push(name);
      readOptions.push(options);
    } else sent.push({ name, input, request, options });
    const answer = (answers[name] ?? usual[name])?.(input);
    const data = await answer;
    if (data instanceof Error) throw data;
    const { id } = Object(data) as { id?: unknown };
    if (effect === 'draft') remote.log.push(logged(String(id ?? input.routeId), id === undefined));
    return { status: 200, data, drift: [], requestId: 'req-7' };
  };
  const store = memoryStore();
  const journal: GateDeps['journal'] = {
    async append(entry) {
      if (unwritable?.(entry)) throw new Error('the disk is full');
      entries.push(entry);
      return { chain: 'chain', line: entries.length, hash: 'hash' };
    },
  };
  const gate = createGate({
    operations: new Map(zero.operations.map((operation) => [operation.name, operation])),
    mode: 'guarded',
    lowered: () => undefined,
    confirmDrafts: false,
    prepare: buildRequest,
    sender,
    approval: createApproval({ store, approval: 'any', now: () => clock.now, onQuestion: async () => {} }, () => true),
    store,
    journal,
    identity: async () => ({ principal: 'ada#1', key: new Uint8Array([1]) }),
    async plan({ calls, procedure, isOffer }, read) {
      planned.push(calls.map(({ operation, reason }) => `${operation.name}: ${reason}`));
      const { name } = (await read('get_organization', { organizationId: 'o1' })) as { name: string };
      return plan({
        headline: procedure?.title ?? `Do ${calls[0]?.operation.name}.`,
        operation: procedure?.name ?? calls[0]?.operation.name ?? '',
        effect: 'live',
        reason: calls.flatMap(({ reason }) => reason ?? []).join('; '),
        clusters: [{ id: 'c1', name: `"${name}"` }],
        entities: calls.map(({ operation }) => entityOf(operation.method === 'DELETE' ? 'delete' : 'create')),
        waiting: [],
        complete: true,
        notes: [`In ${name}.`],
        ...(isOffer && { offer: true }),
      });
    },
    examine: async ({ calls }, made) => {
      const found = examine?.(made, calls);
      return found && { ...NO_REVIEW, ...found };
    },
    planFacts,
    budget: { records: 9, deletes: 9 },
    // What the journal has of it, whenever that was.
    spentSince: async () => entries.flatMap((entry) => (entry.kind === 'intent' && entry.size ? [entry.size] : [])),
    redactInput: (_, input) => ({ redacted: Object.keys(input) }),
    watch: {
      now: () => clock.now,
      wait: async (ms) => {
        clock.now += ms;
      },
    },
    ownEdits: async () => () => false,
    ...world,
  });
  return {
    ...gate,
    remote,
    clock,
    store,
    entries,
    /** Reads by name, and everything else that went to the remote side. */
    asked,
    readOptions,
    sent,
    /** Each plan that was made: its calls and why a person is asked about them. */
    planned,
    names: () => sent.map(({ name }) => name),
    /** The journal without the principal, which is always the same. */
    journal: () => (entries as readonly unknown[] as readonly Fields[]).map(({ principal, ...entry }) => entry),
    /** A person answers out of band. */
    decide: ({ id }: Question, decision: Decision['decision'] = 'approved') =>
      store.decide(id, { decision, channel: 'terminal', approver: 'ada', at: new Date(clock.now).toISOString() }),
  };
}

const NO_REVIEW: Review = {
  headline: 'Nobody gains or loses.',
  changesAccess: false,
  routes: [],
  blocked: [],
  lockOuts: [],
  brokenBefore: [],
  findings: { introduced: [], fixed: [] },
  notChecked: [],
};

const entityOf = (action: 'create' | 'delete'): Plan['entities'][number] => ({
  type: 'route',
  id: '',
  name: '"Tides"',
  action,
  before: 'none',
  fields: [],
  editedBy: [],
  ours: true,
});

/** What Zero's log has of an edit that waits. */
const logged = (id: string, isDelete: boolean): Fields => ({
  id: 'e1',
  createdAt: AT,
  updatedAt: AT,
  activityType: isDelete ? 'delete' : 'update',
  entity: { type: 'route', id, data: { updatedAt: AT } },
});

/** Questions in memory. */
function memoryStore(): QuestionStore {
  const records = new Map<string, QuestionRecord>();
  const change = (id: string, part: Partial<QuestionRecord>) => {
    const record = records.get(id);
    if (!record) throw new Error(`nobody asked ${id}`);
    records.set(id, { ...record, ...part });
  };
  return {
    async ask(content) {
      const id = `q${records.size + 1}`;
      const question: Question = { ...content, id, code: `CODE-${id}` };
      records.set(id, { question, shown: [] });
      return question;
    },
    get: async (id) => records.get(id),
    list: async () => [...records.values()].reverse(),
    show: async (id, at) => change(id, { shown: [...(records.get(id)?.shown ?? []), at] }),
    async decide(id, decision) {
      if (records.get(id)?.decision) return false;
      change(id, { decision });
      return true;
    },
    async claim(id, at) {
      if (records.get(id)?.claimedAt) return false;
      change(id, { claimedAt: at });
      return true;
    },
    async finish(id, outcome) {
      if (!records.get(id)?.outcome) change(id, { outcome });
    },
  };
}

/** What was asked instead of sent. */
export function questionOf(result: Sent): Extract<Sent, { readonly state: 'ask' }> {
  if (result.state !== 'ask') throw new Error(`a question was expected, but the state is ${result.state}`);
  return result;
}

/** A host that asks, or brings answers to questions. */
export const hostWith = (answers?: Readonly<Record<string, unknown>>): Host => ({
  client: { name: 'host', version: '1' },
  canAsk: true,
  ...(answers && { answers: new Map(Object.entries(answers)) }),
});

/** What one call alone is. */
export const one = (call: Batch['calls'][number]): Batch => ({ calls: [call] });

export const procedure = { name: 'rollback', title: 'Take it back', notes: [] };
