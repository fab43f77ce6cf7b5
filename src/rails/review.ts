import type { Finding } from '../audit/run-audit.js';
import { runAudit } from '../audit/run-audit.js';
import type { RouteView, Snapshot } from '../audit/snapshot.js';
import { label, unseenEscaped } from '../plain-text.js';
import type { Policy } from '../policy/ppl.js';
import { parseAddress } from '../policy/routes/address.js';
import { nameOf } from '../policy/routes/match.js';
import { compared, doubtsOf, policiesOf } from './access.js';
import type { Write } from './after-call.js';
import { type Door, type Headline, headlineOf } from './headline.js';
import { newViolations, violations } from './invariants.js';
import { lockOuts } from './lock-out.js';
import { runPolicyTests } from './policy-tests.js';
import type { Rules } from './rules.js';

/** What a change means for access, in words that are ready to show: what isn't ours in them is quoted and escaped. */
export interface Review extends Headline {
  readonly routes: readonly AccessChange[];
  /** What the operator's rules forbid and this change would bring about: it must not be sent. */
  readonly blocked: readonly string[];
  /** Whom it would shut out: going on takes an approval of its own. */
  readonly lockOuts: readonly string[];
  /** Rules that are broken already; they don't stop a change. */
  readonly brokenBefore: readonly string[];
  /** Of the audit, gravest first. */
  readonly findings: { readonly introduced: readonly string[]; readonly fixed: readonly string[] };
  readonly notChecked: readonly string[];
}

export interface AccessChange {
  /** What people call it: its host, and what it matches of the path. */
  readonly route: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** What changes without letting anybody in or out, and what couldn't be decided. */
  readonly notes: readonly string[];
}

/**
 * Compares two states of an organization: what the first becomes when the writes are sent, or a changeset goes live.
 *
 * @param doubtful ids of routes that may have been otherwise than `before` has them: what is wrong with them counts as new
 */
export function review(
  before: Snapshot,
  after: Snapshot,
  writes: readonly Write[],
  rules: Rules,
  doubtful: ReadonlySet<string> = new Set(),
): Review {
  const changed = accessChanges(before, after);
  const { invariants = [], tests = [] } = rules;
  const brokenNow = violations(before, invariants).filter(({ id }) => !doubtful.has(id));
  const broken = newViolations(before, after, invariants, doubtful);
  const failedNow = new Set(
    runPolicyTests(before, tests).flatMap(({ title, passed, routeId = '' }) =>
      passed || doubtful.has(routeId) ? [] : [title],
    ),
  );
  const failing = runPolicyTests(after, tests).filter(({ title, passed }) => !passed && !failedNow.has(title));
  const { found, notChecked } = lockOuts(before, after, writes, rules);
  const blocked = [
    ...broken.map(
      ({ rule, type, name, how }) => `The rule "${rule}" would be broken by ${type} ${label(name)}: ${how}.`,
    ),
    ...failing.map(({ title, detail }) => `The test "${title}" would fail: ${detail}.`),
  ];
  const doors = changed.map(({ door }) => door);
  const isUnread = after.missing.some(({ part }) => part === 'routes' || part === 'policies' || part === 'activity');
  const isAboutVisitors = writes.some(({ operation }) => VISITORS.test(operation.path));
  return shown({
    ...headlineOf({ doors, blocked, lockOuts: found, isAboutVisitors, isUnread }),
    routes: changed.map(({ change }) => change),
    blocked,
    lockOuts: found,
    brokenBefore: [
      ...new Set(brokenNow.map(({ rule }) => `The rule "${rule}" is broken already.`)),
      ...[...failedNow].map((title) => `The test "${title}" fails already.`),
    ],
    findings: changedFindings(before, after),
    notChecked: [
      ...notChecked,
      ...(invariants.length + tests.length > 0 ? [] : ['rules and tests (none)']),
      ...after.missing.map(({ part, reason }) => `${part}: ${reason}`),
    ],
  });
}

/** A change as it is shown, and what of it a headline tells. */
interface Changed {
  readonly change: AccessChange;
  readonly door: Door;
}

/** Of operations that change who gets through routes. Settings and key pairs say who can sign in, or what is served. */
const VISITORS = /\/(routes|policies|changesets)(\/|$)|\/clusters\/\{clusterId\}$/;

