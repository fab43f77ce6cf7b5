import type { Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { toolInput } from './input.js';
import { advertisedAs, type Catalog, type Effect, type Hints, hints, type Operation } from './operation.js';
import type { Composite } from './procedure.js';

/**
 * What a host is told about a tool, with what decides whether it is listed. Made at build time and read at start, so
 * that listing 91 tools costs neither the construction nor the conversion of their zod schemas.
 */
export interface AdvertisedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly annotations: Hints;
  readonly toolset: string;
  readonly core: boolean;
  readonly effect: Effect;
  readonly scope: Scope;
  /** Of a read that is also a resource: the path of its address, `/organizations/{organizationId}/routes/{routeId}`. */
  readonly path?: string;
}

/** How far a call reaches: the service itself, the account, an organization, or one cluster's namespace. */
export type Scope = 'service' | 'account' | 'organization' | 'cluster';

/** A JSON Schema whose root is an object, as the protocol has it. */
export type ObjectSchema = Tool['inputSchema'];

/** Everything the server advertises: a catalogue's operations in its order, then what is put together from them. */
export function advertise(catalog: Catalog, composites: readonly Composite[]): readonly AdvertisedTool[] {
  return [
    ...catalog.operations.map((operation) => ({
      ...advertised(operation, hints(operation), scopeOf(operation)),
      ...(operation.effect === 'read' && operation.method === 'GET' && { path: operation.path }),
    })),
    ...composites.map((tool) => ({
      ...advertised(tool, compositeHints(tool), tool.scope),
      ...('path' in tool && { path: tool.path }),
    })),
  ];
}

/** A report is like a GET; of a procedure nobody knows before what it takes away. */
function compositeHints({ effect }: Composite): Hints {
  const reads = effect === 'read';
  return hints({ effect, method: reads ? 'GET' : 'POST', destructive: !reads });
}

function advertised(tool: Operation | Composite, annotations: Hints, scope: Scope): AdvertisedTool {
  const { name, title, description, toolset, core, effect } = tool;
  return { name, title, description, inputSchema: inputSchema(tool), annotations, toolset, core, effect, scope };
}

const ACCOUNT_PATHS = /^\/(user|organizations$|onboarding|notifications|checkIdentityProviderSettings)/;
const CLUSTER_ARGUMENTS = [
  'clusterId',
  'namespaceId',
  'routeId',
  'policyId',
  'keyPairId',
  'changesetId',
  'customDomainId',
];

/** Read off the path and the arguments: what names a cluster, a namespace or a record in one reaches no further. */
export function scopeOf(operation: Operation): Scope {
  const names = Object.keys(toolInput(operation).shape);
  if (CLUSTER_ARGUMENTS.some((name) => names.includes(name))) return 'cluster';
  if (operation.path.startsWith('/organizations/{organizationId}')) return 'organization';
  return ACCOUNT_PATHS.test(operation.path) ? 'account' : 'service';
}

/** The input schema as JSON, written small: see DESIGN "JSON Schema is written small". */
function inputSchema(tool: Operation | Composite): ObjectSchema {
  return { ...compact(toolInput(tool)), type: 'object', additionalProperties: false } as ObjectSchema;
}

function compact(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const shown = advertisedAs(zodSchema);
      if (shown) {
        const { description } = jsonSchema;
        for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
        Object.assign(jsonSchema, compact(shown), description && { description });
      }
      shrink(jsonSchema);
    },
  });
  return json;
}

/** Bounds that only repeat the type's own range. */
const TYPE_BOUNDS = new Set([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 32 - 1, 2 ** 31 - 1, -(2 ** 31)]);

/** Leaves out what costs tokens and tells a model nothing; hosts differ in which formats they accept, so only date-time stays. */
function shrink(schema: z.core.JSONSchema.BaseSchema): void {
  // The refusal of a wrong text says in words what a pattern would.
  delete schema.pattern;
  if (schema.format !== 'date-time') delete schema.format;
  if (TYPE_BOUNDS.has(schema.minimum ?? 0)) delete schema.minimum;
  if (TYPE_BOUNDS.has(schema.maximum ?? 0)) delete schema.maximum;
  // That a count isn't negative goes without saying.
  if (schema.minimum === 0 || schema.minimum === 1) delete schema.minimum;
  if (schema.minLength === 1) delete schema.minLength;
  if (schema.minItems === 1) delete schema.minItems;
  // Some hosts refuse an empty word; leaving the field out says the same.
  if (schema.enum) schema.enum = schema.enum.filter((value) => value !== '');
  delete schema.propertyNames;
  // Every object is strict: what one doesn't know is refused by name. And `{}` says nothing.
  const { additionalProperties: more } = schema;
  if (typeof more !== 'object' || Object.keys(more).length === 0) delete schema.additionalProperties;
  const isNull = (branch: z.core.JSONSchema.BaseSchema) => branch.type === 'null';
  const branches = schema.anyOf;
  if (branches?.some(isNull)) {
    const others = branches.filter((branch) => !isNull(branch));
    delete schema.anyOf;
    Object.assign(schema, others.length === 1 ? others[0] : { anyOf: others });
  }
  // Some hosts take nothing beside it.
  if (schema.anyOf) delete schema.description;
}
