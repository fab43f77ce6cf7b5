import type { Read } from '../guard/affected.js';
import type { Pin } from '../input.js';
import { type Address, targetOf } from './address.js';
import { namespaceOf, organizations } from './records.js';
import type { Change } from './watch.js';

/** Entries of the log that one look takes. */
const MOST = 100;

/** Records that are listed one by one. */
const LISTED_TYPES = ['route', 'policy', 'key_pair', 'namespace'];

interface Entry {
  readonly id?: unknown;
  readonly updatedAt?: unknown;
  readonly activityType?: unknown;
  readonly applied?: unknown;
  readonly entity?: { readonly type?: unknown; readonly id?: unknown; readonly data?: { readonly name?: unknown } };
  readonly namespace?: { readonly id?: unknown };
}

/** Answers the newest changes in all organizations that may be seen, or in the pinned cluster. */
export function createLook(loadRead: () => Promise<Read>, pin: Pin): () => Promise<readonly Change[]> {
  let places: Promise<readonly Readonly<Record<string, string>>[]> | undefined;
  async function findPlaces(read: Read) {
    const found = (await organizations(read, pin)).map(async ({ id: organizationId }) => {
      return { organizationId, ...(pin.cluster && { namespaceId: await namespaceOf(organizationId, read, pin) }) };
    });
    return Promise.all(found);
  }
  return async () => {
    const read = await loadRead();
    places ??= findPlaces(read);
    places.catch(() => {
      places = undefined;
    });
    const logs = (await places).map((place) => {
      return read('list_activity_logs', { ...place, orderBy: ['-updatedAt'], limit: MOST });
    });
    return ((await Promise.all(logs)) as readonly (readonly Entry[])[]).flat().map(changeOf);
  };
}

function changeOf({ id, updatedAt, activityType, applied, entity, namespace }: Entry): Change {
  return {
    id: String(id),
    stamp: JSON.stringify([updatedAt, applied]),
    about: [entity?.id, entity?.data?.name, namespace?.id].filter((one) => typeof one === 'string'),
    isOfList: activityType !== 'update' && LISTED_TYPES.includes(String(entity?.type)),
  };
}

/**
 * Whether a change may be one of what an address shows. Changesets and what is seen of a whole organization change with
 * everything; any other address with the records and namespaces that it names.
 */
export function createConcerns(addresses: readonly Address[]): (uri: string, change: Change) => boolean {
  return (uri, { about }) => {
    const target = targetOf(uri, addresses);
    if (!target) return false;
    const { organizationId, ...rest } = target.args;
    const named = Object.values(rest).filter((value) => typeof value === 'string');
    const { toolset } = target.address.tool;
    return toolset === 'changesets' || named.length === 0 || named.some((value) => about.includes(value));
  };
}
