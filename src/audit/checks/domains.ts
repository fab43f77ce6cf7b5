import { parseAddress } from '../../policy/routes/address.js';
import type { Check } from '../check.js';
import type { CustomDomainView } from '../snapshot.js';
import { daysBetween } from './days.js';
import { hostOfRoute, withParents } from './hosts.js';
import { perSnapshot } from './per-snapshot.js';
import { checkOf } from './record-check.js';
import { docs } from './sources.js';

const DOMAINS = docs('capabilities/custom-domains');

const domainCheck = checkOf(
  'customDomain',
  'customDomains',
  ({ customDomains }) => customDomains,
  ({ id, domainName, clusterId }) => ({
    type: 'customDomain',
    id,
    name: domainName ?? id,
    ...(clusterId && { clusterId }),
  }),
);

export const domainChecks: readonly Check[] = [
  domainCheck({
    id: 'DOM-01',
    severity: 'high',
    title: 'Custom domain in error',
    why: 'DNS or the issuing of the certificate failed, and visitors meet a certificate that does not fit.',
    remedy: 'Put right what the error says, then try again.',
    sources: [DOMAINS],
    find: (domain) =>
      domain.lastError ? { evidence: { lastError: domain.lastError }, fix: retrying(domain) } : undefined,
  }),
  domainCheck({
    id: 'DOM-02',
    severity: 'high',
    title: 'Domain certificate expires soon',
    why: 'The service should have renewed it by now.',
    remedy: "Check that the domain's DNS record still points at the cluster, then try again.",
    sources: [DOMAINS],
    find: (domain, { now }) =>
      daysBetween(now, domain.expiresAt) < 21
        ? { evidence: { expiresAt: domain.expiresAt }, fix: retrying(domain) }
        : undefined,
  }),
  domainCheck({
    id: 'DOM-03',
    severity: 'low',
    title: 'Domain without routes',
    why: 'A DNS record that leads nowhere may one day lead to somebody else.',
    remedy: 'Delete the DNS record and then the domain.',
    sources: [DOMAINS],
    needs: ['customDomains', 'routes'],
    find: ({ id, domainName }, snapshot) => {
      if (!domainName || servedNames(snapshot).has(domainName.toLowerCase().replace(/^\*\./, ''))) return undefined;
      return {
        evidence: { domainName, routes: 0 },
        fix: { tool: 'delete_custom_domain', arguments: { customDomainId: id } },
      };
    },
  }),
];

function retrying({ id }: CustomDomainView) {
  return { tool: 'retry_custom_domain', arguments: { customDomainId: id } };
}

/** Hosts of the routes and of the sign-in pages, and the domains above them. */
const servedNames = perSnapshot(({ routes, clusters }) => {
  const signIn = clusters.map(({ settings }) => parseAddress(settings?.authenticateServiceUrl ?? '')?.host ?? '');
  return new Set([...routes.map(({ route }) => hostOfRoute(route)), ...signIn].flatMap(withParents));
});
