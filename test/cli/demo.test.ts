import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the demo walks to its end, and is plain text when no terminal reads it', async () => {
  const demo = fileURLToPath(new URL('../../dist/demo.js', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [demo]);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/Every step did what it claims\.\n$/);
  expect(stdout).toContain('create_route {');
  expect(stdout).not.toContain('\u001b');
});
