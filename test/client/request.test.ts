import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildRequest, pathSegment } from '../../src/client/request.js';
import { ToolError } from '../../src/errors.js';
import { zero } from '../../src/tools/zero/index.js';
import { operation } from './server.js';

const list = operation({
  name: 'list_things',
  title: 'List things',
  description: 'Things.',
  toolset: 'things',
  effect: 'read',
  method: 'GET',
  path: '/things/{thingId}/parts',
  query: {
    filter: z.unknown(),
    orderBy: z.array(z.string()).optional(),
    limit: z.int().optional(),
    deep: z.boolean().optional(),
    text: z.string().optional(),
  },
  output: z.array(z.unknown()),
  example: {},
});

const write = (body: z.ZodObject | z.ZodArray) =>
  operation({
    name: 'write_thing',
    title: 'Write a thing',
    description: 'Writes.',
    toolset: 'things',
    effect: 'draft',
    method: 'PUT',
    path: '/things/{thingId}',
    body,
    example: {},
  });

test('the query is written as the API reads it: filter as JSON, lists comma-separated, nothing undefined', () => {
  const filter = { items: [{ field: 'name', operator: 'contains', value: 'a&b=ü%2f' }], logicOperator: 'and' };
  const { url } = buildRequest(list, { thingId: 'b1', filter, orderBy: ['-name', 'updatedAt'], limit: 0, deep: false });
  expect(url).toBe(
    `/things/b1/parts?filter=${encodeURIComponent(JSON.stringify(filter))}&orderBy=-name,updatedAt&limit=0&deep=false`,
  );
});

test('without query values there is no question mark, and without a body schema no body', () => {
  expect(buildRequest(list, { thingId: 'b1', orderBy: [], limit: undefined, stray: 1 })).toEqual({
    operation: list,
    method: 'GET',
    url: '/things/b1/parts',
    body: undefined,
  });
});

test('the body holds its declared fields only, null included, undefined left out', () => {
  const put = write(z.strictObject({ name: z.string(), note: z.string().nullable(), size: z.number().optional() }));
  const { body } = buildRequest(put, { thingId: 'b1', name: 'x', note: null, size: undefined, stray: 1 });
  expect(body).toStrictEqual({ name: 'x', note: null });
});

test('a body without fields is sent as an empty object, a JSON Patch as the list it is', () => {
  expect(buildRequest(write(z.strictObject({})), { thingId: 'b1' }).body).toStrictEqual({});
  const patch = [{ op: 'remove', path: '/note' }];
  expect(buildRequest(write(z.array(z.unknown())), { thingId: 'b1', patch }).body).toStrictEqual(patch);
});

test.each<[unknown, string]>([
  ['', 'routeId must be non-empty text.'],
  [' \t', 'routeId must be non-empty text.'],
  [undefined, 'routeId must be non-empty text.'],
  [7, 'routeId must be non-empty text.'],
  ['.', 'routeId must not be a dot segment.'],
  ['..', 'routeId must not be a dot segment.'],
  ['x'.repeat(257), 'routeId must not be longer than 256 characters.'],
  ...['a/b', 'a\\b', '%2f', '%2E%2e', '%5c', '%', 'a\u0000', 'a\nb', 'a\u007f', 'a\u0085', 'a\u202e', 'a\ud800'].map(
    (value): [unknown, string] => [value, "routeId must not contain '/', '\\', '%' or control characters."],
  ),
])('the path value %j is refused', (value, message) => {
  expect(() => pathSegment('routeId', value)).toThrow(new ToolError('invalid_input', message));
});

test('a query text that is no well-formed Unicode is refused by name', () => {
  expect(() => buildRequest(list, { thingId: 'b1', text: '\ud800' })).toThrow('text must be well-formed text.');
});

/** Strings made of the pieces that attacks on paths are made of, and any others. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '.',
        '..',
        '/',
        '\\',
        '%',
        '2f',
        '2F',
        '5c',
        '2e',
        '?',
        '#',
        ';',
        ' ',
        '\u0000',
        '\n',
        'a',
        '／',
        '．',
      ),
    )
    .map((pieces) => pieces.join('')),
);

test('no path value ever changes the structure of a path', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zero.operations),
      fc.array(hostile, { minLength: 4, maxLength: 4 }),
      (declared, values) => {
        const names = Object.keys(declared.params.shape);
        const input = Object.fromEntries(names.map((name, index) => [name, values[index]]));
        let url: string;
        try {
          url = buildRequest({ ...declared, body: undefined, query: z.object({}) }, input).url;
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid_input' });
          return;
        }
        const parsed = new URL(`https://host${url}`);
        const template = declared.path.split('/');
        const segments = parsed.pathname.split('/');
        expect(segments).toHaveLength(template.length);
        expect(parsed.search + parsed.hash).toBe('');
        template.forEach((part, index) => {
          const name = /^\{(\w+)\}$/.exec(part)?.[1];
          expect(decodeURIComponent(segments[index] ?? '')).toBe(name ? input[name] : part);
        });
      },
    ),
    { numRuns: 2000, examples: [[zero.operations[0] ?? list, ['..', '.', 'a/b', '%2f']]] },
  );
});

test('every path value that is refused contains something forbidden, and every other one arrives as it was', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      let segment: string | undefined;
      try {
        segment = pathSegment('id', value);
      } catch {
        expect(value.trim() === '' || value.length > 256 || /^\.\.?$/.test(value) || /[/\\%\p{C}]/u.test(value)).toBe(
          true,
        );
        return;
      }
      expect(decodeURIComponent(segment)).toBe(value);
    }),
    { numRuns: 2000 },
  );
});

test('whatever goes into the query comes out of it', () => {
  const word = fc.string({ unit: 'binary' }).filter((value) => !/\p{Cs}/u.test(value));
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.array(
        word.filter((value) => !value.includes(',')),
        { minLength: 1 },
      ),
      word,
      (value, orderBy, text) => {
        const filter = { items: [value] };
        const { url } = buildRequest(list, { thingId: 'b1', filter, orderBy, text });
        const { searchParams } = new URL(`https://host${url}`);
        expect([...searchParams.keys()]).toEqual(['filter', 'orderBy', 'text']);
        expect(JSON.parse(searchParams.get('filter') ?? '')).toEqual(JSON.parse(JSON.stringify(filter)));
        expect(searchParams.get('orderBy')?.split(',')).toEqual(orderBy);
        expect(searchParams.get('text')).toBe(text);
      },
    ),
  );
});

test('every example of the catalogue builds a request', () => {
  const scope = { organizationId: 'bOrg', clusterId: 'bCluster' };
  for (const declared of zero.operations) {
    const { url } = buildRequest(declared, { ...scope, ...declared.example });
    expect(url, declared.name).not.toMatch(/[{}]|undefined/);
  }
});
