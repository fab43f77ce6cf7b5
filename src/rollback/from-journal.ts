import { ToolError } from '../errors.js';
import { nameOf } from '../guard/plan-fields.js';
import { actionOf, readerOf, typeOf } from '../guard/record-of.js';
import type { Input, Operation } from '../operation.js';
import { holdsSecret, type PatchOperation } from '../patch.js';
import type { Deed } from '../record/entry.js';
import { isCut } from '../record/line.js';
import type { Recorded } from '../record/read.js';
import type { Sources } from '../report.js';
import { type Edit, type State, stateOf, type Undoing, writable } from './edit.js';
import { holdsHidden } from './inverse.js';
import { adviceOn, type Kind, kindOf } from './kinds.js';

/** A call of the journal, and how it ended. */
export interface Deeds {
  readonly deed: Deed;
  /** RFC 3339. */
  readonly at: string;
  readonly result?: 'done' | 'failed' | 'unknown' | 'drifted';
  /** The record that was answered, redacted. */
  readonly answer: unknown;
}

/**
 * The call that a line of the journal is about: its intent, its outcome, or any line by their id.
 *
 * @throws ToolError `not_found` where the journal has none
 */
export function deedAt(
  lines: readonly Recorded[],
  { journalId, chain, line }: { readonly journalId?: string; readonly chain?: string; readonly line?: number },
): Deeds {
  const named = lines.find((one) => one.chain === chain && one.n === line);
  const id = journalId ?? (named && 'id' in named ? named.id : undefined);
  const intent = lines.find((one) => one.kind === 'intent' && one.id === id);
  if (intent?.kind !== 'intent') {
    throw new ToolError('not_found', 'The journal of this server has no such call.', {
      next: (offers) =>
        `Nothing was sent. _meta.journal of a result says where its call stands${offers('recent_changes') ? ', as recent_changes does' : ''}.`,
    });
  }
  const outcome = lines.find((one) => one.kind === 'outcome' && one.id === id);
  if (outcome?.kind !== 'outcome') return { deed: intent, at: intent.at, answer: undefined };
  const { answer } = Object(outcome.detail) as { readonly answer?: unknown };
  return { deed: intent, at: outcome.at, result: outcome.result, answer };
}

/** The one edit that a call was, or why it can't be taken back. */
export function undoingOf({ deed, at, result, answer }: Deeds, operations: Sources['operations']): Undoing {
  const operation = operations.get(deed.operation);
  if (result === 'failed' || result === 'drifted') {
    return { edits: [], cannot: [`${deed.operation} was not carried out: there is nothing to take back.`] };
  }
  if (result !== 'done' || !operation) {
    return { edits: [], cannot: [`Nobody knows how ${deed.operation} ended: read the record and decide by hand.`] };
  }
  const action = actionOf(operation);
  const kind = kindOf(typeOf(operation, readerOf(operation, operations)));
  const hasInverse = kind && action !== 'call' && (action !== 'create' || kind.remove !== undefined);
  if (!hasInverse) return { edits: [], cannot: [`${operation.name} can't be undone: ${adviceOn(operation.name)}.`] };
  if (isCut(deed.before) || isCut(deed.arguments)) {
    const why = 'its record was too long for the journal to keep whole';
    return { edits: [], cannot: [`${operation.name} can't be undone: ${why}. Decide by hand.`] };
  }
  const given = Object(deed.arguments) as Input;
  const { organizationId, clusterId } = given;
  const { id = given[kind.idName] } = Object(action === 'create' ? answer : undefined) as { readonly id?: unknown };
  const known = (record: unknown): State => (record === undefined ? 'unknown' : stateOf(kind, record, operations));
  const edit: Edit = {
    kind,
    id: String(id),
    name: nameOf(Object(deed.before ?? answer)),
    place: { organizationId, ...(clusterId !== undefined && { clusterId }) },
    before: action === 'create' ? 'none' : known(deed.before),
    after: action === 'delete' ? 'none' : known(answer),
    secrets: action === 'update' ? secretsSet(operation, given, kind, operations) : [],
    at,
  };
  return { edits: [edit], cannot: [] };
}

/** Fields in which an update put a secret, or from which it took one. */
export function secretsSet(
  operation: Operation,
  given: Input,
  kind: Kind,
  operations: Sources['operations'],
): readonly string[] {
  const shape = writable(kind, operations);
  if (operation.method !== 'PATCH') return Object.keys(shape).filter((name) => holdsHidden(given[name]));
  const fields = ((given.patch ?? []) as readonly PatchOperation[]).flatMap(({ op, path, value }) => {
    const name = path.split('/')[1] ?? '';
    const schema = shape[name];
    const takes = op === 'remove' && schema !== undefined && holdsSecret(schema);
    return takes || holdsHidden(value) ? [name] : [];
  });
  return [...new Set(fields)];
}
