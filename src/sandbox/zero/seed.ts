import type { Call, World } from '../behaviour.js';
import { recordChange } from '../changes.js';
import type { OrganizationRow, UserRow } from '../store.js';
import { addCluster } from './clusters.js';
import { memoryOf, type Replica } from './memory.js';
import { addMembership, addRoot } from './organizations.js';
import { planLimits } from './quotas.js';
import { routeSwitches } from './route-switches.js';
import { history } from './seed-history.js';
import { type PersonKey, seedMemberships, seedPeople } from './seed-people.js';
import { policies } from './seed-policies.js';
import { routesUnder } from './seed-routes.js';
import { create, type Deed, idsOf, type Scene, worldAt } from './seed-scene.js';
import { productionSettings, stagingSettings } from './seed-settings.js';
import { mintSubdomain } from './subdomains.js';
import { SYSTEM_USER } from './system-key-pairs.js';
import { addInvitation } from './users.js';

/**
 * Fills an empty world with a believable organization, by letting its people do what they did over eleven weeks: so the
 * activity log, the changesets, and what runs and what is saved agree with each other. Times count back from the clock.
 */
export function seed(world: World): void {
  const at = (daysAgo: number, hour = 8) => worldAt(world, [daysAgo, hour]);
  const people = seedPeople(at);
  const organization = addTidewrack(at(80), people.ingrid);
  const root = addRoot(at(80), organization.id);
  addMembership(at(80), organization.id, people.ingrid.id, 'owner');
  seedMemberships(at, organization.id, people);

  const callBy = (by: PersonKey | 'system', when: World): Call => ({
    ...OUTSIDE,
    world: when,
    caller: by === 'system' ? SYSTEM_USER : people[by],
    organization,
    role: 'admin',
  });
  const start = callBy('ingrid', at(80));
  recordChange(start, {
    activity: 'create',
    type: 'organization',
    row: organization,
    namespaceId: root.id,
    atOnce: true,
  });
  const production = addCluster(start, { name: 'production', domain: mintSubdomain(start.world) }, productionSettings);
  const next = callBy('tomas', at(80, 9.5));
  const staging = addCluster(next, { name: 'staging', domain: mintSubdomain(next.world) }, stagingSettings);

  for (const { at: when, by, does } of [...deeds(production.fqdn, staging.fqdn)].sort(byTime))
    does({ call: callBy(by, worldAt(world, when)), today: world, root, production, staging });

  addInvitation(callBy('ingrid', at(26)), 'cfo@saltmarsh.example', 'admin');
  addInvitation(callBy('priya', at(2)), 'nils.berg@tidewrack.example', 'member');
  Object.assign(memoryOf(world.state).replicas, {
    [production.id]: [
      replica(at(34), 'pomerium-7c9d6f-k2xqv', '0.33.1'),
      replica(at(34), 'pomerium-7c9d6f-zt8wn', '0.33.1'),
    ],
    [staging.id]: [replica(at(29), 'stg-pomerium-0', '0.33.1'), forgottenReplica(at(77))],
  } satisfies Record<string, readonly Replica[]>);
}

/** What a call has besides its caller; deeds don't look at it. */
const OUTSIDE = { operation: undefined as never, params: {}, query: {}, body: undefined };

function addTidewrack(world: World, owner: UserRow): OrganizationRow {
  const row: OrganizationRow = {
    ...world.newRow(),
    name: 'Tidewrack Freight',
    organizationType: 'professional',
    ownerUserId: owner.id,
    quotas: { ...planLimits.professional },
    readOnly: false,
  };
  world.state.organizations[row.id] = row;
  return row;
}

/** All that was done after the clusters were made. */
function deeds(production: string, staging: string): readonly Deed[] {
  return [
    ...history,
    ...policies.map(
      ({ at, by, namespace, ...fields }): Deed => ({
        at,
        by,
        does: (scene) => create(scene, 'policy', { ...fields, namespaceId: scene[namespace].id }),
      }),
    ),
    ...routesUnder(production, staging).map(
      ({ at, by, cluster, policies: names, keyPairs = {}, ...fields }): Deed => ({
        at,
        by,
        does: (scene) =>
          create(scene, 'route', {
            ...routeSwitches,
            ...fields,
            namespaceId: scene[cluster].id,
            policyIds: idsOf(scene, 'policy', names),
            ...keyPairIds(scene, keyPairs),
          }),
      }),
    ),
  ];
}

function keyPairIds(scene: Scene, names: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(names).map(([field, name]) => [field, idsOf(scene, 'key_pair', [name])[0] ?? '']);
  return Object.fromEntries(entries);
}

/** Latest last. */
function byTime({ at: [dayA, hourA] }: Deed, { at: [dayB, hourB] }: Deed): number {
  return dayB - dayA || hourA - hourB;
}

function replica(world: World, hostname: string, version: string): Replica {
  return { id: world.newId(), hostname, version, createdAt: world.now() };
}

/** A machine nobody remembers: too old to read today's configuration. */
function forgottenReplica(world: World): Replica {
  const failing = { 'zero.resource-bundle.config': 'invalid_bundle: unknown field "mcp" in route configuration' };
  return { ...replica(world, 'pomerium-test-vm', '0.26.1'), failing };
}
