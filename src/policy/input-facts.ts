import { createHash, X509Certificate } from 'node:crypto';
import type { Certificate, Device, Facts, Identity, Leaf } from './facts.js';
import { isList, isObject, type JsonObject } from './grammar.js';
import { ANONYMOUS } from './known-facts.js';
import type { Json } from './ppl.js';

/** A databroker record: `{type: 'type.googleapis.com/session.Session', id, data}`. */
export interface DatabrokerRecord {
  readonly type: string;
  readonly id: string;
  readonly data: Json;
}

/** What the authorizer knows: its input document (`http`, `session`, `ssh`, `mcp`, `is_valid_client_certificate`) and the databroker's records. */
export function factsOf(input: Json, records: readonly DatabrokerRecord[], at: number): Facts {
  const { http, session, ssh, mcp, is_valid_client_certificate: valid } = objectOf(input);
  const { method, path, ip, headers, client_certificate: certificate } = objectOf(http);
  const { method: mcpMethod, tool_call: toolCall } = objectOf(mcp);
  const { username, publickey } = objectOf(ssh);
  return {
    at,
    who: identityOf(textOf(objectOf(session).id) ?? '', finder(records, at)),
    method: textOf(method),
    path: textOf(path),
    ip: textOf(ip),
    headers: Object.fromEntries(Object.entries(objectOf(headers)).map(([name, values]) => [name, textsOf(values)])),
    certificate: certificateOf(objectOf(certificate), valid === true),
    ssh: { username: textOf(username) ?? '', publicKey: textOf(publickey) },
    mcp: { method: textOf(mcpMethod), tool: textOf(objectOf(toolCall).name) },
  };
}

type Find = (type: keyof typeof TYPES, id: Json | undefined) => JsonObject | undefined;

const TYPES = {
  session: 'type.googleapis.com/session.Session',
  serviceAccount: 'type.googleapis.com/user.ServiceAccount',
  user: 'type.googleapis.com/user.User',
  directoryUser: 'pomerium.io/DirectoryUser',
  credential: 'type.googleapis.com/pomerium.device.Credential',
  enrollment: 'type.googleapis.com/pomerium.device.Enrollment',
} as const;

type Index = ReadonlyMap<string, ReadonlyMap<string, Json>>;

const indexes = new WeakMap<readonly DatabrokerRecord[], Index>();

function indexOf(records: readonly DatabrokerRecord[]): Index {
  const index = new Map<string, Map<string, Json>>();
  for (const { type, id, data } of records) {
    const ofType = index.get(type) ?? new Map<string, Json>();
    index.set(type, ofType.set(id, data));
  }
  return index;
}

/** Records by type and id; the last one of an id counts, and expired sessions and service accounts count as absent. */
function finder(records: readonly DatabrokerRecord[], at: number): Find {
  const index = indexes.get(records) ?? indexOf(records);
  indexes.set(records, index);
  return (type, id) => {
    const data = typeof id === 'string' ? index.get(TYPES[type])?.get(id) : undefined;
    if (!isObject(data)) return undefined;
    const expires = type === 'session' || type === 'serviceAccount';
    return expires && momentOf(data.expires_at) < at ? undefined : data;
  };
}

/** A protobuf timestamp, as text or by its fields; NaN where there is none. */
function momentOf(value: Json | undefined): number {
  if (typeof value === 'string') return Date.parse(value);
  const { seconds = Number.NaN, nanos = 0 } = objectOf(value);
  return Number(seconds) * 1000 + Number(nanos) / 1e6;
}

/** A service account, else whom a session stands for, else the session itself (PPL.md 1.6). */
function sessionOf(id: string, find: Find): JsonObject | undefined {
  const account = find('serviceAccount', id);
  if (account) return account;
  const session = find('session', id);
  const impersonated = textOf(session?.impersonate_session_id) ?? '';
  return impersonated === '' ? session : find('session', impersonated);
}

function identityOf(id: string, find: Find): Identity {
  const session = sessionOf(id, find);
  if (!session) return ANONYMOUS;
  const sessionId = session.id ?? '';
  const user = find('user', session.user_id);
  const directoryUser = find('directoryUser', session.user_id);
  const groups = directoryUser?.group_ids ?? [];
  return {
    signedIn: sessionId !== '',
    userId: textOf(session.user_id),
    email: textOf(directoryUser?.email) || textOf(user?.email) || '',
    claims: claimsOf(unionOf(objectOf(session.claims), objectOf(user?.claims))),
    otherClaims: [],
    groups: directoryUser && (isList(groups) ? groups : []),
    devices: devicesOf(session, find),
  };
}

