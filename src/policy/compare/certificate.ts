import type { Facts, Leaf } from '../facts.js';
import { isObject } from '../grammar.js';
import type { Atom } from './atoms.js';
import { type Ask, type Dimension, split } from './dimension.js';
import type { Verdicts } from './formula.js';
import { conditionsOf, everyString } from './strings.js';
import { show, stringPhrases } from './words.js';

/** A certificate that no policy names. */
export const UNNAMED_LEAF: Leaf = {
  fingerprint: '0'.repeat(64),
  spkiHash: `${'A'.repeat(43)}=`,
  emails: [],
  dnsNames: [],
  uris: [],
};

const NAMES = { san_email: 'emails', san_dns: 'dnsNames', san_uri: 'uris' } as const;

/**
 * The client certificate, as several dimensions: presented and valid or not; and where one is presented its fingerprint,
 * its key, and for each name that is asked for whether it has such a name.
 */
export function certificateDimensions(atoms: readonly Atom[], base: Facts, ask: Ask): readonly Dimension[] {
  const field = (name: string) =>
    atoms.filter(({ criterion: { data } }) => isObject(data) && Object.keys(data)[0] === name);
  const ofLeaf = new Set(['fingerprint', 'spki_hash', ...Object.keys(NAMES)].flatMap(field));
  const always = atoms.filter((atom) => !ofLeaf.has(atom));
  const presented = setLeaf(base, UNNAMED_LEAF);
  const states = [
    { text: 'no client certificate where none is asked for', presented: false, valid: true, leaf: undefined },
    { text: 'no client certificate where one is asked for', presented: false, valid: false, leaf: undefined },
    { text: 'an invalid client certificate', presented: true, valid: false, leaf: UNNAMED_LEAF },
    { text: 'a valid client certificate', presented: true, valid: true, leaf: UNNAMED_LEAF },
    ...[true, false].map((valid) => ({
      text: 'an unreadable client certificate',
      presented: true,
      valid,
      leaf: undefined,
    })),
  ];
  const state = split(atoms, base, ask, {
    about: 'certificate',
    values: states,
    change: (facts, { presented: isPresented, valid, leaf }) => ({
      ...facts,
      certificate: { presented: isPresented, valid, leaf },
    }),
    settles: (value, facts) => ask(value.leaf ? always : atoms, facts),
    phrases: [
      ...states.map((value) => ({ text: value.text, holds: (other: typeof value) => other === value })),
      { text: 'a valid client certificate where one is asked for', holds: (value) => value.valid },
      { text: 'a missing or invalid client certificate', holds: (value) => !value.valid },
      { text: 'no readable client certificate', holds: (value) => !value.leaf },
      { text: 'a client certificate', holds: (value) => value.presented },
      { text: 'no client certificate', holds: (value) => !value.presented },
    ],
    only: (phrases) => `with ${phrases}`,
    except: (phrases) => `with ${phrases}`,
    plain: true,
  });
  const prints = ['fingerprint', 'spki_hash'] as const;
  const hashes = prints.map((name) => {
    const texts = new Set(
      field(name).flatMap(({ criterion: { data } }) => (isObject(data) ? textsOf(data[name]) : [])),
    );
    const key = name === 'fingerprint' ? 'fingerprint' : 'spkiHash';
    const normal = (text: string) => (name === 'fingerprint' ? text.replaceAll(':', '').toLowerCase() : text);
    return split(field(name), presented, ask, {
      about: 'certificate',
      values: [unnamedHash(UNNAMED_LEAF[key], [...texts].map(normal)), ...[...texts].map(normal)],
      change: (facts, value) => changeLeaf(facts, { [key]: value }),
      phrases: [...texts].map((text) => ({ text: show(text), holds: (value: string) => value === normal(text) })),
      only: (phrases) => `with a certificate of ${name === 'fingerprint' ? 'fingerprint' : 'public key'} ${phrases}`,
      except: (phrases) =>
        `without a certificate of ${name === 'fingerprint' ? 'fingerprint' : 'public key'} ${phrases}`,
    });
  });
  const names = Object.entries(NAMES).flatMap(([name, key]) => nameDimensions(name, key, field(name), presented, ask));
  return [state, ...hashes.filter((_, index) => field(prints[index] ?? '').length > 0), ...names];
}

