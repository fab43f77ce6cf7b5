/** A mistake in the sandbox's organization that an auditor should find. */
export interface Planted {
  /** Id of the audit check. */
  readonly check: string;
  /** The record it is about. Settings and changesets have no name: they go by their cluster's. */
  readonly record: {
    readonly type:
      | 'activity'
      | 'changeset'
      | 'cluster'
      | 'customDomain'
      | 'keyPair'
      | 'policy'
      | 'route'
      | 'serviceAccount'
      | 'settings'
      | 'user';
    readonly name: string;
  };
  readonly why: string;
  /** It is about a secret, and shows only where answers give secrets back: the switch `echoSecrets`, which is off. */
  readonly ifEchoed?: true;
}

/**
 * Every mistake of severity critical or high in the organization that `seed` makes: at least one for each such check, but
 * for POL-34 and SET-18, which are about what the API refuses to save. It is written by hand, from the checks'
 * definitions; nothing is generated from it and the seed doesn't read it.
 *
 * How definitions that can be read in two ways were read: POL-03 is an allow term of nothing but authenticated_user;
 * KEY-02 is about certificates that are still good; SET-16 takes a withheld secret for a set one. An activity is named
 * by what was done, to what kind of record, and the record's name.
 */
export const planted: readonly Planted[] = [
  {
    check: 'POL-01',
    record: { type: 'policy', name: 'Public pages' },
    why: 'accept lets everybody in without a login; on purpose, and still worth a look',
  },
  {
    check: 'POL-02',
    record: { type: 'policy', name: 'Partner portal' },
    why: 'the address of an anonymous visitor is empty, and so is not that of the partner who left',
  },
  {
    check: 'POL-02',
    record: { type: 'policy', name: 'Office network' },
    why: 'its only condition is an address, and it holds for all of them',
  },
  {
    check: 'POL-03',
    record: { type: 'policy', name: 'Any signed-in user' },
    why: 'staging takes whoever has an account at Google',
  },
  {
    check: 'POL-04',
    record: { type: 'policy', name: 'Break glass' },
    why: 'an enforced allow opens every route of the cluster, present and future',
  },
  {
    check: 'POL-05',
    record: { type: 'policy', name: 'Partner portal' },
    why: 'everybody but one address is let in',
  },
  {
    check: 'POL-06',
    record: { type: 'policy', name: 'Payroll' },
    why: 'the and block and the or block are OR-ed: all staff see the payroll',
  },
  {
    check: 'POL-10',
    record: { type: 'policy', name: 'Contractors, office hours' },
    why: 'the suffix has no @: anybody@notbellwether.example ends with it too',
  },
  {
    check: 'POL-11',
    record: { type: 'policy', name: 'Scanner enrolment' },
    why: 'anybody can register a domain that ends with tidewrack.example, such as nottidewrack.example',
  },
  {
    check: 'POL-12',
    record: { type: 'policy', name: 'Payroll' },
    why: "the bookkeeper's address is at a consumer mail provider",
  },
  {
    check: 'POL-16',
    record: { type: 'policy', name: 'Warehouse leads' },
    why: 'groups needs directory sync, which Zero does not have: it never matches',
  },
  {
    check: 'POL-19',
    record: { type: 'policy', name: 'Maintenance' },
    why: 'not_in on a method does not compile; it breaks the authorizer once it is attached',
  },
  {
    check: 'POL-20',
    record: { type: 'policy', name: 'Back office on managed laptops' },
    why: '/admin/ is kept closed by nothing but its path',
  },
  {
    check: 'POL-20',
    record: { type: 'policy', name: 'Maintenance' },
    why: 'it tells reading from writing by the method',
  },
  {
    check: 'POL-23',
    record: { type: 'policy', name: 'Office network' },
    why: 'whoever is on the network gets in without a login',
  },
  {
    check: 'POL-24',
    record: { type: 'policy', name: 'Office network' },
    why: 'one of its ranges is all of IPv4',
  },
  {
    check: 'POL-27',
    record: { type: 'policy', name: 'Scanner enrolment' },
    why: 'it asks for a missing or bad certificate',
  },
  {
    check: 'POL-32',
    record: { type: 'policy', name: 'Maintenance' },
    why: 'it denies everybody',
  },
  {
    check: 'POL-38',
    record: { type: 'policy', name: 'Warehouse leads' },
    why: 'it guards the SSH route Warehouse gateway without a rule on the user name: root is allowed',
  },
  {
    check: 'RTE-02',
    record: { type: 'route', name: 'Status page' },
    why: 'open to the internet through the policy Public pages',
  },
  {
    check: 'RTE-02',
    record: { type: 'route', name: 'Partner portal' },
    why: 'open to the internet through the policy Partner portal',
  },
  {
    check: 'RTE-03',
    record: { type: 'route', name: 'Storybook' },
    why: 'any signed-in account passes',
  },
  {
    check: 'RTE-03',
    record: { type: 'route', name: 'Kubernetes staging' },
    why: 'any signed-in account passes',
  },
  {
    check: 'RTE-03',
    record: { type: 'route', name: 'Orders database staging' },
    why: 'any signed-in account passes',
  },
  {
    check: 'RTE-04',
    record: { type: 'route', name: 'Transport management' },
    why: "the upstream's certificate is not checked",
  },
  {
    check: 'RTE-06',
    record: { type: 'route', name: 'Track and trace admin' },
    why: 'identity headers cross the network to 10.20.4.17 in plain text',
  },
  {
    check: 'RTE-10',
    record: { type: 'route', name: 'Status page' },
    why: 'its order puts it before the status page editor, whose requests it takes without a login',
  },
  {
    check: 'RTE-17',
    record: { type: 'route', name: 'Stock API' },
    why: 'X-Api-Key is a fixed value in the route',
    ifEchoed: true,
  },
  {
    check: 'RTE-18',
    record: { type: 'route', name: 'Reporting' },
    why: "the visitor's id token is handed to the upstream",
    ifEchoed: true,
  },
  {
    check: 'RTE-19',
    record: { type: 'route', name: 'Kubernetes staging' },
    why: 'a Kubernetes token behind a policy that any account passes',
    ifEchoed: true,
  },
  {
    check: 'RTE-21',
    record: { type: 'route', name: 'Proxy admin (temporary)' },
    why: "the upstream is the proxy's own admin interface",
  },
  {
    check: 'RTE-23',
    record: { type: 'route', name: 'Driver app API' },
    why: 'access tokens are taken whatever audience they were made for',
  },
  {
    check: 'RTE-39',
    record: { type: 'route', name: 'EDI gateway' },
    why: 'its client certificate has expired',
  },
  {
    check: 'RTE-39',
    record: { type: 'route', name: 'Reporting' },
    why: 'its client certificate has no private key',
  },
  {
    check: 'RTE-40',
    record: { type: 'route', name: 'Orders database staging' },
    why: 'a database behind a policy that any account passes',
  },
  {
    check: 'SET-01',
    record: { type: 'settings', name: 'staging' },
    why: 'cookieHttpOnly is off',
  },
  {
    check: 'SET-06',
    record: { type: 'settings', name: 'production' },
    why: 'proxyLogLevel is error: who got in is not logged',
  },
  {
    check: 'SET-10',
    record: { type: 'settings', name: 'production' },
    why: 'timeoutRead is 0s',
  },
  {
    check: 'SET-16',
    record: { type: 'settings', name: 'staging' },
    why: 'Google as identity provider, without a client id',
  },
  {
    check: 'SET-17',
    record: { type: 'settings', name: 'staging' },
    why: 'people sign in over http',
  },
  {
    check: 'SET-19',
    record: { type: 'settings', name: 'staging' },
    why: 'anybody has an account at Google, and any account passes Storybook and others',
  },
  {
    check: 'SET-22',
    record: { type: 'settings', name: 'staging' },
    why: 'access tokens are taken whatever audience they were made for',
  },
  {
    check: 'KEY-01',
    record: { type: 'keyPair', name: 'EDI gateway client' },
    why: 'expired three days before the sandbox starts, and in use by a route',
  },
  {
    check: 'KEY-02',
    record: { type: 'keyPair', name: 'tidewrack.example (bought)' },
    why: 'expires twelve days after the sandbox starts, and nobody renews what was uploaded',
  },
  {
    check: 'KEY-04',
    record: { type: 'keyPair', name: 'Reporting client' },
    why: 'the certificate was uploaded without its key, and a route is to show it',
  },
  {
    check: 'KEY-05',
    record: { type: 'keyPair', name: 'Scanner fleet CA' },
    why: 'a certificate authority with its private key',
  },
  {
    check: 'SVC-01',
    record: { type: 'serviceAccount', name: 'CI deploys' },
    why: 'its token never expires',
  },
  {
    check: 'SVC-05',
    record: { type: 'serviceAccount', name: 'Playwright smoke tests, as me for now' },
    why: 'it acts as the address of a person',
  },
  {
    check: 'USR-02',
    record: { type: 'user', name: 'zero-mcp' },
    why: 'an API user that is an administrator',
  },
  {
    check: 'DOM-01',
    record: { type: 'customDomain', name: 'partners.tidewrack.example' },
    why: 'its DNS record is missing, so there is no certificate',
  },
  {
    check: 'DOM-02',
    record: { type: 'customDomain', name: 'track.tidewrack.example' },
    why: 'its certificate expires sixteen days after the sandbox starts and should have been renewed',
  },
  {
    check: 'CLU-01',
    record: { type: 'cluster', name: 'staging' },
    why: 'a replica cannot read the configuration',
  },
  {
    check: 'CLU-03',
    record: { type: 'cluster', name: 'staging' },
    why: 'the same replica runs 0.26.1',
  },
  {
    check: 'CHG-02',
    record: { type: 'changeset', name: 'staging' },
    why: 'a policy that does not compile made it fail, nine days before the sandbox starts',
  },
  {
    check: 'ACT-01',
    record: { type: 'activity', name: 'delete policy Blocked networks (incident)' },
    why: 'an enforced deny was deleted',
  },
  {
    check: 'ACT-02',
    record: { type: 'activity', name: 'update policy Partner portal' },
    why: 'the edit from a domain to "not this address" opened the portal to everybody',
  },
  {
    check: 'ACT-03',
    record: { type: 'activity', name: 'update settings staging' },
    why: 'cookieHttpOnly was switched off',
  },
];
