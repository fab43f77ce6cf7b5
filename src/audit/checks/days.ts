export const DAY_MS = 86_400_000;

/** Days from a moment to another, as RFC 3339 or in milliseconds; NaN, which compares with nothing, where one is no time. */
export function daysBetween(from: string | number | undefined, to: string | number | undefined): number {
  return (millisecondsOf(to) - millisecondsOf(from)) / DAY_MS;
}

function millisecondsOf(time: string | number | undefined): number {
  return typeof time === 'number' ? time : Date.parse(time ?? '');
}
