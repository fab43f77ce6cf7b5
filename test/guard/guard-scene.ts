import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/guard/plan.js';
import type { Decision, QuestionRecord } from '../../src/guard/question.js';
import { createQuestionStore } from '../../src/guard/questions.js';
import { createJournal } from '../../src/record/journal.js';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import { connect, type Fields, type Harness, type Options, type Result } from '../harness.js';
import { sceneOf } from '../scene.js';

/** What a call answers that a person must confirm first. */
export interface Confirmation {
  readonly code: string;
  readonly expiresAt: string;
  readonly headline: string;
  readonly plan: Plan;
  readonly message: string;
}

/** Form answers, as a host sends them. */
export const YES = { action: 'accept', content: { approve: 'yes' } };
export const NO = { action: 'accept', content: { approve: 'no' } };
export const DECLINE = { action: 'decline' };
export const CANCEL = { action: 'cancel' };

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function confirmationOf({ isError, content, text }: Result): Confirmation {
  const { confirmation_required: confirmation } = content;
  if (isError || !confirmation) throw new Error(`a person's confirmation was expected, but the answer was ${text}`);
  return confirmation as Confirmation;
}

/** Calls, expects that a person must confirm first, and answers the question. */
export async function asked({ call }: Pick<Harness, 'call'>, name: string, input?: Fields): Promise<Confirmation> {
  return confirmationOf(await call(name, input));
}

/** A clock that stands until it is told to go on, but for `tick` milliseconds each time somebody looks at it. */
function createClock(tick: number) {
  let time = Date.now();
  return {
    now() {
      time += tick;
      return time;
    },
    /** By milliseconds, backwards too. */
    advance(ms: number) {
      time += ms;
    },
  };
}

/** A server, its sandbox and both their clocks, with a change of ours that waits and what a person at a terminal can do. */
export async function guardScene(
  options: Omit<Options, 'sandbox' | 'now'> & {
    readonly tick?: number;
    readonly switches?: SandboxOptions['switches'];
    /** What a person answers to an offer beside a question; default: they close it. */
    readonly answerOffer?: (form: { message: string; requestedSchema: unknown }) => unknown;
  } = {},
) {
  const clock = createClock(options.tick ?? 0);
  const sandbox = createSandbox({ now: clock.now, switches: options.switches });
  const scene = sceneOf(sandbox);
  const forms: { message: string; requestedSchema: Fields }[] = [];
  const offers: typeof forms = [];
  const { answer, answerOffer = () => CANCEL } = options;
  const server = async (more: Partial<Options> = {}) =>
    connect({
      ...options,
      ...(answer && {
        answer: (form) => {
          const isOffer = JSON.stringify(form.requestedSchema).includes('switchOff');
          (isOffer ? offers : forms).push(form as (typeof forms)[number]);
          return isOffer ? answerOffer(form) : answer(form);
        },
      }),
      ...more,
      sandbox,
      now: clock.now,
    });
  const harness = await server();
  const { stateDirectory } = harness;
  const journal = createJournal({
    directory: join(stateDirectory, 'journal'),
    version: '0',
    mode: 'approve',
    now: () => new Date(clock.now()),
  });
  const store = createQuestionStore(join(stateDirectory, 'questions'), journal);
  const pending = () =>
    (sandbox.as('admin')('list_changesets', { clusterId: scene.waiting.id, status: 'pending' }) as { id: string }[])[0]
      ?.id;
  return {
    ...harness,
    clock,
    scene,
    store,
    /** What the host has shown: questions about calls, and what was offered beside them. */
    forms,
    offers,
    /** Another server on the same sandbox, clock and state directory. */
    another: (more: Partial<Options> = {}) => server({ stateDirectory, ...more }),
    pending,
    /** Applies what waits in the cluster that waits. */
    apply: ({ call }: Pick<Harness, 'call'> = harness) => call('apply_changeset', { changesetId: pending() }),
    /** Another user's edit in the cluster that waits. */
    strangerEdits: (name: string) => sandbox.as('owner')('create_route', routeOf(scene.waiting.namespaceId, name)),
    /** The one question of this code, with all that has happened to it. */
    async recordOf(code: string): Promise<QuestionRecord> {
      const found = (await store.list()).filter(({ question }) => question.code === code);
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} questions have the code ${code}`);
      return found[0];
    },
    /** A person at a terminal decides. */
    async decide(code: string, decision: Decision['decision'] = 'approved') {
      const { question } = await this.recordOf(code);
      const at = new Date(clock.now()).toISOString();
      return store.decide(question.id, { decision, channel: 'terminal', approver: 'ada', at });
    },
  };
}

/** All that a route needs. */
export function routeOf(namespaceId: string, name = 'Tide tables', fields: Fields = {}): Fields {
  return {
    namespaceId,
    name,
    from: `https://${name.toLowerCase().replace(/\W+/g, '-')}.example.com`,
    to: ['http://tides:80'],
    policyIds: [],
    allowWebsockets: false,
    allowSpdy: false,
    tlsSkipVerify: false,
    tlsUpstreamAllowRenegotiation: false,
    preserveHostHeader: false,
    enableGoogleCloudServerlessAuthentication: false,
    showErrorDetails: false,
    ...fields,
  };
}

/**
 * The journal's lines of all processes, each in the order in which it wrote them. What the person at the terminal decided
 * comes first: the names of chains that were begun at the same moment are in no order.
 */
export function journalOf(stateDirectory: string): readonly Fields[] {
  const directory = join(stateDirectory, 'journal');
  const chains = readdirSync(directory)
    .sort()
    .map((name) =>
      readFileSync(join(directory, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Fields),
    );
  const isTerminal = ([first]: readonly Fields[]) => first?.mode === 'approve';
  return [...chains.filter(isTerminal), ...chains.filter((chain) => !isTerminal(chain))].flat();
}
