import { type OptionName, optionTable } from '../config/options.js';
import { TOKEN_VARIABLE } from '../config.js';

/** One command, as its help tells of it. */
interface Command {
  /** After its name. */
  readonly takes: string;
  readonly does: string;
  /** Its own flags, with what they do. */
  readonly flags?: readonly (readonly [flag: string, does: string])[];
  /** The server's options that matter to it. */
  readonly options?: readonly OptionName[];
}

/** Where the questions and the journal are. */
const PLACE = ['stateDir', 'config'] as const;

/** What a command that looks at the organization goes by. */
const LOOK = [
  ...['sandbox', 'organization', 'cluster', 'apiTokenFile', 'baseUrl', 'rules'],
  ...['connectTimeout', 'timeout', 'maxResponseBytes', 'logLevel', 'config'],
] as readonly OptionName[];

const ONE_OF_SEVERITIES = 'critical, high, medium, low or info';

/** The commands with what they take and do. */
export const commands = {
  sandbox: {
    takes: '[--port 8787] [--state FILE]',
    does: 'Serve the sandbox over HTTP on loopback, for any Zero client.',
    flags: [
      ['--port N', 'The port; 0 takes any free one.'],
      ['--state FILE', 'Keep the state in this file.'],
    ],
  },
  config: {
    takes: '[OPTIONS]',
    does: 'Print the settings in force and where each comes from.',
    options: optionTable.map(({ name }) => name),
  },
  pending: { takes: '', does: 'List what waits for your answer.', options: PLACE },
  approve: {
    takes: '[CODE] | --web [--port N]',
    does: 'Show what an agent wants to change, and ask you; --web does so in your browser, one page for all questions.',
    flags: [
      ['--web', 'Open the page instead.'],
      ['--port N', 'Of the page; any free one otherwise.'],
    ],
    options: PLACE,
  },
  reject: { takes: 'CODE', does: 'Say no to it.', options: PLACE },
  journal: {
    takes:
      'verify [--head CHAIN:LINE:HASH] | show [--operation NAME] [--since TIME] [--kind KIND] [--limit N] [--json]',
    does: 'Check the journal of everything that is no read, or print it.',
    flags: [
      [
        '--head CHAIN:LINE:HASH',
        'The chain must hold this line; may be repeated. `_meta.journal` of a result gives it.',
      ],
      ['--operation NAME', 'Only lines about this operation.'],
      ['--since TIME', 'Only newer lines: 2026-01-31, 2026-01-31T08:00, or 90m, 24h, 7d.'],
      ['--kind KIND', 'Only lines of this kind.'],
      ['--limit N', 'Only the newest so many.'],
      ['--json', 'Print the lines as they are kept.'],
    ],
    options: PLACE,
  },
  audit: {
    takes:
      '[--severity LEVEL] [--scope NAME] [--ids IDS] [--fail-on LEVEL] [--format text|json|sarif|markdown] [OPTIONS]',
    does: 'Say what is wrong in the organization. Ends with 1 when something is as grave as --fail-on, with 2 when it could not look.',
    flags: [
      ['--severity LEVEL', `Show this one and graver: ${ONE_OF_SEVERITIES}. --fail-on counts what is left out, too.`],
      ['--scope NAME', 'Only a kind of record such as route, or the record or cluster of this id or name.'],
      ['--ids IDS', 'Only these checks, comma-separated, such as RTE-02.'],
      ['--fail-on LEVEL', `End with 1 when a finding is as grave: ${ONE_OF_SEVERITIES}.`],
      ['--format FORMAT', 'text, json, sarif or markdown. Default: text.'],
    ],
    options: LOOK,
  },
  test: {
    takes: '--rules FILE [--state saved|live] [OPTIONS]',
    does: 'Run your invariants and policy tests on what is saved, or on what runs. Ends with 1 when one fails, with 2 when it could not look.',
    flags: [['--state STATE', 'saved, or live: what runs. Default: saved.']],
    options: LOOK,
  },
  policy: {
    takes: 'check | eval | explain',
    does: 'Read lines of JSON from standard input and answer each with one: the verdict on {"policy"}, the decision of {"policies", "input", "records", "at"}, or what {"policy"} does.',
  },
  openapi: { takes: '', does: "Print the API's OpenAPI 3.1 document." },
  help: { takes: '[COMMAND]', does: 'Print this, or what a command takes.' },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

export function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(commands, name);
}

/** What `--help` prints: of the program, or of one command. */
export function help(name?: CommandName): string {
  return name === undefined ? helpOfAll() : helpOf(name, commands[name]);
}

function helpOfAll(): string {
  return `Change-control MCP server for Pomerium Zero.

Usage:
  zero-mcp [OPTIONS]
      Serve MCP over stdio. Needs ${TOKEN_VARIABLE} or --sandbox.
${Object.entries(commands).map(usageOf).join('')}  zero-mcp --help | --version

${optionsOf(optionTable.map(({ name }) => name))}`;
}

function helpOf(name: string, command: Command): string {
  const { flags = [], options = [] } = command;
  const own = flags.map(([flag, does]) => `  ${flag}\n      ${does}\n`);
  return [
    `Usage:\n${usageOf([name, command])}`,
    ...(own.length > 0 ? [`Flags:\n${own.join('')}`] : []),
    ...(options.length > 0 ? [optionsOf(options)] : []),
  ].join('\n');
}

function usageOf([name, { takes, does }]: readonly [string, Command]): string {
  return `  ${['zero-mcp', name, takes].filter(Boolean).join(' ')}\n      ${does}\n`;
}

function optionsOf(names: readonly OptionName[]): string {
  const shown = optionTable.filter(({ name }) => names.includes(name));
  const lines = shown.map(({ flag, placeholder, env, description, default: value, defaultText = value }) => {
    const otherwise = defaultText === undefined ? '' : ` Default: ${defaultText.replaceAll('`', '')}.`;
    return `  ${[flag, placeholder].filter(Boolean).join(' ')}\n      ${description}${otherwise}\n      ${env}\n`;
  });
  return `Options, each with its environment variable (the file's keys are the flags in camel case):\n${lines.join('')}`;
}
