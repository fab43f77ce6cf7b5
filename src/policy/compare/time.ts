import { type Period, parseDate, parseTimeOfDay, type Span, timeOfDay } from '../criteria/time.js';
import type { Facts } from '../facts.js';
import { isObject } from '../grammar.js';
import type { Atom } from './atoms.js';
import { type Ask, type Dimension, split } from './dimension.js';
import { show } from './words.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * Moments from `since` on: the bounds of all periods, and between them every bound of the days and the times of day in
 * a week. A year's weeks are gone through, since the clocks of different zones change on different days.
 */
export function moments(atoms: readonly Atom[], since: number | undefined, base: Facts, ask: Ask): Dimension {
  const named = (name: string) => atoms.filter(({ criterion }) => criterion.name === name);
  const periods = named('date').flatMap(({ criterion }) => parsed(parseDate(criterion.data)));
  const spans = named('time_of_day').flatMap(({ criterion }) => parsed(parseTimeOfDay(criterion.data)));
  const isWeekly = atoms.some(({ criterion }) => criterion.name !== 'date');
  const bounds = [...new Set(periods.flatMap(({ after, before }) => [after, before]).filter(Number.isFinite))].toSorted(
    (one, other) => one - other,
  );
  const start = since ?? Math.min(base.at, ...bounds) - 2 * WEEK_MS;
  const starts = [start, ...bounds.filter((bound) => bound > start)];
  const values = starts.flatMap((from, index) => {
    const to = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    return isWeekly ? weekly(from, to, spans) : [from];
  });
  const date = (at: number) =>
    new Date(at).toISOString().replace(/T00:00:00\.000Z$|\.000Z$|Z$/, (end) => (end[0] === 'T' ? '' : 'Z'));
  const closed = periods.filter(({ after, before }) => Number.isFinite(after) && Number.isFinite(before));
  return split(atoms, base, ask, {
    about: 'time',
    values,
    change: (facts, at) => ({ ...facts, at }),
    phrases: [
      ...bounds.map((bound) => ({ text: `until ${date(bound)}`, holds: (at: number) => at < bound })),
      ...bounds.map((bound) => ({ text: `from ${date(bound)} on`, holds: (at: number) => at >= bound })),
      ...closed.map(({ after, before }) => ({
        text: `from ${date(after)} until ${date(before)}`,
        holds: (at: number) => at >= after && at < before,
      })),
      ...atoms.flatMap((atom) => {
        const { name, data } = atom.criterion;
        if (name === 'date') return [];
        const holds = (at: number) => ask([atom], { ...base, at }).get(atom.id)?.value === true;
        return [{ text: name === 'day_of_week' ? `on ${show(String(data))} (UTC)` : spanText(data), holds }];
      }),
    ],
    only: (phrases) => phrases,
    except: (phrases) => `at all times but ${phrases}`,
    plain: true,
    and: ' ',
  });
}

function weekly(from: number, to: number, spans: readonly Span[]): readonly number[] {
  const found = [from];
  const weeks = spans.length > 0 ? 26 : 1;
  for (let week = 0; week < weeks; week += 1) {
    const first = Math.floor(from / DAY_MS) * DAY_MS + week * 2 * WEEK_MS;
    for (let day = first; day <= first + 8 * DAY_MS && day < to; day += DAY_MS)
      found.push(day, ...boundsOf(day, spans));
  }
  return found.filter((at) => at >= from && at < to);
}

/** Where the spans of a UTC day begin and end; an hour off, too, as on the days when clocks change. */
function boundsOf(day: number, spans: readonly Span[]): readonly number[] {
  return spans.flatMap(({ after, before, timezone }) => {
    const offset = timeOfDay(day, timezone);
    return [0, after, before].flatMap((bound) => {
      const at = day + ((((bound - offset) % DAY_MS) + DAY_MS) % DAY_MS);
      return [at - HOUR_MS, at, at + HOUR_MS];
    });
  });
}

function spanText(data: Atom['criterion']['data']): string {
  const { after, before, timezone } = isObject(data) ? data : {};
  const zone = `in ${show(String(timezone))}`;
  if (after === undefined) return before === undefined ? `at any time ${zone}` : `before ${before} ${zone}`;
  return before === undefined ? `after ${after} ${zone}` : `from ${after} to ${before} ${zone}`;
}

function parsed<Value extends Period>(value: Value | string): readonly Value[] {
  return typeof value === 'string' ? [] : [value];
}
