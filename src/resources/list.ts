import type { Resource } from '@modelcontextprotocol/server';
import type { Read } from '../guard/affected.js';
import { createLastRead } from '../guard/last-read.js';
import type { Pin } from '../input.js';
import { type Address, expand } from './address.js';
import { organizations, readable, recordsOf } from './records.js';

/** What is listed one by one, by the read whose address it has; everything else is found by its template. */
const LISTED: readonly {
  readonly tool: string;
  readonly variable: string;
  readonly title: (name: string) => string;
}[] = [
  { tool: 'get_route', variable: 'routeId', title: (name) => `Route ${name}` },
  { tool: 'get_policy', variable: 'policyId', title: (name) => `Policy ${name}` },
  { tool: 'get_cluster', variable: 'clusterId', title: (name) => `Cluster ${name}` },
  { tool: 'get_settings', variable: 'clusterId', title: (name) => `Settings of cluster ${name}` },
  { tool: 'get_key_pair', variable: 'keyPairId', title: (name) => `Key pair ${name}` },
];

/** The records that have an address here, routes and policies first, then the reads that take no variable. */
export async function listRecords(addresses: readonly Address[], reader: Read, pin: Pin): Promise<readonly Resource[]> {
  // Several kinds are found through the same lists: each is read once.
  const read = createLastRead(reader).last;
  const places = await organizations(read, pin);
  const listed = LISTED.flatMap(({ tool, ...rest }) => {
    const address = addresses.find((one) => one.tool.name === tool && one.variables.includes(rest.variable));
    return address ? [{ address, ...rest }] : [];
  });
  const records = await Promise.all(
    listed.map(async ({ address, variable, title }) => {
      const found = places.map(async ({ id: organizationId }) => {
        const named = await readable(recordsOf(variable, { organizationId }, read, pin));
        return named.map(({ id, name, about }) => ({
          uri: expand(address, { organizationId, [variable]: id }),
          name,
          title: title(name),
          ...(about !== undefined && { description: about }),
          mimeType: 'application/json',
        }));
      });
      return (await Promise.all(found)).flat();
    }),
  );
  return [...records.flat(), ...addresses.filter(isWhole).map(fixed)];
}

/** A read without variables: it is listed as it is, since a template would have nothing to fill in. */
export function isWhole({ variables, required }: Address): boolean {
  return variables.length === 0 && required.length === 0;
}

function fixed(address: Address): Resource {
  const { name, title, description } = address.tool;
  return { uri: expand(address, {}), name, title, description, mimeType: 'application/json' };
}
