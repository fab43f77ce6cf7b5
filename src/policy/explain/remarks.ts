import { evaluate } from '../evaluate.js';
import { strangerFacts } from '../known-facts.js';
import { operatorsOf } from '../matchers.js';
import { type Criterion, type Json, keyOf, type Policy } from '../ppl.js';
import type { Problem } from '../problem.js';
import { isAlwaysTrue, policyOf, type Term, termsOf } from './sentences.js';
import { quoted } from './words.js';

type Remark = Pick<Problem, 'code' | 'message' | 'fix'>;

/** What is said of a policy that depends on more than its text. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether it is put on every route. */
  readonly enforced: boolean;
}

/** Where a policy that is well formed does something else than a reader would think; what `checkPolicy` warns of is not repeated. */
export function remarksOn(policy: Policy, { at, enforced }: Circumstances): readonly Problem[] {
  const terms = termsOf(policy);
  const placed = (place: string) => (remark: Remark) => ({ severity: 'warning' as const, place, ...remark });
  return [
    ...ofPolicy(terms, enforced).map(placed('')),
    ...terms.flatMap((term) => [
      ...ofTerm(term, at).map(placed(term.place)),
      ...term.criteria.flatMap((criterion, index) =>
        ofCriterion(criterion, term).map(placed(`${term.place}[${index}].${keyOf(criterion)}`)),
      ),
    ]),
  ];
}

function ofPolicy(terms: readonly Term[], enforced: boolean): readonly Remark[] {
  const allow = terms.filter(({ action }) => action === 'allow');
  if (allow.length === 0 && terms.length > 0) {
    return [
      {
        code: 'deny-only',
        message: 'it only refuses: whoever it does not refuse still needs an allow from another policy of the route',
        fix: 'Attach it beside a policy that allows, or enforce it as a guard rail.',
      },
    ];
  }
  const remarks: Remark[] = [];
  if (enforced && allow.length > 0) {
    remarks.push({
      code: 'enforced-allow',
      message:
        'it is enforced, and the policies of a route are alternatives: its allow opens EVERY route, present and future, to whoever it lets in, and restricts nothing',
      fix: 'Enforce deny rules only.',
    });
  }
  const open = allow.find(isAlwaysTrue);
  if (open && allow.length > 1) {
    const message = `${open.place} lets in everyone: what else it allows adds nothing`;
    remarks.push({ code: 'allow-without-effect', message, fix: 'Remove one or the other.' });
  }
  return remarks;
}

function ofTerm(term: Term, at: number): readonly Remark[] {
  const { action, block, criteria } = term;
  const isNegative = block === 'not' || block === 'nor';
  const remarks: Remark[] = [];
  if (action === 'allow' && isNegative && evaluate([policyOf(term)], strangerFacts(at)).outcome === 'allowed') {
    remarks.push({
      code: 'allow-by-exclusion',
      message: `${block} under allow lets in everyone else: any account that can sign in, new ones too`,
      fix: 'Say who gets in, and put exceptions under deny.',
    });
  }
  if (block === 'and' && criteria.length > 1 && criteria.some(({ name }) => name === 'accept')) {
    const message = 'accept is always true: beside other conditions of an and block it changes nothing';
    remarks.push({ code: 'accept-without-effect', message, fix: 'Remove accept.' });
  }
  return remarks;
}

function ofCriterion({ name, data }: Criterion, { action, block }: Term): readonly Remark[] {
  switch (name) {
    case 'accept':
      return data === false
        ? [
            {
              code: 'value-ignored',
              message: 'accept: false is true as well: its value is ignored',
              fix: 'Use reject.',
            },
          ]
        : [];
    case 'http_path':
    case 'http_method':
      return [
        {
          code: 'no-access-boundary',
          message: `${name} is no access boundary`,
          fix: 'Give what must be kept apart its own route with its own policy.',
        },
      ];
    case 'client_certificate':
      return [
        {
          code: 'certificate-unverified',
          message: 'client_certificate reads the certificate and does not verify it',
          fix: 'Set a trusted CA in the settings, and deny invalid_client_certificate.',
        },
      ];
    case 'invalid_client_certificate':
      return action === 'allow' && (block === 'and' || block === 'or')
        ? [
            {
              code: 'allows-invalid-certificate',
              message: 'invalid_client_certificate is true when the certificate is missing or bad',
              fix: 'Put it under deny.',
            },
          ]
        : [];
    case 'email':
    case 'domain':
      return lookalikes(name, data);
    default:
      return [];
  }
}

/** A part of an address fits addresses of others. */
function lookalikes(name: 'email' | 'domain', data: Json): readonly Remark[] {
  const fix = 'Compare whole domains: {"domain": {"is": "corp.example"}}.';
  return Object.entries(operatorsOf(data, 'is')).flatMap(([operator, text]) => {
    if (typeof text !== 'string' || text === '') return [];
    const isWhole = name === 'email' ? text.includes('@') : text.startsWith('.');
    if (operator === 'ends_with' && !isWhole) {
      return [{ code: 'fits-others', message: `ends_with ${quoted(text)} also fits ${quoted(`evil-${text}`)}`, fix }];
    }
    if (operator !== 'contains' && operator !== 'starts_with') return [];
    const message = `${operator} ${quoted(text)} also fits addresses of domains that anybody can register`;
    return [{ code: 'fits-others', message, fix }];
  });
}
