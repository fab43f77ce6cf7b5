import { describe, expect, test } from 'vitest';
import {
  type ActivityEntry,
  byRecord,
  describeRecord,
  makerOf,
  newestFirst,
  ownerNote,
  readEntries,
  titleOf,
} from '../../src/guard/plan-entry.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

/** An edit of a route by ada at a second of one minute. */
const edit = (id: string, second = 1, more: Fields = {}): ActivityEntry => {
  const at = `2026-01-31T08:00:0${second}Z`;
  return {
    id,
    createdAt: at,
    updatedAt: `${at.slice(0, -1)}.5Z`,
    activityType: 'update',
    entity: { type: 'route', id: 'r1', data: { id: 'r1', name: 'Tides', to: ['new'] } },
    user: { email: 'ada@example.com' },
    ...more,
  };
};

const withData = (data: Fields | undefined, id = 'r1') => ({ entity: { type: 'route', id, data } });
const applied = { applied: { at: '2026-01-31T08:00:09Z' } };

describe('entries of the log', () => {
  test('are what has all that a plan needs', () => {
    const rows = [edit('e1'), { ...edit('e2'), applied: { at: 'x', more: 1 }, namespace: { id: 'n1' }, unheardOf: 1 }];
    expect(readEntries(rows)).toEqual({ entries: rows, complete: true });
    expect(readEntries([])).toEqual({ entries: [], complete: true });
    const kinds = ['create', 'update', 'delete'].map((activityType) => edit(activityType, 1, { activityType }));
    expect(readEntries(kinds)).toEqual({ entries: kinds, complete: true });
    const poor = { id: 'e3', createdAt: rows[0]?.createdAt, updatedAt: 'x', activityType: 'update' };
    const entity = { type: 'route', id: 'r1' };
    expect(readEntries([{ ...poor, entity }]).complete).toBe(true);
    expect(readEntries([{ ...poor, entity, createdAt: '2026-01-31T09:00:00+01:00' }]).complete).toBe(true);
  });

  test.each<[string, Fields]>([
    ['id', { id: 7 }],
    ['time', { createdAt: 'yesterday' }],
    ['time of its last change', { updatedAt: undefined }],
    ['kind of edit', { activityType: 'renamed' }],
    ['record', { entity: undefined }],
    ['kind of record', { entity: { id: 'r1' } }],
    ['id of its record', { entity: { type: 'route' } }],
    ['data of its record', { entity: { type: 'route', id: 'r1', data: 'x' } }],
    ['time when it was applied', { applied: { at: 7 } }],
    ['changeset', { applied: { changesetId: 7 } }],
    ['namespace', { namespace: { id: 7 } }],
    ['user', { user: { id: 7 } }],
    ['email', { user: { email: 7 } }],
    ['name', { user: { displayName: 7 } }],
  ])('without a %s that is one are left out, and that is told', (_, more) => {
    const whole = edit('e1');
    expect(readEntries([whole, edit('e2', 1, more)])).toEqual({ entries: [whole], complete: false });
  });

  test('are by whoever Zero names', () => {
    const by = (user: Fields | undefined) => makerOf(edit('e1', 1, { user }));
    expect(by({ email: 'a@example.com', displayName: 'Ada', id: 'u1' })).toBe('a@example.com');
    expect(by({ displayName: 'Ada', id: 'u1' })).toBe('Ada');
    expect(by({ id: 'u1' })).toBe('u1');
    expect(by({})).toBe('unknown');
    expect(by(undefined)).toBe('unknown');
  });

  test('are ordered by time, then by what comes first of a record, then by id', () => {
    const entries = [
      edit('b', 1),
      edit('a', 1, { activityType: 'delete' }),
      edit('a', 2),
      edit('c', 1, { activityType: 'create' }),
      edit('a', 1),
      edit('c', 1),
      edit('e', 3, { createdAt: '2026-01-31T08:00:00.5+00:00' }),
    ];
    const order = newestFirst(entries).map(({ id, createdAt, activityType }) => [id, createdAt.at(-2), activityType]);
    expect(order).toEqual([
      ['a', '2', 'update'],
      ['a', '1', 'delete'],
      ['a', '1', 'update'],
      ['b', '1', 'update'],
      ['c', '1', 'update'],
      ['c', '1', 'create'],
      ['e', '0', 'update'],
    ]);
    expect(newestFirst(entries.toReversed()).map(({ id }) => id)).toEqual(order.map(([id]) => id));
  });

  test('belong to their record, whatever it is', () => {
    const policy = { entity: { type: 'policy', id: 'r1' } };
    const entries = [
      edit('1'),
      edit('2', 1, withData({}, 'r2')),
      edit('3', 1, policy),
      edit('4'),
      edit('5', 1, policy),
    ];
    expect(byRecord(entries).map((edits) => edits.map(({ id }) => id))).toEqual([['1', '4'], ['2'], ['3', '5']]);
    expect(byRecord([])).toEqual([]);
  });
});

