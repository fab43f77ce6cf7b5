/** A JSON value, as policy texts hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type Action = 'allow' | 'deny';

/** and = all; or = any; not = none of them; nor = not all of them (PPL.md 1.6). */
export const BLOCKS = ['and', 'or', 'not', 'nor'] as const;
export type Block = (typeof BLOCKS)[number];

/** One condition: `{claim/groups: {has: 'admins'}}` is name `claim`, subPath `groups`. */
export interface Criterion {
  readonly name: string;
  /** What follows the first slash of the key; empty when there is none. */
  readonly subPath: string;
  readonly data: Json;
}

/** A criterion's key in a policy text. */
export function keyOf({ name, subPath }: Criterion): string {
  return subPath === '' ? name : `${name}/${subPath}`;
}

/** One action with its blocks; a block that the text doesn't have is empty. Blocks that aren't empty are ORed. */
export interface Rule extends Readonly<Record<Block, readonly Criterion[]>> {
  readonly action: Action;
}

/** A parsed policy: its rules in order, where an object with allow and deny is two rules, allow first. */
export type Policy = readonly Rule[];
