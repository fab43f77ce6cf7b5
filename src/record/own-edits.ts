import { type Recorded, readJournal } from './read.js';

/** One entry of Zero's activity log, as far as it tells an edit from another. */
interface Edit {
  readonly activityType: string;
  readonly entity: { readonly type: string; readonly id: string; readonly data?: Readonly<Record<string, unknown>> };
}

/** Whether an edit was made through servers of this state directory. */
export type OwnEdits = (edit: Edit) => boolean;

/** A draft that the journal has as done. */
export interface JournalledEdit {
  /** Of its lines. */
  readonly journalId: string;
  /** When it was done. */
  readonly at: string;
  readonly operation: string;
  readonly entityId: string;
  readonly organizationId: unknown;
  /** Where the record is, as far as the arguments or the answer tell. */
  readonly clusterId: unknown;
  readonly namespaceId: unknown;
  /** Whether an entry of the log tells of this edit. */
  readonly matches: OwnEdits;
}

/** The drafts that are done, by time: the log tells of one by the record that was answered, of a delete by its id. */
export function journalledEdits(lines: readonly Recorded[]): readonly JournalledEdit[] {
  const intents = new Map(lines.flatMap((line) => (line.kind === 'intent' ? [[line.id, line] as const] : [])));
  return lines.flatMap((line): readonly JournalledEdit[] => {
    const intent = line.kind === 'outcome' && line.result === 'done' ? intents.get(line.id) : undefined;
    if (line.kind !== 'outcome' || intent?.effect !== 'draft') return [];
    const given = Object(intent.arguments) as Readonly<Record<string, unknown>>;
    const answer = recordOf(line.detail);
    const isDelete = intent.operation.startsWith('delete_');
    const entityId = isDelete ? (given.routeId ?? given.policyId ?? given.keyPairId) : answer.id;
    if (typeof entityId !== 'string') return [];
    return [
      {
        journalId: line.id,
        at: line.at,
        operation: intent.operation,
        entityId,
        organizationId: given.organizationId,
        clusterId: given.clusterId ?? answer.clusterId,
        namespaceId: answer.namespaceId ?? given.namespaceId,
        matches: ({ activityType, entity }) =>
          entity.id === entityId &&
          (isDelete ? activityType === 'delete' : entity.data?.updatedAt === answer.updatedAt),
      },
    ];
  });
}

/**
 * Tells which edits were made through servers of this state directory: those whose journalled answer is the record
 * that the log shows, and deletes whose journalled arguments name it.
 */
export async function ownEdits(directory: string): Promise<OwnEdits> {
  const { lines } = await readJournal(directory);
  const done = new Set<string>();
  const versions = new Set<string>();
  for (const line of lines) {
    if (line.kind !== 'outcome' || line.result !== 'done') continue;
    done.add(line.id);
    const { id, updatedAt } = recordOf(line.detail);
    if (typeof id === 'string' && typeof updatedAt === 'string') versions.add(`${id} ${updatedAt}`);
  }
  const deleted = new Set(
    lines.flatMap((line) => {
      if (line.kind !== 'intent' || !done.has(line.id) || !line.operation.startsWith('delete_')) return [];
      return Object.values(Object(line.arguments)).filter((value) => typeof value === 'string');
    }),
  );
  return ({ activityType, entity }) =>
    activityType === 'delete' ? deleted.has(entity.id) : versions.has(`${entity.id} ${String(entity.data?.updatedAt)}`);
}

interface Answered {
  readonly id?: unknown;
  readonly updatedAt?: unknown;
  readonly clusterId?: unknown;
  readonly namespaceId?: unknown;
}

function recordOf(detail: unknown): Answered {
  return Object((Object(detail) as { answer?: unknown }).answer);
}
