import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RouteRecord } from '../../src/audit/snapshot.js';
import { matchRoute } from '../../src/policy/routes/match.js';
import { overlaps } from '../../src/policy/routes/overlaps.js';

function found(...fields: readonly Partial<RouteRecord>[]): readonly string[] {
  const routes = fields.map((rest, index) => ({ id: `${index + 1}`, from: 'https://app.corp.example', ...rest }));
  return overlaps(routes).map(({ kind, route, by }) => `${route.id} ${kind} by ${by.id}`);
}

describe('overlaps', () => {
  test('two routes that take the same are told by the one that is tried first', () => {
    expect(found({ prefix: '/a' }, { prefix: '/a' }, { prefix: '/b' })).toEqual(['2 duplicate by 1']);
    expect(found({}, { prefix: '/' })).toEqual(['1 duplicate by 2']);
    expect(found({ from: 'tcp+https://db.corp.example:1' }, { from: 'tcp+https://db.corp.example:1' })).toEqual([
      '2 duplicate by 1',
    ]);
    expect(
      overlaps([
        { id: 'b', from: 'ssh://x' },
        { id: 'a', from: 'ssh://x' },
      ])[0]?.why,
    ).toBe('takes the same requests, and is tried first: nothing else tells them apart, and its id sorts first');
  });

  test('a longer prefix takes its part of a shorter one', () => {
    expect(found({}, { prefix: '/api/' }, { path: '/api/x' })).toEqual([
      '2 overlapping by 3',
      '1 overlapping by 3',
      '1 overlapping by 2',
    ]);
    expect(found({ prefix: '/a/' }, { prefix: '/b/' })).toEqual([]);
    expect(found({}, { from: 'https://other.corp.example' })).toEqual([]);
  });

  test('a regex that takes all of a prefix kills it', () => {
    expect(found({ regex: '/api/.*' }, { prefix: '/api/v1/' }, { path: '/api/x' })).toEqual([
      '1 overlapping by 3',
      '2 shadowed by 1',
    ]);
    expect(found({ regex: '.*' }, {})).toEqual(['2 shadowed by 1']);
    expect(found({ regex: '/(a|b)' }, { prefix: '/c' })).toEqual(['2 overlapping by 1']);
    expect(found({ regex: '/x[0-9]+' }, { prefix: '/c' })).toEqual([]);
    expect(found({ regex: '/(?=x)' }, { prefix: '/' })).toEqual([]);
  });

  test('another spelling of the same address is tried by its letters', () => {
    expect(found({ from: 'https://app.corp.example/', path: '/x' }, {})).toEqual(['1 shadowed by 2']);
  });

  test('a wider wildcard may be tried before a narrower one', () => {
    expect(found({ from: 'https://*.example' }, { from: 'https://*.prod.example' })).toEqual(['2 shadowed by 1']);
    expect(found({ from: 'https://*.example' }, { from: 'https://*.apps.example' })).toEqual(['1 overlapping by 2']);
  });

  test('a wildcard loses every host that is named in full', () => {
    const [one] = overlaps([
      { id: 'wild', from: 'https://*.corp.example' },
      { id: 'app', from: 'https://app.corp.example', prefix: '/api/' },
    ]);
    expect(one).toMatchObject({ kind: 'overlapping', route: { id: 'wild' }, by: { id: 'app' } });
    expect(one?.why).toBe('names app.corp.example in full, and for that host no wildcard is tried');
  });

  test('a dead route answers nothing', () => {
    const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/b');
    const option = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
    const route = fc.record({
      id: fc.uuid(),
      from: fc.constantFrom('https://a.x', 'https://a.x/', 'https://*.x', 'https://*.a.x'),
      path: option(path),
      prefix: option(path),
      regex: option(fc.constantFrom('/a.*', '/a/b', '.*', '/(a|b).*')),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(route, { selector: ({ id }) => id, maxLength: 6 }),
        path,
        fc.constantFrom('a.x', 'b.x', 'c.a.x'),
        (routes, asked, host) => {
          const dead = overlaps(routes).filter(({ kind }) => kind !== 'overlapping');
          const answering = matchRoute(routes, `https://${host}${asked}`)?.route;
          expect(dead.map((one) => one.route.id)).not.toContain(answering?.id);
        },
      ),
    );
  });

  test('ten thousand plain routes of one host are looked through at once', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ prefix: `/service-${index}/` }));
    expect(found({}, ...many)).toHaveLength(10_000);
  });
});
