import type { PolicyRecord, RouteRecord, Snapshot } from '../../audit/snapshot.js';
import type { Problem } from '../problem.js';
import { lintFrom, lintTo } from './lint-address.js';
import { lintCluster, lintHeaders, lintReferences } from './lint-context.js';
import { lintSettings } from './lint-settings.js';

/** A route as it is, or as somebody would create it. */
export type RouteFields = Partial<RouteRecord>;

/** What a route is looked at with; what is left out isn't judged by. */
export interface RouteContext {
  readonly policies?: readonly Pick<PolicyRecord, 'id'>[];
  readonly keyPairs?: Snapshot['keyPairs'];
  /** Of the cluster that serves it. */
  readonly settings?: Snapshot['clusters'][number]['settings'];
}

export type Lint = (route: RouteFields, context: RouteContext) => readonly Problem[];

const LINTS: readonly Lint[] = [lintFrom, lintTo, lintSettings, lintReferences, lintHeaders, lintCluster];

/**
 * What is wrong with a route by itself: what the proxy rejects (errors, in its words), and what it takes without a word
 * and then does otherwise than it looks (warnings). Errors first.
 */
export function lintRoute(route: RouteFields, context: RouteContext = {}): readonly Problem[] {
  const problems = LINTS.flatMap((lint) => lint(route, context));
  return [...problems.filter(isError), ...problems.filter((problem) => !isError(problem))];
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}
