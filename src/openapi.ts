import { z } from 'zod';
import { type Catalog, type Operation, operationId } from './operation.js';
import { version } from './version.js';

type Json = Readonly<Record<string, unknown>>;

/** The catalogue's wire half as an OpenAPI 3.1 document, for people with other tools. Schemas are written out in place. */
export function openApiDocument(catalog: Catalog): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of catalog.operations) {
    const item = paths[operation.path] ?? {};
    item[operation.method.toLowerCase()] = describeOperation(operation);
    paths[operation.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `${catalog.title} management API, as zero-mcp knows it`,
      version: version(),
      description: "Derived from zero-mcp's catalogue of operations; not the vendor's document.",
    },
    servers: [{ url: catalog.baseUrl }],
    security: [{ bearerAuth: [] }],
    tags: Object.entries(catalog.toolsets).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { bearerAuth: { type: 'http', scheme: 'bearer' } },
      responses: {
        Error: {
          description: 'A failure.',
          content: { 'application/json': { schema: schemaOf(z.object({ error: z.string() })) } },
        },
      },
    },
  };
}

function describeOperation(operation: Operation): Json {
  const { body, bodyType, output, status, ownCredential } = operation;
  const mediaType = bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    operationId: operationId(operation),
    tags: [operation.toolset],
    summary: operation.title,
    description: operation.description,
    'x-effect': operation.effect,
    parameters: [
      ...Object.entries(operation.params.shape).map(([name, schema]) => parameter('path', name, schema)),
      ...Object.entries(operation.query.shape).map(([name, schema]) => parameter('query', name, schema)),
    ],
    ...(body && { requestBody: { required: true, content: { [mediaType]: { schema: schemaOf(body) } } } }),
    responses: {
      [status]: {
        description: 'Done.',
        ...(output && { content: { 'application/json': { schema: schemaOf(output, 'output') } } }),
      },
      default: { $ref: '#/components/responses/Error' },
    },
    // The exchange itself is called without a token (FACTS 3.2).
    ...(ownCredential && { security: [] }),
  };
}

function parameter(where: 'path' | 'query', name: string, schema: z.ZodType): Json {
  const json = schemaOf(schema);
  const base = { name, in: where, required: !schema.isOptional() };
  // `filter` travels as JSON text, lists comma-separated (FACTS 3.8).
  if (json.type === 'object') return { ...base, content: { 'application/json': { schema: json } } };
  return { ...base, schema: json, ...(json.type === 'array' && { style: 'form', explode: false }) };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): Json {
  const { $schema, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
