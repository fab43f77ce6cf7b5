import type { Caller } from '../record/entry.js';
import { fieldOf } from './form.js';
import type { Plan } from './plan.js';
import {
  ANSWER_LASTS_MS,
  type Decision,
  type Outcome,
  QUESTION_LASTS_MS,
  type Question,
  type QuestionRecord,
  type QuestionStore,
} from './question.js';

/** Questions that may go to the host within an hour; more would teach the person to click. */
const HOST_QUESTIONS_PER_HOUR = 10;

/** The host of one call, as far as it can put questions to a person. */
export interface Host {
  /** What it says it is. */
  readonly client?: Caller['client'];
  /** It declared that it can show a form. */
  readonly canAsk: boolean;
  /** What it brings back: its raw answers by the ids of the questions it was given. */
  readonly answers?: ReadonlyMap<string, unknown>;
}

/** What an approval is bound to: change anything and it is another request. */
export interface Request {
  readonly digest: string;
  readonly principal: string;
  readonly plan: Plan;
}

export type Verdict =
  /** A person said yes, and this process has taken that yes. */
  | { readonly kind: 'go'; readonly question: Question; readonly decision: Decision }
  /**
   * A person must answer: the host should put the questions `asked` to them now, or, where there are none, they answer
   * out of band. `offer` is the question beside the request's own.
   */
  | {
      readonly kind: 'ask';
      readonly question: Question;
      readonly offer?: Question;
      readonly asked: readonly Question[];
    }
  /** A person said yes to what was offered, and this process has taken that yes, and with it the one to the request itself. */
  | {
      readonly kind: 'offered';
      readonly question: Question;
      readonly decision: Decision;
      readonly own?: Settled;
    }
  | { readonly kind: 'declined'; readonly question: Question; readonly decision: Decision }
  /** The yes was used before; nothing may be sent. Without an outcome it is being used, or its process died. */
  | { readonly kind: 'spent'; readonly question: Question; readonly outcome?: Outcome };

export interface ApprovalOptions {
  readonly store: QuestionStore;
  /** `person`: never the host, whatever it can. */
  readonly approval: 'any' | 'person';
  readonly now: () => number;
  /** Told of each question, with the host of its call, for the journal. */
  readonly onQuestion: (question: Question, host: Host) => Promise<void>;
}

/** What a person has said, as far as it can still be acted on. */
type Settled = Extract<Verdict, { readonly kind: 'go' | 'declined' | 'spent' }>;

/** Whether the host's question shows all of a plan; what isn't shown isn't approved. */
export type FitsHost = (plan: Plan) => boolean;

