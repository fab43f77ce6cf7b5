import { unseenEscaped } from '../plain-text.js';

const MARKUP = Symbol('markup');

/** Markup that {@link html} made. Nothing else makes any. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What may stand in a template: text, which is escaped, or markup. Undefined and false leave nothing. */
export type Part = string | number | Html | false | undefined | readonly Part[];

/**
 * A template whose every value is escaped for text and for attributes in double quotes. What can't be seen in a text is
 * shown as an escape.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { [MARKUP]: strings.map((string, index) => string + markup(parts[index])).join('') };
}

export function toText(document: Html): string {
  return document[MARKUP];
}

function markup(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return unseenEscaped(part).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  if (MARKUP in part) return part[MARKUP];
  return part.map(markup).join('');
}
