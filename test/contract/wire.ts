import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Operation } from '../../src/operation.js';
import { operationId } from '../../src/operation.js';

/** A wire request and its answer, written so that two descriptions of it can be compared for equality. */
export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly body: Content | undefined;
  readonly status: number;
  readonly answer: Content | undefined;
}

interface Parameter {
  readonly required: boolean;
  /** How a value is written: as text, comma-separated, or as JSON. */
  readonly written: 'text' | 'commas' | 'json';
  readonly schema: Shape;
}

interface Content {
  readonly type: string;
  readonly schema: Shape;
}

/** A JSON Schema without references, compositions and words, with only what restricts. */
interface Shape {
  readonly type?: string | undefined;
  readonly nullable?: true | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly format?: string | undefined;
  readonly pattern?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly items?: Shape | undefined;
  readonly fields?: Readonly<Record<string, Shape>> | undefined;
  readonly required?: readonly string[] | undefined;
  /** Values of an object with free keys. */
  readonly values?: Shape | undefined;
  readonly oneOf?: readonly Shape[] | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const document = JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as Json;

/** Every operation of the API's own document, by operationId. */
export function documentOperations(): ReadonlyMap<string, Wire> {
  const operations = new Map<string, Wire>();
  for (const [path, item] of Object.entries(records(document.paths))) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const declared = item[method] as Json | undefined;
      if (!declared) continue;
      const [status, response] = only(
        Object.entries(records(declared.responses)).filter(([name]) => name !== 'default'),
      );
      operations.set(String(declared.operationId), {
        method: method.toUpperCase(),
        path,
        parameters: documentParameters([...list(item.parameters), ...list(declared.parameters)]),
        body: declared.requestBody === undefined ? undefined : contentOf(resolve(declared.requestBody)),
        status: Number(status),
        answer: response.content === undefined ? undefined : contentOf(response),
      });
    }
  }
  return operations;
}

/** One operation of the catalogue. */
export function catalogueOperation(operation: Operation): readonly [id: string, wire: Wire] {
  const { method, path, params, query, body, bodyType, status, output } = operation;
  const answer = output && { type: 'application/json', schema: shapeOf(output) };
  const type = bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return [
    operationId(operation),
    {
      method,
      path,
      parameters: { ...catalogueParameters('path', params), ...catalogueParameters('query', query) },
      body: body && { type, schema: shapeOf(body) },
      status,
      answer,
    },
  ];
}

function documentParameters(declared: readonly unknown[]): Record<string, Parameter> {
  return Object.fromEntries(
    declared.map(resolve).map((parameter) => {
      const json = (parameter.content as Json | undefined)?.['application/json'] as Json | undefined;
      const commas = parameter.style === 'form' && parameter.explode === false;
      return [
        `${parameter.in} ${parameter.name}`,
        {
          required: parameter.required === true,
          written: json ? 'json' : commas ? 'commas' : 'text',
          schema: simplify(json?.schema ?? parameter.schema),
        },
      ];
    }),
  );
}

function catalogueParameters(where: 'path' | 'query', object: z.ZodObject): Record<string, Parameter> {
  const { fields = {}, required = [] } = shapeOf(object);
  const written = { object: 'json', array: 'commas' } as const;
  return Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [
      `${where} ${name}`,
      {
        required: required.includes(name),
        written: schema.type === 'object' || schema.type === 'array' ? written[schema.type] : 'text',
        schema,
      },
    ]),
  );
}

function contentOf(body: Json): Content {
  if (body.required === false) throw new Error('no optional body is known');
  const [type, media] = only(Object.entries(records(body.content)));
  return { type, schema: simplify(media.schema) };
}

function shapeOf(schema: z.ZodType): Shape {
  return simplify(z.toJSONSchema(schema, { io: 'input' }));
}