/** For each kind of name, whether the certificate has one: a condition is met when any name meets it. */
function nameDimensions(
  field: string,
  key: 'emails' | 'dnsNames' | 'uris',
  atoms: readonly Atom[],
  base: Facts,
  ask: Ask,
): readonly Dimension[] {
  if (atoms.length === 0) return [];
  const conditions = conditionsOf(
    atoms.map(({ criterion: { name, subPath, data } }) => ({
      name,
      subPath,
      data: isObject(data) ? (data[field] ?? null) : null,
    })),
  );
  const kinds = new Map<string, { readonly name: string; readonly meets: ReadonlySet<number> }>();
  const withName = (facts: Facts, name: string) => {
    const { certificate } = facts;
    const names = 'unknown' in certificate ? [] : (certificate.leaf?.[key] ?? []);
    return changeLeaf(facts, { [key]: [...names, name] });
  };
  const met = (name: string): Verdicts =>
    new Map([...ask(atoms, withName(base, name))].filter(([, { value }]) => value));
  for (const name of [`someone.${key.toLowerCase()}.example`, ...everyString(conditions, 'zqxjkvwy0123456789-_')]) {
    const meets = new Set(met(name).keys());
    const sign = [...meets].join();
    if (!kinds.has(sign)) kinds.set(sign, { name, meets });
  }
  const phrases = stringPhrases(conditions, 'that');
  const text = (name: string) =>
    phrases.flatMap(({ text, holds }) => (holds(name) ? [text] : [])).join(' and ') || `like ${show(name)}`;
  const said = { emails: 'e-mail address', dnsNames: 'DNS name', uris: 'URI' }[key];
  const names = indivisible([...kinds.values()]);
  const last = new Map(names.flatMap((name, index) => [...met(name).keys()].map((atom) => [atom, index] as const)));
  const each = names.map((name, index) =>
    split<boolean>(atoms, base, ask, {
      about: 'certificate',
      values: [false, true],
      change: (facts, has) => (has ? withName(facts, name) : facts),
      // What no later name can meet isn't met.
      settles: (has) =>
        has
          ? met(name)
          : ask(
              atoms.filter(({ id }) => last.get(id) === index),
              base,
            ),
      phrases: [{ text: text(name), holds: (has) => has }],
      only: (phrase) => `with a certificate for the ${said} ${phrase}`,
      except: (phrase) => `without a certificate for the ${said} ${phrase}`,
    }),
  );
  // Nor is what no name meets.
  const rest = split(atoms, base, ask, {
    about: 'certificate',
    values: [undefined],
    change: (facts) => facts,
    phrases: [],
    only: (phrase) => phrase,
    except: (phrase) => phrase,
  });
  return [...each, rest];
}

/**
 * The names that meet something which names that meet less don't meet together: a certificate with those is as good. In
 * the order of what they meet, so that conditions of one criterion are beside each other and diagrams stay small.
 */
function indivisible(
  kinds: readonly { readonly name: string; readonly meets: ReadonlySet<number> }[],
): readonly string[] {
  const kept: { readonly name: string; readonly meets: ReadonlySet<number>; readonly adds: number }[] = [];
  for (const { name, meets } of kinds.toSorted((one, other) => one.meets.size - other.meets.size)) {
    const parts = kept.filter((part) => [...part.meets].every((atom) => meets.has(atom)));
    const together = new Set(parts.flatMap((part) => [...part.meets]));
    const added = [...meets].filter((atom) => !together.has(atom));
    if (added.length > 0) kept.push({ name, meets, adds: Math.min(...added) });
  }
  return kept.toSorted((one, other) => one.adds - other.adds).map(({ name }) => name);
}

function setLeaf(facts: Facts, leaf: Leaf): Facts {
  return { ...facts, certificate: { presented: true, valid: true, leaf } };
}

/** Nothing where no certificate is presented. */
function changeLeaf(facts: Facts, change: Partial<Leaf>): Facts {
  const { certificate } = facts;
  if ('unknown' in certificate || !certificate.leaf) return facts;
  return { ...facts, certificate: { ...certificate, leaf: { ...certificate.leaf, ...change } } };
}

function textsOf(data: unknown): readonly string[] {
  return [data].flat().filter((item): item is string => typeof item === 'string');
}

/** A hash of the same form that isn't one of these. */
function unnamedHash(form: string, named: readonly string[]): string {
  const digits = '0123456789abcdef';
  for (const first of digits) {
    for (const second of digits) {
      const hash = first + second + form.slice(2);
      if (!named.includes(hash)) return hash;
    }
  }
  return form;
}
