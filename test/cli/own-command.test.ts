import { describe, expect, test } from 'vitest';
import { ownCommand, quoted } from '../../src/cli/own-command.js';

describe.skipIf(process.platform === 'win32')('what a person types to run this program', () => {
  test.each([
    ['/usr/local/bin/zero-mcp', '/usr/bin:/usr/local/bin', 'zero-mcp'],
    ['/usr/local/bin/zero-mcp', '/usr/bin', 'node /usr/local/bin/zero-mcp'],
    ['/home/ada/zero-mcp/dist/cli.js', '/usr/bin:/home/ada/zero-mcp/dist', 'node /home/ada/zero-mcp/dist/cli.js'],
    ['/x/node_modules/.bin/zero-mcp', '/x/node_modules/.bin', 'node /x/node_modules/.bin/zero-mcp'],
    ["/home/ada's own/cli.js", '', "node '/home/ada'\\''s own/cli.js'"],
  ])('%s, where the path is %s', (script, path, command) => {
    expect(ownCommand(script, path)).toBe(command);
  });
});

test('a word of a shell is quoted where it has to be', () => {
  expect(quoted('/home/ada/state', false)).toBe('/home/ada/state');
  expect(quoted('a b', false)).toBe("'a b'");
  expect(quoted('a\\b', false)).toBe("'a\\b'");
  expect(quoted('C:\\Users\\ada', true)).toBe('C:\\Users\\ada');
  expect(quoted('C:\\Program Files', true)).toBe('"C:\\Program Files"');
});
