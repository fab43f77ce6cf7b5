import { claimValues } from '../criteria/identity.js';
import { type Device, type Facts, isUnknown } from '../facts.js';
import { isObject } from '../grammar.js';
import { operatorsOf } from '../matchers.js';
import type { Json } from '../ppl.js';
import type { Atom } from './atoms.js';
import { type Ask, type Dimension, split } from './dimension.js';
import { conditionsOf, everyString, MOST_CELLS, TooManyCases } from './strings.js';
import { show, stringPhrases } from './words.js';

/** Criteria that look at who asks. */
export const IDENTITY_CRITERIA: ReadonlySet<string> = new Set([
  'authenticated_user',
  'user',
  'email',
  'domain',
  'claim',
  'groups',
  'device',
  'ssh_username_matches_email',
  'ssh_username_matches_claim',
]);

/** Signed in or not. Not signed in settles everything about the identity. */
export function signIn(atoms: readonly Atom[], anonymous: Facts['who'], base: Facts, ask: Ask): Dimension {
  const ofSession = atoms.filter(({ criterion }) => criterion.name === 'authenticated_user');
  return split(atoms, base, ask, {
    about: 'who',
    values: [true, false],
    change: (facts, signedIn) => (signedIn ? facts : { ...facts, who: anonymous }),
    settles: (signedIn, facts) => ask(signedIn ? ofSession : atoms, facts),
    phrases: [],
    only: (phrases) => phrases,
    except: (phrases) => phrases,
  });
}

export function userIds(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const conditions = conditionsOf(atoms.map(({ criterion }) => criterion));
  return split(atoms, base, ask, {
    about: 'user',
    // Who is signed in has an id.
    values: ['somebody-else', ...everyString(conditions, 'zqxjkvwy0123456789-_').filter((id) => id !== '')],
    change: (facts, userId) => ({ ...facts, who: { ...facts.who, userId } }),
    phrases: stringPhrases(conditions, 'a user id that').map(({ text, holds }) => ({
      text: conditions.values.has(text) ? `the user id ${text}` : text,
      holds,
    })),
    only: (phrases) => phrases,
    except: (phrases) => `except ${phrases}`,
  });
}

/** A list that somebody has, a claim or the directory groups. */
interface OwnList {
  readonly about: 'claim' | 'group';
  /** `in the claim groups` */
  readonly where: string;
  readonly get: (facts: Facts) => readonly Json[];
  readonly set: (facts: Facts, list: readonly Json[] | undefined) => Facts;
}

export function claim(name: string): OwnList {
  const otherwise: readonly Json[] = [];
  return {
    about: 'claim',
    where: `in the claim ${show(name)}`,
    get: (facts) => {
      const list = claimValues(facts, name);
      return isUnknown(list) ? otherwise : list;
    },
    set: (facts, list = otherwise) => ({
      ...facts,
      who: { ...facts.who, claims: { ...facts.who.claims, [name]: list } },
    }),
  };
}

export const directoryGroups: OwnList = {
  about: 'group',
  where: 'among the directory groups',
  get: ({ who: { groups } }) => (groups === undefined || isUnknown(groups) ? [] : groups),
  set: (facts, groups) => ({ ...facts, who: { ...facts.who, groups } }),
};

/**
 * A list, as several dimensions: whether it is exactly one named element, and, for any other list, whether each named
 * element is in it. So that twenty elements are twenty questions, not a million cases.
 *
 * @param extra elements that are asked for elsewhere
 */
