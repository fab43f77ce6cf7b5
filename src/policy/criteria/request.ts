import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Facts, isUnknown, type Known } from '../facts.js';
import { isList, kindOf } from '../grammar.js';
import { stringDoubts, stringMatcher, stringPoison, stringProblem } from '../matchers.js';
import type { Json } from '../ppl.js';
import { found, judgeRequest, type Kind, kind, lift, type Test } from './kind.js';

function textOf(
  value: (facts: Facts) => Known<string> | undefined,
  reason: string,
  unlikely: (text: string) => string | undefined,
): Kind {
  return kind('request', {
    problem: stringProblem,
    poison: (data) => stringPoison(data, { refusesNotIn: true }),
    doubts: ({ data }) => stringDoubts(data, unlikely),
    judge: ({ data }) => {
      const matches = stringMatcher(data);
      const test: Test = (facts) => lift<string | undefined>(value(facts), matches);
      return judgeRequest(test, `${reason}-ok`, `${reason}-unauthorized`);
    },
  });
}

/** A text or a list of them, each checked; in the generator's words. */
export function textsProblem(data: Json, problem: (text: string) => string | undefined): string | undefined {
  if (typeof data === 'string') return problem(data);
  if (!isList(data)) return `expected string or array of strings, got: ${kindOf(data)}`;
  for (const item of data) {
    const wrong = typeof item === 'string' ? problem(item) : `expected string value, got: ${kindOf(item)}`;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

export function textsOf(data: Json | undefined): readonly string[] {
  return [data].flat().filter((item) => typeof item === 'string');
}

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** An address or a network, host bits allowed; IPv4 written as IPv6 is IPv4. Undefined for other texts. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', bits, ...more] = text.split('/');
  const version = isIP(host);
  if (version === 0 || more.length > 0 || host.includes('%')) return undefined;
  const most = version === 4 ? 32 : 128;
  if (bits !== undefined && (!/^\d+$/.test(bits) || Number(bits) > most)) return undefined;
  const length = bits === undefined ? most : Number(bits);
  const address = ipaddr.parse(host);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && length >= 96) {
    return [address.toIPv4Address(), length - 96];
  }
  return [address, length];
}

/** Whether an address, or all of a network, is in one of these. */
function isWithin(text: string, networks: readonly Network[]): boolean {
  const [address, length] = parseNetwork(text) ?? [];
  if (address === undefined || length === undefined) return false;
  return networks.some(([net, bits]) => net.kind() === address.kind() && length >= bits && address.match(net, bits));
}

/** OPTIONS with both headers, whatever they say. */
function isPreflight({ method, headers }: Facts): Known<boolean> {
  const facts: readonly Known<boolean>[] = [
    method === undefined ? false : lift(method, (name) => name === 'OPTIONS'),
    ...['Access-Control-Request-Method', 'Origin'].map((name) =>
      lift(headers[name] ?? [], (values) => values.length > 0),
    ),
  ];
  return facts.includes(false) ? false : (facts.find(isUnknown) ?? true);
}

const notACall = found(false, 'mcp-not-a-tool-call');
const toolMatch = found(true, 'mcp-tool-match');
const noToolMatch = found(false, 'mcp-tool-no-match');

export const requestKinds: Readonly<Record<string, Kind>> = {
  http_method: textOf(
    ({ method }) => method,
    'http-method',
    (text) => (text === text.toUpperCase() ? undefined : `${text} is not in capitals, as methods are`),
  ),
  http_path: textOf(
    ({ path }) => path,
    'http-path',
    (text) => (text.startsWith('/') ? undefined : `${JSON.stringify(text)} doesn't begin with /, as every path does`),
  ),
  cors_preflight: kind('request', { judge: () => judgeRequest(isPreflight, 'cors-request', 'non-cors-request') }),
  source_ip: kind('request', {
    problem: (data) =>
      textsProblem(data, (text) =>
        parseNetwork(text) ? undefined : `expected IP or CIDR range, got: ${JSON.stringify(text)}`,
      ),
    doubts: ({ data }) =>
      isList(data) && data.length === 0
        ? [{ code: 'never-matches', message: 'no address is in an empty list', fix: 'List addresses or networks.' }]
        : [],
    judge: ({ data }) => {
      const networks = textsOf(data).flatMap((text) => [parseNetwork(text) ?? []].filter((net) => net.length === 2));
      const test: Test = ({ ip }) => (ip === undefined ? false : lift(ip, (text) => isWithin(text, networks)));
      return judgeRequest(test, 'source-ip-ok', 'source-ip-unauthorized');
    },
  }),
  mcp_tool: kind('request', {
    problem: stringProblem,
    poison: (data) => stringPoison(data),
    doubts: ({ data }) => stringDoubts(data),
    judge: ({ data }) => {
      const matches = stringMatcher(data);
      return ({ mcp: { method, tool } }) => {
        if (isUnknown(method)) return { possible: [notACall, toolMatch, noToolMatch], unknown: method.unknown };
        if (method !== 'tools/call') return notACall;
        if (isUnknown(tool)) return { possible: [toolMatch, noToolMatch], unknown: tool.unknown };
        return matches(tool) ? toolMatch : noToolMatch;
      };
    },
  }),
};