/** Ranges that a format states by itself. */
const RANGES: Readonly<Record<string, readonly [minimum: number, maximum: number]>> = {
  uint32: [0, 2 ** 32 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function simplify(json: unknown): Shape {
  const { type, enum: options, format, items, oneOf, anyOf, discriminator, ...rest } = flatten(resolve(json));
  const branches = list(oneOf ?? anyOf).map((branch) => tagged(branch, discriminator as Json | undefined));
  const others = branches.filter((branch) => branch.type !== undefined);
  const types = [type].flat().filter((name) => name !== 'null');
  const nullable = types.length < [type].flat().length || others.length < branches.length || undefined;
  const [single] = others;
  if (single && others.length === 1) return clean({ ...single, nullable: nullable ?? single.nullable });
  const values = rest.additionalProperties;
  return clean({
    type: types[0] as string | undefined,
    nullable,
    enum: 'const' in rest ? [rest.const] : (options as unknown[] | undefined)?.toSorted(),
    format: format as string | undefined,
    // Where a format names the syntax, the catalogue's pattern is how it is checked.
    pattern: format ? undefined : (rest.pattern as string | undefined),
    ...bounds(types[0] as string | undefined, format as string | undefined, rest),
    minLength: rest.minLength as number | undefined,
    maxLength: rest.maxLength as number | undefined,
    items: items === undefined ? undefined : simplify(items),
    fields: types[0] === 'object' ? mapValues(records(rest.properties ?? {}), simplify) : undefined,
    required: (rest.required as string[] | undefined)?.toSorted(),
    // The document never closes an object; "any value" says nothing either.
    values: isRecord(values) && Object.keys(values).length > 0 ? simplify(values) : undefined,
    oneOf: others.length > 0 ? others : undefined,
  });
}

/** A branch of a union; where the document tells branches apart by a field, its value is part of the branch. */
function tagged(branch: unknown, discriminator: Json | undefined): Shape {
  const shape = simplify(branch);
  const reference = (branch as Json).$ref;
  const value = Object.entries(records(discriminator?.mapping ?? {})).find(
    ([, target]) => String(target) === reference,
  );
  if (!discriminator || !value) return shape;
  const name = String(discriminator.propertyName);
  return { ...shape, fields: { ...shape.fields, [name]: { ...shape.fields?.[name], enum: [value[0]] } } };
}

function bounds(type: string | undefined, format: string | undefined, json: Json): Pick<Shape, 'minimum' | 'maximum'> {
  const [minimum, maximum] = RANGES[format ?? (type === 'integer' ? 'int64' : '')] ?? [];
  return {
    minimum: json.minimum === minimum ? undefined : (json.minimum as number | undefined),
    maximum: json.maximum === maximum ? undefined : (json.maximum as number | undefined),
  };
}

/** Joins the parts of an `allOf` into one object. */
function flatten(json: Json): Json {
  if (!json.allOf) return json;
  const parts = list(json.allOf).map((part) => flatten(resolve(part)));
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part.properties)),
    required: parts.flatMap((part) => list(part.required)),
  };
}

function resolve(json: unknown): Json {
  if (!isRecord(json)) throw new Error(`not a schema: ${JSON.stringify(json)}`);
  if (typeof json.$ref !== 'string') return json;
  const target = json.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, name) => (at as Json)[name], document);
  return resolve(target);
}

function clean(shape: Shape): Shape {
  const entries = Object.entries(shape).filter(([name, value]) => {
    const empty = name === 'required' && (value as unknown[] | undefined)?.length === 0;
    return value !== undefined && !empty;
  });
  return Object.fromEntries(entries);
}

function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (items.length !== 1 || item === undefined) throw new Error(`expected one, found ${items.length}`);
  return item;
}

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const records = (value: unknown) => value as Readonly<Record<string, Json>>;
const list = (value: unknown) => (value ?? []) as readonly unknown[];
const mapValues = <Out>(values: Readonly<Record<string, unknown>>, map: (value: unknown) => Out) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
