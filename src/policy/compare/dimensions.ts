import type { Finding, Open } from '../criteria/kind.js';
import { parseAuthorizedKey } from '../criteria/ssh.js';
import { parseTimeOfDay } from '../criteria/time.js';
import type { Facts } from '../facts.js';
import { anonymousFacts } from '../known-facts.js';
import type { Criterion } from '../ppl.js';
import { type Atom, judgeAtom } from './atoms.js';
import { certificateDimensions } from './certificate.js';
import { type Ask, type Dimension, split } from './dimension.js';
import { emails, localParts } from './email.js';
import { verdictOf } from './formula.js';
import { claim, devices, directoryGroups, IDENTITY_CRITERIA, listDimensions, signIn, userIds } from './identity.js';
import { mcpCalls, methods, networks, paths, sshNames, sshUsers, traffic } from './request.js';
import { conditionsOf } from './strings.js';
import { moments } from './time.js';
import { show } from './words.js';

const ask: Ask = (atoms, facts) => new Map(atoms.map((atom) => [atom.id, verdictOf(known(judgeAtom(atom, facts)))]));

/** What is open has a dimension of its own and isn't asked here. */
function known(found: Finding | Open): Finding {
  return 'possible' in found ? { value: false, reasons: [] } : found;
}

/** A visitor whom no policy names, signed in or not, with a request like any other. */
export function anybody(at: number, signedIn: boolean): Facts {
  const facts = anonymousFacts(at, {
    method: 'GET',
    path: '/',
    ip: '192.0.2.1',
    certificate: { presented: false, valid: true, leaf: undefined },
  });
  if (!signedIn) return facts;
  const who = { ...facts.who, signedIn, userId: 'somebody-else', email: 'stranger@elsewhere.invalid', groups: [] };
  return { ...facts, who };
}

/** Names that SSH users may have, one for each case; none where nobody compares them with something else. */
export function usernamesOf(criteria: readonly Criterion[]): readonly string[] {
  const named = (name: string) => criteria.filter((criterion) => criterion.name === name);
  const ofEmail = named('ssh_username_matches_email');
  const ofClaim = named('ssh_username_matches_claim');
  if (ofEmail.length + ofClaim.length === 0) return [];
  const paths = new Set(ofClaim.map(({ data }) => data));
  const elements = named('claim').flatMap(({ subPath, data }) =>
    paths.has(subPath) ? [...conditionsOf([{ name: '', subPath: '', data }]).values] : [],
  );
  const locals = ofEmail.length > 0 ? localParts(conditionsOf(named('email'))) : [];
  return sshNames(named('ssh_username'), [...elements, ...locals]);
}

