import { unseenEscaped } from '../../plain-text.js';
import { checkPolicy } from '../check.js';
import { generatorProblem } from '../criteria/index.js';
import { evaluate, isUndecided, type Undecided } from '../evaluate.js';
import type { Outcome } from '../outcome.js';
import type { Action, Policy } from '../ppl.js';
import { printPolicy } from '../print.js';
import type { Problem } from '../problem.js';
import { type Circumstances, remarksOn } from './remarks.js';
import { representativesOf } from './representatives.js';
import { describeTerm, termsOf } from './sentences.js';
import { quoted } from './words.js';

/** What a policy does, in words that a person can check. */
export interface Explanation {
  /** One for each block that has criteria, allow before deny: whoever fits one allow and no deny gets in. */
  readonly sentences: readonly Sentence[];
  /** What becomes of whom, by the evaluator. */
  readonly outcomes: readonly Row[];
  /** How many people more it names. */
  readonly moreOutcomes: number;
  /** Where it does something else than a reader would think: all that `checkPolicy` warns of, and more. */
  readonly readsDifferently: readonly Problem[];
}

export interface Sentence {
  /** `rules[0].allow.and`; empty for the whole. */
  readonly place: string;
  readonly text: string;
}

export interface Row {
  readonly who: string;
  readonly outcome: Outcome | Undecided;
}

/** Most rows and remarks that are told. */
const MOST = 30;

/**
 * Explains one policy as if it were the only one of a route.
 *
 * @param at the moment from which on the outcomes are told; matters to conditions on time alone
 */
export function explainPolicy(policy: Policy, { at = 0, enforced = false }: Partial<Circumstances> = {}): Explanation {
  const people = representativesOf(policy, at);
  return {
    sentences: sentencesOf(policy),
    outcomes: people.slice(0, MOST).map(({ who, facts }) => ({ who, outcome: evaluate([policy], facts).outcome })),
    moreOutcomes: Math.max(0, people.length - MOST),
    readsDifferently: [...checkPolicy(printPolicy(policy)).warnings, ...remarksOn(policy, { at, enforced })].slice(
      0,
      MOST,
    ),
  };
}

function sentencesOf(policy: Policy): readonly Sentence[] {
  const terms = termsOf(policy);
  const problem = terms.flatMap(({ criteria }) => criteria.flatMap((one) => generatorProblem(one, 'zero') ?? []))[0];
  const ofAction = (action: Action) =>
    terms
      .filter((term) => term.action === action)
      .map((term, index) => ({ place: term.place, text: describeTerm(term, index > 0) }));
  const allow = ofAction('allow');
  return [
    ...(problem === undefined
      ? []
      : [{ place: '', text: `Has no effect: Pomerium refuses it (${quoted(problem)}). This is what it says:` }]),
    ...(allow.length > 0 ? allow : [{ place: '', text: 'Lets nobody in: it has no allow rule with criteria.' }]),
    ...ofAction('deny'),
  ];
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  allowed: 'gets in',
  'login-redirect': 'is sent to sign in',
  'denied:403': 'is refused (403)',
  'denied:404': 'is told that there is no such route (404)',
  'denied:450-device': 'is refused because of the device (450)',
  'denied:495': 'is refused for want of a good client certificate (495)',
  'device-registration-redirect': 'is sent to register the device',
};

/** `is sent to sign in`; for what isn't decided, all that may come and what decides. */
export function outcomeWords(outcome: Outcome | Undecided): string {
  if (!isUndecided(outcome)) return OUTCOMES[outcome];
  return `${outcome.possible.map((each) => OUTCOMES[each]).join(', or ')}: depends on ${outcome.unknown.join('; ')}`;
}

/** An explanation as text, one fact to a line. */
export function renderExplanation({ sentences, outcomes, moreOutcomes, readsDifferently }: Explanation): string {
  return [
    ...sentences.map(({ text }) => text),
    '',
    ...outcomes.map(({ who, outcome }) => `${who}: ${outcomeWords(outcome)}`),
    ...(moreOutcomes > 0 ? [`(${moreOutcomes} more whom it names)`] : []),
    ...(readsDifferently.length > 0
      ? ['', ...readsDifferently.map(({ message, fix }) => unseenEscaped(`! ${message}. ${fix}`))]
      : []),
  ].join('\n');
}
