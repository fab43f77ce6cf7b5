import type { z } from 'zod';
import type { Effect, Input, Operation } from './operation.js';
import type { Report, Sources } from './report.js';
import type { Scope } from './schemas.js';

/** A tool that is several API operations: it says which, from reads alone, and the gate sends them after one question. */
export interface Procedure {
  readonly name: string;
  readonly title: string;
  /** For the model: one to three sentences. */
  readonly description: string;
  /** One of the catalogue's. */
  readonly toolset: string;
  readonly core: boolean;
  /** Of the worst call that it can plan. */
  readonly effect: Exclude<Effect, 'read'>;
  readonly scope: Scope;
  /** Strict, flat and complete; `organizationId` and what the operator has pinned are filled in before `plan`. */
  readonly input: z.ZodObject;
  /** What it will do. The same facts give the same plan: a yes is bound to it. Throws a ToolError of a failed read. */
  readonly plan: (input: Input, sources: Sources) => Promise<ProcedurePlan>;
  /** A call as the model would make it. */
  readonly example: Input;
}

/** What a procedure will do. */
export interface ProcedurePlan {
  /** In the order in which they are sent. */
  readonly calls: readonly ProcedureCall[];
  /** What the person must know besides, and the caller with them: our sentences, without secrets, what they quote escaped. */
  readonly notes: readonly string[];
}

/** One operation of a procedure. */
export interface ProcedureCall {
  readonly operation: Operation;
  /** In wire terms, `organizationId` included; the id of what an earlier call creates is a NewId of guard/new-id.ts. */
  readonly input: Input;
  /** The name under which later calls ask for the id of what this one creates. */
  readonly creates?: string;
}

interface Declaration<Schema extends z.ZodObject> extends Omit<Procedure, 'core' | 'input' | 'plan'> {
  readonly input: Schema;
  readonly plan: (input: z.output<Schema>, sources: Sources) => Promise<ProcedurePlan>;
  readonly core?: true;
}

/** Declares a procedure whose `plan` gets its input as its schema types it. */
export function procedure<Schema extends z.ZodObject>(declaration: Declaration<Schema>): Procedure {
  const { input: schema, plan } = declaration;
  return { core: false, ...declaration, plan: (input, sources) => plan(schema.parse(input), sources) };
}

/** A tool that is put together from operations. */
export type Composite = Report | Procedure;

export function isComposite(tool: Operation | Composite): tool is Composite {
  return 'run' in tool || 'plan' in tool;
}
