/** Why RE2, which Pomerium's proxy uses, doesn't take an expression; undefined when it does. */
export function regexProblem(pattern: string): string | undefined {
  // What JavaScript knows and RE2 doesn't: lookaround, backreferences.
  const foreign = /\(\?(=|!|<=|<!)|\\[1-9]|\\k</.exec(pattern.replaceAll('\\\\', ''));
  if (foreign) return `invalid regex ${JSON.stringify(pattern)}: invalid or unsupported Perl syntax: \`${foreign[0]}\``;
  try {
    new RegExp(pattern.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<'));
    return undefined;
  } catch {
    return `invalid regex ${JSON.stringify(pattern)}`;
  }
}
