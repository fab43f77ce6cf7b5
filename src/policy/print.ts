import { Document, isScalar, Scalar, visit } from 'yaml';
import { canonical } from '../canonical.js';
import { BLOCKS, type Criterion, type Json, keyOf, type Policy, type Rule } from './ppl.js';
import { isPlainText } from './yaml-scalar.js';

/** The policy as JSON: an array of rules, each an object of one action. */
export function printPolicy(policy: Policy): Json {
  return policy.map((rule) => ({
    [rule.action]: Object.fromEntries(
      BLOCKS.filter((block) => rule[block].length > 0).map((block) => [block, rule[block].map(printCriterion)]),
    ),
  }));
}

function printCriterion(criterion: Criterion): Json {
  return { [keyOf(criterion)]: criterion.data };
}

/** The policy as YAML text. What yaml.v3 would read as something else than this text is quoted. */
export function printYaml(policy: Policy): string {
  const document = new Document(printPolicy(policy), { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node) || typeof node.value !== 'string') return;
      const text = node.value.replace(/\p{Surrogate}/gu, '\uFFFD');
      node.value = text;
      if (!isPlainText(text) || UNPRINTABLE.test(text)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ lineWidth: 0 })
    .replace(UNESCAPED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What ends a line in YAML 1.1, is forbidden there, or begins a text; JSON leaves it as it is. */
const UNESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

const UNPRINTABLE = /[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u;

/**
 * A text that is equal for two policies exactly when one is the other with rules, conditions, or keys in another order,
 * said once or several times, or with rules split or joined: allow and deny are each the OR of all blocks.
 */
export function canonicalPolicy(policy: Policy): string {
  return canonical([...new Set(policy.flatMap(canonicalBlocks))].sort());
}

function canonicalBlocks(rule: Rule): readonly string[] {
  return BLOCKS.filter((block) => rule[block].length > 0).map((block) => {
    const criteria = new Set(rule[block].map((criterion) => canonical(printCriterion(criterion))));
    return `${rule.action} ${block} ${[...criteria].sort().join()}`;
  });
}
