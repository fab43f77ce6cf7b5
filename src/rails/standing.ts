import type { Part } from '../audit/check.js';
import type { Snapshot } from '../audit/snapshot.js';
import { unmatchedHosts, type Violation, violations, wordsOf } from './invariants.js';
import { answering, mayOpen } from './lock-out.js';
import { runPolicyTests, type TestResult } from './policy-tests.js';
import type { Invariant, Rules } from './rules.js';

/** The operator's rules and tests as they stand. */
export interface Standing {
  readonly invariants: readonly InvariantStanding[];
  readonly tests: readonly TestResult[];
  /** Of both together. */
  readonly passed: number;
  readonly failed: number;
  /** Of whom and what the operator names beside them: who or what isn't there, a sentence each. */
  readonly notes: readonly string[];
}

export interface InvariantStanding {
  /** In words: `never public: *.corp.example`. */
  readonly rule: string;
  readonly holds: boolean;
  readonly brokenBy: readonly Omit<Violation, 'key' | 'rule'>[];
  /** Why it can't be said that it holds, where what it is about couldn't be read. */
  readonly notChecked?: string;
  /** Host patterns that take no route. */
  readonly matchesNothing?: readonly string[];
}

/** What a standing is read from. */
export const STANDING_PARTS = [
  'organization',
  'routes',
  'policies',
  'users',
  'invites',
] as const satisfies readonly Part[];

/** What couldn't be read of that which rules are about. */
export function unreadFor({ invariants = [], tests = [] }: Rules, { missing }: Snapshot): Snapshot['missing'] {
  const parts = new Set<string>([...invariants.flatMap(partsOf), ...(tests.length > 0 ? ABOUT_ROUTES : [])]);
  return missing.filter(({ part }) => parts.has(part));
}

const ABOUT_ROUTES: readonly Part[] = ['routes', 'policies'];

function partsOf(invariant: Invariant): readonly Part[] {
  return 'onlyAdmins' in invariant ? ['users', 'invites'] : ABOUT_ROUTES;
}

export function standing(snapshot: Snapshot, rules: Rules): Standing {
  const { invariants = [], tests = [] } = rules;
  const held = invariants.map((invariant): InvariantStanding => {
    const brokenBy = violations(snapshot, [invariant]).map(({ type, id, name, how }) => ({ type, id, name, how }));
    const unread = unreadFor({ invariants: [invariant] }, snapshot).map(({ part, reason }) => `${part}: ${reason}`);
    const unmatched = unmatchedHosts(invariant, snapshot);
    return {
      rule: wordsOf(invariant),
      holds: brokenBy.length + unread.length === 0,
      brokenBy,
      ...(unread.length > 0 && { notChecked: unread.join('; ') }),
      ...(unread.length === 0 && unmatched.length > 0 && { matchesNothing: unmatched }),
    };
  });
  const unread = unreadFor({ tests }, snapshot).map(({ part, reason }) => `${part}: ${reason}`);
  const results = runPolicyTests(snapshot, tests).map((result) =>
    unread.length > 0 ? { ...result, passed: false, detail: `could not be checked: ${unread.join('; ')}` } : result,
  );
  const all = [...held.map(({ holds }) => holds), ...results.map(({ passed }) => passed)];
  const passed = all.filter(Boolean).length;
  return { invariants: held, tests: results, passed, failed: all.length - passed, notes: unknownOwn(rules, snapshot) };
}

/** Of no domain that a policy names. */
const ANYBODY = 'anybody@unrelated.invalid';

/** Whom and what the operator calls their own that isn't there: nothing watches over it. */
function unknownOwn({ me = [], self }: Rules, snapshot: Snapshot): readonly string[] {
  const { routes, users, clusters, missing, now } = snapshot;
  if (missing.some(({ part }) => part === 'users' || ABOUT_ROUTES.includes(part))) return [];
  const isThere = (email: string) =>
    users.some((user) => user.email?.toLowerCase() === email.toLowerCase()) ||
    routes.some((view) => mayOpen(view, email, now) !== mayOpen(view, ANYBODY, now));
  const isServed = self === undefined || clusters.some(({ cluster }) => answering(self, cluster.id, snapshot));
  return [
    ...me
      .filter((email) => !isThere(email))
      .map((email) => `me: ${email} is no user here, and no policy of a route names them or their domain.`),
    ...(isServed ? [] : [`self: no route answers ${self}.`]),
  ];
}

/** A standing as lines, an entry each with its reasons below it. Names in them are Zero's: whoever prints them makes them printable. */
export function standingLines({ invariants, tests, passed, failed, notes }: Standing): readonly string[] {
  return [
    ...invariants.flatMap(({ rule, holds, brokenBy, notChecked, matchesNothing = [] }) => [
      `${mark(holds)} ${rule}`,
      ...brokenBy.map(({ type, name, how }) => `    ${type} ${JSON.stringify(name)}: ${how}`),
      ...(notChecked === undefined ? [] : [`    could not be checked: ${notChecked}`]),
      ...(matchesNothing.length > 0 ? [`    matches no route: ${matchesNothing.join(', ')}`] : []),
    ]),
    ...tests.flatMap((test) => [
      `${mark(test.passed)} ${test.title}`,
      // A test that passes because nothing is there may be about another host than was meant.
      ...(test.passed && test.routeId !== undefined ? [] : [`    ${test.detail}`]),
    ]),
    ...notes,
    '',
    `${passed} passed, ${failed} failed`,
  ];
}

function mark(passed: boolean): string {
  return passed ? '✓' : '✗';
}
