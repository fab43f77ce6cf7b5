import type { Json } from './ppl.js';

/** Something that can't be known from here. */
export interface Unknown {
  /** What would decide it, in words: `the groups of anna@example.com, from the identity provider`. */
  readonly unknown: string;
}

export type Known<Value> = Value | Unknown;

/** Everything that a policy can look at, for one request at one moment. `undefined` is Rego's undefined: every operator on it is false. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The visit may come at any later moment, too: what the time decides isn't known. */
  readonly orLater?: true | undefined;
  readonly who: Identity;
  /** `GET`, in capitals as sent; undefined where the request isn't HTTP. */
  readonly method: Known<string> | undefined;
  /** Path without query, normalised. */
  readonly path: Known<string> | undefined;
  /** The visitor's address; undefined when it isn't an address. */
  readonly ip: Known<string> | undefined;
  /** Header values by their canonical names (`Origin`). */
  readonly headers: Readonly<Record<string, Known<readonly string[]>>>;
  readonly certificate: Known<Certificate>;
  readonly ssh: { readonly username: Known<string>; readonly publicKey: Known<string> | undefined };
  /** JSON-RPC method and tool name of an MCP call. */
  readonly mcp: { readonly method: Known<string> | undefined; readonly tool: Known<string> | undefined };
}

/** Who asks. Sessions, service accounts, user and directory records are resolved already (PPL.md 1.6). */
export interface Identity {
  readonly signedIn: Known<boolean>;
  /** Subject at the identity provider. */
  readonly userId: Known<string> | undefined;
  /** Empty when there is none: an anonymous visitor's is. */
  readonly email: Known<string>;
  /** Claims by their flattened names (`realm_access.roles`), user record before session. */
  readonly claims: Readonly<Record<string, Known<readonly Json[]>>>;
  /** What is said of a claim that `claims` doesn't have: absent, or not known. */
  readonly otherClaims: Known<readonly []>;
  /** Ids of directory groups; undefined without a directory record. */
  readonly groups: Known<readonly Json[]> | undefined;
  readonly devices: Known<readonly Device[]>;
}

export interface Device {
  /** Of its credential: what `device: {is: ...}` names. */
  readonly id: string;
  /** `any`, `enclave_only`. */
  readonly type: string;
  /** Whether the enrolment of the credential is on record. */
  readonly enrolled: boolean;
  readonly approved: boolean;
}

export interface Certificate {
  readonly presented: boolean;
  /** Whether it is good, or none is asked for. */
  readonly valid: boolean;
  /** What the leaf says of itself; undefined when there is none, or it can't be read. */
  readonly leaf: Leaf | undefined;
}

/** The parts of a certificate that a policy can ask for. */
export interface Leaf {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  /** SHA-256 of its public key (SPKI), base64. */
  readonly spkiHash: string;
  /** Subject alternative names. */
  readonly emails: readonly string[];
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
}

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}
