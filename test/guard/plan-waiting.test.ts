import { describe, expect, test } from 'vitest';
import type { ActivityEntry } from '../../src/guard/plan-entry.js';
import { type Changeset, changesetsUntil, findChangeset, waitingIn } from '../../src/guard/plan-waiting.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { readsOf } from './reads.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

const at = (minute: number) => `2026-01-31T08:${String(minute).padStart(2, '0')}:00Z`;

const changeset = (id: string, minute: number, status: string): Changeset => ({
  id,
  createdAt: at(minute),
  namespaceId: 'n1',
  status,
});

/** An edit of a route in a minute. */
const edit = (id: string, minute: number, more: Fields = {}): ActivityEntry => ({
  id,
  createdAt: at(minute),
  updatedAt: at(minute),
  activityType: 'create',
  entity: { type: 'route', id: `r-${id}`, data: { name: id } },
  ...more,
});

const applied = (changesetId?: string, minute = 30) => ({ applied: { at: at(minute), changesetId } });

/** What Zero answers about the cluster `c1`, whose namespace `n1` is below `n0`. */
interface World {
  readonly changesets?: readonly Changeset[];
  /** How many of them come at once. */
  readonly page?: number;
  readonly compared?: readonly (readonly unknown[])[];
  readonly end?: string;
  /** Of each namespace. */
  readonly logs?: Readonly<Record<string, readonly unknown[]>>;
  readonly namespaces?: readonly Fields[];
}

const APPLIED = changeset('s1', 10, 'applied');
const PENDING = changeset('s2', 20, 'pending');

function worldOf({ changesets = [APPLIED, PENDING], page = 9, compared = [], end, logs = {}, namespaces }: World) {
  const { read, asked } = readsOf({
    list_changesets: ({ status, offset }) =>
      changesets
        .filter((one) => status === undefined || one.status === status)
        .slice(Number(offset), Number(offset) + page),
    compare_changesets: ({ secondId }) => ({ endChangeset: { id: end ?? secondId }, entities: compared }),
    list_namespaces: () =>
      namespaces ?? [
        { id: 'n0', name: 'Port' },
        { id: 'n1', name: 'Harbour', parentId: 'n0' },
      ],
    // Two rows to a page, so that it shows how far a log is read.
    list_activity_logs: ({ namespaceId, offset }) =>
      (logs[String(namespaceId)] ?? []).slice(Number(offset), Number(offset) + 2),
  });
  return { deps: { operations, read, ours: () => true }, read, asked };
}

/** What waits with the pending changeset, or whatever ships next. */
async function waiting(world: World, given: Changeset | undefined = PENDING) {
  const { deps, asked } = worldOf(world);
  const found = await waitingIn({ organizationId: 'o1', id: 'c1', namespaceId: 'n1' }, given, deps);
  return { ...found, asked, names: found.entities.map(({ name }) => name) };
}

/** The same edits in the comparison and in the cluster's log. */
const both = (...edits: readonly ActivityEntry[]): World => ({ compared: [edits], logs: { n1: edits } });
const differ = (name: string) => `its comparison and its log differ about route "${name}"`;

