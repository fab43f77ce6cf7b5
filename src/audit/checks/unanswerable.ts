import type { Unanswerable } from '../check.js';

/** Checks that nothing in what is read of Zero answers. */
export const unanswerable: readonly Unanswerable[] = [
  {
    id: 'SET-26',
    title: 'Databroker store without TLS',
    reason: 'databrokerStorageConnection is a secret: it is hidden before anything looks at the settings.',
  },
  {
    id: 'SET-27',
    title: 'Weak cookie secret',
    reason: 'cookieSecret is a secret: it is hidden before anything looks at the settings.',
  },
];
