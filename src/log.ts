import { Writable } from 'node:stream';

/** Levels from the gravest on; a log writes its own level and those before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What happened, and the values that belong to it. */
type Write = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One line per event: time, level, message, `key=value`. */
export type Log = Readonly<Record<LogLevel, Write>>;

interface LogOptions {
  /** Takes one line with its end. Default: stderr. */
  readonly write?: (line: string) => void;
  /** Hides secrets in a value, at any depth, before it becomes text. */
  readonly scrub?: <Value>(value: Value) => Value;
}

/** A log on stderr. It never throws: a server goes on when nobody reads its log. */
export function createLog(level: LogLevel, { write = toStderr, scrub = (value) => value }: LogOptions = {}): Log {
  const writer =
    (own: LogLevel): Write =>
    (message, fields = {}) => {
      if (LOG_LEVELS.indexOf(own) > LOG_LEVELS.indexOf(level)) return;
      const values = Object.entries(fields).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${show(scrub(value instanceof Error ? value.message : value))}`],
      );
      write(`${new Date().toISOString()} ${own} ${printable([scrub(message), ...values].join(' '))}\n`);
    };
  return { error: writer('error'), warn: writer('warn'), info: writer('info'), debug: writer('debug') };
}

/**
 * Keeps stdout for the protocol: afterwards whatever is printed, by us or a dependency, goes to stderr, and only the
 * returned stream reaches the real stdout. Call it once, before anything else is loaded.
 */
export function claimStdout(): Writable {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  // A reader that went away shows as an error of the returned stream.
  stdout.on('error', ignore);
  return new Writable({
    decodeStrings: false,
    write: (chunk, encoding, done) => {
      write(chunk, encoding, (error) => done(error));
    },
  });
}

function toStderr(line: string): void {
  if (process.stderr.listenerCount('error', ignore) === 0) process.stderr.on('error', ignore);
  process.stderr.write(line);
}

function ignore(): void {}

function show(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value;
  return String(JSON.stringify(value));
}

/** Text that stays on its line and leaves a terminal unharmed: control, format and separator characters become `\u{…}`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