/** Decides what becomes of one request: every path that isn't a person's unused yes sends nothing. */
export function createApproval(options: ApprovalOptions, fitsHost: FitsHost) {
  const { store, now } = options;
  const time = () => new Date(now()).toISOString();
  const within = (at: string, ms: number) => {
    const age = now() - Date.parse(at);
    return age >= 0 && age <= ms;
  };
  const mayAsk = (plan: Plan, host: Host) =>
    host.canAsk && options.approval === 'any' && plan.complete && !plan.access?.lockOuts.length && fitsHost(plan);

  /** Takes the host's answer into the record of its question. */
  async function takeAnswer({ digest, principal }: Request, host: Host): Promise<void> {
    if (options.approval === 'person' || !host.answers) return;
    for (const [id, response] of host.answers) {
      const record = await store.get(id);
      if (!record || record.question.digest !== digest || record.question.principal !== principal) continue;
      if (!within(record.question.askedAt, QUESTION_LASTS_MS)) continue;
      const decision = readAnswer(response, record.question.plan);
      if (!decision) continue;
      await store.decide(id, { decision, channel: 'host', approver: clientName(host), at: time() });
    }
  }

  async function use({ question, decision, claimedAt, outcome }: QuestionRecord): Promise<Settled | undefined> {
    // Nothing happened then, so nothing would be done twice: a person may be asked anew.
    if (outcome?.result === 'failed' || outcome?.result === 'drifted') return undefined;
    if (outcome) return within(outcome.at, ANSWER_LASTS_MS) ? { kind: 'spent', question, outcome } : undefined;
    if (claimedAt) return within(claimedAt, ANSWER_LASTS_MS) ? { kind: 'spent', question } : undefined;
    if (!decision || !within(decision.at, ANSWER_LASTS_MS)) return undefined;
    if (decision.decision === 'declined') return { kind: 'declined', question, decision };
    // Another server of this state directory may have asked its host.
    if (options.approval === 'person' && decision.channel === 'host') return undefined;
    const claimed = await store.claim(question.id, time());
    return claimed ? { kind: 'go', question, decision } : { kind: 'spent', question };
  }

  /** What a person has said to one request already, and can be acted on now. */
  async function settled(same: readonly QuestionRecord[]): Promise<Settled | undefined> {
    for (const record of same) {
      const verdict = await use(record);
      if (verdict) return verdict;
    }
    return undefined;
  }

  async function openQuestion(
    { digest, principal, plan }: Request,
    same: readonly QuestionRecord[],
    host: Host,
    offer?: Question,
  ): Promise<Question> {
    const open = same.find(({ question, decision }) => !decision && within(question.askedAt, QUESTION_LASTS_MS));
    if (open) return open.question;
    const expiresAt = new Date(now() + QUESTION_LASTS_MS).toISOString();
    const content = { digest, principal, plan, askedAt: time(), expiresAt, ...(offer && { offer: offer.id }) };
    const question = await store.ask(content);
    await options.onQuestion(question, host);
    return question;
  }

  return {
    /**
     * @param offered what the person is asked beside it, as a question of its own: instead of a yes to `request` alone,
     *   something that should be done first
     */
    async settle(request: Request, host: Host, offered?: Request): Promise<Verdict> {
      await takeAnswer(request, host);
      if (offered) await takeAnswer(offered, host);
      const records = await store.list();
      const own = records.filter(({ question }) => question.principal === request.principal);
      const sameAs = ({ digest }: Request) => own.filter(({ question }) => question.digest === digest);
      const offer = offered && (await settled(sameAs(offered)));
      if (offer?.kind === 'go') return { ...offer, kind: 'offered', own: await settled(sameAs(request)) };
      // Somebody is at it: until it is known how that ended, a yes to the request may be meant for afterwards.
      if (offer?.kind === 'spent' && !offer.outcome) return offer;
      const verdict = await settled(sameAs(request));
      if (verdict) return verdict;
      const beside = offered && !offer ? await openQuestion(offered, sameAs(offered), host) : undefined;
      const question = await openQuestion(request, sameAs(request), host, beside);
      const asked = toAsk(beside ? [question, beside] : [question], own, host);
      for (const { id } of asked) await store.show(id, time());
      return { kind: 'ask', question, offer: beside, asked };
    },
  };

  /** Those that go to the host. Without the first none does: what is offered beside it makes no sense alone. */
  function toAsk(questions: readonly Question[], own: readonly QuestionRecord[], host: Host): readonly Question[] {
    // A host that came back without a yes or no isn't asked again in the same call.
    if (host.answers) return [];
    const lately = own.flatMap(({ shown }) => shown).filter((at) => within(at, 3_600_000)).length;
    const fitting = questions.slice(0, Math.max(0, HOST_QUESTIONS_PER_HOUR - lately));
    // An offer that a host didn't bring an answer to waits elsewhere: it isn't put to the person with every call.
    const wasShown = (id: string) => own.some(({ question, shown }) => question.id === id && shown.length > 0);
    const unfit = fitting.findIndex(({ id, plan }) => !mayAsk(plan, host) || (plan.offer && wasShown(id)));
    return unfit < 0 ? fitting : fitting.slice(0, unfit);
  }
}

/** How decisions name a host. */
function clientName({ client }: Host): string {
  return client ? `${client.name} ${client.version}` : 'unnamed host';
}

/** A yes is an accept whose content says so, with the typed name where one is asked for. Anything unclear is no answer. */
function readAnswer(response: unknown, plan: Plan): Decision['decision'] | undefined {
  const { action, content } = Object(response) as { action?: unknown; content?: unknown };
  if (action === 'decline') return 'declined';
  if (action !== 'accept') return undefined;
  const { [fieldOf(plan)]: answer, ...others } = Object(content) as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) return undefined;
  if (plan.typedName !== undefined) return answer === plan.typedName ? 'approved' : undefined;
  return answer === 'yes' ? 'approved' : answer === 'no' ? 'declined' : undefined;
}
