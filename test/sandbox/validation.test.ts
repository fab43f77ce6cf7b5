import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { issueCertificate } from '../../src/sandbox/zero/issue-certificate.js';
import { type Request, signIn, speak } from './api.js';
import { ids, smallSandbox } from './small-world.js';

const organization = `/organizations/${ids.organization}`;

let sandbox: Sandbox;
let call: Request;

beforeEach(async () => {
  sandbox = smallSandbox();
  call = await signIn(sandbox, sandbox.token);
});

const route = {
  namespaceId: ids.manual,
  name: 'one',
  from: 'https://one.sample-cluster-1000.pomerium.app',
  to: ['http://app:80'],
  policyIds: [] as string[],
};

const policy = {
  namespaceId: ids.manual,
  name: 'Staff',
  enforced: false,
  ppl: { allow: { or: [{ domain: { is: 'example.com' } }] } } as unknown,
  description: '',
  explanation: '',
  remediation: '',
};

const refused = (status: number, error: string | RegExp) => ({
  status,
  body: { error: typeof error === 'string' ? error : expect.stringMatching(error) },
});

describe('a request', () => {
  test('to an unknown path is a 404, with another method a 405', async () => {
    expect(await call('GET', '/nowhere')).toEqual(refused(404, 'not found'));
    expect(await call('GET', `${organization}/routes/`)).toEqual(refused(404, 'not found'));
    expect(await call('PATCH', '/organizations')).toEqual(refused(405, 'method not allowed'));
  });

  test('outside the base path is a 404', async () => {
    const outside = speak({ fetch: sandbox.fetch, baseUrl: 'https://sandbox.invalid/api/v1' });
    expect(await outside('GET', '/organizations')).toEqual(refused(404, 'not found'));
  });

  test('has its path values decoded', async () => {
    const { body } = await call('POST', `${organization}/routes`, route);
    const encoded = body.id.replace(/^b/, '%62');
    expect((await call('GET', `${organization}/routes/${encoded}`)).body.id).toBe(body.id);
    expect(await call('GET', `${organization}/routes/%zz`)).toEqual(refused(400, 'malformed path'));
  });

  test.each([
    ['unknown parameter', `/routes?namespaceId=${ids.manual}&color=red`, /color/],
    ['parameter of another type', `/routes?namespaceId=${ids.manual}&includeDescendants=yes`, /^includeDescendants: /],
    ['parameter given twice', `/routes?namespaceId=a&namespaceId=b`, 'namespaceId: given more than once'],
    ['missing parameter', '/changesets/compare', /^clusterId: /],
  ])('with an %s is a 400', async (_, path, error) => {
    expect(await call('GET', organization + path)).toEqual(refused(400, error));
  });

  test.each<[string, unknown, RegExp]>([
    ['unknown field', { ...route, colour: 'red' }, /colour/],
    ['missing field', { ...route, policyIds: undefined }, /^policyIds: /],
    ['field of another type', { ...route, to: 'http://app:80' }, /^to: /],
    ['duration that is none', { ...route, timeout: '30 seconds' }, /^timeout: /],
    ['name that is too long', { ...route, name: 'x'.repeat(129) }, /^name: /],
    ['list for an object', [route], /expected object/],
  ])('with an %s in the body is a 400', async (_, body, error) => {
    expect(await call('POST', `${organization}/routes`, body)).toEqual(refused(400, error));
  });

  test('needs JSON that says so', async () => {
    const send = (contentType: string, body: string) =>
      sandbox.fetch(`${sandbox.baseUrl}/token`, {
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
        redirect: 'manual',
      });
    expect((await send('application/json; charset=utf-8', '{"refreshToken":"x"}')).status).toBe(401);
    expect((await send('text/plain', '{"refreshToken":"x"}')).status).toBe(400);
    expect((await send('application/json', '{"refreshToken":')).status).toBe(400);
  });

  test('is strict about required switches where the vendor is not shown to be lenient', async () => {
    const { body } = await call('POST', `${organization}/routes`, route);
    expect(await call('PUT', `${organization}/routes/${body.id}`, route)).toEqual(refused(400, /^allowWebsockets: /));
  });

  test('is refused for a date that is none', async () => {
    const account = { userId: 'ci', description: 'CI', expiresAt: 'tomorrow' };
    const path = `${organization}/clusters/${ids.manual}/serviceAccounts`;
    expect(await call('POST', path, account)).toEqual(refused(400, 'expiresAt: Invalid ISO datetime'));
  });
});

