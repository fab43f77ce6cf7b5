import type { Check } from '../check.js';
import { setting, settingsCheck, unsetting } from './settings-check.js';
import { ASVS_HEADERS, docs } from './sources.js';

/** Headers that all routes send to upstreams and visitors. */
export const settingsHeaderChecks: readonly Check[] = [
  settingsCheck({
    id: 'SET-07',
    severity: 'medium',
    title: 'Security headers replaced or removed',
    why: 'A header set for all routes takes the place of all the default ones, so that browsers lose their protections.',
    remedy: 'Name the protections beside the other headers, or leave the field unset.',
    sources: [docs('reference/set-response-headers'), ASVS_HEADERS],
    find: (view) => {
      const { setResponseHeaders = {} } = view.settings;
      const names = Object.keys(setResponseHeaders);
      const disabling = names.filter((name) => name.toLowerCase() === 'disable');
      const missing = PROTECTIONS.filter(
        ({ is }) => !Object.entries(setResponseHeaders).some(([name, value]) => is(name.toLowerCase(), value)),
      );
      if (names.length === 0 || (disabling.length === 0 && missing.length === 0)) return undefined;
      const kept = Object.entries(setResponseHeaders).filter(([name]) => !disabling.includes(name));
      const added = missing.map(({ name, value }) => [name, value] as const);
      return {
        evidence: { setResponseHeaders: names, missing: missing.map(({ name }) => name) },
        fix: setting(view, { setResponseHeaders: Object.fromEntries([...kept, ...added]) }),
      };
    },
  }),
  settingsCheck({
    id: 'SET-08',
    severity: 'medium',
    title: 'X-Forwarded-For not appended',
    why: 'Upstreams see the address that the visitor claims to have: in their logs, and in rules about addresses.',
    remedy: 'Switch skipXffAppend off.',
    sources: [docs('reference/x-forwarded-for-settings')],
    find: (view) =>
      view.settings.skipXffAppend === true
        ? { evidence: { skipXffAppend: true }, fix: setting(view, { skipXffAppend: false }) }
        : undefined,
  }),
  settingsCheck({
    id: 'SET-09',
    severity: 'low',
    title: 'Identity headers to every upstream',
    why: 'Upstreams that have no use for it are told who visits.',
    remedy: 'Switch passIdentityHeaders on at the routes that need it, then off here.',
    sources: [docs('reference/routes/pass-identity-headers')],
    find: ({ settings }) =>
      settings.passIdentityHeaders === true ? { evidence: { passIdentityHeaders: true } } : undefined,
  }),
  settingsCheck({
    id: 'SET-23',
    severity: 'medium',
    title: 'Unsigned identity headers',
    why: 'An upstream that can be reached by another way believes whoever forges these headers.',
    remedy: 'Let upstreams verify X-Pomerium-Jwt-Assertion, then unset jwtClaimsHeaders.',
    sources: [docs('reference/jwt-claim-headers'), docs('internals/mutual-auth')],
    find: ({ settings: { jwtClaimsHeaders = {} } }) =>
      Object.keys(jwtClaimsHeaders).length > 0 ? { evidence: { jwtClaimsHeaders } } : undefined,
  }),
  settingsCheck({
    id: 'SET-32',
    severity: 'medium',
    title: 'Claim in a header that means something else',
    why: 'It takes the place of a header that the upstream acts upon.',
    remedy: 'Give the claim a header of its own, like X-Pomerium-Claim-Email.',
    sources: [docs('reference/jwt-claim-headers')],
    find: (view) => {
      const entries = Object.entries(view.settings.jwtClaimsHeaders ?? {});
      const taken = entries.filter(([name]) => STANDARD.test(name));
      if (taken.length === 0) return undefined;
      const kept = entries.filter(([name]) => !STANDARD.test(name));
      return {
        evidence: { jwtClaimsHeaders: Object.fromEntries(taken) },
        fix:
          kept.length > 0
            ? setting(view, { jwtClaimsHeaders: Object.fromEntries(kept) })
            : unsetting(view, ['jwtClaimsHeaders']),
      };
    },
  }),
];

const STANDARD = /^(authorization|cookie|host|(x-forwarded|content)-.*)$/i;

/** What browsers should be told, with the value that suits every site. */
const PROTECTIONS: readonly {
  readonly name: string;
  readonly value: string;
  readonly is: (name: string, value: string) => boolean;
}[] = [
  {
    name: 'Strict-Transport-Security',
    value: 'max-age=31536000',
    is: (name) => name === 'strict-transport-security',
  },
  {
    name: 'X-Frame-Options',
    value: 'SAMEORIGIN',
    is: (name, value) =>
      name === 'x-frame-options' || (name === 'content-security-policy' && /frame-ancestors/i.test(value)),
  },
  { name: 'X-Content-Type-Options', value: 'nosniff', is: (name) => name === 'x-content-type-options' },
];
