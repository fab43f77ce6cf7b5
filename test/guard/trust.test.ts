import { expect, test } from 'vitest';
import { createTrust } from '../../src/guard/trust.js';
import { createLog } from '../../src/log.js';

function trustIn(mode: Parameters<typeof createTrust>[0]) {
  const lines: string[] = [];
  return { ...createTrust(mode, createLog('debug', { write: (line) => lines.push(line) })), lines };
}

test('unattended ends once what anybody can write was answered, and the log says so once', () => {
  const { lowered, answered, lines } = trustIn('unattended');
  answered('list_routes');
  expect(lowered()).toBeUndefined();
  answered('get_logs');
  answered('list_routes');
  answered('get_logs');
  expect(lowered()).toBe(
    'this server asks until it is restarted, since it has answered get_logs, whose text anybody can write',
  );
  expect(lines).toEqual([
    expect.stringMatching(
      / warn unattended acts as guarded until a restart: strangers may have written what was answered operation=get_logs\n$/,
    ),
  ]);
});

test.each(['guarded', 'read-only'] as const)('%s has nothing to lower', (mode) => {
  const { lowered, answered, lines } = trustIn(mode);
  answered('get_logs');
  expect(lowered()).toBeUndefined();
  expect(lines).toEqual([]);
});
