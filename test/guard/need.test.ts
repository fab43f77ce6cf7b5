import { describe, expect, test } from 'vitest';
import { MODES, type Mode, offers } from '../../src/guard/mode.js';
import { type Need, needsPerson } from '../../src/guard/need.js';
import type { Fields } from '../harness.js';
import { operationOf, readsOf } from './reads.js';

/** Clusters by their auto-apply; all below one root. */
function world(switches: Readonly<Record<string, unknown>>) {
  const clusters = Object.keys(switches).map((id) => ({ id, name: `The ${id}`, namespaceId: `${id}-ns` }));
  return readsOf({
    list_clusters: () => clusters,
    list_namespaces: () => [
      { id: 'root', name: 'root' },
      ...clusters.map(({ namespaceId, name }) => ({ id: namespaceId, name, type: 'cluster', parentId: 'root' })),
    ],
    get_settings: ({ clusterId }) => ({ autoApplyChangesets: switches[String(clusterId)] }),
  });
}

interface Case {
  readonly mode?: Mode;
  readonly confirmDrafts?: boolean;
  readonly within?: boolean;
}

async function need(
  name: string,
  input: Fields,
  switches: Readonly<Record<string, unknown>>,
  { mode = 'guarded', confirmDrafts = false, within = true }: Case = {},
): Promise<Need | undefined> {
  const { read } = world(switches);
  return needsPerson(
    operationOf(name),
    input,
    { mode, confirmDrafts, lowered: () => undefined, isWithinBudget: async () => within },
    read,
  );
}

const inRoot = { namespaceId: 'root' };
const inOne = { namespaceId: 'one-ns' };
const OPENS = 'after it, changes of this cluster go live by themselves (autoApplyChangesets is not false)';

describe('a draft', () => {
  test('needs nobody where every cluster waits, unless the operator wants to be asked', async () => {
    expect(await need('create_route', inRoot, { one: false, two: false })).toBeUndefined();
    expect(await need('create_route', inOne, { one: false, two: true })).toBeUndefined();
    expect(await need('create_route', inOne, { one: false }, { confirmDrafts: true })).toEqual({
      reason: 'this server asks about drafts too',
    });
  });

  test('is held by the one cluster that is known to auto-apply', async () => {
    const one = { id: 'one', name: 'The one', autoApply: true };
    expect(await need('create_route', inRoot, { one: true, two: false })).toEqual({
      reason: 'it would go live at once: auto-apply is on for "The one" (one)',
      heldBy: one,
    });
  });

  test.each<[string, Fields, string]>([
    ['two clusters auto-apply', { one: true, two: true }, '"The one" (one), "The two" (two)'],
    ['nobody knows of one', { one: undefined }, '"The one" (one, its settings could not be read)'],
    [
      'nobody knows of one beside another',
      { one: true, two: 'false' },
      '"The one" (one), "The two" (two, its settings could not be read)',
    ],
  ])('is held by none where %s', async (_, switches, named) => {
    const found = await need('create_route', inRoot, switches);
    expect(found).toEqual({ reason: `it would go live at once: auto-apply is on for ${named}`, heldBy: undefined });
  });

  test('needs someone where no cluster is', async () => {
    expect(await need('create_route', inRoot, {})).toEqual({
      reason: 'no cluster could be found that it would wait in',
    });
  });
});

describe('a settings write', () => {
  const of = (clusterId: string, value?: unknown) => ({
    clusterId,
    patch: [{ op: 'replace', path: value === undefined ? '/logLevel' : '/autoApplyChangesets', value }],
  });

  test('that leaves auto-apply off is a draft like others', async () => {
    expect(await need('patch_settings', of('one'), { one: false, two: true })).toBeUndefined();
    expect(await need('patch_settings', of('one', false), { one: false })).toBeUndefined();
  });

  test('that leaves it on is held by the cluster', async () => {
    expect(await need('patch_settings', of('one'), { one: true })).toEqual({
      reason: OPENS,
      heldBy: { id: 'one', name: 'The one', autoApply: true },
    });
  });

  test('that switches it on is held by none', async () => {
    expect(await need('patch_settings', of('one', true), { one: false })).toEqual({ reason: OPENS, heldBy: undefined });
    expect(await need('patch_settings', of('one', true), { one: true })).toEqual({ reason: OPENS, heldBy: undefined });
  });

  test('that switches it off goes live with the rest, and is held by none', async () => {
    expect(await need('patch_settings', of('one', false), { one: true })).toEqual({
      reason: 'it would go live at once: auto-apply is on for "The one" (one)',
      heldBy: undefined,
    });
  });

  test('of a cluster that is not listed counts as one that opens it', async () => {
    expect(await need('patch_settings', of('gone'), { one: false, two: false })).toEqual({
      reason: OPENS,
      heldBy: undefined,
    });
    expect(await need('patch_settings', of('gone'), {})).toEqual({ reason: OPENS, heldBy: undefined });
  });
});

describe('what is no draft', () => {
  test('needs someone, whatever the clusters do', async () => {
    expect(await need('delete_cluster', { clusterId: 'one' }, { one: false })).toEqual({
      reason: 'it takes effect at once',
    });
    expect(await need('apply_changeset', {}, { one: false })).toEqual({ reason: 'it makes pending changes go live' });
  });
});

describe('modes', () => {
  test('read-only offers reads, the others everything', () => {
    const offered = (mode: Mode) => (['read', 'draft', 'live', 'apply'] as const).filter((each) => offers(mode, each));
    const everything = ['read', 'draft', 'live', 'apply'];
    expect(MODES.map(offered)).toEqual([['read'], everything, everything]);
  });

  test('read-only refuses whatever is no read', async () => {
    await expect(need('create_route', inOne, { one: false }, { mode: 'read-only' })).rejects.toMatchObject({
      kind: 'refused',
      message: 'create_route changes things, and this server is read-only.',
      next: 'Nothing was sent. Tell the person what you would change; they can do it in the Zero console.',
    });
  });

  test('unattended asks only beyond the budget, and only where guarded would', async () => {
    const beyond = { mode: 'unattended', within: false } as const;
    expect(await need('create_route', inOne, { one: true }, { mode: 'unattended' })).toBeUndefined();
    expect(await need('create_route', inOne, { one: false }, beyond)).toBeUndefined();
    expect(await need('delete_cluster', {}, {}, beyond)).toEqual({
      reason: "it takes effect at once, and the operator's hourly budget for what nobody is asked about is spent",
    });
  });
});
