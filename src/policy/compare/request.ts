import ipaddr from 'ipaddr.js';
import { parseNetwork } from '../criteria/request.js';
import type { Facts } from '../facts.js';
import type { Criterion, Json } from '../ppl.js';
import type { Atom } from './atoms.js';
import { type Ask, type Dimension, split } from './dimension.js';
import { conditionsOf, everyString } from './strings.js';
import { show, stringPhrases } from './words.js';

const PREFLIGHT_HEADERS = { 'Access-Control-Request-Method': ['GET'], Origin: ['https://app.example'] };
const LETTERS = 'zqxjkvwy0123456789-_';
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** HTTP, or, for SSH routes, something without method and path. */
export function traffic(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  return split(atoms, base, ask, {
    about: 'traffic',
    values: [true, false],
    change: (facts, isHttp) => (isHttp ? facts : { ...facts, method: undefined, path: undefined, headers: {} }),
    settles: (isHttp, facts) => (isHttp ? new Map() : ask(atoms, facts)),
    phrases: [{ text: 'over SSH', holds: (isHttp) => !isHttp }],
    only: (phrases) => phrases,
    except: () => 'over HTTP',
    implied: true,
  });
}

/** Methods, with the headers that make an OPTIONS request a CORS preflight. */
export function methods(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const conditions = conditionsOf(
    atoms.flatMap(({ criterion }) => (criterion.name === 'http_method' ? [criterion] : [])),
  );
  const names = ['GET', 'POST', 'LINK', ...everyString(conditions, 'ZQXJKVWYzqxjkvwy0123456789-_'), 'OPTIONS'];
  const isNamed = (name: string) => stringPhrases(conditions, '').some(({ holds }) => holds(name));
  const valid = names.filter((name) => TOKEN.test(name));
  const plain = valid.map((method) => ({ method, headers: {} }));
  return split(atoms, base, ask, {
    about: 'method',
    values: [
      ...plain.filter(({ method }) => !isNamed(method)),
      ...plain.filter(({ method }) => isNamed(method)),
      { method: 'OPTIONS', headers: PREFLIGHT_HEADERS },
    ],
    change: (facts, { method, headers }) => ({ ...facts, method, headers: { ...facts.headers, ...headers } }),
    phrases: [
      ...stringPhrases(conditions, 'a method that').map(({ text, holds }) => ({
        text,
        holds: ({ method }: { readonly method: string }) => holds(method),
      })),
      { text: 'CORS preflight', holds: ({ headers }) => headers === PREFLIGHT_HEADERS },
    ],
    only: (phrases) => `by ${phrases}`,
    except: (phrases) => `by any method but ${phrases}`,
  });
}

export function paths(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const conditions = conditionsOf(atoms.map(({ criterion }) => criterion));
  const prefixes = new Set(['/', ...conditions.prefixes]);
  const values = everyString({ ...conditions, prefixes }, LETTERS).filter((path) => path.startsWith('/'));
  return split(atoms, base, ask, {
    about: 'path',
    // Without a path: connections through TCP routes.
    values: [...strangersFirst(values, stringPhrases(conditions, '')), ''],
    change: (facts, path) => ({ ...facts, path }),
    phrases: stringPhrases(conditions, 'paths that').map(({ text, holds }) => ({
      text: text.replace(/^paths that (\w+)s with/, 'paths that $1 with'),
      holds,
    })),
    only: (phrases) => `on ${phrases}`,
    except: (phrases) => `on any path but ${phrases}`,
  });
}

/** Addresses: the first of each network, and the first after it, stand for all. */
export function networks(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const texts = new Set(atoms.flatMap(({ criterion }) => stringsOf(criterion.data)));
  const ranges = [...texts].flatMap((text) => {
    const network = parseNetwork(text);
    return network ? [{ text, ...rangeOf(...network) }] : [];
  });
  const numbers = ranges.flatMap(({ version, first, after }) => [
    { version, number: first },
    { version, number: after },
  ]);
  const named = [...texts].length > 0 ? ['192.0.2.1', '2001:db8::1', '0.0.0.0', '::'] : [];
  const addresses = [...named, ...numbers.flatMap(({ version, number }) => addressOf(version, number))];
  const phrases = ranges.map(({ text, version, first, after }) => ({
    text: show(text),
    holds: (ip: string | undefined) => {
      const network = ip === undefined ? undefined : parseNetwork(ip);
      if (!network) return false;
      const range = rangeOf(...network);
      return range.version === version && range.first >= first && range.first < after;
    },
  }));
  return split(atoms, base, ask, {
    about: 'network',
    values: strangersFirst<string | undefined>([...addresses, undefined], phrases),
    change: (facts, ip) => ({ ...facts, ip }),
    phrases,
    only: (text) => `from ${text}`,
    except: (text) => `from anywhere but ${text}`,
  });
}