describe('what waits with a changeset', () => {
  test('is what its comparison and the log of its namespaces both have', async () => {
    const { entities, notes, doubts, asked } = await waiting({
      compared: [[edit('b', 22)], [edit('a', 21)]],
      logs: { n1: [edit('b', 22)], n0: [edit('a', 21)] },
    });
    expect(entities).toMatchObject([
      { id: 'r-a', editedBy: [{ at: at(21) }] },
      { id: 'r-b', editedBy: [{ at: at(22) }] },
    ]);
    expect([notes, doubts]).toEqual([[], []]);
    const page = { organizationId: 'o1', orderBy: ['-createdAt'], limit: 100, offset: 0 };
    const log = (namespaceId: string, offset: number) => [
      'list_activity_logs',
      { organizationId: 'o1', namespaceId, orderBy: ['-updatedAt'], limit: 100, offset },
    ];
    expect(asked).toEqual([
      ['list_changesets', { ...page, clusterId: 'c1' }],
      ['list_namespaces', { organizationId: 'o1' }],
      ['compare_changesets', { organizationId: 'o1', clusterId: 'c1', firstId: 's1', secondId: 's2' }],
      log('n1', 0),
      log('n0', 0),
      log('n1', 1),
      log('n0', 1),
    ]);
  });

  test('is in the order of kinds and ids, with its notes and doubts', async () => {
    const data = (name: string) => ({ name, originatorId: 'terraform' });
    const of = (type: string, id: string) => ({ entity: { type, id, data: data(`${type} ${id}`) } });
    const edits = [edit('1', 25, of('route', 'b')), edit('2', 24, of('policy', 'z')), edit('3', 23, of('route', 'a'))];
    const { entities, notes, doubts } = await waiting({ compared: [edits] });
    const order = ['policy "policy z"', 'route "route a"', 'route "route b"'];
    expect(entities.map(({ type, name }) => `${type} ${name}`)).toEqual(order);
    expect(notes.map((note) => note.split(' is managed')[0])).toEqual(order);
    expect(doubts).toEqual(order.map((title) => `its comparison and its log differ about ${title}`));
  });

  test('is one record with all its edits, newest first', async () => {
    const entity = { type: 'route', id: 'r1', data: { name: 'Tides' } };
    const edits = [edit('1', 21, { entity }), edit('2', 22, { entity, activityType: 'update' })];
    const { entities, doubts } = await waiting(both(...edits));
    expect(entities).toMatchObject([{ action: 'create', editedBy: [{ at: at(21) }, { at: at(22) }] }]);
    expect(doubts).toEqual([]);
  });

  test('names the ends of a move', async () => {
    const data = (namespaceId: string) => ({
      entity: { type: 'route', id: 'r1', data: { name: 'Tides', namespaceId } },
    });
    const moved = edit('2', 22, { activityType: 'update', ...data('n1') });
    const { deps } = worldOf(both(moved));
    const read: typeof deps.read = async (name, input) =>
      input.entityId ? [edit('1', 5, { ...applied(), ...data('n0') })] : deps.read(name, input);
    const found = await waitingIn({ organizationId: 'o1', id: 'c1', namespaceId: 'n1' }, PENDING, { ...deps, read });
    expect(found.notes).toEqual(['route "Tides" moves from namespace "Port" to "Harbour".']);
  });

  test('is not what is live', async () => {
    const { names, doubts } = await waiting({
      compared: [[edit('a', 21), edit('b', 22, applied())]],
      logs: { n1: [edit('a', 21), edit('b', 22, applied()), edit('c', 23, applied('s1'))] },
    });
    expect([names, doubts]).toEqual([['"a"'], []]);
  });

  test('is also what only went elsewhere: above several clusters the log tells only where it went first', async () => {
    const of = (one: ActivityEntry) => waiting({ compared: [[one]], logs: { n0: [one] } });
    expect(await of(edit('a', 21, applied('elsewhere')))).toMatchObject({ names: ['"a"'], doubts: [] });
    // At the very moment counts as after it.
    expect(await of(edit('a', 10, applied('elsewhere')))).toMatchObject({ names: ['"a"'] });
    for (const here of [edit('a', 21, applied('s1')), edit('a', 9, applied('elsewhere')), edit('a', 21, applied())]) {
      expect(await of(here)).toMatchObject({ names: [], doubts: ['nothing in it still waits'] });
    }
    const unknown = edit('a', 1, applied('elsewhere'));
    const never = { compared: [[unknown]], logs: { n0: [unknown] }, changesets: [PENDING] };
    expect(await waiting(never)).toMatchObject({ names: ['"a"'], doubts: [] });
  });

  test('is all of it where nothing was applied before', async () => {
    const { names, asked } = await waiting({ ...both(edit('a', 1)), changesets: [PENDING] });
    expect(names).toEqual(['"a"']);
    expect(asked.find(([name]) => name === 'compare_changesets')?.[1]).toStrictEqual({
      organizationId: 'o1',
      clusterId: 'c1',
      secondId: 's2',
    });
  });

  test('is what came after the newest applied before it', async () => {
    const compare = async (world: World) =>
      (await waiting(world)).asked.find(([name]) => name === 'compare_changesets')?.[1];
    const range = { firstId: 's1', secondId: 's2' };
    expect(await compare({ changesets: [changeset('s3', 30, 'applied'), PENDING, APPLIED] })).toMatchObject(range);
    expect(await compare({ changesets: [PENDING, APPLIED], page: 1 })).toMatchObject(range);
  });

  test('is read back to the beginning of what was applied', async () => {
    const log = [edit('a', 22), edit('b', 21), edit('c', 20), edit('d', 9), edit('e', 8), edit('f', 7)];
    const offsets = (asked: Awaited<ReturnType<typeof waiting>>['asked']) =>
      asked.flatMap(([name, { offset, namespaceId }]) =>
        name === 'list_activity_logs' && namespaceId === 'n1' ? [offset] : [],
      );
    expect(offsets((await waiting({ logs: { n1: log } })).asked)).toEqual([0, 2]);
    const exactly = [edit('a', 22), edit('b', 10), edit('c', 9), edit('d', 8), edit('e', 7)];
    expect(offsets((await waiting({ logs: { n1: exactly } })).asked)).toEqual([0, 2]);
    expect(offsets((await waiting({ logs: { n1: log }, changesets: [PENDING] })).asked)).toEqual([0, 2, 4, 6]);
    const timeless = [edit('a', 22), { ...edit('b', 21), updatedAt: undefined }, edit('c', 9)];
    expect(offsets((await waiting({ logs: { n1: timeless } })).asked)).toEqual([0, 2]);
  });
});

