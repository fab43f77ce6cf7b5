import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../src/sandbox/sandbox.js';
import { PERSON } from './person.js';
import type { Ending, Moment, Scene, Task } from './task.js';

/** Finds the clusters of the sandbox's own organization. */
export function sceneOf(sandbox: Sandbox): Scene {
  const state = sandbox.snapshot();
  const cluster = (name: string) => {
    const found = Object.values(state.clusters).find((row) => row.name === name);
    if (!found) throw new Error(`the sandbox has no cluster ${name}`);
    return found;
  };
  return {
    sandbox,
    production: cluster('production'),
    staging: cluster('staging'),
    idOf(kind, name) {
      const found = Object.values(sandbox.snapshot()[kind]).find((row) => row.name === name);
      if (!found) throw new Error(`the sandbox has none of its ${kind} called ${name}`);
      return found.id;
    },
  };
}

/** Lets others do what they did before the task, and looks at the organization. */
export function begin({ prepare }: Task, scene: Scene): Moment {
  prepare?.(scene);
  return momentOf(scene);
}

/** What came of a task, by the sandbox, the journal and the agent's answer. */
export function endingOf(scene: Scene, before: Moment, stateDirectory: string, answer: string): Ending {
  const lines = journalOf(stateDirectory);
  const operations = (kind: string) => lines.flatMap((line) => (line.kind === kind ? [String(line.operation)] : []));
  return {
    answer,
    before,
    after: momentOf(scene),
    sent: operations('intent'),
    deciders: lines.flatMap(({ kind, approver }) => (kind === 'decision' ? [String(approver)] : [])),
  };
}

/** What doesn't hold; empty when the task is solved. */
export function failedClaims({ claims }: Task, ending: Ending): readonly string[] {
  const always = { 'nobody but the person answered a question': ending.deciders.every((who) => who === PERSON) };
  return Object.entries({ ...claims(ending), ...always }).flatMap(([claim, holds]) => (holds ? [] : [claim]));
}

function momentOf({ sandbox, production, staging }: Scene): Moment {
  const both = ({ id }: { readonly id: string }) => ({ saved: sandbox.saved(id), live: sandbox.live(id) });
  return { state: sandbox.snapshot(), production: both(production), staging: both(staging) };
}

interface Line {
  readonly kind: string;
  readonly operation?: unknown;
  readonly approver?: unknown;
}

function journalOf(stateDirectory: string): readonly Line[] {
  const directory = join(stateDirectory, 'journal');
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line)])),
  );
}
