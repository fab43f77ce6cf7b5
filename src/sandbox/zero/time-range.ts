import { type Call, Refusal } from '../behaviour.js';

/** Milliseconds since the epoch. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** The range of the query parameters startTime and endTime; refuses one that ends before it starts. */
export function timeRange({ query }: Call): TimeRange {
  const [start, end] = [Date.parse(String(query.startTime)), Date.parse(String(query.endTime))];
  if (end < start) throw new Refusal(400, 'endTime is before startTime');
  return { start, end };
}
