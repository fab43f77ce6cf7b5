import { judge } from '../evaluate.js';
import { isList } from '../grammar.js';
import { anonymousFacts } from '../known-facts.js';
import { type Action, BLOCKS, type Block, type Criterion, type Json, type Policy } from '../ppl.js';
import { wordsOf } from './criteria.js';

/** One block that has criteria: what allow and deny are each the OR of. */
export interface Term {
  /** `rules[0].allow.and` */
  readonly place: string;
  readonly rule: number;
  readonly action: Action;
  readonly block: Block;
  readonly criteria: readonly Criterion[];
}

export function termsOf(policy: Policy): readonly Term[] {
  return policy.flatMap((rule, index) =>
    BLOCKS.filter((block) => rule[block].length > 0).map((block) => ({
      place: `rules[${index}].${rule.action}.${block}`,
      rule: index,
      action: rule.action,
      block,
      criteria: rule[block],
    })),
  );
}

/** A policy of one block alone. */
export function policyOf({ action, block, criteria }: Omit<Term, 'place' | 'rule'>): Policy {
  return [{ action, and: [], or: [], not: [], nor: [], [block]: criteria }];
}

/** The clause of a criterion, to follow "anyone": exact, also where it holds for somebody of whom nothing is known. */
export function describeCriterion(criterion: Criterion): string {
  const { clause, absent } = wordsOf(criterion);
  if (absent === undefined) return clause(criterion);
  return judge(criterion, anonymousFacts(0)).value === true ? `${clause(criterion)} (${absent})` : clause(criterion);
}

/** What a block says, in one sentence. `also`: it isn't the first of its action. */
export function describeTerm(term: Term, also: boolean): string {
  const settled = constantOf(term);
  const whom = settled ? everyoneOrNobody(settled) : people(term);
  if (term.action === 'allow') return also ? `Also lets in, on this alone, ${whom}.` : `Lets in ${whom}.`;
  return also ? `Also refuses, in any case, ${whom}.` : `In any case refuses ${whom}.`;
}

function people({ block, criteria }: Term): string {
  const telling = criteria.filter((criterion) => constant(criterion) === undefined);
  const all = block === 'and' || block === 'nor';
  const clauses = (all ? telling : together(telling)).map(describeCriterion);
  if (block === 'and') return `anyone ${clauses.join(', AND ')}`;
  if (block === 'or') return `anyone ${clauses.join(', OR anyone ')}`;
  if (block === 'not' || clauses.length === 1) return `everyone except anyone ${clauses.join(', and except anyone ')}`;
  return `everyone except those to whom all of this applies at once: anyone ${clauses.join(', AND ')}`;
}

/** Whether a criterion is true for all, or for none, whatever comes. */
function constant({ name }: Criterion): boolean | undefined {
  return name === 'accept' ? true : name === 'reject' ? false : undefined;
}

/** What one criterion must be to settle a block alone; every other constant changes nothing in it. */
const SETTLING = { and: false, or: true, not: true, nor: false } as const;
const EVERYONE = { and: false, or: true, not: false, nor: true } as const;

/** Whether a block lets in, or refuses, everyone whatever comes. */
export function isAlwaysTrue(term: Term): boolean {
  return constantOf(term)?.everyone === true;
}

interface Constant {
  readonly everyone: boolean;
  /** The criterion that makes it so. */
  readonly name: string;
}

function constantOf({ block, criteria }: Term): Constant | undefined {
  const settling = criteria.find((criterion) => constant(criterion) === SETTLING[block]);
  if (settling) return { everyone: EVERYONE[block], name: settling.name };
  const [first] = criteria;
  const allConstant = criteria.every((criterion) => constant(criterion) !== undefined);
  return first && allConstant ? { everyone: !EVERYONE[block], name: first.name } : undefined;
}

function everyoneOrNobody({ everyone, name }: Constant): string {
  const always = name === 'accept' ? 'always' : 'never';
  return `${everyone ? 'everyone, signed in or not' : 'nobody'}: \`${name}\` is ${always} true`;
}

/** In a block of alternatives, texts that one criterion is compared with are put together: email is a, email is b = email in [a, b]. */
function together(criteria: readonly Criterion[]): readonly Criterion[] {
  const merged = new Map<unknown, Criterion & { readonly texts?: Json[] }>();
  for (const criterion of criteria) {
    const texts = textsOf(criterion);
    const earlier = merged.get(criterion.name)?.texts;
    if (texts && earlier) earlier.push(...texts);
    else merged.set(texts ? criterion.name : criterion, texts ? { ...criterion, texts: [...texts] } : criterion);
  }
  return [...merged.values()].map(({ texts, ...criterion }) =>
    texts ? { ...criterion, data: { in: texts } } : criterion,
  );
}

const COMPARED = ['user', 'email', 'domain', 'mcp_tool', 'ssh_username', 'http_method', 'http_path'];

/** The texts that a criterion takes, where it does nothing but compare with them. */
function textsOf({ name, data }: Criterion): readonly Json[] | undefined {
  if (!COMPARED.includes(name)) return undefined;
  if (typeof data === 'string') return [data];
  if (typeof data !== 'object' || data === null || isList(data)) return undefined;
  const [[operator, value] = [], ...others] = Object.entries(data);
  if (others.length > 0 || value === undefined) return undefined;
  if (operator === 'is' && typeof value === 'string') return [value];
  return operator === 'in' && isList(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
