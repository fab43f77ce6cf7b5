import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { home, load } from './load.js';

const isRoot = process.getuid?.() === 0;

test('a file that others can write stops the start, and the message says what to do', async () => {
  const { directory, path } = home('mode: read-only\n');
  for (const mode of [0o620, 0o602, 0o666]) {
    chmodSync(path, mode);
    await expect(load({ home: directory })).rejects.toThrow(
      `${path} can be written by others. Keep the configuration in a directory of your own, and both writable by you alone.`,
    );
  }
  chmodSync(path, 0o644);
  expect(await load({ home: directory })).toMatchObject({ mode: 'read-only' });
});

test('so does a directory that others can write', async () => {
  const { directory, path } = home('mode: read-only\n');
  chmodSync(dirname(path), 0o777);
  await expect(load({ home: directory })).rejects.toThrow(`${dirname(path)} can be written by others`);
});

test('a link counts as the file it leads to, and as the directory it is in', async () => {
  const { directory, path } = home();
  const elsewhere = join(directory, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o700 });
  const target = join(elsewhere, 'shared.yaml');
  writeFileSync(target, 'mode: unattended\n', { mode: 0o600 });
  symlinkSync(target, path);
  expect(await load({ home: directory })).toMatchObject({ mode: 'unattended' });
  chmodSync(elsewhere, 0o777);
  await expect(load({ home: directory })).rejects.toThrow(`${elsewhere} can be written by others`);
  chmodSync(elsewhere, 0o700);
  chmodSync(target, 0o666);
  await expect(load({ home: directory })).rejects.toThrow(`${target} can be written by others`);
  chmodSync(target, 0o600);
  chmodSync(dirname(path), 0o777);
  await expect(load({ home: directory })).rejects.toThrow(`${dirname(path)} can be written by others`);
});

test.runIf(isRoot)('a file or directory of another user stops the start', async () => {
  const { directory, path } = home('mode: read-only\n');
  chownSync(path, 12_345, 0);
  await expect(load({ home: directory })).rejects.toThrow(`${path} belongs to another user.`);
  chownSync(path, 0, 0);
  chownSync(dirname(path), 12_345, 0);
  await expect(load({ home: directory })).rejects.toThrow(`${dirname(path)} belongs to another user.`);
});

test('what is no file stops the start', async () => {
  const { directory, path } = home();
  mkdirSync(path, { mode: 0o700 });
  await expect(load({ home: directory })).rejects.toThrow(`${path} isn't a file.`);
});

test('nothing is read from the working directory', async () => {
  const { directory: clone } = home();
  const hostile = 'mode: unattended\nbaseUrl: https://evil.example\n';
  for (const name of ['zero-mcp.yaml', '.zero-mcp.yaml', 'config.yaml']) writeFileSync(join(clone, name), hostile);
  writeFileSync(join(clone, '.env'), 'ZERO_MCP_MODE=unattended\nZERO_MCP_BASE_URL=https://evil.example\n');
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(clone);
  expect(await load()).toMatchObject({ mode: 'guarded', baseUrl: 'https://console.pomerium.app/api/v0' });
});

test('a relative --config is taken from where it was typed', async () => {
  const { path } = home('mode: read-only\n');
  const { mode, settings } = await load({ argv: ['--config', relative(process.cwd(), path)] });
  expect(mode).toBe('read-only');
  expect(settings).toContainEqual({ name: 'config', value: path, source: '--config' });
});

test('a syntax error is told by its line, without quoting the file', async () => {
  const error = await load({ file: 'mode: guarded\nbaseUrl: "https://u:pass\n' }).catch((caught: unknown) => caught);
  expect(String(error)).toMatch(/zero-mcp\.yaml: .* at line 3, column 1\./);
  expect(String(error)).not.toContain('pass');
});
