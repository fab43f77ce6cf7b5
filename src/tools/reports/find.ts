import { z } from 'zod';
import type { Part } from '../../audit/check.js';
import { readSnapshot } from '../../audit/read-snapshot.js';
import type { Snapshot } from '../../audit/snapshot.js';
import type { Input } from '../../operation.js';
import { report } from '../../report.js';
import { consoleLink } from '../zero/console-link.js';
import { type Hit, KINDS, type Kind, search } from './search.js';

const DEFAULT_LIMIT = 20;
/** Characters of a text that fits. */
const SHOWN = 200;

/** What is read for each kind, beside the namespaces and clusters. */
const PARTS: Readonly<Partial<Record<Kind, Part>>> = {
  route: 'routes',
  policy: 'policies',
  keyPair: 'keyPairs',
  customDomain: 'customDomains',
  serviceAccount: 'serviceAccounts',
  user: 'users',
  invitation: 'invites',
};

export const find = report({
  name: 'find',
  title: 'Find',
  description:
    'Records of any kind by id, name, host, URL, upstream, e-mail or domain, best match first. Policies also by what their rules mention.',
  toolset: 'organizations',
  scope: 'cluster',
  input: z.strictObject({
    organizationId: z.string(),
    clusterId: z.string().optional().describe('Only this cluster.'),
    text: z.string().min(1),
    type: z.enum(KINDS).optional().describe('Only this kind.'),
    limit: z.int().min(1).optional().describe(`Default ${DEFAULT_LIMIT}.`),
  }),
  example: { text: 'grafana' },
  async run({ organizationId, clusterId, text, type, limit = DEFAULT_LIMIT }, sources) {
    // People belong to no cluster.
    const kinds = KINDS.filter(
      (kind) =>
        (type === undefined || kind === type) &&
        (clusterId === undefined || (kind !== 'user' && kind !== 'invitation')),
    );
    const parts = kinds.flatMap((kind) => PARTS[kind] ?? []);
    const snapshot = await readSnapshot({ organizationId, clusterId, parts }, sources);
    const hits = search(text, snapshot, kinds);
    const names = placesIn(snapshot);
    const notices = snapshot.missing.map(
      ({ part, clusterId: id, reason }) =>
        `${part}${id === undefined ? '' : ` of cluster ${names.get(id) ?? id}`} could not be read: ${reason}`,
    );
    return {
      items: hits.slice(0, limit).map((hit) => describe(hit, names)),
      total: hits.length,
      ...(hits.length > limit && { omitted: hits.length - limit }),
      ...(notices.length > 0 && { notices }),
    };
  },
});

function describe({ match, field, value, ...found }: Hit, names: ReadonlyMap<string, string>): Input {
  const where = names.get(found.namespaceId ?? found.clusterId ?? '');
  const link = consoleLink(found.type, found);
  const says = value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  return {
    ...found,
    ...(where !== undefined && { where }),
    match,
    ...(match !== 'id' && { field }),
    ...(match !== 'id' && value !== found.name && { value: says }),
    ...(link !== undefined && { link }),
  };
}

/** Names of namespaces and clusters, which share their ids (FACTS 3.3). */
function placesIn({ namespaces, clusters }: Snapshot): ReadonlyMap<string, string> {
  const places = [...clusters.map(({ cluster }) => cluster), ...namespaces];
  return new Map(places.map(({ id, name = id }) => [id, name]));
}
