import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CORE, type Operation, operationId } from '../../src/operation.js';
import { catalogs } from '../../src/tools/index.js';
import { JSONPatch } from '../../src/tools/zero/entities/json-patch.js';
import { exampleIds } from '../../src/tools/zero/example-ids.js';
import { everyField } from './fields.js';

const operations = Object.values(catalogs).flatMap((catalog) => catalog.operations);
const names = operations.map((operation) => operation.name);
const byName = new Map(operations.map((operation) => [operation.name, operation]));
const bodyOf = ({ body }: Operation): z.ZodObject => (body instanceof z.ZodObject ? body : z.strictObject({}));
const required = (object: z.ZodObject) =>
  Object.entries(object.shape)
    .filter(([, field]) => !field.safeParse(undefined).success)
    .map(([name]) => name);

describe('catalogues', () => {
  it('are found under their own names', () => {
    expect(Object.entries(catalogs).map(([name, catalog]) => [name, catalog.name])).toEqual([['zero', 'zero']]);
  });

  it('have a secure base URL without a slash at the end', () => {
    for (const { baseUrl } of Object.values(catalogs)) expect(baseUrl).toMatch(/^https:\/\/[^/]+(\/[^/]+)*$/);
  });

  it('name every tool once', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('mark 20 to 30 tools as core, and no toolset is called so', () => {
    const core = operations.filter((operation) => operation.core);
    expect(core.length).toBeGreaterThanOrEqual(20);
    expect(core.length).toBeLessThanOrEqual(30);
    for (const { toolsets } of Object.values(catalogs)) expect(toolsets).not.toHaveProperty(CORE);
  });

  it('list their operations toolset by toolset, in the order of the toolsets, and none is empty', () => {
    for (const catalog of Object.values(catalogs)) {
      const order = catalog.operations.map((operation) => operation.toolset);
      expect(order.filter((toolset, index) => toolset !== order[index - 1])).toEqual(Object.keys(catalog.toolsets));
    }
  });
});

describe.each(operations.map((operation) => [operation.name, operation] as const))('%s', (name, operation) => {
  it('has a name that every host takes, the operationId in snake case', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]{0,31}$/);
    expect(operationId(operation).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).toBe(name);
  });

  it('has a title and a description of one to three sentences', () => {
    expect(operation.title).toMatch(/^[A-Z].{3,39}[a-z]$/);
    expect(operation.description).toMatch(/^[A-Z].+\.$/);
    expect(operation.description.length).toBeLessThanOrEqual(300);
    expect(operation.description.split(/\. /).length).toBeLessThanOrEqual(3);
    expect(operation.description).not.toMatch(/todo|tbd|lorem|deprecated|<[a-z]/i);
  });

  it('has a parameter for every {placeholder} of its path and no other', () => {
    const placeholders = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(Object.keys(operation.params.shape)).toEqual(placeholders);
  });

  it('has flat arguments: no name stands for two of path, query and body', () => {
    const all = [operation.params, operation.query, bodyOf(operation)].flatMap(({ shape }) => Object.keys(shape));
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain('patch');
  });

  it('gives defaults to required body fields only, and values they take', () => {
    const body = bodyOf(operation);
    for (const field of Object.keys(operation.defaults)) expect(required(body)).toContain(field);
    expect(body.partial().safeParse(operation.defaults).error).toBeUndefined();
  });

  it('names a read and a PATCH of the same record where its update is sparse', () => {
    const { sparse, method, path } = operation;
    const read = sparse && byName.get(sparse.read);
    const patch = sparse?.patch === undefined ? undefined : byName.get(sparse.patch);
    const target = ({ method, path, effect }: Operation) => [method, path, effect];
    expect(sparse && method).toBe(sparse && 'PUT');
    expect(read && target(read)).toEqual(sparse && ['GET', path, 'read']);
    expect(patch && target(patch)).toEqual(sparse?.patch && ['PATCH', path, operation.effect]);
  });

  it('says which fields a JSON Patch may name, the same as its PUT, and patches those', () => {
    const { record, method, path, example } = operation;
    expect(record !== undefined).toBe(method === 'PATCH');
    const put = operations.find((other) => other.path === path && other.method === 'PUT' && method === 'PATCH');
    if (put) expect(record).toBe(put.body);
    const patched = JSONPatch.parse(example.patch ?? []).map((step) => step.path.split('/')[1] ?? '');
    for (const field of patched) expect(record?.shape).toHaveProperty(field);
  });

  it('is destructive by word only where the method does not say it', () => {
    expect(operation.destructive && ['DELETE', 'PUT'].includes(operation.method)).toBe(false);
    expect(operation.destructive && operation.effect === 'read').toBe(false);
  });

  it('has an example that its schemas take', () => {
    expect(problems(operation)).toEqual([]);
  });
});

it('every field of every body and answer is described in at most ten words', () => {
  const undescribed = operations
    .flatMap(({ name, body, output }) => [...everyField(name, body), ...everyField(name, output)])
    .filter(({ description }) => !/^\S+( \S+){0,9}\.$/.test(description ?? ''))
    .map(({ path, description }) => `${path}: ${description ?? 'no description'}`);
  expect(undescribed).toEqual([]);
});

/** What is wrong with an operation's example, as `field: message`. */
function problems({ params, query, body, defaults, sparse, ownCredential, example }: Operation): readonly string[] {
  if (ownCredential) return Object.keys(example);
  const fields = body instanceof z.ZodArray ? z.strictObject({ patch: body }) : (body ?? z.strictObject({}));
  const writable = sparse ? fields.partial() : fields;
  const input = z.strictObject({ ...writable.shape, ...params.shape, ...query.shape });
  const organization = 'organizationId' in params.shape ? { organizationId: exampleIds.organizationId } : {};
  const parsed = input.safeParse({ ...defaults, ...organization, ...example });
  return (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}