describe('a route', () => {
  test.each<[string, object, string]>([
    ['a from of another scheme', { from: 'ftp://x' }, 'invalid from: ftp://x: url does not contain a valid scheme'],
    [
      'a from without a host',
      { from: 'https:///x' },
      'invalid from: https:///x: url does not contain a valid hostname',
    ],
    [
      'an https from with a path',
      { from: 'https://x/y' },
      'invalid from: https://x/y: url contains a path, but it should be set using the path field instead',
    ],
    ['a to of another scheme', { to: ['ftp://x'] }, 'invalid to: ftp://x: url scheme must be provided'],
    ['a to without a host', { to: ['http:///x'] }, 'invalid to: http:///x: endpoint hostname must be specified'],
    ['tcp and http together', { to: ['tcp://x:1', 'http://x'] }, 'cannot mix tcp and non-tcp To URLs'],
    ['udp and http together', { to: ['udp://x:1', 'http://x'] }, 'cannot mix udp and non-udp To URLs'],
    [
      'weights on some only',
      { to: ['http://a,70', 'http://b'] },
      'either no weights should be provided, or all endpoints must have non-zero weight specified',
    ],
    [
      'a weight of nothing',
      { to: ['http://a,0'] },
      'either no weights should be provided, or all endpoints must have non-zero weight specified',
    ],
    ['nowhere to go', { to: undefined }, 'policy should have either to or redirect or response defined'],
    ['an empty redirect', { to: [], redirect: {} }, 'policy should have either to or redirect or response defined'],
    ['a redirect code that is none', { redirect: { responseCode: 304 } }, 'unsupported redirect response code 304'],
    [
      'two rewrites',
      { prefixRewrite: '/a', regexRewritePattern: 'b' },
      'only prefix_rewrite or regex_rewrite_pattern can be specified, but not both',
    ],
    ['mcp of neither kind', { mcp: {} }, 'mcp must have either server or client set'],
  ])('with %s is refused', async (_, fields, error) => {
    expect(await call('POST', `${organization}/routes`, { ...route, ...fields })).toEqual(refused(400, error));
  });

  test.each<[string, object]>([
    ['tcp through a proxy', { from: 'tcp+https://proxy.example.com/db.internal:5432', to: ['tcp://db:5432'] }],
    ['ssh', { from: 'ssh://host', to: ['ssh://host:22'] }],
    ['a wildcard', { from: 'https://*.example.com' }],
    ['weights', { to: ['http://a,70', 'http://b,30'] }],
    ['a unix socket', { to: ['unix:///var/run/app.sock'] }],
    ['a redirect', { to: undefined, redirect: { httpsRedirect: true } }],
    ['a response', { to: undefined, response: { status: 200, body: 'ok' } }],
    ['the same from as another', { from: 'https://taken.example.com' }],
  ])('with %s is taken', async (_, fields) => {
    await call('POST', `${organization}/routes`, { ...route, name: 'taken', from: 'https://taken.example.com' });
    expect(await call('POST', `${organization}/routes`, { ...route, ...fields })).toMatchObject({ status: 201 });
  });

  test('has a name of its own in its namespace', async () => {
    expect((await call('POST', `${organization}/routes`, route)).status).toBe(201);
    expect(await call('POST', `${organization}/routes`, route)).toEqual(
      refused(409, 'a route named "one" already exists'),
    );
    expect((await call('POST', `${organization}/routes`, { ...route, namespaceId: ids.automatic })).status).toBe(201);
  });

  test('names policies of its namespace or above it', async () => {
    const policyIn = async (namespaceId: string) =>
      (await call('POST', `${organization}/policies`, { ...policy, namespaceId })).body.id;
    const create = async (policyId: string) =>
      call('POST', `${organization}/routes`, { ...route, name: policyId, policyIds: [policyId] });
    expect((await create(await policyIn(ids.root))).status).toBe(201);
    const beside = await policyIn(ids.automatic);
    expect(await create(beside)).toEqual(refused(400, `policy ${beside} is not in the route's namespace or above it`));
    expect(await create('bNnNnNnNnNnNnNnNnNnNnNnNnNn')).toEqual(refused(403, 'viewer user required'));
  });

  test('counts against the quota', async () => {
    const snapshot = sandbox.snapshot();
    Object.assign(snapshot.organizations[ids.organization]?.quotas ?? {}, { routes: 1 });
    sandbox.restore(snapshot);
    await call('POST', `${organization}/routes`, route);
    expect(await call('POST', `${organization}/routes`, { ...route, name: 'two' })).toEqual(
      refused(403, 'quota exceeded: routes is limited to 1'),
    );
  });
});

