import { describe, expect, test } from 'vitest';
import { issueCertificate } from '../../src/sandbox/zero/issue-certificate.js';
import { ids, smallSandbox } from './small-world.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field.
type Body = any;

const SECRET = 'hunter2-do-not-show';

// biome-ignore lint/suspicious/noTemplateCurlyInString: Pomerium's own syntax.
const ID_TOKEN = '${pomerium.id_token}';

const route = {
  namespaceId: ids.manual,
  name: 'one',
  from: 'https://one.sample-cluster-1000.pomerium.app',
  to: ['http://app:80'],
  policyIds: [],
  setRequestHeaders: { Authorization: `Bearer ${SECRET}`, 'X-Token': ID_TOKEN },
  kubernetesServiceAccountToken: SECRET,
  mcp: { server: { upstreamOAuth2: { clientId: 'app', clientSecret: SECRET } } },
};

function start(echoSecrets: boolean) {
  const sandbox = smallSandbox({ switches: { echoSecrets } });
  return { sandbox, owner: (name: string, input: object = {}): Body => sandbox.as('owner')(name, { ...input }) };
}

const add = (field: string, value: unknown) => ({ op: 'add', path: `/${field}`, value });

describe.each([{ echoSecrets: false }, { echoSecrets: true }])(
  'stored secrets, echoed: $echoSecrets',
  ({ echoSecrets }) => {
    test('in answers and lists of routes, settings, activity and comparisons', () => {
      const { sandbox, owner } = start(echoSecrets);
      const created = owner('create_route', route);
      const { clusterId } = { clusterId: ids.manual };
      const patched = owner('patch_settings', { clusterId, patch: [add('identityProviderClientSecret', SECRET)] });
      const answers = [
        created,
        patched,
        owner('get_route', { routeId: created.id }),
        owner('list_routes', { namespaceId: ids.manual }),
        owner('get_settings', { clusterId }),
        owner('list_activity_logs', { entityType: 'route' }),
        owner('list_activity_logs', { entityType: 'settings' }),
        owner('compare_changesets', { clusterId }),
      ];
      expect(answers.map((answer) => JSON.stringify(answer).includes(SECRET))).toEqual(answers.map(() => echoSecrets));
      expect(JSON.stringify(sandbox.saved(clusterId))).toContain(SECRET);
      expect(created.setRequestHeaders['X-Token']).toBe(ID_TOKEN);
    });

    test('stay through a PATCH that does not name them', () => {
      const { sandbox, owner } = start(echoSecrets);
      const { id } = owner('create_route', route);
      owner('patch_route', { routeId: id, patch: [add('description', 'described')] });
      expect(sandbox.saved(ids.manual).routes[id]).toMatchObject({ ...route, description: 'described' });
    });

    test('are wiped by a PUT that leaves them out', () => {
      const { sandbox, owner } = start(echoSecrets);
      const clusterId = ids.manual;
      owner('patch_settings', {
        clusterId,
        patch: [add('identityProviderClientSecret', SECRET), add('autoApplyChangesets', false)],
      });
      owner('update_settings', { clusterId, logLevel: 'debug' });
      const { settings } = sandbox.saved(clusterId);
      expect(settings).not.toHaveProperty('identityProviderClientSecret');
      expect(settings).toMatchObject({ logLevel: 'debug', autoApplyChangesets: true, cookieExpire: '14h' });
    });
  },
);

test('a setting whose only content is secret is withheld whole', () => {
  const { owner } = start(false);
  const headers = { Authorization: SECRET };
  const created = owner('create_route', { ...route, setRequestHeaders: headers, mcp: undefined });
  expect(created).not.toHaveProperty('setRequestHeaders');
  expect(created.to).toEqual(['http://app:80']);
});

describe('the private key of a key pair', () => {
  const pair = () =>
    issueCertificate({
      commonName: 'app.example.com',
      dnsNames: ['app.example.com'],
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2026-12-31T00:00:00Z'),
      seed: 'app',
    });

  test.each([true, false])('is never answered (secrets echoed: %s)', (echoSecrets) => {
    const { owner } = start(echoSecrets);
    const { certificate, key } = pair();
    const created = owner('create_key_pair', { namespaceId: ids.manual, name: 'app', certificate, key });
    expect(created).toMatchObject({ hasKey: true, origin: 'user', status: 'ready' });
    expect(created.certificateInfo[0].dnsNames).toEqual(['app.example.com']);
    expect(created).not.toHaveProperty('key');
    expect(owner('list_key_pairs', { namespaceId: ids.manual })[0]).not.toHaveProperty('key');
  });

  test('is kept by a PUT that leaves it out', () => {
    const { sandbox, owner } = start(false);
    const { certificate, key } = pair();
    const { id } = owner('create_key_pair', { namespaceId: ids.manual, name: 'app', certificate, key });
    owner('update_key_pair', { keyPairId: id, namespaceId: ids.manual, name: 'renamed' });
    expect(sandbox.saved(ids.manual).keyPairs[id]).toMatchObject({ name: 'renamed', certificate, key });
  });

  test('must fit the certificate', () => {
    const { owner } = start(false);
    const { certificate } = pair();
    const other = issueCertificate({
      commonName: 'other.example.com',
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2026-12-31T00:00:00Z'),
      seed: 'other',
    });
    const create = () => owner('create_key_pair', { namespaceId: ids.manual, certificate, key: other.key });
    expect(create).toThrow(expect.objectContaining({ status: 400, message: 'key does not fit the certificate' }));
  });
});
