import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Operation } from '../operation.js';
import { Refusal, type World } from './behaviour.js';
import { forbidden } from './records.js';
import type { OrganizationRow, Role, UserRow } from './store.js';

interface Claims {
  /** User id. */
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly exp: number;
}

/**
 * A new id token. It is signed, so that the state needn't hold it; one already issued outlives the renewal of the refresh
 * token it was made from (unknown: FACTS 3.2).
 */
export function issueIdToken(world: World, userId: string): string {
  const iat = Math.floor(world.clock() / 1000);
  const claims: Claims = { sub: userId, iat, exp: iat + world.switches.idTokenSeconds };
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${sign(world, content)}`;
}

/** The user an `Authorization` header names, or the service's 401. */
export function authenticate(world: World, authorization: string | undefined): UserRow {
  // Both schemes are in use (FACTS 3.2); the guide's one bare token is taken for a slip.
  const token = /^(?:Bearer|Pomerium) ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization ?? '')?.[1];
  if (!token) throw new Refusal(401, 'missing or malformed authorization header');
  const [header, payload = '', signature = ''] = token.split('.');
  if (!equal(sign(world, `${header}.${payload}`), signature)) throw new Refusal(401, 'invalid id token');
  const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (claims.exp * 1000 <= world.clock()) throw new Refusal(401, 'id token expired');
  const user = world.state.users[claims.sub];
  if (!user) throw new Refusal(401, 'user not found');
  return user;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign({ seed }: World, text: string): string {
  return createHmac('sha256', `id token ${seed}`).update(text).digest('base64url');
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The organization of a path and the caller's role in it, or a 403. It is checked before anything in the path is known
 * to exist (FACTS 3.7). Roles as in FACTS 3.6: owner and admin may all, an auditor reads, a member was granted nothing.
 */
export function authorize(
  world: World,
  operation: Operation,
  caller: UserRow,
  organizationId: string,
): { organization: OrganizationRow; role: Role } {
  const organization = world.state.organizations[organizationId];
  const membership = Object.values(world.state.memberships).find(
    (row) => row.organizationId === organizationId && row.userId === caller.id,
  );
  if (!organization || !membership) throw forbidden();
  const { role } = membership;
  const reads = operation.effect === 'read';
  if (operation.name !== 'leave_organization') {
    if (role === 'member') throw forbidden();
    if (role === 'auditor' && !reads) throw forbidden('manager');
  }
  if (operation.name === 'delete_organization' && role !== 'owner') throw forbidden('owner');
  const pays = operation.toolset === 'billing';
  if (organization.readOnly && !reads && !pays) throw new Refusal(403, 'organization is read-only');
  return { organization, role };
}
