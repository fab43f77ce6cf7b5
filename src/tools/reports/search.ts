import type { Snapshot } from '../../audit/snapshot.js';
import { nearest } from '../../nearest.js';
import { BLOCKS, type Json, keyOf, type Policy } from '../../policy/ppl.js';
import { hostOf, parseAddress } from '../../policy/routes/address.js';
import { matchRoute } from '../../policy/routes/match.js';
import { entryOf } from '../../policy/routes/table.js';

/** Kinds of records that a text is looked for in. */
export const KINDS = [
  'route',
  'policy',
  'keyPair',
  'cluster',
  'namespace',
  'customDomain',
  'serviceAccount',
  'user',
  'invitation',
] as const;
export type Kind = (typeof KINDS)[number];

/** How a record fits a text, best first. `answers`: a route that takes requests to the URL. */
const MATCHES = ['id', 'answers', 'exact', 'prefix', 'contains', 'near'] as const;

/** A record that fits a text. */
export interface Hit extends Found {
  readonly match: (typeof MATCHES)[number];
  /** What of the record fits: `name`, `from`, `allow email`. */
  readonly field: string;
  readonly value: string;
}

interface Found {
  readonly type: Kind;
  readonly id: string;
  readonly name: string;
  readonly namespaceId?: string;
  readonly clusterId?: string;
}

interface Candidate extends Found {
  /** Field and text; lists and policies have several of a field. */
  readonly texts: readonly (readonly [field: string, text: string])[];
}

/**
 * Records that have a text, best first: in their id, their name, and in what else a person may know them by. A URL also
 * finds the routes that answer it. Where nothing has it, those with the text most like it.
 */
export function search(text: string, snapshot: Snapshot, kinds: readonly Kind[] = KINDS): readonly Hit[] {
  const candidates = kinds.flatMap((kind) => READERS[kind](snapshot));
  const address = parseAddress(text.trim());
  const needles = [text, ...(address?.host ? [address.host] : [])].map(fold).filter(Boolean);
  const answering = address ? answeringTo(text.trim(), snapshot) : new Set();
  const hits = candidates.flatMap((candidate) => {
    const hit = bestHit(candidate, needles);
    const answers = candidate.type === 'route' && answering.has(candidate.id) && hit?.match !== 'id';
    return answers ? hitOf(candidate, 'answers', 'from', fieldOf(candidate, 'from')) : (hit ?? []);
  });
  if (hits.length > 0) return hits.sort(byRank);
  return likely(text, candidates, snapshot).sort(byRank);
}

/** Where no text fits: a host that a wildcard takes, else a slip of the pen. */
function likely(text: string, candidates: readonly Candidate[], snapshot: Snapshot): Hit[] {
  const name = text.trim();
  const answering = /^[\w-]+(\.[\w-]+)+$/.test(name) ? answeringTo(`https://${name}`, snapshot) : new Set();
  const answers = candidates.filter(({ type, id }) => type === 'route' && answering.has(id));
  if (answers.length > 0) {
    return answers.map((candidate) => hitOf(candidate, 'answers', 'from', fieldOf(candidate, 'from')));
  }
  const meant = nearest(
    fold(name),
    candidates.flatMap(({ texts }) => texts.map(([, value]) => fold(value))),
  );
  return candidates.flatMap((candidate) => {
    const [field, value] = candidate.texts.find(([, one]) => fold(one) === meant) ?? [];
    return field === undefined || value === undefined ? [] : hitOf(candidate, 'near', field, value);
  });
}

/** Ids of the routes that take a request to a URL, in any cluster. */
function answeringTo(url: string, { clusters, routes }: Snapshot): ReadonlySet<unknown> {
  const answering = clusters.map(({ cluster }) => {
    const served = routes.filter(({ clusterIds }) => clusterIds.includes(cluster.id));
    return matchRoute(
      served.map(({ route }) => route),
      url,
    )?.route?.id;
  });
  return new Set(answering.filter(Boolean));
}

function bestHit(candidate: Candidate, needles: readonly string[]): Hit | undefined {
  const [text = ''] = needles;
  if (fold(candidate.id) === text) return hitOf(candidate, 'id', 'id', candidate.id);
  const hits = candidate.texts.flatMap(([field, value]) => {
    const match = matchOf(fold(value), needles);
    return match ? hitOf(candidate, match, field, value) : [];
  });
  return hits.sort(byRank)[0];
}

