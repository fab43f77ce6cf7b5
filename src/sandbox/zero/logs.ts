import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { LogEntry } from '../../tools/zero/entities/cluster.js';
import type { Behaviours, Call } from '../behaviour.js';
import { clusterOf, find } from '../records.js';
import type { RouteRow, UserRow } from '../store.js';
import { timeRange } from './time-range.js';

/** Each route may have one entry in each interval of this many milliseconds. */
const INTERVAL = 5 * 60_000;

/** An answer holds the newest intervals only. */
const MOST_INTERVALS = 288;

export const logs: Behaviours = {
  /** Entries newest first. They follow from the records and the time, so the same call has the same answer. */
  get_logs: (call): readonly z.infer<typeof LogEntry>[] => {
    const cluster = clusterOf(call);
    const { start, end } = timeRange(call);
    const from = Math.max(start, Date.parse(cluster.createdAt));
    const until = Math.min(end, call.world.clock());
    const last = Math.floor(until / INTERVAL);
    const first = Math.max(Math.floor(from / INTERVAL), last - MOST_INTERVALS + 1);
    const [routes, people] = [routesOf(call, cluster.id), peopleOf(call)];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => last - index)
      .flatMap((interval) => routes.flatMap((route) => entry(route, people, interval) ?? []))
      .filter(({ timestamp }) => Date.parse(timestamp) >= from && Date.parse(timestamp) <= until);
  },
};

function routesOf(call: Call, clusterId: string): readonly RouteRow[] {
  const { routeId } = call.query;
  if (routeId !== undefined) return [find(call, 'routes', String(routeId))];
  return Object.values(call.world.state.live[clusterId]?.routes ?? {});
}

function peopleOf({ world, organization }: Call): readonly UserRow[] {
  const members = Object.values(world.state.memberships).filter((row) => row.organizationId === organization.id);
  const users = members.flatMap(({ userId }) => world.state.users[userId] ?? []);
  return users.filter(({ type }) => type === 'user_type_interactive');
}

/** An authorize check as Pomerium logs it, in one interval out of eight. */
function entry(route: RouteRow, people: readonly UserRow[], interval: number): z.infer<typeof LogEntry> | undefined {
  const dice = createHash('sha256').update(`log ${route.id} ${interval}`).digest();
  if (dice.readUInt8(0) >= 32) return undefined;
  const timestamp = new Date(interval * INTERVAL + (dice.readUInt32BE(1) % INTERVAL)).toISOString();
  const person = people[dice.readUInt8(5) % people.length];
  const allowed = dice.readUInt8(6) >= 10;
  return {
    insertId: dice.toString('hex', 8, 16),
    labels: { 'route-id': route.id, service: 'authorize' },
    message: JSON.stringify({
      level: 'info',
      time: timestamp,
      message: 'authorize check',
      'request-id': dice.toString('hex', 16, 28),
      method: 'GET',
      host: route.from.replace(/^[a-z+]+:\/\//, ''),
      path: route.prefix ?? route.path ?? '/',
      ip: `203.0.113.${dice.readUInt8(7)}`,
      email: person?.email ?? '',
      'allow-why-true': allowed ? ['email-ok'] : [],
      'allow-why-false': allowed ? [] : ['domain-unauthorized', 'non-pomerium-route'],
      allow: allowed,
      deny: false,
    }),
    timestamp,
  };
}
