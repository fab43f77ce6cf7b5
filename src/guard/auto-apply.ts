import { z } from 'zod';
import type { Input, Operation } from '../operation.js';

const FIELD = 'autoApplyChangesets';
const POINTER = `/${FIELD}`;

/** Whether an operation writes the record that holds the auto-apply switch. */
export function writesSettings(operation: Operation): boolean {
  const fields = operation.record ?? operation.body;
  return fields instanceof z.ZodObject && FIELD in fields.shape;
}

/**
 * What `autoApplyChangesets` is after a settings write. Anything but the literal `false` means that changes go out by
 * themselves from then on: absent and null fall back to Zero's default, which is on (FACTS 3.4).
 *
 * @param current the value just read, or undefined when it couldn't be read
 */
export function autoApplyAfter(input: Input, current: unknown): unknown {
  if (!Array.isArray(input.patch)) return input[FIELD];
  let after = current;
  for (const { op, path, from, value } of input.patch as readonly Record<string, unknown>[]) {
    if (op === 'test') continue;
    if (op === 'move' && touches(from)) after = undefined;
    if (!touches(path)) continue;
    after = path === POINTER && (op === 'add' || op === 'replace') ? value : undefined;
  }
  return after;
}

/** Whether a settings write leaves the switch as it is. */
export function keepsAutoApply(input: Input): boolean {
  return autoApplyAfter(input, true) === true && autoApplyAfter(input, false) === false;
}

/** The one-field change that switches auto-apply off. */
export const SWITCH_OFF = [{ op: 'replace', path: POINTER, value: false }] as const;

/** Whether a pointer is the switch, is inside it, or holds it (the whole document). */
function touches(pointer: unknown): boolean {
  return typeof pointer !== 'string' || pointer === '' || pointer === POINTER || pointer.startsWith(`${POINTER}/`);
}
