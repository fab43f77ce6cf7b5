import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Flag, readFlags } from '../config/flags.js';
import { ConfigError, loadConfig, type Sources, TOKEN_VARIABLE } from '../config.js';
import { hasCode } from '../errors.js';
import type { QuestionStore } from '../guard/question.js';
import { createQuestionStore } from '../guard/questions.js';
import { privateDirectory } from '../private-directory.js';
import { createJournal } from '../record/journal.js';
import { version } from '../version.js';

/** What says where the state directory is. */
const place = [
  { name: 'stateDir', flag: '--state-dir' },
  { name: 'config', flag: '--config' },
] as const;

/**
 * The state directory, the flags that said where it is, and the values of a command's own flags. No token is looked at: what only reads the state
 * directory works without one, or with a wrong one.
 */
export async function readPlace<Name extends string>(
  argv: readonly string[],
  env: Sources['env'],
  own: readonly (Flag & { readonly name: Name })[] = [],
): Promise<{
  readonly stateDir: string;
  readonly given: readonly string[];
  readonly values: Partial<Record<Name, string>>;
}> {
  const { values, problems } = readFlags<Name | (typeof place)[number]['name']>(argv, [...place, ...own]);
  if (problems.length > 0) throw new ConfigError(problems);
  const given = place.flatMap(({ name, flag }) => (values[name] === undefined ? [] : [`${flag}=${values[name]}`]));
  const { stateDir } = await loadConfig({ argv: given, env: { ...env, [TOKEN_VARIABLE]: undefined } });
  return { stateDir, given, values };
}

/**
 * The questions of a state directory. One that isn't there has none and isn't made.
 *
 * @param command what the journal notes decisions under
 * @throws ToolError `refused` when others can write to it: they could have written the questions too
 */
export async function openQuestions(stateDir: string, command: string): Promise<QuestionStore> {
  const questions = join(stateDir, 'questions');
  for (const directory of [stateDir, questions]) if (await exists(directory)) await privateDirectory(directory);
  const journal = createJournal({ directory: join(stateDir, 'journal'), version: version(), mode: command });
  return createQuestionStore(questions, journal);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
