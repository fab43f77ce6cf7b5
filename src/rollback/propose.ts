import { z } from 'zod';
import { ToolError } from '../errors.js';
import type { Fields } from '../guard/plan-fields.js';
import type { Cluster } from '../guard/plan-waiting.js';
import { readerOf, recordOf } from '../guard/record-of.js';
import type { Input } from '../operation.js';
import type { ProcedureCall } from '../procedure.js';
import type { Sources } from '../report.js';
import { callsOf, type Planned, withoutImpossible } from './calls.js';
import { type Edit, type State, stateOf, type Undoing } from './edit.js';
import { undoingOfChangeset } from './from-changeset.js';
import { deedAt, undoingOf } from './from-journal.js';
import { withoutHeld } from './held.js';
import { type Inverse, inverseOf } from './inverse.js';

/** How the procedure is called. */
export const ROLLBACK = { name: 'rollback', title: 'Roll back' };

/** What both tools take. */
export const rollbackInput = z.strictObject({
  organizationId: z.string(),
  clusterId: z.string().optional().describe('Refuse what is of another cluster.'),
  changesetId: z.string().optional().describe('Take back all of this changeset.'),
  journalId: z.string().optional().describe("Take back one call of this server, by its lines' id in the journal."),
  chain: z.string().optional().describe('The same by _meta.journal of its result, with line.'),
  line: z.int().optional().describe('Its line.'),
});

/** What takes a changeset or a call back, and what doesn't. The texts are ours; what they quote is escaped. */
export interface Proposal {
  readonly calls: readonly ProcedureCall[];
  /** Changed again since by somebody, and so left alone. */
  readonly conflicts: readonly string[];
  /** Beyond what the API can do, with what to do. */
  readonly cannot: readonly string[];
  /** As it was already. */
  readonly already: readonly string[];
}

/** @throws ToolError of a failed read, `invalid_input` for another choice than one, `not_found` for what isn't there */
export async function proposeRollback(input: z.output<typeof rollbackInput>, sources: Sources): Promise<Proposal> {
  const { edits, cannot } = await undoing(input, sources);
  const planned: Planned[] = [];
  for (const edit of edits) {
    const now = await stateNow(edit, sources);
    planned.push({ edit, now, inverse: inverseOf(edit, now) });
  }
  const possible = await withoutHeld(withoutImpossible(planned, sources.operations), sources);
  const all = (of: (inverse: Inverse) => readonly string[]) => possible.flatMap(({ inverse }) => of(inverse));
  return {
    calls: callsOf(possible, sources.operations),
    conflicts: all(({ conflicts }) => conflicts),
    cannot: [...all((inverse) => inverse.cannot), ...cannot],
    already: all(({ already }) => already),
  };
}

async function undoing(input: z.output<typeof rollbackInput>, sources: Sources): Promise<Undoing> {
  const { organizationId, clusterId, changesetId, journalId, chain, line } = input;
  const byPlace = chain !== undefined || line !== undefined;
  const ways = [changesetId !== undefined, journalId !== undefined, byPlace].filter(Boolean).length;
  if (ways !== 1 || (byPlace && (chain === undefined || line === undefined))) {
    throw new ToolError('invalid_input', 'Expected one of changesetId, journalId, or chain with line.', {
      next: (offers) => {
        const tools = ['recent_changes', 'list_changesets'].filter(offers).join(' or ');
        return `Nothing was sent. ${tools ? `Find the changeset with ${tools}; ` : ''}_meta.journal of a result names its call.`;
      },
    });
  }
  if (changesetId !== undefined) return undoingOfChangeset({ organizationId, changesetId }, sources);
  const { lines } = await sources.journal.read();
  const found = deedAt(lines, input);
  const given = Object(found.deed.arguments) as Input;
  await checkPlace(found, given, { organizationId, clusterId }, sources);
  if (found.deed.operation === 'apply_changeset' && found.result === 'done') {
    return undoingOfChangeset({ organizationId, changesetId: given.changesetId }, sources);
  }
  return undoingOf(found, sources.operations);
}

/** Refuses a call of the journal that was made elsewhere. */
async function checkPlace(
  { deed, answer }: ReturnType<typeof deedAt>,
  given: Input,
  { organizationId, clusterId }: { readonly organizationId: string; readonly clusterId?: string },
  { read }: Sources,
): Promise<void> {
  const elsewhere = (what: string) =>
    new ToolError('refused', `${deed.operation} was made in another ${what}.`, { next: 'Nothing was sent.' });
  if (given.organizationId !== organizationId) throw elsewhere('organization');
  if (clusterId === undefined || given.clusterId === clusterId || deed.operation === 'apply_changeset') return;
  const { namespaceId } = (await read('get_cluster', { organizationId, clusterId })) as Cluster;
  const places = [deed.before, answer].flatMap((record) => (record ? [Object(record) as Fields] : []));
  const isHere = (record: Fields) => record.namespaceId === namespaceId || record.clusterId === clusterId;
  if (places.length === 0 || !places.every(isHere)) throw elsewhere('cluster');
}

async function stateNow({ kind, id, place }: Edit, { read, operations }: Sources): Promise<State> {
  const operation = operations.get(kind.change ?? kind.remove ?? '');
  const reader = operation && readerOf(operation, operations);
  if (!operation || !reader) throw new ToolError('internal', `The catalogue can't read a ${kind.type}.`);
  try {
    const record = await recordOf(reader, operation, { ...place, [kind.idName]: id }, { read, operations });
    return stateOf(kind, record, operations);
  } catch (error) {
    // FACTS 3.7: a record that is gone answers 403.
    if (error instanceof ToolError && (error.kind === 'forbidden' || error.kind === 'not_found')) return 'none';
    throw error;
  }
}
