import { z } from 'zod';
import type { Fields } from '../guard/plan-fields.js';
import type { Input, Operation } from '../operation.js';
import { label, word } from '../plain-text.js';
import { redact } from '../secret.js';
import type { Kind } from './kinds.js';

/** A record's writable fields with secrets hidden; `none` where there is no record, `unknown` where nobody can tell. */
export type State = Fields | 'none' | 'unknown';

/** What became of one record: all that is taken back of it at once. */
export interface Edit {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string | undefined;
  /** Arguments of the path beside the record's own id. */
  readonly place: Input;
  readonly before: State;
  readonly after: State;
  /** Fields in which a secret was set: what it was before nobody keeps. */
  readonly secrets: readonly string[];
  /** When it ended; RFC 3339. */
  readonly at: string;
}

/** What is to be taken back. */
export interface Undoing {
  /** Newest first. */
  readonly edits: readonly Edit[];
  /** What of it can't be, as sentences. */
  readonly cannot: readonly string[];
}

export function isRecord(state: State): state is Fields {
  return typeof state === 'object';
}

/** What this kind lets a caller write of a record, secrets hidden. */
export function stateOf(kind: Kind, record: unknown, operations: ReadonlyMap<string, Operation>): Fields {
  const shape = writable(kind, operations);
  const hidden = redact(z.looseObject(shape), record) as Fields;
  const entries = Object.entries(hidden).filter(([name, value]) => Object.hasOwn(shape, name) && value != null);
  return Object.fromEntries(entries);
}

/** The fields of a kind that a caller may write, with their schemas. */
export function writable(
  { change, create }: Kind,
  operations: ReadonlyMap<string, Operation>,
): Readonly<Record<string, z.ZodType>> {
  const operation = operations.get(change ?? create ?? '');
  const schema = operation?.record ?? operation?.body;
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** `route "Grafana"`. */
export function titleOf({ kind, name, id }: Pick<Edit, 'kind' | 'name' | 'id'>): string {
  return `${kind.type} ${name === undefined ? word(id) : label(name)}`;
}
