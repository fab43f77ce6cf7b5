import type { Severity } from '../audit/check.js';
import type { AuditResult } from '../audit/run-audit.js';
import { readFlags } from '../config/flags.js';
import { optionTable } from '../config/options.js';
import { ConfigError, type LoadedConfig, loadConfig, type Sources } from '../config.js';
import { explain, ToolError } from '../errors.js';
import { createKeychain, type Keychain } from '../keychain.js';
import { createLog, printable } from '../log.js';
import { didYouMean } from '../nearest.js';
import { version } from '../version.js';
import { requireToken } from './connect.js';

interface Context extends Pick<Sources, 'env'> {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

const own = [
  { name: 'format', flag: '--format' },
  { name: 'failOn', flag: '--fail-on' },
  { name: 'severity', flag: '--severity' },
  { name: 'scope', flag: '--scope' },
  { name: 'ids', flag: '--ids', isList: true },
] as const;

type Own = (typeof own)[number]['name'];

const FORMATS = ['text', 'json', 'sarif', 'markdown'] as const;
type Format = (typeof FORMATS)[number];

/**
 * `zero-mcp audit`: audits the organization, or the cluster that `--cluster` pins, and prints the result.
 *
 * @returns the exit code: 0; 1 when something found is as grave as `--fail-on`; 2 when it couldn't look
 */
export async function runAuditCommand(argv: readonly string[], context: Context): Promise<0 | 1 | 2> {
  const keychain = createKeychain();
  try {
    const { wanted, config } = await readArguments(argv, context);
    const result = await look(config, wanted, keychain);
    const text = await render(result, wanted.format);
    // A reader that has seen enough (`| head`) is no error.
    context.stdout.on('error', () => {}).write(text);
    return isFailure(result, wanted.failOn) ? 1 : 0;
  } catch (error) {
    const lines = problemsOf(error);
    context.stderr.write(lines.map((line) => `zero-mcp: ${printable(keychain.scrub(line))}\n`).join(''));
    return 2;
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  if (error instanceof ToolError) return explain(error, { name: 'audit', effect: 'read' }).split('\n');
  return [error instanceof Error ? error.message : String(error)];
}

interface Wanted {
  readonly format: Format;
  readonly failOn?: Severity;
  readonly severity?: Severity;
  readonly scope?: string;
  readonly ids?: readonly string[];
}

async function readArguments(argv: readonly string[], { env }: Context) {
  const { values, problems } = readFlags<string>(argv, [...optionTable, ...own]);
  if (problems.length > 0) throw new ConfigError(problems);
  const options = optionTable.flatMap(({ name, flag }) =>
    values[name] === undefined ? [] : [`${flag}=${values[name]}`],
  );
  const config = await loadConfig({ argv: options, env });
  requireToken(config);
  const { SEVERITIES } = await import('../audit/check.js');
  const { checkIds } = await import('../audit/checks/index.js');
  const of = <const Choice extends string>(name: Own, choices: readonly Choice[]) => oneOf(values[name], name, choices);
  const ids = values.ids?.split(',').map((id) => id.trim());
  const wanted: Wanted = {
    format: of('format', FORMATS) ?? 'text',
    failOn: of('failOn', SEVERITIES),
    severity: of('severity', SEVERITIES),
    scope: values.scope,
    ids: ids?.map((id) => oneOf(id, 'ids', checkIds) ?? id),
  };
  return { wanted, config };
}

function oneOf<const Choice extends string>(
  text: string | undefined,
  name: Own,
  choices: readonly Choice[],
): Choice | undefined {
  const choice = choices.find((known) => known === text);
  if (choice !== undefined || text === undefined) return choice;
  const flag = own.find((candidate) => candidate.name === name)?.flag;
  const known = choices.length > 10 ? 'the id of a check, such as RTE-02' : `one of ${choices.join(', ')}`;
  throw new ConfigError([`${flag}: expected ${known}.${didYouMean(text, choices)}`]);
}

async function look(config: LoadedConfig, wanted: Wanted, keychain: Keychain): Promise<AuditResult> {
  const { token, logLevel, organization, cluster } = config;
  if (token?.kind === 'env') keychain.learn(token.value);
  const [{ openSources }, { auditOrganization }] = await Promise.all([
    import('./sources.js'),
    import('../tools/reports/audit.js'),
  ]);
  const { sources, organizationId, close } = await openSources(
    config,
    createLog(logLevel, { scrub: keychain.scrub }),
    keychain,
  );
  try {
    return await auditOrganization(
      { organizationId: organization ?? (await organizationId()), clusterId: cluster },
      wanted,
      sources,
    );
  } finally {
    await close();
  }
}

async function render(result: AuditResult, format: Format): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'sarif': {
      const { toSarif } = await import('../audit/output/sarif.js');
      return `${JSON.stringify(toSarif(result, version()), null, 2)}\n`;
    }
    case 'markdown': {
      const { toMarkdown } = await import('../audit/output/markdown.js');
      return toMarkdown(result);
    }
    case 'text': {
      const { toLines } = await import('../audit/output/text.js');
      return toLines(result)
        .map((line) => `${printable(line)}\n`)
        .join('');
    }
  }
}

function isFailure({ summary }: AuditResult, failOn: Severity | undefined): boolean {
  if (failOn === undefined) return false;
  const graver = Object.entries(summary.counts);
  return graver.slice(0, graver.findIndex(([severity]) => severity === failOn) + 1).some(([, count]) => count > 0);
}
