import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { z } from 'zod';
import { readConfigFile } from './config/file.js';
import { readFlags } from './config/flags.js';
import {
  type Defaults,
  fileSchema,
  type OptionName,
  optionSchema,
  optionTable,
  type Values,
} from './config/options.js';
import type { Mode } from './guard/mode.js';
import type { LogLevel } from './log.js';
import { didYouMean } from './nearest.js';
import type { OperatorRules } from './rails/rules-file.js';

/** What the server runs with. */
export interface Config {
  readonly sandbox: boolean;
  /** https, or loopback. */
  readonly baseUrl: string;
  /** Absent when nobody gave one, and always with `sandbox`. */
  readonly token?: { readonly kind: 'env'; readonly value: string } | { readonly kind: 'file'; readonly path: string };
  readonly mode: Mode;
  readonly approval: 'any' | 'person';
  readonly confirm: 'live' | 'drafts';
  /** Records that one approval may cover, and that unattended mode changes within an hour before it asks. */
  readonly maxChanges: number;
  /** The same for those that are deleted. */
  readonly maxDeletes: number;
  /** Absent: all. */
  readonly toolsets?: readonly string[];
  readonly organization?: string;
  readonly cluster?: string;
  readonly organizationReads: boolean;
  /** The operator's guard rails; without a file there are none. */
  readonly rules: OperatorRules;
  readonly stateDir: string;
  readonly secretsDir: string;
  /** `env:NAME`, `file:/path` or `file:/directory/`. */
  readonly allowSecretInput: readonly string[];
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Most tokens of one answer. */
  readonly maxResultTokens: number;
  readonly logLevel: LogLevel;
}

/** A configuration with what `zero-mcp config` and the first log line show of it. */
export interface LoadedConfig extends Config {
  readonly settings: readonly Setting[];
}

/** One setting in force, as text, without secrets. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** `--mode`, `ZERO_MCP_MODE`, the path of the file, or `default`. */
  readonly source: string;
}

