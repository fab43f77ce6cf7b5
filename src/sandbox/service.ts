import { z } from 'zod';
import type { Input, Operation } from '../operation.js';
import { authenticate, authorize } from './auth.js';
import { type Call, Refusal, type World } from './behaviour.js';
import { jsonAnswer, type SandboxRequest, type SandboxResponse } from './response.js';
import type { Match } from './router.js';
import type { UserRow } from './store.js';
import { completeBody, valid, validBody, validQuery } from './validation.js';
import { behaviours, bodyRules } from './zero/index.js';

/**
 * The answer to one request: match, caller, organization, query and body in turn, then the operation's behaviour.
 * `onCaller` learns who called, once that is proven.
 */
export function respond(
  world: World,
  match: Match | Refusal,
  request: SandboxRequest,
  onCaller: (caller: UserRow) => void,
): SandboxResponse {
  try {
    if (match instanceof Refusal) throw match;
    const { operation, params } = match;
    const caller = operation.name === 'get_id_token' ? undefined : authenticate(world, request.headers.authorization);
    if (caller) onCaller(caller);
    const body = perform(world, operation, caller, params, () => ({
      query: validQuery(operation, new URL(request.url, 'http://sandbox').searchParams),
      body: validBody(operation, request.body ?? '', request.headers['content-type'] ?? '', bodyRules),
    }));
    return jsonAnswer(operation.status, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return jsonAnswer(error.status, { error: error.message }, error.headers);
  }
}

/** One call of a user without any wire: `input` is flat, like a tool's. Throws the {@link Refusal}. */
export function callAs(world: World, user: UserRow, operation: Operation, input: Input): unknown {
  const membership = Object.values(world.state.memberships).find((row) => row.userId === user.id);
  const given: Input = { organizationId: membership?.organizationId, ...input };
  const part = (schema: z.ZodType | undefined) =>
    Object.fromEntries(
      Object.entries(given).filter(([field]) => schema instanceof z.ZodObject && Object.hasOwn(schema.shape, field)),
    );
  const { params, query, body } = operation;
  const path = valid(params, part(params)) as Call['params'];
  const answer = perform(world, operation, user, path, () => ({
    query: valid(query, part(query)),
    body: body && completeBody(operation, body instanceof z.ZodArray ? given.patch : part(body), bodyRules),
  }));
  return structuredClone(answer);
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
  const behaviour = behaviours[operation.name];
  if (!behaviour) throw new Refusal(501, `${operation.name} is not implemented`);
  return behaviour({
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
  });
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`this operation has no ${what}`);
  return value;
}
