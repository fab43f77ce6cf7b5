import { expect, test } from 'vitest';
import { newId, newIdNamed, withNewIds, withNewIdsNamed } from '../../src/guard/new-id.js';

const input = {
  name: 'Tides',
  nothing: null,
  count: 2,
  policyIds: ['p1', newId('Sailors')],
  deep: { list: [{ id: newId('Divers') }] },
};

test('is shown as whose it will be', () => {
  expect(newIdNamed('Sailors')).toBe('new id of Sailors');
  expect(withNewIdsNamed(input)).toEqual({
    ...input,
    policyIds: ['p1', 'new id of Sailors'],
    deep: { list: [{ id: 'new id of Divers' }] },
  });
});

test('is sent once it is known', () => {
  const ids = new Map([
    ['Sailors', 'p7'],
    ['Divers', 'p8'],
  ]);
  expect(withNewIds(input, ids)).toEqual({ ...input, policyIds: ['p1', 'p7'], deep: { list: [{ id: 'p8' }] } });
});

test('stops the call where it is not known', () => {
  const ids = new Map([['Sailors', 'p7']]);
  expect(() => withNewIds(input, ids)).toThrow(
    expect.objectContaining({
      kind: 'refused',
      message: 'Zero did not answer the id of the record that was made in the place of Divers.',
      next: 'Nothing more was sent. Read the new record and go on by hand.',
    }),
  );
});
