import { didYouMean } from '../nearest.js';
import { type GrammarError, isGrammarError, isObject, type PlacedRule, readRules } from './grammar.js';
import { BLOCKS, type Json, type Policy } from './ppl.js';
import type { Problem } from './problem.js';
import { type Path, type Position, readYaml } from './yaml.js';

export type Parsed = { readonly policy: Policy } | { readonly problem: Problem };

/** Reads a policy text (YAML, hence JSON too), or the JSON that it stands for, by Pomerium's grammar alone. */
export function parsePolicy(source: string | Json): Parsed {
  const read = readSource(source);
  return 'problem' in read ? read : { policy: read.rules.map(({ index, ...rule }) => rule) };
}

export interface SourceRules {
  readonly rules: readonly PlacedRule[];
  /** Where a path from the list of rules is: for people and, given a text, by line and column. */
  readonly place: (path: Path) => Pick<Problem, 'place' | 'line' | 'column'>;
}

/** As `parsePolicy`, with where each rule comes from. */
export function readSource(source: string | Json): SourceRules | { readonly problem: Problem } {
  if (typeof source !== 'string') return rulesOf(source, () => undefined);
  const document = readYaml(source);
  if ('json' in document) return rulesOf(document.json, document.locate);
  const { message, position } = document;
  const problem = { code: 'invalid-yaml', severity: 'error', place: '', message, fix: yamlFix(message) } as const;
  return { problem: { ...problem, ...position } };
}

function rulesOf(json: Json, locate: (path: Path) => Position | undefined): ReturnType<typeof readSource> {
  const isOne = isObject(json);
  const place = (path: Path) => ({
    place: placeText(path),
    ...locate(isOne ? path.slice(1) : path),
  });
  const rules = readRules(json);
  if (!isGrammarError(rules)) return { rules, place };
  return {
    problem: {
      code: `invalid-${rules.cause}`,
      severity: 'error',
      ...place(rules.path),
      message: `invalid rules in policy: ${rules.message}`,
      fix: grammarFix(rules, json),
    },
  };
}

/** `rules[1].allow.and[0].email` */
function placeText(path: Path): string {
  if (path.length === 0) return '';
  return `rules${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`;
}

function yamlFix(message: string): string {
  if (message === 'EOF') return 'Write at least one rule: {"allow": {"and": [{"authenticated_user": true}]}}.';
  if (message.includes('already defined'))
    return 'Give each key once: put both conditions into one list, or into two rules.';
  if (message.includes('unsupported type: map'))
    return 'Put keys that look like numbers, dates or booleans into quotes.';
  if (message.includes('unsupported value')) return 'Put the value into quotes, or use a finite number.';
  if (message.includes('incompatible')) return 'Remove the %YAML line.';
  if (message.includes('aliasing') || message.includes('max depth'))
    return 'Write the policy out, without nesting aliases or lists so deep.';
  if (message.includes('mapping values are not allowed'))
    return 'Put what follows the second colon on a line of its own, indented deeper.';
  if (message.includes('cannot start any token'))
    return 'Indent by spaces, not tabs, and put texts that begin with @, ` or % into quotes.';
  return 'Mend the YAML there: check brackets, quotes, and that keys of one mapping begin in the same column.';
}

function grammarFix({ cause, path }: GrammarError, json: Json): string {
  const last = String(path.at(-1) ?? '');
  switch (cause) {
    case 'rule':
      return 'A policy is a rule, or a list of rules, and a rule is an object: {"allow": {"and": [...]}}.';
    case 'action':
      if ((BLOCKS as readonly string[]).includes(last)) return `Put ${last} below allow or deny.`;
      if (last === 'allow' || last === 'deny')
        return `Give ${last} an object with and, or, not or nor; leave it out if it has none.`;
      return `A rule has only allow and deny.${didYouMean(last, ['allow', 'deny'])}`;
    case 'block':
      return `Below allow and deny come and, or, not and nor, each a list of conditions.${didYouMean(last, BLOCKS)}`;
    case 'criteria':
      return `Give ${last} a list: [{"email": {"is": "anna@example.com"}}]; leave it out if it has none.`;
    case 'criterion':
      return 'Write the condition as an object: {"accept": true}, in YAML `- accept: true`.';
    case 'keys':
      return keysFix(path, json);
  }
}

function keysFix(path: Path, json: Json): string {
  const steps = isObject(json) ? path.slice(1) : path;
  let value: Json | undefined = json;
  for (const step of steps) value = (value as Readonly<Record<string | number, Json>> | undefined)?.[step];
  const keys = isObject(value) ? Object.keys(value) : [];
  const [first, ...others] = keys;
  if (first === undefined) return 'Name a condition, or remove the empty element.';
  if (isObject(value) && value[first] === null) {
    return `Indent ${others.join(', ')} deeper than ${first}: what is compared belongs below the condition's name.`;
  }
  return `Make each of ${keys.join(', ')} an element of its own: one dash, one condition.`;
}
