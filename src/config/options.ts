import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { checkBaseUrl } from '../client/base-url.js';
import { MODES } from '../guard/mode.js';
import { LOG_LEVELS } from '../log.js';
import { didYouMean } from '../nearest.js';
import { CORE } from '../operation.js';
import { toolsets, baseUrl as zeroUrl } from '../tools/zero/api.js';

/**
 * One setting of the server. Its names follow from its key: `baseUrl` is the flag `--base-url`, the environment variable
 * `ZERO_MCP_BASE_URL` and the file key `baseUrl`.
 */
export interface Option {
  /** Accepts the text of a flag or variable and, from the file, the value's own type. */
  readonly schema: z.ZodType;
  readonly description: string;
  /** What the help shows after the flag: `10s`, `NAME`. */
  readonly placeholder?: string;
  /** The default, written as a flag's value. */
  readonly default?: string;
  /** What the documentation says where the default depends on the user or is no value. */
  readonly defaultText?: string;
  /** A switch: the flag needs no value. */
  readonly isSwitch?: true;
  /** The flag may be repeated, and a variable may hold several values, comma-separated. */
  readonly isList?: true;
  /** The environment variable, where it isn't the key's own. */
  readonly env?: string;
}

const quoted = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

/** Answers `expected …, got …`, with the nearest right value where there is a list of them. */
const expected = (what: string, values: readonly string[] = []) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    `expected ${what}, got ${quoted(input)}.${typeof input === 'string' ? didYouMean(input, values) : ''}`,
});

const choice = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, expected(`one of ${values.join(', ')}`, values));

const onOff = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  expected('true or false'),
);

const text = z.string(expected('text')).regex(/^[^\s\p{Cc}]+$/u, expected('a name without blanks'));

/**
 * No name passes for an id. All ids that are known have 27 letters (FACTS 3.3), but they are few: others of that kind pass
 * too, and whether the id is there is seen at the first read.
 */
const idAs = (where: string) => text.regex(/^[\w-]{20,}$/, expected(`an id, as ${where}`));

/** Not quoted: where a file's name belongs, a person may have put the secret itself. */
const absolutePath = z
  .string('expected an absolute path.')
  .refine((path) => isAbsolute(path) && !/\p{Cc}/u.test(path), 'expected an absolute path.');

const list = (item: z.ZodType<string, string>) =>
  z
    .union(
      [z.string().transform((text) => text.split(',').map((part) => part.trim())), z.array(z.string())],
      expected('a list'),
    )
    .pipe(z.array(item).min(1, 'expected at least one value.'));

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

const measured = (pattern: RegExp, most: number, what: string) =>
  z.union([z.string(), z.number()], expected(what)).transform((input, context) => {
    const [, amount, unit = 'B'] = pattern.exec(String(input)) ?? [];
    const value = Number(amount) * (units[unit as keyof typeof units] ?? Number.NaN);
    if (value >= 1 && value <= most) return value;
    context.addIssue({ code: 'custom', message: `expected ${what}, got ${quoted(input)}.` });
    return z.NEVER;
  });

const duration = measured(/^(\d+)(ms|s|m|h)$/, 24 * units.h, 'a duration of at most 24h, such as 500ms, 10s or 2m');
const size = measured(/^(\d+)(B|KiB|MiB|GiB)?$/, units.GiB, 'a size of at most 1GiB, such as 16MiB or 1000000');

const count = z.union(
  [
    z
      .string()
      .regex(/^\d{1,6}$/)
      .transform(Number),
    z.int().min(0).max(999_999),
  ],
  expected('a number from 0 to 999999'),
);

const tokens = count.refine((value) => value >= 1000, 'expected at least 1000 tokens.');

const toolset = choice([CORE, ...(Object.keys(toolsets) as (keyof typeof toolsets)[])]);

const secretInput = z
  .string()
  .refine(
    (entry) => /^env:[A-Za-z_]\w*$/.test(entry) || (entry.startsWith('file:') && isAbsolute(entry.slice(5))),
    'expected env:NAME, file:/absolute/path or file:/absolute/directory/.',
  );

