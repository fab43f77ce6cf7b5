import type { RouteView, Snapshot } from '../audit/snapshot.js';
import { decisionOf, evaluate, isUndecided } from '../policy/evaluate.js';
import { anonymousFacts, personFacts, type Request, strangerFacts } from '../policy/known-facts.js';
import { matchRoute, nameOf } from '../policy/routes/match.js';
import { doubtsOf, policiesOf } from './access.js';
import type { PolicyTest } from './rules.js';

export interface TestResult {
  /** The test in one line: `anna@corp.example opens https://grafana.corp.example/ → allow`. */
  readonly title: string;
  readonly passed: boolean;
  /** What came of it, in words. */
  readonly detail: string;
  /** Of the route that answers, where one does. */
  readonly routeId?: string;
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

type Result = Omit<TestResult, 'title'>;

function run(snapshot: Snapshot, test: PolicyTest): Result {
  const clusters = snapshot.clusters.filter(
    ({ cluster }) => test.cluster === undefined || cluster.id === test.cluster || cluster.name === test.cluster,
  );
  if (clusters.length === 0) return { passed: false, detail: `there is no cluster ${JSON.stringify(test.cluster)}` };
  const answers = clusters.flatMap(({ cluster }) => answerOf(snapshot, cluster.id, test));
  // A route of a namespace above serves several clusters and is one answer.
  const [answer, ...others] = new Map(answers.map((one) => [one.routeId ?? one.detail, one])).values();
  if (!answer) return { passed: test.expect === 'deny', detail: 'no route answers: 404' };
  if (others.length > 0)
    return { passed: false, detail: 'several clusters have a route for it: name one with cluster' };
  return answer;
}

/** What one cluster answers; none when none of its routes does. */
function answerOf(snapshot: Snapshot, clusterId: string, test: PolicyTest): readonly Result[] {
  const served = snapshot.routes.filter(({ clusterIds }) => clusterIds.includes(clusterId));
  const match = matchRoute(
    served.map(({ route }) => route),
    test.url,
  );
  if (match?.answeredBy === 'proxy') return [{ passed: false, detail: `the proxy itself answers: ${match.why}` }];
  const view = served.find(({ route }) => route === match?.route);
  return view ? [{ ...judged(view, test, snapshot), routeId: view.route.id }] : [];
}

function judged(view: RouteView, test: PolicyTest, { now }: Snapshot): Result {
  const { outcome } = evaluate(policiesOf(view), factsOf(test, now));
  const decision = decisionOf(outcome);
  const where = `route ${JSON.stringify(nameOf(view.route))}`;
  const unknown = [...(isUndecided(outcome) && decision === 'unknown' ? outcome.unknown : [])];
  if (unknown.length > 0) {
    return { passed: false, detail: `${where}: it depends on ${unknown.join(', ')}: say it in the test` };
  }
  const doubts = doubtsOf(view);
  if (doubts.length > 0) return { passed: false, detail: `${where}: ${doubts.join(', ')}` };
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
