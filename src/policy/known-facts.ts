import type { Device, Facts, Identity, Known } from './facts.js';
import type { Json } from './ppl.js';

/** What is known of a request; what is left out is unknown, except that it is a plain HTTP request: no SSH, no MCP call, no preflight. */
export type Request = Partial<Omit<Facts, 'at' | 'who'>>;

/** What is known of a signed-in person; what is left out is unknown. */
export interface Person {
  readonly email: string;
  readonly userId?: string;
  /** Values by flattened claim name. Claims that aren't named here stay unknown, unless `allClaims` says that these are all. */
  readonly claims?: Readonly<Record<string, readonly Json[]>>;
  readonly allClaims?: boolean;
  /** Ids of directory groups. */
  readonly groups?: readonly string[];
  readonly devices?: readonly Device[];
}

/** Nobody: what is known of a visitor without a session. */
export const ANONYMOUS: Identity = {
  signedIn: false,
  userId: undefined,
  email: '',
  claims: {},
  otherClaims: [],
  groups: undefined,
  devices: [],
};

/** Somebody who isn't signed in. */
export function anonymousFacts(at: number, request: Request = {}): Facts {
  return withRequest(at, ANONYMOUS, request);
}

/** A signed-in person. */
export function personFacts(at: number, person: Person, request: Request = {}): Facts {
  const { email } = person;
  const ofThem = (what: string) => ({ unknown: `the ${what} of ${email}` });
  const otherClaims: Known<readonly []> = person.allClaims ? [] : ofThem('claims');
  return withRequest(
    at,
    {
      signedIn: true,
      userId: person.userId ?? ofThem('user id'),
      email,
      claims: person.claims ?? {},
      otherClaims,
      groups: person.groups ?? ofThem('directory groups'),
      devices: person.devices ?? ofThem('devices'),
    },
    request,
  );
}

/** Somebody who signed in with an account of an unrelated domain: no claims, groups or devices, and no policy names them. */
export function strangerFacts(at: number, request: Request = {}): Facts {
  const stranger = { email: 'stranger@unrelated.invalid', userId: 'unrelated-stranger', claims: {}, allClaims: true };
  return personFacts(at, { ...stranger, groups: [], devices: [] }, request);
}

function withRequest(at: number, who: Identity, request: Request): Facts {
  return {
    at,
    who,
    method: { unknown: 'the HTTP method' },
    path: { unknown: 'the path' },
    ip: { unknown: "the visitor's address" },
    headers: {},
    certificate: { unknown: "the visitor's client certificate" },
    ssh: { username: '', publicKey: undefined },
    mcp: { method: undefined, tool: undefined },
    ...request,
  };
}
