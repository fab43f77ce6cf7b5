import { isObject } from '../grammar.js';
import { operatorsOf } from '../matchers.js';
import type { Criterion } from '../ppl.js';
import { isNegative, listMatch, stringMatch } from './matchers.js';
import { bare, joined, listOf, quoted } from './words.js';

/** How a criterion reads. */
interface Words {
  /** A clause that follows "anyone": `whose e-mail address is exactly "anna@corp.example"`. */
  readonly clause: (criterion: Criterion) => string;
  /** What is added where it also holds for a visitor of whom nothing is known. */
  readonly absent?: string;
}

/** A string matcher on one thing: `whose e-mail domain` is what `who has an e-mail domain` has. */
function text(subject: string, having: string, absent?: string): Words {
  return {
    clause: ({ data }) => {
      const conditions = stringMatch(data);
      if (conditions === '') return having;
      return isNegative(data) && absent === undefined ? `${having}, and it ${conditions}` : `${subject} ${conditions}`;
    },
    absent,
  };
}

const always = (clause: string): Words => ({ clause: () => clause });

/** The words of each criterion. Its names are those of the parser's table; a test holds both equal. */
export const criterionWords: Readonly<Record<string, Words>> = {
  accept: always('at all, signed in or not'),
  reject: always('for whom the impossible is true (reject never is)'),
  authenticated_user: always('who is signed in'),
  user: text('whose user id at the identity provider', 'who has a user id at the identity provider'),
  email: text(
    'whose e-mail address',
    'whatever their e-mail address',
    'or who has no e-mail address, as nobody has before signing in',
  ),
  domain: text('whose e-mail domain', 'who has an e-mail domain'),
  claim: { clause: claimClause, absent: 'or who has no such claim, as nobody has before signing in' },
  groups: {
    clause: ({ data }) =>
      listMatch(data, {
        has: (value) => `who is in the directory group with the id ${value}`,
        is: (value) => `who is in the directory group with the id ${value} and in no other`,
        exclude: (value) => `who is known to the directory and not in its group with the id ${value}`,
      }) || 'who is known to the directory',
  },
  device: { clause: deviceClause, absent: 'or who has no such device, as nobody has before signing in' },
  http_method: text('whose request has a method that', 'whose request has a method'),
  http_path: text('whose request has a path that', 'whose request has a path'),
  cors_preflight: always('whose request is a CORS preflight'),
  source_ip: {
    clause: ({ data }) => {
      const networks = listOf(data).map(bare);
      return networks.length === 0
        ? 'whose request comes from an empty list of networks, which none does'
        : `whose request comes from ${joined(networks, 'or')}`;
    },
  },
  client_certificate: { clause: certificateClause },
  invalid_client_certificate: always('who presents no client certificate, or a bad one, where one is asked for'),
  mcp_tool: text('who calls an MCP tool whose name', 'who calls an MCP tool'),
  ssh_publickey: sshKey('who logs in over SSH with the public key'),
  ssh_ca: sshKey('who logs in over SSH with a certificate signed by'),
  ssh_username: text('whose SSH user name', 'whatever their SSH user name', 'or whose request is not SSH'),
  ssh_username_matches_email: {
    ...always('whose SSH user name is what stands before the @ of their e-mail address'),
    absent: 'or who has neither, as nobody has over HTTP before signing in',
  },
  ssh_username_matches_claim: {
    clause: ({ data }) => `whose SSH user name is a value of their claim ${quoted(data)}`,
  },
  date: {
    clause: ({ data }) => (isObject(data) ? `who comes ${during(data)}` : `who comes on the date ${quoted(data)}`),
  },
  day_of_week: {
    clause: ({ data }) => `who comes on one of the days ${bare(data)}, by UTC`,
  },
  time_of_day: {
    clause: ({ data }) => {
      if (!isObject(data)) return `who comes at the time of day ${quoted(data)}`;
      const { timezone = 'no zone', ...limits } = data;
      return `who comes ${during(limits)} by the clock of ${bare(timezone)}`;
    },
  },
};

/** A criterion that no table of ours has: the proxy has its own view of it. */
export const unknownCriterion: Words = {
  clause: ({ name, data }) => `for whom ${quoted(name)} is ${quoted(data)} (a criterion that is not known here)`,
};

export function wordsOf({ name }: Criterion): Words {
  return (Object.hasOwn(criterionWords, name) && criterionWords[name]) || unknownCriterion;
}

function claimClause({ subPath, data }: Criterion): string {
  const conditions = listMatch(data, {
    has: (value) => `has the value ${value}`,
    is: (value) => `has exactly one value, ${value}`,
    exclude: (value) => `lacks the value ${value}`,
  });
  return conditions === ''
    ? `whatever their claim ${quoted(subPath)} holds`
    : `whose claim ${quoted(subPath)} ${conditions}`;
}

function deviceClause({ data }: Criterion): string {
  if (!isObject(data)) return `whose device is ${quoted(data)}`;
  const { type, is, approved } = data;
  const isNeeded = type !== undefined || is !== undefined;
  const device = `device registered as type ${quoted(type ?? 'any')}${is === undefined ? '' : ` with the id ${quoted(is)}`}`;
  if (approved === undefined) return isNeeded ? `who uses a ${device}` : 'whatever device they use';
  if (approved) return `who uses a ${device} that an administrator has approved`;
  return isNeeded
    ? `who uses a ${device} that nobody has approved`
    : `who uses no ${device} that an administrator has approved`;
}

const certificateParts: Readonly<Record<string, string>> = {
  fingerprint: 'whose SHA-256 fingerprint is',
  spki_hash: 'whose public key has the hash',
  san_email: 'one of whose e-mail names',
  san_dns: 'one of whose DNS names',
  san_uri: 'one of whose URIs',
};

function certificateClause({ data }: Criterion): string {
  const parts = Object.entries(operatorsOf(data, 'is')).flatMap(([name, value]) => {
    const words = certificateParts[name] ?? `for which ${quoted(name)} is`;
    if (!name.startsWith('san_')) return `${words} ${joined(listOf(value).map(bare), 'or')}`;
    // Each operator may be met by another name.
    return Object.entries(operatorsOf(value, 'is')).map(
      ([operator, operand]) => `${words} ${stringMatch({ [operator]: operand })}`,
    );
  });
  return ['who presents a client certificate', joined(parts, 'and')].filter(Boolean).join(' ');
}

function sshKey(words: string): Words {
  return {
    clause: ({ data }) => {
      const keys = listOf(data);
      return keys.length === 0
        ? `${words} of an empty list, which none is in`
        : `${words} ${joined(keys.map(quoted), 'or')}`;
    },
  };
}

function during(limits: Criterion['data']): string {
  const parts = Object.entries(operatorsOf(limits, 'is')).map(([name, value]) => `${bare(name)} ${moment(value)}`);
  return joined(parts, 'and') || 'at any time';
}

/** `8:00 AM` as it is: times may hold a space. */
function moment(value: Criterion['data']): string {
  return typeof value === 'string' && /^[\d:.]+ [AP]M$/i.test(value) ? value : bare(value);
}
