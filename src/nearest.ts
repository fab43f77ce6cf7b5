import { distance } from 'fastest-levenshtein';

/** A longer name is no slip of the pen, and comparing it would take long. */
const LONGEST = 100;

/**
 * The candidate most like `name`, when one is near enough to have been meant: a few letters off, or longer by its end.
 * Case, `-`, `_` and `.` don't count.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = plain(name);
  let best: string | undefined;
  // Of three letters or fewer, two wrong ones are another word.
  let least = (wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of candidates) {
    const right = plain(candidate);
    const steps = wanted.length > 2 && right.startsWith(wanted) ? 0.5 : distance(wanted, right);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** ` Did you mean x?`, or nothing, to end an error message with. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const meant = nearest(name, candidates);
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.\s]/g, '');
}
