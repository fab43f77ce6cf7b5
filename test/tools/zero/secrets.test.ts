import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HIDDEN, redact, secretsIn } from '../../../src/secret.js';
import { ActivityLog, CompareChangesetsResponse } from '../../../src/tools/zero/entities/changeset.js';
import { DefaultTemplate } from '../../../src/tools/zero/entities/onboarding.js';
import { Route } from '../../../src/tools/zero/entities/route.js';
import { zero } from '../../../src/tools/zero/index.js';

/** A value that Pomerium fills in itself. */
const pomerium = (name: string) => `\${pomerium.${name}}`;
const entry = (type: string, data: unknown) => ({ entity: { type, id: 'bXyz', data } });

describe('snapshots in the activity log', () => {
  it.each([
    ['route', { name: 'app', kubernetesServiceAccountToken: 'leak', setRequestHeaders: { 'X-Key': 'leak' } }],
    ['route', { name: 'app', mcp: { server: { upstreamOAuth2: { clientId: 'app', clientSecret: 'leak' } } } }],
    [
      'settings',
      { logLevel: 'info', cookieSecret: 'leak', sshHostKeys: ['leak'], blobStorage: { bucket_uri: 'leak' } },
    ],
    ['key_pair', { name: 'cert', key: 'leak' }],
    ['service_account', { description: 'runner', token: 'leak' }],
  ])('hide the secrets of a %s and keep the rest', (type, data) => {
    const shown = redact(ActivityLog, entry(type, data));
    expect(JSON.stringify(shown)).not.toContain('leak');
    expect(shown).toMatchObject({ entity: { type, data: { [Object.keys(data)[0] ?? '']: Object.values(data)[0] } } });
  });

  it.each(['policy', 'namespace', 'organization', 'custom_domain', 'changeset'])('show a %s as it is', (type) => {
    const data = { id: 'bAbc', name: 'plain', nested: { list: ['kept'] } };
    expect(redact(ActivityLog, entry(type, data))).toEqual(entry(type, data));
  });

  it.each(['domain', 'something_new'])('hide what is in a %s, whose fields nobody knows', (type) => {
    const shown = redact(ActivityLog, entry(type, { name: 'leak' }));
    expect(shown).toEqual(entry(type, { name: HIDDEN }));
  });

  it('hide secrets in a comparison of changesets too', () => {
    const compared = { entities: [[entry('route', { identityProviderClientSecret: 'leak' })]] };
    expect(JSON.stringify(redact(CompareChangesetsResponse, compared))).not.toContain('leak');
  });
});

describe('default templates', () => {
  it.each([
    ['route', { kubernetesServiceAccountToken: 'leak' }],
    ['settings', { identityProviderRequestParams: { login_hint: 'leak' } }],
    ['something_new', { unheard: 'leak' }],
  ])('hide the secrets of a %s', (recordType, defaultProperties) => {
    expect(JSON.stringify(redact(DefaultTemplate, { recordType, defaultProperties }))).not.toContain('leak');
  });

  it('show everything else', () => {
    const template = {
      recordType: 'policy',
      name: 'Default',
      defaultProperties: { name: 'Any user', enforced: false },
    };
    expect(redact(DefaultTemplate, template)).toEqual(template);
  });
});

it('request headers that Pomerium fills in are shown', () => {
  const setRequestHeaders = {
    Authorization: 'Bearer leak',
    'X-Id': pomerium('id_token'),
    'X-Team': pomerium('request.headers["X-Team"]'),
  };
  expect(redact(Route, { setRequestHeaders })).toEqual({
    setRequestHeaders: { ...setRequestHeaders, Authorization: HIDDEN },
  });
});

it('the credentials that an operation mints are marked so', () => {
  const answer = {
    ...{ refreshToken: 'credential', clusterToken: 'credential', token: 'credential' },
    ...{ url: 'credential', auth: 'credential', idToken: 'credential' },
    cluster: { refreshToken: 'credential' },
  };
  const minted = zero.operations.flatMap(({ name, output = z.unknown() }) =>
    secretsIn(output, answer)
      .filter(({ mark }) => mark.minted)
      .map(({ path }) => `${name} ${path}`),
  );
  expect(minted).toEqual([
    'create_organization cluster.refreshToken',
    'create_api_access_user refreshToken',
    'renew_api_user_refresh_token refreshToken',
    'create_cluster refreshToken',
    'rotate_cluster_token refreshToken',
    'create_service_account token',
    'get_service_account_token token',
    'create_billing_portal_session url',
    'create_checkout_session url',
    'start_onboarding clusterToken',
    'authorize_notifications auth',
  ]);
});
