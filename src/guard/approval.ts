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
  readonly name: string;
  /** It declared that it can show a form. */
  readonly canAsk: boolean;
  /** What it brings back: the id of the question it was given, and its raw answer to it. */
  readonly answer?: { readonly question: string; readonly response: unknown };
}

/** What an approval is bound to: change anything and it is another request. */
export interface Request {
  readonly digest: string;
  readonly principal: string;
  readonly plan: Plan;
  /** Why a person is asked, as the plan was given it. */
  readonly reason: string;
}

export type Verdict =
  /** A person said yes, and this process has taken that yes. */
  | { readonly kind: 'go'; readonly question: Question; readonly decision: Decision }
  /** The host should ask now. */
  | { readonly kind: 'ask'; readonly question: Question }
  /** Only out of band can a person answer. */
  | { readonly kind: 'wait'; readonly question: Question }
  | { readonly kind: 'declined'; readonly question: Question; readonly decision: Decision }
  /** The yes was used before; nothing may be sent. Without an outcome it is being used, or its process died. */
  | { readonly kind: 'spent'; readonly question: Question; readonly outcome?: Outcome };

export interface ApprovalOptions {
  readonly store: QuestionStore;
  /** `person`: never the host, whatever it can. */
  readonly approval: 'any' | 'person';
  readonly now: () => number;
  /** Told of each question and decision, for the journal. */
  readonly onQuestion: (question: Question) => Promise<void>;
  readonly onDecision: (question: Question, decision: Decision) => Promise<void>;
}

/** Whether the host's question shows all of a plan; what isn't shown isn't approved. */
export type FitsHost = (plan: Plan) => boolean;

/** Decides what becomes of one request: every path that isn't a person's unused yes sends nothing. */
export function createApproval(options: ApprovalOptions, fitsHost: FitsHost) {
  const { store, now } = options;
  const time = () => new Date(now()).toISOString();
  const within = (at: string, ms: number) => now() - Date.parse(at) >= 0 && now() - Date.parse(at) <= ms;
  const mayAsk = (plan: Plan, host: Host) =>
    host.canAsk && options.approval === 'any' && plan.complete && fitsHost(plan);

  /** Takes the host's answer into the record of its question. True when it settles the question. */
  async function takeAnswer({ digest, principal }: Request, host: Host): Promise<boolean> {
    if (options.approval === 'person') return false;
    const record = host.answer && (await store.get(host.answer.question));
    if (!record || record.question.digest !== digest || record.question.principal !== principal) return false;
    if (!within(record.question.askedAt, QUESTION_LASTS_MS)) return false;
    const decision = readAnswer(host.answer?.response, record.question.plan);
    if (!decision) return false;
    const made: Decision = { decision, channel: 'host', approver: host.name, at: time() };
    if (await store.decide(record.question.id, made)) await options.onDecision(record.question, made);
    return true;
  }

  async function use({ question, decision, claimedAt, outcome }: QuestionRecord): Promise<Verdict | undefined> {
    // Nothing happened then, so nothing would be done twice: a person may be asked anew.
    if (outcome?.result === 'failed' || outcome?.result === 'drifted') return undefined;
    if (outcome) return within(outcome.at, ANSWER_LASTS_MS) ? { kind: 'spent', question, outcome } : undefined;
    if (claimedAt) return within(claimedAt, ANSWER_LASTS_MS) ? { kind: 'spent', question } : undefined;
    if (!decision || !within(decision.at, ANSWER_LASTS_MS)) return undefined;
    if (decision.decision === 'declined') return { kind: 'declined', question, decision };
    // Another server of this state directory may have asked its host.
    if (options.approval === 'person' && decision.channel === 'host') return undefined;
    const claimed = await store.claim(question.id, time());
    // The host's answers were told when they were made.
    if (claimed && decision.channel !== 'host') await options.onDecision(question, decision);
    return claimed ? { kind: 'go', question, decision } : { kind: 'spent', question };
  }

  async function askAnew({ digest, principal, plan }: Request): Promise<Question> {
    const expiresAt = new Date(now() + QUESTION_LASTS_MS).toISOString();
    const question = await store.ask({ digest, principal, plan, askedAt: time(), expiresAt });
    await options.onQuestion(question);
    return question;
  }

  return {
    async settle(request: Request, host: Host): Promise<Verdict> {
      const answered = host.answer !== undefined;
      await takeAnswer(request, host);
      const records = await store.list();
      const own = records.filter(({ question }) => question.principal === request.principal);
      const same = own.filter(({ question }) => question.digest === request.digest);
      for (const record of same) {
        const verdict = await use(record);
        if (verdict) return verdict;
      }
      // A host that came back without a yes or no isn't asked again in the same call.
      const lately = own.flatMap(({ shown }) => shown).filter((at) => within(at, 3_600_000)).length;
      const asks = !answered && mayAsk(request.plan, host) && lately < HOST_QUESTIONS_PER_HOUR;
      const open = same.find(({ question, decision }) => !decision && within(question.askedAt, QUESTION_LASTS_MS));
      const question = open?.question ?? (await askAnew(request));
      if (asks) await store.show(question.id, time());
      return { kind: asks ? 'ask' : 'wait', question };
    },
  };
}

/** A yes is an accept whose content says so, with the typed name where one is asked for. Anything unclear is no answer. */
function readAnswer(response: unknown, plan: Plan): Decision['decision'] | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const { action, content } = response as { action?: unknown; content?: unknown };
  if (action === 'decline') return 'declined';
  if (action !== 'accept' || typeof content !== 'object' || content === null) return undefined;
  const { approve, name, ...others } = content as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) return undefined;
  if (plan.typedName !== undefined) return approve === undefined && name === plan.typedName ? 'approved' : undefined;
  if (name !== undefined) return undefined;
  return approve === 'yes' ? 'approved' : approve === 'no' ? 'declined' : undefined;
}
