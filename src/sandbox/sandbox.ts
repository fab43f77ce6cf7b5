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
    const seen: SeenRequest = { method: request.method, url: underBase(request.url), body: request.body ?? '' };
    requests.push(seen);
    for (const hook of hooks) hook(seen);
    const match = attempt(() => matchOf(seen));
    const operation = match instanceof Refusal ? undefined : match.operation.name;
    seen.operation = operation;
    const fault = faults.take(operation);
    if (fault?.kind === 'latency') await fault.wait();
    const response = instead(fault) ?? spoil(respond(world, match, request, seen), fault);
    if (!response.broken) seen.status = response.status;
    return response;
  }

  function matchOf(seen: SeenRequest): Match {
    if (seen.url === '') throw new Refusal(404, 'not found');
    return router(seen.method, seen.url.split('?')[0] ?? '');
  }

  const tokenOf = (role: Role): string => {
    const users = usersWith(world.state, role);
    const found = Object.values(world.state.refreshTokens).find((row) => users.some((user) => user.id === row.userId));
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
    as: (user) => act(world, userOf(world.state, user)),
    live(clusterId) {
      const running = world.state.live[clusterId];
      if (!running) throw new Error(`no cluster ${clusterId}`);
      return structuredClone(running);
    },
    saved: (clusterId) => savedState(world.state, clusterId),
    snapshot: () => structuredClone(world.state),
    restore: (snapshot) => {
      Object.assign(world.state, structuredClone(snapshot));
    },
  };
}

/** Path and query under the base path; empty for anything outside it. */
function underBase(url: string): string {
  const { pathname, search } = new URL(url, 'http://sandbox');
  return pathname.startsWith(`${BASE_PATH}/`) ? pathname.slice(BASE_PATH.length) + search : '';
}

/** The answer to one request: match, caller, organization, query and body in turn, then the operation's behaviour. */
function respond(world: World, match: Match | Refusal, request: SandboxRequest, seen: SeenRequest): SandboxResponse {
  try {
    if (match instanceof Refusal) throw match;
    const { operation, params } = match;
    const caller = operation.name === 'get_id_token' ? undefined : authenticate(world, request.headers.authorization);
    seen.caller = caller?.id;
    const body = perform(world, operation, caller, params, () => ({
      query: validQuery(operation, new URL(seen.url, 'http://sandbox').searchParams),
      body: validBody(operation, seen.body, request.headers['content-type'] ?? '', bodyRules),
    }));
    return answer(operation.status, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return answer(error.status, { error: error.message }, error.headers);
  }
}

/** Runs an operation's behaviour once the caller is known to have a place in the organization; `read` validates the rest. */
function perform(
  world: World,
  operation: Operation,
  caller: UserRow | undefined,
  params: Call['params'],
  read: () => Pick<Call, 'query' | 'body'>,
): unknown {
  const { organizationId } = params;
  const place =
    caller && organizationId !== undefined ? authorize(world, operation, caller, organizationId) : undefined;
  const call: Call = {
    world,
    operation,
    params,
    ...read(),
    get caller() {
      return present(caller, 'caller');
    },
    get organization() {
      return present(place, 'organization').organization;
    },
    get role() {
      return present(place, 'organization').role;
    },
  };
  return behaviourOf(operation)(call);
}

function behaviourOf({ name }: Operation) {
  const behaviour = behaviours[name];
  if (!behaviour) throw new Refusal(501, `${name} is not implemented`);
  return behaviour;
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`this operation has no ${what}`);
  return value;
}

function answer(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): SandboxResponse {
  return body === undefined
    ? { status, headers, body: '' }
    : { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** What a fault answers without the request being processed. */
function instead(fault: Fault | undefined): SandboxResponse | undefined {
  if (fault?.kind === 'status') {
    const headers = fault.retryAfter === undefined ? undefined : { 'retry-after': fault.retryAfter };
    return answer(fault.status, { error: fault.error ?? 'injected fault' }, headers);
  }
  if (fault?.kind === 'expired-token') return answer(401, { error: 'id token expired' });
  return fault?.kind === 'reset' && fault.when === 'before' ? { ...answer(500), broken: 'reset' } : undefined;
}

/** What a fault makes of an answer. */
function spoil(response: SandboxResponse, fault: Fault | undefined): SandboxResponse {
  if (fault?.kind === 'reset') return { ...response, broken: 'reset' };
  if (fault?.kind === 'truncated') return { ...response, broken: 'truncated' };
  if (fault?.kind === 'not-json')
    return { ...response, headers: { 'content-type': 'text/html' }, body: '<html><body>Bad gateway</body></html>' };
  return response;
}

function attempt<T>(action: () => T): T | Refusal {
  try {
    return action();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
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
    const membership = Object.values(world.state.memberships).find((row) => row.userId === user.id);
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
