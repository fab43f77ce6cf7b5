import { readJournal } from './read.js';

/** What the calls that nobody was asked about have changed since a moment (RFC 3339), those under way included. */
export async function spentSince(directory: string, since: string) {
  const { lines } = await readJournal(directory);
  const failed = new Set(
    lines.flatMap((line) => (line.kind === 'outcome' && line.result === 'failed' ? [line.id] : [])),
  );
  return lines.flatMap((line) =>
    line.kind === 'intent' && line.size && line.at >= since && !failed.has(line.id) ? [line.size] : [],
  );
}
