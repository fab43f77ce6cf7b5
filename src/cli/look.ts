import { resolve } from 'node:path';
import { type Flag, readFlags } from '../config/flags.js';
import { optionTable } from '../config/options.js';
import { ConfigError, type Sources as ConfigSources, type LoadedConfig, loadConfig } from '../config.js';
import { explain, quote, ToolError } from '../errors.js';
import { createKeychain, type Keychain } from '../keychain.js';
import { createLog, printable } from '../log.js';
import type { Input } from '../operation.js';
import type { Sources } from '../report.js';
import { requireToken } from './connect.js';

/** What a command that looks at an organization is given. */
export interface Context extends Pick<ConfigSources, 'env'> {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * Runs such a command and prints its text.
 *
 * @returns the exit code: that of the command, or 2 when it couldn't look, with the reason on stderr
 */
export async function runLook(
  name: string,
  { stdout, stderr }: Context,
  run: (keychain: Keychain) => Promise<{ readonly text: string; readonly code: 0 | 1 }>,
): Promise<0 | 1 | 2> {
  const keychain = createKeychain();
  try {
    const { text, code } = await run(keychain);
    // A reader that has seen enough (`| head`) is no error.
    stdout.on('error', () => {}).write(text);
    return code;
  } catch (error) {
    const lines = problemsOf(error, name);
    stderr.write(lines.map((line) => `zero-mcp: ${printable(keychain.scrub(line))}\n`).join(''));
    return 2;
  }
}

function problemsOf(error: unknown, name: string): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof ToolError) return explain(error, { name, effect: 'read' }, () => false).split('\n');
  return [error instanceof Error ? error.message : String(error)];
}

/** The command's own flags, and the configuration by the others. */
export async function readLook<Name extends string>(
  argv: readonly string[],
  env: Context['env'],
  own: readonly (Flag & { readonly name: Name })[],
): Promise<{ readonly values: Partial<Record<Name, string>>; readonly config: LoadedConfig }> {
  const { values, problems } = readFlags<string>(argv, [...optionTable, ...own]);
  if (problems.length > 0) throw new ConfigError(problems);
  // Whoever types it at a shell means the file before them; a server is started wherever its host happens to be.
  if (values.rules) values.rules = resolve(values.rules);
  const options = optionTable.flatMap(({ name, flag }) =>
    values[name] === undefined ? [] : [`${flag}=${values[name]}`],
  );
  const config = await loadConfig({ argv: options, env });
  requireToken(config);
  return { values: values as Partial<Record<Name, string>>, config };
}

/** Looks at the organization, or the cluster, that the configuration pins; without a pin at the only one there is. */
export async function lookAt<Seen>(
  config: LoadedConfig,
  keychain: Keychain,
  look: (place: { readonly organizationId: string; readonly clusterId?: string }, sources: Sources) => Promise<Seen>,
): Promise<Seen> {
  const { token, logLevel, organization, cluster } = config;
  if (token?.kind === 'env') keychain.learn(token.value);
  const { openSources } = await import('./sources.js');
  const log = createLog(logLevel, { scrub: keychain.scrub });
  const { sources, organizationId, close } = await openSources(config, log, keychain);
  try {
    const place = { organizationId: organization ?? (await organizationId()), clusterId: cluster };
    return await look(place, sources).catch(async (error: unknown) => {
      throw (await wrongPin(place, config, sources)) ?? error;
    });
  } finally {
    await close();
  }
}

/** What the operator can pin instead of an id that leads nowhere; undefined when the pins are right, or nobody can tell. */
async function wrongPin(
  { organizationId, clusterId }: { readonly organizationId: string; readonly clusterId?: string },
  { organization }: LoadedConfig,
  { read }: Sources,
): Promise<ToolError | undefined> {
  const among = async (flag: string, id: string | undefined, list: string, input: Input) => {
    if (id === undefined) return undefined;
    const rows = (await read(list, input).catch(() => [])) as readonly {
      readonly id: string;
      readonly name?: string;
    }[];
    if (rows.length === 0 || rows.some((row) => row.id === id)) return undefined;
    const known = rows.map((row) => `${row.id} (${quote(row.name ?? '')})`).join(', ');
    return new ToolError('invalid_input', `${flag}: this API user sees no ${id}.`, { next: `Give one of ${known}.` });
  };
  return (
    (await among('--organization', organization, 'list_organizations', {})) ??
    (await among('--cluster', clusterId, 'list_clusters', { organizationId }))
  );
}