const MOST_SEGMENTS = 5;

/** Both objects, nested ones too; of anything else the second counts. */
function unionOf(one: JsonObject, other: JsonObject): JsonObject {
  const union = new Map(Object.entries(one));
  for (const [key, value] of Object.entries(other)) {
    const before = union.get(key);
    union.set(key, isObject(before) && isObject(value) ? unionOf(before, value) : value);
  }
  return Object.fromEntries(union);
}

/**
 * Claims by every name that finds them: as they are called, then nested ones by their keys joined by `/` and `.` in any
 * mix. A key that has one of these itself is found only at the top.
 */
function claimsOf(claims: JsonObject): Readonly<Record<string, readonly Json[]>> {
  const all = new Map<string, readonly Json[]>();
  for (const [name, value] of Object.entries(claims)) all.set(name, elementsOf(value));
  const addNested = (names: readonly string[], value: Json, depth: number) => {
    if (!isObject(value) || depth === MOST_SEGMENTS) return;
    for (const [key, nested] of Object.entries(value)) {
      if (/[./]/.test(key)) continue;
      const paths = names.flatMap((name) => [`${name}.${key}`, `${name}/${key}`]);
      for (const path of paths) if (!all.has(path)) all.set(path, elementsOf(nested));
      addNested(paths, nested, depth + 1);
    }
  };
  for (const [name, value] of Object.entries(claims)) if (!/[./]/.test(name)) addNested([name], value, 1);
  return Object.fromEntries(all);
}

/** What Rego goes through: the elements of a list, the values of an object, nothing of anything else. */
function elementsOf(value: Json): readonly Json[] {
  if (isList(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function devicesOf(session: JsonObject, find: Find): readonly Device[] {
  const listed = isList(session.device_credentials) ? session.device_credentials : [];
  const seen = new Set<string>();
  return listed.map(objectOf).flatMap((entry): readonly Device[] => {
    const type = textOf(entry.type_id);
    const { Id: id } = objectOf(entry.Credential);
    // The first of a type that has an id counts, whether or not its record is there.
    if (type === undefined || id === undefined || seen.has(type)) return [];
    seen.add(type);
    const credential = find('credential', id);
    if (!credential) return [];
    const enrollment = find('enrollment', credential.enrollment_id);
    const approved = enrollment?.approved_by !== undefined;
    return [{ id: textOf(credential.id) ?? '', type, enrolled: enrollment !== undefined, approved }];
  });
}

function certificateOf({ presented, leaf }: JsonObject, valid: boolean): Certificate {
  return { presented: presented === true, valid, leaf: readLeaf(textOf(leaf) ?? '') };
}

/** What a policy can ask of a certificate in PEM; undefined when it can't be read. */
export function readLeaf(pem: string): Leaf | undefined {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    const { raw, publicKey, subjectAltName = '' } = new X509Certificate(pem.trim());
    const names = subjectNames(subjectAltName);
    return {
      fingerprint: createHash('sha256').update(raw).digest('hex'),
      spkiHash: createHash('sha256')
        .update(publicKey.export({ type: 'spki', format: 'der' }))
        .digest('base64'),
      emails: names('email'),
      dnsNames: names('DNS'),
      // Go's URLs have their scheme in lower case.
      uris: names('URI').map((uri) => uri.replace(/^[^:/?#]+:/, (scheme) => scheme.toLowerCase())),
    };
  } catch {
    return undefined;
  }
}

/** Node joins the names as `DNS:a, URI:"b, c"`, those with special characters as JSON texts. */
function subjectNames(joined: string): (type: string) => readonly string[] {
  const names = [...joined.matchAll(/(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, type, name = '']) => ({
    type,
    name: name.startsWith('"') ? String(JSON.parse(name)) : name,
  }));
  return (wanted) => names.filter(({ type }) => type === wanted).map(({ name }) => name);
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: Json | undefined): readonly string[] {
  return [value ?? []].flat().filter((item) => typeof item === 'string');
}
