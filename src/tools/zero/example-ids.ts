/**
 * Ids that the examples share, in Zero's form: 27 letters, the first one a `b`, nearly no vowels (FACTS 3.3).
 * A cluster's namespace has the cluster's own id.
 */
const clusterId = 'bRtYpWqXvNcMzLkJhGfDsQwBnMt';

export const exampleIds = {
  organizationId: 'bHdKsLwPzQxRvTnMcJfGbYtWkXq',
  clusterId,
  namespaceId: clusterId,
  routeId: 'bKLmNpQrStVwXzBcDfGhJkLmNpQ',
  policyId: 'bPqRsTvWxYzBcDfGhJkLmNpQrSt',
  keyPairId: 'bTvWxYzBcDfGhJkLmNpQrStVwXz',
  changesetId: 'bCnGsTpNdNgKlMrTwQzXvBhJfDs',
  userId: 'bXcVbNmQwRtYpSdFgHjKlZxCvBn',
  invitationId: 'bNvTkLpWsXzQrTmYcDhGjFbVnMk',
  serviceAccountId: 'bSvCtRnMkLjHgFdSpQwRtYzXcVb',
  customDomainId: 'bDmNxCvBnMlKjHgFdSpQwRtYzXc',
} as const;
