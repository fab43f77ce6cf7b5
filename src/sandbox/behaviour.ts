import type { Operation } from '../operation.js';
import type { OrganizationRow, Role, Row, State, UserRow } from './store.js';
import type { Switches } from './switches.js';

/** A failure the API answers: its status, and the text that becomes `{"error": text}`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** Everything behaviours read and change. */
export interface World {
  readonly state: State;
  readonly switches: Switches;
  /** What ids, tokens and signatures are made from. */
  readonly seed: string;
  /** Milliseconds since the epoch, from the injected clock. */
  readonly clock: () => number;
  /** The current time as Zero writes it: RFC 3339 in UTC. */
  now(): string;
  /** A new id in Zero's form: 27 letters, `b` first (FACTS 3.3). Repeats for the same seed and order of calls. */
  newId(): string;
  /** A new opaque credential, URL-safe, at least 40 characters. Repeats like {@link World.newId}. */
  newToken(): string;
  /** id, createdAt and updatedAt of a new row. */
  newRow(): Row;
}

/** One call that routing, validation and the organization's permission check have let through. */
export interface Call {
  readonly world: World;
  readonly operation: Operation;
  /** Path parameters, decoded. `organizationId` has been checked against the caller. */
  readonly params: Readonly<Record<string, string>>;
  /** Validated by the operation's query schema; numbers, booleans, lists and filters are parsed. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Validated by the operation's body schema, with its defaults filled in. Parse it again with the entity's schema to type it. */
  readonly body: unknown;
  /** Who calls. Not for get_id_token, which has no caller: reading it there throws. */
  readonly caller: UserRow;
  /** The path's organization and the caller's role in it. Reading either on a path without one throws. */
  readonly organization: OrganizationRow;
  readonly role: Role;
}

/** What one operation does: answers the body of a success (undefined where there is none), or throws a {@link Refusal}. */
export type Behaviour = (call: Call) => unknown;

/** Behaviours by operation name. */
export type Behaviours = Readonly<Record<string, Behaviour>>;
