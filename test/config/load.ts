import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig, type Sources } from '../../src/config.js';

/** A home of its own for one test, with the user's configuration file when `file` is given. */
export function home(file?: string): { readonly directory: string; readonly path: string } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'zero-mcp-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const own = join(directory, '.config', 'zero-mcp');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const path = join(own, 'zero-mcp.yaml');
  if (file !== undefined) {
    writeFileSync(path, file);
    chmodSync(path, 0o600);
  }
  return { directory, path };
}

/** The configuration of a user on Linux who has only what is given. */
export function load(given: Partial<Sources> & { readonly file?: string } = {}) {
  const { argv = [], env = {}, platform = 'linux', file } = given;
  return loadConfig({ argv, env, platform, home: given.home ?? home(file).directory });
}