/** All that the atoms look at, split into cells: who asks first, then what decides most, so that diagrams stay small. */
export function dimensionsOf(
  atoms: readonly Atom[],
  usernames: readonly string[],
  at: number,
  since: number | undefined,
): readonly Dimension[] {
  const base = anybody(at, true);
  const open = atoms.filter((atom) => isOpen(atom, base));
  const rest = atoms.filter((atom) => !open.includes(atom));
  const of = (...names: readonly string[]) => rest.filter(({ criterion }) => names.includes(criterion.name));
  const dimension = (names: readonly string[], make: (its: readonly Atom[]) => Dimension | readonly Dimension[]) => {
    const its = of(...names);
    return its.length === 0 ? [] : make(its);
  };
  const criteriaOf = (name: string) => of(name).map(({ criterion }) => criterion);
  const isSsh = rest.some(({ criterion }) => criterion.name.startsWith('ssh_'));
  const matchedEmail = of('ssh_username_matches_email').length > 0 ? usernames : [];
  const names = usernames.length > 0 ? usernames : sshNames(criteriaOf('ssh_username'), []);
  return [
    constants(of('accept', 'reject'), base),
    dimension([...IDENTITY_CRITERIA], (its) => signIn(its, anybody(at, false).who, base, ask)),
    dimension(['client_certificate', 'invalid_client_certificate'], (its) => certificateDimensions(its, base, ask)),
    dimension(['device'], (its) => devices(its, base, ask)),
    dimension(['ssh_username'], (its) => sshUsers(its, names, base, ask)),
    dimension(['email', 'domain', 'ssh_username_matches_email'], (its) => emails(its, matchedEmail, base, ask)),
    dimension(['user'], (its) => userIds(its, base, ask)),
    claimsOf(of('claim', 'ssh_username_matches_claim'), usernames, base),
    dimension(['groups'], (its) => listDimensions(directoryGroups, its, [], base, ask)),
    dimension(['source_ip'], (its) => networks(its, base, ask)),
    isSsh ? dimension(['http_method', 'http_path', 'cors_preflight'], (its) => traffic(its, base, ask)) : [],
    dimension(['http_method', 'cors_preflight'], (its) => methods(its, base, ask)),
    dimension(['http_path'], (its) => paths(its, base, ask)),
    dimension(['mcp_tool'], (its) => mcpCalls(its, base, ask)),
    dimension(['ssh_publickey'], (its) => publicKeys(its, base)),
    dimension(['date', 'day_of_week', 'time_of_day'], (its) => moments(its, since, base, ask)),
    ...open.map((atom) => either(atom, base)),
  ].flat();
}

/** Whether it looks at something that no witness can show. */
function isOpen(atom: Atom, base: Facts): boolean {
  const { criterion } = atom;
  if (criterion.name === 'ssh_ca') return true;
  if (criterion.name === 'time_of_day') {
    const span = parseTimeOfDay(criterion.data);
    if (typeof span !== 'string' && span.after > span.before) return true;
  }
  return 'possible' in judgeAtom(atom, base);
}

function either({ id, criterion: { name, subPath } }: Atom, base: Facts): Dimension {
  return split([], base, ask, {
    about: 'unknown',
    values: [false, true],
    change: (facts) => facts,
    settles: (value) => new Map([[id, { value, reasons: 0 }]]),
    phrases: [{ text: show(subPath === '' ? name : `${name}/${subPath}`), holds: (value) => value }],
    only: (phrases) => `where ${phrases} holds`,
    except: (phrases) => `where ${phrases} doesn't hold`,
  });
}

function constants(atoms: readonly Atom[], base: Facts): readonly Dimension[] {
  if (atoms.length === 0) return [];
  const change = (facts: Facts) => facts;
  const say = (phrases: string) => phrases;
  return [split(atoms, base, ask, { about: 'unknown', values: [true], change, phrases: [], only: say, except: say })];
}

function claimsOf(atoms: readonly Atom[], usernames: readonly string[], base: Facts): readonly Dimension[] {
  const pathOf = ({ criterion, username }: Atom) =>
    username === undefined ? criterion.subPath : String(criterion.data);
  return [...new Set(atoms.map(pathOf))].flatMap((path) => {
    const its = atoms.filter((atom) => pathOf(atom) === path);
    const matched = its.some(({ username }) => username !== undefined) ? usernames : [];
    return listDimensions(claim(path), its, matched, base, ask);
  });
}

function publicKeys(atoms: readonly Atom[], base: Facts): Dimension {
  const texts = atoms.flatMap(({ criterion: { data } }) => [data].flat().filter((text) => typeof text === 'string'));
  const keys = new Map(texts.map((text) => [parseAuthorizedKey(text), text]));
  return split(atoms, base, ask, {
    about: 'ssh',
    values: [undefined, ...keys.keys()],
    change: (facts, publicKey) => ({ ...facts, ssh: { ...facts.ssh, publicKey } }),
    phrases: [...keys].map(([key, text]) => ({
      text: show(text),
      holds: (other: string | undefined) => other === key,
    })),
    only: (phrases) => `with the SSH key ${phrases}`,
    except: (phrases) => `without the SSH key ${phrases}`,
  });
}
