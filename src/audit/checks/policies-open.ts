import type { Criterion } from '../../policy/ppl.js';
import type { Check } from '../check.js';
import { opennessCase, policyOpenness } from './openness.js';
import {
  criterionCheck,
  isEnough,
  isRequired,
  NAMING,
  operandsOf,
  policyCheck,
  shown,
  type Term,
  termsOf,
  textsOf,
  usesIn,
  usesOf,
} from './policy-terms.js';
import { BEYONDCORP, CIS_ACCESS, docs, OWASP_ACCESS, RUN, ZERO_TRUST } from './sources.js';

/** Mail providers where everybody can have an address. */
const CONSUMER_MAIL =
  /^(gmail\.com|googlemail\.com|outlook\.com|hotmail\.com|live\.com|icloud\.com|proton\.me|mail\.ru|qq\.com|(yahoo|gmx)\.[a-z]{2,3}(\.[a-z]{2})?)$/i;

/** Policies that let in more people than somebody may think. */
export const openPolicyChecks: readonly Check[] = [
  policyCheck({
    id: 'POL-01',
    severity: 'high',
    title: 'Policy grants anonymous access on purpose',
    why: 'accept lets everybody in without a login: nobody is identified, and nothing is asked.',
    remedy: 'Keep it on routes that are meant to be public, and give every other route a policy that names people.',
    sources: [docs('reference/routes/public-access'), ZERO_TRUST, OWASP_ACCESS],
    find: (view, snapshot) => {
      const accepts = usesOf(view, 'allow').filter(({ criterion }) => criterion.name === 'accept');
      if (accepts.length === 0) return undefined;
      const openness = policyOpenness(view, 'anonymous', snapshot);
      return openness.is === 'closed'
        ? undefined
        : opennessCase(openness, 'high', { criteria: accepts.map(shown), anonymous: 'allowed' });
    },
  }),
  policyCheck({
    id: 'POL-02',
    severity: 'critical',
    title: 'Policy grants anonymous access by accident',
    why: 'Its conditions hold for a visitor who has not signed in: the address of such a visitor is empty, the list of claims too, and neither is what the policy excludes.',
    remedy: 'Name who is meant (domain, claim, e-mail), or add authenticated_user to the same and block.',
    sources: [RUN, OWASP_ACCESS, ZERO_TRUST],
    find: (view, snapshot) => {
      const uses = usesOf(view, 'allow');
      if (uses.length === 0 || uses.some(({ criterion }) => criterion.name === 'accept')) return undefined;
      const openness = policyOpenness(view, 'anonymous', snapshot);
      if (openness.is === 'closed') return undefined;
      const found = opennessCase(openness, 'critical', { criteria: uses.map(shown), anonymous: 'allowed' });
      return termsOf(view, 'allow').some(isAboutRequestAlone) ? { evidence: found.evidence } : found;
    },
  }),
  policyCheck({
    id: 'POL-03',
    severity: 'high',
    title: 'Any account of the identity provider is let in',
    why: 'With the hosted sign-in, or a provider where anybody can register, signed in means anybody at all.',
    remedy: 'Ask for a domain, a claim or an address instead of authenticated_user.',
    sources: [docs('reference/routes/allow-any-authenticated-user'), BEYONDCORP],
    find: (view) => {
      const signedIn = (name: string) => name === 'authenticated_user';
      const terms = termsOf(view, 'allow').filter(
        (term) =>
          term.criteria.some(({ name }) => signedIn(name)) &&
          isEnough(term, ({ name }) => signedIn(name) || (name === 'accept' && term.block === 'and')),
      );
      if (terms.length === 0) return undefined;
      const uses = terms.flatMap(usesIn).filter(({ criterion }) => signedIn(criterion.name));
      return { evidence: { criteria: uses.map(shown) } };
    },
  }),
  policyCheck({
    id: 'POL-04',
    severity: 'critical',
    title: 'Enforced policy with an allow rule',
    why: 'Policies are ORed: an enforced allow restricts nothing and opens every route, present and future, to those it names.',
    remedy: 'Enforce deny rules only; attach this policy to the routes that are meant.',
    sources: [docs('internals/management-api-zero'), 'pomerium/pomerium#3951'],
    find: (view) => {
      const uses = usesOf(view, 'allow');
      if (view.policy.enforced !== true || uses.length === 0) return undefined;
      const isAllowAlone = termsOf(view, 'deny').length === 0;
      return {
        evidence: { enforced: true, criteria: uses.map(shown) },
        ...(isAllowAlone && {
          fix: { tool: 'update_policy', arguments: { policyId: view.policy.id, enforced: false } },
        }),
      };
    },
  }),
  criterionCheck({
    id: 'POL-05',
    severity: 'high',
    title: 'Allow by exclusion',
    why: 'Everybody but the named is inside: a new joiner, a stranger with an account, and whoever nobody thought of.',
    remedy: 'Allow whom you mean, and put the exceptions into a deny rule.',
    sources: [docs('internals/ppl'), ZERO_TRUST, CIS_ACCESS],
    objects: (use) =>
      use.action === 'allow' &&
      (!isRequired(use) ||
        operandsOf(use.criterion).some(([operator]) => ['not', 'not_in', 'exclude'].includes(operator))),
  }),
  criterionCheck({
    id: 'POL-10',
    severity: 'high',
    title: 'E-mail suffix without @',
    why: 'An address ends with, or contains, the same letters when its domain merely does: mallory@evil-example.com ends with example.com.',
    remedy: 'Use domain with is, or begin the suffix with @.',
    sources: [RUN, OWASP_ACCESS],
    objects: ({ action, criterion }) => action === 'allow' && criterion.name === 'email' && isLoose(criterion, '@'),
    mend: ({ criterion }) => {
      const [[operator, suffix] = [], ...others] = operandsOf(criterion);
      const isDomain = typeof suffix === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(suffix);
      return operator === 'ends_with' && isDomain && others.length === 0
        ? { ...criterion, data: { ends_with: `@${suffix}` } }
        : undefined;
    },
  }),
  criterionCheck({
    id: 'POL-11',
    severity: 'high',
    title: 'Domain suffix or substring',
    why: 'Anybody can register a domain that ends with, or contains, the same letters: evil-example.com ends with example.com.',
    remedy: 'Use is for the domain itself, and a suffix that begins with a dot for the domains below it.',
    sources: [RUN, OWASP_ACCESS],
    objects: ({ action, criterion }) => action === 'allow' && criterion.name === 'domain' && isLoose(criterion, '.'),
  }),
  criterionCheck({
    id: 'POL-12',
    severity: 'high',
    title: 'Consumer mail domain',
    why: 'Anybody can register an address there, and no employer takes it away again.',
    remedy: 'Give the person an account in your identity provider, and name that one.',
    sources: [docs('reference/routes/allow-any-authenticated-user'), CIS_ACCESS],
    objects: (use) =>
      use.action === 'allow' &&
      isRequired(use) &&
      ['email', 'domain'].includes(use.criterion.name) &&
      textsOf(use.criterion, NAMING).some((text) => CONSUMER_MAIL.test(text.slice(text.lastIndexOf('@') + 1))),
  }),
  policyCheck({
    id: 'POL-23',
    severity: 'high',
    title: 'Network location is the only condition',
    why: 'An address is no identity: whoever is on that network gets in without a login.',
    remedy: 'Put source_ip into an and block together with a condition on the person.',
    sources: [BEYONDCORP, ZERO_TRUST],
    find: (view) => {
      const terms = termsOf(view, 'allow').filter(
        (term) =>
          isEnough(term, ({ name }) => name === 'source_ip') || term.criteria.every(({ name }) => name === 'source_ip'),
      );
      if (terms.length === 0) return undefined;
      const uses = terms.flatMap(usesIn).filter(({ criterion }) => criterion.name === 'source_ip');
      return { evidence: { criteria: uses.map(shown) } };
    },
  }),
];

const ABOUT_REQUEST: readonly string[] = ['cors_preflight', 'http_method', 'http_path', 'source_ip'];

/** Whether nobody in particular is meant: a network, a path or a method is no identity. */
function isAboutRequestAlone(term: Term): boolean {
  const isAboutRequest = ({ name }: Criterion) => ABOUT_REQUEST.includes(name);
  return isEnough(term, isAboutRequest) || term.criteria.every(isAboutRequest);
}

/** Whether a suffix doesn't begin where a name does: after the `@` of an address, or a dot of a domain. */
function isLoose(criterion: Criterion, boundary: '@' | '.'): boolean {
  return operandsOf(criterion).some(
    ([operator, operand]) =>
      operator === 'contains' ||
      (operator === 'ends_with' &&
        typeof operand === 'string' &&
        (boundary === '@' ? !operand.includes('@') : !operand.startsWith('.'))),
  );
}