export function listDimensions(
  list: OwnList,
  atoms: readonly Atom[],
  extra: readonly string[],
  base: Facts,
  ask: Ask,
): readonly Dimension[] {
  const { about, where } = list;
  const elements = new Map<string, Json>(extra.map((text) => [JSON.stringify(text), text]));
  const alone = new Map<string, Json>();
  const ofElement = new Map<Atom, string>();
  for (const atom of atoms) {
    const { criterion, username } = atom;
    const operators =
      username === undefined ? Object.entries(operatorsOf(criterion.data, 'has')) : [['has', username] as const];
    for (const [operator, operand = null] of operators) {
      const key = JSON.stringify(operand);
      (operator === 'is' ? alone : elements).set(key, operand);
      if (operators.length === 1 && operator !== 'is') ofElement.set(atom, key);
    }
  }
  const ofShape = atoms.filter((atom) => !ofElement.has(atom));
  const stranger: readonly Json[] = alone.size > 0 ? [unnamed([...elements.values(), ...alone.values()])] : [];
  const shapes: readonly (readonly Json[])[] = [
    // Beside a stranger's element, named ones are never alone.
    alone.size > 0 ? [...stranger, ...stranger] : stranger,
    ...[...alone.values()].map((element) => [element]),
  ];
  const shape = split(atoms, base, ask, {
    about,
    values: shapes,
    change: list.set,
    settles: (value, facts) => ask(value === shapes[0] ? ofShape : atoms, facts),
    phrases: [
      ...[...alone].map(([key, element]) => ({
        text: `only ${say(element)}`,
        holds: (value: readonly Json[]) => value.length === 1 && JSON.stringify(value[0]) === key,
      })),
    ],
    only: (phrases) => `with ${phrases} ${where}`,
    except: (phrases) => `without ${phrases} ${where}`,
  });
  const record = split(atoms, base, ask, {
    about,
    values: [true, false],
    change: (facts, has) => (has ? facts : list.set(facts, undefined)),
    settles: (has, facts) => (has ? new Map() : ask(atoms, facts)),
    phrases: [{ text: 'no directory record', holds: (has) => !has }],
    only: (phrases) => `with ${phrases}`,
    except: () => 'with a directory record',
    implied: true,
  });
  const membership = [...elements].map(([key, element]) =>
    split(
      [...ofElement].flatMap(([atom, its]) => (its === key ? [atom] : [])),
      base,
      ask,
      {
        about,
        values: [false, true],
        change: (facts, isIn) => (isIn ? list.set(facts, [...list.get(facts), element]) : facts),
        phrases: [{ text: say(element), holds: (isIn) => isIn }],
        only: (phrases) => `with ${phrases} ${where}`,
        except: (phrases) => `without ${phrases} ${where}`,
      },
    ),
  );
  return [...(about === 'group' ? [record] : []), shape, ...membership];
}

/** The devices of a session: per type that is asked for none, or one that is registered, enrolled, approved or not. */
export function devices(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const wanted = atoms.map(({ criterion: { data } }) => (isObject(data) ? data : {}));
  const texts = (field: string) => wanted.flatMap((data) => (typeof data[field] === 'string' ? [data[field]] : []));
  const types = new Set(wanted.map(({ type }) => (typeof type === 'string' ? type : 'any')));
  const ids = new Set([...texts('is'), 'another-device']);
  const states = [
    { enrolled: true, approved: true },
    { enrolled: true, approved: false },
    { enrolled: false, approved: false },
  ];
  const perType = [...types].map((type): readonly (readonly Device[])[] => [
    [],
    ...[...ids].flatMap((id) => states.map((state) => [{ id, type, ...state }])),
  ]);
  const size = perType.reduce((product, { length }) => product * length, 1);
  if (size > MOST_CELLS) throw new TooManyCases(`${size} combinations of devices`);
  const values = perType.reduce<readonly (readonly Device[])[]>(
    (found, ofType) => found.flatMap((some) => ofType.map((more) => [...some, ...more])),
    [[]],
  );
  const any = types.size === 1;
  return split(atoms, base, ask, {
    about: 'device',
    values,
    change: (facts, some) => ({ ...facts, who: { ...facts.who, devices: some } }),
    phrases: [...types].flatMap((type) => {
      const kind = any && type === 'any' ? 'device' : `device of type ${show(type)}`;
      const its = (some: readonly Device[]) => some.find((device) => device.type === type);
      return [
        { text: `an approved ${kind}`, holds: (some: readonly Device[]) => its(some)?.approved === true },
        { text: `a ${kind} that isn't approved`, holds: (some: readonly Device[]) => its(some)?.approved === false },
        { text: `a registered ${kind}`, holds: (some: readonly Device[]) => its(some) !== undefined },
        ...texts('is').map((id) => ({
          text: `the ${kind} ${show(id)}`,
          holds: (some: readonly Device[]) => its(some)?.id === id,
        })),
      ];
    }),
    only: (phrases) => `with ${phrases}`,
    except: (phrases) => `without ${phrases}`,
  });
}

/** An element that isn't one of these. */
function unnamed(elements: readonly Json[]): string {
  let text = 'something-else';
  while (elements.includes(text)) text += '-';
  return text;
}

function say(element: Json): string {
  return typeof element === 'string' ? show(element) : JSON.stringify(element);
}
