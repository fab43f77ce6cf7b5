/** Something wrong with a policy or a route, told so that it can be mended. */
export interface Problem {
  /** Names the kind of mistake, kebab-case: `unknown-criterion`, `never-matches`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Where: `rules[1].allow.and[0].email`, or a field of the route. Empty for the whole. */
  readonly place: string;
  /** Line and column from 1, where the text is at hand. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong; for what the proxy rejects, its own words. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}
