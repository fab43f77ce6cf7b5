import { domainOf } from '../criteria/identity.js';
import type { Facts } from '../facts.js';
import type { Atom } from './atoms.js';
import { type Ask, type Dimension, split } from './dimension.js';
import { conditionsOf, everyString, MOST_CELLS, noConditions, type StringConditions, TooManyCases } from './strings.js';
import { show, stringPhrases } from './words.js';

const LETTERS = 'zqxjkvwyZQXJKVWY0123456789-_';
const STRANGER = 'stranger@elsewhere.invalid';

/**
 * E-mail addresses with their domains, the part between the first and the second @.
 *
 * Conditions on the address are cut at their @ into conditions on the parts before, between and after; each part has
 * strings that stand for all, and the addresses made of these stand for all addresses.
 */
export function emails(atoms: readonly Atom[], usernames: readonly string[], base: Facts, ask: Ask): Dimension {
  const named = (name: string) =>
    conditionsOf(atoms.flatMap(({ criterion }) => (criterion.name === name ? [criterion] : [])));
  const whole = named('email');
  const domain = named('domain');
  const values = [
    STRANGER,
    ...[...domain.values].map((value) => `someone@${value}`),
    ...[...whole.prefixes].flatMap((prefix) => [
      prefix,
      prefix.includes('@') ? prefix : `${prefix}x@elsewhere.invalid`,
    ]),
    ...[...whole.suffixes].map((suffix) => (suffix.includes('@') ? `someone${suffix}` : `someone@elsewhere.${suffix}`)),
    ...everyEmail(whole, domain, usernames),
    ...whole.values,
    '',
  ];
  return split(atoms, base, ask, {
    about: 'email',
    values,
    change: (facts, email) => ({ ...facts, who: { ...facts.who, email } }),
    phrases: [
      { text: 'those without an e-mail address', holds: (email) => email === '' },
      { text: 'those without a domain in their e-mail address', holds: (email) => !email.includes('@') },
      ...stringPhrases(whole, 'everyone whose e-mail address').filter(({ text }) => text !== '""'),
      ...stringPhrases(domain, 'everyone whose domain').map(({ text, holds }) => ({
        text: domain.values.has(text) ? `everyone at ${text}` : text,
        holds: (email: string) => {
          const its = domainOf(email);
          return its !== undefined && holds(its);
        },
      })),
      ...usernames.map((username) => ({
        text: `those with the user name ${show(username)} in their e-mail address`,
        holds: (email: string) => email.split('@')[0] === username,
      })),
    ],
    only: (phrases) => phrases,
    except: (phrases) => `except ${phrases}`,
  });
}

/** What the part before the @ can be, for SSH users of that name. */
export function localParts(whole: StringConditions): ReadonlySet<string> {
  const texts = [...whole.values, ...whole.prefixes].filter((text) => text.includes('@'));
  return new Set(texts.map((text) => text.slice(0, text.indexOf('@'))));
}

function everyEmail(
  whole: StringConditions,
  domain: StringConditions,
  usernames: readonly string[],
): readonly string[] {
  if (isEmpty(domain) && usernames.length === 0) return everyString(whole, LETTERS);
  const withoutAt = everyString({ ...noConditions(), ...inSegments(whole, 1)[0], values: new Set(usernames) }, LETTERS);
  const patterns = whole.prefixes.size + whole.suffixes.size + whole.parts.size > 0;
  const found = [...withoutAt];
  for (const count of patterns ? [2, 3] : [2]) {
    const segments = inSegments(whole, count);
    for (const username of usernames) segments[0]?.values.add(username);
    for (const field of ['values', 'prefixes', 'suffixes', 'parts'] as const) {
      for (const text of domain[field]) segments[1]?.[field].add(text);
    }
    const strings = segments.map((conditions, index) =>
      // Only what follows the second @ may hold more of them.
      everyString(conditions, LETTERS).filter((text) => index === 2 || !text.includes('@')),
    );
    const size = strings.reduce((product, { length }) => product * length, 1);
    if (size > MOST_CELLS) throw new TooManyCases(`${size} kinds of e-mail addresses`);
    const addresses = strings.reduce<readonly (readonly string[])[]>(
      (heads, tails) => heads.flatMap((head) => tails.map((tail) => [...head, tail])),
      [[]],
    );
    found.push(...addresses.map((address) => address.join('@')));
  }
  return found;
}

/** Conditions on an address as conditions on its parts. An address that is named whole is a case of its own. */
function inSegments({ prefixes, suffixes, parts }: StringConditions, count: number) {
  const segments = Array.from({ length: count }, noConditions);
  const place = (pieces: readonly string[], start: number, first: Field, last: Field) => {
    const end = start + pieces.length - 1;
    if (start < 0 || end >= count) return;
    pieces.forEach((piece, index) => {
      const field =
        pieces.length === 1
          ? first === 'values'
            ? last
            : first
          : index === 0
            ? first
            : index === pieces.length - 1
              ? last
              : 'values';
      segments[start + index]?.[field].add(piece);
    });
  };
  for (const prefix of prefixes) place(cut(prefix, count), 0, 'values', 'prefixes');
  for (const suffix of suffixes) {
    const pieces = cut(suffix);
    place(pieces, count - pieces.length, 'suffixes', 'values');
    if (count === 3) segments[2]?.suffixes.add(suffix);
  }
  for (const part of parts) {
    const pieces = cut(part);
    for (let start = 0; start < count; start += 1) {
      if (pieces.length === 1) segments[start]?.parts.add(part);
      else place(pieces, start, 'suffixes', 'prefixes');
    }
    if (count === 3) segments[2]?.parts.add(part);
  }
  return segments;
}

type Field = keyof StringConditions;

function cut(text: string, most = Number.POSITIVE_INFINITY): readonly string[] {
  const pieces = text.split('@');
  return pieces.length <= most ? pieces : [...pieces.slice(0, most - 1), pieces.slice(most - 1).join('@')];
}

function isEmpty({ values, prefixes, suffixes, parts }: StringConditions): boolean {
  return values.size + prefixes.size + suffixes.size + parts.size === 0;
}
