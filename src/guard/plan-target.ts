import { z } from 'zod';
import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';
import { label, line, SECRET, word } from '../plain-text.js';
import { marksIn, redact } from '../secret.js';
import type { PlannedEntity, PlannedField } from './plan.js';
import { ownerNote, type PlanDeps } from './plan-entry.js';
import { changedFields, type Fields, nameOf, type Redactor } from './plan-fields.js';
import { patched } from './plan-patch.js';
import { actionOf, idOf, readerOf, recordOf, schemaOf, typeOf } from './record-of.js';

/** What a call is about. */
export interface Target {
  readonly entity: PlannedEntity;
  /** As it is now; undefined for a new record, and where Zero has no read for it. */
  readonly record?: Fields;
  readonly notes: readonly string[];
}

/** The record a call changes, as it is and as it will be. */
export async function targetOf(operation: Operation, input: Input, deps: PlanDeps): Promise<Target> {
  const reader = readerOf(operation, deps.operations);
  const record = reader && (await recordOf(reader, operation, input, deps));
  const { fields, fits } = changeOf(operation, input, record, redactorOf(operation, reader));
  const action = actionOf(operation);
  const name = nameOf(record ?? (action === 'create' ? input : undefined));
  const id = record ? record.id : input[idOf(operation)];
  const entity: PlannedEntity = {
    type: typeOf(operation, reader),
    id: action === 'create' || id === undefined ? '' : word(String(id)),
    name: name === undefined ? '' : label(name),
    action,
    before: action === 'create' ? 'none' : record && fits ? 'known' : 'unknown',
    fields,
    editedBy: [],
    ours: true,
  };
  const misfit = 'The patch does not fit the record as it was read, so its steps are shown; Zero may refuse it.';
  return { entity, record, notes: [...ownerNote(entity, record), ...(fits ? [] : [misfit])] };
}

/** Left out of a full replacement, these keep their value (FACTS 3.4). */
const KEPT: Readonly<Record<string, readonly string[]>> = { update_key_pair: ['certificate', 'key'] };

function changeOf(operation: Operation, input: Input, record: Fields | undefined, redacted: Redactor) {
  const shape = operation.body instanceof z.ZodObject ? operation.body.shape : {};
  const given = Object.fromEntries(
    Object.keys(shape).flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  const shown = (fields: readonly PlannedField[]) => ({ fields, fits: true });
  if (operation.method === 'DELETE') return shown(changedFields(redacted, record, {}));
  if (operation.method === 'PATCH') return patchChange(operation, input, record, redacted);
  if (operation.method !== 'PUT' || !record) return shown(changedFields(redacted, {}, given));
  const kept = Object.entries(record).filter(
    ([name]) => !Object.hasOwn(shape, name) || KEPT[operation.name]?.includes(name),
  );
  return shown(changedFields(redacted, record, { ...Object.fromEntries(kept), ...given }));
}

function patchChange(operation: Operation, input: Input, record: Fields | undefined, redacted: Redactor) {
  const patch = (input.patch ?? []) as readonly PatchOperation[];
  const after = record && (patched(record, patch) as Fields | undefined);
  if (after) return { fields: changedFields(redacted, record, after), fits: true };
  const steps = patch.map(({ op, path, from, value }, index): PlannedField => {
    const [, field = '', ...deeper] = path.split('/');
    const [whole] = changedFields(redacted, {}, { [field]: value });
    const schema = operation.record?.shape[field] as z.ZodType | undefined;
    const hidden = deeper.length > 0 && (!schema || marksIn(schema).length > 0);
    const shown = whole && hidden ? line(SECRET) : whole?.after;
    const source = from === undefined ? '' : ` from ${word(from)}`;
    return { name: `step ${index + 1}: ${op} ${word(path)}${source}`, ...(shown !== undefined && { after: shown }) };
  });
  return { fields: steps, fits: false };
}

/** Hides by the schemas of both what is read and what is written: each knows secrets that the other doesn't have. */
function redactorOf(operation: Operation, reader: Operation | undefined): Redactor {
  const shapes = [reader && schemaOf(reader), operation.record ?? operation.body].map((schema) =>
    schema instanceof z.ZodObject ? schema.shape : {},
  );
  const schema = z.looseObject({ ...shapes[0], ...shapes[1] });
  return (record, hide) => redact(schema, record, hide) as Fields;
}
