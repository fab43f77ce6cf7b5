import type { Operation } from '../operation.js';
import type { Plan } from './plan.js';

/** How much is changed, or may be. */
export interface Size {
  readonly records: number;
  /** Those of them that are deleted. */
  readonly deletes: number;
}

/** What a plan makes live, with what may go along. */
export function sizeOfPlan({ entities, waiting }: Plan): Size {
  const all = [...entities, ...waiting];
  return { records: all.length, deletes: all.filter(({ action }) => action === 'delete').length };
}

/** What one call changes by itself; an apply is as large as its plan. */
export function sizeOfCall({ method }: Operation): Size {
  return { records: 1, deletes: method === 'DELETE' ? 1 : 0 };
}

export function addSizes(sizes: readonly Size[]): Size {
  const sum = (of: (size: Size) => number) => sizes.reduce((total, size) => total + of(size), 0);
  return { records: sum(({ records }) => records), deletes: sum(({ deletes }) => deletes) };
}

/** Whether sizes together stay within a budget. */
export function fitsBudget(sizes: readonly Size[], budget: Size): boolean {
  const { records, deletes } = addSizes(sizes);
  return records <= budget.records && deletes <= budget.deletes;
}

/** `3 records, 1 of them deleted`. */
export function sizeText({ records, deletes }: Size): string {
  return `${records} record${records === 1 ? '' : 's'}, ${deletes} of them deleted`;
}
