import { expect, test } from 'vitest';
import { createLastRead } from '../../src/guard/last-read.js';

test('asks anew, and remembers the newest answer to each question', async () => {
  let count = 0;
  const { read, last } = createLastRead(async (name, input) => {
    count += 1;
    return `${name} ${JSON.stringify(input)} ${count}`;
  });
  expect(await last('get_route', { routeId: 'a' })).toBe('get_route {"routeId":"a"} 1');
  expect(await last('get_route', { routeId: 'a' })).toBe('get_route {"routeId":"a"} 1');
  expect(await read('get_route', { routeId: 'a' })).toBe('get_route {"routeId":"a"} 2');
  expect(await last('get_route', { routeId: 'a' })).toBe('get_route {"routeId":"a"} 2');
  expect(await last('get_route', { routeId: 'b' })).toBe('get_route {"routeId":"b"} 3');
  expect(await last('get_policy', { routeId: 'a' })).toBe('get_policy {"routeId":"a"} 4');
});
