import { unseenEscaped } from '../../guard/plan-text.js';
import { kindOfCriterion } from '../criteria/index.js';
import { evaluate, judge } from '../evaluate.js';
import { anonymousFacts, strangerFacts } from '../known-facts.js';
import { operatorsOf } from '../matchers.js';
import { BLOCKS, type Criterion, type Json, type Policy } from '../ppl.js';
import { describeCriterion, isAlwaysTrue, policyOf, type Term, termsOf } from './sentences.js';
import { quoted } from './words.js';

/** Where a policy does something else than its reader would think. */
export interface Remark {
  /** `rules[0].allow`; empty for the whole. */
  readonly place: string;
  readonly text: string;
}

interface Options {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly enforced: boolean;
}

/** What a person should know who reads the policy as if it were plain English. */
export function remarksOn(policy: Policy, { at, enforced }: Options): readonly Remark[] {
  const terms = termsOf(policy);
  return [
    ...ofThePolicy(policy, terms, enforced),
    ...ofRules(policy),
    ...terms.flatMap((term) => [
      ...ofTerm(term, at).map((text) => ({ place: term.place, text })),
      ...term.criteria.flatMap((criterion, index) => {
        const place = `${term.place}[${index}].${keyOf(criterion)}`;
        return ofCriterion(criterion).map((text) => ({ place, text }));
      }),
    ]),
    ...ofDenyAndLogin(policy, terms, at),
  ];
}

function ofThePolicy(policy: Policy, terms: readonly Term[], enforced: boolean): readonly Remark[] {
  const allow = terms.filter(({ action }) => action === 'allow');
  const remarks: string[] = [];
  if (policy.length === 0 || terms.length === 0) {
    remarks.push(
      'A policy without criteria does nothing: it lets nobody in and refuses nobody whom another policy lets in.',
    );
  } else if (allow.length === 0) {
    remarks.push(
      'It only refuses: a route with this policy alone lets nobody in, and whoever it does not refuse still needs an allow from another policy.',
    );
  }
  if (enforced && allow.length > 0) {
    remarks.push(
      'It is enforced, and policies of a route are alternatives: its allow opens EVERY route, present and future, to whoever it lets in. It restricts nothing; a guard rail is an enforced deny.',
    );
  }
  const open = allow.find(isAlwaysTrue);
  if (open && allow.length > 1) {
    remarks.push(`${open.place} lets in everyone: what else it allows adds nothing.`);
  }
  return remarks.map((text) => ({ place: '', text }));
}

function ofRules(policy: Policy): readonly Remark[] {
  return policy.flatMap((rule, index) => {
    const blocks = BLOCKS.filter((block) => rule[block].length > 0);
    const place = `rules[${index}].${rule.action}`;
    if (blocks.length === 0) {
      return [{ place, text: `This ${rule.action} has no criteria and does nothing.` }];
    }
    if (blocks.length === 1) return [];
    const names = blocks.map((block) => `\`${block}\``).join(' and ');
    const effect = rule.action === 'allow' ? 'lets in' : 'refuses';
    return [
      {
        place,
        text: `${names} of one rule are joined by OR, not by AND: each of them ${effect} on its own. To ask for both, put the shared criteria into the \`and\` of each alternative.`,
      },
    ];
  });
}

function ofTerm(term: Term, at: number): readonly string[] {
  const { action, block, criteria } = term;
  const names = new Set(criteria.map(({ name }) => name));
  const remarks: string[] = [];
  if (block === 'nor' && criteria.length > 1) {
    remarks.push('`nor` means "not all of them": one that fails is enough. For "none of them" write `not`.');
  }
  if (action === 'allow') remarks.push(...openings(term, at));
  if (names.has('accept') && block === 'and' && criteria.length > 1) {
    remarks.push('`accept` is always true: beside other criteria of an `and` it changes nothing.');
  }
  if (action === 'allow' && names.has('mcp_tool') && (block === 'and' || block === 'or')) {
    remarks.push(
      '`mcp_tool` is true for tool calls only: `initialize` and `tools/list` are not let in by this. Limit tools with `deny` and `mcp_tool: {not_in: [...]}`.',
    );
  }
  if (action === 'deny' && names.has('mcp_tool') && (block === 'not' || block === 'nor')) {
    remarks.push('What is no tool call fits no `mcp_tool`, so this refuses `initialize` and `tools/list` too.');
  }
  if (action === 'allow' && names.has('invalid_client_certificate') && (block === 'and' || block === 'or')) {
    remarks.push(
      '`invalid_client_certificate` is true when the certificate is missing or bad: it belongs under `deny`.',
    );
  }
  return remarks;
}