describe('a policy', () => {
  const create = (ppl: unknown) => call('POST', `${organization}/policies`, { ...policy, ppl });

  test.each<[unknown, string]>([
    [null, 'unsupported type for rule: parser.Null'],
    ['allow', 'unsupported type for rule: parser.String'],
    [['allow'], 'unsupported type for rules array: parser.String'],
    [{ permit: {} }, 'invalid action in rule: unsupported action: "permit"'],
    [{ allow: [] }, 'invalid value for action in rule, expected Object, got parser.Array'],
    [{ allow: { nand: [] } }, 'unsupported conditional "nand", only and, or, not, nor and action are allowed'],
    [{ allow: { and: {} } }, 'invalid criteria in "and"): unsupported type for criteria: parser.Object'],
    [{ allow: { and: ['accept'] } }, 'invalid criteria in "and"): unsupported type for criteria array: parser.String'],
    [{ deny: { or: [{}] } }, 'invalid criteria in "or"): each criteria may only contain a single key and value'],
    [
      [{ allow: { not: [{ email: 'a', domain: 'b' }] } }],
      'invalid criteria in "not"): each criteria may only contain a single key and value',
    ],
  ])('%j is refused by the grammar', async (ppl, problem) => {
    expect(await create(ppl)).toEqual(refused(400, `invalid rules in policy: ${problem}`));
  });

  test.each<[unknown, string]>([
    [{ allow: { and: [{ emails: 'x' }] } }, 'unknown policy criterion: emails'],
    [{ allow: { and: [{ Email: 'x' }] } }, 'unknown policy criterion: Email'],
    [
      { allow: { and: [{ email: { regex: 'x' } }] } },
      'error generating criterion rules: unknown string matcher operator: regex',
    ],
    [
      { allow: { and: [{ 'claim/x': { in: ['y'] } }] } },
      'error generating criterion rules: unknown string list matcher operator: in',
    ],
    [
      { deny: { or: [{ source_ip: { in: [] } }] } },
      'error generating criterion rules: expected string or array of strings, got: parser.Object',
    ],
    [
      { deny: { not: [{ source_ip: 'localhost' }] } },
      'error generating criterion rules: expected IP or CIDR range, got: "localhost"',
    ],
    [
      { allow: { nor: [{ device: 'x' }] } },
      'error generating criterion rules: expected object for device criterion, got: parser.String',
    ],
    [
      { allow: { and: [{ client_certificate: { san_ip: 'x' } }] } },
      'error generating criterion rules: unsupported certificate matcher condition: san_ip',
    ],
    [{ allow: { and: [{ ssh_publickey: 'x' }] } }, 'error generating criterion rules: ssh: no key found'],
  ])('%j is refused by the generator', async (ppl, error) => {
    expect(await create(ppl)).toEqual(refused(400, error));
  });

  test.each<[unknown]>([
    [{}],
    [[]],
    [{ allow: {}, deny: { or: [{ reject: true }] } }],
    [[{ allow: { and: [{ 'claim/pomerium.io/groups': 'admins' }, { source_ip: ['10.0.0.0/8', '::1'] }] } }]],
    [{ deny: { or: [{ mcp_tool: { not_in: ['search'] } }] } }],
  ])('%j is taken', async (ppl) => {
    expect(await create(ppl)).toMatchObject({ status: 201, body: { ppl } });
  });

  test('that is poison is refused where the switch compiles', () => {
    const compiling = smallSandbox({ switches: { compilePolicies: true } });
    const poison = { ...policy, ppl: { allow: { or: [{ domain: 5 }] } } };
    expect(() => compiling.as('owner')('create_policy', poison)).toThrow('rego_type_error: is needs a text');
    expect(sandbox.as('owner')('create_policy', poison)).toHaveProperty('id');
  });

  test('that is enforced is on every route at and below its namespace', async () => {
    const enforced = (
      await call('POST', `${organization}/policies`, { ...policy, namespaceId: ids.root, enforced: true })
    ).body;
    const below = (await call('POST', `${organization}/routes`, route)).body;
    expect(below).toMatchObject({ enforcedPolicyIds: [enforced.id], policyIds: [], policies: [] });
    expect(below.enforcedPolicies).toEqual([{ id: enforced.id, name: 'Staff', updatedAt: enforced.updatedAt }]);
    const read = (await call('GET', `${organization}/policies/${enforced.id}`)).body;
    expect(read).toMatchObject({ routes: [], enforcedRoutes: [{ id: below.id, name: 'one' }] });
    expect((await call('DELETE', `${organization}/policies/${enforced.id}`)).status).toBe(204);
  });

  test('that a route names is not deleted', async () => {
    const { id } = (await call('POST', `${organization}/policies`, policy)).body;
    const created = (await call('POST', `${organization}/routes`, { ...route, policyIds: [id] })).body;
    const path = `${organization}/policies/${id}`;
    expect(await call('DELETE', path)).toEqual(refused(409, 'policy is used by route "one"'));
    await call('DELETE', `${organization}/routes/${created.id}`);
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await call('GET', path)).toEqual(refused(403, 'viewer user required'));
  });
});