function matchOf(value: string, needles: readonly string[]): Hit['match'] | undefined {
  if (needles.includes(value)) return 'exact';
  if (needles.some((needle) => value.startsWith(needle))) return 'prefix';
  return needles.some((needle) => value.includes(needle)) ? 'contains' : undefined;
}

function hitOf({ texts, ...found }: Candidate, match: Hit['match'], field: string, value: string): Hit {
  return { ...found, match, field, value };
}

function fieldOf({ texts }: Candidate, field: string): string {
  return texts.find(([name]) => name === field)?.[1] ?? '';
}

function byRank(one: Hit, other: Hit): number {
  return (
    MATCHES.indexOf(one.match) - MATCHES.indexOf(other.match) ||
    KINDS.indexOf(one.type) - KINDS.indexOf(other.type) ||
    one.name.localeCompare(other.name, 'en') ||
    (one.id < other.id ? -1 : 1)
  );
}

/** Case and accents don't count: Tomás is found as tomas. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

type Texts = Readonly<Record<string, string | readonly string[] | undefined>>;

function candidate(
  type: Kind,
  { id, namespaceId, clusterId }: Pick<Found, 'id' | 'namespaceId' | 'clusterId'>,
  name: string | undefined,
  texts: Texts,
): Candidate {
  const place = { ...(namespaceId && { namespaceId }), ...(clusterId && { clusterId }) };
  const pairs = Object.entries(texts).flatMap(([field, values]) =>
    [values ?? []].flat().map((value) => [field, value] as const),
  );
  return { type, id, name: name || id, ...place, texts: pairs };
}

const READERS: Readonly<Record<Kind, (snapshot: Snapshot) => readonly Candidate[]>> = {
  route: ({ routes }) =>
    routes.map(({ route }) => {
      const { name, from, to, description } = route;
      const host = entryOf(route)?.entrance.authorities.map(hostOf);
      return candidate('route', route, name, { name, host, from, to, description });
    }),
  policy: ({ policies }) =>
    policies.map(({ policy, parsed = [] }) => {
      const { name, description } = policy;
      const found = candidate('policy', policy, name, { name, description });
      return { ...found, texts: [...found.texts, ...mentionedBy(parsed)] };
    }),
  keyPair: ({ keyPairs }) =>
    keyPairs.map((keyPair) => {
      const [leaf] = keyPair.certificateInfo ?? [];
      const certificate = [leaf?.subject?.commonName ?? [], leaf?.dnsNames ?? []].flat();
      return candidate('keyPair', keyPair, keyPair.name, { name: keyPair.name, certificate });
    }),
  cluster: ({ clusters }) =>
    clusters.map(({ cluster }) => {
      const { name, fqdn, domain } = cluster;
      return candidate('cluster', cluster, name, { name, fqdn, domain });
    }),
  namespace: ({ namespaces, clusters }) => {
    // FACTS 3.3: a cluster's namespace has its id and name, and is found as the cluster.
    const own = new Set(clusters.map(({ cluster }) => cluster.id));
    return namespaces
      .filter(({ id }) => !own.has(id))
      .map(({ id, name }) => candidate('namespace', { id }, name, { name }));
  },
  customDomain: ({ customDomains }) =>
    customDomains.map((domain) => candidate('customDomain', domain, domain.domainName, { name: domain.domainName })),
  serviceAccount: ({ serviceAccounts }) =>
    serviceAccounts.map((account) => {
      const { description, userId } = account;
      return candidate('serviceAccount', account, description, { name: description, userId });
    }),
  user: ({ users }) =>
    users.map((user) => {
      const { displayName, email } = user;
      return candidate('user', user, displayName ?? email, { name: displayName, email });
    }),
  invitation: ({ invites }) => invites.map(({ id, email }) => candidate('invitation', { id }, email, { name: email })),
};

/** What a policy's criteria compare with: addresses, domains, groups, paths. */
function mentionedBy(policy: Policy): Candidate['texts'] {
  return policy.flatMap((rule) =>
    BLOCKS.flatMap((block) =>
      rule[block].flatMap((criterion) =>
        stringsIn(criterion.data).map((text) => [`${rule.action} ${keyOf(criterion)}`, text] as const),
      ),
    ),
  );
}

function stringsIn(data: Json): readonly string[] {
  if (typeof data === 'string') return [data];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(stringsIn) : [];
}
