import type { Severity } from '../audit/check.js';
import type { AuditResult } from '../audit/run-audit.js';
import { ConfigError } from '../config.js';
import { printable } from '../log.js';
import { didYouMean } from '../nearest.js';
import { version } from '../version.js';
import { type Context, lookAt, readLook, runLook } from './look.js';

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
  return runLook('audit', context, async (keychain) => {
    const { wanted, config } = await readArguments(argv, context);
    const { auditOrganization } = await import('../tools/reports/audit.js');
    const result = await lookAt(config, keychain, (place, sources) => auditOrganization(place, wanted, sources));
    return { text: await render(result, wanted.format), code: isFailure(result, wanted.failOn) ? 1 : 0 };
  });
}

interface Wanted {
  readonly format: Format;
  readonly failOn?: Severity;
  readonly severity?: Severity;
  readonly scope?: string;
  readonly ids?: readonly string[];
}

async function readArguments(argv: readonly string[], { env }: Context) {
  const { values, config } = await readLook(argv, env, own);
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

/** By all findings: what `--severity` hides from the eye is found all the same. */
function isFailure({ counts }: AuditResult, failOn: Severity | undefined): boolean {
  if (failOn === undefined) return false;
  const graver = Object.entries(counts);
  return graver.slice(0, graver.findIndex(([severity]) => severity === failOn) + 1).some(([, count]) => count > 0);
}
