import { BLOCKS, type Criterion, type Json } from '../../policy/ppl.js';
import type { Check } from '../check.js';
import type { PolicyView, RouteView } from '../snapshot.js';
import {
  isEnough,
  isObject,
  operandsOf,
  policyCheck,
  rewriting,
  routesByPolicy,
  shown,
  type Term,
  termsOf,
  usesIn,
  usesOf,
} from './policy-terms.js';
import { docs, RUN } from './sources.js';

/** Policies that are put together in a way that reads otherwise than it works. */
export const policyLogicChecks: readonly Check[] = [
  policyCheck({
    id: 'POL-06',
    severity: 'high',
    title: 'Several operators in one rule',
    why: 'The blocks of a rule are ORed: and:[domain] with not:[bob] lets in everybody who is not bob.',
    remedy: 'Write one operator per rule; what must hold together belongs into one and block.',
    sources: [docs('internals/ppl'), RUN],
    find: ({ parsed = [] }) => {
      const mixed = parsed
        .map((rule) => `${rule.action}: ${BLOCKS.filter((block) => rule[block].length > 0).join(' OR ')}`)
        .filter((text) => text.includes(' OR '));
      return mixed.length > 0 ? { evidence: { rules: mixed } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-07',
    severity: 'medium',
    title: 'nor with more than one criterion',
    why: 'In PPL nor means "not all of them", so one false criterion is enough; what logic calls nor is spelled not.',
    remedy: 'Use not if none of them may hold.',
    sources: [docs('internals/ppl')],
    find: (view) => {
      const terms = termsOf(view).filter(({ block, criteria }) => block === 'nor' && criteria.length > 1);
      return terms.length > 0 ? { evidence: { criteria: terms.flatMap(usesIn).map(shown) } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-08',
    severity: 'medium',
    title: 'Policy that can never allow, used alone',
    why: 'None of the policies of these routes allows anything: everybody gets 403, not even a login page.',
    remedy: 'Attach a policy that allows someone, or delete the routes.',
    sources: [RUN],
    needs: ['policies', 'routes'],
    find: (view, snapshot) => {
      const attached = ({ route }: RouteView) => route.policyIds?.includes(view.policy.id);
      const dead = (routesByPolicy(snapshot).get(view.policy.id) ?? []).filter(
        (route) => attached(route) && allowsNobody(route),
      );
      return dead.length > 0 ? { evidence: { routes: namesOf(dead), allowRules: 0 } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-09',
    severity: 'low',
    title: 'Empty rule or block',
    why: 'It reads like a rule and does nothing: an empty deny blocks nobody.',
    remedy: 'Take it out, or fill in what was meant.',
    sources: [RUN],
    find: ({ policy, parsed = [] }) => {
      const rules = parsed.filter((rule) => BLOCKS.some((block) => rule[block].length > 0));
      // A text shows its empty rules only when it is parsed, and its empty blocks not at all.
      const empty = typeof policy.ppl === 'string' && rules.length < parsed.length ? ['ppl'] : emptyPlaces(policy.ppl);
      if (empty.length === 0) return undefined;
      return { evidence: { empty }, ...(rules.length > 0 && { fix: rewriting(policy.id, rules) }) };
    },
  }),
  policyCheck({
    id: 'POL-31',
    severity: 'medium',
    title: 'Session criterion denies on a public route',
    why: 'To decide such a deny the visitor has to sign in, and that is asked before the allow is looked at: the route is not public any more.',
    remedy: 'Deny on a public route by source_ip only, or take accept away.',
    sources: ['pomerium/pomerium#3559', RUN],
    needs: ['policies', 'routes'],
    find: (view, snapshot) => {
      const uses = usesOf(view, 'deny').filter(({ criterion }) => SESSION_CRITERIA.includes(criterion.name));
      if (uses.length === 0) return undefined;
      const routes = (routesByPolicy(snapshot).get(view.policy.id) ?? []).filter(isPublicByAccept);
      return routes.length > 0 ? { evidence: { criteria: uses.map(shown), routes: namesOf(routes) } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-32',
    severity: 'high',
    title: 'deny that stops everyone',
    why: 'It holds for every request: its routes are shut, and where it is enforced, all routes are.',
    remedy: 'Take the term out, or say who is meant.',
    sources: [RUN],
    find: (view) => {
      const terms = termsOf(view, 'deny').filter(isAlwaysTrue);
      if (terms.length === 0) return undefined;
      return {
        evidence: { criteria: terms.flatMap(usesIn).map(shown), enforced: view.policy.enforced === true },
      };
    },
  }),
  policyCheck({
    id: 'POL-33',
    severity: 'low',
    title: 'deny: reject',
    why: 'reject is always false, so a deny of nothing but reject never fires.',
    remedy: 'Use accept to deny everybody, or take the rule out.',
    sources: [RUN],
    find: (view) => {
      const terms = termsOf(view, 'deny').filter(
        ({ block, criteria }) => (block === 'and' || block === 'or') && criteria.every(isNever),
      );
      return terms.length > 0 ? { evidence: { criteria: terms.flatMap(usesIn).map(shown) } } : undefined;
    },
  }),
];

const SESSION_CRITERIA: readonly string[] = ['authenticated_user', 'claim', 'domain', 'email', 'groups', 'user'];

/** Whether none of a route's policies has anything under allow. Not said of a route with policies that can't be read. */
export function allowsNobody({ policies, unreadPolicyIds }: RouteView): boolean {
  return unreadPolicyIds.length === 0 && policies.every((view) => termsOf(view, 'allow').length === 0);
}

function isPublicByAccept({ policies }: RouteView): boolean {
  const accepts = (term: Term) => isEnough(term, ({ name }) => name === 'accept');
  return policies.some((view) => termsOf(view, 'allow').some(accepts));
}

export function namesOf(routes: readonly RouteView[]): readonly string[] {
  return routes.map(({ route }) => route.name ?? route.id);
}

/** Where a policy as it is stored has rules or blocks with nothing in them. */
function emptyPlaces(ppl: unknown): readonly string[] {
  if (ppl === undefined || ppl === null || ppl === 'null' || ppl === '') return ['ppl'];
  const rules: readonly unknown[] = Array.isArray(ppl) ? ppl : [ppl];
  if (rules.length === 0) return ['ppl'];
  return rules.flatMap((rule, index) => {
    if (!isObject(rule)) return [];
    const place = Array.isArray(ppl) ? `ppl[${index}]` : 'ppl';
    const actions = Object.entries(rule);
    if (actions.length === 0) return [place];
    return actions.flatMap(([action, body]) => {
      if (!isObject(body)) return [];
      const blocks = Object.entries(body).filter(([name]) => name !== 'action');
      if (blocks.length === 0) return [`${place}.${action}`];
      const empty = blocks.filter(([, criteria]) => Array.isArray(criteria) && criteria.length === 0);
      return empty.map(([name]) => `${place}.${action}.${name}`);
    });
  });
}

/** Criteria whose matcher without conditions holds for every request. */
const MATCHES_ALL_WHEN_EMPTY: readonly string[] = ['claim', 'email', 'http_method', 'http_path'];

function isAlways(criterion: Criterion): boolean {
  if (criterion.name === 'accept') return true;
  if (criterion.name === 'source_ip') return ALL_ADDRESSES.every((range) => [criterion.data].flat().includes(range));
  if (!MATCHES_ALL_WHEN_EMPTY.includes(criterion.name) || !isObject(criterion.data)) return false;
  // Every path begins with a slash.
  const isAny = (operand: Json) => operand === '' || (operand === '/' && criterion.name === 'http_path');
  return operandsOf(criterion).every(
    ([operator, operand]) => ANY_TEXT.includes(operator) && isAny(operand) && !(operator === 'ends_with' && operand),
  );
}

const ALL_ADDRESSES = ['0.0.0.0/0', '::/0'] as const;
const ANY_TEXT: readonly string[] = ['contains', 'starts_with', 'ends_with'];

function isNever({ name }: Criterion): boolean {
  return name === 'reject';
}

function isAlwaysTrue(term: Term): boolean {
  const { block, criteria } = term;
  if (block === 'not') return criteria.every(isNever);
  return block === 'nor' ? criteria.some(isNever) : isEnough(term, isAlways);
}

/** Whether a policy refuses anybody. */
export function denies(view: PolicyView): boolean {
  return termsOf(view, 'deny').length > 0;
}
