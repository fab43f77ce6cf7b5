import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/guard/plan.js';
import { asOffer, switchOffInput } from '../../src/guard/switch-off.js';
import type { Fields } from '../harness.js';
import { readsOf } from './reads.js';

const NOW = Date.parse('2026-01-31T08:00:00Z');
const DAY = 24 * 3_600_000;
const at = (ms: number) => new Date(NOW + ms).toISOString();
const PRICE =
  "From then on everyone's changes in this cluster, those of Terraform, the ingress controller and scripts included, wait until someone applies them; revocations too.";

test('the call is one field of one cluster', () => {
  expect(switchOffInput({ organizationId: 'o1', clusterId: 'c2', logLevel: 'debug' }, 'c1')).toEqual({
    organizationId: 'o1',
    clusterId: 'c1',
    patch: [{ op: 'replace', path: '/autoApplyChangesets', value: false }],
  });
});

interface Edit {
  readonly by?: Fields;
  readonly originatorId?: unknown;
  /** Milliseconds before now. */
  readonly ago?: number;
}

let count = 0;
function edit({ by = { id: 'u1', email: 'ada' }, originatorId, ago = DAY }: Edit = {}) {
  count += 1;
  return {
    id: `e${count}`,
    createdAt: at(-ago),
    updatedAt: at(-ago),
    activityType: 'update',
    entity: { type: 'route', id: 'r1', data: { originatorId } },
    user: by,
  };
}

const clusters = [
  { id: 'c2', namespaceId: 'n2' },
  { id: 'c1', namespaceId: 'n1' },
];
const namespaces = [{ id: 'root' }, { id: 'n1', parentId: 'root' }, { id: 'n2', parentId: 'root' }];

async function offered(
  logs: Readonly<Record<string, readonly { readonly updatedAt: string }[]>>,
  answers: Readonly<Record<string, () => unknown>> = {},
) {
  const plan = { headline: 'Changes a setting.', notes: ['kept'], complete: true } as unknown as Plan;
  const { read, asked } = readsOf({
    list_clusters: () => clusters,
    list_namespaces: () => namespaces,
    list_users_in_organization: () => [
      { id: 'u9', type: 'user_type_api_access' },
      { id: 'u1', type: 'user_type_human' },
      { id: 'u2' },
    ],
    // Two at a time, as a Zero with short pages would answer.
    list_activity_logs: ({ namespaceId, offset }) =>
      (logs[String(namespaceId)] ?? []).slice(Number(offset), Number(offset) + 2),
    ...answers,
  });
  const offer = await asOffer(plan, { organizationId: 'o1', clusterId: 'c1' }, read, NOW);
  return { offer, note: offer.notes[1], asked };
}

const seen = (who: string) => `Seen making changes here in the last 30 days: ${who}.`;

describe('an offer', () => {
  test('says that it is one, and its price', async () => {
    const { offer } = await offered({});
    expect(offer).toEqual({
      headline: 'An offer, to be done first: auto-apply is switched off. Changes a setting.',
      notes: [PRICE, seen('nobody'), 'kept'],
      complete: true,
      offer: true,
    });
  });

  test('names who makes changes in the cluster and above it, each once, by kind', async () => {
    const { note, asked } = await offered({
      n1: [
        edit({ by: { id: 'u2', email: 'bob' } }),
        edit(),
        edit({ by: { id: 'u9', displayName: 'deployer' }, originatorId: 'terraform' }),
        edit({ originatorId: '' }),
        edit({ originatorId: 7 }),
        edit({ by: { email: 'somebody' } }),
      ],
      root: [edit(), edit({ originatorId: 'ingress', by: { id: 'u9', displayName: 'deployer' } })],
      n2: [edit({ by: { id: 'u2', email: 'of another cluster' } })],
    });
    expect(note).toBe(seen('tools "ingress", "terraform"; API users "deployer"; people "ada", "bob", "somebody"'));
    const logs = asked.filter(([name]) => name === 'list_activity_logs').map(([, input]) => input);
    expect(new Set(logs.map(({ namespaceId }) => namespaceId))).toEqual(new Set(['n1', 'root']));
    expect(logs[0]).toEqual({
      organizationId: 'o1',
      namespaceId: 'n1',
      orderBy: ['-updatedAt'],
      limit: 100,
      offset: 0,
    });
    expect(asked.filter(([, { organizationId }]) => organizationId !== 'o1')).toEqual([]);
  });

  test('an edit that Zero says nobody made is of somebody unknown', async () => {
    const { user, ...rest } = edit();
    expect((await offered({ n1: [rest] })).note).toBe(seen('people "unknown"'));
  });

  test('an edit of a record that is not shown counts all the same', async () => {
    const { entity, ...rest } = edit();
    const { note } = await offered({ n1: [{ ...rest, entity: { type: 'route', id: 'r1' } } as never] });
    expect(note).toBe(seen('people "ada"'));
  });

  test('looks thirty days back and no further', async () => {
    const by = (name: string) => ({ id: 'u2', email: name });
    const { note, asked } = await offered({
      n1: [
        edit({ by: by('just') }),
        edit({ by: by('just') }),
        edit({ ago: 30 * DAY, by: by('just') }),
        edit({ ago: 30 * DAY + 1, by: by('before') }),
        edit({ ago: 40 * DAY, by: by('long') }),
      ],
    });
    expect(note).toBe(seen('people "just"'));
    const offsets = asked.flatMap(([name, { namespaceId, offset }]) =>
      name === 'list_activity_logs' && namespaceId === 'n1' ? [offset] : [],
    );
    expect(offsets).toEqual([0, 2]);
  });

  test('reads on while it is not there yet', async () => {
    const just = edit({ ago: 30 * DAY });
    const { note } = await offered({ n1: [edit(), just, edit({ by: { email: 'third' }, ago: 30 * DAY })] });
    expect(note).toBe(seen('people "ada", "third"'));
  });

  test('names ten of a kind and counts the others', async () => {
    const people = (number: number) =>
      Array.from({ length: number }, (_, index) => edit({ by: { email: `p${String(index).padStart(2, '0')}` } }));
    const ten = people(10)
      .map(({ user }) => `"${user.email}"`)
      .join(', ');
    expect((await offered({ n1: people(10) })).note).toBe(seen(`people ${ten}`));
    expect((await offered({ n1: people(12) })).note).toBe(seen(`people ${ten} and 2 more`));
  });

  test('looks at the cluster alone where the way up has a hole', async () => {
    const log = { n1: [edit()], root: [edit({ by: { email: 'above' } })] };
    const answers = { list_namespaces: () => [{ id: 'n1', parentId: 'root' }] };
    expect((await offered(log, answers)).note).toBe(seen('people "ada"'));
  });

  test('asks about no namespace where nobody knows the cluster', async () => {
    const { note, asked } = await offered({ '': [edit()] }, { list_clusters: () => [] });
    expect(note).toBe(seen('nobody'));
    expect(asked.filter(([name]) => name === 'list_activity_logs')).toEqual([]);
  });

  test('says where who it was could not be read', async () => {
    const { note } = await offered(
      {},
      {
        list_users_in_organization: () => {
          throw new Error('no');
        },
      },
    );
    expect(note).toBe('Who made changes here in the last 30 days could not be read.');
  });
});
