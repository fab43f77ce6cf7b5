import { describe, expect, test } from 'vitest';
import { assemble, recordsOf } from '../../src/audit/assemble.js';
import { cleanOrganization } from './clean-organization.js';

const empty = { ...cleanOrganization(), clusters: [], routes: [], policies: [], namespaces: [] };
const cluster = (id: string, namespaceId = id) => ({ cluster: { id, name: id, namespaceId } });
const allow = (email: string) => [{ allow: { or: [{ email: { is: email } }] } }];

describe('the policies of a route', () => {
  const policies = ['a', 'b', 'c'].map((id) => ({ id, name: id, ppl: allow(`${id}@x.example`) }));
  const governing = (route: object) => {
    const [view] = assemble({ ...empty, policies, routes: [{ id: 'r', ...route }] }).routes;
    return { read: view?.policies.map(({ policy }) => policy.id), unread: view?.unreadPolicyIds };
  };

  test('are its own and the enforced ones, each once', () => {
    expect(governing({ policyIds: ['a', 'b'], enforcedPolicyIds: ['b', 'c'] })).toEqual({
      read: ['a', 'b', 'c'],
      unread: [],
    });
  });

  test('are known by objects as well as by ids', () => {
    expect(governing({ policyIds: [{ id: 'a' }, 'b'], enforcedPolicyIds: [{ id: 'c', name: 'c' }] }).read).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('are taken from the names where the lists of ids are left out', () => {
    expect(governing({ policies: [{ id: 'a' }], enforcedPolicies: [{ id: 'b' }] }).read).toEqual(['a', 'b']);
  });

  test('that could not be read are told apart', () => {
    expect(governing({ policyIds: ['a', 'gone'] })).toEqual({ read: ['a'], unread: ['gone'] });
  });
});

describe('a policy', () => {
  const parsed = (ppl: unknown) => assemble({ ...empty, policies: [{ id: 'p', ppl }] }).policies[0]?.parsed;

  test('is parsed from rules and from text', () => {
    const [rule] = parsed(allow('a@x.example')) ?? [];
    expect(rule).toMatchObject({ action: 'allow', or: [{ name: 'email', data: { is: 'a@x.example' } }] });
    expect(parsed('allow:\n  or:\n    - accept: true')).toHaveLength(1);
  });

  test.each([[null], ['null'], [undefined], ['not a policy'], [{ permit: {} }]])('%j is none', (ppl) => {
    expect(parsed(ppl)).toBeUndefined();
  });
});

describe('where a record is served', () => {
  const namespaces = [
    { id: 'root', type: 'root' },
    { id: 'one', parentId: 'root', type: 'cluster' },
    { id: 'two', parentId: 'root', type: 'cluster' },
    { id: 'loop', parentId: 'pool' },
    { id: 'pool', parentId: 'loop' },
  ];
  const clusters = [cluster('one'), cluster('two'), cluster('three', 'loop')];
  const servedAt = (namespaceId?: string) =>
    assemble({ ...empty, namespaces, clusters, routes: [{ id: 'r', namespaceId }] }).routes[0]?.clusterIds;

  test('are the clusters at and below its namespace', () => {
    expect(servedAt('one')).toEqual(['one']);
    expect(servedAt('root')).toEqual(['one', 'two']);
    expect(servedAt('pool')).toEqual(['three']);
  });

  test('is everywhere when its namespace is none of theirs', () => {
    expect(servedAt('btCNJBzWvRNfkhZcFLKqZxRBmtz')).toEqual(['one', 'two', 'three']);
    expect(servedAt()).toEqual(['one', 'two', 'three']);
  });

  test("a cluster's namespace has the cluster's id where the answer doesn't say", () => {
    const route = { id: 'r', namespaceId: 'one' };
    const snapshot = assemble({ ...empty, clusters: [{ cluster: { id: 'one' } }, cluster('two')], routes: [route] });
    expect(snapshot.routes[0]?.clusterIds).toEqual(['one']);
  });
});

describe('what is of the wrong kind is left out', () => {
  const routeOf = (fields: object) => assemble({ ...empty, routes: [{ id: 'r', ...fields }] }).routes[0]?.route;

  test('as a field, an item of a list or inside a field', () => {
    expect(routeOf({ name: 7, from: 'https://a', to: ['https://b', 3, null, 'https://c'] })).toEqual({
      id: 'r',
      from: 'https://a',
      to: ['https://b', 'https://c'],
    });
    expect(routeOf({ setRequestHeaders: { A: 'b', C: 4 }, tlsSkipVerify: 'true' })).toEqual({
      id: 'r',
      setRequestHeaders: { A: 'b' },
    });
  });

  test('null and the text null say nothing', () => {
    expect(routeOf({ description: 'null', prefix: null, path: '/null' })).toEqual({ id: 'r', path: '/null' });
  });

  test('unknown fields, choices and formats stay', () => {
    const route = { id: 'r', from: 'nonsense', loadBalancingPolicy: 'dice', timeout: 'soon', invented: { by: 1 } };
    expect(routeOf(route)).toEqual(route);
  });

  test('records without an id, doubles and answers that are no lists', () => {
    expect(assemble({ ...empty, routes: [{ name: 'x' }, null, 5, { id: 'r' }, { id: 'r' }] }).routes).toHaveLength(1);
    expect(assemble({ ...empty, routes: { error: 'x' }, users: undefined })).toMatchObject({ routes: [], users: [] });
  });
});

test('assembling the records of a snapshot gives the same snapshot', () => {
  const snapshot = assemble(cleanOrganization());
  expect(assemble(recordsOf(snapshot))).toEqual(snapshot);
});
