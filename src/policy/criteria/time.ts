import { memo } from '../../memo.js';
import type { Known } from '../facts.js';
import { isObject, kindOf } from '../grammar.js';
import type { Doubt } from '../matchers.js';
import type { Json } from '../ppl.js';
import { judgeRequest, type Kind, kind } from './kind.js';

// The core has none of these and their code isn't public: formats by the vendor's documentation, messages our own.

/** From `after` to `before`, in milliseconds since the epoch; a bound that is left out is infinite. */
export interface Period {
  readonly after: number;
  readonly before: number;
}

const ISO = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?([Zz]|[-+]\d\d:?\d\d)?$/;

/** An instant; without an offset, it is UTC. */
function parseInstant(text: string): number | undefined {
  if (!ISO.test(text)) return undefined;
  const hasTime = text.includes(':');
  const hasZone = /([Zz]|[-+]\d\d:?\d\d)$/.test(text.slice(10));
  const whole = text
    .toUpperCase()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1');
  const time = Date.parse(hasTime && !hasZone ? `${whole}Z` : whole);
  return Number.isNaN(time) ? undefined : time;
}

/** `date: {after, before}`, or what is wrong with it. */
export function parseDate(data: Json): Period | string {
  if (!isObject(data)) return `expected object with after and before, got: ${kindOf(data)}`;
  const period = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };
  for (const [bound, text] of Object.entries(data)) {
    if (bound !== 'after' && bound !== 'before') return `unexpected field in date: ${bound}`;
    const time = typeof text === 'string' ? parseInstant(text) : undefined;
    if (time === undefined) return `expected an ISO 8601 date for ${bound}, got: ${JSON.stringify(text)}`;
    period[bound] = time;
  }
  return period;
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** Days of the week, Sunday is 0, or what is wrong with the text. */
export function parseDays(data: Json): ReadonlySet<number> | string {
  if (typeof data !== 'string') return `expected string value, got: ${kindOf(data)}`;
  const days = new Set<number>();
  for (const part of data.split(',')) {
    const [from, to = from, ...more] = part.trim() === '*' ? [0, 6] : part.split('-').map(dayNumber);
    if (from === undefined || to === undefined || more.length > 0 || from < 0 || to < 0) {
      return `expected *, days or ranges of days, got: ${JSON.stringify(data)}`;
    }
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
}

function dayNumber(text: string): number {
  const name = text.trim().toLowerCase();
  return DAYS.findIndex((day) => name === day || name === day.slice(0, 3));
}

/** A span of the day in milliseconds since midnight, by the clocks of `timezone`. */
export interface Span extends Period {
  readonly timezone: string;
}

const TWELVE = /^(\d{1,2})(?::(\d\d))? ?([AP]M)$/i;
const TWENTY_FOUR = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

/** Milliseconds since midnight of `3:04 PM`, `3PM`, `15:04:05.9`. */
function parseClock(text: string): number | undefined {
  const twelve = TWELVE.exec(text);
  const [, hours = '', minutes = '0', seconds = '0', fraction = '0'] = twelve
    ? [text, twelve[1], twelve[2]]
    : (TWENTY_FOUR.exec(text) ?? []);
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hours === '' || minute > 59 || second > 59) return undefined;
  if (twelve ? hour < 1 || hour > 12 : hour > 23) return undefined;
  const afternoon = twelve?.[3]?.toUpperCase() === 'PM' ? 12 : 0;
  return (((twelve ? hour % 12 : hour) + afternoon) * 3600 + minute * 60 + second + Number(`0.${fraction}`)) * 1000;
}

/** `time_of_day: {timezone, after, before}`, or what is wrong with it. */
export function parseTimeOfDay(data: Json): Span | string {
  if (!isObject(data)) return `expected object with timezone, after and before, got: ${kindOf(data)}`;
  const { timezone, ...bounds } = data;
  if (typeof timezone !== 'string' || !clockOf(timezone)) {
    return `expected an IANA time zone for timezone, got: ${JSON.stringify(timezone ?? null)}`;
  }
  const span = { timezone, after: 0, before: DAY };
  for (const [bound, text] of Object.entries(bounds)) {
    if (bound !== 'after' && bound !== 'before') return `unexpected field in time_of_day: ${bound}`;
    const time = typeof text === 'string' ? parseClock(text.trim()) : undefined;
    if (time === undefined) return `expected a time like 3:04 PM or 15:04 for ${bound}, got: ${JSON.stringify(text)}`;
    span[bound] = time;
  }
  return span;
}

