import { optionTable } from '../config/options.js';
import { TOKEN_VARIABLE } from '../config.js';

/** The commands with what they take and do. */
export const commands = {
  sandbox: ['[--port 8787] [--state FILE]', 'Serve the sandbox over HTTP on loopback, for any Zero client.'],
  config: ['[OPTIONS]', 'Print the settings in force and where each comes from.'],
  pending: ['', 'List what waits for your answer.'],
  approve: [
    '[CODE] | --web [--port N]',
    'Show what an agent wants to change, and ask you; --web does so in your browser, one page for all questions.',
  ],
  reject: ['CODE', 'Say no to it.'],
  journal: [
    'verify [--head CHAIN:LINE:HASH] | show [--operation NAME] [--since TIME] [--kind KIND] [--limit N] [--json]',
    'Check the journal of everything that is no read, or print it.',
  ],
  audit: [
    '[--severity LEVEL] [--scope NAME] [--ids IDS] [--fail-on LEVEL] [--format text|json|sarif|markdown] [OPTIONS]',
    'Say what is wrong in the organization. Ends with 1 when something is as grave as --fail-on, with 2 when it could not look.',
  ],
  test: [
    '--rules FILE [--state saved|live] [OPTIONS]',
    'Run your invariants and policy tests on what is saved, or on what runs. Ends with 1 when one fails, with 2 when it could not look.',
  ],
  policy: [
    'check | eval | explain',
    'Read lines of JSON from standard input and answer each with one: the verdict on {"policy"}, the decision of {"policies", "input", "records", "at"}, or what {"policy"} does.',
  ],
  openapi: ['', "Print the API's OpenAPI 3.1 document."],
} as const;

/** What `--help` prints. */
export function help(): string {
  const options = optionTable.map(({ flag, placeholder, env, description, default: value, defaultText = value }) => {
    const shown = defaultText === undefined ? '' : ` Default: ${defaultText.replaceAll('`', '')}.`;
    return `  ${[flag, placeholder].filter(Boolean).join(' ')}\n      ${description}${shown}\n      ${env}\n`;
  });
  const usage = Object.entries(commands).map(
    ([name, [takes, does]]) => `  ${['zero-mcp', name, takes].filter(Boolean).join(' ')}\n      ${does}\n`,
  );
  return `Change-control MCP server for Pomerium Zero.

Usage:
  zero-mcp [OPTIONS]
      Serve MCP over stdio. Needs ${TOKEN_VARIABLE} or --sandbox.
${usage.join('')}  zero-mcp --help | --version

Options, each with its environment variable (the file's keys are the flags in camel case):
${options.join('')}`;
}