describe('settings', () => {
  const path = `${organization}/clusters/${ids.manual}/settings`;

  test('fall to the official defaults where a PUT or PATCH leaves nothing', async () => {
    expect((await call('PUT', path, {})).body).toMatchObject({
      autoApplyChangesets: true,
      address: ':443',
      logLevel: 'info',
    });
    await call('PATCH', path, [{ op: 'replace', path: '/autoApplyChangesets', value: false }]);
    const removed = await call('PATCH', path, [{ op: 'remove', path: '/autoApplyChangesets' }]);
    expect(removed.body.autoApplyChangesets).toBe(true);
  });

  test.each<[object, number, RegExp]>([
    [{ op: 'add', path: '/autoapplychangesets', value: false }, 400, /autoapplychangesets/],
    [{ op: 'add', path: '/cookieExpire', value: 'a while' }, 400, /^cookieExpire: /],
    [{ op: 'add', path: '/id', value: 'x' }, 400, /id/],
    [{ op: 'replace', path: '/sshAddress', value: ':22' }, 400, /^invalid patch: "\/sshAddress" does not exist$/],
    [{ op: 'test', path: '/logLevel', value: 'debug' }, 409, /^patch test failed at "\/logLevel"$/],
    [{ op: 'add', path: '/downstreamMtlsCaKeyPairId', value: 'x' }, 403, /^viewer user required$/],
    [{ op: 'add', path: '/identityProviderRequestParams', value: { state: 'x' } }, 400, /must not contain state$/],
  ])('refuse the patch %j with %i', async (step, status, error) => {
    expect(await call('PATCH', path, [step])).toEqual(refused(status, error));
  });

  test('name a key pair that then is not deleted', async () => {
    const pairs = `${organization}/keyPairs`;
    const { certificate } = issueCertificate({
      commonName: 'Example CA',
      ca: true,
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: new Date('2030-01-01T00:00:00Z'),
      seed: 'ca',
    });
    const { id } = (await call('POST', pairs, { namespaceId: ids.manual, name: 'CA', certificate })).body;
    await call('PATCH', path, [{ op: 'add', path: '/certificateAuthorityKeyPairId', value: id }]);
    expect(await call('DELETE', `${pairs}/${id}`)).toEqual(
      refused(409, 'key pair is used by the settings of cluster "sample-cluster-1000"'),
    );
    await call('PATCH', path, [{ op: 'remove', path: '/certificateAuthorityKeyPairId' }]);
    expect((await call('DELETE', `${pairs}/${id}`)).status).toBe(204);
  });
});