const DAY = 86_400_000;

const clocks = new Map<string, Intl.DateTimeFormat | undefined>();

function clockOf(timezone: string): Intl.DateTimeFormat | undefined {
  if (!clocks.has(timezone)) {
    try {
      const parts = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
      clocks.set(timezone, new Intl.DateTimeFormat('en-US', { timeZone: timezone, ...parts }));
    } catch {
      clocks.set(timezone, undefined);
    }
  }
  return clocks.get(timezone);
}

/** Seconds since midnight on the clocks of a zone, of `Europe/Oslo 1760000000`: comparisons ask the same moments often. */
const secondOfDay = memo((moment) => {
  const [timezone = '', seconds] = moment.split(' ');
  const parts = clockOf(timezone)?.formatToParts(Number(seconds) * 1000) ?? [];
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part('hour') * 3600 + part('minute') * 60 + part('second');
}, 20_000);

/** Milliseconds since midnight on the clocks of a zone. */
export function timeOfDay(at: number, timezone: string): number {
  const seconds = Math.floor(at / 1000);
  return secondOfDay(`${timezone} ${seconds}`) * 1000 + (at - seconds * 1000);
}

const WHENEVER = { unknown: 'the time of the visit' };

/** Whether every moment from `since` on is in a period. */
function isInPeriodFrom({ after, before }: Period, since: number): Known<boolean> {
  if (before <= since || before <= after) return false;
  return after <= since && before === Number.POSITIVE_INFINITY ? true : WHENEVER;
}

function isInSpanWhenever({ after, before }: Span): Known<boolean> {
  if (after === before) return false;
  return before - after === DAY ? true : WHENEVER;
}

function isInSpan({ after, before, timezone }: Span, at: number): Known<boolean> {
  const time = timeOfDay(at, timezone);
  if (after <= before) return time >= after && time < before;
  if (time < after && time >= before) return false;
  return { unknown: 'whether time_of_day runs over midnight when after is later than before' };
}

const NEVER = (message: string): readonly Doubt[] => [
  { code: 'never-matches', message, fix: 'Exchange after and before, or correct one of them.' },
];

function timeKind<Parsed extends object>(
  name: string,
  parse: (data: Json) => Parsed | string,
  test: (parsed: Parsed, at: number) => Known<boolean>,
  /** Of every moment from `since` on. */
  testFrom: (parsed: Parsed, since: number) => Known<boolean>,
  doubts: (parsed: Parsed) => readonly Doubt[] = () => [],
): Kind {
  return kind('time', {
    edition: 'zero',
    problem: (data) => {
      const parsed = parse(data);
      return typeof parsed === 'string' ? parsed : undefined;
    },
    doubts: ({ data }) => {
      const parsed = parse(data);
      return typeof parsed === 'string' ? [] : doubts(parsed);
    },
    judge: ({ data }) => {
      const parsed = parse(data);
      return judgeRequest(
        ({ at, orLater }) => typeof parsed !== 'string' && (orLater ? testFrom : test)(parsed, at),
        `${name}-ok`,
        `${name}-unauthorized`,
      );
    },
  });
}

export const timeKinds: Readonly<Record<string, Kind>> = {
  date: timeKind(
    'date',
    parseDate,
    ({ after, before }, at) => at >= after && at < before,
    isInPeriodFrom,
    ({ after, before }) =>
      after < before ? [] : NEVER('after is not earlier than before, so no moment is between them'),
  ),
  // The documentation names no zone: UTC.
  day_of_week: timeKind(
    'day-of-week',
    parseDays,
    (days, at) => days.has(new Date(at).getUTCDay()),
    (days) => days.size === 7 || WHENEVER,
  ),
  time_of_day: timeKind('time-of-day', parseTimeOfDay, isInSpan, isInSpanWhenever, ({ after, before }) =>
    after < before ? [] : NEVER('after is not earlier than before: whether it runs over midnight is not documented'),
  ),
};
