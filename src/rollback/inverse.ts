import { isDeepStrictEqual } from 'node:util';
import type { Fields } from '../guard/plan-fields.js';
import { word } from '../plain-text.js';
import { REDACTED } from '../secret.js';
import { type Edit, isRecord, type State, titleOf } from './edit.js';

/** One value to put back. */
export interface Change {
  /** From the field inwards. */
  readonly path: readonly string[];
  /** What it was; absent for nothing. */
  readonly was?: unknown;
  /** What it is, and was after the edit; absent for nothing. */
  readonly is?: unknown;
}

/** What takes an edit back. */
export type Step =
  | { readonly action: 'create'; readonly fields: Fields }
  | { readonly action: 'remove' }
  | { readonly action: 'change'; readonly changes: readonly Change[] };

export interface Inverse {
  readonly step?: Step;
  /** What somebody has changed again since, and so stays. Sentences, as below. */
  readonly conflicts: readonly string[];
  /** What can't be taken back, with what to do. */
  readonly cannot: readonly string[];
  /** What needn't be. */
  readonly already: readonly string[];
}

/**
 * What takes an edit back, given how the record is now. Only what the edit touched is put back, and of that only what
 * nobody has touched since.
 */
export function inverseOf(edit: Edit, now: State): Inverse {
  const { kind, before, after } = edit;
  const title = titleOf(edit);
  const inverse = { conflicts: [], cannot: [], already: [] };
  if (before === 'unknown' || after === 'unknown') {
    const when = before === 'unknown' ? 'before' : 'afterwards';
    return {
      ...inverse,
      cannot: [`${title}: nothing says how it was ${when}; compare its activity and decide by hand.`],
    };
  }
  if (before === 'none') {
    if (now === 'none' || after === 'none') return { ...inverse, already: [`${title} is gone already.`] };
    const changed = differing(after, now);
    if (changed.length > 0) {
      const what = `${title} has been changed since it was created (${changed.map(word).join(', ')})`;
      return { ...inverse, conflicts: [`${what}: it is not deleted.`] };
    }
    return kind.remove
      ? { ...inverse, step: { action: 'remove' } }
      : { ...inverse, cannot: [`${title} stays: no operation deletes it alone.`] };
  }
  if (after === 'none') {
    if (isRecord(now)) return { ...inverse, already: [`${title} is there again.`] };
    if (!kind.create)
      return { ...inverse, cannot: [`${title} can't be made again: ${kind.lost ?? 'no operation does that'}.`] };
    const { value, hidden } = withoutHidden(before);
    const cannot = hidden.map((path) => `${title} is made again without ${word(path)}, a secret: set it by hand.`);
    return { ...inverse, cannot, step: { action: 'create', fields: value as Fields } };
  }
  if (!isRecord(now)) {
    return { ...inverse, conflicts: [`${title} has been deleted since: nothing of it is changed back.`] };
  }
  return changeBack(edit, before, after, now);
}

function changeBack(edit: Edit, before: Fields, after: Fields, now: Fields): Inverse {
  const title = titleOf(edit);
  const found = Object.keys({ ...before, ...after }).flatMap((name) => differences([name], before[name], after[name]));
  const isHidden = ({ was }: Change) => holdsHidden(was);
  const open = found.filter((change) => !isHidden(change) && !isDeepStrictEqual(at(now, change.path), change.was));
  const changes = open.filter(({ path, is }) => isDeepStrictEqual(at(now, path), is));
  const text = ({ path }: Change) => word(path.join('.'));
  const secrets = new Set([...edit.secrets.map(word), ...found.filter(isHidden).map(text)]);
  return {
    ...(changes.length > 0 && { step: { action: 'change', changes } }),
    conflicts: open
      .filter((change) => !changes.includes(change))
      .map((change) => `${title}: ${text(change)} has been changed again since, and stays as it is.`),
    cannot: [...secrets].map((name) => `${title}: ${name} holds a secret that was changed; set the old one by hand.`),
    already: found.length > 0 && open.length === 0 && secrets.size === 0 ? [`${title} is as it was.`] : [],
  };
}

/** Where two values differ: as a whole, or inside where something hidden would have to be put back with it. */
function differences(path: readonly string[], was: unknown, is: unknown): readonly Change[] {
  if (isDeepStrictEqual(was, is)) return [];
  if (!holdsHidden(was) || !isObject(was) || !isObject(is)) {
    return [{ path, ...(was !== undefined && { was }), ...(is !== undefined && { is }) }];
  }
  return Object.keys({ ...was, ...is }).flatMap((name) => differences([...path, name], was[name], is[name]));
}

function differing(one: State, other: State): readonly string[] {
  const [left, right] = [Object(one) as Fields, Object(other) as Fields];
  return Object.keys({ ...left, ...right }).filter((name) => !isDeepStrictEqual(left[name], right[name]));
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

export function holdsHidden(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(REDACTED);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsHidden);
}

/** A copy without what is hidden, and where that stood. A list that holds any goes as a whole. */
function withoutHidden(value: unknown, path = ''): { readonly value?: unknown; readonly hidden: readonly string[] } {
  if (!holdsHidden(value)) return { value, hidden: [] };
  if (!isObject(value)) return { hidden: [path] };
  const inner = Object.entries(value).map(([name, field]) => {
    return { name, ...withoutHidden(field, path ? `${path}.${name}` : name) };
  });
  const kept = inner.filter((field) => field.value !== undefined).map((field) => [field.name, field.value]);
  return { value: Object.fromEntries(kept), hidden: inner.flatMap(({ hidden }) => hidden) };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
