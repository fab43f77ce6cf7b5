import { describe, expect, test } from 'vitest';
import { typableName, typedNameOf, typedNames } from '../../src/guard/plan-typed-names.js';

test('what is typed: the name, else the id, else the operation, whichever a person can type', () => {
  const typed = (record?: { readonly [name: string]: unknown }) => typedNameOf('delete_cluster', {}, record)?.name;
  expect(typed({ id: 'c1', name: 'Harbour' })).toBe('Harbour');
  expect(typed({ id: 'c1', name: 'Har\u200bbour' })).toBe('c1');
  expect(typed({ id: 'c1' })).toBe('c1');
  expect(typed({ id: 7 })).toBe('delete_cluster');
  expect(typed()).toBe('delete_cluster');
});

test('where nothing can be typed, it is yes', () => {
  expect(typableName([undefined, 7, ''])).toBe('yes');
  expect(typableName([])).toBe('yes');
  expect(typableName([' x', 'y', 'z'])).toBe('y');
});

describe('a yes is enough', () => {
  test.each(['delete_route', 'toString', 'constructor'])('for %s', (operation) => {
    expect(typedNameOf(operation, {}, { id: 'r1' })).toBeUndefined();
  });

  test.each<[string, object, { readonly ownerUserId?: string } | undefined, boolean]>([
    ['another name', { name: 'x' }, { ownerUserId: 'ada' }, false],
    ['the same owner', { ownerUserId: 'ada' }, { ownerUserId: 'ada' }, false],
    ['another owner', { ownerUserId: 'bob' }, { ownerUserId: 'ada' }, true],
    ['an owner where nobody knows who it was', { ownerUserId: 'bob' }, undefined, true],
    ['another name where nobody knows who owns it', { name: 'x' }, undefined, false],
  ])('for an organization unless it is handed over: %s', (_, input, record, isTyped) => {
    expect(typedNameOf('update_organization', { ...input }, record) !== undefined).toBe(isTyped);
  });
});

test('what a person is told of each', () => {
  expect(
    Object.fromEntries(
      Object.keys(typedNames).map((operation) => [operation, typedNameOf(operation, { ownerUserId: 'bob' }, {})?.why]),
    ),
  ).toMatchInlineSnapshot(`
    {
      "delete_cluster": "Nothing brings the cluster, its token and its configuration back.",
      "delete_current_user": "Nothing brings the account back; this server stops working with it.",
      "delete_key_pair": "Zero never gives the private key out, so only your own copy brings it back.",
      "delete_organization": "Nothing brings the organization, its clusters and their configuration back.",
      "delete_service_account": "Its token stops working for good; a new service account has another one.",
      "leave_organization": "Only a new invitation lets this account back in; an API user cannot be invited.",
      "remove_user_from_organization": "A person must be invited again; an API user is gone for good, with its token.",
      "renew_api_user_refresh_token": "All older tokens of the user stop working at once; if it is this server, so does it.",
      "rotate_cluster_token": "The old token dies and the running cluster shuts down until someone gives it the new one.",
      "update_organization": "Only the new owner can hand the organization back.",
    }
  `);
});
