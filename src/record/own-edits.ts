import type { Deed } from './entry.js';
import { type Recorded, readJournal } from './read.js';

/** One entry of Zero's activity log, as far as it tells an edit from another. */
interface Edit {
  readonly activityType: string;
  readonly entity: { readonly type: string; readonly id: string; readonly data?: Readonly<Record<string, unknown>> };
}

/** Whether an edit was made through servers of this state directory. */
export type OwnEdits = (edit: Edit) => boolean;

/** A change of one record that the journal has as done. */
export interface JournalledEdit {
  /** Of its lines. */
  readonly journalId: string;
  /** When it was done. */
  readonly at: string;
  readonly deed: Deed;
  readonly entityId: string;
  readonly organizationId: unknown;
  /** Where the record is, as far as the arguments or the answer tell. */
  readonly clusterId: unknown;
  readonly namespaceId: unknown;
  /** What an entry of the log must have for its {@link keyOf}, to tell of this edit. */
  readonly key: string;
}

/** The changes that are done, by time: the log tells of one by the record that was answered, of a delete by its id. */
export function journalledEdits(lines: readonly Recorded[]): readonly JournalledEdit[] {
  const intents = new Map(lines.flatMap((line) => (line.kind === 'intent' ? [[line.id, line] as const] : [])));
  return lines.flatMap((line): readonly JournalledEdit[] => {
    const deed = line.kind === 'outcome' && line.result === 'done' ? intents.get(line.id) : undefined;
    if (line.kind !== 'outcome' || !deed) return [];
    const given = Object(deed.arguments) as Readonly<Record<string, unknown>>;
    const answer = recordOf(line.detail);
    const isDelete = deed.operation.startsWith('delete_');
    const entityId = isDelete ? IDS.map((name) => given[name]).find((id) => id !== undefined) : answer.id;
    if (typeof entityId !== 'string') return [];
    return [
      {
        journalId: line.id,
        at: line.at,
        deed,
        entityId,
        organizationId: given.organizationId,
        clusterId: given.clusterId ?? answer.clusterId,
        namespaceId: answer.namespaceId ?? given.namespaceId,
        key: isDelete ? entityId : `${entityId} ${String(answer.updatedAt)}`,
      },
    ];
  });
}

/** What an edit of the log and an edit of the journal share if they are the same. */
export function keyOf({ activityType, entity }: Edit): string {
  return activityType === 'delete' ? entity.id : `${entity.id} ${String(entity.data?.updatedAt)}`;
}

/** Tells which edits were made through servers of this state directory. */
export async function ownEdits(directory: string): Promise<OwnEdits> {
  const { lines } = await readJournal(directory);
  const keys = new Set(journalledEdits(lines).map(({ key }) => key));
  return (edit) => keys.has(keyOf(edit));
}

/** Arguments that name the record that a call deletes; those that only say where it is come last. */
const IDS = [
  'routeId',
  'policyId',
  'keyPairId',
  'customDomainId',
  'serviceAccountId',
  'invitationId',
  'clusterId',
  'organizationId',
];

interface Answered {
  readonly id?: unknown;
  readonly updatedAt?: unknown;
  readonly clusterId?: unknown;
  readonly namespaceId?: unknown;
}

function recordOf(detail: unknown): Answered {
  return Object((Object(detail) as { answer?: unknown }).answer);
}
