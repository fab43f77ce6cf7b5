import { quote } from '../../errors.js';
import { type Class, holdsWithout } from './classes.js';
import type { About, Dimension, Phrase } from './dimension.js';
import type { StringConditions } from './strings.js';

/** Text of a policy in a sentence: plain where it can't be mistaken for one, else quoted. */
export function show(text: string): string {
  return /^[\w@.:+/*-]{1,100}$/.test(text) ? text : quote(text);
}

/** `a`, `a and b`, `a, b and c`; the first ten. */
export function list(texts: readonly string[], word: 'and' | 'or' = 'and'): string {
  const shown = texts.length > 11 ? [...texts.slice(0, 10), `${texts.length - 10} more`] : texts;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}

/** Words for what string conditions ask: a value is its own, the others are said of a subject (`paths`: "paths that start with …"). */
export function stringPhrases({ values, prefixes, suffixes, parts }: StringConditions, subject: string) {
  const say = (verb: string, texts: ReadonlySet<string>, test: (value: string, text: string) => boolean) =>
    [...texts].map((text) => ({
      text: `${subject} ${verb} ${show(text)}`,
      holds: (value: string) => test(value, text),
    }));
  return [
    ...[...values].map((text) => ({ text: show(text), holds: (value: string) => value === text })),
    ...say('starts with', prefixes, (value, text) => value.startsWith(text)),
    ...say('ends with', suffixes, (value, text) => value.endsWith(text)),
    ...say('contains', parts, (value, text) => value.includes(text)),
  ];
}

/** What marks a class out. */
export type ClassKind = 'everyone' | 'anonymous' | 'signed-in' | 'domain' | Exclude<About, 'who' | 'unknown'>;

/** A class in plain words: `everyone at example.com except bob@example.com, from 10.0.0.0/8`. */
export function describeClass(of: Class, dimensions: readonly Dimension[]): string {
  let subject: string | undefined;
  const clauses: string[] = [];
  const exceptions: string[] = [];
  const restricted = [...of].toSorted(([one], [other]) => one - other);
  const named = new Set(restricted.flatMap(([index, cells]) => (cells.has(0) ? [] : [dimensions[index]?.about])));
  for (const [index, cells] of restricted) {
    const dimension = dimensions[index];
    if (!dimension || dimension.about === 'who') continue;
    const { about, only, except, implied } = dimension;
    const { isException, texts } = phrasesFor(cells, dimension);
    if (isException && implied && named.has(about)) continue;
    if (about !== 'email' && about !== 'user') clauses.push((isException ? except : only)(list(texts, 'or')));
    else if (isException) exceptions.push(...texts);
    else if (subject !== undefined) clauses.push(`with ${list(texts, 'or')}`);
    else subject = list(texts);
  }
  const base = subject ?? everybodyOf(of, dimensions);
  return [base + (exceptions.length > 0 ? ` except ${list(exceptions)}` : ''), ...clauses].join(', ');
}

export function kindOfClass(of: Class, dimensions: readonly Dimension[]): ClassKind {
  const named = [...of].flatMap(([index, cells]) => {
    const dimension = dimensions[index];
    if (!dimension || dimension.about === 'who' || dimension.about === 'unknown' || cells.has(0)) return [];
    return [{ about: dimension.about, texts: phrasesFor(cells, dimension).texts }];
  });
  const [first] = named;
  if (first) return first.texts.every((text) => text.startsWith('everyone at ')) ? 'domain' : first.about;
  const subject = everybodyOf(of, dimensions);
  return subject === EVERYONE ? 'everyone' : subject === SIGNED_IN ? 'signed-in' : 'anonymous';
}

const EVERYONE = 'everyone on the internet';
const SIGNED_IN = 'any signed-in user';

function everybodyOf(of: Class, dimensions: readonly Dimension[]): string {
  const signIn = of.get(dimensions.findIndex(({ about }) => about === 'who'));
  if (signIn?.has(0) === false) return 'visitors who are not signed in';
  return signIn || !holdsWithout(of, 'who', dimensions) ? SIGNED_IN : EVERYONE;
}

/** `bob gains`, `nobody loses`, `two classes gain: (1) … (2) …` */
export function sayWho(who: readonly string[], verb: string): string {
  const [first, ...others] = who;
  if (first === undefined) return `nobody ${verb}s`;
  const isOne = others.length === 0 && !/^(visitors|those) |^[^,]* and /.test(first.replace(/ except .*/, ''));
  if (others.length === 0 || who.every((one) => !one.includes(','))) return `${list(who)} ${verb}${isOne ? 's' : ''}`;
  return `${who.length} classes ${verb}: ${who.map((one, index) => `(${index + 1}) ${one}`).join(' ')}`;
}

/** Words for cells, or, where what nobody names is among them, for the others. */
function phrasesFor(cells: ReadonlySet<number>, dimension: Dimension) {
  const isException = cells.has(0) && !dimension.plain;
  const wanted = new Set([...dimension.cells.keys()].filter((cell) => cells.has(cell) !== isException));
  return { isException, texts: cover(wanted, dimension) };
}

/** Phrases that together say exactly these cells, each the one that says most of what is left. */
function cover(wanted: ReadonlySet<number>, dimension: Dimension): readonly string[] {
  const { phrases } = dimension;
  const texts: string[] = [];
  let left = wanted;
  while (left.size > 0) {
    const [best] = phrases
      .map((phrase) => ({ phrase, gain: [...phrase.cells].filter((cell) => left.has(cell)).length }))
      .filter(({ gain }) => gain > 0)
      .map(({ phrase, gain }) => ({ phrase, gain, exceptions: exceptionsTo(phrase, wanted, phrases) }))
      .filter(({ exceptions }) => exceptions?.length === 0 || (exceptions && dimension.and === undefined))
      .toSorted(
        (one, other) => other.gain - one.gain - ((other.exceptions?.length ?? 0) - (one.exceptions?.length ?? 0)) / 2,
      );
    if (!best) return [...texts, ...atOnce(left, wanted, dimension)];
    const { phrase, exceptions = [] } = best;
    texts.push(phrase.text + (exceptions.length > 0 ? ` except ${list(exceptions)}` : ''));
    left = new Set([...left].filter((cell) => !phrase.cells.has(cell)));
  }
  return texts;
}

/** Phrases that take away from a phrase what isn't wanted, and nothing else; undefined where there are none. */
function exceptionsTo(
  phrase: Phrase,
  wanted: ReadonlySet<number>,
  phrases: readonly Phrase[],
): readonly string[] | undefined {
  let surplus = new Set([...phrase.cells].filter((cell) => !wanted.has(cell)));
  const texts: string[] = [];
  while (surplus.size > 0) {
    const fits = ({ cells }: Phrase) =>
      [...cells].some((cell) => surplus.has(cell)) &&
      ![...cells].some((cell) => wanted.has(cell) && phrase.cells.has(cell));
    const next = phrases.find(fits);
    if (!next) return undefined;
    texts.push(next.text);
    surplus = new Set([...surplus].filter((cell) => !next.cells.has(cell)));
  }
  return texts;
}

/** Where no phrase alone will do: which hold at once, and which don't. */
function atOnce(
  cells: ReadonlySet<number>,
  wanted: ReadonlySet<number>,
  { cells: all, phrases, and = ' also among ' }: Dimension,
): readonly string[] {
  const others = [...all.keys()].filter((cell) => !wanted.has(cell));
  const texts: string[] = [];
  let left = cells;
  for (const cell of cells) {
    if (!left.has(cell)) continue;
    const found = texts.length < MOST_CONJUNCTIONS ? tellingApart(cell, others, phrases) : undefined;
    if (!found) break;
    const say = (holds: boolean) => found.filter((one) => one.holds === holds).map(({ phrase }) => phrase.text);
    const [positive, negative] = [say(true).join(and), say(false).join(' and not ')];
    texts.push([positive, negative && `not ${negative}`].filter(Boolean).join(' but '));
    left = new Set([...left].filter((other) => !found.every(({ phrase, holds }) => phrase.cells.has(other) === holds)));
  }
  return left.size === 0 ? texts : [...texts, `${left.size} further ${left.size === 1 ? 'case' : 'cases'}`];
}

/** More would not be read, and looking for them takes long. */
const MOST_CONJUNCTIONS = 10;

/** The phrases that hold of a cell, or don't, by which it can be told from others; undefined where none can. */
function tellingApart(cell: number, others: readonly number[], phrases: readonly Phrase[]) {
  const literals = phrases.map((phrase) => ({ phrase, holds: phrase.cells.has(cell) }));
  const found: typeof literals = [];
  let left = others;
  while (left.length > 0) {
    const [best] = literals
      .map((literal) => ({ literal, rest: left.filter((other) => literal.phrase.cells.has(other) === literal.holds) }))
      .toSorted(
        (one, other) => one.rest.length - other.rest.length || Number(other.literal.holds) - Number(one.literal.holds),
      );
    if (!best || best.rest.length === left.length) return undefined;
    found.push(best.literal);
    left = best.rest;
  }
  return found;
}
