import { expect, test } from 'vitest';
import { fieldOf, formOf } from '../../src/guard/form.js';
import type { Plan } from '../../src/guard/plan.js';
import type { Question } from '../../src/guard/question.js';

const plan: Plan = {
  headline: 'Deletes the route',
  operation: 'delete_route',
  effect: 'draft',
  reason: 'it is a test',
  clusters: [],
  entities: [],
  waiting: [],
  complete: true,
  notes: [],
};

const formFor = (more: Partial<Plan>) =>
  formOf({ plan: { ...plan, ...more }, code: 'K7QM-4X2P' } as unknown as Question, 'THE PLAN');

test('a yes or no, with nothing preselected', () => {
  expect(formFor({})).toEqual({
    message: 'THE PLAN\n\nQuestion K7QM-4X2P. Saying nothing changes nothing.',
    requestedSchema: {
      type: 'object',
      properties: { approve: { type: 'string', title: 'Do this?', enum: ['no', 'yes'] } },
      required: ['approve'],
    },
  });
});

test('an offer has a field of its own', () => {
  expect(formFor({ offer: true }).requestedSchema).toEqual({
    type: 'object',
    properties: { switchOff: { type: 'string', title: 'Switch auto-apply off first?', enum: ['no', 'yes'] } },
    required: ['switchOff'],
  });
});

test("a name is typed, and isn't filled in", () => {
  expect(formFor({ typedName: 'Tidewrack' }).requestedSchema).toEqual({
    type: 'object',
    properties: { name: { type: 'string', title: 'Type Tidewrack to do this', description: 'Exactly: Tidewrack' } },
    required: ['name'],
  });
});

test('a name outweighs an offer, an empty one too', () => {
  expect(fieldOf({ ...plan, typedName: '', offer: true })).toBe('name');
});
