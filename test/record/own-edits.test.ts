import { describe, expect, test } from 'vitest';
import { journalledEdits, keyOf, ownEdits } from '../../src/record/own-edits.js';
import { readJournal } from '../../src/record/read.js';
import { spentSince } from '../../src/record/spent.js';
import { emptyDirectory, intent, open, tell, type Written } from './scene.js';

const outcome = (id: string, detail: unknown, result: 'done' | 'failed' | 'unknown' = 'done'): Written => ({
  kind: 'outcome',
  id,
  result,
  detail,
});

const answer = { id: 'r1', updatedAt: '2026-01-31T08:00:00Z', clusterId: 'c-answer', namespaceId: 'n-answer' };
const given = { organizationId: 'o1', clusterId: 'c-given', namespaceId: 'n-given' };

async function editsOf(...entries: Written[]) {
  const directory = emptyDirectory();
  await tell(
    open(directory, () => new Date('2026-01-31T09:00:00Z')),
    entries,
  );
  return { directory, edits: journalledEdits((await readJournal(directory)).lines) };
}

const deletion = (id: string, args: unknown) => [
  intent(id, { operation: 'delete_route', arguments: args }),
  outcome(id, { answer: null }),
];

describe('a change that is done', () => {
  test('is told by the record that was answered', async () => {
    const { edits } = await editsOf(intent('i1', { arguments: given }), outcome('i1', { answer }));
    expect(edits).toEqual([
      {
        journalId: 'i1',
        at: '2026-01-31T09:00:00.000Z',
        deed: expect.objectContaining({ operation: 'update_route', arguments: given }),
        entityId: 'r1',
        organizationId: 'o1',
        clusterId: 'c-given',
        namespaceId: 'n-answer',
        key: 'r1 2026-01-31T08:00:00Z',
      },
    ]);
  });

  test('is placed by the answer where the arguments do not say, and the other way round', async () => {
    const { clusterId, ...unplaced } = given;
    const { namespaceId, ...bare } = answer;
    const { edits } = await editsOf(
      intent('i1', { arguments: unplaced }),
      outcome('i1', { answer }),
      intent('i2', { arguments: given }),
      outcome('i2', { answer: bare }),
    );
    expect(edits.map((edit) => [edit.clusterId, edit.namespaceId])).toEqual([
      ['c-answer', 'n-answer'],
      ['c-given', 'n-given'],
    ]);
  });

  test.each([
    'routeId',
    'policyId',
    'keyPairId',
    'customDomainId',
    'serviceAccountId',
    'invitationId',
    'clusterId',
    'organizationId',
  ])('that deletes is told by its %s', async (name) => {
    const { edits } = await editsOf(...deletion('i1', { unrelated: 'u', [name]: 'x1' }));
    expect(edits).toMatchObject([{ entityId: 'x1', key: 'x1' }]);
  });

  test('that deletes is told by the record before its place', async () => {
    const { edits } = await editsOf(
      ...deletion('i1', { organizationId: 'o1', clusterId: 'c1', serviceAccountId: 's1' }),
    );
    expect(edits).toMatchObject([{ entityId: 's1', clusterId: 'c1', organizationId: 'o1' }]);
  });
});

test('what is not done, or names no record, is no edit', async () => {
  const { edits } = await editsOf(
    intent('i1'),
    intent('i2'),
    outcome('i2', { answer }, 'failed'),
    intent('i3'),
    outcome('i3', { answer }, 'unknown'),
    outcome('nobody', { answer }),
    intent('i4'),
    outcome('i4', { answer: { id: 7 } }),
    intent('i5'),
    outcome('i5', null),
    ...deletion('i6', {}),
    ...deletion('i7', null),
  );
  expect(edits).toEqual([]);
});

test('an edit of the log is ours if the journal has the same', async () => {
  const { directory } = await editsOf(
    intent('i1', { arguments: given }),
    outcome('i1', { answer }),
    ...deletion('i2', { routeId: 'gone' }),
  );
  const ours = await ownEdits(directory);
  const edit = (activityType: string, id: string, data?: { readonly updatedAt: string }) => ({
    activityType,
    entity: { type: 'route', id, data },
  });
  expect(keyOf(edit('update', 'r1'))).toBe('r1 undefined');
  expect(ours(edit('update', 'r1', answer))).toBe(true);
  expect(ours(edit('create', 'r1', answer))).toBe(true);
  expect(ours(edit('update', 'r1', { updatedAt: '2026-01-31T08:00:01Z' }))).toBe(false);
  expect(ours(edit('update', 'r2', answer))).toBe(false);
  expect(ours(edit('update', 'r1'))).toBe(false);
  expect(ours(edit('delete', 'gone', answer))).toBe(true);
  expect(ours(edit('delete', 'r1', answer))).toBe(false);
  expect(ours(edit('update', 'gone'))).toBe(false);
});

test('what was spent since a moment: what nobody was asked about and did not fail, that moment included', async () => {
  const directory = emptyDirectory();
  let clock = Date.parse('2026-01-31T08:00:00Z');
  const at = (seconds: number) => new Date(Date.parse('2026-01-31T08:00:00Z') + seconds * 1_000).toISOString();
  const now = () => {
    const time = new Date(clock);
    clock += 1_000;
    return time;
  };
  const size = (records: number) => ({ size: { records, deletes: 0 } });
  // The chain's name takes second 0, its first line second 1.
  await tell(open(directory, now), [
    intent('i2', size(2)),
    intent('i3', size(3)),
    outcome('i3', 'no such route', 'failed'),
    intent('i5', size(5)),
    outcome('i5', { answer }),
    intent('i7'),
    intent('i8', size(8)),
    outcome('i8', null, 'unknown'),
  ]);
  const spent = async (seconds: number) => (await spentSince(directory, at(seconds))).map(({ records }) => records);
  expect(await spent(0)).toEqual([2, 5, 8]);
  expect(await spent(2)).toEqual([2, 5, 8]);
  expect(await spent(3)).toEqual([5, 8]);
  expect(await spent(9)).toEqual([]);
});
