import { isIP } from 'node:net';

/** The data of a criterion and what is wrong with it, in the words of Pomerium's own generator. */
type Check = (data: unknown) => string | undefined;

const anything: Check = () => undefined;

/** A value's kind, as Pomerium's parser calls it. */
function kind(value: unknown): string {
  if (value === null || value === undefined) return 'parser.Null';
  if (Array.isArray(value)) return 'parser.Array';
  const kinds: Record<string, string> = { string: 'String', number: 'Number', boolean: 'Boolean' };
  return `parser.${kinds[typeof value] ?? 'Object'}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return kind(value) === 'parser.Object';
}

/** The first problem of any of `values`. */
function first<T>(values: Iterable<T>, check: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const problem = check(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const stringMatcher: Check = (data) =>
  isRecord(data)
    ? first(Object.entries(data), ([operator, value]) => {
        if (['is', 'not', 'contains', 'starts_with', 'ends_with'].includes(operator)) return undefined;
        if (operator !== 'in' && operator !== 'not_in') return `unknown string matcher operator: ${operator}`;
        return Array.isArray(value) ? undefined : `${operator} matcher requires an array of strings`;
      })
    : undefined;

const stringListMatcher: Check = (data) =>
  isRecord(data)
    ? first(Object.keys(data), (operator) =>
        ['has', 'is', 'exclude'].includes(operator) ? undefined : `unknown string list matcher operator: ${operator}`,
      )
    : undefined;

const stringValue: Check = (data) =>
  typeof data === 'string' ? undefined : `expected string value, got: ${kind(data)}`;

const stringOrStrings =
  (check: (text: string) => string | undefined): Check =>
  (data) => {
    if (typeof data === 'string') return check(data);
    if (!Array.isArray(data)) return `expected string or array of strings, got: ${kind(data)}`;
    return first(data, (item) => stringValue(item) ?? check(String(item)));
  };

const addresses = stringOrStrings((text) => {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return version && fits && more.length === 0 ? undefined : `expected IP or CIDR range, got: ${JSON.stringify(text)}`;
});

const sshKeys = stringOrStrings((text) =>
  /^(ssh|ecdsa|sk-)\S*\s+[A-Za-z0-9+/]{40,}=*/m.test(text) ? undefined : 'ssh: no key found',
);

const device: Check = (data) => {
  if (!isRecord(data)) return `expected object for device criterion, got: ${kind(data)}`;
  return first(Object.entries(data), ([field, value]) => {
    if (field === 'approved') return undefined;
    if (field !== 'is' && field !== 'type') return `unexpected field in device criterion: ${field}`;
    return typeof value === 'string'
      ? undefined
      : `expected string for device criterion ${field === 'is' ? 'is operator' : field}, got ${kind(value)}`;
  });
};

const clientCertificate: Check = (data) => {
  if (!isRecord(data)) return `expected object for certificate matcher, got: ${kind(data)}`;
  return first(Object.entries(data), ([condition, value]) => {
    if (condition === 'fingerprint') return hashes('certificate fingerprint', value, fingerprintProblem);
    if (condition === 'spki_hash') return hashes('certificate SPKI hash', value, spkiProblem);
    if (['san_email', 'san_dns', 'san_uri'].includes(condition)) return stringMatcher(value);
    return `unsupported certificate matcher condition: ${condition}`;
  });
};

function hashes(what: string, value: unknown, check: (text: string) => string | undefined): string | undefined {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.some((item) => typeof item !== 'string'))
    return `${what} condition expects a string or array of strings`;
  return first(list, check);
}

function fingerprintProblem(text: string): string | undefined {
  if (text === '') return 'certificate fingerprint must not be empty';
  const sha256 = /^[0-9a-f]{64}$|^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/;
  return sha256.test(text) ? undefined : `unsupported certificate fingerprint format (${text})`;
}

function spkiProblem(text: string): string | undefined {
  return /^[A-Za-z0-9+/]{43}=$/.test(text)
    ? undefined
    : `certificate SPKI hash must be a base64-encoded SHA-256 hash (was ${text})`;
}

/** What each criterion takes. The last three are Zero's own (documented, not in the open core). */
const criteria: Readonly<Record<string, Check>> = {
  accept: anything,
  reject: anything,
  authenticated_user: anything,
  user: stringMatcher,
  email: stringMatcher,
  domain: stringMatcher,
  claim: stringListMatcher,
  groups: stringListMatcher,
  device,
  http_method: stringMatcher,
  http_path: stringMatcher,
  cors_preflight: anything,
  source_ip: addresses,
  client_certificate: clientCertificate,
  invalid_client_certificate: anything,
  mcp_tool: stringMatcher,
  ssh_publickey: sshKeys,
  ssh_ca: sshKeys,
  ssh_username: stringMatcher,
  ssh_username_matches_email: anything,
  ssh_username_matches_claim: stringValue,
  date: anything,
  day_of_week: anything,
  time_of_day: anything,
};

const BLOCKS = ['and', 'or', 'not', 'nor'];

/** Why Pomerium refuses a policy: its grammar first, then its criteria. Undefined when it takes it. */
export function pplProblem(ppl: unknown): string | undefined {
  const grammar = grammarProblem(ppl);
  if (grammar !== undefined) return `invalid rules in policy: ${grammar}`;
  return first(criteriaOf(ppl), ([name, data]) => {
    const check = Object.hasOwn(criteria, name) ? criteria[name] : undefined;
    if (!check) return `unknown policy criterion: ${name}`;
    const problem = check(data);
    return problem && `error generating criterion rules: ${problem}`;
  });
}

/** Why a policy that Pomerium takes can't be compiled, which stops the build of the whole configuration (PPL 1.10). */
export function compileError(ppl: unknown): string | undefined {
  return first(criteriaOf(ppl), ([name, data]) => {
    const matcher: Readonly<Record<string, unknown>> = isRecord(data) ? data : { is: data };
    const texts = ['user', 'email', 'domain', 'http_method', 'http_path', 'mcp_tool', 'ssh_username'];
    if (texts.includes(name)) {
      const operators = ['contains', 'starts_with', 'ends_with', ...(name === 'domain' ? ['is'] : [])];
      const wrong = operators.find((key) => Object.hasOwn(matcher, key) && typeof matcher[key] !== 'string');
      if (wrong) return `rego_type_error: ${name} ${wrong}: invalid argument`;
    }
    const unsafe = name === 'client_certificate' ? sanMatchers(matcher) : name.startsWith('http_') ? [matcher] : [];
    return unsafe.some((item) => Object.hasOwn(item, 'not_in')) ? 'rego_unsafe_var_error: var _ is unsafe' : undefined;
  });
}

function sanMatchers(matcher: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return ['san_email', 'san_dns', 'san_uri'].map((key) => matcher[key]).filter(isRecord);
}

function grammarProblem(ppl: unknown): string | undefined {
  if (Array.isArray(ppl))
    return first(ppl, (rule) =>
      isRecord(rule) ? ruleProblem(rule) : `unsupported type for rules array: ${kind(rule)}`,
    );
  return isRecord(ppl) ? ruleProblem(ppl) : `unsupported type for rule: ${kind(ppl)}`;
}

function ruleProblem(rule: Readonly<Record<string, unknown>>): string | undefined {
  return first(Object.entries(rule), ([action, body]) => {
    if (action !== 'allow' && action !== 'deny')
      return `invalid action in rule: unsupported action: ${JSON.stringify(action)}`;
    if (!isRecord(body)) return `invalid value for action in rule, expected Object, got ${kind(body)}`;
    return first(Object.entries(body), ([block, list]) => blockProblem(block, list));
  });
}

function blockProblem(block: string, list: unknown): string | undefined {
  if (block === 'action') return undefined;
  if (!BLOCKS.includes(block))
    return `unsupported conditional ${JSON.stringify(block)}, only and, or, not, nor and action are allowed`;
  const problem = Array.isArray(list)
    ? first(list, (criterion) => {
        if (!isRecord(criterion)) return `unsupported type for criteria array: ${kind(criterion)}`;
        return Object.keys(criterion).length === 1
          ? undefined
          : 'each criteria may only contain a single key and value';
      })
    : `unsupported type for criteria: ${kind(list)}`;
  return problem && `invalid criteria in ${JSON.stringify(block)}): ${problem}`;
}

/** Name and data of every criterion of a well-formed policy. */
function* criteriaOf(ppl: unknown): Generator<readonly [string, unknown]> {
  for (const rule of [ppl].flat()) {
    if (!isRecord(rule)) continue;
    for (const body of [rule.allow, rule.deny]) {
      if (!isRecord(body)) continue;
      for (const block of BLOCKS) {
        for (const criterion of [body[block] ?? []].flat()) {
          for (const [name, data] of Object.entries(isRecord(criterion) ? criterion : {}))
            yield [name.split('/')[0] ?? '', data];
        }
      }
    }
  }
}
