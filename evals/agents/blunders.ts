import type { Fields } from './zero.js';

/** A call as a clumsy agent makes it. */
export interface Attempt {
  readonly name: string;
  readonly args: Fields;
}

/** Numbers from 0 to 1 that repeat for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Spoils a call in one way; undefined where it offers nothing to spoil. */
type Blunder = (call: Attempt, random: () => number) => Attempt | undefined;

function pick<Item>(items: readonly Item[], random: () => number): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

/** Swaps one letter of a word for another. */
function mistyped(word: string, random: () => number): string {
  const place = 1 + Math.floor(random() * (word.length - 1));
  const letter = word[place] === 'q' ? 'k' : 'q';
  return word.slice(0, place) + letter + word.slice(place + 1);
}

const spoilArgument =
  (
    fits: (name: string, value: unknown) => boolean,
    spoil: (value: unknown, random: () => number) => unknown,
  ): Blunder =>
  ({ name, args }, random) => {
    const chosen = pick(
      Object.entries(args).filter(([argument, value]) => fits(argument, value)),
      random,
    );
    return chosen && { name, args: { ...args, [chosen[0]]: spoil(chosen[1], random) } };
  };

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The mistakes of models that were seen most often: wrong ids, wrong types, wrong names. */
export const blunders: Readonly<Record<string, Blunder>> = {
  'wrong id': spoilArgument(
    (name, value) => name.endsWith('Id') && typeof value === 'string',
    (value, random) => mistyped(String(value), random),
  ),
  'list as text': spoilArgument(
    (_, value) => Array.isArray(value) && value.length === 1 && typeof value[0] === 'string',
    (value) => String(value),
  ),
  'text as list': spoilArgument(
    (name, value) => typeof value === 'string' && name !== 'text',
    (value) => [value],
  ),
  'number or switch as text': spoilArgument(
    (_, value) => typeof value === 'number' || typeof value === 'boolean',
    (value) => String(value),
  ),
  'object as text': spoilArgument(
    (_, value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    (value) => JSON.stringify(value),
  ),
  'misnamed argument': ({ name, args }, random) => {
    const chosen = pick(
      Object.keys(args).filter((argument) => snakeCase(argument) !== argument),
      random,
    );
    if (chosen === undefined) return undefined;
    const { [chosen]: value, ...rest } = args;
    return { name, args: { ...rest, [snakeCase(chosen)]: value } };
  },
  'misspelt tool': ({ name, args }, random) => ({ name: mistyped(name, random), args }),
};

/** Makes one of the mistakes that the call offers. */
export function spoiled(call: Attempt, random: () => number): Attempt {
  const offered = Object.values(blunders).flatMap((blunder) => blunder(call, random) ?? []);
  return pick(offered, random) ?? call;
}
