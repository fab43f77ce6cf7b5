import { closeSync, fstatSync, lstatSync, openSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from '../errors.js';

/**
 * The keys and values of the configuration file; none when it doesn't exist and wasn't asked for by name. Throws an
 * Error whose message says what is wrong and quotes nothing of the file.
 */
export async function readConfigFile(path: string, isRequired: boolean): Promise<Readonly<Record<string, unknown>>> {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    // A link that leads nowhere was meant to lead somewhere.
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
    if (!isRequired && !isLink && isMissing(error)) return {};
    throw new Error(isMissing(error) ? `${path} doesn't exist.` : `${path} can't be read.`);
  }
  // The directory of a link counts as much as the one it leads to: who can write there can point it elsewhere.
  for (const directory of new Set([dirname(path), dirname(real)])) refuseForeign(directory, statSync(directory));
  const { parseDocument } = await import('yaml');
  const document = parseDocument(readOwn(real));
  const [error] = document.errors;
  if (error) throw new Error(`${path}: ${error.message.split('\n', 1)[0]?.replace(/:$/, '.')}`);
  const content: unknown = document.toJS() ?? {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw new Error(`${path} isn't a list of "key: value" lines.`);
  return content as Record<string, unknown>;
}

function readOwn(path: string): string {
  const file = openSync(path, 'r');
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error(`${path} isn't a file.`);
    refuseForeign(path, stats);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Refuses what someone else could have written. Windows has no such bits; there the user's profile protects the file. */
function refuseForeign(path: string, stats: Stats): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  if (stats.uid !== user && stats.uid !== 0) throw new Error(`${path} belongs to another user.`);
  if (stats.mode & 0o022)
    throw new Error(
      `${path} can be written by others. Keep the configuration in a directory of your own, and both writable by you alone.`,
    );
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}
