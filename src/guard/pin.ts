import { quote, ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import type { PatchOperation } from '../patch.js';
import { ancestry, RECORD_READERS, type Read } from './affected.js';

/** The cluster that the operator has pinned, with the namespace that holds its records. */
export interface PinnedCluster {
  readonly id: string;
  readonly namespaceId: string;
  /** Reads may also look at what the cluster inherits from the namespaces above it. */
  readonly organizationReads: boolean;
}

/** Lists that hold only what is in one cluster: an id that isn't in them is foreign. */
const MEMBERS: Readonly<Record<string, string>> = {
  changesetId: 'list_changesets',
  firstId: 'list_changesets',
  secondId: 'list_changesets',
  customDomainId: 'list_custom_domains',
  serviceAccountId: 'list_service_accounts',
};

/** Fields of a record that name other records, which may also stand above the cluster and be inherited. */
const REFERENCES: ReadonlyMap<string, string> = new Map([
  ['policyIds', 'get_policy'],
  ['sshPolicyId', 'get_policy'],
  ['tlsCustomCaKeyPairId', 'get_key_pair'],
  ['tlsClientKeyPairId', 'get_key_pair'],
  ['tlsDownstreamClientCaKeyPairId', 'get_key_pair'],
  ['certificateAuthorityKeyPairId', 'get_key_pair'],
  ['downstreamMtlsCaKeyPairId', 'get_key_pair'],
]);

/** A call as far as its place is concerned. */
type Scoped = Pick<Operation, 'effect'>;

/**
 * Refuses a call that names anything outside the pinned cluster. A pin is a boundary: whatever an id names is resolved
 * first, and nothing but that read leaves when it lies elsewhere.
 */
export async function checkPin(operation: Scoped, input: Input, pinned: PinnedCluster, read: Read): Promise<void> {
  const scope = { organizationId: input.organizationId };
  for (const [argument, own] of Object.entries({ clusterId: pinned.id, namespaceId: pinned.namespaceId })) {
    const id = input[argument];
    if (id !== undefined && id !== own) throw outside(argument, String(id), pinned);
  }
  const mayBeAbove = operation.effect === 'read' && pinned.organizationReads;
  for (const [argument, reader] of Object.entries(RECORD_READERS)) {
    const id = input[argument];
    if (typeof id !== 'string') continue;
    const { namespaceId } = (await read(reader, { ...scope, [argument]: id })) as { namespaceId?: string };
    if (namespaceId === pinned.namespaceId) continue;
    const inherited = mayBeAbove && (await inheritedBy(pinned, scope, read))?.includes(namespaceId);
    if (!inherited) throw outside(argument, id, pinned);
  }
  for (const [argument, lister] of Object.entries(MEMBERS)) {
    const id = input[argument];
    if (typeof id !== 'string') continue;
    const members = (await read(lister, { ...scope, clusterId: pinned.id })) as readonly { id?: unknown }[];
    if (!members.some((member) => member.id === id)) throw outside(argument, id, pinned);
  }
  for (const { op, path, value } of (input.patch ?? []) as readonly PatchOperation[]) {
    if (op === 'copy' || op === 'move') throw carries(op);
    const moves = path === '/namespaceId' && op !== 'test';
    if (moves && value !== pinned.namespaceId) throw outside('namespaceId', String(value), pinned);
  }
  await checkReferences(input, pinned, read);
}

async function checkReferences(input: Input, pinned: PinnedCluster, read: Read): Promise<void> {
  const named = namedRecords(input);
  if (named.length === 0) return;
  const scope = { organizationId: input.organizationId };
  const inherited = await inheritedBy(pinned, scope, read);
  for (const { field, id, reader } of named) {
    const argument = reader === 'get_policy' ? 'policyId' : 'keyPairId';
    const record = (await read(reader, { ...scope, [argument]: id })) as { namespaceId?: string };
    if (!inherited?.includes(record.namespaceId)) throw outside(field, id, pinned);
  }
}

/** The cluster's namespace and those above it, whose records it inherits; undefined when the tree can't be followed. */
async function inheritedBy(pinned: PinnedCluster, scope: Input, read: Read): Promise<readonly unknown[] | undefined> {
  const namespaces = (await read('list_namespaces', scope)) as readonly { id: string; parentId?: string }[];
  return ancestry(pinned.namespaceId, new Map(namespaces.map(({ id, parentId }) => [id, parentId])));
}

/** Every id of another record in an input, at any depth; in a JSON Patch under the field its pointer names. */
function namedRecords(input: Input) {
  const found: { field: string; id: string; reader: string }[] = [];
  const collect = (value: unknown, field: string) => {
    const reader = REFERENCES.get(field);
    if (reader && typeof value === 'string' && value !== '') found.push({ field, id: value, reader });
    if (Array.isArray(value)) for (const item of value) collect(item, field);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) collect(inner, name);
    }
  };
  for (const { path, value } of (input.patch ?? []) as readonly PatchOperation[]) {
    collect(value, path.split('/').findLast((token) => REFERENCES.has(token)) ?? path);
  }
  for (const [name, value] of Object.entries(input)) collect(value, name);
  return found;
}

/** What a step takes from elsewhere in the record isn't in the patch: an id parked in a text field would pass unseen. */
function carries(op: string): ToolError {
  return new ToolError('refused', `patch: ${op} can't be checked against the cluster this server is pinned to.`, {
    next: 'Nothing was sent. Use add, replace and remove.',
  });
}

function outside(argument: string, id: string, pinned: PinnedCluster): ToolError {
  return new ToolError('refused', `${argument} ${quote(id)} is not in cluster ${pinned.id}.`, {
    next: 'This server is pinned to that cluster by its operator. Nothing was changed.',
  });
}
