import { createHash } from 'node:crypto';
import { canonical } from '../canonical.js';
import { type Cut, type Entry, KINDS } from './entry.js';

/** A line as it stands in a chain: the canonical JSON of this, and a newline. */
export type Line = Entry &
  Place & {
    /** SHA-256, in hexadecimal, of the canonical JSON of the line without this field. */
    readonly hash: string;
  };

/** What ties a line to its chain. */
export interface Place {
  /** The number of the line, from 1. */
  readonly n: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The hash of the line before; empty on the first. */
  readonly prev: string;
}

/** The longest field, in bytes of its JSON: whole records fit, so that they can be restored. */
const LONGEST_FIELD = 256 * 1024;
const SHOWN_OF_A_CUT = 1_000;

/** The text of a line, without its newline, and its hash. */
export function seal(entry: Entry, place: Place): { readonly text: string; readonly hash: string } {
  const line = { ...(entry.kind === 'opened' ? entry : bounded(entry)), ...place };
  const hash = sha256(canonical(line));
  return { text: canonical({ ...line, hash }), hash };
}

/** The line that these bytes are, if they are exactly what {@link seal} writes but for the hash, which is not checked. */
export function parseLine(bytes: Uint8Array): Line | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const line: unknown = JSON.parse(text);
    return isLine(line) && canonical(line) === text ? line : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line says what it said when it was written. */
export function isGenuine({ hash, ...line }: Line): boolean {
  return hash === sha256(canonical(line));
}

function isLine(value: unknown): value is Line {
  const { n, at, prev, hash, kind, heads } = Object(value) as Record<string, unknown>;
  return (
    Number.isSafeInteger(n) &&
    [at, prev, hash].every((text) => typeof text === 'string') &&
    KINDS.some((known) => known === kind) &&
    (kind !== 'opened' || (Array.isArray(heads) && heads.every((head) => typeof head === 'object' && head !== null)))
  );
}

function bounded(entry: Entry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, field]) => [name, field === undefined ? undefined : shorten(field)]),
  );
}

function shorten(field: unknown): unknown {
  const text = canonical(field);
  const bytes = Buffer.byteLength(text);
  if (bytes <= LONGEST_FIELD) return field;
  return { cut: text.slice(0, SHOWN_OF_A_CUT), bytes, sha256: sha256(text) } satisfies Cut;
}

/** Whether a field is what {@link seal} puts in the place of one that is too long. */
export function isCut(field: unknown): boolean {
  const { cut, bytes, sha256: hash } = Object(field) as Partial<Cut>;
  return typeof cut === 'string' && typeof bytes === 'number' && typeof hash === 'string';
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
