const SECONDS: Readonly<Record<string, number>> = {
  y: 365 * 24 * 3600,
  w: 7 * 24 * 3600,
  d: 24 * 3600,
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
};

/** The seconds of a length of time as settings and routes write it (`1h30m`); undefined where it isn't one. */
export function seconds(duration: string | undefined): number | undefined {
  if (!duration || !/^(\d+(y|w|d|h|ms|m|s))+$/.test(duration)) return undefined;
  return [...duration.matchAll(/(\d+)(ms|[ywdhms])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0),
    0,
  );
}
