/** How much of a name is shown. */
const LABEL_LENGTH = 80;

/**
 * What can't be seen, or changes how its neighbours look: control, format, bidirectional and zero-width characters, blanks
 * other than the space, marks that would stand on our quote or pile up.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|^\p{M}|(?<=\p{M}{2})\p{M}/gu;

/**
 * The same without line feeds and tabs, with the backslashes before it; and backslashes before what looks like one of the
 * escapes of {@link visible}.
 */
const AMBIGUOUS = new RegExp(
  `(?<!\\\\)(\\\\*)((?![\\n\\t])(?:${UNSEEN.source}))|(?<!\\\\)\\\\+(?=u\\{[\\da-f]+\\})`,
  'gu',
);

/** What most texts are made of: nothing in it is ever escaped. */
const PLAIN = /^[\n\t\x20-\x5b\x5d-\x7e]*$/;

/** What stands for a hidden value; no text can, since texts are in quotes. */
export const SECRET = Symbol('secret');
export const CHANGED = Symbol('changed');

/** A text on one line with everything unseen written as JSON escapes. Different texts stay different. */
function escaped(text: string): string {
  return unseenEscaped(JSON.stringify(text).slice(1, -1));
}

/** Our own sentence with whatever it quotes made visible. */
export function unseenEscaped(text: string): string {
  return text.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join(''),
  );
}

/**
 * A text of any length as it is, but with what can't be seen as `\u{…}`; lines and tabs stay. Backslashes are doubled where
 * they would make that ambiguous: different texts stay different.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(AMBIGUOUS, (found: string, backslashes?: string, character?: string) => {
    if (backslashes === undefined || character === undefined) return found + found;
    return `${backslashes}${backslashes}\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}

/** A name that isn't ours: quoted, escaped, and cut with its length told. */
export function label(text: string): string {
  const characters = [...text];
  if (characters.length <= LABEL_LENGTH) return `"${escaped(text)}"`;
  return `"${escaped(characters.slice(0, LABEL_LENGTH).join(''))}"… (${characters.length} characters)`;
}

/** An id, a type, a time or a field's name: as it is when it looks like one, else as a label. */
export function word(text: string): string {
  return /^[\w.:+/-]{1,64}$/.test(text) ? text : label(text);
}

/** Whether a person can see and type a name as it is. */
export function typable(name: string): boolean {
  return name.trim() === name && name !== '' && escaped(name) === name && [...name].length <= LABEL_LENGTH;
}

/** A value as JSON on one line, keys sorted, with hidden values as `(secret)` and `(changed)`. */
export function line(value: unknown): string {
  if (value === SECRET) return '(secret)';
  if (value === CHANGED) return '(changed)';
  if (typeof value === 'string') return `"${escaped(value)}"`;
  if (Array.isArray(value)) return `[${value.map(line).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => `"${escaped(name)}":${line(field)}`);
  return `{${fields.join(',')}}`;
}

/** Sets text apart from our own words: the fence is longer than any that the text holds, so that nothing in it can end it. */
export function fenced(text: string, language = ''): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = '`'.repeat(runs.reduce((longest, { length }) => Math.max(longest, length + 1), 3));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** `1 record`, `3 records`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
