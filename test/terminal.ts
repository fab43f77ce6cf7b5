import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built command. */
export const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export interface Running {
  /** Waits until the text is printed, then types a line. */
  type(after: string, line: string): Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly printed: string }>;
}

/** Reads what a process prints and types into it; ends with the test. */
export function follow(child: ChildProcess): Running {
  onTestFinished(() => void child.kill('SIGKILL'));
  const { stdout, stdin } = child;
  if (!stdout || !stdin) throw new Error('It has no pipes.');
  let printed = '';
  stdout.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, printed: printed.replaceAll('\r\n', '\n') }));
  return {
    ended,
    async type(after, line) {
      const gone = ended.then(() => true);
      while (!printed.includes(after)) {
        if (await Promise.race([gone, once(stdout, 'data').then(() => false)]))
          throw new Error(`It ended without printing ${JSON.stringify(after)}: ${printed}`);
      }
      stdin.write(line);
    },
  };
}

/** The command on a pseudo-terminal of util-linux. */
export function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  const command = `exec ${[process.execPath, cli, ...args].map((word) => `'${word}'`).join(' ')}`;
  return follow(spawn('script', ['-qec', command, '/dev/null'], { env }));
}
