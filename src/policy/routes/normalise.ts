/** A request's path as routes are matched against it, or why the proxy answers 400 before it looks for a route. */
export type NormalPath = { readonly path: string; readonly notes: readonly string[] } | { readonly refused: string };

/**
 * What the proxy makes of a path: escaped slashes are refused, dot segments resolved (`%2e` and backslashes too), and
 * slashes merged (ROUTES 2.2; Envoy's tests of its path canonicalizer). Other escapes stay, in the letter case they have.
 */
export function normalisePath(raw: string): NormalPath {
  const refused = refusal(raw);
  if (refused) return { refused };
  const segments = raw.replaceAll('\\', '/').replaceAll(/%2e/gi, '.').split('/');
  const kept: string[] = [];
  const [, ...rest] = segments[0] === '' ? segments : ['', ...segments];
  for (const [index, segment] of rest.entries()) {
    const isLast = index === rest.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  const path = `/${kept.join('/')}`.replaceAll(/\/{2,}/g, '/');
  // unknown: whether the canonicalizer of the version in use turns %61 into a; Envoy's tests don't say
  const doubt = /%(3\d|[46][1-9a-f]|[57][0-9a]|2d|5f|7e)/i.test(path);
  const note = 'The path has escaped letters or digits; whether the proxy decodes them before it matches is not known.';
  return { path, notes: doubt ? [note] : [] };
}

function refusal(raw: string): string | undefined {
  const slash = /%(2f|5c)/i.exec(raw)?.[0];
  if (slash) return `the path has ${slash}, an escaped slash, which the proxy answers with 400`;
  if (/%00/.test(raw)) return 'the path has %00, which the proxy answers with 400';
  return undefined;
}