describe('is in doubt', () => {
  test('where only one of both has an edit', async () => {
    const only = edit('a', 21);
    expect((await waiting({ compared: [[only]] })).doubts).toEqual([differ('a')]);
    expect((await waiting({ logs: { n1: [only] } })).doubts).toEqual([differ('a')]);
  });

  test('where they differ about whether it is live', async () => {
    const one = edit('a', 21, applied('elsewhere', 30));
    const other = edit('a', 21, applied('elsewhere', 31));
    const found = await waiting({ compared: [[one]], logs: { n1: [other] } });
    expect(found).toMatchObject({ names: ['"a"'], doubts: [differ('a')] });
  });

  test('not where it was made in a namespace that is not above the cluster', async () => {
    const there = (id: string | undefined) => edit('a', 21, { namespace: { id } });
    expect((await waiting({ compared: [[there('n7')]] })).doubts).toEqual([]);
    expect((await waiting({ compared: [[there('n0')]] })).doubts).toEqual([differ('a')]);
    expect((await waiting({ compared: [[there(undefined)]] })).doubts).toEqual([differ('a')]);
    // Only the comparison can tell of it.
    const elsewhere = { logs: { n1: [there('n7')] } };
    expect((await waiting(elsewhere)).doubts).toEqual([differ('a')]);
  });

  test('where only the newest edit differs', async () => {
    const entity = { type: 'route', id: 'r1', data: { name: 'Tides' } };
    const [old, newest] = [edit('1', 21, { entity }), edit('2', 22, { entity, activityType: 'update' })];
    expect((await waiting({ compared: [[newest]], logs: { n1: [newest, old] } })).doubts).toEqual([]);
    expect((await waiting({ compared: [[old]], logs: { n1: [newest, old] } })).doubts).toEqual([differ('Tides')]);
  });

  test('where the comparison ends with another changeset', async () => {
    const { doubts } = await waiting({ ...both(edit('a', 21)), end: 's9' });
    expect(doubts).toEqual(['the comparison ends with another changeset']);
    const { deps } = worldOf(both(edit('a', 21)));
    const read: typeof deps.read = async (name, input) =>
      name === 'compare_changesets' ? { entities: [[edit('a', 21)]] } : deps.read(name, input);
    const found = await waitingIn({ organizationId: 'o1', id: 'c1', namespaceId: 'n1' }, PENDING, { ...deps, read });
    expect(found.doubts).toEqual(['the comparison ends with another changeset']);
  });

  test.each<[string, World]>([
    ['comparison', { compared: [[edit('a', 21), { id: 'x' }]], logs: { n1: [edit('a', 21)] } }],
    ['log', { compared: [[edit('a', 21)]], logs: { n1: [edit('a', 21), { id: 'x' }] } }],
  ])('where an edit in the %s could not be understood', async (_, world) => {
    expect((await waiting(world)).doubts).toEqual(['an edit lacks data']);
  });

  test('where the namespace of the cluster has no place', async () => {
    const lost = "the cluster's namespace has no place among the others";
    const namespaces = [{ id: 'n1', name: 'Harbour', parentId: 'n0' }];
    const { doubts, names, asked } = await waiting({ ...both(edit('a', 21)), namespaces });
    expect([names, doubts]).toEqual([['"a"'], [lost]]);
    expect(asked.filter(([, { namespaceId }]) => namespaceId !== undefined)).toMatchObject([
      ['list_activity_logs', { namespaceId: 'n1' }],
      ['list_activity_logs', { namespaceId: 'n1' }],
    ]);
    const there = edit('a', 21, { namespace: { id: 'n7' } });
    expect((await waiting({ compared: [[there]], namespaces })).doubts).toEqual([lost, differ('a')]);
  });

  test('where nothing in it waits', async () => {
    expect((await waiting({})).doubts).toEqual(['nothing in it still waits']);
  });
});

