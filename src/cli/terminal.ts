import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { printable } from '../log.js';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

/** Prints lines. Whatever is in one stays on it and commands no terminal. */
export function say(stdout: NodeJS.WritableStream, ...lines: readonly string[]): void {
  stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** The line a person types, or undefined when they leave with Ctrl-C or Ctrl-D. */
export async function ask({ stdin, stdout }: Terminal, question: string): Promise<string | undefined> {
  await dropTypedAhead(stdin);
  const lines = createInterface({ input: stdin, output: stdout, historySize: 0 });
  const line = await new Promise<string | undefined>((resolve) => {
    lines.once('close', () => resolve(undefined)).once('SIGINT', () => resolve(undefined));
    lines.question(`${printable(question)} `, resolve);
  });
  lines.close();
  if (line === undefined) stdout.write('\n');
  return line;
}

/** What was typed, or pasted along with the command, before the question could be read is no answer to it. */
async function dropTypedAhead(stdin: NodeJS.ReadStream): Promise<void> {
  const drop = () => {};
  stdin.setRawMode(true).on('data', drop).resume();
  await setTimeout(150);
  stdin.pause().off('data', drop).setRawMode(false);
}
