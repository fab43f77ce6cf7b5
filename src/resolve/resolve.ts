import type { RouteRecord } from '../audit/snapshot.js';
import { quote, ToolError } from '../errors.js';
import type { Read } from '../guard/affected.js';
import { createLastRead } from '../guard/last-read.js';
import { nearest } from '../nearest.js';
import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';
import { parseAddress } from '../policy/routes/address.js';
import { ancestors, type Candidate, candidatesOf, type Kind, type Place, rowsOf } from './candidates.js';

/** Arguments and fields of records that hold an id, or a list of them. */
const NAMED: Readonly<Record<string, Kind>> = {
  clusterId: 'cluster',
  namespaceId: 'namespace',
  routeId: 'route',
  policyId: 'policy',
  policyIds: 'policy',
  sshPolicyId: 'policy',
  keyPairId: 'key pair',
  tlsCustomCaKeyPairId: 'key pair',
  tlsClientKeyPairId: 'key pair',
  tlsDownstreamClientCaKeyPairId: 'key pair',
  certificateAuthorityKeyPairId: 'key pair',
  downstreamMtlsCaKeyPairId: 'key pair',
  serviceAccountId: 'service account',
  customDomainId: 'custom domain',
  ownerUserId: 'user',
};

/** Arguments that name a record only where the API's path or query has them: elsewhere they are something else. */
const NAMED_ON_THE_WAY: Readonly<Record<string, Kind>> = { userId: 'user', invitationId: 'invitation' };

/** Objects whose fields are looked at, in a record or for one; others may be maps with keys of anybody's choice. */
const OPEN_OBJECTS = ['upstreamTunnel', 'fields'];

/** What an activity entry's record may be, as the API calls it. */
const ENTITY_KINDS: Readonly<Record<string, Kind>> = { route: 'route', policy: 'policy', key_pair: 'key pair' };

/** Candidates that an error lists. */
const MOST = 10;

export interface Resolved {
  readonly input: Input;
  /** What was a name, with the id it means: `{routeId: 'b…'}`; of a list of ids the field's own place, `policyIds[1]`. */
  readonly names: Readonly<Record<string, string>>;
}

/**
 * Puts ids in the place of names, hosts, URLs and domains. What looks like an id is left alone; so is what nothing can be
 * compared with, for the API to judge. Everything that comes after (pin, plan, digest) sees ids only.
 *
 * @throws ToolError `invalid_input` where a name means several records, `not_found` where it means none; both list candidates
 */
export async function resolveNames(
  tool: Pick<Operation, 'params' | 'query'> & { readonly path?: string },
  input: Input,
  place: Omit<Place, 'organizationId' | 'clusterId'>,
  reading: Read,
): Promise<Resolved> {
  const read = createLastRead(reading).last;
  const names: Record<string, string> = {};
  let context: Input = input;
  // Where a record is meant to be whose values `fields` has.
  let home: Input = {};

  const one = async (value: unknown, kinds: readonly Kind[], at: string): Promise<unknown> => {
    if (typeof value !== 'string' || !isName(value)) return value;
    const where = { ...place, organizationId: context.organizationId, clusterId: context.clusterId };
    const candidates = (await Promise.all(kinds.map((kind) => candidatesOf(kind, where, read)))).flat();
    const found = await meant(value, candidates, { at, kinds, input: { ...context, ...home }, read });
    if (found === undefined || found === value) return value;
    names[at] = found;
    return found;
  };
  const any = async (name: string, value: unknown, at: string): Promise<unknown> => {
    const kinds = kindsOf(tool, name, input);
    if (kinds) {
      if (!Array.isArray(value)) return one(value, kinds, at);
      return Promise.all(value.map((item, index) => one(item, kinds, `${at}[${index}]`)));
    }
    if (OPEN_OBJECTS.includes(name) && isFields(value)) {
      return mapFields(value, (inner, field) => any(inner, field, `${at}.${inner}`));
    }
    return value;
  };

  // What the others are looked for in comes first.
  for (const name of ['organizationId', 'clusterId', 'namespaceId']) {
    if (input[name] === undefined) continue;
    const kinds: readonly Kind[] = name === 'organizationId' ? ['organization'] : [NAMED[name] ?? 'cluster'];
    context = { ...context, [name]: await one(context[name], kinds, name) };
  }
  if (isFields(input.fields) && input.fields.namespaceId !== undefined) {
    home = { namespaceId: await one(input.fields.namespaceId, ['namespace'], 'fields.namespaceId') };
  }
  for (const [name, value] of Object.entries(input)) {
    if (['organizationId', 'clusterId', 'namespaceId'].includes(name)) continue;
    const resolved =
      name === 'patch' ? await patched(value as readonly PatchOperation[]) : await any(name, value, name);
    if (resolved !== value) context = { ...context, [name]: resolved };
  }
  return { input: context, names };

  function patched(steps: readonly PatchOperation[]): Promise<unknown> {
    return Promise.all(
      steps.map(async (step, index) => {
        const field = step.path.split('/').findLast((token) => Object.hasOwn(NAMED, token));
        const isValue = field !== undefined && (typeof step.value === 'string' || Array.isArray(step.value));
        return isValue ? { ...step, value: await any(field, step.value, `patch[${index}].value`) } : step;
      }),
    );
  }
}

