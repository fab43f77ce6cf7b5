import type { RouteView, Snapshot } from '../audit/snapshot.js';
import { decisionOf, evaluate, isUndecided } from '../policy/evaluate.js';
import { anonymousFacts, personFacts, type Request, strangerFacts } from '../policy/known-facts.js';
import { matchRoute, nameOf } from '../policy/routes/match.js';
import type { PolicyTest } from './rules.js';

export interface TestResult {
  /** The test in one line: `anna@corp.example opens https://grafana.corp.example/ → allow`. */
  readonly title: string;
  readonly passed: boolean;
  /** What came of it, in words. */
  readonly detail: string;
}

/** Runs the operator's tests on an organization. What can't be known from here is no pass. */
export function runPolicyTests(snapshot: Snapshot, tests: readonly PolicyTest[]): readonly TestResult[] {
  return tests.map((test) => ({ title: titleOf(test), ...run(snapshot, test) }));
}

export function titleOf({ who, url, method, from, when, expect }: PolicyTest): string {
  const name = typeof who === 'string' ? who : who.email;
  const how = [method && `with ${method}`, from && `from ${from}`, when && `at ${when}`].filter(Boolean);
  return [name, 'opens', url, ...how, '→', expect].join(' ');
}

function run(snapshot: Snapshot, test: PolicyTest): Omit<TestResult, 'title'> {
  const clusters = snapshot.clusters.filter(
    ({ cluster }) => test.cluster === undefined || cluster.id === test.cluster || cluster.name === test.cluster,
  );
  const answers = clusters.flatMap(({ cluster }) => {
    const served = snapshot.routes.filter(({ clusterIds }) => clusterIds.includes(cluster.id));
    const match = matchRoute(
      served.map(({ route }) => route),
      test.url,
    );
    const view = served.find(({ route }) => route === match?.route);
    return view ? [view] : [];
  });
  // A route of a namespace above serves several clusters and is one answer.
  const [view, ...others] = new Set(answers);
  if (!view) return { passed: test.expect === 'deny', detail: 'no route answers: 404' };
  if (others.length > 0)
    return { passed: false, detail: 'several clusters have a route for it: name one with cluster' };
  return judged(view, test, snapshot);
}

function judged(view: RouteView, test: PolicyTest, { now }: Snapshot): Omit<TestResult, 'title'> {
  const policies = view.policies.flatMap(({ parsed }) => (parsed ? [parsed] : []));
  const { outcome } = evaluate(policies, factsOf(test, now));
  const decision = decisionOf(outcome);
  const where = `route ${JSON.stringify(nameOf(view.route))}`;
  if (isUndecided(outcome) && decision === 'unknown') {
    return { passed: false, detail: `${where}: it depends on ${outcome.unknown.join(', ')}: say it in the test` };
  }
  const shown = isUndecided(outcome) ? outcome.possible.join(' or ') : outcome;
  return { passed: (decision === 'allow') === (test.expect === 'allow'), detail: `${where}: ${shown}` };
}

function factsOf({ who, url, method, from, when }: PolicyTest, now: number) {
  const at = when === undefined ? now : Date.parse(when);
  const path = /^[a-z0-9+.-]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] || '/';
  const request: Request = { method: method ?? 'GET', path, ...(from !== undefined && { ip: from }) };
  if (who === 'anonymous') return anonymousFacts(at, request);
  if (who === 'stranger') return strangerFacts(at, request);
  const { claims, ...person } = typeof who === 'string' ? { email: who, claims: undefined } : who;
  // Claims that a test doesn't name are taken for absent once it names some.
  return personFacts(at, { ...person, ...(claims && { claims, allClaims: true }) }, request);
}
