import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RouteRecord } from '../../src/audit/snapshot.js';
import { parseAddress } from '../../src/policy/routes/address.js';
import { matchRoute } from '../../src/policy/routes/match.js';
import { normalisePath } from '../../src/policy/routes/normalise.js';
import { routeOrder } from '../../src/policy/routes/order.js';

/** Routes by id, each with its from and what else is given. */
function routes(fields: Readonly<Record<string, Omit<Partial<RouteRecord>, 'id'>>>): readonly RouteRecord[] {
  return Object.entries(fields).map(([id, rest]) => ({ id, from: 'https://app.corp.example', ...rest }));
}

/** Who answers: the route's id, `proxy` or `nobody`. */
function answers(some: readonly RouteRecord[], url: string): string | undefined {
  const match = matchRoute(some, url);
  return match?.route?.id ?? match?.answeredBy;
}

function reasons(some: readonly RouteRecord[], url: string): Readonly<Record<string, string>> {
  return Object.fromEntries((matchRoute(some, url)?.others ?? []).map(({ route, why }) => [route.id, why]));
}

describe('which route answers', () => {
  const paths = routes({
    all: {},
    api: { prefix: '/api' },
    v2: { prefix: '/api/v2/' },
    exact: { path: '/api' },
    files: { regex: '/files/[0-9]+' },
    broken: { regex: '/files/(?=x)' },
  });

  test.each([
    ['https://app.corp.example', 'all'],
    ['https://app.corp.example/other?x=/api', 'all'],
    ['https://app.corp.example/api', 'exact'],
    ['https://app.corp.example/api?x=1', 'exact'],
    ['https://app.corp.example/apiary', 'api'],
    ['https://app.corp.example/api/v2/x', 'v2'],
    ['https://app.corp.example/files/12', 'files'],
    ['https://app.corp.example/files/12/x', 'all'],
    ['https://APP.corp.example:8443/files/12', 'files'],
    ['https://app.corp.example/API', 'all'],
    ['https://app.corp.example/ping', 'proxy'],
    ['https://app.corp.example/.pomerium/jwt', 'proxy'],
    ['https://app.corp.example/api%2Fv2', 'proxy'],
    ['https://other.corp.example/', 'nobody'],
  ])('%s: %s', (url, expected) => expect(answers(paths, url)).toBe(expected));

  test('tells of every other route of the host why not', () => {
    expect(matchRoute(paths, 'https://app.corp.example/api')).toMatchObject({
      answeredBy: 'route',
      path: '/api',
      why: 'it is for this host, and its path is this one',
    });
    expect(reasons(paths, 'https://app.corp.example/api')).toEqual({
      all: 'it fits too, but exact is tried first: routes with a path come before those without, and paths are tried from the end of the alphabet',
      api: 'it fits too, but exact is tried first: routes with a path come before those without, and paths are tried from the end of the alphabet',
      v2: "/api doesn't begin with its prefix /api/v2/",
      files: "its regex /files/[0-9]+ doesn't take the whole of /api",
      broken: 'its regex /files/(?=x) is not valid RE2',
    });
  });

  test('a regex comes before every prefix, and a higher priority before a lower one', () => {
    const some = routes({
      prefix: { prefix: '/a/b' },
      low: { regex: '/a/.*', regexPriorityOrder: 1 },
      high: { regex: '/.*', regexPriorityOrder: 2 },
    });
    expect(answers(some, 'https://app.corp.example/a/b')).toBe('high');
    expect(reasons(some, 'https://app.corp.example/a/b').low).toContain(
      'high is tried first: its regexPriorityOrder is higher',
    );
  });

  test('a wildcard takes hosts of any depth, on any port', () => {
    const some = routes({
      wild: { from: 'https://*.corp.example' },
      port: { from: 'https://*.corp.example:8443', prefix: '/p' },
    });
    expect(answers(some, 'https://a.corp.example/')).toBe('wild');
    expect(answers(some, 'https://a.b.corp.example:9000/')).toBe('wild');
    expect(answers(some, 'https://a.corp.example:8443/p')).toBe('wild');
    expect(answers(some, 'https://corp.example/')).toBe('nobody');
    expect(answers(some, 'https://a.corp.example.evil.example/')).toBe('nobody');
  });

  test('a host that a route names in full is left to such routes alone', () => {
    const some = routes({ wild: { from: 'https://*.corp.example' }, app: { prefix: '/api/' } });
    expect(answers(some, 'https://app.corp.example/api/x')).toBe('app');
    expect(answers(some, 'https://app.corp.example/x')).toBe('nobody');
    expect(reasons(some, 'https://app.corp.example/x')).toEqual({
      wild: 'app.corp.example has routes of its own, and then no wildcard is tried',
      app: "/x doesn't begin with its prefix /api/",
    });
  });

  test('a port in from must be the one asked for; without one every port is taken', () => {
    const some = routes({ any: {}, odd: { from: 'https://app.corp.example:8443' } });
    expect(answers(some, 'https://app.corp.example:8443/')).toBe('odd');
    expect(answers(some, 'https://app.corp.example:9000/')).toBe('any');
    expect(reasons(some, 'https://app.corp.example/')).toEqual({
      odd: 'it is for app.corp.example:8443, not app.corp.example',
    });
  });

  test('TCP, UDP and SSH are asked for as such', () => {
    const some = routes({
      web: { from: 'https://db.corp.example' },
      tcp: { from: 'tcp+https://db.corp.example:5432' },
      via: { from: 'tcp+https://proxy.corp.example/db.internal:5432' },
      udp: { from: 'udp+https://db.corp.example:53' },
      ssh: { from: 'ssh://db.corp.example' },
    });
    expect(answers(some, 'tcp+https://db.corp.example:5432')).toBe('tcp');
    expect(answers(some, 'tcp+https://proxy.corp.example/db.internal:5432')).toBe('via');
    expect(answers(some, 'udp+https://db.corp.example:53')).toBe('udp');
    expect(answers(some, 'ssh://db.corp.example')).toBe('ssh');
    expect(answers(some, 'https://db.corp.example')).toBe('web');
    expect(answers(some, 'tcp+https://db.corp.example:5433')).toBe('nobody');
    expect(reasons(some, 'https://db.corp.example')).toEqual({
      tcp: 'it takes TCP connections, not web requests',
      udp: 'it takes UDP traffic, not web requests',
    });
  });

  test('what is no URL is not answered at all', () => {
    expect(matchRoute(paths, 'app.corp.example')).toBeUndefined();
    expect(matchRoute(paths, 'https://')).toBeUndefined();
  });
});

