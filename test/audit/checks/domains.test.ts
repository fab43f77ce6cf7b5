import { domainChecks } from '../../../src/audit/checks/domains.js';
import { inDays, type Organization, type Row } from '../build.js';
import { type Example, testChecks } from './table.js';

const name = 'apps.corp.example';

function domain(fields: Row, organization: Organization = {}): Organization {
  return { customDomains: [{ domainName: name, ...fields }], ...organization };
}

function routeOn(host: string): Organization {
  return { routes: [{ name: 'Wiki', from: `https://${host}` }] };
}

const retry = ['retry_custom_domain', { customDomainId: name }] as const;
const remove = ['delete_custom_domain', { customDomainId: name }] as const;

const examples: readonly Example[] = [
  {
    id: 'DOM-01',
    fires: domain({ lastError: 'no CNAME record' }),
    on: name,
    evidence: { lastError: 'no CNAME record' },
    fix: retry,
    innocent: domain({ lastError: '' }),
  },
  {
    id: 'DOM-02',
    fires: domain({ expiresAt: inDays(20) }),
    on: name,
    evidence: { expiresAt: inDays(20) },
    fix: retry,
    innocent: domain({ expiresAt: inDays(21) }),
  },
  {
    id: 'DOM-03',
    fires: domain({}, routeOn('wikiapps.corp.example')),
    on: name,
    evidence: { domainName: name, routes: 0 },
    fix: remove,
    innocent: domain({}, routeOn('wiki.apps.corp.example')),
  },
  {
    id: 'DOM-03',
    fires: domain({ id: name, domainName: '*.apps.corp.example' }),
    on: '*.apps.corp.example',
    evidence: { domainName: '*.apps.corp.example', routes: 0 },
    fix: remove,
    innocent: domain(
      { domainName: '*.apps.corp.example' },
      { settings: { authenticateServiceUrl: 'https://authenticate.apps.corp.example' } },
    ),
  },
];

testChecks(domainChecks, examples);