describe('a record as it goes live', () => {
  /** What is said of edits that wait, newest first, with these edits in the log of the record. */
  async function described(
    edits: readonly [ActivityEntry, ...ActivityEntry[]],
    log: readonly unknown[] = [],
    options: { readonly names?: readonly (readonly [string, string])[]; readonly ours?: (id: string) => boolean } = {},
  ) {
    const { ours = () => true, names = [] } = options;
    const { read, asked } = readsOf({
      list_activity_logs: ({ offset }) => log.slice(Number(offset), Number(offset) + 2),
    });
    const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));
    const deps = { operations, read, ours: ({ id }: ActivityEntry) => ours(id) };
    return { ...(await describeRecord(edits, 'o1', new Map(names), deps)), asked };
  }

  const was = { id: 'r1', name: 'Tides', to: ['old'] };
  const live = (second = 0, more: Fields = {}) =>
    edit(`live at ${second}`, second, { ...applied, ...withData(was), ...more });

  test('goes from what is live to the newest edit', async () => {
    const found = await described(
      [edit('e2', 2, { user: { email: 'bo@example.com' } }), edit('e1', 1, { updatedAt: 'two words' })],
      [edit('e2', 2), edit('e1', 1), live(1), live(0, withData({ to: ['older'] }))],
      { ours: (id) => id === 'e2' },
    );
    expect(found).toStrictEqual({
      entity: {
        type: 'route',
        id: 'r1',
        name: '"Tides"',
        action: 'update',
        before: 'known',
        fields: [{ name: 'to', before: '["old"]', after: '["new"]' }],
        editedBy: [
          { who: '"ada@example.com"', at: '"two words"', ours: false },
          { who: '"bo@example.com"', at: '2026-01-31T08:00:02.5Z', ours: true },
        ],
        ours: false,
      },
      notes: [],
      doubts: [],
      asked: [0, 2].map((offset) => [
        'list_activity_logs',
        { organizationId: 'o1', entityId: 'r1', orderBy: ['-updatedAt'], limit: 100, offset },
      ]),
    });
  });

  test('is all of it where it is new, and nothing is looked up', async () => {
    const { entity, asked, doubts } = await described(
      [edit('e2', 2), edit('e1', 1, { activityType: 'create', ...withData({ to: ['first'] }) })],
      [live()],
    );
    expect(entity).toMatchObject({
      action: 'create',
      before: 'none',
      fields: [
        { name: 'name', after: '"Tides"' },
        { name: 'to', after: '["new"]' },
      ],
      ours: true,
    });
    expect([asked, doubts]).toEqual([[], []]);
  });

  test('is all that went where it is deleted', async () => {
    const gone = edit('e1', 1, { activityType: 'delete', ...withData({ name: 'Tides', to: ['last'] }) });
    const fields = (to: string) => [
      { name: 'name', before: '"Tides"' },
      { name: 'to', before: `["${to}"]` },
    ];
    const known = await described([gone], [live()]);
    expect(known.entity).toMatchObject({ action: 'delete', before: 'known' });
    expect(known.entity.fields).toStrictEqual(fields('old'));
    // Where nobody knows how it was, it is shown as it was when it was deleted.
    const unknown = await described([gone]);
    expect(unknown.entity).toMatchObject({ action: 'delete', before: 'unknown' });
    expect(unknown.entity.fields).toStrictEqual(fields('last'));
  });

  test('is nothing where it came and went', async () => {
    const gone = edit('e2', 2, { activityType: 'delete' });
    const { entity, doubts } = await described([gone, edit('e1', 1, { activityType: 'create' })]);
    expect(entity).toMatchObject({ action: 'delete', before: 'none', fields: [] });
    expect(doubts).toEqual([]);
  });

  test('is all of it where nobody knows how it was', async () => {
    const { entity, doubts } = await described([edit('e1')], [edit('e1'), edit('other', 0, applied)].slice(0, 1));
    expect(entity).toMatchObject({ action: 'update', before: 'unknown' });
    expect(entity.fields).toContainEqual({ name: 'to', after: '["new"]' });
    expect(doubts).toEqual([]);
  });

  test('is all of it where the last that is live is a delete', async () => {
    const { entity, doubts } = await described([edit('e1', 2)], [live(1, { activityType: 'delete' }), live()]);
    expect(entity).toMatchObject({ action: 'update', before: 'unknown' });
    expect(entity.fields).toContainEqual({ name: 'to', after: '["new"]' });
    expect(doubts).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['waits itself', edit('e1', 0, { ...applied, ...withData(was) })],
    ['is of another kind of record', live(0, { entity: { type: 'policy', id: 'r1', data: was } })],
    ['is not live', edit('e0', 0, withData(was))],
    ['went with a changeset nobody applied', edit('e0', 0, { applied: { changesetId: 's1' }, ...withData(was) })],
    ['could not be understood', { id: 'x' }],
  ])('takes no edit for the one before that %s', async (_, other) => {
    expect((await described([edit('e1')], [other])).entity.before).toBe('unknown');
  });

  test('takes the newest of those that are live', async () => {
    const { entity } = await described([edit('e1', 3)], [live(1, withData({ to: ['older'] })), live(2)].toReversed());
    expect(entity.fields).toStrictEqual([{ name: 'to', before: '["old"]', after: '["new"]' }]);
    const other = await described([edit('e1', 3)], [live(1, withData({ to: ['older'] })), live(2)]);
    expect(other.entity.fields).toStrictEqual([{ name: 'to', before: '["old"]', after: '["new"]' }]);
  });

  describe('is in doubt', () => {
    const overtaken = 'a later edit of route "Tides" is already live';

    test('where a later edit is live already', async () => {
      const { entity, doubts } = await described([edit('e1', 1)], [live(2)]);
      expect(doubts).toEqual([overtaken]);
      // As far as anybody knows, it stays as it is.
      expect(entity).toMatchObject({ action: 'update', before: 'known', fields: [] });
      expect((await described([edit('e1', 2)], [live(2)])).doubts).toEqual([]);
    });

    test('where the later edit that is live was a delete', async () => {
      const { entity, doubts } = await described([edit('e1', 1)], [live(2, { activityType: 'delete' })]);
      expect(doubts).toEqual([overtaken]);
      expect(entity).toMatchObject({ action: 'update', before: 'unknown', fields: [] });
    });

    test.each<[string, Fields, readonly unknown[], readonly string[]]>([
      ['the newest edit', withData(undefined), [live()], ['the log has no data of route "Tides"']],
      ['the edit before', {}, [live(0, withData(undefined))], ['the log has no data of route "Tides"']],
      ['either', withData(undefined), [live(0, withData(undefined))], ['the log has no data of route r1']],
      ['nothing', {}, [live()], []],
    ])('where the log has no data of %s', async (_, more, log, doubts) => {
      expect((await described([edit('e1', 1, more)], log)).doubts).toEqual(doubts);
    });

    test('where two edits were made at the same moment', async () => {
      const tied = 'two edits of route "Tides" were made at the same moment';
      const doubts = async (...edits: [ActivityEntry, ...ActivityEntry[]]) => (await described(edits, [live()])).doubts;
      expect(await doubts(edit('e2', 1), edit('e1', 1))).toEqual([tied]);
      expect(await doubts(edit('e2', 1), edit('e1', 1, { createdAt: '2026-01-31T09:00:01+01:00' }))).toEqual([tied]);
      expect(await doubts(edit('e2', 2), edit('e1', 1))).toEqual([]);
      expect(await doubts(edit('e2', 1, { activityType: 'delete' }), edit('e1', 1))).toEqual([]);
    });
  });

  test('goes by the newest name that is known', async () => {
    const nameless = withData({ to: ['new'] });
    expect((await described([edit('e1', 1, nameless)], [live()])).entity.name).toBe('"Tides"');
    expect((await described([edit('e1', 1, nameless)])).entity.name).toBe('');
    const renamed = await described([edit('e1', 1, withData({ name: 'Quay' }))], [live()]);
    expect(renamed.entity.name).toBe('"Quay"');
  });

  test('quotes what is no word, and hides what is of a kind that nobody knows', async () => {
    const entity = { type: 'a kind', id: 'an id', data: { 'a field': 1 } };
    expect((await described([edit('e1', 1, { entity })])).entity).toMatchObject({
      type: '"a kind"',
      id: '"an id"',
      fields: [{ name: '"a field"', after: '(secret)' }],
    });
  });

  test('hides secrets by the kind of record', async () => {
    const secret = (value: string) => withData({ name: 'Tides', identityProviderClientSecret: value });
    const { entity } = await described([edit('e1', 1, secret('canary'))], [live(0, secret('older canary'))]);
    expect(entity.fields).toStrictEqual([
      { name: 'identityProviderClientSecret', before: '(secret)', after: '(changed)' },
    ]);
  });

  test('cannot be shown without the schema of the log', async () => {
    const { output, ...rest } = operationOf('list_activity_logs');
    for (const operations of [new Map(), new Map([['list_activity_logs', rest]])]) {
      const deps = { operations, read: async () => [], ours: () => true };
      const shown = describeRecord([edit('e1')], 'o1', new Map(), deps);
      await expect(shown).rejects.toMatchObject({
        kind: 'internal',
        message: 'The catalogue lacks list_activity_logs.',
      });
    }
  });

  describe('notes', () => {
    const owned = { ...was, originatorId: 'terraform' };
    const note = 'route "Tides" is managed by "terraform", which may undo the change or depend on the record.';

    test('who manages it, as the newest edit says', async () => {
      expect((await described([edit('e1', 1, withData(owned))], [live()])).notes).toEqual([note]);
      expect((await described([edit('e1')], [live(0, withData(owned))])).notes).toEqual([]);
      expect((await described([edit('e1', 1, withData(undefined))], [live(0, withData(owned))])).notes).toEqual([note]);
    });

    test.each<[string, unknown, unknown, readonly string[]]>([
      ['a move', 'n1', 'n2', ['route "Tides" moves from namespace "Harbour" to "n2".']],
      ['no move', 'n1', 'n1', []],
      ['no place before', undefined, 'n2', []],
      ['no place after', 'n1', undefined, []],
    ])('%s', async (_, from, to, notes) => {
      const { notes: found } = await described(
        [edit('e1', 1, withData({ ...was, namespaceId: to }))],
        [live(0, withData({ ...was, namespaceId: from }))],
        { names: [['n1', 'Harbour']] },
      );
      expect(found).toEqual(notes);
    });

    test('no move of what comes or goes', async () => {
      const data = withData({ ...was, namespaceId: 'n1' });
      expect((await described([edit('e1', 1, { activityType: 'create', ...data })])).notes).toEqual([]);
      expect((await described([edit('e1', 1, { activityType: 'delete', ...data })], [live(0, data)])).notes).toEqual(
        [],
      );
    });
  });
});

test('whoever manages a record is named where it is a name', () => {
  const entity = { type: 'route', id: 'r1', name: '"Tides"' } as Parameters<typeof ownerNote>[0];
  expect(ownerNote(entity, { originatorId: 'terraform' })).toHaveLength(1);
  for (const originatorId of [undefined, '', 7, null]) expect(ownerNote(entity, { originatorId })).toEqual([]);
  expect(ownerNote(entity, undefined)).toEqual([]);
});

test('a record goes by its kind and its name, else its id, else its kind alone', () => {
  const title = (name: string, id: string) => titleOf({ type: 'route', name, id } as Parameters<typeof titleOf>[0]);
  expect([title('"Tides"', 'r1'), title('', 'r1'), title('', '')]).toEqual(['route "Tides"', 'route r1', 'route']);
});
