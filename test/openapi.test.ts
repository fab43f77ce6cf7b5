import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { openApiDocument } from '../src/openapi.js';
import { operationId } from '../src/operation.js';
import { zero } from '../src/tools/zero/index.js';

const document = JSON.parse(JSON.stringify(openApiDocument(zero)));

test('the document is valid against the meta schema of OpenAPI 3.1', async () => {
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
  const broken = { ...structuredClone(document), paths: { nope: 1 } };
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

test('the document has every operation', () => {
  const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
    Object.values(item).map((operation) => operation.operationId),
  );
  expect(ids.sort()).toEqual(zero.operations.map(operationId).sort());
});

test('a filter travels as JSON, an order comma-separated', () => {
  const { parameters } = document.paths['/organizations/{organizationId}/routes'].get;
  const byName = (name: string) => parameters.find((parameter: { name: string }) => parameter.name === name);
  expect(byName('filter').content).toHaveProperty(['application/json', 'schema', 'type'], 'object');
  expect(byName('orderBy')).toMatchObject({ in: 'query', required: false, style: 'form', explode: false });
});

test('a secret is still described', () => {
  const { schema } = document.paths['/token'].post.requestBody.content['application/json'];
  expect(schema).toMatchObject({ type: 'object', required: ['refreshToken'] });
  expect(document.paths['/token'].post.security).toEqual([]);
});