/** Why the server doesn't start: one sentence per problem. None quotes a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Where the configuration comes from. Nothing is read from the working directory. */
export interface Sources {
  /** The flags, without the command. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly platform?: NodeJS.Platform;
}

/** Holds the API token. There is no flag for it, which every process could see, and no file key. */
export const TOKEN_VARIABLE = 'POMERIUM_ZERO_API_TOKEN';

/** What one source said. */
interface Said {
  /** As it was written. */
  readonly texts: Readonly<Partial<Record<OptionName, unknown>>>;
  readonly values: Values;
  /** Where it said so: the setting's `source`. */
  readonly origin: (name: string) => string;
}

/**
 * Flags over environment over one file over defaults. Throws {@link ConfigError} for anything it doesn't understand: a
 * mistyped option is never ignored.
 */
export async function loadConfig(sources: Sources): Promise<LoadedConfig> {
  const { argv, env, home = homedir(), platform = process.platform } = sources;
  const directories = userDirectories(env, home, platform);
  const flags = fromFlags(argv);
  const variables = fromEnvironment(env);
  const file = await fromFile(flags.values.config ?? variables.values.config, directories.config);
  const defaults = fromDefaults();
  const said = [flags, variables, file, defaults];

  const values = { ...defaults.values, ...file.values, ...variables.values, ...flags.values };
  const stateDir = values.stateDir ?? directories.state;
  const secretsDir = values.secretsDir ?? join(stateDir, 'secrets');
  const token = readToken(env, values);
  const settings = optionTable.flatMap<Setting>(({ name }) => {
    const source = said.find(({ texts }) => texts[name] !== undefined);
    return source ? [{ name, value: String(source.texts[name]), source: source.origin(name) }] : [];
  });
  if (values.stateDir === undefined) settings.push({ name: 'stateDir', value: stateDir, source: 'default' });
  if (values.secretsDir === undefined) settings.push({ name: 'secretsDir', value: secretsDir, source: 'default' });
  if (token?.kind !== 'file') {
    settings.push({ name: 'apiToken', value: token ? 'set' : 'not set', source: TOKEN_VARIABLE });
  }
  const unused = values.sandbox ? ['baseUrl', 'apiTokenFile', 'apiToken'] : [];

  return {
    sandbox: values.sandbox,
    baseUrl: values.baseUrl,
    ...(token && !values.sandbox ? { token } : {}),
    mode: values.mode,
    approval: values.approval,
    confirm: values.confirm,
    maxChanges: values.maxChanges,
    maxDeletes: values.maxDeletes,
    ...(values.toolsets ? { toolsets: values.toolsets } : {}),
    ...(values.organization ? { organization: values.organization } : {}),
    ...(values.cluster ? { cluster: values.cluster } : {}),
    organizationReads: values.organizationReads,
    rules: values.rules === undefined ? { acceptedRisks: [] } : await readOperatorRules(values.rules),
    stateDir,
    secretsDir,
    allowSecretInput: values.allowSecretInput ?? [],
    connectTimeoutMs: values.connectTimeout,
    timeoutMs: values.timeout,
    maxResponseBytes: values.maxResponseBytes,
    maxResultTokens: values.maxResultTokens,
    logLevel: values.logLevel,
    settings: settings.filter(({ name }) => !unused.includes(name)),
  };
}

function fromFlags(argv: readonly string[]): Said {
  const { values: texts, problems } = readFlags(argv, optionTable);
  if (problems.length > 0) throw new ConfigError(problems);
  // The one path that may be relative: a person typed it.
  if (texts.config) texts.config = resolve(texts.config);
  const flagOf = (name: string) => optionTable.find((option) => option.name === name)?.flag ?? name;
  return { texts, values: parse(texts, flagOf), origin: flagOf };
}

function fromEnvironment(env: Sources['env']): Said {
  const names = optionTable.map((option) => option.env);
  const unknown = Object.keys(env).filter((name) => /^zero_?mcp/i.test(name) && !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigError(unknown.map((name) => `Unknown variable ${name}.${didYouMean(name, names)}`));
  }
  const given = optionTable.flatMap((option) =>
    env[option.env] === undefined ? [] : [[option.name, env[option.env]]],
  );
  const texts: Said['texts'] = Object.fromEntries(given);
  const variableOf = (name: string) => optionTable.find((option) => option.name === name)?.env ?? name;
  return { texts, values: parse(texts, variableOf), origin: variableOf };
}

async function fromFile(named: string | undefined, directory: string): Promise<Said> {
  const path = named ?? join(directory, 'zero-mcp.yaml');
  const texts = await readOperatorFile(path, named !== undefined);
  const values = parse(texts, (name) => `${name} in ${path}`, fileSchema);
  return { texts, values, origin: () => path };
}

async function readOperatorRules(path: string): Promise<OperatorRules> {
  const [{ readRules }, { checkIds }] = await Promise.all([
    import('./rails/rules-file.js'),
    import('./audit/checks/index.js'),
  ]);
  const { rules, problems } = readRules(await readOperatorFile(path, true), checkIds);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${path}: ${problem}`));
  return rules;
}

/** A file of the operator's as keys and values. Throws a ConfigError when it can't be read or others could have written it. */
async function readOperatorFile(path: string, isRequired: boolean): Promise<Readonly<Record<string, unknown>>> {
  return readConfigFile(path, isRequired).catch((error: unknown) => {
    throw new ConfigError([error instanceof Error ? error.message : String(error)]);
  });
}

function fromDefaults(): Said & { readonly values: Defaults } {
  const given = optionTable.flatMap((option) => (option.default === undefined ? [] : [[option.name, option.default]]));
  const texts: Said['texts'] = Object.fromEntries(given);
  return { texts, values: parse(texts, String) as Defaults, origin: () => 'default' };
}

/** Checks one source's texts. `label` says what the source calls an option. */
function parse(texts: unknown, label: (name: string) => string, schema: z.ZodObject = optionSchema): Values {
  const { data, error } = schema.safeParse(texts);
  if (!error) return data;
  const problems = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `Unknown key ${label(key)}.${didYouMean(key, Object.keys(schema.shape))}`);
    }
    return `${label(String(issue.path[0]))}: ${issue.message}`;
  });
  throw new ConfigError([...new Set(problems)]);
}

/** The one token. Two are an error, since nobody could tell which was meant. */
function readToken(env: Sources['env'], { apiTokenFile }: Values): Config['token'] {
  const value = env[TOKEN_VARIABLE];
  if (value === undefined) return apiTokenFile === undefined ? undefined : { kind: 'file', path: apiTokenFile };
  if (apiTokenFile !== undefined) throw new ConfigError([`${TOKEN_VARIABLE} and a token file are both set; keep one.`]);
  if (!/^[^\s\p{Cc}]+$/u.test(value)) throw new ConfigError([`${TOKEN_VARIABLE} is empty or contains blanks.`]);
  return { kind: 'env', value };
}

/** Where the platform keeps a user's configuration and state. */
function userDirectories(env: Sources['env'], home: string, platform: NodeJS.Platform) {
  const directory = (variable: string, ...otherwise: string[]) => {
    const base = env[variable] || join(home, ...otherwise);
    if (!isAbsolute(base)) throw new ConfigError([`${variable} must be an absolute path.`]);
    return join(base, 'zero-mcp');
  };
  if (platform === 'win32') {
    return { config: directory('APPDATA', 'AppData', 'Roaming'), state: directory('LOCALAPPDATA', 'AppData', 'Local') };
  }
  const library = ['Library', 'Application Support'];
  const isMac = platform === 'darwin';
  return {
    config: directory('XDG_CONFIG_HOME', ...(isMac ? library : ['.config'])),
    state: directory('XDG_STATE_HOME', ...(isMac ? library : ['.local', 'state'])),
  };
}

/** The settings in force as aligned lines: name, value, where it came from. */
export function describeConfig({ settings }: LoadedConfig): string {
  const width = (column: readonly string[]) => Math.max(...column.map(({ length }) => length)) + 2;
  const names = width(settings.map(({ name }) => name));
  const values = width(settings.map(({ value }) => value));
  return settings.map(({ name, value, source }) => `${name.padEnd(names)}${value.padEnd(values)}${source}\n`).join('');
}
