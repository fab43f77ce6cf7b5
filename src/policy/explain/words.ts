import { line, word } from '../../plain-text.js';
import { isList } from '../grammar.js';
import type { Json } from '../ppl.js';

/** The longest text of a policy that is shown whole, and the longest list. */
const TEXT_LENGTH = 200;
const LIST_LENGTH = 50;

/** A value of a policy as data: on one line, quoted and escaped, cut with its length told. */
export function quoted(value: Json): string {
  const text = line(value);
  const characters = [...text];
  if (characters.length <= TEXT_LENGTH) return text;
  return `${characters.slice(0, TEXT_LENGTH).join('')}… (${characters.length} characters)`;
}

/** An address, a time, a name: bare when it looks like one, else quoted. */
export function bare(value: Json): string {
  return typeof value === 'string' && (word(value) === value || /^[\w.+-]{1,64}@[\w.-]{1,80}$/.test(value))
    ? value
    : quoted(value);
}

/** What equality is typed about: a text in quotes, anything else with its type. */
export function typed(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return `the number ${quoted(value)}`;
  if (typeof value === 'boolean') return `the boolean ${quoted(value)}`;
  return value === null ? 'null' : `the whole of ${quoted(value)}`;
}

/** `a, b or c` */
export function joined(words: readonly string[], by: 'and' | 'or'): string {
  const shown = words.length > LIST_LENGTH ? words.slice(0, LIST_LENGTH) : words;
  const more = words.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} ${by} ${last}`;
}

/** A value as the list it stands for where one alone may be written too. */
export function listOf(value: Json): readonly Json[] {
  return isList(value) ? value : [value];
}
