import type { z } from 'zod';
import type { Read } from './guard/affected.js';
import type { Input, Operation } from './operation.js';
import type { OperatorRules } from './rails/rules-file.js';
import type { OwnEdits } from './record/own-edits.js';
import type { Reading } from './record/read.js';
import type { Scope } from './schemas.js';

/** A tool that is no API operation: it puts reads together and can't write, since nothing it is given can. */
export interface Report {
  readonly name: string;
  readonly title: string;
  /** For the model: one to three sentences. */
  readonly description: string;
  /** One of the catalogue's. */
  readonly toolset: string;
  readonly core: boolean;
  readonly effect: 'read';
  readonly scope: Scope;
  /** Where it is also a resource: the path of its address, whose variables are arguments. */
  readonly path?: string;
  /** Strict, flat and complete; `organizationId` and what the operator has pinned are filled in before `run`. */
  readonly input: z.ZodObject;
  /** The answer, without secrets. Throws a ToolError of a failed read. */
  readonly run: (input: Input, sources: Sources) => Promise<Input>;
  /** A call as the model would make it. */
  readonly example: Input;
}

/** All that a report can look at. */
export interface Sources {
  /** Sends a read, and refuses what isn't one. Its answer may hold secrets. */
  readonly read: Read;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly journal: {
    readonly read: () => Promise<Reading>;
    readonly ownEdits: () => Promise<OwnEdits>;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The operator's guard rails, and the findings the operator lives with. */
  readonly rules: OperatorRules;
}

interface Declaration<Schema extends z.ZodObject> extends Omit<Report, 'core' | 'effect' | 'input' | 'run'> {
  readonly input: Schema;
  readonly run: (input: z.output<Schema>, sources: Sources) => Promise<Input>;
  readonly core?: true;
}

/** Declares a report whose `run` gets its input as its schema types it. */
export function report<Schema extends z.ZodObject>(declaration: Declaration<Schema>): Report {
  const { input: schema, run } = declaration;
  return { core: false, ...declaration, effect: 'read', run: (input, sources) => run(schema.parse(input), sources) };
}
