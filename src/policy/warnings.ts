import { termsOf } from './compile.js';
import { kindOfCriterion } from './criteria/index.js';
import { evaluate, isUndecided } from './evaluate.js';
import { anonymousFacts } from './known-facts.js';
import { BLOCKS, type Block, type Criterion, type Policy, type Rule } from './ppl.js';
import type { Problem } from './problem.js';

export type Warning = Pick<Problem, 'code' | 'message' | 'fix'>;

/** About the block named, or the whole rule. */
export type RuleWarning = Warning & { readonly block?: Block };

/** What is doubtful about one condition, wherever it stands. */
export function criterionWarnings(criterion: Criterion): readonly Warning[] {
  const kind = kindOfCriterion(criterion);
  if (!kind) return [];
  const { name, subPath, data } = criterion;
  const doubts = kind.problem(data) === undefined ? kind.doubts(criterion) : [];
  const warnings: Warning[] = doubts.map(({ message, ...doubt }) => ({ ...doubt, message: `${name}: ${message}` }));
  if (subPath !== '' && !kind.takesSubPath) {
    const message = `${name} has no use for /${subPath}: it is ignored`;
    warnings.push({ code: 'sub-path-ignored', message, fix: `Write ${name}.` });
  }
  if (kind.edition !== 'core') {
    const fix = 'Zero and Enterprise have it; the open core refuses the policy. Keep it where it is only used there.';
    warnings.push({ code: 'edition-needed', message: `unknown policy criterion: ${name}`, fix });
  }
  if (name === 'groups') {
    const message =
      'groups: the ids of directory groups, known only where a directory is synchronised; names never match';
    warnings.push({
      code: 'needs-directory',
      message,
      fix: "Use the group's id, or a claim that the identity provider sends.",
    });
  }
  return warnings;
}

type Rulecheck = (rule: Rule) => readonly RuleWarning[];

/** What one rule's blocks do that few expect (PPL.md 1.6, 1.9, 1.10). */
const RULE_CHECKS: readonly Rulecheck[] = [
  (rule) => {
    if (BLOCKS.some((block) => rule[block].length > 0)) return [];
    return [
      {
        code: 'without-effect',
        message: `${rule.action} without conditions does nothing`,
        fix: 'Add conditions, or remove it.',
      },
    ];
  },
  (rule) => {
    const used = BLOCKS.filter((block) => rule[block].length > 0);
    if (used.length < 2) return [];
    const message = `${used.join(' and ')} of one rule are joined by OR: either is enough to ${rule.action}`;
    const fix = `To ask for both, put the conditions into one and block${used.includes('not') ? ', and move what is excluded to a deny rule' : ''}; to keep OR, write two rules.`;
    return [{ code: 'blocks-are-ored', message, fix }];
  },
  ({ nor }) => {
    if (nor.length < 2) return [];
    const message = 'nor is true unless all of its conditions are: one that is false is enough';
    return [{ code: 'nor-is-nand', block: 'nor', message, fix: 'For "none of them", use not.' }];
  },
  ({ and }) =>
    and.some(({ name }) => name === 'reject')
      ? [
          {
            code: 'never-matches',
            block: 'and',
            message: 'reject is never true, so neither is this block',
            fix: 'Remove reject, or the block.',
          },
        ]
      : [],
  ({ action, ...blocks }) => {
    const inBlocks: readonly Block[] = action === 'allow' ? ['and'] : ['not', 'nor'];
    return inBlocks
      .filter((block) => blocks[block].some(({ name }) => name === 'mcp_tool'))
      .map((block) => ({
        code: 'blocks-handshake',
        block,
        message: 'mcp_tool is false of initialize and tools/list, so MCP clients get no further than connecting',
        fix: 'Deny the other tools instead: {"deny": {"or": [{"mcp_tool": {"not_in": [...]}}]}}.',
      }));
  },
  (rule) => (rule.action === 'allow' ? BLOCKS.flatMap((block) => anonymousWarning(rule, block) ?? []) : []),
];

export function ruleWarnings(rule: Rule): readonly RuleWarning[] {
  return RULE_CHECKS.flatMap((check) => check(rule));
}

/** A visitor without a session, of whom only that is known. */
const UNKNOWN_CALL = { unknown: 'the MCP call' };
const anonymous = anonymousFacts(0, { mcp: { method: UNKNOWN_CALL, tool: UNKNOWN_CALL } });

function anonymousWarning(rule: Rule, block: Block): RuleWarning | undefined {
  const criteria = rule[block];
  const isMeant =
    (block === 'or' && criteria.some(({ name }) => name === 'accept')) ||
    (block === 'and' && criteria.every(({ name }) => name === 'accept'));
  if (isMeant || !letsAnonymousIn(rule, block)) return undefined;
  const about = criteria.map((criterion) => kindOfCriterion(criterion)?.about);
  if (criteria.every(({ name }) => name === 'http_path' || name === 'http_method')) {
    return {
      code: 'path-or-method-alone',
      block,
      message: 'path and method are all that stands between a request and the route, and are no access boundary',
      fix: 'Make separate routes with separate policies, and name who may use each.',
    };
  }
  const looksAtWho = about.includes('identity');
  const message = looksAtWho
    ? 'is true of visitors who are not signed in, too: nothing is known of them, so nothing speaks against them'
    : 'lets visitors in who are not signed in: it looks only at the request';
  const fix =
    block === 'and'
      ? 'Add {"authenticated_user": true} to this and block.'
      : 'Write it as an and block that has {"authenticated_user": true}, too.';
  return { code: 'anonymous-access', block, message: `allow.${block} ${message}`, fix };
}

/** Whether the block can be true of an anonymous request without leading to a login, at some time. */
function letsAnonymousIn(rule: Rule, block: Block): boolean {
  const atSomeTime = block === 'and' || block === 'or' ? 'accept' : 'reject';
  const criteria = rule[block].map((criterion) =>
    kindOfCriterion(criterion)?.about === 'time' ? { name: atSomeTime, subPath: '', data: true } : criterion,
  );
  const alone: Rule = { action: 'allow', and: [], or: [], not: [], nor: [], [block]: criteria };
  const [term] = termsOf([alone]);
  const judged = term?.judge(anonymous).possible ?? [];
  return judged.some(({ value, reasons }) => value && !reasons.includes('user-unauthenticated'));
}

/** What the policy does as a whole that few expect. */
export function policyWarnings(policy: Policy): readonly Warning[] {
  if (policy.length === 0) {
    return [
      { code: 'without-effect', message: 'the policy has no rules and does nothing', fix: 'Add a rule, or detach it.' },
    ];
  }
  const { allow, outcome } = evaluate([policy], anonymous);
  const isOpen = allow.value === true && !allow.reasons.includes('user-unauthenticated');
  if (!isOpen || isUndecided(outcome) || outcome !== 'login-redirect') return [];
  return [
    {
      code: 'login-despite-allow',
      message:
        'allow lets in visitors who are not signed in, but a deny looks at who they are: they are sent to sign in',
      fix: 'To stay public, keep conditions on people out of deny; else add {"authenticated_user": true} to allow.',
    },
  ];
}
