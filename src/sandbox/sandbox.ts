import type { Fetch } from '../client/client.js';
import type { Input } from '../operation.js';
import { zero } from '../tools/zero/index.js';
import { Refusal, type World } from './behaviour.js';
import { createFaults, type Faults, instead, spoil } from './faults.js';
import { savedState } from './live.js';
import { createFetch, type SandboxRequest, type SandboxResponse } from './response.js';
import { createRouter } from './router.js';
import { callAs, respond } from './service.js';
import { type ClusterState, emptyState, type Role, type State, type UserRow } from './store.js';
import { defaultSwitches, type Switches } from './switches.js';
import { createWorld } from './world.js';
import { seed as seedOrganization } from './zero/index.js';

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
    const match = path === undefined ? new Refusal(404, 'not found') : router(request.method, path.split('?')[0] ?? '');
    const operation = match instanceof Refusal ? undefined : match.operation.name;
    seen.operation = operation;
    const fault = faults.take(operation);
    const note = ({ id }: UserRow) => {
      seen.caller = id;
    };
    if (fault?.kind === 'latency') await fault.wait();
    const response = instead(fault) ?? spoil(respond(world, match, request, note), fault);
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
    as:
      (user) =>
      (name, input = {}) => {
        const operation = zero.operations.find((candidate) => candidate.name === name);
        if (!operation) throw new Error(`no operation ${name}`);
        return callAs(world, userOf(state, user), operation, input);
      },
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
