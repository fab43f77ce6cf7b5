import { describe, expect, test } from 'vitest';
import { withNames } from '../../src/guard/names.js';
import type { PlannedEntity, PlannedField } from '../../src/guard/plan.js';
import type { Input } from '../../src/operation.js';
import { applyPlan } from '../approval-page/plans.js';

const RECORDS: Readonly<Record<string, unknown>> = {
  'get_policy policyId=policy-one': { name: 'Staff' },
  'get_policy policyId=policy-two': { name: 'Part"ners' },
  'get_policy policyId=policy-bare': {},
  'get_key_pair keyPairId=key-pair-1': { name: 'Wildcard' },
  'list_namespaces ': [
    { id: 'place-one', name: 'production' },
    { id: 'place-two', name: 'staging' },
    { id: 'place-bare' },
  ],
};

const entity = (fields: readonly PlannedField[], more: Partial<PlannedEntity> = {}): PlannedEntity => ({
  type: 'route',
  id: 'route-one',
  name: '"Wiki"',
  action: 'update',
  before: 'known',
  editedBy: [],
  ours: true,
  fields,
  ...more,
});

/** The plan of these entities with names, and what was read for it. */
async function named(entities: readonly PlannedEntity[], more: Partial<typeof applyPlan> = {}) {
  const reads: string[] = [];
  const read = async (name: string, { organizationId, ...input }: Input) => {
    expect(organizationId).toBe('acme');
    const key = `${name} ${Object.entries(input).map(([field, value]) => `${field}=${value}`)}`;
    reads.push(key);
    if (!(key in RECORDS)) throw new Error('403');
    return RECORDS[key];
  };
  const plan = await withNames({ ...applyPlan, entities, ...more }, { organizationId: 'acme' }, read);
  return { plan, fields: plan.entities.flatMap((one) => one.fields), reads };
}

describe('a plan', () => {
  test('has the names of policies beside their ids, each read once', async () => {
    const { fields, reads } = await named([
      entity([{ name: 'policyIds', before: '["policy-one"]', after: '["policy-one","policy-two"]' }]),
    ]);
    expect(fields).toEqual([
      {
        name: 'policyIds',
        before: '["Staff" (policy-one)]',
        after: '["Staff" (policy-one),"Part\\"ners" (policy-two)]',
      },
    ]);
    expect(reads).toEqual(['get_policy policyId=policy-one', 'get_policy policyId=policy-two']);
  });

  test('has those of key pairs, of what waits too', async () => {
    const waiting = [entity([{ name: 'tlsClientKeyPairId', after: '"key-pair-1"' }])];
    const { plan, fields } = await named([entity([{ name: 'tlsCustomCaKeyPairId', before: '"key-pair-1"' }])], {
      waiting,
    });
    expect(fields).toEqual([{ name: 'tlsCustomCaKeyPairId', before: '"Wildcard" (key-pair-1)' }]);
    expect(plan.waiting[0]?.fields).toEqual([{ name: 'tlsClientKeyPairId', after: '"Wildcard" (key-pair-1)' }]);
  });

  test('keeps bare what has no name or cannot be read', async () => {
    const { fields } = await named([entity([{ name: 'policyIds', after: '["policy-bare","policy-gone"]' }])]);
    expect(fields).toEqual([{ name: 'policyIds', after: '["policy-bare","policy-gone"]' }]);
  });

  test('names both ends of a move', async () => {
    const { fields, reads } = await named([
      entity([{ name: 'namespaceId', before: '"place-one"', after: '"place-two"' }]),
      entity([
        { name: 'name', after: '"Pier"' },
        { name: 'namespaceId', after: '"place-bare"' },
      ]),
    ]);
    expect(fields).toEqual([
      { name: 'namespaceId', before: '"production" (place-one)', after: '"staging" (place-two)' },
      { name: 'name', after: '"Pier"' },
      { name: 'namespaceId', after: '"place-bare"' },
    ]);
    expect(reads).toEqual(['list_namespaces ']);
  });

  test('keeps the bare ends of a move where the namespaces cannot be read', async () => {
    const plan = { ...applyPlan, entities: [entity([{ name: 'namespaceId', after: '"place-two"' }])] };
    const refused = async () => Promise.reject(new Error('403'));
    expect((await withNames(plan, { organizationId: 'acme' }, refused)).entities).toEqual(plan.entities);
  });

  test('puts no name where an id stands by chance', async () => {
    const chance = { name: 'description', after: '"policy-one"' };
    const { fields } = await named([entity([{ name: 'policyIds', after: '["policy-one"]' }, chance])]);
    expect(fields).toContainEqual(chance);
  });

  test('leaves every other field and text alone, and reads nothing for it', async () => {
    const others = [
      { name: 'description', before: '"policy-one"', after: '"place-one"' },
      { name: 'xpolicyIds', after: '["policy-one"]' },
      { name: 'policyIdsx', after: '["policy-one"]' },
      { name: 'tlsKeyPairIdOld', after: '"key-pair-1"' },
      { name: 'policyIds', after: '["see \\"policy-one\\" there"]' },
    ];
    const { fields, reads } = await named([entity(others)]);
    expect(fields).toEqual(others);
    expect(reads).toEqual([]);
  });

  test('calls settings by their cluster, where there is one and they have no other name', async () => {
    const settings = (name: string) => entity([], { type: 'settings', name });
    const { clusters } = applyPlan;
    expect((await named([settings('')])).plan.entities[0]?.name).toBe('"production"');
    expect((await named([settings('"own"')])).plan.entities[0]?.name).toBe('"own"');
    expect((await named([entity([], { name: '' })])).plan.entities[0]?.name).toBe('');
    expect((await named([settings('')], { clusters: [...clusters, ...clusters] })).plan.entities[0]?.name).toBe('');
    expect((await named([settings('')], { clusters: [] })).plan.entities[0]?.name).toBe('');
  });
});