/** What opens an allow wider than it looks: tried, not guessed. */
function openings(term: Term, at: number): readonly string[] {
  const alone = policyOf(term);
  const { block, criteria } = term;
  const negative = block === 'not' || block === 'nor';
  const outcome = (facts: Parameters<typeof evaluate>[1]) => evaluate([alone], facts).outcome;
  const remarks: string[] = [];
  if (outcome(anonymousFacts(at)) === 'allowed' && !isPublicOnPurpose(term)) {
    const open = criteria.filter(
      (criterion) => !negative && criterion.name !== 'accept' && judge(criterion, anonymousFacts(at)).value === true,
    );
    const why = open.slice(0, 1).map((criterion) => `: it holds for anyone ${describeCriterion(criterion)}`);
    remarks.push(
      `Visitors who are not signed in get in${why.join('')}. Add \`authenticated_user\` in the same \`and\`.`,
    );
  }
  if (negative && outcome(strangerFacts(at)) === 'allowed') {
    remarks.push(
      `\`${block}\` under allow lets in everyone else: any account that can sign in, new ones too. Say who gets in, and put exceptions under \`deny\`.`,
    );
  }
  return remarks;
}

function isPublicOnPurpose(term: Term): boolean {
  return isAlwaysTrue(term) && term.criteria.some(({ name }) => name === 'accept');
}

/** What a criterion does against its looks: what the check doubts about it, then what only a reader can go wrong with. */
function ofCriterion(criterion: Criterion): readonly string[] {
  const kind = kindOfCriterion(criterion);
  const doubts = kind && kind.problem(criterion.data) === undefined ? kind.doubts(criterion) : [];
  return [
    ...doubts.map(({ message, fix }) => `\`${criterion.name}\`: ${unseenEscaped(message)}. ${fix}`),
    ...misreadings(criterion),
  ];
}

function misreadings({ name, data }: Criterion): readonly string[] {
  switch (name) {
    case 'accept':
      return data === false ? ['The value of `accept` is ignored: `false` lets in everyone, too.'] : [];
    case 'groups':
      return [
        '`groups` needs directory sync (Enterprise): without it nobody is in any group. Groups that the identity provider sends are `claim/groups`.',
      ];
    case 'http_path':
    case 'http_method':
      return [`\`${name}\` is no access boundary: give what must be kept apart its own route with its own policy.`];
    case 'client_certificate':
      return [
        '`client_certificate` reads the certificate and does not verify it: that takes a trusted CA in the settings.',
      ];
    case 'email':
    case 'domain':
      return lookalikes(name, data);
    default:
      return [];
  }
}

/** A part of an address fits addresses of others. */
function lookalikes(name: 'email' | 'domain', data: Json): readonly string[] {
  return Object.entries(operatorsOf(data, 'is')).flatMap(([operator, text]) => {
    if (typeof text !== 'string' || text === '') return [];
    const isWhole = name === 'email' ? text.includes('@') : text.startsWith('.');
    if (operator === 'ends_with' && !isWhole) {
      return [`\`ends_with\` ${quoted(text)} also fits ${quoted(`evil-${text}`)}. Use \`domain: {is: ...}\`.`];
    }
    if (operator !== 'contains' && operator !== 'starts_with') return [];
    return [`\`${operator}\` ${quoted(text)} also fits addresses of domains that anybody can register.`];
  });
}

/** Where the deny changes what visitors get who aren't signed in, although it refuses none of them. */
function ofDenyAndLogin(policy: Policy, terms: readonly Term[], at: number): readonly Remark[] {
  const without = policy.filter(({ action }) => action === 'allow');
  const visitor = anonymousFacts(at);
  const term = terms.find(({ action }) => action === 'deny');
  if (!term || evaluate([without], visitor).outcome !== 'allowed') return [];
  if (evaluate([policy], visitor).outcome !== 'login-redirect') return [];
  const text =
    'Its deny looks at who the visitor is, so everyone is sent to sign in first, although the allow is open to visitors who are not signed in.';
  return [{ place: term.place, text }];
}

/** The key that a criterion has in its text. */
function keyOf({ name, subPath }: Criterion): string {
  return subPath === '' ? name : `${name}/${subPath}`;
}
