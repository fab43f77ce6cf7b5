import type { Unanswerable } from '../check.js';

const SECRET = 'about a secret, and secrets are hidden before anything looks at them';

/** Checks that nothing in what is read of Zero answers. */
export const unanswerable: readonly Unanswerable[] = [
  {
    id: 'SET-26',
    title: 'Databroker store without TLS',
    reason: SECRET,
  },
  {
    id: 'SET-27',
    title: 'Weak cookie secret',
    reason: SECRET,
  },
];
