import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { emptyState, type State } from './store.js';

/** A file that keeps a state. */
export interface StateFile {
  /** The state kept, or undefined when there is no file. Throws when the file isn't a state. */
  read(): State | undefined;
  /** Keeps a state, if it changed: the file is whole at any moment. */
  write(state: State): void;
}

export function createStateFile(path: string): StateFile {
  let kept = '';
  return {
    read() {
      if (!existsSync(path)) return undefined;
      kept = readFileSync(path, 'utf8');
      return parse(kept, path);
    },
    write(state) {
      const text = JSON.stringify(state);
      if (text === kept) return;
      // Tokens and private keys are in it.
      writeFileSync(`${path}.new`, text, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      kept = text;
    },
  };
}

function parse(text: string, path: string): State {
  const problem = new Error(`${path} is not a state of the sandbox.`);
  try {
    const state: State = JSON.parse(text);
    if (Object.keys(emptyState()).every((part) => part in state)) return state;
  } catch {
    throw problem;
  }
  throw problem;
}
