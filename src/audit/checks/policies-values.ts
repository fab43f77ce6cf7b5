import ipaddr from 'ipaddr.js';
import type { Json } from '../../policy/ppl.js';
import type { Check } from '../check.js';
import { criterionCheck, isRequired, operandsOf, policyCheck, shown, textsOf, usesOf } from './policy-terms.js';
import { CIS_ACCESS, CIS_ACCOUNTS, CIS_NETWORK, docs, OWASP_ACCESS, RUN } from './sources.js';

const EQUALITY = ['is', 'in', 'not', 'not_in'] as const;
const STRING_OPERATORS = [...EQUALITY, 'contains', 'starts_with', 'ends_with'] as const;
const TEXT_CRITERIA: readonly string[] = ['domain', 'email', 'http_method', 'http_path', 'user'];

/** Values that are not what their criterion is compared with. */
export const policyValueChecks: readonly Check[] = [
  criterionCheck({
    id: 'POL-13',
    severity: 'medium',
    title: 'user criterion holds an e-mail address',
    why: "user is compared with the identity provider's own id of the person, never with an address: an allow locks people out, a deny has no effect.",
    remedy: 'Use email, or give the id that the provider knows the person by.',
    sources: [docs('internals/ppl'), 'pomerium/documentation#1383'],
    objects: ({ criterion }) =>
      criterion.name === 'user' && textsOf(criterion, STRING_OPERATORS).some((text) => text.includes('@')),
    severityOf: (uses) => (uses.some(({ action }) => action === 'deny') ? 'high' : undefined),
  }),
  criterionCheck({
    id: 'POL-14',
    severity: 'medium',
    title: 'Value that can never match',
    why: 'A comparison with a value of the wrong shape is always false: an allow is dead, a deny is a hole.',
    remedy: 'Give texts: domains without @, addresses with one, and at least one entry in a list.',
    sources: [RUN],
    objects: ({ criterion }) => {
      const { name } = criterion;
      if (name === 'claim') return operandsOf(criterion, 'has').some(([, operand]) => Array.isArray(operand));
      if (name === 'source_ip') return isEmptyList(criterion.data);
      if (operandsOf(criterion).some(([operator, operand]) => operator === 'in' && isEmptyList(operand))) return true;
      if (name === 'domain' && textsOf(criterion, STRING_OPERATORS).some((text) => text.includes('@'))) return true;
      if (name === 'email' && textsOf(criterion, ['is', 'in']).some((text) => text !== '' && !text.includes('@')))
        return true;
      return (
        TEXT_CRITERIA.includes(name) &&
        operandsOf(criterion).some(([operator, operand]) => operator === 'is' && typeof operand !== 'string')
      );
    },
  }),
  criterionCheck({
    id: 'POL-15',
    severity: 'low',
    title: 'Upper-case letters in e-mail or domain',
    why: 'Letter case counts, and how the identity provider writes an address is not yours to say.',
    remedy: 'Write it as the provider sends it, which is usually lower case.',
    sources: [RUN],
    objects: ({ criterion }) =>
      ['email', 'domain'].includes(criterion.name) &&
      textsOf(criterion, STRING_OPERATORS).some((text) => text !== text.toLowerCase()),
  }),
  criterionCheck({
    id: 'POL-18',
    severity: 'medium',
    title: 'Nested claim written with slashes',
    why: 'Nested claims are stored under one name with dots, so a name with slashes leads nowhere.',
    remedy: 'Write claim/realm_access.roles, not claim/realm_access/roles.',
    sources: [RUN],
    objects: ({ criterion }) => criterion.name === 'claim' && /^[^./]*\//.test(criterion.subPath),
    mend: ({ criterion }) => ({ ...criterion, subPath: criterion.subPath.replaceAll('/', '.') }),
  }),
  criterionCheck({
    id: 'POL-21',
    severity: 'medium',
    title: 'HTTP method not in upper case',
    why: 'Methods arrive in capitals and letter case counts, so it never matches.',
    remedy: 'Write GET, not get.',
    sources: [RUN],
    objects: ({ criterion }) =>
      criterion.name === 'http_method' &&
      textsOf(criterion, STRING_OPERATORS).some((text) => text !== text.toUpperCase()),
    mend: ({ criterion }) => ({ ...criterion, data: upperCase(criterion.data) }),
  }),
  criterionCheck({
    id: 'POL-22',
    severity: 'medium',
    title: 'Path prefix without a closing slash',
    why: 'A prefix is a mere beginning of the text: /admin takes /administrator too.',
    remedy: 'Close the prefix with a slash; better, give the part its own route and policy.',
    sources: [RUN, OWASP_ACCESS],
    objects: ({ criterion }) =>
      criterion.name === 'http_path' && textsOf(criterion, ['starts_with']).some((text) => !text.endsWith('/')),
  }),
  criterionCheck({
    id: 'POL-24',
    severity: 'high',
    title: 'Source range covers (nearly) everybody',
    why: 'A range that wide leaves hardly anybody out: the condition says nothing.',
    remedy: 'Give the networks that are meant, or take the condition out.',
    sources: [CIS_NETWORK],
    objects: ({ criterion }) => criterion.name === 'source_ip' && rangesOf(criterion.data).some(isHuge),
  }),
  policyCheck({
    id: 'POL-25',
    severity: 'medium',
    title: 'IP deny list without IPv6',
    why: 'A visitor who comes over IPv6 is on no such list.',
    remedy: 'Add the IPv6 ranges of the same networks, or listen on IPv4 only.',
    sources: [CIS_NETWORK],
    find: (view) => {
      const uses = usesOf(view, 'deny').filter((use) => isRequired(use) && use.criterion.name === 'source_ip');
      const ranges = uses.flatMap(({ criterion }) => rangesOf(criterion.data));
      return ranges.length > 0 && ranges.every(isIpv4) ? { evidence: { criteria: uses.map(shown) } } : undefined;
    },
  }),
  policyCheck({
    id: 'POL-40',
    severity: 'low',
    title: 'Long personal lists',
    why: 'People who leave stay on such a list.',
    remedy: 'Ask for a claim or a domain and let the identity provider keep the list.',
    sources: [CIS_ACCOUNTS, CIS_ACCESS],
    find: (view) => {
      const uses = usesOf(view).filter(({ criterion }) => criterion.name === 'email');
      const addresses = new Set(uses.flatMap(({ criterion }) => textsOf(criterion, EQUALITY)));
      return addresses.size > MOST_ADDRESSES ? { evidence: { addresses: addresses.size } } : undefined;
    },
  }),
];

const MOST_ADDRESSES = 25;

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function upperCase(data: Json): Json {
  if (typeof data === 'string') return data.toUpperCase();
  if (Array.isArray(data)) return data.map(upperCase);
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([operator, operand]) => [operator, upperCase(operand)]));
}

function rangesOf(data: Json): readonly string[] {
  return [data].flat().filter((entry) => typeof entry === 'string');
}

/** Whether a range is of IPv4 addresses, in whichever way it is written: `::ffff:192.0.2.1` is one. */
function isIpv4(range: string): boolean {
  const [address = ''] = range.split('/');
  return ipaddr.isValid(address) && ipaddr.process(address).kind() === 'ipv4';
}

/** Whether a range is wider than a /8 of IPv4 or a /16 of IPv6. */
function isHuge(range: string): boolean {
  if (!ipaddr.isValidCIDR(range)) return false;
  const [address, bits] = ipaddr.parseCIDR(range);
  return bits < (address.kind() === 'ipv4' ? 8 : 16);
}
