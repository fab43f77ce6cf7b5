import { type Action, BLOCKS, type Block, type Criterion, type Json, type Rule } from './ppl.js';
import type { Path } from './yaml.js';

/** A rule with the index of the object it stands in: allow and deny of one object are two rules. */
export interface PlacedRule extends Rule {
  readonly index: number;
}

export interface GrammarError {
  /** From the top of a list of rules, whether or not the text has the list. */
  readonly path: Path;
  /** As Pomerium's parser tells it, without its `invalid rules in policy`. */
  readonly message: string;
  readonly cause: 'rule' | 'action' | 'block' | 'criteria' | 'criterion' | 'keys';
}

type Found<Value> = Value | GrammarError;

/** A value's kind, as Pomerium's parser calls it. */
export function kindOf(value: Json): string {
  if (value === null) return 'parser.Null';
  if (Array.isArray(value)) return 'parser.Array';
  const kinds: Record<string, string> = { string: 'String', number: 'Number', boolean: 'Boolean' };
  return `parser.${kinds[typeof value] ?? 'Object'}`;
}

export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The rules of a policy, allow before deny, or the first thing that isn't as the grammar has it (PPL.md 1.2). */
export function readRules(json: Json): readonly PlacedRule[] | GrammarError {
  if (isObject(json)) return readObject(json, 0);
  if (!isList(json)) {
    return { path: [], message: `unsupported type for rule: ${kindOf(json)}`, cause: 'rule' };
  }
  return readAll(json, (rule, index) =>
    isObject(rule)
      ? readObject(rule, index)
      : { path: [index], message: `unsupported type for rules array: ${kindOf(rule)}`, cause: 'rule' },
  );
}

export function isGrammarError(found: Found<unknown>): found is GrammarError {
  return typeof found === 'object' && found !== null && 'cause' in found;
}

function readAll<Item, Read>(
  items: readonly Item[],
  read: (item: Item, index: number) => Found<readonly Read[]>,
): Found<readonly Read[]> {
  const all: Read[] = [];
  for (const [index, item] of items.entries()) {
    const found = read(item, index);
    if (isGrammarError(found)) return found;
    for (const one of found) all.push(one);
  }
  return all;
}

function readObject(object: JsonObject, index: number): Found<readonly PlacedRule[]> {
  const stranger = Object.keys(object).find((key) => key !== 'allow' && key !== 'deny');
  if (stranger !== undefined) {
    const message = `invalid action in rule: unsupported action: ${goJson(stranger)}`;
    return { path: [index, stranger], message, cause: 'action' };
  }
  return readAll(['allow', 'deny'] as const, (action) => {
    const body = object[action];
    if (body === undefined) return [];
    if (isObject(body)) return readBody(body, action, index);
    const message = `invalid value for action in rule, expected Object, got ${kindOf(body)}`;
    return { path: [index, action], message, cause: 'action' };
  });
}

function readBody(body: JsonObject, action: Action, index: number): Found<readonly PlacedRule[]> {
  const blocks: Partial<Record<Block, readonly Criterion[]>> = {};
  for (const block of BLOCKS) {
    const list = body[block];
    if (list === undefined) continue;
    const criteria = readCriteria(list, [index, action, block]);
    if (isGrammarError(criteria)) {
      return { ...criteria, message: `invalid criteria in "${block}"): ${criteria.message}` };
    }
    blocks[block] = criteria;
  }
  const stranger = Object.keys(body).find((key) => key !== 'action' && !(BLOCKS as readonly string[]).includes(key));
  if (stranger !== undefined) {
    const message = `unsupported conditional "${stranger}", only and, or, not, nor and action are allowed`;
    return { path: [index, action, stranger], message, cause: 'block' };
  }
  return [{ action, and: [], or: [], not: [], nor: [], ...blocks, index }];
}

/** A text as Go's encoding/json writes it, safe in HTML. */
function goJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function readCriteria(list: Json, path: Path): Found<readonly Criterion[]> {
  if (!isList(list)) return { path, message: `unsupported type for criteria: ${kindOf(list)}`, cause: 'criteria' };
  return readAll(list, (criterion, index) => {
    const at = [...path, index];
    if (!isObject(criterion)) {
      const message = `unsupported type for criteria array: ${kindOf(criterion)}`;
      return { path: at, message, cause: 'criterion' };
    }
    const [entry, second] = Object.entries(criterion);
    if (!entry || second) {
      return { path: at, message: 'each criteria may only contain a single key and value', cause: 'keys' };
    }
    const [key, data] = entry;
    const slash = key.indexOf('/');
    return [
      slash < 0 ? { name: key, subPath: '', data } : { name: key.slice(0, slash), subPath: key.slice(slash + 1), data },
    ];
  });
}