describe('what ships next', () => {
  /** The ids between which was compared; undefined where nothing was. */
  async function range(...changesets: readonly Changeset[]) {
    const { asked } = await waitingNext({ changesets });
    const [, input] = asked.find(([name]) => name === 'compare_changesets') ?? [];
    return input && [input.firstId, input.secondId];
  }
  async function waitingNext(world: World) {
    const { deps, asked } = worldOf(world);
    const found = await waitingIn({ organizationId: 'o1', id: 'c1', namespaceId: 'n1' }, undefined, deps);
    return { ...found, asked };
  }

  test('is the pending changeset, or the one on its way', async () => {
    expect(await range(APPLIED, PENDING)).toEqual(['s1', 's2']);
    expect(await range(APPLIED, changeset('s2', 20, 'applying'))).toEqual(['s1', 's2']);
    expect(await range(changeset('s1', 10, 'current'), PENDING)).toEqual(['s1', 's2']);
    expect(await range(changeset('s0', 5, 'current'), APPLIED, PENDING)).toEqual(['s1', 's2']);
    expect(await range(PENDING)).toEqual([undefined, 's2']);
  });

  test('is looked for among both', async () => {
    const { asked } = await waitingNext({ changesets: [changeset('s3', 25, 'applying'), PENDING, APPLIED] });
    // Of each only the newest are looked at.
    const lists = asked.flatMap(([name, { status }]) => (name === 'list_changesets' ? [status] : []));
    expect(lists).toEqual(['pending', 'applying', undefined]);
    expect(asked.find(([name]) => name === 'compare_changesets')?.[1]).toMatchObject({ secondId: 's2' });
  });

  test('begins before what was applied past it', async () => {
    expect(await range(APPLIED, PENDING, changeset('s3', 30, 'applied'))).toEqual(['s1', 's2']);
    expect(await range(changeset('s1', 20, 'applied'), PENDING)).toEqual(['s1', 's2']);
    expect(await range(APPLIED, PENDING, changeset('s3', 25, 'applied'), changeset('s4', 30, 'applying'))).toEqual([
      's1',
      's2',
    ]);
  });

  test('is the one that failed last, if nothing was applied since', async () => {
    const failed = changeset('s2', 20, 'failed');
    expect(await range(APPLIED, failed)).toEqual(['s1', 's2']);
    expect(await range(failed)).toEqual([undefined, 's2']);
    expect(await range(changeset('s0', 5, 'applied'), failed, changeset('s3', 30, 'applied'))).toBeUndefined();
  });

  test('may be nothing', async () => {
    expect(await range(APPLIED)).toBeUndefined();
    expect(await range()).toBeUndefined();
    const { entities, notes, doubts } = await waitingNext({ changesets: [APPLIED] });
    expect([entities, notes, doubts]).toEqual([[], [], []]);
  });

  test('holds what the log alone shows, in doubt', async () => {
    const found = await waitingNext({ changesets: [APPLIED], logs: { n1: [edit('a', 21)] } });
    expect(found).toMatchObject({ entities: [{ name: '"a"' }], doubts: [differ('a')] });
  });
});

