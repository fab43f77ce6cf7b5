type Version = readonly [major: number, minor: number, patch: number];

/** Before it the token of a service account could open the databroker, too (CVE-2024-47616). */
const SAFE: Version = [0, 27, 1];
/** The newest minor release when this was written: pomerium/pomerium of August 2026. Only that one gets fixes (SECURITY.md). */
const NEWEST: Version = [0, 33, 0];

/** How a version of Pomerium stands; undefined where the text is no version. */
export function standingOf(version: string | undefined): 'vulnerable' | 'unsupported' | 'supported' | undefined {
  const [, ...parts] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '') ?? [];
  if (parts.length === 0) return undefined;
  const [major = 0, minor = 0, patch = 0] = parts.map((part) => Number(part ?? 0));
  const isBefore = (other: Version) => compare([major, minor, patch], other) < 0;
  return isBefore(SAFE) ? 'vulnerable' : isBefore(NEWEST) ? 'unsupported' : 'supported';
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
