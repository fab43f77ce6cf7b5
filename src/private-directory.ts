import { lstat, mkdir } from 'node:fs/promises';
import { ToolError } from './errors.js';

/**
 * Makes a directory that only its owner can read or write, or checks that it is one. A symbolic link, another owner or
 * wider rights mean that somebody else may have a hand in it.
 *
 * @throws ToolError `refused`; then nothing may be sent
 */
export async function privateDirectory(path: string): Promise<void> {
  const refuse = (problem: string, cause?: unknown) =>
    new ToolError('refused', `The directory ${path} can't be trusted: ${problem}.`, {
      next: 'Nothing was sent. The operator must make it a directory of their own, of mode 0700.',
      cause,
    });
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw refuse("it can't be made", cause);
  }
  const stats = await lstat(path);
  if (stats.isSymbolicLink() || !stats.isDirectory()) throw refuse('it is a link or no directory');
  if (process.getuid && stats.uid !== process.getuid()) throw refuse('it belongs to another user');
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) throw refuse('others can read or write it');
}