describe('a changeset', () => {
  const clusters = [
    { id: 'c0', name: 'Quay', namespaceId: 'n5' },
    { id: 'c1', name: 'Harbour', namespaceId: 'n1' },
  ];
  const find = async (listed: readonly unknown[] = clusters, changesetId = 's2') => {
    const { read, asked } = readsOf({
      list_changesets: ({ offset }) => [PENDING, APPLIED].slice(Number(offset), Number(offset) + 1),
      list_clusters: () => listed,
    });
    return { ...(await findChangeset({ organizationId: 'o1', changesetId }, read)), asked };
  };

  test('is found with its cluster', async () => {
    expect(await find()).toEqual({
      changeset: PENDING,
      cluster: clusters[1],
      asked: [
        ['list_changesets', { organizationId: 'o1', orderBy: ['-createdAt'], limit: 100, offset: 0 }],
        ['list_clusters', { organizationId: 'o1' }],
      ],
    });
    const older = await find(clusters, 's1');
    expect(older.changeset).toBe(APPLIED);
    expect(older.asked.map(([name, { offset }]) => [name, offset])).toEqual([
      ['list_changesets', 0],
      ['list_changesets', 1],
      ['list_clusters', undefined],
    ]);
  });

  test.each<[string, readonly unknown[], string]>([
    ['that is not listed', clusters, 'no such'],
    ['of no cluster', clusters.slice(0, 1), 's2'],
    ['of two clusters', [...clusters, { id: 'c2', name: 'Pier', namespaceId: 'n1' }], 's2'],
    ['that is not listed, beside a cluster without a place', [{ id: 'c1', name: 'Harbour' }], 'no such'],
  ])('%s is not found', async (_, listed, id) => {
    await expect(find(listed, id)).rejects.toMatchObject({
      kind: 'not_found',
      message: `Zero lists no changeset "${id}" of a cluster.`,
      next: 'Nothing was sent. Find the changeset with list_changesets.',
    });
  });
});

test('changesets come newest first, whatever Zero answers', async () => {
  const all = [APPLIED, changeset('s4', 40, 'failed'), PENDING];
  const seen: string[][] = [];
  const { read } = readsOf({ list_changesets: ({ offset }) => all.slice(Number(offset), Number(offset) + 2) });
  const found = await changesetsUntil({ clusterId: 'c1' }, read, (rows) => {
    seen.push(rows.map(({ id }) => id));
    return false;
  });
  expect(found.map(({ id }) => id)).toEqual(['s4', 's2', 's1']);
  expect(seen).toEqual([
    ['s4', 's1'],
    ['s4', 's2', 's1'],
  ]);
  expect(all.map(({ id }) => id)).toEqual(['s1', 's4', 's2']);
});