describe('a path is seen as the proxy sees it', () => {
  test.each([
    ['', '/'],
    ['/a//b///c/', '/a/b/c/'],
    ['/a/./b/../c', '/a/c'],
    ['/a/b/..', '/a/'],
    ['/../../a', '/a'],
    ['/a/%2e%2E/b', '/b'],
    ['/a/..\\b', '/b'],
    ['/a%20b', '/a%20b'],
  ])('%j is %j', (raw, path) => expect(normalisePath(raw)).toEqual({ path, notes: [] }));

  test.each(['/a%2fb', '/a%5Cb', '/a%00'])('%j is refused with 400', (raw) => {
    expect(normalisePath(raw)).toEqual({ refused: expect.stringContaining('which the proxy answers with 400') });
  });

  test('says that an escaped letter may be read in two ways', () => {
    expect(normalisePath('/%61dmin')).toEqual({ path: '/%61dmin', notes: [expect.stringContaining('not known')] });
  });
});

describe('for any routes', () => {
  const text = (alphabet: string, maxLength: number) =>
    fc.array(fc.constantFrom(...alphabet), { maxLength }).map((letters) => letters.join(''));
  const path = text('ab/', 4).map((rest) => `/${rest}`);
  const host = fc.constantFrom('a.x', 'b.x', 'b.a.x', '*.x', '*.a.x', '*');
  const route = fc.record({
    id: fc.uuid(),
    from: fc
      .tuple(
        fc.constantFrom('https://', 'http://', 'tcp+https://', 'ssh://'),
        host,
        fc.constantFrom('', ':443', ':8443'),
      )
      .map((parts) => parts.join('')),
    path: fc.option(path, { nil: undefined }),
    prefix: fc.option(path, { nil: undefined }),
    regex: fc.option(fc.constantFrom('/a.*', '^/a/b$', '/(a|b)+', '/[', '.*'), { nil: undefined }),
    regexPriorityOrder: fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined }),
  });
  const some = fc.uniqueArray(route, { selector: ({ id }) => id, maxLength: 8 });
  const url = fc
    .tuple(
      fc.constantFrom('https://', 'tcp+https://', 'ssh://'),
      fc.constantFrom('a.x', 'b.x', 'c.a.x'),
      fc.constantFrom('', ':8443'),
      path,
    )
    .map((parts) => parts.join(''));

  test('the order is total, and the answer does not hang on the order given', () => {
    fc.assert(
      fc.property(some, url, fc.infiniteStream(fc.nat()), (given, asked, seeds) => {
        const shuffled = given
          .map((one) => [seeds.next().value ?? 0, one] as const)
          .sort(([one], [other]) => one - other)
          .map(([, one]) => one);
        const [first, second] = [given, shuffled].map((list) => [...list].sort(routeOrder).map(({ id }) => id));
        expect(first).toEqual(second);
        expect(matchRoute(given, asked)).toEqual(matchRoute(shuffled, asked));
        for (const one of given)
          for (const other of given) if (one !== other) expect(routeOrder(one, other)).toBe(-routeOrder(other, one));
      }),
    );
  });

  test('at most one answers, and each route of the host is told of once', () => {
    fc.assert(
      fc.property(some, url, (given, asked) => {
        const match = matchRoute(given, asked);
        const told = [match?.route, ...(match?.others ?? []).map((other) => other.route)].flatMap(
          (one) => one?.id ?? [],
        );
        expect(new Set(told).size).toBe(told.length);
        expect(match?.route !== undefined).toBe(match?.answeredBy === 'route');
      }),
    );
  });

  test("a route's own address is answered by it or by one that is tried before it", () => {
    fc.assert(
      fc.property(some, fc.nat(), (given, index) => {
        const own = given[index % given.length];
        const address = own && parseAddress(own.from);
        if (!own || !address || own.regex || address.scheme.startsWith('tcp') || address.host.includes('*')) return;
        const isPage = address.scheme !== 'ssh';
        const from = isPage ? own.from + (normal(own.path ?? own.prefix ?? '/') ?? '') : own.from;
        if (isPage && (own.path ?? own.prefix ?? '/') !== normal(own.path ?? own.prefix ?? '/')) return;
        const winner = matchRoute(given, from)?.route;
        expect(winner && routeOrder(winner, own)).toBeLessThanOrEqual(0);
      }),
    );
  });

  function normal(raw: string): string | undefined {
    const found = normalisePath(raw);
    return 'path' in found ? found.path : undefined;
  }
});
