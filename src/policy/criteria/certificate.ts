import { type Certificate, isUnknown, type Leaf } from '../facts.js';
import { isList, isObject, kindOf } from '../grammar.js';
import { type Doubt, operatorsOf, stringDoubts, stringMatcher, stringPoison, stringProblem } from '../matchers.js';
import type { Json } from '../ppl.js';
import { found, judgeRequest, type Kind, kind, lift } from './kind.js';
import { textsOf } from './request.js';

/** The names of a certificate, by the condition that looks at them. Any name may meet an operator: several, each another. */
const NAMES: Readonly<Record<string, (leaf: Leaf) => readonly string[]>> = {
  san_email: ({ emails }) => emails,
  san_dns: ({ dnsNames }) => dnsNames,
  san_uri: ({ uris }) => uris,
};

function hashesProblem(what: string, data: Json, problem: (text: string) => string | undefined): string | undefined {
  const list = typeof data === 'string' ? [data] : data;
  if (!isList(list)) return `${what} condition expects a string or array of strings`;
  for (const item of list) {
    if (typeof item !== 'string')
      return `${what} must be a string (was ${item === null ? 'null' : JSON.stringify(item)})`;
    const wrong = item === '' ? `${what} must not be empty` : problem(item);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const SHA256 = /^[0-9a-f]{64}$|^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/;

function conditionProblem(condition: string, data: Json): string | undefined {
  if (condition === 'fingerprint') {
    return hashesProblem('certificate fingerprint', data, (text) =>
      SHA256.test(text) ? undefined : `unsupported certificate fingerprint format (${text})`,
    );
  }
  if (condition === 'spki_hash') {
    return hashesProblem('certificate SPKI hash', data, (text) =>
      /^[A-Za-z0-9+/]{43}=$/.test(text.replace(/[\r\n]/g, ''))
        ? undefined
        : `certificate SPKI hash must be a base64-encoded SHA-256 hash (was ${text})`,
    );
  }
  return Object.hasOwn(NAMES, condition)
    ? stringProblem(data)
    : `unsupported certificate matcher condition: ${condition}`;
}

function problem(data: Json): string | undefined {
  if (!isObject(data)) return `expected object for certificate matcher, got: ${kindOf(data)}`;
  for (const [condition, wanted] of Object.entries(data)) {
    const wrong = conditionProblem(condition, wanted);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function poison(data: Json): string | undefined {
  for (const [condition, wanted] of Object.entries(isObject(data) ? data : {})) {
    const wrong = Object.hasOwn(NAMES, condition) ? stringPoison(wanted, { refusesNotIn: true }) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function conditionTest(condition: string, data: Json): (leaf: Leaf) => boolean {
  const names = NAMES[condition];
  if (names) {
    const tests = Object.entries(operatorsOf(data, 'is')).map(([operator, operand]) =>
      stringMatcher({ [operator]: operand }),
    );
    return (leaf) => tests.every((test) => names(leaf).some(test));
  }
  const wanted = new Set(
    textsOf(data).map((text) => (text.includes(':') ? text.replaceAll(':', '').toLowerCase() : text)),
  );
  return condition === 'fingerprint' ? (leaf) => wanted.has(leaf.fingerprint) : (leaf) => wanted.has(leaf.spkiHash);
}

function doubts(data: Json): readonly Doubt[] {
  const entries = Object.entries(isObject(data) ? data : {});
  if (entries.length === 0) {
    const message = 'an empty object takes every certificate, and the chain is not verified here';
    return [{ code: 'always-matches', message, fix: 'Ask for a fingerprint, a key hash or a name.' }];
  }
  return entries.flatMap(([condition, wanted]) => {
    if (Object.hasOwn(NAMES, condition)) return stringDoubts(wanted);
    const message = `no certificate's ${condition} is in an empty list`;
    return isList(wanted) && wanted.length === 0
      ? [{ code: 'never-matches' as const, message, fix: 'List at least one.' }]
      : [];
  });
}

const valid = found(false, 'valid-client-certificate');
const required = found(true, 'client-certificate-required');
const invalid = found(true, 'invalid-client-certificate');

export const certificateKinds: Readonly<Record<string, Kind>> = {
  client_certificate: kind('request', {
    problem,
    poison,
    doubts: ({ data }) => doubts(data),
    judge: ({ data }) => {
      const tests = Object.entries(isObject(data) ? data : {}).map(([name, wanted]) => conditionTest(name, wanted));
      const isMet = ({ leaf }: Certificate) => leaf !== undefined && tests.every((test) => test(leaf));
      return judgeRequest(
        ({ certificate }) => lift(certificate, isMet),
        'client-certificate-ok',
        'client-certificate-unauthorized',
      );
    },
  }),
  invalid_client_certificate: kind('request', {
    judge:
      () =>
      ({ certificate }) => {
        if (isUnknown(certificate)) return { possible: [valid, required, invalid], unknown: certificate.unknown };
        if (certificate.valid) return valid;
        return certificate.presented ? invalid : required;
      },
  }),
};