/** SSH users by name, and their keys. */
export function sshUsers(atoms: readonly Atom[], usernames: readonly string[], base: Facts, ask: Ask): Dimension {
  const conditions = conditionsOf(atoms.map(({ criterion }) => criterion));
  const phrases = stringPhrases(conditions, 'SSH user names that');
  return split(atoms, base, ask, {
    about: 'ssh',
    values: usernames,
    change: (facts, username) => ({ ...facts, ssh: { ...facts.ssh, username } }),
    phrases: [{ text: 'nobody', holds: (name: string) => name === '' }, ...phrases].filter(({ text }) => text !== '""'),
    only: (text) => `over SSH as ${text}`,
    except: (text) => `over SSH as anyone but ${text}`,
  });
}

/** Names that stand for all that an SSH user may have, and these others; the first is that of a request that isn't SSH. */
export function sshNames(criteria: readonly Criterion[], others: Iterable<string>): readonly string[] {
  const conditions = conditionsOf(criteria);
  const values = new Set([...conditions.values, ...others]);
  const [unnamed = '', ...rest] = everyString({ ...conditions, values }, LETTERS);
  const isNamed = stringPhrases({ ...conditions, values }, '').some(({ holds }) => holds('another-user'));
  return [...new Set(['', isNamed ? unnamed : 'another-user', ...rest])];
}

/** MCP: no call, a call of something else than a tool, of a tool, and of a tool without a name. */
export function mcpCalls(atoms: readonly Atom[], base: Facts, ask: Ask): Dimension {
  const conditions = conditionsOf(atoms.map(({ criterion }) => criterion));
  const tools = ['another_tool', ...everyString(conditions, LETTERS), undefined];
  const calls: readonly Facts['mcp'][] = tools.map((tool) => ({ method: 'tools/call', tool }));
  return split(atoms, base, ask, {
    about: 'mcp',
    values: [{ method: undefined, tool: undefined }, ...calls],
    change: (facts, mcp) => ({ ...facts, mcp }),
    phrases: [
      ...stringPhrases(conditions, 'tools whose name').map(({ text, holds }) => ({
        text: conditions.values.has(text) ? `the tool ${text}` : text,
        holds: ({ tool }: Facts['mcp']) => typeof tool === 'string' && holds(tool),
      })),
      { text: 'MCP tools', holds: ({ method }) => method === 'tools/call' },
      { text: 'a tool without a name', holds: ({ method, tool }) => method === 'tools/call' && tool === undefined },
    ],
    only: (text) => `calling ${text}`,
    except: (text) => `not calling ${text}`,
  });
}

function strangersFirst<Value>(
  values: readonly Value[],
  phrases: readonly { readonly holds: (value: Value & string) => boolean }[],
): readonly Value[] {
  const named = (value: Value) => typeof value === 'string' && phrases.some(({ holds }) => holds(value));
  return [
    ...values.filter((value) => value !== undefined && !named(value)),
    ...values.filter((value) => value === undefined || named(value)),
  ];
}

function stringsOf(data: Json): readonly string[] {
  return [data].flat().filter((item): item is string => typeof item === 'string');
}

type Version = 'ipv4' | 'ipv6';

function rangeOf(address: ipaddr.IPv4 | ipaddr.IPv6, bits: number) {
  const version: Version = address.kind();
  const host = BigInt((version === 'ipv4' ? 32 : 128) - bits);
  const number = BigInt(
    `0x${address
      .toByteArray()
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')}`,
  );
  const first = (number >> host) << host;
  return { version, first, after: first + (1n << host) };
}

/** None past the last address. */
function addressOf(version: Version, number: bigint): readonly string[] {
  const length = version === 'ipv4' ? 4 : 16;
  if (number >> BigInt(8 * length)) return [];
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 255n));
  return [ipaddr.fromByteArray(bytes).toString()];
}