function accessChanges(before: Snapshot, after: Snapshot): readonly Changed[] {
  const old = new Map(before.routes.map((view) => [view.route.id, view]));
  const now = new Map(after.routes.map((view) => [view.route.id, view]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const [one, other] = [old.get(id), now.get(id)];
    const facts = (view: RouteView | undefined) =>
      JSON.stringify([view && entrance(view), policiesOf(view), doubtsOf(view)]);
    if (facts(one) === facts(other)) return [];
    const moved = one && other && entrance(one) !== entrance(other);
    if (!moved) return accessChange(one, other);
    // Another address is another door: the old one closes, the new one opens.
    return [...accessChange(one, undefined), ...accessChange(undefined, other)];
  });
}

function accessChange(before: RouteView | undefined, after: RouteView | undefined): readonly Changed[] {
  const view = after ?? before;
  if (!view) return [];
  const { gains, loses, otherChanges, undecided } = compared(policiesOf(before), policiesOf(after));
  const doubts = new Set([...doubtsOf(before), ...doubtsOf(after), ...undecided]);
  const route = entrance(view);
  const [gaining, losing] = [gains, loses].map((all) => all.map(({ who }) => who)) as [string[], string[]];
  const inShort = withoutStandingDenials(before, after);
  return [
    {
      change: {
        route,
        gains: gaining,
        loses: losing,
        notes: [
          ...(before && after
            ? otherChanges.map(({ who, before: was, after: is }) => `${who}: ${was} becomes ${is}`)
            : []),
          ...(before ? [] : ['new: it answered 404 until now, unless another route takes its address']),
          ...(after ? [] : ['gone: it answers 404 from then on, unless another route takes its address']),
          ...[...doubts].map((why) => `not decided: ${why}`),
        ],
      },
      door: {
        route,
        gains: gaining.map(inShort),
        loses: losing.map(inShort),
        opens: isOpen(after) && !isOpen(before),
        isUndecided: doubts.size > 0,
      },
    },
  ];
}

/** Whether anybody gets in without signing in, but for whom a policy keeps out. */
function isOpen(view: RouteView | undefined): boolean {
  return compared([], policiesOf(view)).gains.some(({ kind }) => kind === 'everyone' || kind === 'anonymous');
}

/**
 * Takes the networks that are denied before and after from the words for a class: they are no part of the change. Where
 * that isn't all that denials do to it, the words stay as they are.
 */
function withoutStandingDenials(before: RouteView | undefined, after: RouteView | undefined): (who: string) => string {
  const [was, is] = [policiesOf(before), policiesOf(after)];
  const textsOf = (policies: readonly Policy[]) => new Set(policies.map((policy) => JSON.stringify(policy)));
  const [wasThere, isThere] = [textsOf(was), textsOf(is)];
  const stands = (policy: Policy) => {
    const text = JSON.stringify(policy);
    return (
      policy.every(({ action }) => action === 'deny') &&
      (!before || wasThere.has(text)) &&
      (!after || isThere.has(text))
    );
  };
  const { gains, loses } = compared(
    was.filter((policy) => !stands(policy)),
    is.filter((policy) => !stands(policy)),
  );
  const bare = [...gains, ...loses].map(({ who }) => who);
  return (who) => bare.find((short) => who.startsWith(`${short}, from anywhere but `)) ?? who;
}

/** The host of a route with what it matches of the path: `grafana.corp.example/api`. */
function entrance({ route }: RouteView): string {
  const { host = '', port = '' } = parseAddress(route.from ?? '') ?? {};
  const path = route.regex ? ` (regex ${route.regex})` : (route.path ?? route.prefix ?? '');
  return host === '' ? nameOf(route) : `${host}${port && `:${port}`}${path === '/' ? '' : path}`;
}

/** Findings are about what is configured: the past and what waits would only repeat the change itself. */
const ABOUT_STATE = ({ subject }: Finding) => subject.type !== 'activity' && subject.type !== 'changeset';

function changedFindings(before: Snapshot, after: Snapshot): Review['findings'] {
  const [old, now] = [before, after].map((snapshot) =>
    runAudit(snapshot, { severity: 'medium' }).findings.filter(ABOUT_STATE),
  );
  const key = ({ check, subject }: Finding) => `${check} ${subject.id}`;
  const without = (all: readonly Finding[] = [], known: readonly Finding[] = []) => {
    const keys = new Set(known.map(key));
    return all
      .filter((finding) => !keys.has(key(finding)))
      .map(
        ({ check, severity, title, subject }) =>
          `${severity} ${check} ${title}: ${subject.type} ${label(subject.name)}`,
      );
  };
  return { introduced: without(now, old), fixed: without(old, now) };
}

/** Makes visible what can't be seen in any text. */
function shown(review: Review): Review {
  return JSON.parse(JSON.stringify(review), (_, value: unknown) =>
    typeof value === 'string' ? unseenEscaped(value) : value,
  ) as Review;
}
