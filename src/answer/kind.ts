import { z } from 'zod';
import type { Operation } from '../operation.js';

/** What a read answers, as far as shaping it goes; undefined for what is shown as it is. */
export type Kind = 'list' | 'record' | 'series';

/** Read off the declaration: a list of which only what matters is shown, measurements over time, or one stored record. */
export function kindOf({ effect, output, row }: Pick<Operation, 'effect' | 'output' | 'row'>): Kind | undefined {
  if (effect !== 'read') return undefined;
  const element = elementOf({ output });
  if (output instanceof z.ZodArray) {
    return element && 'points' in element.shape ? 'series' : row && 'list';
  }
  return element && ('id' in element.shape || row) ? 'record' : undefined;
}

/** The schema of one record of an answer. */
export function elementOf({ output }: Pick<Operation, 'output'>): z.ZodObject | undefined {
  const element = output instanceof z.ZodArray ? output.element : output;
  return element instanceof z.ZodObject ? element : undefined;
}
