import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Journal } from '../../src/record/entry.js';
import { createJournal } from '../../src/record/journal.js';

export type Written = Parameters<Journal['append']>[0];

/** The directory of a journal that doesn't exist yet, below a state directory that does; gone after the test. */
export function emptyDirectory(): string {
  const state = realpathSync(mkdtempSync(join(tmpdir(), 'zero-mcp-')));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  return join(state, 'journal');
}

export function open(directory: string, now?: () => Date): Journal {
  return createJournal({ directory, version: '1.2.3', mode: 'guarded', now });
}

export const caller = { principal: 'ada#1', client: { name: 'Editor', version: '9' } };

export function intent(id: string, more: Partial<Extract<Written, { kind: 'intent' }>> = {}): Written {
  return {
    kind: 'intent',
    id,
    operation: 'update_route',
    effect: 'draft',
    arguments: { name: 'é' },
    ...caller,
    ...more,
  };
}

export function outcome(id: string): Written {
  return { kind: 'outcome', id, result: 'done', detail: { id: 'r1' } };
}

/** A story in eight lines, the first of them the chain's own. */
export const story: readonly Written[] = [
  { kind: 'question', id: 'q1', digest: 'd1', operation: 'delete_route', headline: 'Deletes a route', ...caller },
  { kind: 'decision', id: 'q1', decision: 'approved', channel: 'terminal', approver: 'ada' },
  intent('i1', { operation: 'delete_route', effect: 'live', question: 'q1', channel: 'terminal', approver: 'ada' }),
  outcome('i1'),
  intent('i2', { before: { name: '\ufffd\u{1f600}' } }),
  { kind: 'outcome', id: 'i2', result: 'failed', detail: 'no such route' },
  { kind: 'refusal', operation: 'delete_cluster', reason: 'It lies outside the pinned cluster.', ...caller },
];

/** Appends all, in order; answers the last place. */
export async function tell(journal: Journal, entries = story) {
  const places = await Promise.all(entries.map((entry) => journal.append(entry)));
  const last = places.at(-1);
  if (!last) throw new Error('Nothing was told.');
  return last;
}

/** The files of a journal, oldest first. */
export function chains(directory: string): readonly string[] {
  return readdirSync(directory).sort();
}

/** The lines of a file. */
export function linesOf(directory: string, chain: string): string[] {
  return readFileSync(join(directory, chain), 'utf8').trimEnd().split('\n');
}

export function rewrite(directory: string, chain: string, lines: readonly string[]): void {
  writeFileSync(join(directory, chain), lines.map((line) => `${line}\n`).join(''));
}

/** Another process that writes `ids` as intents with outcomes, then an intent `last`, says so and goes on living. */
export function otherProcess(directory: string, ids: readonly string[], last: string) {
  const module = new URL('../../dist/record/journal.js', import.meta.url).href;
  const script = `
    const { createJournal } = await import(${JSON.stringify(module)});
    const journal = createJournal(${JSON.stringify({ directory, version: '1.2.3', mode: 'guarded' })});
    for (const entry of ${JSON.stringify([...ids.flatMap((id) => [intent(id), outcome(id)]), intent(last)])})
      await journal.append(entry);
    process.stdout.write('written');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    written: new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`It ended with ${code} before it had written.`)));
    }),
    killed: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
