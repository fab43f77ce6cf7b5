import { type Call, Refusal } from '../behaviour.js';
import { namespaceOf, withDescendants } from '../records.js';
import type { Row, Table } from '../store.js';

/** The namespaces a list call asks for: the one it names, and those below it with `includeDescendants`. */
export function namespacesOfList(call: Call): readonly string[] {
  const { id } = namespaceOf(call, call.query.namespaceId);
  return call.query.includeDescendants === true ? withDescendants(call.world.state, id) : [id];
}

/** Refuses a name that another record of the namespace has (FACTS 3.4; status unknown). */
export function namedOnce(
  table: Table<Row & { name: string; namespaceId: string }>,
  what: string,
  name: string,
  namespaceId: string,
  old?: Row,
): void {
  const same = (row: Row & { name: string; namespaceId: string }) =>
    row.id !== old?.id && row.namespaceId === namespaceId && row.name === name;
  if (Object.values(table).some(same)) throw new Refusal(409, `a ${what} named ${JSON.stringify(name)} already exists`);
}
