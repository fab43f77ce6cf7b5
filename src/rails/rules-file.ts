import { type AcceptedRisk, readAcceptedRisks } from '../audit/accepted-risks.js';
import { didYouMean } from '../nearest.js';
import { Rules } from './rules.js';

/** All that the operator's file says. */
export interface OperatorRules extends Rules {
  readonly acceptedRisks: readonly AcceptedRisk[];
}

const NAMES = ['acceptedRisks', ...Object.keys(Rules.shape)];

/**
 * Reads the content of the operator's file: `me`, `self`, `invariants`, `tests` as in {@link Rules}, and `acceptedRisks`.
 *
 * @param checks ids of the audit's checks
 * @returns the rules, and a sentence for each thing that is wrong; with any of these nothing may start
 */
export function readRules(
  content: Readonly<Record<string, unknown>>,
  checks: readonly string[],
): { readonly rules: OperatorRules; readonly problems: readonly string[] } {
  const { acceptedRisks = [], ...others } = content;
  const { risks, problems } = readAcceptedRisks(acceptedRisks, checks);
  const { data, error } = Rules.safeParse(others);
  const wrong = (error?.issues ?? []).flatMap((issue) => {
    const place = issue.path.map((step) => (typeof step === 'number' ? `entry ${step + 1}` : String(step))).join(': ');
    const at = place ? `${place}: ` : '';
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${at}unknown key ${key}.${didYouMean(key, NAMES)}`);
    }
    return [`${at}${issue.code === 'invalid_union' ? UNION[String(issue.path[0])] : issue.message}`];
  });
  return {
    rules: { ...data, acceptedRisks: risks },
    problems: [...problems.map((problem) => `acceptedRisks: ${problem}`), ...wrong],
  };
}

/** What an entry must be that has several forms. */
const UNION: Readonly<Record<string, string>> = {
  invariants: 'expected one of neverPublic, onlyDomains, noTlsSkipVerify, toOnlyIn, onlyAdmins with its value.',
  tests: 'expected an e-mail address, anonymous, stranger, or a person with email, claims and groups.',
};