function isFields(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindsOf(
  { params, query }: Pick<Operation, 'params' | 'query'>,
  name: string,
  input: Input,
): readonly Kind[] | undefined {
  if (Object.hasOwn(NAMED, name)) return [NAMED[name]].flatMap((kind) => kind ?? []);
  if (name === 'entityId' && 'entityId' in query.shape) {
    const kind = ENTITY_KINDS[String(input.entityType)];
    return input.entityType === undefined ? Object.values(ENTITY_KINDS) : kind && [kind];
  }
  const isOnTheWay = 'organizationId' in params.shape && (name in params.shape || name in query.shape);
  const kind = isOnTheWay && Object.hasOwn(NAMED_ON_THE_WAY, name) ? NAMED_ON_THE_WAY[name] : undefined;
  return kind && [kind];
}

/**
 * Zero's ids are 27 letters (FACTS 3.3); an id of another make is a UUID. What can't stand in a path is no name either,
 * but for URLs, and is refused where the request is built.
 */
function isName(text: string): boolean {
  if (/^[A-Za-z0-9]{27}$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return false;
  const isUrl = text.length <= 1000 && /^[a-z][a-z0-9+.-]*:\/\/[^\s\\]+$/i.test(text);
  return isUrl || (text.trim() === text && text.length <= LONGEST && !/^\.{0,2}$|[/\\%\p{C}]/u.test(text));
}

/** What lists the records of a kind. */
const LISTS: Readonly<Record<Kind, string>> = {
  organization: 'list_organizations',
  cluster: 'list_clusters',
  namespace: 'list_namespaces',
  route: 'list_routes',
  policy: 'list_policies',
  'key pair': 'list_key_pairs',
  'service account': 'list_service_accounts',
  'custom domain': 'list_custom_domains',
  user: 'list_users_in_organization',
  invitation: 'list_organization_invites',
};

/** Characters; no name is longer. */
const LONGEST = 256;

interface Question {
  readonly at: string;
  readonly kinds: readonly Kind[];
  readonly input: Input;
  readonly read: Read;
}

/** The id that a text means; undefined when there is nothing to compare it with. */
async function meant(text: string, found: readonly Candidate[], question: Question): Promise<string | undefined> {
  const candidates = [...new Map(found.map((candidate) => [candidate.id, candidate])).values()];
  if (candidates.length === 0) return undefined;
  if (candidates.some(({ id }) => id === text)) return text;
  const same = (fits: (own: string) => boolean) =>
    candidates.filter(({ name, aliases }) => [name, ...aliases].some(fits));
  const wanted = fold(text);
  const exact = same((own) => own === text);
  let matching: readonly Candidate[] = exact.length > 0 ? exact : same((own) => fold(own) === wanted);
  if (matching.length === 0) matching = await answering(text, candidates, question);
  if (matching.length > 1) matching = await nearby(matching, question);
  const [only, ...others] = matching;
  if (only && others.length === 0) return only.id;
  const noun = question.kinds.length === 1 ? question.kinds[0] : 'record';
  if (only) {
    const list = await listed(matching, question);
    throw new ToolError(
      'invalid_input',
      `${question.at}: ${quote(text)} means ${matching.length} of kind ${noun}: ${list}.`,
      {
        next: 'Nothing was sent. Give the id of one of them.',
      },
    );
  }
  const like = alike(wanted, candidates);
  const hint = like.length > 0 ? ` Did you mean ${await listed(like, question)}?` : '';
  throw new ToolError('not_found', `${question.at}: no ${noun} is called ${quote(text)}.${hint}`, {
    next: (offers) => {
      const tool = ['find', ...question.kinds.map((kind) => LISTS[kind])].find(offers);
      const look = tool === undefined ? '' : ` Look for it with ${tool}.`;
      return `Nothing was sent.${like.length > 0 ? ' Give the id of the one that is meant.' : look}`;
    },
  });
}

/** The routes of a URL's own host: of several the one that answers the URL. */
async function answering(
  text: string,
  candidates: readonly Candidate[],
  { kinds }: Question,
): Promise<readonly Candidate[]> {
  const address = parseAddress(text);
  if (!address?.host) return [];
  const named = address.port ? [address.host, `${address.host}:${address.port}`] : [address.host];
  const ofHost = candidates.filter(({ aliases }) => aliases.some((own) => named.includes(own.toLowerCase())));
  if (ofHost.length < 2 || !kinds.includes('route')) return ofHost;
  const { matchRoute } = await import('../policy/routes/match.js');
  const answer = matchRoute(
    ofHost.map(({ record }) => record as RouteRecord),
    text,
  )?.route?.id;
  return answer === undefined ? ofHost : ofHost.filter(({ id }) => id === answer);
}

/** Of several the one that the call's own namespace has or inherits, when that is one. */
async function nearby(matching: readonly Candidate[], { at, input, read }: Question): Promise<readonly Candidate[]> {
  const { organizationId, namespaceId, clusterId, routeId } = input;
  // A cluster's namespace has its id (FACTS 3.3).
  const record =
    at !== 'routeId' && typeof routeId === 'string' ? await read('get_route', { organizationId, routeId }) : undefined;
  const own = namespaceId ?? clusterId ?? (Object(record) as { namespaceId?: unknown }).namespaceId;
  if (typeof own !== 'string') return matching;
  const reachable = ancestors(own, rowsOf(await read('list_namespaces', { organizationId }))) ?? [own];
  const here = matching.filter((candidate) => reachable.includes(candidate.namespaceId ?? ''));
  return here.length > 0 ? here : matching;
}

/** Names that have the text in them, else the one most like it. */
function alike(wanted: string, candidates: readonly Candidate[]): readonly Candidate[] {
  const called = (fits: (own: string) => boolean) =>
    candidates.filter(({ name, aliases }) => [name, ...aliases].map(fold).some(fits));
  const containing = wanted.length > 2 ? called((own) => own.includes(wanted)) : [];
  if (containing.length > 0) return containing.slice(0, MOST);
  const near = nearest(
    wanted,
    candidates.flatMap(({ name, aliases }) => [name, ...aliases].map(fold)),
  );
  return near === undefined ? [] : called((own) => own === near).slice(0, MOST);
}

async function listed(candidates: readonly Candidate[], { input, read }: Question): Promise<string> {
  const spread = new Set(candidates.map(({ namespaceId }) => namespaceId)).size > 1;
  const places = spread ? rowsOf(await read('list_namespaces', { organizationId: input.organizationId })) : [];
  const shown = candidates.slice(0, MOST).map(({ id, name, namespaceId }) => {
    const place = places.find((row) => row.id === namespaceId)?.name;
    return `${id} (${quote(name)}${typeof place === 'string' ? ` in ${quote(place)}` : ''})`;
  });
  return [...shown, ...(candidates.length > MOST ? [`${candidates.length - MOST} more`] : [])].join(', ');
}

/** Case and accents don't count. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

async function mapFields(fields: Input, map: (name: string, field: unknown) => Promise<unknown>): Promise<Input> {
  const mapped = Object.entries(fields).map(async ([name, field]) => [name, await map(name, field)] as const);
  return Object.fromEntries(await Promise.all(mapped));
}
