import { RE2JS } from 're2js';

/** A regular expression as the proxy has it: RE2, and the whole text must match. */
export type Regex = { readonly matches: (text: string) => boolean } | { readonly error: string };

/** Compiles an expression, or tells in RE2's words why it doesn't. */
export function compileRegex(pattern: string): Regex {
  try {
    const regex = RE2JS.compile(pattern);
    return { matches: (text) => regex.testExact(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The text that an expression takes anything after, if that is all it says (`^/api/.*`); undefined for every other one.
 */
export function literalPrefix(pattern: string): string | undefined {
  const [, literal] = /^\^?((?:[^\\.*+?()[\]{}|^$]|\\[^a-zA-Z0-9])*)\.\*\$?$/.exec(pattern) ?? [];
  return literal?.replaceAll(/\\(.)/g, '$1');
}

/** The text that everything an expression takes begins with; empty where that can't be told from its first characters. */
export function literalStart(pattern: string): string {
  if (pattern.includes('|')) return '';
  const [, literal = ''] = /^\^?((?:[^\\.*+?()[\]{}|^$]|\\[^a-zA-Z0-9])*)(?![*?{])/.exec(pattern) ?? [];
  return literal.replaceAll(/\\(.)/g, '$1');
}
