import type { Facts, Identity } from '../facts.js';
import { isObject } from '../grammar.js';
import { anonymousFacts, personFacts, type Request, strangerFacts } from '../known-facts.js';
import { operatorsOf } from '../matchers.js';
import type { Criterion, Json, Policy } from '../ppl.js';
import { termsOf } from './sentences.js';
import { bare, listOf, quoted, typed } from './words.js';

/** Somebody whose outcome is told. */
export interface Representative {
  readonly who: string;
  readonly facts: Facts;
}

/** What is known of somebody that a criterion names, or of their request. */
interface Trait {
  /** `somebody@corp.example`, or what follows "Anyone signed in": `with "admins" in the claim "groups"`. */
  readonly label: string;
  readonly who?: Partial<Pick<Identity, 'email' | 'userId' | 'claims' | 'groups' | 'devices'>>;
  readonly request?: Request;
  /** Says less who it is than how they come: told with somebody. */
  readonly isCircumstance?: true;
}

/**
 * An anonymous visitor, a signed-in stranger, and somebody for each name in the policy: for an `and` that allows, also
 * somebody who fits all of it; what a deny says of the request is told of somebody who is let in. They come at any
 * moment from `since` on.
 */
export function representativesOf(policy: Policy, since: number): readonly Representative[] {
  const found = termsOf(policy).map((term) => ({ ...term, traits: term.criteria.map(traitsOf) }));
  const wholes = found.flatMap(({ action, block, traits }) => {
    const firsts = traits.flatMap((each) => each.slice(0, 1));
    return action === 'allow' && block === 'and' && firsts.length > 0 ? [firsts.reduce(both)] : [];
  });
  const letIn = wholes[0] ?? found.find(({ action, block }) => action === 'allow' && block === 'or')?.traits.flat()[0];
  const alone = found.flatMap(({ action, block, traits }) =>
    traits.flat().flatMap((trait) => {
      if (!trait.isCircumstance) return [trait];
      if (action === 'deny') return [letIn ? both(letIn, trait) : trait];
      return block === 'and' ? [] : [trait];
    }),
  );
  const named = [...wholes, ...alone].map((trait) => representativeOf(trait, since));
  const all = [
    { who: 'An anonymous visitor', facts: anonymousFacts(since) },
    { who: 'Any signed-in stranger', facts: strangerFacts(since) },
    ...new Map(named.map((representative) => [representative.who, representative])).values(),
  ];
  return all.map(({ who, facts }) => ({ who, facts: { ...facts, orLater: true } }));
}

function representativeOf({ label, who, request }: Trait, at: number): Representative {
  if (!who) return { who: `An anonymous visitor ${label}`, facts: anonymousFacts(at, request) };
  const { email } = who;
  const isNamed = typeof email === 'string';
  const name = isNamed ? bare(email) : 'this person';
  const facts = personFacts(at, { email: name }, request);
  return {
    who: isNamed ? label : `Anyone signed in, ${label}`,
    facts: { ...facts, who: { ...facts.who, email: { unknown: `the e-mail address of ${name}` }, ...who } },
  };
}

/** One person with the traits of two; where both say something of the same, the first's. An address comes first. */
function both(one: Trait, other: Trait): Trait {
  const [first, second] = one.who?.email === undefined && other.who?.email !== undefined ? [other, one] : [one, other];
  const who = (first.who ?? second.who) && {
    ...second.who,
    ...first.who,
    claims: { ...second.who?.claims, ...first.who?.claims },
  };
  const label = [first.label, second.label].join(second.who && !second.isCircumstance ? ', ' : ' ');
  return { label, who, request: { ...second.request, ...first.request } };
}

/** Who stands for what a criterion names; none where it names nothing. */
function traitsOf({ name, subPath, data }: Criterion): readonly Trait[] {
  const operands = Object.entries(operatorsOf(data, name === 'claim' || name === 'groups' ? 'has' : 'is'));
  const texts = operands.flatMap(([operator, operand]) =>
    listOf(operand).flatMap((text) => (typeof text === 'string' ? [{ operator, text }] : [])),
  );
  switch (name) {
    case 'email':
      return texts.flatMap(({ operator, text }) => inLowerCaseToo(addressesFor(operator, text))).map(person);
    case 'domain':
      return texts
        .flatMap(({ operator, text }) => inLowerCaseToo(domainsFor(operator, text)))
        .map((domain) => person(`somebody@${domain}`));
    case 'user':
      return texts.map(({ text }) =>
        text.includes('@') ? person(text) : { label: `with the user id ${bare(text)}`, who: { userId: text } },
      );
    case 'claim':
      return operands
        .filter(([, value]) => subPath !== '' && (typeof value !== 'object' || value === null))
        .map(([, value]) => ({
          label: `with ${typed(value)} in the claim ${quoted(subPath)}`,
          who: { claims: { [subPath]: [value] } },
        }));
    case 'groups':
      return texts.map(({ text }) => ({
        label: `in the directory group ${bare(text)} of a synced directory`,
        who: { groups: [text] },
      }));
    case 'device':
      return [deviceTrait(data)];
    case 'source_ip':
      return texts.map(({ text }) => circumstance(`from ${bare(text)}`, { ip: text.split('/')[0] ?? text }));
    case 'mcp_tool':
      return texts.map(({ text: tool }) =>
        circumstance(`calling the MCP tool ${bare(tool)}`, { mcp: { method: 'tools/call', tool } }),
      );
    case 'ssh_username':
      return texts.map(({ text: username }) =>
        circumstance(`over SSH as ${bare(username)}`, { ssh: { username, publicKey: undefined } }),
      );
    default:
      return [];
  }
}

function person(email: string): Trait {
  return { label: bare(email), who: { email } };
}

function circumstance(label: string, request: Request): Trait {
  return { label, request, isCircumstance: true };
}

function deviceTrait(data: Json): Trait {
  const { type = 'any', is } = isObject(data) ? data : {};
  const name = typeof type === 'string' ? type : 'any';
  const device = { id: typeof is === 'string' ? is : 'a-device', type: name, enrolled: true, approved: true };
  return { label: `on an approved device of type ${quoted(name)}`, who: { devices: [device] }, isCircumstance: true };
}

/** Matching is case-sensitive: what the same name in the usual spelling gets is told beside it. */
function inLowerCaseToo(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [...new Set([name, name.toLowerCase()])]);
}

/** Addresses that a condition on the address is about: one that is meant, and one that is perhaps not. */
function addressesFor(operator: string, text: string): readonly string[] {
  if (text === '') return [];
  if (operator === 'ends_with') {
    if (text.startsWith('@')) return [`somebody${text}`];
    return text.includes('@') ? [text] : [`somebody@${text}`, `mallory@evil-${text}`];
  }
  if (operator === 'starts_with') return [text.includes('@') ? `${text}.invalid` : `${text}@unrelated.invalid`];
  if (operator === 'contains') return [`mallory+${text.replaceAll('@', '.')}@unrelated.invalid`];
  return [text];
}

function domainsFor(operator: string, text: string): readonly string[] {
  if (text === '') return [];
  if (operator === 'ends_with') return text.startsWith('.') ? [`sub${text}`] : [text, `evil-${text}`];
  if (operator === 'starts_with' || operator === 'contains') return [`${text}.invalid`];
  return [text];
}
