import { type Call, Refusal } from '../behaviour.js';

/** Milliseconds since the epoch. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** The range of the query parameters startTime and endTime; refuses what is no time and what ends before it starts. */
export function timeRange({ query }: Call): TimeRange {
  const [start, end] = [parse('startTime', query.startTime), parse('endTime', query.endTime)];
  if (end < start) throw new Refusal(400, 'endTime is before startTime');
  return { start, end };
}

function parse(name: string, value: unknown): number {
  const time = Date.parse(String(value));
  if (Number.isNaN(time)) throw new Refusal(400, `${name} is not an RFC 3339 time: ${JSON.stringify(value)}`);
  return time;
}
