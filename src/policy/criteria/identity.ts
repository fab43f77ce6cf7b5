import { type Facts, isUnknown, type Known } from '../facts.js';
import {
  type Doubt,
  listDoubts,
  listMatcher,
  listProblem,
  stringDoubts,
  stringMatcher,
  stringPoison,
  stringProblem,
  textPoison,
} from '../matchers.js';
import type { Json } from '../ppl.js';
import { found, judgeSession, type Kind, kind, LOGIN, type Test } from './kind.js';

const accepted = found(true, 'accept');
const rejected = found(false, 'reject');
const signedIn = found(true, 'user-ok');
const nobody = found(false, 'user-unauthorized');

function textOf(
  value: (facts: Facts) => Known<string> | undefined,
  reason: string,
  { isWantsText = false, unlikely }: { isWantsText?: boolean; unlikely: (text: string) => string | undefined },
): Kind {
  return kind('identity', {
    problem: stringProblem,
    poison: (data) => stringPoison(data, { isWantsText }),
    doubts: ({ data }) => stringDoubts(data, unlikely),
    judge: ({ data }) => {
      const matches = stringMatcher(data);
      const test: Test = (facts) => {
        const text = value(facts);
        if (text === undefined) return false;
        return typeof text === 'string' ? matches(text) : text;
      };
      return judgeSession(test, `${reason}-ok`, `${reason}-unauthorized`);
    },
  });
}

function listOf(
  values: (facts: Facts, name: string) => Known<readonly Json[]> | undefined,
  reason: string,
  own: Partial<Kind> = {},
): Kind {
  return kind('identity', {
    problem: listProblem,
    poison: textPoison,
    doubts: ({ data }) => listDoubts(data),
    judge: ({ data, subPath }) => {
      const matches = listMatcher(data);
      const test: Test = (facts) => {
        const list = values(facts, subPath);
        if (list === undefined) return false;
        return isUnknown(list) ? list : matches(list);
      };
      return judgeSession(test, `${reason}-ok`, `${reason}-unauthorized`);
    },
    ...own,
  });
}

/** What follows the first @; undefined in a text without one. */
export function domainOf(email: string): string | undefined {
  return email.split('@')[1];
}

/** The values of a claim: none when it is absent. */
export function claimValues({ who }: Facts, name: string): Known<readonly Json[]> {
  return Object.hasOwn(who.claims, name) ? (who.claims[name] ?? []) : who.otherClaims;
}

const NO_CLAIM_NAME: Doubt = {
  code: 'no-name',
  message: 'claim without a name looks at no claim',
  fix: 'Name the claim after a slash: claim/groups.',
};

export const identityKinds: Readonly<Record<string, Kind>> = {
  accept: kind('nothing', { judge: () => () => accepted }),
  reject: kind('nothing', { judge: () => () => rejected }),
  authenticated_user: kind('identity', {
    doubts: ({ data }) =>
      data === false
        ? [
            {
              code: 'without-effect',
              message: 'its value is ignored: false means the same as true',
              fix: 'To let in visitors who are not signed in, use accept.',
            },
          ]
        : [],
    judge:
      () =>
      ({ who: { signedIn: hasSession, userId } }) => {
        if (isUnknown(hasSession)) return { possible: [signedIn, LOGIN], unknown: hasSession.unknown };
        // A session without a user is no sign-in, and no reason to sign in either.
        if (userId !== undefined && userId !== '') return signedIn;
        return hasSession ? nobody : LOGIN;
      },
  }),
  user: textOf(({ who }) => who.userId, 'user', {
    unlikely: (text) =>
      text.includes('@')
        ? `${text} looks like an e-mail address, and user is the id at the identity provider`
        : undefined,
  }),
  email: textOf(({ who }) => who.email, 'email', {
    unlikely: (text) =>
      text === '' || text.includes('@') ? undefined : `${text} has no @, as every e-mail address has`,
  }),
  domain: textOf(
    ({ who: { email } }) => (typeof email === 'string' ? domainOf(email) : { unknown: email.unknown }),
    'domain',
    {
      isWantsText: true,
      unlikely: (text) => (text.includes('@') ? `${text} has an @, and a domain is what follows it` : undefined),
    },
  ),
  claim: listOf(claimValues, 'claim', {
    takesSubPath: true,
    doubts: ({ data, subPath }) => [...(subPath === '' ? [NO_CLAIM_NAME] : []), ...listDoubts(data)],
  }),
  groups: listOf(({ who }) => who.groups, 'groups'),
};
