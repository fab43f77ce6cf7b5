import { z } from 'zod';
import { ToolError } from '../errors.js';
import { newId } from '../guard/new-id.js';
import type { Fields } from '../guard/plan-fields.js';
import type { Input, Operation } from '../operation.js';
import { holdsSecret, type PatchOperation } from '../patch.js';
import { word } from '../plain-text.js';
import type { ProcedureCall } from '../procedure.js';
import { type Edit, isRecord, type State, titleOf, writable } from './edit.js';
import type { Change, Inverse, Step } from './inverse.js';

type Operations = ReadonlyMap<string, Operation>;

/** An edit with what takes it back. */
export interface Planned {
  readonly edit: Edit;
  readonly now: State;
  readonly inverse: Inverse;
}

/** The calls that take everything back, in the order in which they work. */
export function callsOf(planned: readonly Planned[], operations: Operations): readonly ProcedureCall[] {
  const made = planned.filter(({ inverse }) => inverse.step?.action === 'create');
  const created = new Set(made.map(({ edit }) => edit.id));
  const steps = planned.flatMap((one) => {
    const { step } = one.inverse;
    return step ? [{ rank: rankOf(one.edit, step), call: callOf(one, step, created, operations) }] : [];
  });
  return steps.sort((one, other) => one.rank - other.rank).map(({ call }) => call);
}

/** Leaves out what Zero could not carry out, and says so. */
export function withoutImpossible(planned: readonly Planned[], operations: Operations): readonly Planned[] {
  return withoutLost(planned).map((one) => withCompleteRecord(one, operations));
}

/** Leaves out what would name a record that is gone for good. */
function withoutLost(planned: readonly Planned[]): readonly Planned[] {
  const isLost = ({ edit, now, inverse }: Planned) =>
    edit.after === 'none' && isRecord(edit.before) && now === 'none' && !inverse.step;
  const lost = new Map(planned.filter(isLost).map(({ edit }) => [edit.id, titleOf(edit)]));
  return planned.map((one) => {
    const { step, ...rest } = one.inverse;
    const title = titleOf(one.edit);
    if (step?.action === 'create') {
      const gone = idsIn(step.fields, lost)[0];
      if (gone === undefined) return one;
      const why = `it named ${lost.get(gone)}, which is gone; make it by hand`;
      return { ...one, inverse: { ...rest, cannot: [`${title} can't be made again as it was: ${why}.`] } };
    }
    if (step?.action !== 'change') return one;
    const changes = step.changes.filter(({ was }) => idsIn(was, lost).length === 0);
    const left = step.changes.filter((change) => !changes.includes(change));
    const cannot = left.map(({ path }) => {
      return `${title}: ${word(path.join('.'))} named a record that is gone; set it by hand.`;
    });
    return {
      ...one,
      inverse: {
        ...rest,
        cannot: [...rest.cannot, ...cannot],
        ...(changes.length > 0 && { step: { ...step, changes } }),
      },
    };
  });
}

/** Leaves out a record that can't be made again from what is known of it. */
function withCompleteRecord(one: Planned, operations: Operations): Planned {
  const { step, ...rest } = one.inverse;
  if (step?.action !== 'create') return one;
  const creator = operations.get(one.edit.kind.create ?? '');
  const fields = { ...creator?.defaults, ...step.fields };
  const problem = creator?.body?.safeParse(fields).error?.issues[0];
  if (!problem) {
    const cannot = [...rest.cannot, ...unshown(one.edit, operations)];
    return { ...one, inverse: { ...rest, cannot, step: { ...step, fields } } };
  }
  const why = `what is known of it lacks ${word(problem.path.join('.'))}`;
  return { ...one, inverse: { ...rest, cannot: [`${titleOf(one.edit)} can't be made again: ${why}.`] } };
}

/** Zero may withhold secrets on reads (unknown: FACTS 3.4), so that nobody can tell whether the record had any. */
function unshown(edit: Edit, operations: Operations): readonly string[] {
  const secret = Object.entries(writable(edit.kind, operations)).filter(([, schema]) => holdsSecret(schema));
  if (secret.length === 0) return [];
  const names = secret.map(([name]) => name).join(', ');
  return [`${titleOf(edit)} is made again without secrets: Zero may not have shown all that it had in ${names}.`];
}

/** What names others goes before them and comes after them. Settings come last, for they may switch auto-apply. */
function rankOf({ kind }: Edit, { action }: Step): number {
  if (action === 'remove') return kind.namesOthers ? 0 : 4;
  if (action === 'create') return kind.namesOthers ? 2 : 1;
  return kind.type === 'settings' ? 5 : 3;
}

function callOf(
  { edit, now }: Planned,
  step: Step,
  created: ReadonlySet<string>,
  operations: Operations,
): ProcedureCall {
  const { kind, id, place } = edit;
  const name = { create: kind.create, remove: kind.remove, change: kind.change }[step.action];
  const operation = operations.get(name ?? '');
  if (!operation) throw new ToolError('internal', `The catalogue lacks ${name}.`);
  const ids = { ...pick(place, operation), ...(step.action !== 'create' && { [kind.idName]: id }) };
  if (step.action === 'remove') return { operation, input: ids };
  if (step.action === 'create') {
    return { operation, input: { ...ids, ...(renewed(step.fields, created) as Fields) }, creates: id };
  }
  if (operation.record) {
    const shape = writable(kind, operations);
    return { operation, input: { ...ids, patch: step.changes.flatMap((change) => patchOf(change, shape, created)) } };
  }
  // A PUT replaces the record: as it is now, but for what is put back. No kind without a PATCH has secrets.
  const back = Object.fromEntries(step.changes.map(({ path, was }) => [path[0] ?? '', was]));
  const fields = Object.entries({ ...(now as Fields), ...back }).filter(([, value]) => value !== undefined);
  return { operation, input: { ...ids, ...Object.fromEntries(fields) } };
}

/** Puts a value back, if it is still what it was after the edit. */
function patchOf(
  { path, was, is }: Change,
  shape: Readonly<Record<string, z.ZodType>>,
  created: ReadonlySet<string>,
): readonly PatchOperation[] {
  const pointer = path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const schema = shape[path[0] ?? ''];
  const tests = is !== undefined && schema !== undefined && !holdsSecret(schema);
  return [
    ...(tests ? [{ op: 'test', path: pointer, value: is } as const] : []),
    was === undefined ? { op: 'remove', path: pointer } : { op: 'add', path: pointer, value: renewed(was, created) },
  ];
}

/** A copy that names each record which is made again by the id that it will have. */
function renewed(value: unknown, created: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return created.has(value) ? newId(value) : value;
  if (Array.isArray(value)) return value.map((item) => renewed(item, created));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, renewed(field, created)]));
}

/** Which of these ids a value holds. */
function idsIn(value: unknown, ids: ReadonlyMap<string, unknown>): readonly string[] {
  if (typeof value === 'string') return ids.has(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((item) => idsIn(item, ids)) : [];
}

function pick(place: Input, { params, body }: Operation): Input {
  const names = { ...params.shape, ...(body instanceof z.ZodObject && body.shape) };
  return Object.fromEntries(Object.entries(place).filter(([name]) => name in names));
}
