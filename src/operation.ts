import { z } from 'zod';

/**
 * What a call does to the world.
 * - `read`: changes nothing.
 * - `draft`: lands in the cluster's pending changeset (and is a deploy where the cluster auto-applies).
 * - `live`: takes effect at once.
 * - `apply`: makes pending changes take effect.
 */
export type Effect = 'read' | 'draft' | 'live' | 'apply';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Arguments of one call by name, as the model or a test gives them. */
export type Input = Readonly<Record<string, unknown>>;

/**
 * One API operation: the wire request, in the API's own words, and what the model is told about it.
 * Everything else reads this value (server, guard, client, redaction, sandbox, docs); nothing repeats it.
 */
export interface Operation {
  /** The tool's name and the key everywhere else: the API's operationId in snake case. */
  readonly name: string;
  readonly title: string;
  /** For the model: one to three sentences. */
  readonly description: string;
  readonly toolset: string;
  /** Part of the small `core` set that daily work needs. */
  readonly core: boolean;
  /** The effect in general. `guard/effect.ts` raises it for a call whose input makes it worse (auto-apply switched on). */
  readonly effect: Effect;
  /** Takes something away that can't be got back, although it is neither a DELETE nor a PUT (rotates a token, leaves an organization). */
  readonly destructive: boolean;
  readonly method: Method;
  /** Template under the base URL: `/organizations/{organizationId}/routes/{routeId}`. */
  readonly path: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** The request body: an object whose fields join the flat input, or a JSON Patch array, which is the input `patch`. */
  readonly body?: z.ZodObject | z.ZodArray;
  readonly bodyType: 'json' | 'form';
  /** The status of a success. */
  readonly status: number;
  /** The body of a success; absent where there is none. Unknown fields are kept, secrets are marked with `secret()`. */
  readonly output?: z.ZodType;
  /** Values of required body fields that a caller may leave out. */
  readonly defaults: Input;
  /** For a PUT whose tool takes only the fields to change: how to read the record and, where the API has it, the PATCH to send. */
  readonly sparse?: { readonly read: string; readonly patch?: string };
  /** For a PATCH: the writable fields that its pointers may name. */
  readonly record?: z.ZodObject;
  /** Of a read: what matters of each record, as names or paths (`entity.data.name`); all of it when absent. */
  readonly row?: readonly string[];
  /** Values of a record's fields that go without saying. */
  readonly usual?: Input;
  /** Of a list that the API sorts: the order that is asked for unless the caller says another; the last field has no equals. */
  readonly order?: readonly string[];
  /** The tool takes no arguments: the server's own credential fills the body. */
  readonly ownCredential: boolean;
  /** A call as the model would make it: for docs, request snapshots and the sandbox smoke test. */
  readonly example: Input;
}

/** The toolset every operation marked `core` also belongs to. */
export const CORE = 'core';

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** An operation as its author writes it; the rest of {@link Operation} is derived or has a default. */
export interface Declaration<Toolset extends string, Path extends string> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  readonly method: Method;
  readonly path: Path;
  /** Overrides a shared path parameter's schema: `{metricId}` has two enums. */
  readonly params?: z.ZodRawShape;
  readonly query?: z.ZodRawShape;
  readonly body?: z.ZodObject | z.ZodArray;
  readonly output?: z.ZodType;
  readonly example: Input;
  readonly core?: true;
  readonly destructive?: true;
  readonly bodyType?: 'form';
  readonly status?: 201 | 204;
  readonly defaults?: Input;
  readonly sparse?: { readonly read: string; readonly patch?: string };
  readonly record?: z.ZodObject;
  readonly row?: readonly string[];
  readonly usual?: Input;
  readonly order?: readonly string[];
  readonly ownCredential?: true;
}

/** A control plane: where it lives and what it can do. */
export interface Catalog {
  readonly name: string;
  readonly title: string;
  readonly baseUrl: string;
  /** Toolset names with one line each, in the order of the docs. */
  readonly toolsets: Readonly<Record<string, string>>;
  readonly operations: readonly Operation[];
  /** The vendor's own page of a record, by its kind (`route`); undefined where none is known. */
  readonly link?: (type: string, record: { readonly id: string; readonly namespaceId?: string }) => string | undefined;
}

/**
 * Fixes the toolset names and shared path parameters of one control plane and returns the function that declares its
 * operations: an unknown toolset, effect or `{parameter}` is a compile error.
 */
export function defineApi<Toolset extends string, Params extends z.ZodRawShape>(api: {
  readonly toolsets: Readonly<Record<Toolset, string>>;
  readonly params: Params;
}) {
  return function operation<const Path extends string>(
    declaration: Declaration<Toolset, Path> &
      ([Exclude<ParamNames<Path>, keyof Params>] extends [never] ? unknown : { path: 'has an unknown {parameter}' }),
  ): Operation {
    const { params, query, output } = declaration;
    const names = [...declaration.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    const shape = Object.fromEntries(names.map((name) => [name, params?.[name] ?? api.params[name] ?? z.string()]));
    return {
      core: false,
      destructive: false,
      bodyType: 'json',
      status: output ? 200 : 204,
      defaults: {},
      ownCredential: false,
      ...declaration,
      params: z.strictObject(shape),
      query: z.strictObject(query ?? {}),
    };
  };
}

/** The operationId of the API's own document: `list_routes` is `listRoutes`. */
export function operationId(operation: Operation): string {
  return operation.name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const simpler = new WeakMap<z.core.$ZodType, z.ZodType>();

/** States a simpler schema to show to models than the one that is accepted. Must be the outermost call on the schema. */
export function advertiseAs<Schema extends z.ZodType>(schema: Schema, as: z.ZodType): Schema {
  simpler.set(schema, as);
  return schema;
}

/** What {@link advertiseAs} stated for a schema. */
export function advertisedAs(schema: z.core.$ZodType): z.ZodType | undefined {
  return simpler.get(schema);
}

/** The hints of the MCP specification, all four, computed from the declaration. */
export interface Hints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

export function hints(operation: Pick<Operation, 'effect' | 'method' | 'destructive'>): Hints {
  const { effect, method } = operation;
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'apply' || method === 'DELETE' || method === 'PUT' || operation.destructive,
    idempotentHint: method === 'GET' || method === 'PUT' || method === 'DELETE',
    openWorldHint: true,
  };
}
