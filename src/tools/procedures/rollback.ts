import { procedure } from '../../procedure.js';
import { proposeRollback, ROLLBACK, rollbackInput } from '../../rollback/propose.js';

export const rollback = procedure({
  ...ROLLBACK,
  description:
    'Takes back one changeset or one call of this server, as plan_rollback proposes it: drafts wait again in the pending changeset. One question for all of it; stops at the first failure and says what was done.',
  toolset: 'changesets',
  effect: 'live',
  scope: 'cluster',
  input: rollbackInput,
  example: { changesetId: 'bCnGsTpNdNgKlMrTwQzXvBhJfDs' },
  async plan(input, sources) {
    const { calls, conflicts, cannot } = await proposeRollback(input, sources);
    return { calls, notes: [...conflicts, ...cannot] };
  },
});
