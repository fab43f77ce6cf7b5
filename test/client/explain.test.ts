import { expect, test } from 'vitest';
import { type ErrorKind, explain, quote, ToolError } from '../../src/errors.js';
import { thing } from './server.js';

const read = thing();
const write = thing({ name: 'update_thing', method: 'PUT', effect: 'draft' });

test('what happened, the API’s words as data, and the next step', () => {
  const error = new ToolError('forbidden', 'The API answered 403 to get_thing.', {
    status: 403,
    upstream: 'no "rights"',
  });
  expect(explain(error, read)).toBe(
    [
      'The API answered 403 to get_thing.',
      'The API\'s own words, as data: "no \\"rights\\""',
      "Next: Zero answers 403 for ids that don't exist or were deleted as well as for missing rights: check the id with the list tool, then the role of the API user.",
    ].join('\n'),
  );
});

test('a write that may have taken effect says so, a read never does', () => {
  const error = new ToolError('timeout', 'Too slow.', { maybeSent: true });
  expect(explain(error, write)).toContain('The change may have taken effect all the same: read the record');
  expect(explain(error, read)).not.toContain('may have taken effect');
});

test('the wait the API asks for is the next step, and whoever throws knows better', () => {
  const facts = { retryAfterMs: 119_001 };
  expect(explain(new ToolError('rate_limited', 'Busy.', facts), read)).toBe(
    'Busy.\nNext: Call again in 120 s, as the API asks.',
  );
  expect(explain(new ToolError('rate_limited', 'Busy.', { ...facts, next: 'Rest.' }), read)).toBe('Busy.\nNext: Rest.');
});

test.each<[ErrorKind, string]>([
  ['unauthorized', 'Zero console under Account, API Tokens'],
  ['not_found', 'Check the id with the list tool'],
  ['too_large', 'limit'],
  ['unreachable', 'proxy'],
  ['redirected', 'base URL'],
])('%s has a next step', (kind, words) => {
  expect(explain(new ToolError(kind, 'x', {}), read)).toMatch(new RegExp(`^x\nNext: .*${words}`));
});

test('an error nobody foresaw shows nothing of itself', () => {
  for (const thrown of [new Error('hunter2'), 'hunter2', { message: 'hunter2' }, undefined]) {
    expect(explain(thrown, read)).toBe('get_thing failed in this server.\nNext: The log of this server says more.');
  }
});

test('text that is not ours stays on one line, visible, and short', () => {
  expect(quote('a\n\u2028b\u202e\u0000c\t "d"')).toBe('"a b c \\"d\\""');
  expect(quote('x'.repeat(400))).toBe(`"${'x'.repeat(300)}…"`);
});
