import { describe, expect, test } from 'vitest';
import {
  answerQuestion,
  describeStanding,
  duration,
  isAnswerable,
  moment,
  type Standing,
  standingOf,
} from '../../src/guard/out-of-band.js';
import type { Plan } from '../../src/guard/plan.js';
import type { Decision, Outcome, QuestionRecord, QuestionStore } from '../../src/guard/question.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-01-31T08:00:00Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();

function recordOf(more: Partial<QuestionRecord> & { readonly expires?: string; readonly typedName?: string } = {}) {
  const { expires = at(HOUR), typedName, ...record } = more;
  const plan = { typedName } as Plan;
  return { question: { id: 'q1', plan, expiresAt: expires }, shown: [], ...record } as unknown as QuestionRecord;
}

const decided = (decision: Decision['decision'], ms: number, channel: Decision['channel'] = 'terminal'): Decision => ({
  decision,
  channel,
  approver: 'ada',
  at: at(ms),
});
const outcome = (result: Outcome['result']): Outcome => ({ at: at(-MINUTE), result, answer: null });

const yes = (ms: number) => decided('approved', ms);

describe('where a question stands', () => {
  test.each<[string, Standing, QuestionRecord]>([
    ['asked', 'open', recordOf()],
    ['to its last moment', 'open', recordOf({ expires: at(1) })],
    ['over', 'expired', recordOf({ expires: at(0) })],
    ['with a time that cannot be read', 'expired', recordOf({ expires: 'soon' })],
    ['a no', 'declined', recordOf({ decision: decided('declined', -1) })],
    ['a no that is over', 'expired', recordOf({ decision: decided('declined', -1), expires: at(0) })],
    ['a yes', 'approved', recordOf({ decision: yes(-10 * MINUTE + 1) })],
    ['a yes after the question is over', 'approved', recordOf({ decision: yes(-1), expires: at(0) })],
    ['a yes that is too old', 'lapsed', recordOf({ decision: yes(-10 * MINUTE) })],
    ['a yes that was taken', 'used', recordOf({ decision: yes(-1), claimedAt: at(-1) })],
    ['a yes whose call has ended', 'used', recordOf({ decision: yes(-1), outcome: outcome('done') })],
  ])('%s: %s', (_, standing, record) => {
    expect(standingOf(record, NOW)).toBe(standing);
  });

  test('tells who can still decide what', () => {
    const standings: readonly Standing[] = ['open', 'declined', 'approved', 'lapsed', 'used', 'expired'];
    const answerable = (decision: Decision['decision']) => standings.filter((each) => isAnswerable(each, decision));
    expect(answerable('approved')).toEqual(['open', 'declined']);
    expect(answerable('declined')).toEqual(['open']);
  });
});

describe('in words', () => {
  const when = (ms: number) => moment(at(ms));
  const by = (channel: string) => ` by "ada" ${channel}, ${when(-MINUTE)}`;
  const AGAIN = 'Let the agent make its call again: it will ask anew.';
  const approved = { decision: yes(-MINUTE) };
  test.each<[string, QuestionRecord, () => string]>([
    ['open', recordOf(), () => `Nobody has decided it. It waits until ${when(HOUR)}.`],
    [
      'declined',
      recordOf({ decision: decided('declined', -MINUTE, 'page') }),
      () => `It was declined${by('on the approval page')}. It can be approved still, until ${when(HOUR)}.`,
    ],
    [
      'approved',
      recordOf({ decision: decided('approved', -MINUTE, 'host') }),
      () =>
        `It was approved${by('through its host')}. The agent can make its call with that, once, until ${when(9 * MINUTE)}.`,
    ],
    [
      'lapsed',
      recordOf({ decision: yes(-HOUR) }),
      () => `It was approved by "ada" on a terminal, ${when(-HOUR)}, and not used within 10 minutes. ${AGAIN}`,
    ],
    [
      'used, nobody knows how it ended',
      recordOf({ ...approved, claimedAt: at(-2 * MINUTE) }),
      () => `It was approved${by('on a terminal')}, and used ${when(-2 * MINUTE)}: how the call ended is not known.`,
    ],
    [
      'used without a word of who said so',
      recordOf({ outcome: outcome('unknown') }),
      () => `It was approved, and used ${when(-MINUTE)}: how the call ended is not known.`,
    ],
    ['expired', recordOf({ expires: at(-HOUR) }), () => `It expired ${when(-HOUR)}. ${AGAIN}`],
  ])('%s', (_, record, text) => {
    expect(describeStanding(record, NOW)).toBe(text());
  });

  test.each([
    ['done', 'the call was made'],
    ['failed', 'the call failed'],
    ['unknown', 'how the call ended is not known'],
    ['drifted', 'nothing was sent, because what the call would change had changed'],
  ] as const)('used: %s', (result, text) => {
    const record = recordOf({ ...approved, claimedAt: at(-HOUR), outcome: outcome(result) });
    expect(describeStanding(record, NOW)).toBe(
      `It was approved${by('on a terminal')}, and used ${when(-MINUTE)}: ${text}.`,
    );
  });
});

test('a length of time has its largest unit, and is none before zero', () => {
  expect([-1, 0, 999, 1_000, 59_999, MINUTE, HOUR - 1, HOUR, 47.9 * HOUR].map(duration)).toEqual([
    '0 seconds',
    '0 seconds',
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '59 minutes',
    '1 hour',
    '47 hours',
  ]);
});

test('a time is on the clock of whoever reads it', () => {
  expect(moment('2026-01-31T08:05:09Z')).toMatch(/^2026-0[12]-\d\d \d\d:\d5 \S+$/);
  expect(moment('soon')).toBe('at an unknown time');
});

describe('an answer', () => {
  async function answered(
    record: QuestionRecord | undefined,
    answer: { readonly decision?: Decision['decision']; readonly typedName?: string } = {},
    isFirst = true,
  ) {
    const decisions: unknown[] = [];
    const store = {
      get: async (id: string) => (id === 'q1' ? record : undefined),
      decide: async (id: string, decision: Decision) => {
        decisions.push([id, decision]);
        return isFirst;
      },
    } as unknown as QuestionStore;
    const given = { decision: 'approved', channel: 'page', approver: 'ada', ...answer } as const;
    return { result: await answerQuestion(store, 'q1', given, NOW), decisions };
  }
  const recorded = { result: 'recorded', decisions: [['q1', decided('approved', 0, 'page')]] };

  test('is recorded', async () => {
    expect(await answered(recordOf())).toEqual(recorded);
    expect(await answered(recordOf({ typedName: 'Harbour' }), { typedName: 'Harbour' })).toEqual(recorded);
    expect(await answered(recordOf({ typedName: 'Harbour' }), { decision: 'declined' })).toMatchObject({
      result: 'recorded',
    });
    expect(await answered(recordOf(), { typedName: 'whatever' })).toEqual(recorded);
  });

  test('with the wrong name is not', async () => {
    for (const typedName of [undefined, '', 'harbour', 'Harbour ']) {
      expect(await answered(recordOf({ typedName: 'Harbour' }), { typedName })).toEqual({
        result: 'wrong name',
        decisions: [],
      });
    }
  });

  test('that comes late is not', async () => {
    const late = { result: 'late', decisions: [] };
    expect(await answered(undefined)).toEqual(late);
    expect(await answered(recordOf({ expires: at(0) }))).toEqual(late);
    expect(await answered(recordOf({ decision: yes(-1) }))).toEqual(late);
    expect(await answered(recordOf(), {}, false)).toMatchObject({ result: 'late' });
  });
});
