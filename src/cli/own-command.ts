import { dirname } from 'node:path';

/**
 * What a person types to run this program as it was started: `zero-mcp` where that is on the path of any shell, else Node
 * with the file.
 *
 * @param script the file that Node was given
 */
export function ownCommand(script = process.argv[1] ?? '', path = process.env.PATH ?? ''): string {
  const [separator, isWindows] = process.platform === 'win32' ? [';', true] : [':', false];
  const isInstalled = /[\\/]zero-mcp$/.test(script) && path.split(separator).includes(dirname(script));
  // npx and npm run put their own directories on the path of what they start, and of nothing else.
  if (isInstalled && !/[\\/]node_modules[\\/]/.test(script)) return 'zero-mcp';
  return `node ${quoted(script, isWindows)}`;
}

/** One word of a shell. */
export function quoted(text: string, isWindows = process.platform === 'win32'): string {
  if (/^[\w@%+=:,./\\-]+$/.test(text) && (isWindows || !text.includes('\\'))) return text;
  return isWindows ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`;
}
