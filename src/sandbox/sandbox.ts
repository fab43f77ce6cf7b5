import { z } from 'zod';
import type { Fetch } from '../client/client.js';
import type { Input, Operation } from '../operation.js';
import { zero } from '../tools/zero/index.js';
import { authenticate, authorize } from './auth.js';
import { type Call, Refusal, type World } from './behaviour.js';
import { createFaults, type Fault, type Faults } from './faults.js';
import { savedState } from './live.js';
import { createFetch, type SandboxRequest, type SandboxResponse } from './response.js';
import { createRouter, type Match } from './router.js';
import { type ClusterState, emptyState, type Role, type State, type UserRow } from './store.js';
import { defaultSwitches, type Switches } from './switches.js';
import { completeBody, valid, validBody, validQuery } from './validation.js';
import { createWorld } from './world.js';
import { behaviours, bodyRules, seed as seedOrganization } from './zero/index.js';

/** Where the API's paths start. */
export const BASE_PATH = '/api/v0';

/** Requests that are remembered. */
const MAX_SEEN = 10_000;

export interface SandboxOptions {
  /** Fills an empty world; by default with the sandbox's own organization. Not used with `state`. */
  readonly seed?: (world: World) => void;
  /** A state saved before. */
  readonly state?: State;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly switches?: Partial<Switches>;
  /** Makes other ids and tokens. */
  readonly randomSeed?: string;
}

/** A request as the sandbox saw it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query under the base path. */
  readonly url: string;
  readonly body: string;
  /** Operation name; undefined for a path that none has. */
  operation?: string;
  /** User id of who called. */
  caller?: string;
  /** Undefined when the connection broke before an answer. */
  status?: number;
}

/** Makes one user's calls directly: answers the body, throws the {@link Refusal}. The organization is the user's own when left out. */
export type Act = (operation: string, input?: Input) => unknown;

/** Zero in a box. */
export interface Sandbox {
  readonly baseUrl: string;
  /** The in-process network: give it to a client in place of a real fetch. */
  readonly fetch: Fetch;
  handle(request: SandboxRequest): Promise<SandboxResponse>;
  /** A refresh token of an API user with role admin. */
  readonly token: string;
  /** A refresh token of a user with this role; throws when none has one. */
  tokenOf(role: Role): string;
  /** The latest requests, oldest first. */
  readonly requests: readonly SeenRequest[];
  readonly faults: Faults;
  /** Calls `hook` when a request's bytes have arrived, before anything is done with it: the moment for another user's edit. */
  onArrival(hook: (request: SeenRequest) => void): void;
  /** Acts as a user, named by role, e-mail or id; nothing of it is in `requests`. */
  as(user: string): Act;
  /** What a cluster runs. A copy. */
  live(clusterId: string): ClusterState;
  /** What a cluster would run if all changes were applied. A copy. */
  saved(clusterId: string): ClusterState;
  /** All there is, as JSON. A copy. */
  snapshot(): State;
  /** Goes back to a snapshot. */
  restore(snapshot: State): void;
}

/** Starts a sandbox in this process: synchronously, without any I/O. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const switches = { ...defaultSwitches, ...options.switches };
  const state = options.state ? structuredClone(options.state) : emptyState();
  const world = createWorld(state, switches, options.now ?? Date.now, options.randomSeed ?? 'zero');
  if (!options.state) (options.seed ?? seedOrganization)(world);

  const router = createRouter(zero.operations);
  const faults = createFaults();
  const requests: SeenRequest[] = [];
  const hooks: ((request: SeenRequest) => void)[] = [];

  async function handle(request: SandboxRequest): Promise<SandboxResponse> {
    const path = underBase(request.url);
    const seen: SeenRequest = { method: request.method, url: path ?? request.url, body: request.body ?? '' };
    requests.push(seen);
    if (requests.length > MAX_SEEN) requests.shift();
    for (const hook of hooks) hook(seen);
    const match = path === undefined ? undefined : router(request.method, path.split('?')[0] ?? '');
    seen.operation = match?.operation?.name;
    const fault = faults.take(seen.operation);
    if (fault?.kind === 'latency') await fault.wait();
    const response = instead(fault) ?? spoil(respond(world, match, request, seen), fault);
    if (!response.broken) seen.status = response.status;
    return response;
  }

  const tokenOf = (role: Role): string => {
    const tokens = Object.values(state.refreshTokens);
    const [found] = usersWith(state, role).flatMap(({ id }) => tokens.find(({ userId }) => userId === id) ?? []);
    if (!found) throw new Error(`no user with role ${role} has a token`);
    return found.token;
  };

  return {
    baseUrl: `https://sandbox.invalid${BASE_PATH}`,
    fetch: createFetch(handle),
    handle,
    get token() {
      return tokenOf('admin');
    },
    tokenOf,
    requests,
    faults,
    onArrival: (hook) => {
      hooks.push(hook);
    },
    as: (user) => act(world, userOf(state, user)),
    live(clusterId) {
      const running = state.live[clusterId];
      if (!running) throw new Error(`no cluster ${clusterId}`);
      return structuredClone(running);
    },
    saved: (clusterId) => savedState(state, clusterId),
    snapshot: () => structuredClone(state),
    restore: (snapshot) => {
      Object.assign(state, structuredClone(snapshot));
    },
  };
}

/** Path and query under the base path; undefined for anything outside it. */
function underBase(url: string): string | undefined {
  const { pathname, search } = new URL(url, 'http://sandbox');
  return pathname.startsWith(`${BASE_PATH}/`) ? pathname.slice(BASE_PATH.length) + search : undefined;
}

/** Users with a role in some organization, API users first. */
function usersWith(state: State, role: string): readonly UserRow[] {
  const ids = Object.values(state.memberships).filter((row) => row.role === role);
  const users = ids.flatMap(({ userId }) => state.users[userId] ?? []);
  return users.sort((a, b) => a.type.localeCompare(b.type));
}

function userOf(state: State, name: string): UserRow {
  const named = Object.values(state.users).find((user) => user.id === name || user.email === name);
  const user = named ?? usersWith(state, name)[0];
  if (!user) throw new Error(`no user ${name}`);
  return user;
}

function act(world: World, user: UserRow): Act {
  return (name, input = {}) => {
    const operation = zero.operations.find((candidate) => candidate.name === name);
    if (!operation) throw new Error(`no operation ${name}`);
    const membership = Object.values(state.memberships).find((row) => row.userId === user.id);
    const given: Input = { organizationId: membership?.organizationId, ...input };
    const part = (schema: z.ZodType | undefined) =>
      Object.fromEntries(
        Object.entries(given).filter(([field]) => schema instanceof z.ZodObject && field in schema.shape),
      );
    const { params, query, body } = operation;
    return structuredClone(
      perform(world, operation, user, valid(params, part(params)) as Call['params'], () => ({
        query: valid(query, part(query)),
        body: body && completeBody(operation, body instanceof z.ZodArray ? given.patch : part(body), bodyRules),
      })),
    );
  };
}
