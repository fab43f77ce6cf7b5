import { literalPrefix, literalStart } from './regex.js';
import { type Matcher, takes } from './table.js';

/** How much of what one matcher takes another takes too; `some` is also said where it can't be told for sure. */
export type Coverage = 'all' | 'some' | 'none';

/** How much of what `inner` takes `outer` takes. Both are matchers of the same traffic. */
export function coverage(outer: Matcher, inner: Matcher): Coverage {
  if (outer.by === 'connection' || inner.by === 'connection') return 'all';
  if (isBroken(outer) || isBroken(inner)) return 'none';
  if (outer.by === inner.by && outer.text === inner.text) return 'all';
  if (inner.by === 'path') return takes(outer, inner.text) ? 'all' : 'none';
  if (outer.by === 'path') return takes(inner, outer.text) ? 'some' : 'none';
  // Both take many paths: what is left are prefixes and expressions.
  const whole = outer.by === 'prefix' ? outer.text : literalPrefix(outer.text);
  const start = inner.by === 'prefix' ? inner.text : literalStart(inner.text);
  if (whole !== undefined && (start.startsWith(whole) || whole === '/')) return 'all';
  const from = whole ?? (outer.by === 'regex' ? literalStart(outer.text) : '');
  return from.startsWith(start) || start.startsWith(from) ? 'some' : 'none';
}

function isBroken(matcher: Matcher): boolean {
  return matcher.by === 'regex' && 'error' in matcher.regex;
}
