import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { zero } from '../../src/tools/zero/index.js';
import { catalogueOperation, documentOperations } from './wire.js';

const expected = documentOperations();
const declared = new Map(zero.operations.map(catalogueOperation));

describe("the catalogue's wire half and the API's own document", () => {
  it('have the same 89 operations', () => {
    expect([...declared.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    expect(declared.size).toBe(89);
  });

  it.each([...expected.keys()])('agree on %s: request, body, parameters, status and answer', (id) => {
    expect(declared.get(id)).toEqual(expected.get(id));
  });
});

describe('the effects', () => {
  const effects: unknown = JSON.parse(readFileSync(new URL('effects.json', import.meta.url), 'utf8'));
  const named = (condition: (operation: (typeof zero.operations)[number]) => boolean) =>
    zero.operations
      .filter(condition)
      .map((operation) => operation.name)
      .toSorted();

  it('are those of the table written by hand', () => {
    expect(Object.fromEntries(zero.operations.map(({ name, effect }) => [name, effect]))).toEqual(effects);
  });

  it('are read for a request that is no GET in three cases', () => {
    expect(named(({ method, effect }) => method !== 'GET' && effect === 'read')).toEqual([
      'get_id_token',
      'ping_cluster',
      'run_health_checks',
    ]);
  });

  it('are not read for a GET in one case', () => {
    expect(named(({ method, effect }) => method === 'GET' && effect !== 'read')).toEqual(['get_service_account_token']);
  });

  it('are apply in one case', () => {
    expect(named(({ effect }) => effect === 'apply')).toEqual(['apply_changeset']);
  });
});