const baseUrl = z.string('expected a URL.').superRefine((text, context) => {
  try {
    checkBaseUrl(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/**
 * Every option, in the order of the documentation. Parsing, `--help`, the README's table and `zero-mcp config` read this
 * table; the API token isn't in it, because it comes from `POMERIUM_ZERO_API_TOKEN` alone.
 */
export const options = {
  sandbox: {
    schema: onOff,
    isSwitch: true,

    default: 'false',
    description: 'Serve the embedded sandbox instead of the real API; no token is needed or used.',
  },
  mode: {
    schema: choice(MODES),
    placeholder: 'MODE',
    default: 'guarded',
    description: 'What the tools may do: read-only, guarded or unattended.',
  },
  approval: {
    schema: choice(['any', 'person']),
    placeholder: 'WHO',
    default: 'any',
    description:
      'Whose yes counts: any takes the answer that the host brings from its form; person only `zero-mcp approve`.',
  },
  confirm: {
    schema: choice(['live', 'drafts']),
    placeholder: 'WHAT',
    default: 'live',
    description: 'What guarded mode asks about: live is what takes effect; drafts also what would wait in a changeset.',
  },
  maxChanges: {
    schema: count,
    placeholder: 'N',
    default: '200',
    description:
      'Most records that one approval may cover, and that unattended mode changes within an hour; beyond it a person is asked.',
  },
  maxDeletes: {
    schema: count,
    placeholder: 'N',
    default: '50',
    description: 'The same for deletes alone.',
  },
  toolsets: {
    schema: list(toolset),
    isList: true,
    placeholder: 'NAMES',
    defaultText: 'all',
    description: `Offer only these toolsets, comma-separated; ${CORE} is the small set for daily work.`,
  },
  organization: {
    schema: idAs('list_organizations answers it'),
    placeholder: 'ID',
    description: 'Pin one organization: the argument leaves every tool.',
  },
  cluster: {
    schema: idAs('list_clusters answers it and, in the console, a route’s address has it (cid)'),
    placeholder: 'ID',
    description: 'Pin one cluster: whatever lies outside its namespace is refused.',
  },
  organizationReads: {
    schema: onOff,
    isSwitch: true,

    default: 'false',
    description: 'With a pinned cluster, still offer the reads that cover the whole organization.',
  },
  apiTokenFile: {
    schema: absolutePath,
    env: 'POMERIUM_ZERO_API_TOKEN_FILE',
    placeholder: 'FILE',
    description: 'File that holds the API token; read again when the token was renewed.',
  },
  baseUrl: {
    schema: baseUrl,
    placeholder: 'URL',
    default: zeroUrl,
    description: 'Where the API is: https, or http on loopback.',
  },
  rules: {
    schema: absolutePath,
    placeholder: 'FILE',
    description: 'File with your guard rails: invariants, policy tests, your own people, and findings you accept.',
  },
  stateDir: {
    schema: absolutePath,
    placeholder: 'DIR',
    defaultText: 'the user’s state directory',
    description: 'Where the journal and the questions that wait for an answer are kept, with mode 0700.',
  },
  secretsDir: {
    schema: absolutePath,
    placeholder: 'DIR',
    defaultText: '`secrets` in the state directory',
    description: 'Where credentials that an operation mints are written, with mode 0600.',
  },
  allowSecretInput: {
    schema: list(secretInput),
    isList: true,
    placeholder: 'SOURCES',
    defaultText: 'none',
    description: 'What a secret argument may name instead of a value: env:NAME, file:/path or file:/directory/.',
  },
  connectTimeout: {
    schema: duration,
    placeholder: 'TIME',
    default: '10s',
    description: 'Longest wait for a connection.',
  },
  timeout: {
    schema: duration,
    placeholder: 'TIME',
    default: '60s',
    description: 'Longest wait for one call, retries included.',
  },
  maxResponseBytes: {
    schema: size,
    placeholder: 'SIZE',
    default: '16MiB',
    description: 'Largest answer of the API that is read.',
  },
  maxResultTokens: {
    schema: tokens,
    placeholder: 'N',
    default: '10000',
    description: 'Most tokens that one answer costs a model; the rest is left out, and the answer says how to get it.',
  },
  logLevel: {
    schema: choice(LOG_LEVELS),
    placeholder: 'LEVEL',
    default: 'info',
    description: 'What is logged on stderr: error, warn, info or debug.',
  },
  config: {
    schema: absolutePath,
    placeholder: 'FILE',
    defaultText: '`zero-mcp.yaml` in the user’s configuration directory',
    description: 'The configuration file.',
  },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof options;

type Parsed<Name extends OptionName> = z.output<(typeof options)[Name]['schema']>;

/** Values as one source gives them, parsed: durations in milliseconds, sizes in bytes. */
export type Values = { readonly [Name in OptionName]?: Parsed<Name> };

/** The values of the options that have a default. */
export type Defaults = {
  readonly [Name in OptionName as (typeof options)[Name] extends { default: string } ? Name : never]: Parsed<Name>;
};

/** An option with the names it has in each source. */
export interface NamedOption extends Option {
  readonly name: OptionName;
  readonly flag: string;
  readonly env: string;
}

/** The option table with the names spelled out. */
export const optionTable: readonly NamedOption[] = Object.entries<Option>(options).map(([name, option]) => {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    env: `ZERO_MCP_${words.toUpperCase().replaceAll('-', '_')}`,
    ...option,
    name: name as OptionName,
    flag: `--${words}`,
  };
});

/** What flags and variables may say. */
export const optionSchema = z.strictObject(
  Object.fromEntries(optionTable.map(({ name, schema }) => [name, schema.optional()])),
);

/** What the file may say: it can't name another file. */
export const fileSchema = optionSchema.omit({ config: true });
