import type { World } from '../behaviour.js';
import type { Role, UserRow } from '../store.js';
import { addMembership } from './organizations.js';
import { addApiUser, addRefreshToken } from './users.js';

interface Person {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Days before the sandbox starts. */
  readonly joined: number;
  /** Days before the sandbox starts; nobody who never came back has it. */
  readonly seen?: number;
}

const people = {
  ingrid: { name: 'Ingrid Solvang', email: 'ingrid.solvang@tidewrack.example', role: 'owner', joined: 80, seen: 2 },
  tomas: { name: 'Tomás Beltrán', email: 'tomas.beltran@tidewrack.example', role: 'admin', joined: 80, seen: 1 },
  priya: { name: 'Priya Raman', email: 'priya.raman@tidewrack.example', role: 'admin', joined: 78, seen: 1 },
  helen: { name: 'Helen Okafor', email: 'helen.okafor@tidewrack.example', role: 'auditor', joined: 64, seen: 12 },
  mateus: { name: 'Mateus Lima', email: 'mateus.lima@tidewrack.example', role: 'member', joined: 77, seen: 3 },
  yuki: { name: 'Yuki Tanabe', email: 'yuki.tanabe@tidewrack.example', role: 'member', joined: 51, seen: 6 },
  ole: { name: 'Ole Hauge', email: 'ole.hauge@tidewrack.example', role: 'member', joined: 44 },
  dario: { name: 'Dario Conti', email: 'dario.conti@bellwether.example', role: 'member', joined: 40, seen: 38 },
} as const satisfies Record<string, Person>;

/** API users, whose refresh tokens are the sandbox's way in. */
const apiUsers = [
  { name: 'zero-mcp', role: 'admin', joined: 15 },
  { name: 'nightly-audit', role: 'auditor', joined: 60 },
  { name: 'terraform (unused since March)', role: 'member', joined: 76 },
] as const;

export type PersonKey = keyof typeof people;
export type People = Readonly<Record<PersonKey, UserRow>>;

/** Makes the people of the organization; `at` answers the world as it was some days ago. */
export function seedPeople(at: (daysAgo: number) => World): People {
  const entries = Object.entries(people).map(([key, person]: [string, Person]) => {
    const world = at(person.joined);
    const row: UserRow = {
      ...world.newRow(),
      email: person.email,
      displayName: person.name,
      needsOnboarding: false,
      type: 'user_type_interactive',
      ...(person.seen !== undefined && { lastLoggedIn: at(person.seen).now() }),
    };
    world.state.users[row.id] = row;
    return [key, row];
  });
  return Object.fromEntries(entries) as People;
}

/** Gives the people their places in the organization, and makes its API users. */
export function seedMemberships(at: (daysAgo: number) => World, organizationId: string, rows: People): void {
  for (const [key, { role, joined }] of Object.entries(people) as [PersonKey, Person][]) {
    if (role !== 'owner') addMembership(at(joined), organizationId, rows[key].id, role);
  }
  for (const { name, role, joined } of apiUsers) {
    const world = at(joined);
    const { id } = addApiUser(world, name);
    addMembership(world, organizationId, id, role);
    addRefreshToken(world, id);
  }
}
